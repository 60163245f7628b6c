"""The customer's own words are kept, the mail around them goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcat.conversations.automatic import is_automatic
from convcat.conversations.cleaning import clean
from convcat.conversations.pitches import is_pitch

_OWN = "The zip broke on day two.\nCan I swap it?"


class TestHtml:
    """A mail's markup becomes text."""

    @pytest.mark.parametrize(
        ("markup", "text"),
        [
            ("<p>Too small &amp; late<br>Ann</p>", "Too small & late\nAnn"),
            (
                "<html><head><title>x</title><style>p{color:red}</style></head><body>Hi<script>go()</script> there</body></html>",
                "Hi there",
            ),
            (
                "<div>New</div><blockquote>old <blockquote>older</blockquote> old</blockquote>",
                "New",
            ),
            ("<blockquote>all there is</blockquote>", "all there is"),
            ("<div>a&nbsp;b</div>\n\n\n<div>c</div>", "a b\nc"),
            ("it <b>never</b> came <!-- note <p> -->today", "it never came today"),
            ("<style>never closed and <b>words</b>", "never closed and words"),
            ("<o:p>Word</o:p> mail<![endif]>", "Word mail"),
            ("<p>&lt;3 it</p>", "<3 it"),
            ("<p>one</p><br/><!-- open", "one\n<!-- open"),
        ],
    )
    def test_to_text(self, markup, text):
        """Entities, breaks, styles, comments and quotations are read as a reader sees them."""
        assert clean(markup) == text

    @pytest.mark.parametrize(
        "text",
        [
            "I <3 it",
            "a < b and b > c",
            "size <M or >L",
            "<email> wrote",
            "x<y",
            "1<2>1",
            "<<<",
            "R&B and Q&A; co",
        ],
    )
    def test_plain_text_stays(self, text):
        """A sign is no tag."""
        assert clean(text) == text


class TestHistory:
    """The mail that is answered is cut."""

    @pytest.mark.parametrize(
        "history",
        [
            "On Mon, 3 Nov 2025 at 10:12, Shop <help@example.com> wrote:\n> Dear Ann,\n> hello",
            "On Mon, Nov 3, 2025 at 10:12 AM A Rather Long Shop Name\nTeam <help@example.com>\nwrote:\n\nDear Ann",
            "-----Original Message-----\nFrom: Shop\nDear Ann",
            "________________________________\nFrom: Shop <help@example.com>\nSent: Monday\nTo: Ann\nSubject: Re\n\nDear Ann",
            "Von: Shop\nGesendet: Montag\nAn: Ann\nBetreff: Ihre Frage\n\nHallo",
            "De : Shop\nEnvoyé : lundi\nÀ : Ann\nObjet : Re\n\nBonjour",
            "Am 03.11.2025 um 10:12 schrieb Shop <help@example.com>:\n> Hallo",
            "Le lun. 3 nov. 2025 à 10:12, Shop <help@example.com> a écrit :\n> Bonjour",
            "El lun, 3 nov 2025 a las 10:12, Tienda (<help@example.com>) escribió:\n\n> Hola",
            "Shop Team <help@example.com> wrote:\n> Dear Ann",
            "> Dear Ann,\n> hello\n>\n> bye",
            "##- Please type your reply above this line -##\nDear Ann",
        ],
    )
    def test_is_cut(self, history):
        """Heads in several languages, wrapped or not, end the customer's words."""
        assert clean(f"{_OWN}\n\n{history}") == _OWN
        assert clean(f"{_OWN}\r\n\r\n{history}".replace("\n", "\r\n").replace("\r\r", "\r")) == _OWN

    def test_answer_below(self):
        """An answer below the quoted lines is kept."""
        assert clean("On 3 May Shop wrote:\n> Which size?\nMedium, thanks") == "Medium, thanks"

    @pytest.mark.parametrize(
        "text",
        [
            "On Monday I wrote to you: no answer",
            "From: London. To: Leeds. Three weeks!",
            "I have two questions:\n1. size?\n2. colour?",
            "> Dear Ann",
            "-----Original Message-----",
            "The courier wrote:\nsorry we missed you",
            "It says:\n- wash at 30\n- do not bleach\n\nbut it shrank",
        ],
    )
    def test_words_stay(self, text):
        """What only looks like a head is kept, and no text is emptied."""
        assert clean(text) == text

    @given(
        st.lists(
            st.sampled_from(
                [
                    "hello",
                    "> q",
                    "",
                    "On 1 May Shop wrote:",
                    "--",
                    "From: a",
                    "Sent: b",
                    "To: c",
                    "<b>x</b>",
                    "Sent from my iPhone",
                ]
            ),
            max_size=8,
        )
    )
    def test_never_emptied(self, lines):
        """Whatever stands in a mail, words remain words."""
        text = "\n".join(lines)
        assert bool(clean(text)) == bool(text.strip())
        if "hello" in lines[:1]:
            assert clean(text).startswith("hello")


