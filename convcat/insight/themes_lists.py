"""Word lists that themes are found with: what carries no theme, and what may be a person's name."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION = _words("""
a an the this that these those there here it its itself i me my mine myself we us our ours you your
yours he him his she her hers they them their theirs who whom whose which what when where why how
and or but nor so yet if then than because as while until although though since unless whether
of in on at by for with from to into onto upon about over under after before between through during
against out off up down again further via per within around across toward towards along
is am are was were be been being do does did doing done have has had having will would shall should
can could may might must ought am cant im ive id ill youre youve theyre theyve weve thats whats theres
dont didnt doesnt isnt wasnt arent werent wont wouldnt couldnt shouldnt cannot havent hasnt hadnt
very too also just only even still already ever really quite rather much many more most less least
some any all both each every either neither other others another such same own few lot lots bit
now today yesterday tomorrow ago soon later yet once always often sometimes usually maybe perhaps
however therefore anyway actually basically literally obviously simply totally completely absolutely
get gets got getting gotten go goes going gone went come comes came coming make makes made making
take takes took taking taken give gives gave giving given put puts let lets say says said saying
tell tells told telling know knows knew known think thinks thought want wants wanted need needs
needed see sees saw seen look looks looked looking find finds found use uses used using try tries
tried trying seem seems seemed keep keeps kept like likes thing things something anything
everything nothing someone anyone everyone nobody way ways one ones two three four five six seven
eight nine ten first second last next time times day days week weeks month months year years
hour hours minute minutes well good bad great nice best better worst worse big ok okay yes yeah hi
hello hey dear thanks thank thankyou thx ty please pls plz kindly regards sincerely cheers sir madam
maam team guys folks sorry um uh er hmm lol etc eg ie re fwd
sent send sending able ask asks asked asking happen happened happens day able u ur n r
""")
"""Words that no phrase begins or ends with, except those of ``NEGATION``."""
NEGATION = _words(
    "not no never without cannot cant dont didnt doesnt isnt wasnt wont couldnt havent hasnt hadnt nor"
)

"""Words that a phrase of two may begin with."""

GENERIC = _words("""product item order ordered ordering purchase purchased purchasing buy buying bought customer
    client service experience company business issue problem query question information info case matter
    happy unhappy sad angry disappointed disappointing pleased satisfied glad delighted love loved
    lovely wonderful excellent amazing awesome fantastic perfect beautiful beautifully terrible
    horrible awful poor poorly pathetic worthless useless hope hoped feel felt people person
    please improve support recommend definitely complete number thinking start started deal
    bad read mean means meant guess wish total totally""")
"""Words that tell of nothing by themselves: a phrase holds at least one that is none of these."""
GREETINGS = _words("hi hello hey dear regards sincerely cheers mr mrs ms miss named dr")
"""Words that a person's name follows."""
CAPITALISED = _words("""monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december christmas xmas easter black boxing halloween
    valentine mother father english british american european indian chinese asian french german
    italian spanish irish scottish welsh europe london america uk usa google facebook instagram
    whatsapp paypal klarna visa mastercard amazon ebay iphone android apple samsung""")
"""Words that are written with a capital and name no person."""

GIVEN_NAMES = _words("""aaron abigail adam aditya adrian agnes ahmed aisha ajay alan albert alejandro alex alexander
    alexandra alexis ali alice alicia alison allison amanda amelia amit amy ana andrea andreas andrew
    angela angie anil anita anjali ankit anna anne annie anthony antonio anya arjun arthur arun asha
    ashley ashok barbara becky ben benjamin bernard beth betty beverly  billy bob bradley brandon
    brenda brian bruce bryan cameron carl carla carlos carol caroline catherine cathy charles charlie
    charlotte cheryl chloe chris christian christina christine christopher cindy claire clara claudia
    colin connor craig  cynthia  daniel danielle dave david  deborah deepak denise
    dennis derek diana diane divya dmitri donald donna doris dorothy douglas duncan dylan edward
    eileen elaine eleanor elena elizabeth ella ellen emily emma eric erica erin esther ethan eva evan
    evelyn fatima fiona florence frances francis  gail gareth gary gavin gemma geoff george
    georgia gerald gloria gordon graham greg gregory hannah harold harriet harry  hassan heather
    heidi helen helena henry hilary howard hugh ian ibrahim irene isaac isabel isabella jack jackie
    jacob  jake james jamie jan jane janet janice jason jayne  jeff jeffrey jenna jennifer
    jenny jeremy jerry jesse jessica jill jim jimmy joan joanna joanne joe joel john johnny jonathan
    jordan jose joseph josh joshua joyce juan judith judy julia julian julie justin karen karl kate
    katherine kathleen kathryn kathy katie katrina kavita keith kelly ken kenneth kerry kevin khalid
    kim kimberly kiran kirsty kumar kyle lakshmi larry laura lauren lawrence leah leanne  leo leon
    leslie lewis liam linda lindsay lindsey lisa liz lorraine louis louise lucas lucy luis luke lydia
    lynn maddie manish manoj marco marcus margaret maria marie marilyn mario marion martha martin
    mary mathew matt matthew maureen  meena megan mehmet melanie melissa michael michele michelle
    miguel mike mohamed mohammad mohammed molly monica muhammad nancy naomi natalie natasha nathan
    neha neil nicholas nick nicola nicole nigel nikhil nina noah nora norman oliver olivia oscar
    pablo pam pamela patricia patrick paul paula pauline pedro peter phil philip phillip phyllis
    pooja prakash priya priyanka rachel rahul raj rajesh rakesh ralph ramesh randy ravi raymond
    rebecca rhys ricardo richard ricky rita robert roberta robin roger rohan rohit ronald rosemary
    rosie ross  russell ruth ryan sally sam samantha samir samuel sandra sanjay sara sarah scott
    sean sergio seth shannon sharon shaun sheila shirley shreya simon sneha sofia sonia sophia sophie
    stacey stan stella stephanie stephen steve steven stuart sunil suresh susan suzanne sylvia tania
    tanya tara teresa terry theresa thomas tim timothy tina toby todd tom tommy tony tracey tracy
    trevor tyler valerie vanessa vera veronica victor victoria vijay vikram vincent virginia vivek
    walter wayne wendy william yasmin yusuf zoe""")
"""Common given names in lower case that are no everyday words."""
