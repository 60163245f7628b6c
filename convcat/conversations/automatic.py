"""Recognises messages that no customer wrote: machines, and people who want to sell something.

Both are counted apart, so a wrong alarm loses a customer: nothing is recognised on one word, and
a text that speaks of an order of its own is never taken for either.
"""

from __future__ import annotations

import re

from convcat.conversations.screens import Screen, folded

HEAD = 600  # what a machine writes says so at its top

# Subjects and first lines that no person writes.
MACHINE = re.compile(
    r"\W{0,3}(?:subject: ?|re: ?)?(?:"
    r"auto(?:matic|mated)?[- ]?(?:reply|response|responder)\b(?: ?[:\u2013-]|\s*\Z|\s*from\b)"
    r"|out[- ]of[- ](?:the[- ])?office(?: ?[:\u2013-]|\s*\Z|\s*(?:auto|re:))"
    r"|(?:automatische antwort|abwesenheitsnotiz|r\u00e9ponse automatique|absence du bureau|respuesta autom\u00e1tica|risposta automatica"
    r"|resposta autom\u00e1tica|automatisch antwoord|autosvar|automatiskt svar|odpowied\u017a automatyczna)\b"
    r"|(?:this is an? (?:automated|automatic|auto-generated|system[- ]generated) (?:e-?mail|message|reply|response|notification)\b"
    r"(?=[^\n]{0,200}(?:do not reply|don't reply|not monitored|received your|has been received|[.!]\s*$)))"
    r"|(?:please )?do not reply to this (?:e-?mail|message)\b"
    r"|delivery (?:status notification|has failed to these recipients|to the following recipients? (?:has )?failed)"
    r"|undeliver(?:able|ed)(?: mail| message)?(?: ?:| returned to sender\b)|returned mail: |mail delivery (?:failed|failure|subsystem|system)\b"
    r"|failure notice\s*$|message (?:not delivered|delivery failure|blocked)\s*$|this is the mail system at host\b"
    r"|your message (?:to \S{3,80} )?(?:wasn.t|was not|couldn.t|could not|has not|has)(?: be(?:en)?)? (?:delivered|blocked)"
    r"|address not found\s*$|(?:hi\. )?this is the \S{2,40} program at\b|unzustellbar:|your message\s+to:? \S+[^\n]{0,200}was read on\b"
    r")",
    re.IGNORECASE | re.MULTILINE,
)
BOUNCE = re.compile(
    r"\bmailer-daemon@|\b5[0-9]{2}[ -]5\.[0-9]\.[0-9]{1,2}\b|\breporting-mta: |\bfinal-recipient: |\bdiagnostic-code: |\bsmtp error from remote",
    re.IGNORECASE,
)
_MAY_BOUNCE = Screen(
    "mailer-daemon@", "5.", "reporting-mta", "final-recipient", "diagnostic-code", "smtp error"
)
# "I am out of the office" and "answer when I am back" make an absence note together.
AWAY = re.compile(
    r"\bi(?:'m| am| will be|'ll be)(?: currently| now)? (?:out of (?:the )?office|away from (?:the office|my desk|my e-?mail)"
    r"|on (?:annual|parental|maternity|paternity|sick|medical)? ?(?:leave|vacation|holiday)\b|travell?ing with limited access)",
    re.IGNORECASE,
)
_MAY_BE_AWAY = Screen("office", "away from", "leave", "vacation", "holiday", "limited access")
_BACK = re.compile(
    r"\b(?:(?:limited|no) access to (?:my )?(?:e-?mail|mails)|(?:respond|reply|get back) to (?:you|your|e-?mails?|messages?)\b"
    r"|in my absence|for urgent (?:matters|requests|issues|queries)|if (?:it is|this is|your \w+ is) urgent|upon my return"
    r"|when i (?:return|am back|get back))",
    re.IGNORECASE,
)
# No customer's return: one who is away comes back.
_MY_RETURN = re.compile(r"\b(?:up)?(?:on|until|till|after|before) my return\b", re.IGNORECASE)
# What chat windows write when a button is pressed or a chat opens and closes.
CLICK = re.compile(
    r"\s*(?:[\[(<*_]{1,2}(?:button|quick[ _-]?reply|postback|option|menu|user|visitor|customer)(?: (?:clicked|selected|pressed|choice))?[\])>*_:]{1,3}[^\n]{0,80}"
    r"|(?:(?:user|visitor|customer) )?(?:clicked|selected|pressed|chose)(?: (?:on|the|button|option))*: ?[^\n]{1,80}"
    r"|(?:button|quick[ _-]reply|postback)(?: (?:clicked|pressed|selected))?: ?[^\n]{1,80}"
    r"|(?:the )?(?:chat|conversation|session) (?:was |has been |has )?(?:started|ended|closed|transferred|assigned)(?: (?:by|to|due to|after|at|on)\b[^\n]{0,80})?[.!]?"
    r"|(?:the )?(?:visitor|customer|user|client) (?:has )?(?:joined|left|ended|closed|started)(?: the)? ?(?:chat|conversation|session)?[.!]?"
    r"|get started|main menu|back to (?:the )?(?:main )?menu)\s*",
    re.IGNORECASE,
)

