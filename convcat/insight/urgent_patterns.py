"""What has to be read today, as phrases, and what takes them back.

A phrase names a thing together with what makes it grave ("burnt my hand", "dispute with my
bank"), never a bare word: dresses are killer, tops are burnt orange and colours bleed. What a
figure of speech covers is no find, nor is what words before it deny ("nobody was hurt").
English only, as the list is. A blank in a phrase stands for any white space.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_PART = (
    "(?:finger|thumb|hand|arm|wrist|elbow|shoulder|leg|knee|foot|feet|toe|ankle|heel|face|eye|lip|"
    "mouth|tongue|throat|tooth|teeth|eyelid|head|scalp|neck|back|chest|stomach|skin)(?:e?s)?"
)
_WHOSE = r"(?:my|his|her|our) (?:\w+'s )?(?:(?:poor|little|left|right|whole|entire|bare|index) )*"
_BONE = "(?:ribs?|hip|nose|jaw|collar ?bone|pelvis|tail ?bone|spine|shin|knuckles?)"
_KIN = (
    r"(?:my|our|the) (?:\w+ ){0,2}?(?:son|daughter|child|children|kids?|baby|toddler|husband|wife|"
    r"partner|mother|mum|mom|father|dad|cat|dog|puppy|girl|boy|niece|nephew|grandson|granddaughter)"
)
_BANK = (
    "(?:bank(?! holiday)|barclays|santander|hsbc|lloyds|natwest|monzo|starling|revolut|chase|citibank|wells fargo|capital one|pay ?pal|klarna|afterpay|affirm|visa|master ?card|amex|american express|"
    "(?:(?:credit|debit) )?card(?: (?:company|issuer|provider))?)"
)
_DATA = "(?:(?:personal|private) )?(?:data|details|information|info)"
_MY_BANK = "my (?:\\w+ )?(?:bank|(?:credit )?card (?:company|issuer|provider|people))"
_WE = (
    "(?:(?:i|we)(?:'?ll| will|'?m going to| am going to|'re going to| are going to|'?m gonna| want to|"
    "'d like to| swear| shall)|gonna|going to)"
)
_THEY = (
    "(?:driver|courier|(?:delivery|security) (?:guy|man|boy|person|woman|guard|driver|agent)|guy|bloke|man|"
    "engineer|installer|fitter|rider|postman|guard|staff|employee|manager|he|she|who)"
)
_FREE = "(?:(?:tree )?nut|peanut|gluten|wheat|dairy|milk|lactose|egg|soya?|sesame|allergen)[- ]free"
_CALM = (
    "(?:no|not|never|without|nobody|nothing|no one|none|nor|neither|any|zero|cannot|"
    "(?:is|was|were|did|does|do|has|have|had|wo|ca|could|would)n'?t|free of|free from|afraid of|"
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
    phrases : tuple of str
        What tells of it, as pieces of one pattern.
    find : pattern
        Of all the phrases.
    unless : pattern or None
        What, standing right before a find in its sentence, takes it back.
    """

    id: str
    name: str
    stems: tuple[str, ...]
    phrases: tuple[str, ...]
    find: re.Pattern[str]
    unless: re.Pattern[str] | None = None


def any_phrase(phrases: Sequence[str]) -> str:
    """Return the pattern of any of some phrases of a reason."""
    return rf"\b(?:{'|'.join(phrases)})"


