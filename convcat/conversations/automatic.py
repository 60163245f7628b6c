"""Recognises messages that a machine wrote: absence notes, bounced mail, receipts of a mail, buttons.

They are counted apart, so a wrong alarm loses a customer: a machine says what it is at its top,
and a text that speaks of an order of its own, or of oneself, is no receipt.
"""

from __future__ import annotations

import re

from convcat.conversations.screens import Screen, folded

HEAD = 600  # what a machine writes says so at its top

_CLICK = 250  # characters: no button says more

# Subjects and first lines that no person writes.
MACHINE = re.compile(
    r"\W{0,3}(?:subject: ?|re: ?)?(?:"
    r"auto: re:|auto(?:matic|mated)?[- ]?(?:reply|response|responder)\b(?: ?[:\u2013-]|\s*\Z|\s*from\b)"
    r"|out[- ]of[- ](?:the[- ])?office(?: ?[:\u2013-]|\s*\Z|\s*(?:auto|re:))"
    r"|(?:automatische antwort|abwesenheitsnotiz|r\u00e9ponse automatique|absence du bureau|respuesta autom\u00e1tica|risposta automatica"
    r"|resposta autom\u00e1tica|automatisch antwoord|autosvar|automatiskt svar|odpowied\u017a automatyczna)\b"
    r"|(?:this is an? (?:automated|automatic|auto-generated|system[- ]generated) (?:e-?mail|message|reply|response|notification)\b"
    r"(?=[^\n]{0,200}(?:do not reply|don't reply|not monitored|received your|has been received|[.!]\s*$)))"
    r"|(?:please )?do not reply to this (?:e-?mail|message)\b"
    r"|delivery (?:status notification|has failed to these recipients|to the following recipients? (?:has )?failed)"
    r"|undeliver(?:able|ed)(?: mail| message)?(?: ?:| returned to sender\b)|returned mail: |mail delivery (?:failed|failure|subsystem|system)\b"
    r"|failure notice\s*$|message (?:not delivered|delivery failure|blocked)\s*$|message blocked\W{1,3}your message\b|this is the mail system at host\b"
    r"|this message was created automatically by mail\b|a message that you sent could not be delivered\b|the following address(?:es)? (?:had permanent|failed\b)"
    r"|(?:sorry,? )?we (?:were|are) unable to deliver your (?:message|e-?mail)\b|(?:the )?recipient(?:'s)? (?:inbox|mailbox) (?:is )?full\b"
    r"|delivery incomplete\b|there was a (?:temporary )?problem delivering your message\b|i'm sorry to have to inform you that your message\b"
    r"|(?:the |your |a )?(?:message|e-?mail|mail)(?: (?:that )?you sent)? (?:to \S{3,80} )?(?:could not|couldn.t|cannot|can.t) be delivered(?: due to|:)"
    r"|this (?:e-?mail|message) was sent from (?:an? )?(?:notification[- ]only|unmonitored|no-?reply|unattended|automated)"
    r"|\S.{0,40} (?:accepted|declined) your (?:calendar )?invitation\b|accepted: |invitation: |canceled event"
    r"|auto(?:matic|mated)?[- ]?(?:response|reply)\W{1,3}we\b"
    r"|your (?:message|e-?mail) (?:to \S{3,80} )?(?:wasn.t|was not|couldn.t|could not|has not|has)(?: be(?:en)?)? (?:delivered|blocked)"
    r"|address not found\s*$|(?:hi\. )?this is the \S{2,40} program at\b|unzustellbar:|your message\s+to:? \S+[^\n]{0,200}was read on\b"
    r")",
    re.IGNORECASE | re.MULTILINE,
)
BOUNCE = re.compile(
    r"\bmailer-daemon@|\b5[0-9]{2}[ -]5\.[0-9]\.[0-9]{1,2}\b|\b4[0-9]{2}[ -]4\.[0-9]\.[0-9]{1,2}\b|\breporting-mta: |\bfinal-recipient: |\bdiagnostic-code: |\bsmtp error from remote",
    re.IGNORECASE,
)
_MAY_BOUNCE = Screen(
    "mailer-daemon@",
    "5.",
    "4.",
    "reporting-mta",
    "final-recipient",
    "diagnostic-code",
    "smtp error",
)
# "I am out of the office" and "answer when I am back" make an absence note together.
AWAY = re.compile(
    r"\bi(?:'m| am| will be|'ll be)(?: currently| now)? (?:away until|out of (?:the )?office|away from (?:the office|my desk|my e-?mail)"
    r"|(?:away )?on (?:annual|parental|maternity|paternity|sick|medical)? ?(?:leave|vacation|holiday)\b|travell?ing (?:with limited access|this week|next week|until|till|from|on business|for work))",
    re.IGNORECASE,
)
_MAY_BE_AWAY = Screen("office", "away from", "leave", "vacation", "holiday", "travel", "away until")
_BACK = re.compile(
    r"\b(?:(?:limited|no) access to (?:my )?(?:e-?mails?|mails?|the internet)|please contact \w+ (?:for|if|in) (?:any|it|my|this|urgent|case|you|the)|(?:respond|reply|get back) to (?:you|your|e-?mails?|messages?)\b"
    r"|in my absence|for urgent (?:matters|requests|issues|queries)|if (?:it is|this is|your \w+ is) urgent|upon my return"
    r"|(?:when|once) i(?:'m| am)? (?:return|back|get back)|(?:won't|will not|not) be (?:checking|reading|monitoring) (?:my )?(?:e-?mails?|mails|messages)"
    r"|please (?:contact|e-?mail|write to) \S{1,60}@|please (?:direct|forward|send) (?:your|any|all) \w+ to"
    r"|^\W{0,3}thank(?:s| you) for your (?:e-?mail|message)\b[^?]{0,200} be back (?:on|in the office|at work)\b)",
    re.IGNORECASE,
)
# "I have left the company, please write to ..."
GONE = re.compile(
    r"\bi(?:'ve| have)? (?:no longer work|am no longer (?:with|working)|now left|left) [^\n?]{0,80}\bplease (?:contact|e-?mail|write to|direct|send|forward)\b",
    re.IGNORECASE,
)
# No customer's return: one who is away comes back.
_MY_RETURN = re.compile(r"\b(?:up)?(?:on|until|till|after|before) my return\b", re.IGNORECASE)
# "Sorry I missed your call. This is an automated text."
ROBOT = re.compile(
    r"(?:\A|[.!\n])\s*(?:please note:? )?this is an? (?:automatic|automated|auto-generated|system[- ]generated) (?:text|message|e-?mail|reply|response|notification)\s*(?:[.!,\n]|\Z)",
    re.IGNORECASE,
)
# What BOUNCE, AWAY, GONE and ROBOT match has one of these at the edge of a word.
TRACES = (
    r"mailer-daemon@|[45][0-9][0-9][ -][45][.]|reporting-mta|final-recipient|diagnostic-code|smtp error|out of (?:the )?office"
    r"|away (?:from|until)|leave|vacation|holiday|travell?ing|no longer w|left |this is an? (?:auto|sys)"
)
# What chat windows write when a button is pressed or a chat opens and closes.
CLICK = re.compile(
    r"\s*(?:[\[(<*_]{1,2}(?:button|quick[ _-]?reply|postback|option|menu|user|visitor|customer)(?: (?:clicked|selected|pressed|choice))?[\])>*_:]{1,3}[^\n]{0,80}"
    r"|(?:(?:user|visitor|customer) )?(?:clicked|selected|pressed|chose)(?: (?:on|the|button|option))*: ?[^\n]{1,80}"
    r"|(?:button|quick[ _-]reply|postback)(?: (?:clicked|pressed|selected))?: ?[^\n]{1,80}"
    r"|(?:the )?(?:chat|conversation|session)(?: transcript)? (?:was |has been |has )?(?:started|ended|closed|transferred|assigned)(?: (?:by|to|due to|after|at|on)\b[^\n]{0,80})?[.!]?"
    r"|(?:the )?(?:visitor|customer|user|client) (?:has )?(?:joined|left|ended|closed|started)(?: the)? ?(?:chat|conversation|session)?[.!]?"
    r"|get started|main menu|previous menu|start over|restart (?:the )?chat|end (?:the )?chat|back to (?:the )?(?:main )?menu)\s*",
    re.IGNORECASE,
)