# Words of someone who has bought or wants to buy here.
_CUSTOMER = re.compile(
    r"\b(?:my|the|our|this|an) (?:recent |last |previous )?(?:order|parcel|package|delivery|refund|purchase|return|item|invoice)\b|\bi(?:'ve| have)? (?:\w+ )?"
    r"(?:ordered|bought|purchased|received|returned|paid|been ordering|been shopping|shop|order|sign up)\b|\bcouriers?\b|\bstars?\b|\bclothes from\b|\border (?:number|no|id|#)|\brefund(?:ed)? me\b|\btracking\b"
    r"|\b(?:don't|do not|never) (?:buy|order|shop)\b|\bmy money\b",
    re.IGNORECASE,
)
PITCH = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # who they are
        (
            r"\bwe(?:'re| are) (?:an? )?(?:[\w-]+ ){0,4}(?:agency|manufacturer|supplier|factory|exporters?|wholesaler|development company"
            r"|(?:marketing|software|logistics|shipping|freight|packaging|printing|sourcing|trading|fulfil?lment) company|team of (?:[\w-]+ ){0,3}(?:developers|designers|experts))\b"
            r"|\bi(?:'m| am) (?:an? )?(?:[\w-]+ ){0,4}(?:seo|marketing|web|shopify|business development|wordpress|digital) (?:[\w-]+ ){0,2}"
            r"(?:expert|consultant|specialist|manager|developer|designer|executive|strategist|freelancer)\b|\bour (?:agency|factory)\b|\bour (?:seo )?clients\b"
            r"|\bi(?:'m| am) (?:an? )?(?:[\w-]+ ){0,4}(?:creator|influencer|blogger|vlogger|youtuber|tiktoker)\b"
            r"|\b\d[\d.,]*[km]?\+? (?:\w+ )?followers\b"
        ),
        # what they sell
        (
            r"\bseo\b|\bbacklinks?\b|\bguest posts?\b|\blink[- ]building\b|\bdomain authority\b|\bgoogle (?:rankings?|ads)\b|\b(?:first|top) page of google\b"
            r"|\brank(?:ing|s)? (?:higher |better |your (?:site|website) )?(?:on|in) google\b|\borganic traffic\b|\bsearch engine optimi[sz]ation\b|\bdigital marketing\b"
            r"|\b(?:redesign|re-design|revamp) (?:of )?your (?:web)?(?:site|store)\b|\b(?:web(?:site)?|mobile app|app) (?:design|development) services?\b"
            r"|\bemail list\b|\blead generation\b|\bqualified leads\b|\bunsecured loans?\b|\bbusiness (?:loan|funding)\b|\bfollowers for\b|\bproduct photography\b"
            r"|\bsponsored (?:post|article|content|video|reel)s?\b|\bdo-?follow\b|\bpaid (?:partnership|collaboration|promotion)\b"
            r"|\b(?:free|complimentary|pr) (?:products?|items?|samples?|packages?) (?:in exchange|in return)\b|\bmedia kit\b"
        ),
        # what it would bring
        (
            r"\b(?:increase|boost|grow|double|triple|skyrocket|scale|improve|explode) your (?:\w+ ){0,2}(?:sales|revenue|traffic|conversions?|conversion rate|business|store|brand|roi|visibility|rankings?)\b"
            r"|\bmore (?:traffic|sales|leads|customers) (?:to|for|from) your (?:web)?(?:site|store|business)\b|\bcompetitive prices?\b|\bfactory price\b|\bmoq\b|\bour (?:product )?catalogu?e\b"
            r"|\bwholesale prices?\b|\boem\b|\bodm\b"
        ),
        # what they ask
        (
            r"\b(?:schedule|book|hop on|jump on|arrange|set up|have) (?:for )?(?:an? )?(?:quick |short |brief |free |\d+[- ]min(?:ute)?s? )*(?:call|chat|demo|consultation|zoom)\b|\bfree (?:seo )?(?:audit|quote|proposal|consultation|analysis|mock-?up)\b"
            r"|\b(?:person|owner) (?:in charge|responsible)\b|\bare you the (?:owner|right person|decision)\b|\b(?:came across|visited|was (?:on|browsing|looking at)|found|reviewed|checked out) your (?:\w+ )?(?:web)?(?:site|store|page|profile|brand)\b"
            r"|\bwould you be (?:interested|open) (?:in|to)\b|\blet me know if you(?:'re| are) interested\b|\binterested in (?:collaborating|partnering|a partnership|a collaboration)\b"
            r"|\b(?:reply|respond) (?:with )?[\"']?(?:stop|unsubscribe|yes)\b|\bcollaborat(?:e|ion|ing) with your (?:brand|shop|store|company)\b|\b(?:article|post|link) on your (?:blog|site|website)\b|\bour portfolio\b|\bcase stud(?:y|ies)\b"
        ),
    )
)
SPAM = re.compile(
    r"\b(?:bitcoin|crypto(?:currency)?|forex) (?:invest\w*|trad\w*|recovery)\b|\bnext of kin\b|\bviagra\b|\bcialis\b"
    r"|\byou have won (?:a |the |our |\w+ )?(?:lottery|prize|[$\u00a3\u20ac]\s?\d|\d[\d,.]* )|\bonline casino\b|\bcasino bonus\b"
    r"|\bearn (?:up to )?[$\u00a3\u20ac]\s?\d[\d,.]* (?:per|a|every) (?:day|week|hour)\b|\bhot singles\b"
    r"|\byour domain \S{1,80} (?:is about to|will|is due to) expire\b|\b(?:search engine|domain) (?:listing|registration) (?:expir|renew)\w*"
    r"|\b(?:meta|facebook|instagram) (?:business )?(?:page|account)s?\b[^\n]{0,160}\b(?:permanently (?:deleted|disabled|removed|deactivated)"
    r"|(?:violat|suspen|disabl|deactivat|verif|appeal)[^\n]{0,80}within (?:24|48) hours|within (?:24|48) hours[^\n]{0,80}(?:violat|suspen|disabl|deactivat|verif|appeal))"
    r"|\brecover your (?:lost )?(?:funds|crypto|bitcoin)\b|\bguaranteed (?:profit|daily returns)\b",
    re.IGNORECASE,
)
# A pitch has one of the first three signs, or is spam.
MAY_BE = (
    Screen("agency", "manufacturer", "supplier", "factory", "exporter", "wholesaler", "company", "team of",
           "creator", "influencer", "blogger", "vlogger", "youtuber", "tiktoker", "followers", "seo", "marketing ", "web ", "shopify ", "business development ", "wordpress ", "digital ", "clients"),
    Screen("seo", "backlink", "guest post", "link-building", "link building", "domain authority", "google",
           "organic traffic", "search engine opti", "digital marketing", "design", "development service",
           "vamp your", "vamp of your", "email list", "lead generation", "qualified leads", "unsecured loan",
           "business loan", "business funding", "followers for", "product photography", "sponsored ", "follow", "paid p", "paid collaboration",
           "in exchange", "in return", "media kit"),
    Screen("increase your", "boost your", "grow your", "double your", "triple your", "skyrocket your", "scale your",
           "improve your", "explode your", "more traffic", "more sales", "more leads", "more customers",
           "competitive price", "factory price", "moq", "our catalog", "our product catalog", "wholesale price", "oem", "odm"),
)  # fmt: skip
MAY_BE_SPAM = Screen(
    "bitcoin ", "crypto", "forex ", "next of kin", "viagra", "cialis", "you have won", "casino", "earn ",
    "hot singles", "recover your", "guaranteed ", "your domain ", "search engine ", "domain ", "permanently ", "within 24 hours",
    "within 48 hours",
)  # fmt: skip
# Every pitch has one of these; most texts have none and need no closer look.
TRACES = Screen(
    "seo", "backlink", "website", "web site", "agency", "manufactur", "supplier", "exporter", "factory", "wholesale",
    "marketing", "leads", "your business", "your store", "your brand", "your sales", "your site", "bitcoin", "crypto",
    "forex", "loan", "casino", "you have won", "viagra", "cialis", "kin", "earn ", "google", "singles", "funds",
    "profit", "guest post", "followers", "developer", "creator", "influencer", "blogger", "vlogger", "youtuber", "tiktoker",
    "sponsored", "follow", "media kit", "competitive price", "moq", "your blog", "your domain", "search engine", "domain ", "permanently", "within 24", "within 48",
)  # fmt: skip


