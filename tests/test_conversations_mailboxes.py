"""Mailboxes, transcripts and chats in one cell: whose words they hold, and when they were answered."""

from __future__ import annotations

import io

import pytest

from convcat.conversations import read_conversations
from convcat.conversations.transcripts import Chats
from convcat.exceptions import InputError


def read(text: str | bytes, name: str = "dump.csv"):
    stream = io.BytesIO(text.encode() if isinstance(text, str) else text)
    stream.name = name
    got = read_conversations(stream)
    table = got.to_table().to_pylist()
    got.account.check()
    return [row for row in table if row["needs_status"] == "ok"], got


def mail(
    number: int, sender: str, subject: str, words: str, *more: str, to: str = "help@shop.test"
) -> str:
    """Return one mail of a mailbox."""
    head = [
        f"From {number}@xxx Wed Apr 01 10:00:00 +0000 2026", f"Message-ID: <m{number}@mail.test>", f"From: {sender}", f"To: {to}",
        f"Subject: {subject}", f"Date: Wed, 1 Apr 2026 {10 + number}:00:00 +0000", *more,
    ]  # fmt: skip
    return "\n".join([*head, "", words, "", ""])


ASKED = mail(
    0, "Ann <ann@mail.test>", "=?UTF-8?Q?Caf=C3=A9_cups?=", "Two cups are broken.\n>From the start."
)
ANSWERED = mail(1, "help@shop.test", "Re: Cups", "Shall we send two?", "References: <m0@mail.test>", to="ann@mail.test")  # fmt: skip
AGAIN = mail(
    2,
    "ann@mail.test",
    "Re: Cups",
    "Yes please\n\n> Shall we send two?",
    "In-Reply-To: <m0@mail.test>",
)
AWAY = mail(3, "bo@mail.test", "Away", "I am out of the office.", "Auto-Submitted: auto-replied")
OTHER = mail(4, "cy@mail.test", "Parcel", "My parcel never came, where is it?")


class TestMailboxes:
    def test_threads_of_both_sides(self):
        """Mails that answer each other are one conversation; what the shop and programs wrote is none's."""
        got, whole = read(ASKED + ANSWERED + AGAIN + AWAY + OTHER, "inbox.mbox")
        assert [row["text"] for row in got] == [
            "Café cups\nTwo cups are broken.\nFrom the start.\nYes please",
            "Parcel\nMy parcel never came, where is it?",
        ]
        assert [row["response_minutes"] for row in got] == [60, None]
        assert whole.account.set_aside == {"written by a bot": 1, "written by an agent": 1}
        assert {row["channel"] for row in got} == {"email"}

    def test_parts_and_charsets(self):
        """The plain part is read, whatever its letters are written in; what is attached is not."""
        parts = mail(
            5, "dee@mail.test", "Tin", '--b\nContent-Type: text/html; charset="iso-8859-1"\nContent-Transfer-Encoding: base64\n\nPHA+VGhlIGNhZukgdGluIGlzIGVtcHR5PC9wPg==\n'
            '--b\nContent-Type: text/plain; charset="nonsense"\nContent-Disposition: attachment; filename="a.txt"\n\nSecret\n--b--',
            'Content-Type: multipart/mixed; boundary="b"',
        )  # fmt: skip
        got, _ = read(parts + OTHER, "inbox.mbox")
        assert got[0]["text"] == "Tin\nThe café tin is empty"

    def test_labels_of_gmail(self):
        """Its export says what is sent, a draft, or spam; its head is long."""
        long = [
            "X-GM-THRID: 7",
            *(f"Received: by relay{n}.example.com with SMTP id {n:040}" for n in range(90)),
        ]
        mails = [
            mail(1, "ann@mail.test", "Lid", "The lid is cracked", "X-Gmail-Labels: Inbox", *long),
            mail(2, "me@gmail.com", "Lid", "We send one", "X-Gmail-Labels: Sent", *long),
            mail(3, "me@gmail.com", "Lid", "Not sent yet", "X-Gmail-Labels: Drafts", *long),
            mail(4, "x@spam.test", "Rank", "Rank first now", "X-Gmail-Labels: Spam"),
        ]
        got, _ = read("".join(mails).replace("Message-ID: ", "X-Other: "), "All mail.mbox")
        assert [row["text"] for row in got] == ["Lid\nThe lid is cracked"]

    def test_nothing_tells_the_shop(self):
        """Said, and nothing is lost."""
        got, whole = read(OTHER, "inbox.mbox")
        assert len(got) == 1
        assert any("the shop wrote" in note for note in whole.warnings)

    @pytest.mark.parametrize(
        "head",
        [
            "Content-Type: message/rfc822\n\n" * 3000,
            "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(2000)),
            "Subject: =?nonsense?Q?=FF?= =?utf-8?B?!!!?=\nDate: Foo, 99 Zzz\nContent-Transfer-Encoding: base64\n\n@@@",
            "Content-Type: text/plain; charset=\ud800\n\nwords",
        ],
    )  # fmt: skip
    def test_odd_mails(self, head):
        """A mail that no program can read costs itself alone."""
        odd = f"From x@y.test Wed Apr 01 10:00:00 2026\nFrom: x@y.test\n{head}\n\n"
        got, _ = read((odd + OTHER).encode("utf-8", "surrogatepass"), "inbox.mbox")
        assert "My parcel never came, where is it?" in [row["text"].split("\n")[-1] for row in got]

    def test_an_attachment_takes_no_memory_and_no_time(self):
        """What is far down in a mail is passed over."""
        got, _ = read(mail(1, "ann@mail.test", "Lid", "The lid broke\n" + "QUJD" * 19 + "\n") + "x" * (12 << 20) + "\n\n" + OTHER, "a.mbox")  # fmt: skip
        assert len(got) == 2
        assert len(got[0]["text"]) < 2 << 20

    def test_one_mail(self):
        """A mail alone is refused with what to do."""
        with pytest.raises(InputError, match="one mailbox"):
            read("From: ann@mail.test\nTo: help@shop.test\nSubject: Hi\n\nHello\n")


