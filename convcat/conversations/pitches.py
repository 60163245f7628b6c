"""Recognises who wants to sell something to the shop, and spam.

Both are counted apart, so a wrong alarm loses a customer: nothing is recognised on one word of
the trade, and a text that speaks of an order of its own is never taken for either. Who offers
himself (a creator, a podcast, a trainee) is no seller: to work together is a need, ``other``. Whole phrases
tell best; where there is none, words of the trade that customers hardly ever use are counted, and
whether somebody offers something to the shop.
"""

from __future__ import annotations

import re

from convcat.conversations.automatic import CUSTOMER

_LONGEST = 2_000  # characters: an offer says so before
_FIRM = (
    r"agency|manufacturer|supplier|factory|exporters?|wholesaler|development company"
    r"|(?:marketing|software|logistics|shipping|freight|packaging|printing|sourcing|trading|fulfil?lment) company"
    r"|team of (?:[\w-]+ ){0,3}(?:developers|designers|experts)"
)
_SHOPS = r"brands?|stores?|businesses|compan(?:y|ies)|shops?|merchants|retailers|sellers|e-?commerce|shopify|dtc|d2c|websites?"
_GAIN = r"sales|revenue|traffic|conversions?|conversion rates?|business|store|brand|roi|roas|aov|visibility|rankings?|profits?|website|shop"
_NAMED = (
    r"technolog(?:y|ies)|tech|media|digital|solutions|agency|marketing|studios?|ltd|inc|llc|co\.|group|factory|industr(?:y|ies|ial)|trading"
    r"|packaging|logistics|consulting"
)