def is_automatic(text: str) -> bool:
    """Return whether a machine wrote the text: an absence note, a bounced mail, a chat's button.

    Parameters
    ----------
    text : str
        A message.

    Returns
    -------
    bool
        True only if it is plain; a customer who tells of an automatic reply is a customer.

    Examples
    --------
    >>> is_automatic("Automatic reply: I am out of the office until Monday.")
    True
    >>> is_automatic("Undeliverable: your invoice"), is_automatic("[Button clicked] Track order")
    (True, True)
    >>> is_automatic("All I get is an automatic reply, where is my order?")
    False
    """
    head = text[:HEAD]
    lower = folded(head)
    if MACHINE.match(head) or CLICK.fullmatch(head):
        return True
    if _MAY_BOUNCE(lower) and BOUNCE.search(head):
        return True
    if not _MAY_BE_AWAY(lower) or not (AWAY.search(head) and _BACK.search(head)):
        return False
    return _CUSTOMER.search(_MY_RETURN.sub(" ", head)) is None


def is_pitch(text: str) -> bool:
    """Return whether the text wants to sell something to the shop, or is spam.

    Two of four signs must meet: who they are, what they sell, what it would bring, what they ask.

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
    head = text[:4000]
    if not TRACES(head.lower()):
        return False
    screened = folded(head)
    if not (any(screen(screened) for screen in MAY_BE) or MAY_BE_SPAM(screened)):
        return False
    if _CUSTOMER.search(head):
        return False
    signs = sum(sign.search(head) is not None for sign in PITCH)
    return signs >= 2 or SPAM.search(head) is not None