_GREETING = r"\W{0,3}(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day))\b[^\n,!.?]{0,40}[,!.\n]\s{0,4})?(?:please note(?: that)?:? )?"
_MAIL = r"(?:e-?mail|message|enquiry|inquiry|request|query|ticket|case|feedback|submission|application|survey response|response)"
# What answers of itself, as it begins ...
RECEIPT = re.compile(
    rf"{_GREETING}(?:"
    rf"(?:many )?thank(?:s| you)(?: (?:so|very) much)? for (?:contacting|reaching out|getting in touch|writing|messaging|e-?mailing|your (?:[\w-]+ ){{0,2}}(?:{_MAIL}|interest|comments?|booking))\b"
    rf"|we(?:'ve| have)? (?:got|received) your (?:\w+ )?(?:{_MAIL}|payment)\b"
    rf"|your (?:\w+ )?{_MAIL}\b[^\n.?]{{0,40}} (?:has been|have been|was|is now) (?:closed|received|created|recorded|solved|resolved|updated|submitted|registered|merged|assigned|forwarded|logged)\b"
    r"|you(?:'ve| have) reached (?:the|our) \w+|your (?:call|e-?mail|message|enquiry) is important to us\b|we(?:'re| are) (?:currently |now )?(?:closed|away|offline|out of (?:the )?office)\b"
    r"|(?:a )?(?:new )?(?:case|ticket|request) [#(]{0,2}[\w-]{0,6}\d{3,12}\)? has been (?:created|opened|closed|received|updated|solved|registered)\b"
    r"|this (?:inbox|mailbox|e-?mail(?: address)?|address|account) is (?:not (?:being )?(?:monitored|attended|checked)|unattended|unmonitored|no longer (?:in use|monitored|active))\b"
    r"|our (?:office|team|support team|support|customer service|help ?desk)s? (?:is|are|will be) (?:currently |now )?(?:closed|away|offline|out of (?:the )?office)\b"
    r"|you(?:'ve| have) (?:got )?(?:an? )?(?:received )?(?:an? )?(?:new |\d+ )?(?:voice ?mail|voice message|missed call|fax)s?\b|this call (?:may be|is being|was) recorded\b"
    r"|you(?:'re| are) receiving this (?:e-?mail|message) because\b"
    r"|(?:your )?(?:\w+ )?(?:verification|security|login|one[- ]time|otp) (?:pass)?code(?: is)?:? {0,2}\d{4,8}\b|\d{4,8} is your \w{0,20} ?(?:verification|security|login|one[- ]time) (?:pass)?code\b"
    r")",
    re.IGNORECASE,
)
# ... and what it says besides; no person speaks, and nothing is asked.
_BESIDES = re.compile(
    r"\b(?:(?:we|we'll|team|agents?|staff|representatives?|advisors?|one of us) (?:will |usually |aim to |try to |typically |and will )?(?:be |soon |shortly )?(?:respond|repl(?:y|ies)|answer|get back|with you|in touch|contact you|return)"
    r"|(?:have|'ve|has been|been) (?:got|received) ?(?:your)?\b|is (?:being )?(?:review|work|process|look)\w*|do not reply|don't reply|just reply|reply time|not (?:being )?(?:monitored|read)|replies to this"
    r"|unsubscribe|view (?:it )?in (?:your )?browser|(?:automatic\w*|automated|system)[- ](?:generated|message|e-?mail|reply|response)|due to inactivity|has been (?:created|recorded|registered|closed|merged)"
    r"|help cent(?:er|re)|wait(?:ing)? time|(?:and|we)(?:'ll| will) (?:respond|reply|answer|get back|be back|review)|please (?:use|contact|write to|e-?mail) (?:us at |us on )?\S{1,60}@|within (?:\d+|one|two|three|a few) (?:business |working )?(?:hours|days?)|voice ?mail|voice message|missed call|fax|(?:pass)?code(?: is)?:? {0,2}\d{4}|\d{4,8} is your)",
    re.IGNORECASE,
)
_SOMEONE = re.compile(
    r"(?<![\w.])(?:i(?:'m|'ve|'d|'ll|m|ve)?|my|me|mine|(?<!you )still|nobody|no one|never)(?!\w)|\?|\bbut\b",
    re.IGNORECASE,
)