class TestSignature:
    """Signatures go."""

    @pytest.mark.parametrize(
        "tail",
        [
            "\n--\nAnn Example\nHead of Cakes",
            "\n\nSent from my iPhone",
            "\nSent from my Samsung Galaxy smartphone.",
            "\nGet Outlook for iOS",
            "\nVon meinem iPhone gesendet",
            "\nThis email and any attachments are confidential and intended for the addressee.\nMore law.",
        ],
    )
    def test_is_cut(self, tail):
        """Cards, devices and legal notes are not the customer's words."""
        assert clean(_OWN + tail) == _OWN

    def test_a_rule_is_no_signature(self):
        """A line of dashes in a letter that goes on cuts nothing."""
        text = f"First part.\n--\n{'Then it goes on at some length about the courier and the box. ' * 3}".strip()
        assert clean(text) == text


class TestAutomatic:
    """Machines are known by what no customer writes."""

    @pytest.mark.parametrize(
        "text",
        [
            "Automatic reply: Your order",
            "Out of Office: Re: your parcel",
            "Auto-reply",
            "Abwesenheitsnotiz: Re: Anfrage",
            "I am currently out of the office until 4 May with limited access to email.",
            "Hi, I'm on annual leave and will reply to your message when I return.",
            "This is an automated message, please do not reply. We received your request.",
            "Delivery Status Notification (Failure)",
            "Undeliverable: Invoice 2231",
            "Mail delivery failed: returning message to sender",
            "The server said: 550 5.1.1 user unknown",
            "Your message to ann@example.com couldn't be delivered.",
            "[Button clicked] Track my order",
            "User selected: Returns",
            "Quick reply: Yes",
            "The chat has ended.",
            "Visitor has left the chat",
            "Main menu",
        ],
    )
    def test_machine(self, text):
        """Absence notes, bounced mail and buttons."""
        assert is_automatic(text)

    @pytest.mark.parametrize(
        "text",
        [
            "All I get is an automatic reply. Where is my order?",
            "Automated reply after automated reply, no human in sight",
            "Delivery failed again, the driver never rang",
            "I am out of the office on Friday so deliver my parcel on Monday please",
            "I'm on holiday from Monday, can you hold the delivery?",
            "Undelivered for three weeks",
            "The chat ended before I got an answer about my refund",
            "I clicked on the button and nothing happened",
            "Not delivered",
            "main problem is the size",
            "",
        ],
    )
    def test_customer(self, text):
        """A customer who tells of a machine is a customer."""
        assert not is_automatic(text)


class TestPitch:
    """Who wants to sell something is no customer."""

    @pytest.mark.parametrize(
        "text",
        [
            "Hi, I came across your website and noticed it does not rank on Google. We offer SEO and a free audit.",
            "We are a leading manufacturer of packaging in Shenzhen. Competitive prices, low MOQ. See our catalogue.",
            "I'm a Shopify expert and can increase your sales by 300%. Book a quick call?",
            "Our agency helps brands like yours with lead generation. Would you be interested in a 15-minute call?",
            "High DA guest posts and backlinks for your site, reply yes for prices, let me know if you are interested",
            "Congratulations, you have won a prize of $5,000,000, contact our agent",
            "Earn $500 per day from home, guaranteed profit",
        ],
    )
    def test_pitch(self, text):
        """Agencies, suppliers and spam."""
        assert is_pitch(text)

    @pytest.mark.parametrize(
        "text",
        [
            "Do you have a catalogue, and is there a store in Leeds?",
            "Would you be interested in taking the chair back?",
            "Your website is slow and I found it on the first page of Google",
            "I came across your website and want to know if the coat is lined",
            "Is there a wholesale price for ten of them?",
            "My order never came, are you an agency or a shop?",
            "I won the lottery with this dress",
            "I run a marketing company and bought forty mugs, six were broken",
            "",
        ],
    )
    def test_customer(self, text):
        """One word of the trade does not make a pitch."""
        assert not is_pitch(text)