def _reason(id_: str, name: str, stems: str, *phrases: str, unless: str = "") -> Reason:
    told = tuple(f"(?:{p})".replace(" ?", r"\s?").replace(" ", r"\s+") for p in phrases)
    before = re.compile(rf"\b(?:{unless})\W*\Z", re.IGNORECASE) if unless else None
    find = re.compile(any_phrase(told), re.IGNORECASE)
    return Reason(id_, name, tuple(stems.split("|")), told, find, before)


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
    | (?:he|she|i|you|we|they|team|guys)(?:'s|'re|\s+(?:is|was|were|are))\s+on\s+fire
    | charge\s+back\s+up | knock\s+\w+\s+socks\s+off | rip\s+your\s+arms?\s+off
    | hit\s+(?:me|him|her)\s+up | (?:bit|cut|scratch(?:ed)?)\s+(?:my|the)\s+(?:tongue|head)\s+(?:about|over|trying)
    | (?:back|stand|breath|spine)\s?breaking | break\s+a\s+leg | cost\s+(?:me\s+)?an\s+arm\s+and\s+a\s+leg
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Figures of speech: what overlaps one is no find."""

REASONS: tuple[Reason, ...] = (
    _reason(
        "self_harm", "Self-harm",
        "myself|himself|herself|my life|my own life|end it all|ending it all|suicid|be alive|be here any|to live any|better off dead|i was dead|i were dead|self harm|self-harm|overdose|point living|point in living|point going on|point in going on|point of living|point of being|reason to live|reason to go on",
        "(?:kill|killing|harm|harming|hang|hanging) (?:myself|himself|herself)", "(?:end|ending|take|taking) my (?:own )?life",
        "(?:want|going|ready|rather|could) (?:to )?end it all", "(?:think(?:ing)?|thought) (?:of|about) ending it all", r"(?:feel like|want to|wanna|think(?:ing)? (?:of|about)|urge to|going to) (?:hurt|cut)(?:ing|ting)? (?:myself|himself|herself)\b(?! (?:trying|on|carrying|with (?:this|these|the)))", "(?:took|taken|taking|take) an overdose|overdosed\\b", r"(?:no|the) (?:point|reason)(?: in| to| of)? (?:going on|go on|living|live|being alive)\b(?! (?:about|in (?:this|a) (?:area|house)))", r"(?:feel|feeling|felt|am|i'm|been|was) (?:\w+ )?suicidal|suicidal thoughts",
        "(?:commit|committing|attempt(?:ed|ing)?|thought of|thinking (?:of|about)|considering) suicide",
        "(?:don'?t|do not) (?:want to|wanna) (?:live|be alive|be here) any ?(?:more|longer)", "better off dead|wish i (?:was|were) dead|self[- ]harm",
        unless=r"(?:not|\w+n't|never)(?: going to| want to| gonna)?",
    ),
    _reason(
        "violence", "Violence or a threat of it",
        "kill|hurt|harm|beat|stab|shoot|punch|smash|slap|strangle|attack|murder|bomb|burn|knife|gun| bat |weapon|know where you|knows where|watch your back|smash|bash|kick| rip |break his|break her|break your|break their|knock his|knock her|knock your|grabbed|shoved|pushed|slapped|headbutt|strangl|spat |swung at|lunged|threw|chucked|hurled|hands round|hands around|hand round|hands on m|hands on h|crowbar|machete|mates and|threat|physical|assault|sexual",
        rf"{_WE} (?:\w+ )?(?:kill|hurt|harm|beat|stab|shoot|punch|smash|slap|strangle|attack|murder) (?:you|him|her|them|someone|somebody|every ?one|your|the (?:driver|manager|courier))\b",
        rf"{_WE} (?:burn|blow|smash|shoot|bomb) (?:\w+ )?(?:you|your|the|this|that) (?:\w+ )?(?:shop|store|warehouse|depot|vans?|office|place|windows?|house|building)",
        rf"{_WE} (?:come|turn up|show up)(?: \w+){{0,5}} (?:knife|gun|bat|weapon)\b", "(?:bomb|death) threats?",
        "know where (?:you|your (?:staff|drivers?|family)) (?:live|lives|work)|watch your back", "(?:said|says|told (?:me|us)|saying|shouted) (?:that )?(?:he|she|they) knows? where (?:i|we) live",
        r"(?:smash|kick|punch|bash|break|knock|rip|cave) (?:your|his|her|their) (?:\w+ )?(?:faces?|heads?|teeth|legs?|necks?|skulls?|jaws?|kneecaps)\b(?: in| off| out)?(?! (?:cream|mask|wash|cover))",
        rf"{_THEY} (?:\w+,? ){{0,4}}?(?:grabbed|shoved|pushed(?: past)?|punched|slapped|kicked|head-?butted|strangled|spat (?:at|on|in)|swung at|lunged at) (?:me|us|him|her|my|our)\b(?! (?:to|into (?:buying|paying)|for|order|parcel|package|item|box|bag|door|delivery|refund|phone|attention|interest|eye|imagination))",
        r"(?:threw|chucked|hurled) (?:\w+ ){1,4}?at (?:me|us|him|her|my (?:\w+ )?(?:head|face|husband|wife|son|daughter|dog|mum|mother|dad|neighbour))\b|hands? (?:a?round|on) (?:my|his|her) (?:\w+'s )?(?:throat|neck)\b", rf"{_THEY} (?:\w+ ){{0,5}}?with an? (?:baseball bat|crowbar|machete|gun)\b",
        rf"(?:{_WE}|i'm|im) (?:\w+ ){{0,4}}?(?:round|over|there|down)(?: \w+){{0,4}} (?:bat|mates and|knife|gun|crowbar)\b", r"threaten\w* (?:\w+ ){1,4}?(?:hurt|kill|hit|beat|stab|punch|attack|harm) (?:me|us|him|her|my)\b",
        rf"{_THEY} hit (?:me|him|her|{_KIN})\b(?! (?:up|with (?:an? )?(?:\w+ )?(?:fee|charge|bill)|for|on the head with))", "(?:have|got|bring|bringing|carry|carrying|carries|pulled) (?:an? )?(?:knife|gun|weapon|machete)s? (?:and|on me|with me|to thr)(?! (?:fork|spoon|sharpener|board|block|scissors))",
        r"threat(?:en(?:ed|ing|s)?|s)? (?:(?:me|us|him|her|them|my \w+|staff|of|with|to) ){1,3}(?:\w+ )?(?:kill|hurt|harm|beat|hit|stab|shoot|punch|attack|rape|violence|knife|gun|weapon|physical)",
        r"physically(?:\W+verbally)? (?:threaten|attack|assault|abus|push)\w*", "(?:assaulted|punched|attacked|pulled a (?:knife|gun) on) (?:me|us|him|her|my)\\b",
        r"sexual(?:ly)? (?:harass|assault|abus)\w*", unless=r"(?:not|\w+n't|never|joke|joking)(?: going to| want to)?|verbally",
    ),
    _reason(
        "injury", "Injury",
        "injur|burn|scald|ribs|broken rib|broken hip|broken nose|cracked a tooth|cracked my|chipped|his head|her head|my head|bruising|lost a tooth|lost my tooth|knocked out|stitches|out cold|skin graft|tetanus|burnt both|burned both|cut both|the tip|the side|the back|the inside|half |a broken|in agony|eye hospital|in my eye|into my eye|in his eye|in her eye|sores|sting|stung|peeling|weeping| raw|blood|fell on |landed on|vomit|threw up|throwing up|puk|sick after|violently|really ill|very ill|really sick|very sick|seriously ill|poisoned|bruise|cuts on|cuts to|cuts all|deep cut|nasty cut|cut my|cut his|cut her|cut our|cut into my|blister|gash|wound|slice|lacerat|pierced m|crushed m|broke m|broke h|fractured|sprained|twisted m|dislocat|trapped m|trapped h|stabbed|electrocut|hurt|scratched m|scratched h|zapped|bleed|bled|swollen|infected|degree burn|needed stitches|stitches in|hospital|a&e|a & e|emergency room|urgent care|casualty|concuss|unconscious|damaged my|damaged her|damaged his",
        r"(?:was|were|been|got|get|seriously|badly|left|i) (?:\w+ )?injured\b|injured (?:my|his|her|myself|himself|herself)\b",
        rf"(?:injur(?:y|ies)|burns|bruis(?:es|ing)|cuts|blisters|gash|wound|(?:deep|nasty|bad) (?:cut|burn)) (?:on|to|in|all over|across) {_WHOSE}{_PART}\b",
        rf"(?:burn(?:t|ed|s)?|scald(?:ed|s)?|cut(?: into)?|sliced(?: open)?|gashed|lacerated|pierced|crushed|broke|fractured|sprained|twisted|dislocated|trapped|stabbed|electrocuted|blistered|bruised|hurt|scratched|damaged) {_WHOSE}{_PART}\b(?! (?:straps?|holes?|seam|piece|size|bag|open trying|last (?:week|month|year|summer|winter)|recently|a few|years? ago))",
        rf"(?:burn(?:t|ed)|scald(?:ed)|injured|electrocuted|zapped) (?:me|him|her|{_KIN})\b(?! (?:out|once|before|again|by))|(?:burn(?:t|ed)|scalded|hurt|injured|electrocuted) (?:myself|himself|herself|{_KIN})\b",
        rf"{_WHOSE}{_PART} (?:\w+ ){{0,3}}?(?:bleeding|bled|burnt|scalded|bruised|blistered|infected|fractured)\b", r"(?:second|third|2nd|3rd)[- ]degree burns?|chemical burns?|concussion|knocked (?:unconscious|out cold)|(?:son|daughter|baby|toddler|child|he|she|i) (?:\w+ )?(?:hit|banged|bumped|bashed) (?:my|his|her) head|bruis(?:es|ing) (?:all )?(?:over|up|down|on) (?:my|his|her)|skin grafts?|tetanus|open wounds?|blisters (?:everywhere|all over)",
        rf"(?:burn(?:t|ed)|scalded|cut|sliced(?: off)?|bruised|gashed|hurt|injured|lost) (?:both|half|the (?:tip|side|back|inside|top|end)) (?:of )?(?:my|his|her|\w+'s) {_PART}\b", r"(?:he|she|my \w+|i|mum|dad|son|daughter|nan) (?:now )?(?:has|have|had|with|got|suffered) a broken (?:arm|leg|wrist|ankle|hip|nose|finger|toe|collar ?bone|foot|hand|jaw|rib)\b(?! (?:strap|piece|chain))",
        rf"{_WHOSE}(?:back|neck|knee|leg|arm|wrist|shoulder|foot|hip) (?:\w+ ){{0,2}}?in agony", r"(?:in|into) (?:my|his|her) eyes? and (?:\w+ ){0,4}?(?:hospital|doctor|burn|sting|stung|a ?& ?e)\w*|eye hospital", r"(?:weeping|bleeding|infected|open) (?:sores?|cuts?|blisters?) (?:on|all over|in)", r"(?:needed|needs|needing) (?:(?!more|extra|better|tighter|some|few|reinforced)\w+ )?stitches\b(?! (?:to|along|at|on the (?:hem|seam)))",
        rf"(?:broke|broken|cracked|fractured|bruised) (?:(?:a|an|two|three|four|some|several|my|his|her) )(?:\w+ )?{_BONE}\b", r"(?:chipped|cracked|broke|broken|knocked out) (?:a|my|his|her|(?:my )?\w+'s) (?:\w+ )?(?:tooth|teeth|molar|filling|crown)\b(?! (?:of the|on the (?:zip|comb)))", r"lost (?:a|my|his|her) (?:\w+ )?tooth (?:on|biting|eating|from|to)\b",
        r"(?:my|his|her|our) (?:\w+'s )?(?:eyes?|skin|face|scalp|hands?|arms?|legs?|neck) (?:\w+ ){0,4}?(?:stinging|stung|burning|peeling|blistering|weeping|red raw)\b(?! (?:with (?:embarrass|shame)|sensation is))",
        rf"(?:fell|fallen|came down|crashed|landed) on (?:top of )?{_WHOSE}(?:head|foot|feet|toes?|hand|face)\b", r"(?:i|he|she|finger|hand|thumb|nose|lip) bled\b|bled (?:for (?:\w+ )?(?:hours?|minutes|ages|days)|heavily|badly|profusely)|blood (?:everywhere|all over|pouring|gushing)|covered in blood|drew blood|(?:made|making) (?:me|him|her|my \w+) bleed",
        r"(?:vomit(?:ed|ing)|thr(?:ew|owing) up|puk(?:ed|ing)|violently (?:sick|ill)) (?:\w+ ){0,3}?(?:after|from|because of|since|due to)\b", rf"made (?:me|us|him|her|{_KIN}) (?:really|very|quite|violently|seriously|properly|dangerously) (?:ill|sick|poorly|unwell)\b(?! to)", rf"{_KIN} (?:\w+ ){{0,3}}?(?:poisoned|hospitali[sz]ed)\b",
        r"(?:ended up|end up|rushed|taken|took (?:me|him|her|my \w+)|sent (?:me|him|her|my \w+)|landed|had to go|a trip) (?:\w+ )?(?:to|in|at) (?:the )?(?:hospital|a ?& ?e|emergency room|urgent care|casualty)\b",
        "(?:was|were|been|got|had (?:me|him|her)) hospitali[sz]ed", r"(?:tripped|slipped|fell|fallen) (?:\w+ ){0,7}?(?:hurt|injured|fractured|sprained|broke|broken|hit (?:my|his|her) head)\b(?! (?:down|into|the))",
        unless=rf"{_CALM}|(?:you|people|can|could|may|might|will|would|to|risk|you'll)(?: easily| really| get| be)?",
    ),
    _reason(
        "allergy", "Allergy",
        "allerg|alerg|anaphyla|anafyla|epipen|epi-pen|epi pen|reaction to|reaction from|skin reaction|skin reation|reacted|reacts|rash|hives|out in |welts|swelled|swollen|swelling|puffed|puffy|blotch|stop itching|balloon|dermatitis|eczema|coeliac|celiac|coeliec|free|throat clos",
        r"all?erg(?:ic|y|ie) (?:skin )?rea[ck]?[a-z]{0,2}t[io]{0,2}ns?|ana(?:ph|f)yla\w+|epi[- ]?pens?\b", r"(?:caus(?:ed|ing|es)|had|got|having|gave (?:me|him|her)|severe|bad|nasty|horrible|awful) (?:an? )?(?:\w+ ){0,2}?skin rea[ck]?tion\b", r"(?:reacted|bad reaction|reaction|reacts) (?:badly )?to (?:the|this|that|it|your) (?:\w+ )?(?:fabric|material|dye|cream|product|detergent|metal|nickel|latex|lotion|serum|perfume|ingredient|food|adhesive|glue|plasters?|tape|deodorant|shampoo|tan|gel|polish|mask|strap|powder|soap)", rf"(?:found|contain(?:s|ed|ing)?|had|has|with|was|were|is) (?:\w+ ){{0,3}}?(?:nuts?|peanuts?|milk|gluten|wheat|eggs?|soya?|dairy|hazelnuts?|almonds?|sesame)(?:\W+\w+){{0,4}}?\W+{_FREE}\b",
        r"(?:came|broke|broken|come|coming|breaking) (?:(?:me|him|her|my \w+) )?out in (?:(?:an?|the|some|this) )?(?:\w+ ){0,3}?(?:rash|hives|spots|welts|bumps|blisters)",
        r"(?:developed|gave|giving|gives|given|got|caused|causing|causes|left|itchy|red|nasty|terrible|serious|skin) (?:(?:me|him|her|us|my \w+|our \w+) )?(?:with )?(?:an? |the )?(?:\w+ ){0,2}?(?:rash(?:es)?|hives|welts)\b(?! (?:driv|decision|guard|vest|cream|behav))",
        rf"{_WHOSE}{_PART} (?:\w+ ){{0,4}}?(?:swelled|swollen|puffy|blotchy)\b", r"rash (?:all over|on (?:my|his|her|our|both)|everywhere|from (?:the|this|wearing))|(?:couldn'?t|can'?t|cannot) stop itching|red blotches|blotches all over", r"(?:face|lips?|eyes?|eyelids?|throat|tongue) (?:(?:all|has|have|is|are|was|were|came|then|also) )*(?:swelled|swollen|swelling|puffed up|puffy|ballooned|up like a balloon)\b", r"throat (?:\w+ )?clos(?:ed|ing)", r"(?:nut|peanut|almond|sesame|milk|dairy|lactose|gluten|wheat|egg|fish|shellfish|soya?|wool|latex|nickel|food|severe|serious|lanolin|fragrance|perfume|skin|hazelnut|cashew|mustard|celery) all?erg(?:y|ies)\b", r"(?:has|have|with|got|due to|because of|having) (?:an? |my |his |her )?(?:\w+ ){0,2}?all?erg(?:y|ies) to\b(?! (?:bad|poor|rude|your|bull|lies|people|fun|work))",
        r"(?:coeliac|celiac)s?\b(?![- ](?:friendly|safe|society))", rf"(?:labell?ed|sold|marked|says?|said|advertised|described|listed|claims?) (?:as |to be |it's |it is |its |on the \w+ )*{_FREE}\b(?! (?:so|and (?:it|is)|great|lovely))", r"all?erg(?:y|en|ens|ies) (?:label|labels|labelling|labeling|warning|list|info|information) (?:\w+ ){0,2}?(?:wrong|incorrect|missing|mistake|incomplete)",
        r"no (?:all?ergens?|all?ergy) (?:\w+ )?(?:listed|label|labels|labelling|warning|warnings|information|info|list)\b",
        r"(?:i'?m|i am|is|are|he's|she's|we're|severely|highly|very|deadly|who's) (?:(?!not|never|probably)\w+ )?all?ergic\b(?! (?:to (?:the (?:truth|word|idea)|dogs?|cats?|pets?|fun|work|shopping|people|paying|spending|customers?|nonsense|answering|bad|poor|good|rude|your (?:service|prices|customer)|bull|bs|lies|liars|being|waiting|mornings?|mondays?|exercise|drama|stupid|this company|helping|cooking|cleaning)|rhinitis))", "undeclared all?ergens?|contact dermatitis|eczema (?:flar|break)",
        unless=_CALM,
    ),
    _reason(
        "safety", "Unsafe product",
        "fire|flames|hazard|dangerous|unsafe|lethal|harmful|toxic|poison|electric shock|electrical shock|a shock off|a shock from|electrocut|exploded|explodes|blew up in|blew up while|burst into|burst in|sparked|sparking|smoke |smoking|flame |sparks|fumes|overheat|choking|choked on|chokes on|suffocat|swallowed|glass in|metal in|plastic in|wire in|needle in|pin in|blade in|bone in|stone in|insect in|cockroach in|maggot|nail in|screw in|worm|bugs in|salmonella|listeria|botulism|carbon monoxide|gas leak|lead paint|asbestos|vomit|sick after|sick from|ill after|ill from|recalled|zapped|shocked by|dead m|dead r|dead i|dead c|dead f|dead s|dead b|droppings|nearly|almost|could have|could easily have|button batter|button cell|a recall|any recall|recall on|recall for|recall notice|shavings|shards|splinters|fragments|filings|live wire|bare wire|exposed wir|swelled|swollen|bulging|burst in|acid|smell|gas|melt|scorched|burning|flew|swallow|choke|strangle|isn't safe|isnt safe|not safe|exploded|bit on|bitten|bit into|bit down|wheel|pram|buggy|stroller|pushchair|car seat|cot side|cot |crib|high chair|highchair|stair gate|stairgate|ladder|e-bike|scooter|mould|mold|brakes|collapsed|gave way|toppled|tipped over|snapped|suicide machine|death trap|deathtrap|life-threatening|life threatening",
        r"(?:caught|catch(?:es|ing)?|went up in|burst into|set (?:it|me|them|us|my \w+|the \w+) on|is on|was on|were on|went on) (?:on )?(?:fire|flames)\b(?! (?:stick|tablet|tv|hd|sale|phone|\d))",
        "(?:fire|safety|choking|shock|strangulation|suffocation|electrical|burn|trip|tripping) (?:hazard|risk)s?", r"(?:dangerous|harmful|poisonous|toxic|unsafe|hazardous) (?:to|for) (?:(?:your|my|our|the|a|his|her|small|young) )?(?:health|child\w*|kids?|bab(?:y|ies)|toddlers?|pets?|dogs?|cats?|humans?|consum\w*|eyes?|skin|fingers?|ears?|use|eat|touch|wear)",
        "(?:hazardous|toxic|poisonous) (?:material|fumes|chemical|gas|substance)", r"(?:is|are|it's|that's|was|were|so|very|extremely|really|quite|actually|potentially|downright|highly|simply|plain) (?:(?:an?|very|really|extremely|so|just|plain|too|potentially) )*(?:dangerous|unsafe|lethal|life[- ]threatening)\b(?! (?:to (?:cross|park|walk|drive|leave|deliver)|and (?:almost|nearly) impossible|parking|area|place|road|habit|territory|precedent|city|lifestyle))",
        r"its (?:(?:so|very|really|just|too|actually) )*(?:dangerous|unsafe|lethal)\b(?! (?:to (?:cross|park|walk|drive|leave|deliver)|area|place|road))", r"(?:isn'?t|is not|not|aren'?t|are not) safe (?:for (?:use|a child|children|kids|bab|toddlers?|pets?|my (?:\w+ )?(?:son|daughter|child|kids?|baby|dog|cat))|to (?:use|eat|drink|ride|touch|sleep|wear|sit|plug|stand))|it isn'?t safe\b",
        r"(?:a|any|product|safety) recall\b(?! (?:of|that|the (?:time|day)|bias))|recall (?:on|notice)\b", r"zapped (?:by|me|him|her)\b|(?:shocked|electrocuted) by (?:the|my|your|a|this) (?:toaster|kettle|lamp|charger|plug|socket|iron|heater|fridge|oven|machine|lights?)", r"dead (?:mouse|mice|rat|insect|cockroach|fly|flies|frog|spider|bird|bug|beetle)s? in\b|(?:mouse|rat|rodent) droppings", r"(?:baby|toddler|son|daughter|child|kid) (?:very )?(?:nearly|almost) (?:fell|slipped out|choked|suffocated|got (?:hit|crushed|trapped))\b",
        r"(?:child|son|daughter|toddler|baby|kids?|someone|somebody|anyone) could (?:easily )?have (?:been )?(?:hurt|injured|killed|died|choked|burn\w+|electrocuted)\b", r"button (?:battery|batteries|cell)(?:\W+\w+){0,3}?\W+(?:falls?|fell|came|comes|opens?|is loose|exposed)\b", "live wires?|bare wires?|exposed wir(?:es?|ing)", r"batter(?:y|ies) (?:\w+ ){0,4}?(?:swelled|swollen|swelling|bulg\w+|burst|ballooned|caught|melted)\b|battery acid (?:\w+ ){0,3}?(?:on|over|onto|in) (?:my|his|her|our) (?:hands?|eyes?|skin|face|fingers?)|batter(?:y|ies) (?:\w+ ){0,3}?leak\w* acid",
        r"smell(?:s|ed|ing|t)? (?:strongly )?(?:of|like) (?:leaking )?gas\b(?! station)|(?:strong|terrible) gas smell|(?:leak(?:s|ed|ing)?|giv(?:e|es|ing|en) off|gave off) gas\b|gas (?:\w+ )?(?:leaks|leaked|leaking|is leaking)\b", r"burning smell|smell(?:s|ed|ing|t)? (?:of|like) burn(?:ing|t)\b(?! (?:sugar|caramel|toast|popcorn|coffee|orange|incense|wood|rubber tyres))",
        r"(?:metal|glass|plastic|wood) (?:shavings|shards|splinters|fragments|filings) in\b", r"(?:plug|socket|outlet|cable|charger|adapt[eo]r|lead|extension|power ?strip|cord|wires?|wiring|usb port) (?:(?:\w+ ){0,2}?)(?:melted|melting|scorched|burnt out and|charred)\b|(?:melted|scorched|burnt|burned|charred) (?:the|my|our|a) (?:\w+ )?(?:plug|socket|outlet|wall|worktop|carpet|sofa|bed|mattress|floor)\b",
        r"exploded (?:in (?:the|my|his|her|our) (?!mouth|feed|inbox|face with)|on (?:me|the|my|first)|while|when|inside|during|as (?:i|soon))\b", r"sparks? (?:flew|flies|shot|everywhere)\b(?! between)", r"(?:child|children|baby|babies|toddlers?|kids?|kid|dog|infant) (?:\w+ )?(?:could|can|might|will|may|nearly|almost) (?:\w+ )?(?:have )?(?:swallow|choke|suffocat|strangle)\w*",
        rf"{_KIN} (?:\w+ )?(?:swallowed|choked on)\b", r"bit(?:ten)? (?:down )?(?:on|into|in) (?:(?:a|some|an) )?(?:(?:piece|bit|shard|lump) of )?(?:glass|metal|plastic|bone|stone|wire|grit)\b", r"mou?ld\w* (?:\w+ ){0,4}?(?:baby|teat|formula|dummy|pacifier)\b",
        r"(?:wheels?|brakes?|handlebars?|forks?|pedal|harness|buckle|frame|seat|side) (?:\w+ )?(?:came off|fell off|snapped|failed|collapsed|came apart|dropped)(?:\W+\w+){0,6}?\W+(?:pram|buggy|stroller|pushchair|car ?seat|bike|scooter|e-?bike|cot|crib|high ?chair|riding|rode)\b",
        r"(?:pram|buggy|stroller|pushchair|car ?seat|cot(?: side)?|crib|high ?chair|stair ?gate|ladder|bunk bed)(?:\W+\w+){0,6}?\W+(?:collapsed|collapses|tipp(?:ed|s)|gave way|came apart|does ?n'?t (?:lock|latch)|does not (?:lock|latch)|won'?t (?:lock|latch)|(?:drops|opens|folds) (?:by itself|on its own|when))\b",
        "(?:dangerous|unsafe|lethal) (?:product|item|toy|device|appliance|heater|charger|batter|material|defect|fault|design|mistake|component)", r"electr(?:ic|ical) shocks?|a shock (?:off|from)|electrocut(?:ed|es|ing|e)\b",
        r"(?:it|they|one|which|batter(?:y|ies)|charger|phone|bottle|glass|device|item|machine|bulbs?|heater|toaster|blanket|product|scale|vape|laptop|speaker|unit|jar|bowl|pan|door|oven|hob|shower|kettle|lid|dryer|straighteners?|watch|candle|lamp) (?:(?:just|has|had|have|almost|nearly|literally|actually|suddenly|then|also|all) )*(?:exploded(?! (?:from|into popularity|in popularity|onto))|explodes|blew up (?:in|while)|burst into|sparked|(?:started|began) (?:to )?spark)",
        r"(?:smoke|sparks|flames?|fumes) (?:(?:was|were|is|are|started|began|kept) )?(?:com(?:ing|es)|came|pouring|billowing|shooting|flying|rising)\b", r"(?:(?:started|began) (?:to )?|starts |it was |is now )(?:smoking|smoke|sparking)\b(?! (?:again|in bed|outside|cigar|weed|alarm|detector|area))",
        r"overheat\w* (?:\w+ ){0,5}?(?:fire|burn|melt|dangerous|smok)", r"(?:chok(?:ed|es|ing)|suffocat(?:ed|ing)) on (?!my (?:coffee|tea|drink)|the (?:price|cost|smell))|choking hazard", "(?:swallowed|swallow) (?:a|the|it|one|some|part|small) (?:part|piece|battery|button|bead|bit|magnet)",
        r"(?:glass|metal|plastic|wire|needle|pin|blade|bone|stone|insect|cockroach|maggots?|nail|screw|worms?|bugs) in (?:the |my |our |his |her |a |your )(?:\w+ )?(?:food|drink|meal|salad|bread|yogh?urt|soup|chocolate|cereal|bottle|jar|sandwich|chicken|rice|pasta|cake|milk|juice|formula|meat|pizza|burger|sauce|nappy|nappies|diapers?|shoe|lining|toy|pillow|bra|sock|dress|shirt|collar|sleeve|coat|jumper)s?\b",
        r"(?:food poisoning|salmonella|listeria|botulism|carbon monoxide|gas leak|lead paint|asbestos)", r"(?:sick|ill|vomit(?:ed|ing)?) (?:after|from) (?:eat|drink|tak|using|the (?:food|meal|drink|smell|fumes))",
        r"(?:been|was|were|are) recalled\b", r"brakes (?:\w+ ){0,4}?(?:failed|fail|don'?t work|didn'?t work|gave out|stopped working|not working)\b(?! (?:light|cable))", rf"(?:collapsed|gave way|toppled|tipped over|snapped|fell) (?:on|under|onto|with) (?:top of )?(?:me|him|her|{_KIN})\b(?! (?:the|in the|before|while putting) (?:first|zip))", "suicide machine|death ?trap",
        unless=rf"{_CALM}|my (?:old|last|previous) \w+|considered|smells? like|pants",
    ),
    _reason(
        "legal", "Legal threat",
        " sue|suing|get sued|be sued|lawsuit|law suit|legal|lawyer|solicitor|attorney|barrister|to court|in court|consumer court|county court|conjumar court|small claim|consumer forum|trading standard|ombudsman|bbb|better business|ftc|trade commission|consumer affairs|consumer protection|watchdog|watch dog|police|fir |a fir|cyber|breach of contract|statutory|consumer rights act|sale of goods|class action|class-action|letter before|litigation|press charges|pressing charges|omb|trading stand|trading stabdard|traiding stand|trading s|citizen|breaking the law|action fraud|papers|moneyclaim|money claim|judge|advertising standards|the cma|my mp|consumer contracts|consumer credit act|in breach of|breaching|crime number|crime ref|court |before action|before court|before claim",
        r"(?:will|gonna|goona|going to|wanted to|want to|can|shall|have to|need to|must|would|option but to|look to|looking to|intent to|'ll|before i|may|might|to) (?:(?!not|never)\w+ )?sue\b(?!')(?: (?!offered|said|told|and i\b)\w+|[.!])", "(?:i'm|i am|we're|we are|will be|shall be|considering|going to be|\\*\\*ing) suing", "(?:going to|will|gonna) (?:get|be) sued", r"law ?suits?\b",
        r"(?:take|taking|seek|seeking|pursue|pursuing|face|initiate|initiating|start|starting|bring|consider|considering|contemplat\w+|go|going|forced to follow|choose|opt to choose|file|filing|send|sending|sent|proceed with|threaten\w*|no option but|leading to) (?:\w+ ){0,3}?legal (?:action|advice|proceedings|counsel|remed|notice|route|case|steps|representation|support|help|recourse|means|matter|claim|way)",
        "legal (?:action|proceedings|notice) (?:will|if|against you|my side|very soon|is)", r"(?:go|walk|take (?:it|this|you|them)|move) (?:\w+ )?legal(?:ly)?\b", r"(?:my|our) (?:lawyer|solicitor|attorney|barrister)s?\b(?! (?:on|for|friend))",
        r"(?:hire|hiring|consult|consulting|contact|contacting|call|calling|talk(?:ing)? to|talk(?:ing)? with|speak(?:ing)? (?:to|with)|spoken (?:to|with)|see|seeing|get|getting|need|from) (?:an?|the|with a) (?:\w+ )?(?:lawyer|solicitor|attorney|barrister)\b", r"(?:consumers?|conjumar|civil|county|district|small claims?|high) courts?\b|consumers? forum|small claims?\b",
        r"(?:go|going|goto|take|taking|taken|see|meet|you|this|it|them|on|move) (?:\w+ ){0,3}?(?:to|in|on) (?:the )?(?:\w+ )?court\b(?! (?:shoes?|side|yard|house))", r"(?:report|complain|contact|call|involv|notif|inform|writ|fil|issue|through)\w* (?:\w+ ){0,4}?(?:to |with )?(?:the )?(?:\w+ )?(?:trading standards|ombudsman|bbb|better business bureau|ftc|federal trade commission|consumer (?:affairs|protection|rights|helpline)|fca|ofcom|watch ?dog|attorney general)\b",
        "tra(?:i)?ding stan\\w+|omb[a-z]{0,5}sm[ae]n\\b|citi[sz]ens?'? advice|action fraud|crime (?:number|ref)|(?:you are|you're|your|they are|they're) breaking the law", r"court (?:action|claim|papers|summons|proceedings|date)\b", "(?:be )?serv(?:ed|ing) (?:you )?(?:with )?(?:court )?papers|money ?claim(?: online)?\\b|in front of (?:a|the) judge|advertising standards|\\bthe cma\\b|my mp\\b|consumer contracts reg\\w+|consumer credit act|in breach of (?:the )?(?:consumer|contract|sale|distance|law|regulation|my rights)|(?:you'?re|your|are|you are) breaching (?:the )?(?:consumer|contract|law)", "(?:notice|warning|letter|chance) before (?:\\w+ ){0,2}?(?:action|claim|proceedings|court)\\b",
        r"(?:ready for|face|avoid|further|with|be|commence|commencing|begin|beginning|before|i take|result in|lead to) (?:\w+ )?legal (?:action|proceedings)\b|(?:fil\w+|lodg\w+|mak\w+|rais\w+) (?:an? )?legal (?:complaint|case|claim)|(?:follow|take|go|choose|down) (?:the |a )?legal (?:route|path|way)\b",
        r"(?:fil(?:e|ed|ing)|lodg(?:e|ed|ing)|rais(?:e|ed|ing)|bring(?:ing)?) (?:an? )?(?:harassment|fraud|cheating|court|civil|consumer) (?:case|suit|lawsuit)\b", rf"(?:{_WE}|will be|be|'ll be|i'm|i am|have to) (?:\w+ )?(?:get|getting|involv\w+|call|calling|contact|contacting|inform|informing|tell|telling) (?:the )?police\b", r"police (?:are|have been|is|were|have) (?:now )?(?:involved|informed|notified|investigating|been (?:told|informed|called))|police (?:matter|case)\b",
        "attorney generals?(?:'s)? (?:office|complaint)", r"(?:file|filed|filing|register|registered|lodge|lodged|made|make|making|raise|put in|submit\w*) (?:an? |the |my )?(?:\w+ )?(?:police|fir|cyber ?crime|criminal) (?:report|complaint|case|charges)|(?:file|lodge|register) (?:an? )?fir\b", r"police (?:complaint|report)s?|(?:report|reported|reporting|go|going|went) (?:\w+ ){0,2}?to (?:the |my local |local )?police\b",
        "breach of contract|consumer rights act|sale of goods act|(?:my|our) statutory rights|class[- ]action|letter before (?:action|claim)|litigation|press(?:ing)? charges",
        unless=r"(?:not|\w+n't|never|no (?:need|plan|intention)(?: of)?|won't)(?:\W+(?:want|going|threatening|planning|trying|wish|about|to|into|an?|any|here|taking|take|the)){0,3}|thanks|thank you|kudos|shout ?out|credit|spoke|talked|chatted|speaking|friend|aunt|retail|the ftc is(?: currently)?|(?:asked|told|advised|wanted)(?: me| i| us)?(?: to| make| file)?",
    ),
    _reason(
        "chargeback", "Chargeback or bank dispute",
        "charge back|chargeback|charge-back|charge backs|mastercard to|master card to|visa to|amex to|american express to|klarna to|paypal to|klarna and|paypal and|back through|back via|back from|back by|back with|back using|reversal|to pull|to reverse|to claw|to recall|to recover|disput|claim|case|my bank|card company|card issuer|card provider|card people|bank is|bank are|bank will|bank has|bank have|bank say|bank to|bank and|paypal c|open a case|opened a case|opened the case|opened up a case|case with|through my bank|via my bank|from my bank|by my bank|with my bank|through paypal|through my c|section 75|tell my bank|told my bank|ask my|call my bank|stop payment|complaint with my",
        r"charge[ -]?backs?\b(?! (?:up|(?:my|your|the|his|her|our) (?:\w+ )?(?:phone|battery|laptop|tablet|watch|device|ipad|iphone|speaker|toothbrush|headphones?|bike|scooter)))", rf"disput(?:e|ed|es|ing)?\b(?:\W+(?!and\b|but\b)[\w']+){{0,7}}?\W+{_BANK}\b", rf"{_BANK}(?:\W+\w+){{0,5}}?\W+disput(?:e|ed|ing)\b",
        r"(?:fil(?:e|ed|ing)|open(?:ed|ing)?|rais(?:e|ed|ing)|start(?:ed|ing)?|submit(?:ted|ting)?|put in|initiat(?:e|ed|ing)|lodg(?:e|ed|ing)) (?:an? |the |my |another )?(?:\w+ )?disput(?:e|es)?\b",
        r"disput(?:e|ed|ing) (?:(?:the|this|these|that|all|my|your|their|an?) )?(?:\w+ )?(?:charges?|payments?|transactions?|purchases?)\b",
        rf"(?:fil(?:e|ed|ing)|open(?:ed|ing)?|rais(?:e|ed|ing)|start(?:ed|ing)?|mak(?:e|ing)|made|put in|lodg(?:e|ed|ing)|report) (?:(?:an?|the|my|up) )*(?:\w+ )?(?:claim|case)s? (?:with|through|via|on|at|to) (?:(?:my|the) )?(?:\w+ )?{_BANK}\b",
        r"(?:money back|refund|refunded|reclaim|reverse|reversed) (?:\w+ ){0,3}?(?:through|via|from|by) my (?:bank|credit card company|card (?:company|issuer|provider))\b(?! account| statement)", "(?:paypal|credit card|bank|visa) (?:claim|dispute)\\b", r"section 75\b",
        r"(?:ask|asked|asking|tell|told|contact(?:ed)?|call(?:ed)?) my (?:bank|credit card company|card (?:company|issuer|provider)) to (?:\w+ )?(?:reverse|stop|block|cancel|refund|reclaim|get)\b", "stop payment with my bank",
        rf"pay ?pal (?:\w+ ){{0,3}}?(?:to |and |i )?(?:open|start|rais|fil|mak|put)\w* (?:an? |my )?(?:\w+ )?(?:case|claim|complaint|dispute)\b|(?:case|complaint|claim|claimed|claiming)(?: (?:it|this|the money|my money|a refund|open|in|now|already))? (?:with|through|via) {_BANK}\b(?! (?:account|statement|details))",
        r"(?:my|the|our) (?:\w+ )?(?:bank|card (?:company|issuer|provider)|klarna|paypal) (?:(?:are|is|will|has|have|who|now|be|been|can|say|says|said|they) ){1,4}(?:\w+ )?(?:revers(?:e|ed|ing)|recover(?:ed|ing)?|claw\w*|recall(?:ed|ing)?|disput\w+|claim(?:ed|ing)?|rais(?:e|ed|ing) a|tak(?:e|en|ing) (?:it|the money|action))\b", r"bank (?:says?|will|said|are|is) (?:\w+ ){0,3}?(?:revers|recall|claw|recover)\w* (?:the|it|my|this)\b",
        rf"(?:get|getting|got|have|having|had|instruct\w*|ask(?:ed|ing)?|tell|told|call(?:ed|ing)?|contact(?:ed|ing)?) (?:to get )?(?:{_MY_BANK}|visa|master ?card|amex|paypal|klarna) (?:to (?:\w+ )?(?:get|refund|stop|block|cancel|claw|revers|recover|claim|recall|disput)|and (?:\w+ ){{0,3}}?(?:claw|revers|recover|recall|disput|get (?:the|my|our) (?:money|refund)))\w*",
        rf"(?:claim|claw|get|getting|got|reclaim\w*|recover\w*) (?:\w+ ){{0,4}}?back (?:\w+ )?(?:through|via|from|by|with|using) (?:{_MY_BANK}|visa|pay ?pal|klarna|amex|master ?card)\b(?! (?:account|statement))", rf"(?:fil\w+|report\w*|rais\w+) (?:\w+ ){{0,4}}?(?:fraud|charge|transaction|scam|you|this|them|it)(?: \w+)? (?:with|to) {_MY_BANK}\b",
        r"(?:i|i'm|i'll|i've|i am|i will|i have|will|going to|gonna|will be|finally|i had to|will have to) (?:\w+ )?(?:contact(?:ed|ing)?|call(?:ed|ing)?|involv(?:e|ed|ing)|cancel(?:l?ed|l?ing)? (?:it|this|the \w+) (?:with|through)) my (?:credit card company|card (?:company|issuer|provider)|credit card provider)\b", rf"(?:get|ask|have|tell|got|asked) (?:visa|master ?card|amex|american express|klarna|pay ?pal) to (?:\w+ )?(?:revers|refund|claw|recover|cancel|stop)\w*|{_MY_BANK} (?:\w+ ){{0,5}}?(?:get involved|fraud(?:ulent)?|investigat\w+)\b|(?:told|asked|ask|instructed) {_BANK} to (?:\w+ )?(?:pull|reverse|claw|refund|recall|stop|recover)\w*|(?:reversal|reverse) (?:has been |was |is )?(?:requested|raised|asked for)|request\w* (?:an? )?(?:payment )?reversal|take (?:this |it )?up with {_MY_BANK}|fight\w* (?:this|it|them) (?:with|through) {_MY_BANK}|battling (?:\w+ )?with {_MY_BANK}|pursu\w+ (?:\w+ ){{0,3}}?(?:through|with|via) {_MY_BANK}",
        unless="no need to|no need for a|not going to|won't|wouldn't|don't want to|delivery|shipping|postage|customs",
    ),
    _reason(
        "data", "Data-protection request",
        "gdpr|ccpa|cpra|to be forgotten|of erasure|access request|dsar|data breach|security breach|privacy breach|information commissioner|the ico|my data|my personal|my details|my info|personal data|personal info|account|about me|on me|customer data|customers personal|sell my|my consent|else's|elses|other customer|another customer|customers' |my number|my phone|my mobile|my email|our email|my e-mail|take my|remove my| me from| me off| me out of|everyone's|everybody's|article 1|article 2|everything you|leaked|stolen|compromised|exposed|deleted|erased|removed|wiped",
        r"(?:under|with|per|by|of|my|a) (?:the )?(?:gdpr|ccpa|cpra)\b|(?:gdpr|ccpa) (?:request|rights?|breach|violation|complaint|delet\w+)|right to be forgotten|right of erasure", "(?:subject|data) access requests?|dsar", "(?:data|privacy|security) breach(?:es)?|information commissioner|(?:to|the) ico\\b",
        rf"(?:delet(?:e|ion of)|eras(?:e|ure of)|remov(?:e|al of)|wipe) (?:all )?(?:of )?my (?:\w+ )?{_DATA}\b",
        r"(?:please|pls|plz|kindly|can you|could you|would you|will you|want(?: you)? to|want it|want my|like(?: you)? to|request(?:ed|ing)? (?:you )?to|request for|ask(?:ed|ing)? (?:you |them )?to|refus\w+ to|how do i|how to|how can i|wish to|help me) (?:\w+ )?(?:delete|erase|close|remove|cancel and delete|permanently delete|permanently close) (?:my|our|the) (?:\w+ )?account\b(?! number)", r"account (?:to be )?(?:permanently )?(?:deleted|erased) (?:please|permanently|and all)",
        rf"(?:copy|record|list|export) of (?:all )?(?:of )?(?:the |my )?(?:\w+ )?{_DATA} (?:that )?(?:you|held)", rf"what {_DATA} (?:do )?you (?:have|hold|keep|store)|{_DATA} (?:that )?you (?:have|hold|keep|store) (?:on|about) me\b",
        rf"(?:shar(?:e|ed|ing)|sold|sell|selling|leak(?:ed|ing)?|gave (?:away|out)|disclos(?:ed|ing)|circulat(?:ed|ing)) (?:my|our|customers?'?) (?:\w+ )?{_DATA}\b", "do not sell my|withdraw my consent", r"(?:erase|delete|remove|wipe) me (?:\w+ )?(?:from|off|out of) (?:your|the|all) (?:\w+ )?(?:records?|systems?|database|files?|lists?)\b", r"(?:leak(?:ed|ing)?|sold|sell(?:ing)?|gave out|given out|shar(?:ed|ing)|passed on) (?:my|our) (?:\w+ )?(?:(?:phone|mobile|telephone) )?(?:number|e-?mail(?: address)?)s?\b (?:to|with)", r"(?:take|remove) my (?:\w+ ){0,5}?(?:off|from) (?:your|all) (?:\w+ )?(?:lists?|databases?|systems?|records|marketing)\b", r"article (?:15|16|17|20|21)\b", r"everything (?:that )?you (?:have|hold|keep|store|know) (?:on|about) me\b",
        rf"(?:i |we )?(?:want|like|need|request\w*|demand\w*|have|get|please) (?:to have )?(?:all )?(?:of )?my (?:\w+ )?(?:account|{_DATA})(?: (?:and|or)(?: \w+){{1,4}}?)? (?:to be |be )?(?:\w+ )?(?:deleted|erased|wiped|removed)\b",
        r"(?:can i |could i |i can |i could )?(?:sent|emailed|showed|shown|shows|see|view|access|got|given|gave|sending|showing)(?: (?:me|us|i can see))? (?:(?:someone|somebody) else'?s?|(?:an)?other (?:customers?|persons?|people|users?)(?:'?s|')?|everyone'?s|everybody'?s|customers'?) (?:\w+ ){0,5}?(?:address(?:es)?|details|phone|e-?mails?|account|invoices?|bank|card|personal|data|information)\b",
        rf"(?:my|our|customers?'?) (?:\w+ )?{_DATA} (?:(?:has|have|had|was|were|is|are|been|being|got) )+(?:\w+ )?(?:leaked|stolen|compromised|exposed|hacked|sold|breached)\b",
        unless=r"(?:not|never|\w+n't)(?: want to| have to| need to)?|i|i've|i'd|i have|i had|i already|have already|decided to|looked at|i will|i'll",
    ),
)  # fmt: skip
"""Every reason, the gravest first."""