class TestChatsInCells:
    CHATS = (
        "id,transcript\n"
        '1,"[10:00] Visitor: hi\n[10:06] Agent Kim: A refund or a new one?\n[10:07] Visitor: new one"\n'
        '2,"[23:58] Visitor: is my order lost, it is ten days now\n[00:03] Agent Kim: Let me see."\n'
        '3,"Visitor: The lid does not close, I want another one\nAgent: Sorry!"\n'
    )

    def test_question_and_answer(self):
        """Few words keep the question before them, and moments tell when the shop answered."""
        got, _ = read(self.CHATS)
        assert [row["context"] for row in got] == ["A refund or a new one?", None, None]
        assert [row["response_minutes"] for row in got] == [6, 5, None]

    def test_moments_since_the_chat_began(self):
        """Salesforce counts from its first second."""
        chat = "<p>Chat Started: Wednesday</p>( 5s ) Kim: Hello<br>( 22s ) Visitor: It smells burnt<br>( 1m 22s ) Kim: The box?<br>( 2m ) Visitor: no"
        told = Chats().read(chat)
        assert (told.text, told.context, told.minutes) == ("It smells burnt\nno", "The box?", 1)

    @pytest.mark.parametrize(
        ("one", "two", "minutes"),
        [("[10:00 AM]", "[01:00 PM]", 180), ("[2026-03-01 23:00]", "[2026-03-02 01:00]", 120), ("[10:00]", "[09:00]", None),
         ("[2026-03-01 23:00]", "[23:30]", None), ("(10:00:30)", "(10:01:00)", 0.5)],
    )  # fmt: skip
    def test_moments(self, one, two, minutes):
        """Clocks of twelve hours, days, midnight; what runs back tells nothing."""
        assert Chats().read(f"{one} Visitor: It broke\n{two} Agent: Oh").minutes == minutes

    def test_a_chat_among_mails(self):
        """A ticket whose message is a whole chat: only the customer's turns are theirs."""
        chats = [
            f"(12:01:02 PM) {who}: It arrived melted\n(12:05:02 PM) Kim: A refund?\n(12:06:02 PM) {who}: Yes"
            for who in ("Dana", "Omar", "Lea")
        ]
        rows = "".join(
            f'{n},customer,"{said}"\n'
            for n, said in enumerate([*chats, "At 10:00: it broke.\nPlease help"])
        )
        got, _ = read("ticket_id,role,message\n" + rows)
        assert [row["text"] for row in got] == ["It arrived melted\nYes"] * 3 + [
            "At 10:00: it broke.\nPlease help"
        ]
        assert got[0]["context"] == "A refund?"
        assert got[0]["response_minutes"] == 4


class TestWhatPhonesAdd:
    def test_edits_files_and_deletions(self, tmp_path):
        """What the program writes into a message is not the customer's."""
        said = ["it's #1043 <This message was edited>", "IMG-2026.jpg (file attached)\nlook at this", "This message was deleted", "<attached: 7-PHOTO.jpg>"]  # fmt: skip
        path = tmp_path / "WhatsApp Chat with Lena Fox.txt"
        path.write_text(
            "".join(f"4/15/26, 10:0{n} AM - Lena Fox: {one}\n" for n, one in enumerate(said))
        )
        (one,) = read_conversations(path).to_table().to_pylist()
        assert one["text"] == "it's #1043\nlook at this"