_LOST = r"(?:will be|has been|is about to be|is scheduled to be) (?:\w+ )?(?:disabled|suspended|deleted|restricted|limited|deactivated|terminated|blocked|unpublished|permanently \w+)"
_ACT = r"(?:click|verify|appeal|confirm|log ?in|upgrade|renew|restore)"
PITCH = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # who they are
        (
            rf"\b(?:we(?:'re| are) (?:an? )?(?:[\w-]+ ){{0,4}}(?:{_FIRM})\b"
            r"|i(?:'m| am) (?:an? )?(?:[\w-]+ ){0,4}(?:seo|marketing|web|shopify|business development|wordpress|digital|facebook ads|google ads|ads) (?:[\w-]+ ){0,2}"
            r"(?:expert|consultant|specialist|manager|developer|designer|executive|strategist|freelancer)\b|i(?:'m| am) a shopify (?:expert|partner)\b"
            r"|our (?:agency|factory|creators|influencers|vas|virtual assistants|developers)\b|our (?:seo |ecommerce )?clients\b|my agency\b"
            r"|i represent (?:an? )?(?:[\w-]+ ){0,4}(?:agency|company|firm|brand)\b"
            r"|co\.,? ?ltd\b"
            rf"|(?:my name is|this is|i(?:'m| am)) [\w.]+ (?:[\w.]+ )?(?:from|with|at|of) (?:[\w&-]+ ){{1,4}}(?:{_NAMED})(?!\w)"
            rf"|we (?:help|work with|partner with|have helped|helped|speciali[sz]e in helping) (?:[\w-]+,? (?:and )?){{0,4}}(?:{_SHOPS})\b)"
        ),
        # what they sell
        (
            r"\b(?:seo\b|backlinks?\b|guest posts?\b|link[- ]building\b|domain authority\b|google (?:rankings?|ads)\b|(?:first|top) page of google\b"
            r"|rank(?:ing|s)? (?:higher |better |your (?:site|website) )?(?:on|in) google\b|organic traffic\b|search engine optimi[sz]ation\b|digital marketing\b"
            r"|(?:redesign|re-design|revamp) (?:of )?your (?:web)?(?:site|store|theme)\b|(?:web(?:site)?|mobile apps?|apps?) (?:design|development)\b"
            r"|(?:develop|build|design|create) (?:mobile apps?|apps|websites|(?:online|shopify|e-?commerce) stores?)\b"
            r"|e-?mail (?:lists?|contacts|flows|marketing)\b|lead generation\b|qualified leads\b|unsecured loans?\b|business (?:loans?|funding)\b|followers for\b"
            r"|product (?:photography|videos? for)\b|working capital\b|merchant cash\b|no collateral\b"
            r"|sponsored (?:post|article|content|video|reel)s?\b|do-?follow\b"
            r"|roas\b|ugc\b|klaviyo\b|omnisend\b|trust badges\b|white[- ]label\b|private label\b|3pl\b|influencer marketing\b|brand awareness\b|dropshipping\b"
            r"|(?:facebook|meta|tiktok|instagram) ads? (?:expert|specialist|manager|campaign|account|strateg\w+|management)s?\b|ppc\b|ad creatives?\b"
            r"|video editing\b|(?:logo|graphic|theme) design\b|virtual assistants?\b|data entry\b|product descriptions? (?:could|need|optimi)\w*|copywrit(?:er|ing)\b"
            r"|(?:card|payment) processing\b|poly ?mailers\b|custom (?:packaging|boxes)\b|packaging (?:boxes|solutions|suppl\w+)\b|fulfil?ment (?:services?|costs?|partner|cent(?:er|re))\b"
            r"|(?:get|give|provide|sell|buy|offer) (?:you )?(?:\d+ )?(?:[\w-]+ )?(?:(?:5|five)[- ]star|positive|google|trustpilot) (?:google |trustpilot )?reviews\b"
            r"|list of (?:over )?[\d,]+ (?:[\w-]+ )?(?:contacts|e-?mails|leads|attendees|buyers)\b|(?:attendee|mailing|buyers?'?) lists?\b"
            r"|(?:purchasing|acquiring|buying|selling) your (?:business|store|company|brand)\b|exit (?:plans?|strategy)\b"
            r"|featur(?:ed?|ing) (?:your (?:brand|products?|store) )?(?:in|on) our (?:[\w-]+ )?(?:magazine|blog|podcast|website|platform|gift guide|channel|newsletter)\b|feature your (?:brand|products?|store)\b)"
        ),
        # what it would bring
        (
            rf"\b(?:(?:increas|boost|grow|doubl|tripl|lift|skyrocket|scal|improv|explod|rais|maximi[sz]|optimi[sz]|generat)(?:e|ing|s)? (?:your|their) (?:[\w-]+ ){{0,2}}(?:{_GAIN})\b"
            r"|(?:boost|lift|increase|improve|double|triple) (?:[\w-]+ )?(?:sales|conversions?|conversion rates?|revenue|traffic|roas)\b"
            r"|more (?:traffic|sales|leads|customers) (?:to|for|from) your (?:web)?(?:site|store|business)\b|competitive prices?\b|factory price\b|moq\b|our (?:product )?catalogu?e\b"
            r"|(?:making|getting|generating|driving|bringing|losing) (?:you )?(?:more |potential )?sales\b"
            r"|cut(?:ting)? your [\w -]{3,40} costs?\b|reduce your (?:[\w-]+ ){0,3}costs?\b|wholesale prices?\b|oem\b|odm\b|direct(?:ly)? from (?:the |our )?factory\b"
            r"|\d+(?:\.\d+)?x (?:roas|return on|sales|revenue|growth|roi)\b|your (?:web)?(?:site|store|shop) has (?:a )?(?:great|huge|lots of|a lot of|so much) potential\b)"
        ),
        # what they ask, and what customers say as well
        (
            r"\b(?:(?:schedule|book|hop on|jump on|arrange|set up|have) (?:for )?(?:an? )?(?:quick |short |brief |free |\d+[- ]min(?:ute)?s? )*(?:call|chat|demo|consultation|zoom)\b|free (?:seo |website |store )?(?:audit|quote|proposal|consultation|analysis|mock-?up|trial|sample)\b"
            r"|(?:person|owner) (?:in charge|responsible)\b|are you the (?:owner|right person|decision|manager)\b|(?:came across|visited|was (?:on|browsing|looking at)|browsing|found|reviewed|checked out|checking out|looked at) your (?:\w+ )?(?:web)?(?:site|store|shop|page|profile|brand|products)\b"
            r"|would you (?:be )?(?:interested|open|like) (?:in|to)\b|let me know (?:if you(?:'re| are) interested|your (?:interest|requirements?|thoughts|budget))\b|interested in (?:collaborating|partnering|a partnership|a collaboration)\b"
            r"|(?:reply|respond) (?:with )?[\"']?(?:stop|unsubscribe|yes)\b|collaborat(?:e|ion|ing) with your (?:brand|shop|store|company)\b|(?:article|post|link) on your (?:blog|site|website)\b|our portfolio\b|case stud(?:y|ies)\b"
            r"|our (?:rates|proposal|price ?list|services|brochure)\b|my (?:rates|services|proposal|portfolio|offer)\b|my page\b|(?:message|contact|text|reach|dm) (?:me|us) on (?:whats ?app|telegram|skype)\b|your whats ?app\b"
            r"|can (?:help|fix|redesign|improve|build|provide|offer|send|handle|grow|scale) (?:you|your|that|it|this)\b|who (?:handles|manages|runs|takes care of|is responsible for) your\b"
            r"|(?:\d+[- ]min(?:ute)?s?|short|quick|brief) (?:call|demo|chat|meeting)\b|(?:brands?|stores?|shops?|businesses|companies) like yours\b|(?:dear|hi|hello|hey) (?:there )?(?:store|shop|business|website|site) owner\b"
            r"|dear (?:purchasing|marketing|sourcing|sir|manager)\b|(?:store|shop|business|website) owner\b|your (?:web)?(?:site|store|shop) (?:is missing|could be|is not ranking|isn't ranking|loads?|needs?)\b"
            r"|for a small fee\b|payment after\b|(?:start(?:s|ing)?) (?:at|from) [$\u00a3\u20ac]\d|apply (?:now|today)\b|install (?:it )?(?:free|now|today)\b|for pricing\b|free for \d+ days\b"
            r"|(?:hope|look(?:ing)? forward|love|like) to (?:cooperat|collaborat|partner|work(?:ing)? (?:with|together))\w*|(?:review|consider|read|see) my (?:proposal|offer|previous e-?mail)\b|on a budget\b"
            r"|issues (?:that|which) (?:stop|prevent|keep)\b|\d+ years'? (?:of )?experience\b|reach(?:ing)? out (?:because|to see|to offer|to ask if)\b|i(?:'m| am) a (?:freelance|certified|professional) \w+"
            r"|\d[\d.]*% (?:commission|safe)\b|place (?:an? )?(?:article|link|post)s?\b|can we (?:hop on|quote)\b|are you looking (?:for|to)\b|do you need (?:any )?help\b|need (?:cash|funding|capital|more sales|help with your)\b|want (?:to see|details|more|to know more)\b"
            r"|(?:any interest|if interested|would you like our|may (?:we|i) (?:send|share)|happy with your current|like yours,? interested)\b|please contact us\b|send us your\b|speak (?:to|with) the owner\b|so we can discuss\b|received? my (?:e-?mail|message|proposal) (?:regarding|about) your\b|shall (?:i|we) send\b"
            r"|what(?:'s| is) your (?:rate|budget|fee)\b|do you accept (?:sponsored|guest)\b|first one (?:is )?(?:on me|free)\b|pay only for\b|no credit check\b|looking for (?:an? )?(?:virtual assistant|developer|supplier|manufacturer)\b)"
        ),
    )
)
_MONEY = r"(?:[$\u00a3\u20ac]|usd|us\$|eur|gbp)\s?\d[\d.,]* ?(?:m\b|million)"
SPAM = re.compile(
    r"\b(?:(?:bitcoin|crypto(?:currency)?|forex) (?:invest\w*|trad\w*|recovery|signals?)\b|next of kin\b|viagra\b|cialis\b"
    r"|you(?:'ve| have)? won (?:a |the |our )?(?:[\w-]+ ){0,3}(?:lottery|prize|[$\u00a3\u20ac]\s?\d|\d[\d,.]* )|online casino\b|casino bonus\b|free spins\b"
    r"|earn (?:up to )?[$\u00a3\u20ac]\s?\d[\d,.]* (?:per|a|every) (?:day|week|hour)\b|make money (?:fast|online|from home)\b|(?:hot|local) singles\b|singles in your area\b"
    r"|your domain \S{1,80} (?:is about to|will|is due to) expire\b|(?:search engine|domain) (?:listing|registration) (?:expir|renew)\w*"
    r"|(?:meta|facebook|instagram) (?:business )?(?:page|account)s?\b[^\n]{0,160}\b(?:permanently (?:deleted|disabled|removed|deactivated)"
    r"|(?:violat|suspen|disabl|deactivat|verif|appeal)[^\n]{0,80}within (?:24|48) hours|within (?:24|48) hours[^\n]{0,80}(?:violat|suspen|disabl|deactivat|verif|appeal))"
    r"|recover your (?:lost )?(?:funds|crypto|bitcoin)\b|guaranteed (?:profit|daily returns|returns of \d)|profit guaranteed\b|join (?:our|my|the) telegram\b|replica watches\b"
    rf"|(?:barrister|beneficiary|attorney|late client|inheritance|unclaimed)\b[^\n]{{0,200}}{_MONEY}|{_MONEY}[^\n]{{0,200}}\b(?:inheritance|beneficiary|unclaimed|your bank details)\b)",
    re.IGNORECASE,
)
# Spam that customers ask about: only where nobody speaks of himself.
BAIT = re.compile(
    r"\b(?:(?:congratulations|you(?:'ve| have) been)\b[^\n]{0,120}\b(?:selected|won|winner|chosen)\b[^\n]{0,200}\b(?:click|claim|survey)\b"
    r"|dear (?:customer|user|client|account holder)\b[^\n]{0,200}\b(?:pay|click|update|confirm|verify)\b[^\n]{0,80}\bhttps?://|invest [$\u00a3\u20ac]\s?\d[\d,.]* (?:and|to) (?:earn|get|make)\b"
    rf"|your (?:[\w-]+ ){{0,2}}(?:page|account|mailbox|profile|domain|subscription)\b[^\n]{{0,160}}\b{_LOST}\b[^\n]{{0,160}}\b{_ACT}"
    rf"|{_ACT}\b[^\n]{{0,160}}\byour (?:[\w-]+ ){{0,2}}(?:page|account|mailbox|profile)\b[^\n]{{0,60}}\b{_LOST}\b"
    r"|(?:copyright|trademark) infringement\b[^\n]{0,200}\b(?:appeal|deleted|disabled|removed)\b|your (?:mailbox|storage) (?:is )?(?:almost )?full\b[^\n]{0,120}\bclick\b)",
    re.IGNORECASE,
)
_OF_ONESELF = re.compile(r"\b(?:i(?:'m|'ve|'d|m|ve)?|my|me|mine|scam|phishing)\b", re.IGNORECASE)