# Words of someone who has bought or wants to buy here.
CUSTOMER = re.compile(
    r"\b(?:(?:my|the|our|this|an) (?:recent |last |previous )?(?:order|parcel|package|delivery|refund|purchase|return|item|invoice)\b|i(?:'ve| have)? (?:\w+ )?"
    r"(?:ordered|bought|purchased|received|returned|paid|been ordering|been shopping|shop|order|sign up)\b|couriers?\b|stars?\b|clothes from\b|order (?:number|no|id|#)|refund(?:ed)? me\b|tracking\b"
    r"|(?:don't|do not|never) (?:buy|order|shop)\b|my money\b)",
    re.IGNORECASE,
)


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
    if MACHINE.match(head) or (len(head) < _CLICK and CLICK.fullmatch(head)):
        return True
    if _MAY_BOUNCE(lower) and BOUNCE.search(head):
        return True
    if RECEIPT.match(head) and _BESIDES.search(head) and not _SOMEONE.search(head):
        return CUSTOMER.search(head) is None
    if ("this is an auto" in lower or "this is a system" in lower) and ROBOT.search(head):
        return "?" not in head and CUSTOMER.search(head) is None
    away = _MAY_BE_AWAY(lower) and AWAY.search(head) and _BACK.search(head)
    gone = "please " in lower and ("left" in lower or "no longer" in lower) and GONE.search(head)
    if away or gone:
        return CUSTOMER.search(_MY_RETURN.sub(" ", head)) is None
    return False
