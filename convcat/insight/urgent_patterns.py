"""What has to be read today, as phrases, and what takes them back.

A phrase names a thing together with what makes it grave ("burnt my hand", "dispute with my
bank"), never a bare word: dresses are killer, tops are burnt orange and colours bleed. What a
figure of speech covers is no find, nor is what words before it deny ("nobody was hurt").
English only, as the list is. A blank in a phrase stands for any white space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = (
    "(?:finger|thumb|hand|arm|wrist|elbow|shoulder|leg|knee|foot|feet|toe|ankle|heel|face|eye|lip|"
    "mouth|tongue|throat|tooth|teeth|head|scalp|neck|back|chest|stomach|skin)(?:e?s)?"
)
_WHOSE = r"(?:my|his|her|our) (?:\w+'s )?(?:(?:poor|little|left|right|whole|entire|bare|index) )*"
_KIN = (
    r"(?:my|our|the) (?:\w+ ){0,2}?(?:son|daughter|child|children|kids?|baby|toddler|husband|wife|"
    r"partner|mother|mum|mom|father|dad|cat|dog|puppy|girl|boy|niece|nephew|grandson|granddaughter)"
)
_BANK = (
    "(?:bank|pay ?pal|klarna|afterpay|affirm|visa|master ?card|amex|american express|"
    "(?:(?:credit|debit) )?card(?: (?:company|issuer|provider))?)"
)
_DATA = "(?:(?:personal|private) )?(?:data|details|information|info)"
_WE = "(?:(?:i|we)(?:'ll| will|'m going to| am going to|'re going to| are going to|'m gonna| want to|'d like to)|gonna|going to)"
_CALM = (
    "(?:no|not|never|without|nobody|no one|none|nor|neither|any|zero|isn't|wasn't|weren't|didn't|"
    "doesn't|don't|hasn't|haven't|hadn't|won't|can't|cannot|couldn't|wouldn't|free of|free from|afraid of|"
    "worried about|worry about|prevents?|preventing|avoids?|avoiding|against|longer|less)"
    r"(?:\W+(?:an?|the|any|one|was|were|is|are|been|be|got|get|gets|had|have|has|even|ever|really|"
    r"chance|risk|danger|fear|signs?|kind|sort|of|my|it|yet|single|serious|to|worry|about|being|long)){0,4}"
)


@dataclass(frozen=True)
class Reason:
    """One reason to read a conversation today.

    Attributes
    ----------
    id, name : str
    stems : tuple of str
        Small letters of which some stand in every find: quick to look for.
    find : pattern
        What tells of it.
    unless : pattern or None
        What, standing right before a find in its sentence, takes it back.
    """

    id: str
    name: str
    stems: tuple[str, ...]
    find: re.Pattern[str]
    unless: re.Pattern[str] | None = None


def _reason(id_: str, name: str, stems: str, *phrases: str, unless: str = "") -> Reason:
    joined = "|".join(f"(?:{p})" for p in phrases).replace(" ?", r"\s?").replace(" ", r"\s+")
    before = re.compile(rf"\b(?:{unless})\W*\Z", re.IGNORECASE) if unless else None
    find = re.compile(rf"\b(?:{joined})", re.IGNORECASE)
    return Reason(id_, name, tuple(stems.split("|")), find, before)


IDIOMS = re.compile(
    r"""\b(?:insult\s+(?:to|and)\s+(?:the\s+)?injury | to\s+die\s+for | drop\s+dead\s+gorgeous
    | kill(?:ed|ing|s)?\s+(?:it|time|the\s+(?:look|vibe|mood|deal)|two\s+birds) | dressed\s+to\s+kill
    | (?:you(?:'re|\s+are|\s+guys\s+are)|feet|legs|heels|back|shoes|boots)\s+(?:\w+\s+){0,2}?kill(?:ing|ed)?\s+me
    | (?:kill|hurt|beat)(?:ing)?\s+(?:myself|himself|herself)\s+(?:laughing|trying|with\s+laughter|up)
    | (?:cut(?:ting)?|slit(?:ting)?)\s+(?:my|his|her|our|their|your)\s+own\s+throats? | bleeding\s+hearts?
    | (?:this|these|it|they|outfit|looks?|drip|you|deals?)(?:'s|'re|\s+is|\s+are)?\s+(?:\w+\s+)?(?:on\s+)?fire\s?[!\U0001F525]
    | (?:pants|liar|world|girl\s+is|sale\s+is|house)\s+on\s+fire(?:\s+sale)? | like\s+a\s+house\s+on\s+fire | shock\s+horror
    | (?:culture|sticker|price)\s+shock | burn(?:s|ed|t|ing)?\s+(?:an?|your|my)?\s*holes?\s+in\s+(?:my|your|the)\s+(?:pocket|wallet)
    | burn(?:t|ed)\s+(?:orange|sienna|umber|red|sugar|caramel) | legal\s+(?:name|age|size|pads?|guardian|documents?|tender)
    | (?:tennis|food|basketball|squash|volleyball|badminton)\s+court | court\s+(?:heels?|shoes?)
    | (?:bath|sex|photo|seed|glitter|cocoa|chocolate|love|yarn|calorie)\s+bombs? | broke\s+(?:my|our|the|your)\s+(?:heart|bank|back\s+carrying)
    | hit\s+(?:me|him|her)\s+up | (?:bit|cut|scratch(?:ed)?)\s+(?:my|the)\s+(?:tongue|head)\s+(?:about|over|trying)
    | (?:back|stand|breath|spine)\s?breaking | break\s+a\s+leg | cost\s+(?:me\s+)?an\s+arm\s+and\s+a\s+leg
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Figures of speech: what overlaps one is no find."""

REASONS: tuple[Reason, ...] = (
    _reason(
        "self_harm", "Self-harm",
        "myself|himself|herself|my life|my own life|end it all|suicid|be alive|be here any|to live any|better off dead|i was dead|i were dead|self harm|self-harm",
        "(?:kill|killing|harm|harming|hang|hanging) (?:myself|himself|herself)", "(?:end|ending|take|taking) my (?:own )?life",
        "(?:want|going|ready|rather|could) (?:to )?end it all", r"(?:feel|feeling|felt|am|i'm|been|was) (?:\w+ )?suicidal|suicidal thoughts",
        "(?:commit|committing|attempt(?:ed|ing)?|thought of|thinking (?:of|about)|considering) suicide",
        "(?:don't|do not) want to (?:live|be alive|be here) any ?(?:more|longer)", "better off dead|wish i (?:was|were) dead|self[- ]harm",
        unless=r"(?:not|\w+n't|never)(?: going to| want to| gonna)?",
    ),
    _reason(
        "violence", "Violence or a threat of it",
        "kill|hurt|harm|beat|stab|shoot|punch|smash|slap|strangle|attack|murder|bomb|burn|knife|gun| bat |weapon|know where you|watch your back|threat|physical|assault|sexual",
        rf"{_WE} (?:\w+ )?(?:kill|hurt|harm|beat|stab|shoot|punch|smash|slap|strangle|attack|murder) (?:you|him|her|them|someone|somebody|every ?one|your|the (?:driver|manager|courier))\b",
        rf"{_WE} (?:burn|blow|smash|shoot|bomb) (?:\w+ )?(?:you|your|the|this|that) (?:\w+ )?(?:shop|store|warehouse|office|place|windows?|house|building)",
        rf"{_WE} (?:come|turn up|show up)(?: \w+){{0,5}} (?:knife|gun|bat|weapon)\b", "(?:bomb|death) threats?",
        "know where (?:you|your (?:staff|driver|family)) (?:live|lives|work)|watch your back",
        r"threat(?:en(?:ed|ing|s)?|s)? (?:(?:me|us|him|her|them|my \w+|staff|of|with|to) ){1,3}(?:\w+ )?(?:kill|hurt|harm|beat|hit|stab|shoot|punch|attack|rape|violence|knife|gun|weapon|physical)",
        r"physically(?:\W+verbally)? (?:threaten|attack|assault|abus|push)\w*", "(?:assaulted|punched|attacked|pulled a (?:knife|gun) on) (?:me|us|him|her|my)\\b",
        r"sexual(?:ly)? (?:harass|assault|abus)\w*", unless=r"(?:not|\w+n't|never|joke|joking)(?: going to| want to)?|verbally",
    ),
    _reason(
        "injury", "Injury",
        "injur|burn|scald|bruise|cuts on|cuts to|cuts all|deep cut|nasty cut|cut my|cut his|cut her|cut our|cut into my|blister|gash|wound|slice|lacerat|pierced m|crushed m|broke m|broke h|fractured|sprained|twisted m|dislocat|trapped m|trapped h|stabbed|electrocut|hurt|scratched m|scratched h|zapped|bleed|bled|swollen|infected|degree burn|needed stitches|stitches in|hospital|a&e|a & e|emergency room|urgent care|casualty|concuss|unconscious|damaged my|damaged her|damaged his",
        r"(?:was|were|been|got|get|seriously|badly|left|i) (?:\w+ )?injured\b|injured (?:my|his|her|myself|himself|herself)\b",
        rf"(?:injur(?:y|ies)|burns|bruis(?:es|ing)|cuts|blisters|gash|wound|(?:deep|nasty|bad) (?:cut|burn)) (?:on|to|in|all over|across) {_WHOSE}{_PART}\b",
        rf"(?:burn(?:t|ed|s)?|scald(?:ed|s)?|cut(?: into)?|sliced(?: open)?|gashed|lacerated|pierced|crushed|broke|fractured|sprained|twisted|dislocated|trapped|stabbed|electrocuted|blistered|bruised|hurt|scratched|damaged) {_WHOSE}{_PART}\b(?! (?:straps?|holes?|seam|piece|size|bag|open trying))",
        rf"(?:burn(?:t|ed)|scald(?:ed)|injured|electrocuted|zapped) (?:me|him|her|{_KIN})\b(?! (?:out|once|before|again|by))|(?:burn(?:t|ed)|scalded|hurt|injured|electrocuted) (?:myself|himself|herself|{_KIN})\b",
        rf"{_WHOSE}{_PART} (?:\w+ ){{0,3}}?(?:bleeding|bled|burnt|scalded|bruised|blistered|infected|fractured)\b", "(?:second|third|2nd|3rd)[- ]degree burns?|chemical burns?|needed stitches|concussion|knocked unconscious",
        r"(?:ended up|end up|rushed|taken|took (?:me|him|her|my \w+)|sent (?:me|him|her|my \w+)|landed|had to go|a trip) (?:\w+ )?(?:to|in|at) (?:the )?(?:hospital|a ?& ?e|emergency room|urgent care|casualty)\b",
        "(?:was|were|been|got|had (?:me|him|her)) hospitali[sz]ed", r"(?:tripped|slipped|fell|fallen) (?:\w+ ){0,7}?(?:hurt|injured|fractured)\b",
        unless=rf"{_CALM}|(?:you|people|can|could|may|might|will|would|to|risk|you'll)(?: easily| really| get| be)?",
    ),
    _reason(
        "allergy", "Allergy",
        "allerg|anaphyla|epipen|epi-pen|epi pen|reaction to|reacted|reacts|rash|hives|out in |welts|swelled|swollen|dermatitis|eczema",
        r"allergic (?:skin )?reactions?|anaphyla\w+|epi[- ]?pens?\b", r"(?:reacted|bad reaction|reaction|reacts) (?:badly )?to (?:the|this|that|it|your) (?:\w+ )?(?:fabric|material|dye|cream|product|detergent|metal|nickel|latex|lotion|serum|perfume|ingredient|food)",
        r"(?:came|broke|broken|come|coming|breaking) (?:(?:me|him|her|my \w+) )?out in (?:(?:an?|the|some|this) )?(?:\w+ ){0,3}?(?:rash|hives|spots|welts|bumps|blisters)",
        r"(?:developed|gave|giving|gives|given|got|caused|causing|causes|left|itchy|red|nasty|terrible|serious|skin) (?:(?:me|him|her|us|my \w+|our \w+) )?(?:with )?(?:an? |the )?(?:\w+ ){0,2}?(?:rash(?:es)?|hives|welts)\b(?! (?:driv|decision|guard|vest|cream|behav))",
        rf"{_WHOSE}{_PART} (?:\w+ ){{0,2}}?(?:swelled|swollen)\b", r"(?:nut|peanut|almond|sesame|milk|dairy|lactose|gluten|wheat|egg|fish|shellfish|soya?|wool|latex|nickel|food|severe|serious|lanolin|fragrance|perfume|skin) allerg(?:y|ies)\b",
        r"(?:i'm|i am|is|are|he's|she's|severely|highly|very|deadly|who's) (?:\w+ )?allergic to\b(?! (?:dogs?|cats?|pets?|fun|work|shopping|people|paying|spending|customers?|nonsense|answering))", "undeclared allergens?|contact dermatitis|eczema (?:flar|break)",
        unless=_CALM,
    ),
    _reason(
        "safety", "Unsafe product",
        "fire|flames|hazard|dangerous|unsafe|lethal|harmful|toxic|poison|electric shock|electrical shock|a shock off|a shock from|electrocut|exploded|explodes|blew up in|blew up while|burst into|burst in|sparked|sparking|smoke |smoking|flame |sparks|fumes|overheat|choking|choked on|chokes on|suffocat|swallowed|glass in|metal in|plastic in|wire in|needle in|pin in|blade in|bone in|stone in|insect in|cockroach in|maggot|nail in|screw in|worm|bugs in|salmonella|listeria|botulism|carbon monoxide|gas leak|lead paint|asbestos|vomit|sick after|sick from|ill after|ill from|recalled|brakes|collapsed|gave way|toppled|tipped over|snapped|suicide machine|death trap|deathtrap|life-threatening|life threatening",
        r"(?:caught|catch(?:es|ing)?|went up in|burst into|set (?:it|me|them|us|my \w+|the \w+) on|is on|was on|were on|went on) (?:on )?(?:fire|flames)\b(?! (?:stick|tablet|tv|hd|sale|phone|\d))",
        "(?:fire|safety|choking|shock|strangulation|suffocation|electrical|burn|trip|tripping) (?:hazard|risk)s?", r"(?:dangerous|harmful|poisonous|toxic|unsafe|hazardous) (?:to|for) (?:(?:your|my|our|the|a|his|her|small|young) )?(?:health|child\w*|kids?|bab(?:y|ies)|toddlers?|pets?|dogs?|cats?|humans?|consum\w*|eyes?|skin|fingers?|ears?|use|eat|touch|wear)",
        "(?:hazardous|toxic|poisonous) (?:material|fumes|chemical|gas|substance)", r"(?:is|are|it's|that's|was|were|so|very|extremely|really|quite|actually|potentially|downright|highly|simply|plain) (?:(?:an?|very|really|extremely|so|just|plain|too|potentially) )*(?:dangerous|unsafe|lethal|life[- ]threatening)\b(?! (?:to (?:cross|park|walk|drive|leave|deliver)|and (?:almost|nearly) impossible|parking|area|place|road|habit|territory|precedent|city|lifestyle))",
        "(?:dangerous|unsafe|lethal) (?:product|item|toy|device|appliance|heater|charger|batter|material|defect|fault|design|mistake|component)", r"electr(?:ic|ical) shocks?|a shock (?:off|from)|electrocut(?:ed|es|ing|e)\b",
        r"(?:it|they|one|which|batter(?:y|ies)|charger|phone|bottle|glass|device|item|machine|bulbs?|heater|toaster|blanket|product|scale|vape|laptop|speaker|unit|jar|bowl|pan|dryer|straighteners?|watch|candle|lamp) (?:(?:just|has|had|have|almost|nearly|literally|actually|suddenly|then|also|all) )*(?:exploded(?! (?:from|into popularity|in popularity|onto))|explodes|blew up (?:in|while)|burst into|sparked|(?:started|began) (?:to )?spark)",
        r"(?:smoke|sparks|flames?|fumes) (?:(?:was|were|is|are|started|began|kept) )?(?:com(?:ing|es)|came|pouring|billowing|shooting|flying|rising)\b", r"(?:(?:started|began) (?:to )?|starts |it was |is now )(?:smoking|smoke|sparking)\b(?! (?:again|in bed|outside|cigar|weed|alarm|detector|area))",
        r"overheat\w* (?:\w+ ){0,5}?(?:fire|burn|melt|dangerous|smok)", r"(?:chok(?:ed|es|ing)|suffocat(?:ed|ing)) on (?!my (?:coffee|tea|drink)|the (?:price|cost|smell))|choking hazard", "(?:swallowed|swallow) (?:a|the|it|one|some|part|small) (?:part|piece|battery|button|bead|bit|magnet)",
        r"(?:glass|metal|plastic|wire|needle|pin|blade|bone|stone|insect|cockroach|maggots?|nail|screw|worms?|bugs) in (?:the |my |our |his |her |a |your )(?:\w+ )?(?:food|drink|meal|salad|bread|yogh?urt|soup|chocolate|cereal|bottle|jar|sandwich|chicken|rice|pasta|cake|milk|juice|formula|meat|pizza|burger|sauce|nappy|nappies|diapers?|shoe|lining|toy|pillow|bra|sock|dress|shirt|collar|sleeve|coat|jumper)s?\b",
        r"(?:food poisoning|salmonella|listeria|botulism|carbon monoxide|gas leak|lead paint|asbestos)", r"(?:sick|ill|vomit(?:ed|ing)?) (?:after|from) (?:eat|drink|tak|using|the (?:food|meal|drink|smell|fumes))",
        r"(?:been|was|were|are) recalled\b", r"brakes (?:failed|don't work|didn't work|gave out)", rf"(?:collapsed|gave way|toppled|tipped over|snapped|fell) (?:on|under|onto|with) (?:top of )?(?:me|him|her|{_KIN})\b(?! (?:the|in the|before|while putting) (?:first|zip))", "suicide machine|death ?trap",
        unless=rf"{_CALM}|considered|smells? like|pants",
    ),
    _reason(
        "legal", "Legal threat",
        " sue|suing|get sued|be sued|lawsuit|law suit|legal|lawyer|solicitor|attorney|barrister|to court|in court|consumer court|county court|conjumar court|small claim|consumer forum|trading standard|ombudsman|bbb|better business|ftc|trade commission|consumer affairs|consumer protection|watchdog|watch dog|police|fir |a fir|cyber|breach of contract|statutory|consumer rights act|sale of goods|class action|class-action|letter before|litigation|press charges|pressing charges",
        r"(?:will|gonna|goona|going to|wanted to|want to|can|shall|have to|need to|must|would|option but to|look to|looking to|intent to|'ll|before i|may|might|to) (?:(?!not|never)\w+ )?sue\b(?!')(?: (?!offered|said|told|and i\b)\w+|[.!])", "(?:i'm|i am|we're|we are|will be|shall be|considering|going to be|\\*\\*ing) suing", "(?:going to|will|gonna) (?:get|be) sued", r"law ?suits?\b",
        r"(?:take|taking|seek|seeking|pursue|pursuing|face|initiate|initiating|start|starting|bring|consider|considering|contemplat\w+|go|going|forced to follow|choose|opt to choose|file|filing|send|sending|sent|proceed with|threaten\w*|no option but|leading to) (?:\w+ ){0,3}?legal (?:action|advice|proceedings|counsel|remed|notice|route|case|steps|representation|support|help|recourse|means|matter|claim|way)",
        "legal (?:action|proceedings|notice) (?:will|if|against you|my side|very soon|is)", r"(?:go|walk|take (?:it|this|you|them)|move) (?:\w+ )?legal(?:ly)?\b", r"(?:my|our) (?:lawyer|solicitor|attorney|barrister)s?\b(?! (?:on|for|friend))",
        r"(?:hire|hiring|consult|consulting|contact|contacting|call|calling|talk(?:ing)? to|talk(?:ing)? with|speak(?:ing)? to|see|seeing|get|getting|need|from) (?:an?|the|with a) (?:\w+ )?(?:lawyer|solicitor|attorney|barrister)\b", r"(?:consumers?|conjumar|civil|county|district|small claims?|high) courts?\b|consumers? forum|small claims?\b",
        r"(?:go|going|goto|take|taking|taken|see|meet|you|this|it|them|on|move) (?:\w+ ){0,3}?(?:to|in|on) (?:the )?(?:\w+ )?court\b(?! (?:shoes?|side|yard|house))", r"(?:report|complain|contact|call|involv|notif|inform|writ|fil|issue|through)\w* (?:\w+ ){0,4}?(?:to |with )?(?:the )?(?:\w+ )?(?:trading standards|ombudsman|bbb|better business bureau|ftc|federal trade commission|consumer (?:affairs|protection|rights|helpline)|fca|ofcom|watch ?dog|attorney general)\b",
        "(?:to|with|involve|contact|get) trading standards|(?:consumer|financial|legal) ombudsman|attorney generals?(?:'s)? (?:office|complaint)", r"(?:file|filed|filing|register|registered|lodge|lodged|made|make|making|raise|put in|submit\w*) (?:an? |the |my )?(?:\w+ )?(?:police|fir|cyber ?crime|criminal) (?:report|complaint|case|charges)|(?:file|lodge|register) (?:an? )?fir\b", r"police (?:complaint|report)s?|(?:report|reported|reporting|go|going|went) (?:\w+ ){0,2}?to (?:the |my local |local )?police\b",
        "breach of contract|consumer rights act|sale of goods act|(?:my|our) statutory rights|class[- ]action|letter before (?:action|claim)|litigation|press(?:ing)? charges",
        unless=r"(?:not|\w+n't|never|no (?:need|plan|intention)(?: of)?|won't)(?:\W+(?:want|going|threatening|planning|trying|wish|about|to|into|an?|any|here|taking|take|the)){0,3}|friend|aunt|retail|the ftc is(?: currently)?|(?:asked|told|advised|wanted)(?: me| i| us)?(?: to| make| file)?",
    ),
    _reason(
        "chargeback", "Chargeback or bank dispute",
        "charge back|chargeback|charge-back|charge backs|disput|claim|paypal c|open a case|opened a case|opened the case|opened up a case|case with|through my bank|via my bank|from my bank|by my bank|with my bank|through paypal|through my c|section 75|tell my bank|told my bank|ask my|call my bank|stop payment|complaint with my",
        r"charge[ -]?backs?\b", rf"disput(?:e|ed|es|ing)\b(?:\W+(?!and\b|but\b)[\w']+){{0,7}}?\W+{_BANK}\b", rf"{_BANK}(?:\W+\w+){{0,5}}?\W+disput(?:e|ed|ing)\b",
        r"(?:fil(?:e|ed|ing)|open(?:ed|ing)?|rais(?:e|ed|ing)|start(?:ed|ing)?|submit(?:ted|ting)?|put in|initiat(?:e|ed|ing)|lodg(?:e|ed|ing)) (?:an? |the |my |another )?(?:\w+ )?dispute\b",
        r"disput(?:e|ed|ing) (?:(?:the|this|these|that|all|my|your|their|an?) )?(?:\w+ )?(?:charges?|payments?|transactions?|purchases?)\b",
        rf"(?:fil(?:e|ed|ing)|open(?:ed|ing)?|rais(?:e|ed|ing)|start(?:ed|ing)?|mak(?:e|ing)|made|put in|lodg(?:e|ed|ing)|report) (?:(?:an?|the|my|up) )*(?:\w+ )?(?:claim|case)s? (?:with|through|via|on|at|to) (?:(?:my|the) )?(?:\w+ )?{_BANK}\b",
        r"(?:money back|refund|refunded|reclaim|reverse|reversed) (?:\w+ ){0,3}?(?:through|via|from|by) my (?:bank|credit card company|card (?:company|issuer|provider))\b(?! account| statement)", "(?:paypal|credit card|bank|visa) (?:claim|dispute)\\b", r"section 75\b",
        r"(?:ask|asked|asking|tell|told|contact(?:ed)?|call(?:ed)?) my (?:bank|credit card company|card (?:company|issuer|provider)) to (?:\w+ )?(?:reverse|stop|block|cancel|refund|reclaim|get)\b", "stop payment with my bank",
        unless="no need to|no need for a|not going to|won't|wouldn't|don't want to|delivery|shipping|postage|customs",
    ),
    _reason(
        "data", "Data-protection request",
        "gdpr|ccpa|cpra|to be forgotten|of erasure|access request|dsar|data breach|security breach|privacy breach|information commissioner|the ico|my data|my personal|my details|my info|personal data|personal info|account|about me|on me|customer data|customers personal|sell my|my consent",
        r"(?:under|with|per|by|of|my|a) (?:the )?(?:gdpr|ccpa|cpra)\b|(?:gdpr|ccpa) (?:request|rights?|breach|violation|complaint|delet\w+)|right to be forgotten|right of erasure", "(?:subject|data) access requests?|dsar", "(?:data|privacy|security) breach(?:es)?|information commissioner|(?:to|the) ico\\b",
        rf"(?:delet(?:e|ion of)|eras(?:e|ure of)|remov(?:e|al of)|wipe) (?:all )?(?:of )?my (?:\w+ )?{_DATA}\b",
        r"(?:please|pls|plz|kindly|can you|could you|would you|will you|want(?: you)? to|want it|want my|like(?: you)? to|request(?:ed|ing)? (?:you )?to|request for|ask(?:ed|ing)? (?:you |them )?to|refus\w+ to|how do i|how to|how can i|wish to|help me) (?:\w+ )?(?:delete|erase|close|remove|cancel and delete|permanently delete|permanently close) (?:my|our|the) (?:\w+ )?account\b(?! number)", r"account (?:to be )?(?:permanently )?(?:deleted|erased) (?:please|permanently|and all)",
        rf"(?:copy|record|list|export) of (?:all )?(?:of )?(?:the |my )?(?:\w+ )?{_DATA} (?:that )?(?:you|held)", rf"what {_DATA} (?:do )?you (?:have|hold|keep|store)|{_DATA} (?:that )?you (?:have|hold|keep|store) (?:on|about) me\b",
        rf"(?:shar(?:e|ed|ing)|sold|sell|selling|leak(?:ed|ing)?|gave (?:away|out)|disclos(?:ed|ing)|circulat(?:ed|ing)) (?:my|our|customers?'?) (?:\w+ )?{_DATA}\b", "do not sell my|withdraw my consent",
        unless=r"(?:not|never|\w+n't)(?: want to| have to| need to)?|i|i've|i'd|i have|i had|i already|have already|decided to|looked at|i will|i'll",
    ),
)  # fmt: skip
"""Every reason, the gravest first."""