# Words of the trade: the first stand in fewer than one of ten thousand texts of customers, the
# second in fewer than one of a thousand, the third are good company. Every offer has one of the
# first or second.
_SELDOM_WORDS = (
    "3pl accountant accountants affiliates api attendees backlink backlinks bookkeeper bookkeeping booth "
    "broadband brochures campaigns candidates catalogs catalogues chatbots collateral compliance consultancy "
    "conversions copywriter copywriting crowdfunding developer developers dofollow dropship dropshipper "
    "dropshipping exhibition expo exporter factories freelance freelancer freelancers funding gmbh investor "
    "investors iso klaviyo lender liquidation llc loans magento mailers marketer marketers moq odm omnisend "
    "optimisation optimise optimization optimizing payroll plugin ppc proposal prospects quotation ranking "
    "rankings recruiter recruitment roas roi seo specialise specialised specialize specialized specializing "
    "sponsored staffing startups tradeshow ugc unsold upsell valuation vas wholesale wholesaler wholesalers "
    "woocommerce wordpress dongguan guangzhou ningbo shenzhen sialkot tirupur yiwu"
)
_RARE_WORDS = (
    "agencies agency article articles audit automation boost boosting campaign capital casting catalog catalogue "
    "certification chatbot clients commission consultation consulting conversion demo designers ebook ecommerce "
    "electricity entrepreneur entrepreneurs expert experts exporters exposure factory featured freight "
    "fulfillment fulfilment gateway grow growth hiring industry insurance integrate integrates integration invest "
    "investment leads links listings loan ltd manufacturers margins merchant merchants niche oem optimize "
    "outreach outsource outsourced outsourcing owners payout printing publish quote rank ranks rates readers "
    "revenue sample samples scale shopify solar specialists startup subscribers suppliers traffic virtual "
    "workforce"
)
_COMMON_WORDS = (
    "ads advertise advertising partner platform affordable apps brand brands budget bulk businesses buyers client "
    "competitive competitors consultant designer digital energy google inventory listing manufacturer "
    "manufacturing marketing media owner packaging pricing sales solutions specialist spots supplier"
)
# Words of which spam has one, and bait.
_LURES_WORDS = (
    "appeal barrister beneficiary bitcoin casino cialis crypto cryptocurrency domain earn forex inheritance kin "
    "lottery permanently prize replica singles spins suspended telegram unclaimed viagra"
)
_BAITS_WORDS = (
    "blocked chosen congratulations deactivated deleted disabled infringement invest limited mailbox restricted "
    "selected suspended terminated unpaid unpublished"
)
SELDOM, RARE, COMMON, LURES, BAITS = (
    frozenset(words.split())
    for words in (_SELDOM_WORDS, _RARE_WORDS, _COMMON_WORDS, _LURES_WORDS, _BAITS_WORDS)
)
OFFER = re.compile(
    r"\b(?:(?:we|our (?:\w+ )?(?:team|company|firm|agency|\w+s)|my (?:company|team|agency|firm|studio))(?: can| could| also| will| would)?(?:'re| are| have been|'ve been)?"
    r"|i(?: can| could|'d| would)(?: also| happily)?|i(?: also)?(?= (?:make|build|design|create|develop|help|speciali[sz]e|run|offer|write)\b)|let us) "
    r"(?:an? |now |currently )?(?:offer|provide|help|build|mak|design|creat|develop|supply|manufactur|speciali[sz]|buy|sell|run|manag|get|produc|export|connect|cast|represent|sav|writ|bring|show|fix|improv|boost|do|quot|source|deal|team|leading|professional|work with|handl)"
    r"|\bwe(?:'re| are) (?:an? )?(?:[\w-]+ ){0,2}(?:(?:logistics|marketing|software|packaging) company|agency|manufacturer|supplier|factory)\b|\blet us \w+ your\b|\bi(?:'m| am) (?:reaching out|contacting you|writing to offer)\b",
    re.IGNORECASE,
)
_YOURS = re.compile(
    r"\byour (?:[\w-]+ )?(?:business|company|brand|competitors|customers|clients|sales|revenue|store|shop|website|site|feed|listings?|catalogu?e|inventory|ads?|team|audience|industry|niche|market|products|stock|customer support|staff)\b",
    re.IGNORECASE,
)
_LEAST = 2
_SPREAD = 60  # words among which one more of the trade is no wonder
_WORD = re.compile(r"[a-z0-9]+")