class TestMailOfManyPrograms:
    """Frames that other programs put around a mail."""

    @pytest.mark.parametrize(
        "frame",
        [
            "\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Shop <help@example.com>\nSent: Friday\nTo: Me\nSubject: Hi\n\nThanks!",
            "\n\n  On Fri, Oct 2, 2026 at 10:02 AM, Shop<help@example.com> wrote:   We call you tomorrow.",
            "\n\nYahoo Mail: Search, Organize, Conquer",
            "\n\nSent with Proton Mail secure email.",
            "\n\npt., 2 pa\u017a 2026 o 10:02 Shop <help@example.com> napisa\u0142(a):\n\n> Hello",
            "\n\nKind regards,\nMaria Lopez\nHead of Purchasing\nT: +34 600 000 000",
            "\n\nBest regards\nDr. Pia Holm\nHolm Dental\n\nThis email and any attachments are confidential and intended for the addressee.",
        ],
    )
    def test_it_is_cut(self, frame):
        """The customer's words are left."""
        assert clean(f"The lid leaks.{frame}") == "The lid leaks."

    def test_a_link_is_no_tag(self):
        """A plain mail with a link in angle brackets keeps its lines."""
        text = "See <https://example.com/a>\nIt is broken."
        assert clean(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            "Kind regards to your team, but the vase is chipped.",
            "It leaks.\n\nRegards\nOrder 1203, placed on Monday\nLeo",
            "It leaks.\n\nBest wishes\nAnn",
            "It leaks.\n\nRegards\nAnn\nCan you send a new one?",
        ],
    )
    def test_a_greeting_that_says_more_stays(self, text):
        """What stands below a greeting may be what matters."""
        assert clean(text) == text

    def test_signs_as_html_writes_them(self):
        """They are read as signs in plain text as well."""
        assert clean("Too small &amp; late, it&#39;s&nbsp;bad") == "Too small & late, it's bad"

    def test_html_that_was_escaped(self):
        """Tags written as signs are tags."""
        assert clean("&lt;p&gt;It squeaks&lt;/p&gt;&lt;p&gt;a lot&lt;/p&gt;") == "It squeaks\na lot"

    def test_the_form_of_transfer(self):
        """Quoted-printable that nobody undid; sums stay."""
        assert clean("It=E2=80=99s squeaking a =\nlot=20now") == "It\u2019s squeaking a lot now"
        assert clean("Is 1+1=20 your maths?") == "Is 1+1=20 your maths?"

    def test_line_breaks_as_two_signs(self):
        """An export wrote them so; a path holds none."""
        assert (
            clean("Hello,\\nIt gets hot.\\r\\nIs this safe?")
            == "Hello,\nIt gets hot.\nIs this safe?"
        )
        assert clean("the log in C:\\new is empty") == "the log in C:\\new is empty"

    @pytest.mark.parametrize(
        "text",
        [
            "(Translated by Google) The queue was long\n\n(Original)\nLa cola era larga",
            "La cola era larga\n\n(Translated by Google)\nThe queue was long",
        ],
    )
    def test_a_translation_beside_the_original(self, text):
        """The translation is read."""
        assert clean(text) == "The queue was long"


class TestOffersAndThreats:
    """More who want something of the shop."""

    @pytest.mark.parametrize(
        "text",
        [
            "Could we place a sponsored article with a do-follow link on your blog?",
            "Your domain example.com is about to expire, renew your search engine listing",
            "Your Facebook page is scheduled to be permanently deleted. Appeal here",
            "We are a logistics company and offer competitive prices from Shenzhen",
        ],
    )
    def test_pitch(self, text):
        """Guest articles, domains, stolen accounts, freight."""
        assert is_pitch(text)

    @pytest.mark.parametrize(
        "text",
        [
            "I'm a lifestyle creator with 48k followers and would love to collaborate with your brand",
            "I'm a blogger and bought your lamp for my desk, it flickers",
            "My followers on Instagram ask me whether you ship to Peru",
            "I have waited for 48 hours, your instagram page says 24 hours",
            "I follow you on TikTok and the bag in your reel looks different",
            "My Facebook account was deleted, how do I sign in to your shop now?",
            "Your Facebook page says 10 % off within 24 hours but the code does not work",
        ],
    )
    def test_customer(self, text):
        """Customers have followers too, and to work together is a need."""
        assert not is_pitch(text)


class TestBelowAGreeting:
    """A card goes, what a customer adds stays."""

    @pytest.mark.parametrize(
        "added",
        ["Also the zip broke", "the one in black", "still waiting", "waist 32 and hips 40 now", "48213 never came"],
    )  # fmt: skip
    def test_what_is_said_below_a_name(self, added):
        """Words without a capital are no name and no post."""
        text = f"Late again.\nBest wishes\nAnna\n{added}"
        assert clean(text) == text

    @pytest.mark.parametrize(
        "card",
        ["Anna Lee\nManager, Foo Ltd\nTel. +44 7700 900123", "Anna\nGet Pigeon Mail for mobile",
         "Anna\n\nAnna Lee | Bookkeeper | 07700 900547", "Anna Lee\nanna.lee@example.com"],
    )  # fmt: skip
    def test_a_name_with_a_post_or_a_number(self, card):
        """It tells of the customer and of no need."""
        assert clean(f"Late again.\nBest wishes,\n{card}") == "Late again."
