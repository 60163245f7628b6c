"""Who sells to the shop, and what a machine writes, is told from a customer."""

from __future__ import annotations

import pyarrow as pa
import pytest

from convcat.conversations.automatic import is_automatic
from convcat.conversations.hints import may_be_no_customers
from convcat.conversations.pitches import is_pitch

OFFERS = [
    "Hi team, I was browsing your store and noticed your product pages load slowly. We help Shopify brands lift conversions by 30%. Can I send over a free audit?",
    "Dear Sir/Madam, we are a leading manufacturer of cotton t-shirts in Tirupur. Please find our catalogue attached. MOQ 500 pcs.",
    "Quick question - who handles your Google Ads? We got a brand like yours 4.2x ROAS in 60 days.",
    "Hey! Are you the owner of this store? I found some issues that stop you from getting sales. My agency can help you for a small fee.",
    "I represent an influencer marketing agency. Our creators would love to feature your products. Can we hop on a call this week?",
    "Hello, I'm Priya from Pixelnova Solutions. We build custom Magento and Shopify sites at affordable cost. Shall I send you our past work?",
    "Hi, do you need help with bookkeeping for your ecommerce business? Our accountants save owners 10 hours a week.",
    "Do you accept sponsored articles on your site? What's your rate for a permanent link?",
    "We can provide you with a list of 20,000 email contacts of attendees at the trade show. Let me know your interest for pricing.",
    "I'm a freelance copywriter and noticed your product descriptions could use some polish. Happy to write one for free.",
]
SPAM = [
    "Congratulations! You have been selected to receive a $1000 gift card. Click here to claim your prize now.",
    "I am Barrister John Ade, the attorney to a late client who left the sum of $8.5 million. Contact me for your share.",
    "Your page has violated our community standards and will be disabled within 24 hours. Verify your account here.",
    "Your PayPal account has been limited. Log in now to restore access.",
    "Dear customer, your package could not be delivered due to unpaid customs fee. Pay 1.99 here http://post-fee.test",
    "Invest $200 and earn $4,000 in 5 days. Message Mr Carlos on telegram.",
]
MACHINES = [
    "This message was created automatically by mail delivery software. A message that you sent could not be delivered to one or more of its recipients.",
    "Message blocked. Your message to info@acme.test has been blocked. See technical details below.",
    "Delivery incomplete. There was a temporary problem delivering your message to zoe@acme.test.",
    "Recipient inbox full. 452 4.2.2 The recipient's inbox is out of storage space.",
    "Thank you for your email. I'm currently on annual leave and will be back on 3 January.",
    "Thank you for contacting us. We have received your enquiry and will respond within 2 working days. Please do not reply to this email.",
    "Hello, I'm on maternity leave until March. Please direct your queries to sam@acme.test.",
    "I no longer work at Acme Ltd. Please contact reception@acme.test for anything further.",
    "Please note this inbox is not monitored. Replies to this address are not read.",
    "Our office is closed for the holidays from 24 December. We will get back to you when we return.",
    "Your ticket has been closed due to inactivity. If you still need help, just reply to this email.",
    "Verification code: 448812. Do not share this code with anyone.",
    "Sorry I missed your call. This is an automated text. I will call you back as soon as I can.",
    "You have a new voicemail from +44 20 7946 0000",
    "Start over",
]
CUSTOMERS = [
    "I work for a marketing agency and bought your planner for my desk, it arrived with a torn cover",
    "I got an out of office from your support saying back on Monday, it is Thursday and still nobody has answered",
    "Do you do wholesale? I want 20 of the mugs for my wedding",
    "I was promised a PR gift for our collaboration and it never arrived",
    "your emails bounce, I get delivery failed every time I write to support@",
    "Got a mail that says congratulations you won a gift card from your shop, is this real?",
    "Would love to work with you to get this fixed, but nobody calls back",
    "Are you the owner? My parcel came opened and half is missing",
    "We are a manufacturer of candles ourselves and yours smell of nothing",
    "I am a web designer and your checkout is the worst I've seen, it ate my cart",
    "Do you offer affiliate or influencer codes for customers?",
    "I clicked the link below to verify my account and it says expired",
    'I have been locked out, "your account will be disabled" it says, why?',
    "We have received your email thats all I ever get. Answer me!",
    "Thank you for contacting us they say, then nothing for weeks",
    "Ticket closed due to inactivity?? I replied three times",
    "I am on maternity leave and need the dress before the baby comes, where is it?",
    "I am travelling this week and need the case by Friday, can you do express?",
    "I left the company I ordered with, can you change the address to my home?",
    "I got a text: your package could not be delivered due to unpaid customs fee, pay 1.99. Is that you?",
    "my email to orders@ was not delivered because your mailbox is full",
    "Thank you for your email. The replacement fits but the colour is off",
    "Your request has been closed?? It was never solved",
    "Average wait time 12 minutes, I waited 50",
    "I host a podcast about looms and would love your weaver as a guest. Whom do I write to?",
    "I run a knitting blog with 5k followers, would you be up for doing something together?",
    "I train as a potter and look for a placement in your workshop. My portfolio is online",
    "We are a fair for makers and would be delighted to have you as a seller. Our commission is 9%. May I invite your head of sales?",
    "I have 8k followers and will tell all of them how you treat people unless I get my money",
    "your store is missing a size guide for kids",
    "this email address is no longer in use?? how do I reach returns then",
    "won your giveaway in May, prize still not here, how do I claim it",
]


@pytest.mark.parametrize("text", [*OFFERS, *SPAM])
def test_offers_and_spam(text):
    """Agencies, suppliers and fraud are no customers."""
    assert is_pitch(text)


@pytest.mark.parametrize("text", MACHINES)
def test_machines(text):
    """Bounced mail, receipts, absence notes, codes."""
    assert is_automatic(text)


@pytest.mark.parametrize("text", CUSTOMERS)
def test_customers(text):
    """Who only speaks of them is a customer, and who wants to work with the shop has a need."""
    assert not is_pitch(text)
    assert not is_automatic(text)


def test_many_together():
    """None of them is overlooked among many, and most customers need no closer look."""
    machines, offers = may_be_no_customers(pa.array([*OFFERS, *SPAM, *MACHINES, *CUSTOMERS] * 2))
    told = len(OFFERS) + len(SPAM)
    assert offers[:told].all()
    assert machines[told : told + len(MACHINES)].all()
    plain = pa.array(["Where is my order? It is two weeks late."] * 100)
    assert not any(kind.any() for kind in may_be_no_customers(plain))