def is_pitch(text: str) -> bool:
    """Return whether the text wants to sell something to the shop, or is spam.

    Two of four signs must meet: who they are, what they sell, what it would bring, what they ask;
    or enough words of the trade, where something is offered or asked.

    Parameters
    ----------
    text : str
        A message.

    Returns
    -------
    bool
        True only if it is plain; a text that speaks of an order of its own is no pitch.

    Examples
    --------
    >>> is_pitch("We are an SEO agency and can boost your traffic. Free audit?")
    True
    >>> is_pitch("Do you have a catalogue? I would like to visit your store.")
    False
    """
    head = text[:_LONGEST]
    words = set(_WORD.findall(head.lower()))
    least = _LEAST + len(words) // _SPREAD
    trade = 2 * len(words & SELDOM) + len(words & RARE) + len(words & COMMON)
    told = trade >= least and not words.isdisjoint(SELDOM | RARE)
    lured = not words.isdisjoint(LURES)
    baited = not (words.isdisjoint(BAITS) or _OF_ONESELF.search(head))
    if not (told or lured or baited) or CUSTOMER.search(head):
        return False
    if (lured and SPAM.search(head)) or (baited and BAIT.search(head)):
        return True
    if not told:
        return False
    *sure, asked = PITCH
    asks, offers = asked.search(head) is not None, OFFER.search(head) is not None
    if not (asks or offers or trade >= least + 2):
        return False
    signs = sum(sign.search(head) is not None for sign in sure)
    if signs >= 2 or (signs and asks) or not (asks or offers):
        return signs > 0
    yours = _YOURS.search(head) is not None
    # Who names neither a trade of his own nor the shop's business may want to work together.
    return (signs > 0 or yours) and 2 * signs + trade + asks + offers + yours >= least + 2
