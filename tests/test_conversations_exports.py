"""Exports as shops really have them: every customer's word is found, everything else is told apart."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from datetime import datetime

import openpyxl
import pytest

from convcat.conversations import read_conversations
from convcat.conversations.rows import names_apart
from convcat.exceptions import InputError


def read(text: str | bytes, **options):
    stream = io.BytesIO(text) if isinstance(text, bytes) else io.StringIO(text)
    return read_conversations(stream, **options)


def rows(text: str | bytes, **options) -> list[dict]:
    got = read(text, **options)
    table = got.to_table().to_pylist()
    got.account.check()
    return table


def texts(text: str | bytes, **options) -> list[str | None]:
    return [row["text"] for row in rows(text, **options)]


def as_csv(*lines: list[str], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(lines)
    return out.getvalue()


class TestZendesk:
    def ticket(self, **more) -> dict:
        return {
            "id": 7, "requester_id": 5, "subject": "Zip", "raw_subject": "Zip", "status": "open",
            "via": {"channel": "email"}, "created_at": "2025-10-02T08:00:00Z",
            "satisfaction_rating": {"score": "offered", "id": 4}, **more,
        }  # fmt: skip

    def test_a_ticket_without_comments_beside_one_with_plain_bodies(self):
        """What was first written stands in the description, whatever form the other bodies have."""
        comment = {"id": 1, "author_id": 5, "plain_body": "Still broken", "body": "Still broken"}
        dump = [
            self.ticket(description="Still broken", comments=[comment]),
            self.ticket(id=8, description="The zip broke", comments=[]),
        ]
        assert texts("\n".join(map(json.dumps, dump))) == [
            "Zip\nStill broken",
            "Zip\nThe zip broke",
        ]

    def test_a_message_with_one_form_of_its_body(self):
        """Where the plain body is empty, the HTML is read."""
        comments = [
            {"id": 1, "author_id": 5, "plain_body": "One", "html_body": "<p>One</p>"},
            {"id": 2, "author_id": 5, "plain_body": "", "html_body": "<p>Two</p>"},
        ]
        assert texts(json.dumps(self.ticket(comments=comments))) == ["Zip\nOne\nTwo"]

    def test_the_number_of_a_rating_is_none(self):
        """Only the score says how content somebody is, and an offer to say so says nothing."""
        comments = [{"id": 1, "author_id": 5, "plain_body": "Late"}]
        got = read(json.dumps(self.ticket(comments=comments)) + "\n")
        (row,) = got.to_table().to_pylist()
        assert (row["rating"], row["csat"]) == (None, None)
        got.account.check()
        assert not got.warnings

    def test_an_absence_note_under_an_ordinary_subject(self):
        """A machine's body makes it a machine's; so does a promise to answer on return."""
        for body in (
            "Automatic reply: back on Monday",
            "I am out of the office and will reply to your email upon my return.",
        ):
            comments = [{"id": 1, "author_id": 5, "plain_body": body}]
            (row,) = rows(json.dumps(self.ticket(comments=comments)))
            assert row["needs_status"] == "not_a_customer"
        comments = [
            {
                "id": 1,
                "author_id": 5,
                "plain_body": "I am on holiday, when I am back, can you reply to my email about my return?",
            }
        ]
        assert rows(json.dumps(self.ticket(comments=comments)))[0]["needs_status"] == "ok"


class TestGorgias:
    def message(self, number: int, text: str, *, agent: bool = False, **more) -> dict:
        return {
            "id": number, "from_agent": agent, "body_text": text, "stripped_text": text,
            "public": True, "created_datetime": f"2025-10-02T08:0{number}:00+00:00", **more,
        }  # fmt: skip

    def ticket(self, number: int, messages: list, **more) -> dict:
        return {
            "id": number, "channel": "email", "subject": "Order", "messages": messages,
            "created_datetime": "2025-10-02T08:00:00+00:00", **more,
        }  # fmt: skip

    def test_rules_notes_spam_and_empty_tickets(self):
        """Each is set aside for its own reason, and an answer by rule is no response."""
        dump = [
            self.ticket(1, [
                self.message(1, "Where is it?"),
                self.message(2, "We got your mail.", agent=True, rule_id=9),
                self.message(3, "Very angry", agent=True, public=False),
                self.message(4, "On its way", agent=True),
            ]),
            self.ticket(2, [self.message(1, "Buy followers now")], spam=True),
            self.ticket(3, []),
        ]  # fmt: skip
        got = read(json.dumps({"data": dump}))
        first, spam, empty = got.to_table().to_pylist()
        assert (first["text"], first["response_minutes"]) == ("Order\nWhere is it?", 3.0)
        assert spam["needs_status"] == empty["needs_status"] == "filtered"
        assert got.account.check().set_aside == {
            "a row without words": 1,
            "an internal note": 1,
            "marked as spam in the export": 1,
            "written by a bot": 1,
            "written by an agent": 1,
        }

    def test_a_message_that_was_stripped_bare(self):
        """A reply within the quoted mail has no stripped text; its body is read."""
        bare = self.message(1, "Too small", stripped_text=None)
        other = self.message(2, "And late")
        assert texts(json.dumps({"data": [self.ticket(1, [bare, other])]})) == [
            "Order\nToo small\nAnd late"
        ]


class TestIntercom:
    def conversation(self, **more) -> dict:
        return {
            "type": "conversation", "id": "k", "created_at": 1759400000,
            "source": {"id": "s", "type": "email", "body": "<p>Can I change the address?</p>", "author": {"type": "user"}},
            "statistics": {"time_to_admin_reply": 120}, **more,
        }  # fmt: skip

    def part(self, number: int, kind: str, body: str | None) -> dict:
        return {
            "id": f"p{number}", "part_type": "comment", "body": body,
            "created_at": 1759400000 + 60 * number, "author": {"type": kind},
        }  # fmt: skip

    def test_nobody_has_answered_yet(self):
        """The message that opens a conversation is read, with parts, without, and with none listed."""
        answered = [self.part(1, "admin", "Which one?"), self.part(2, "user", "Order 7")]
        dump = {
            "conversations": [
                self.conversation(conversation_parts={"conversation_parts": answered}),
                self.conversation(id="l", conversation_parts={"conversation_parts": []}),
            ]
        }
        first, second = rows(json.dumps(dump))
        assert first["text"] == "Can I change the address?\nOrder 7"
        assert second["text"] == "Can I change the address?"
        assert second["needs_status"] == "ok"
        listed = [self.conversation(), self.conversation(id="l")]
        assert texts(json.dumps({"conversations": listed})) == ["Can I change the address?"] * 2

    def test_its_statistics_are_in_seconds(self):
        """Two minutes are no two hours."""
        (row,) = rows(json.dumps({"conversations": [self.conversation()]}))
        assert row["response_minutes"] == 2.0

    def test_a_short_answer_in_html(self):
        """Tags are no words: the question stands beside "yes, both"."""
        head = [
            "conversation_id",
            "message_id",
            "message_body",
            "message_author_type",
            "message_created_at",
        ]
        dump = as_csv(
            head,
            ["k", "1", "<p>Hi</p>", "lead", "2025-10-02 08:00:00"],
            [
                "k",
                "2",
                "<p>Shall I swap the shirt and the socks?</p>",
                "admin",
                "2025-10-02 08:01:00",
            ],
            ["k", "3", "<p>yes, both</p>", "user", "2025-10-02 08:02:00"],
        )
        (row,) = rows(dump.encode("utf-16"))
        assert (row["text"], row["context"]) == (
            "Hi\nyes, both",
            "Shall I swap the shirt and the socks?",
        )


class TestFreshdesk:
    notes = (
        {"id": 1, "body": "We are sorry", "body_text": "We are sorry", "incoming": False,
         "private": False, "created_at": "2025-10-02T09:00:00Z"},
        {"id": 2, "body": "Still no sofa!", "body_text": "Still no sofa!", "incoming": True,
         "private": False, "created_at": "2025-10-03T09:00:00Z"},
        {"id": 3, "body": "Escalate", "body_text": "Escalate", "incoming": False, "private": True,
         "created_at": "2025-10-03T10:00:00Z"},
    )  # fmt: skip

    def ticket(self, **more) -> dict:
        return {
            "id": 9, "subject": "Late", "description_text": "My sofa is late", "status": 2,
            "description": "<div>My sofa is late</div>", "priority": 1, "source": 1,
            "requester_id": 77, "responder_id": 5, "created_at": "2025-10-02T08:00:00Z", **more,
        }  # fmt: skip

    def test_tickets_of_the_api(self):
        """The description is the first message, replies follow, and it is not taken for Zendesk's."""
        dump = [self.ticket(conversations=list(self.notes)), self.ticket(id=10, conversations=[])]
        got = read(json.dumps(dump))
        first, second = got.to_table().to_pylist()
        assert got.files[0].columns.platform.name == "Freshdesk tickets with conversations"
        assert first["text"] == "Late\nMy sofa is late\nStill no sofa!"
        assert first["response_minutes"] == 60.0
        assert second["text"] == "Late\nMy sofa is late"
        aside = got.account.check().set_aside
        assert aside == {"an internal note": 1, "written by an agent": 1}

    def test_an_account_export(self):
        """Tickets and notes stand each in a wrapping of their own."""
        ticket = self.ticket(display_id=1009, notes=[{"note": note} for note in self.notes])
        (row,) = rows(json.dumps([{"helpdesk_ticket": ticket}]))
        assert (row["id"], row["text"]) == ("1009", "Late\nMy sofa is late\nStill no sofa!")

    def test_notes_of_others_are_no_messages(self):
        """What a shop notes about a review neither doubles it nor speaks for the customer."""
        review = {"id": 1, "description": "A lamp", "review": "It broke after a day", "stars": 2}
        notes = [{"text": "vip"}, {"text": "called back"}]
        dump = [{**review, "notes": notes}, {**review, "id": 2, "notes": []}]
        got = read(json.dumps(dump), stars=None, mapping={"text": "review"})
        assert got.to_table()["text"].to_pylist() == ["It broke after a day"] * 2
        assert got.account.check().read == 2

    def test_empty_notes_hide_no_replies(self):
        """A list of messages is read though an empty list of notes stands before it."""
        from convcat.conversations.nested import flat_rows

        ticket = {"id": 1, "description": "Lost", "notes": [], "replies": [{"body": "Still lost"}]}
        assert [row["replies.body"] for row in flat_rows(ticket)] == ["Still lost"]

    def test_a_mail_that_the_shop_began(self):
        """The description of an outbound mail is the agent's."""
        ticket = self.ticket(source=10, conversations=list(self.notes[1:2]))
        assert texts(json.dumps([ticket])) == ["Late\nStill no sofa!"]

    def test_a_list_of_tickets(self):
        """Without conversations, the description is read."""
        got = read(json.dumps([self.ticket()]))
        assert got.to_table()["text"].to_pylist() == ["Late\nMy sofa is late"]
        assert got.files[0].columns.platform.name == "Freshdesk tickets"

    def test_words_of_a_survey(self):
        """Very unhappy is unhappy."""
        dump = as_csv(
            [
                "Ticket ID",
                "Subject",
                "Description",
                "Status",
                "Priority",
                "Source",
                "Created time",
                "Survey results",
            ],
            [
                "1",
                "Late",
                "It came late",
                "Open",
                "Low",
                "Email",
                "2025-10-02 08:00:00",
                "Very unhappy",
            ],
        )
        assert rows(dump)[0]["csat"] == 0.0


class TestTurnsOfAnyMaker:
    @pytest.mark.parametrize("name", ["turns", "messages", "transcript"])
    def test_roles_and_words_within(self, name):
        """A record with turns is a conversation, whoever made it."""
        dump = [
            {"id": "a", "created_at": "2025-10-02T08:00:00Z", name: [
                {"role": "assistant", "content": "Was the jacket too big, or did the zip break?"},
                {"role": "user", "content": "yes, both"}]},
            {"id": "b", "created_at": "2025-10-02T08:00:00Z", name: [
                {"role": "user", "content": "I never got my refund"}]},
        ]  # fmt: skip
        first, second = rows("\n".join(map(json.dumps, dump)))
        assert (first["id"], first["text"]) == ("a", "yes, both")
        assert first["context"] == "Was the jacket too big, or did the zip break?"
        assert second["text"] == "I never got my refund"


class TestColumnsInOtherLanguages:
    def test_german_reviews_with_a_title_and_totals(self):
        """Stars with a comma, dates with points, lines above the header and a sum below."""
        dump = (
            "Bewertungen Oktober 2025;;;\nErstellt am;01.11.2025;;\n\nDatum;Sterne;Kommentar;Produkt\n"
            "02.10.2025;2,0;The zip broke on day two;Tasche\n13.10.2025;3,5;Bigger than it looks;Tasche\n"
            "14.10.2025;5,0;Great;Tasche\n15.10.2025;1,0;Never again;Tasche\nSumme;4 Bewertungen;;\n"
        )
        got = read(dump.encode("cp1252"))
        table = got.to_table().to_pylist()
        assert [row["text"] for row in table if row["needs_status"] == "ok"] == [
            "The zip broke on day two",
            "Bigger than it looks",
        ]
        assert table[0]["time"] == datetime(2025, 10, 2)
        assert table[0]["product"] == "Tasche"
        assert got.account.check().read == 5

    def test_french_tickets(self):
        """Accents in names of columns are no matter."""
        dump = as_csv(
            ["Numéro du ticket", "Date de création", "Canal", "Sujet", "Message du client"],
            [
                "1",
                "13/10/2025 08:11",
                "E-mail",
                "Retard",
                "My parcel is late and I want my money back",
            ],
            delimiter=";",
        )
        (row,) = rows(dump.encode("cp1252"))
        assert (row["id"], row["channel"]) == ("1", "E-mail")
        assert row["text"] == "Retard\nMy parcel is late and I want my money back"
        assert row["time"] == datetime(2025, 10, 13, 8, 11)

    def test_dates_under_any_name(self):
        """A column of dates is found by its cells, and that is said; a due date is not taken."""
        dump = as_csv(
            ["Due date", "Päivä", "Customer Remarks"],
            ["2025-12-01", "2025-10-02", "Still no parcel!"],
            ["2025-12-02", "2025-10-03", "It tore at the seam"],
        )
        got = read(dump)
        assert got.to_table()["time"].to_pylist()[0] == datetime(2025, 10, 2)
        assert any("'Päivä' is taken for time" in warning for warning in got.warnings)


class TestIds:
    def test_most_rows_have_none(self):
        """The few rows with the id of a conversation are one; the others stand alone."""
        dump = as_csv(
            ["ticket_id", "created_at", "message"],
            *[["", "2025-10-02", f"Where is parcel {i}"] for i in range(6)],
            ["7", "2025-10-02", "Refund not received yet"],
            ["7", "2025-10-02", "Refund not received yet"],
        )
        got = read(dump)
        assert got.to_table().num_rows == 7
        assert got.account.check().set_aside == {"the same message again": 1}

    def test_a_header_alone(self):
        """A month without a row has its columns all the same, and nothing is said of them."""
        got = read("id,created_at,message,stars\n")
        assert got.to_table().num_rows == 0
        assert set(got.mapping["stream"]) == {"id", "time", "text", "rating"}
        assert not got.warnings

    def test_a_line_break_in_a_column_name(self):
        """Spreadsheets wrap names; messages and --map have one line."""
        got = read('"Review\nContent","Review\r\nStars"\nIt tore,2\n')
        assert got.files[0].rows.header == ("Review Content", "Review Stars")
        assert got.to_table()["text"].to_pylist() == ["It tore"]


class TestNotATable:
    def test_a_chat_with_moments_in_brackets(self):
        """It begins as JSON does, and is told for what it is; no word of it is in the sentence."""
        for said in ("[2025-10-02 08:00] Ann: Where is it?\n", "[02/10/2025, 08:00:00] Ann: Hi\n"):
            with pytest.raises(InputError, match="transcript of chats") as refused:
                read(said * 3)
            assert "Ann" not in str(refused.value)

    @pytest.mark.parametrize("data", ["[]", "[1, 2]", '["a"]', "{}"])
    def test_json_without_objects(self, data):
        """JSON is still told as JSON."""
        with pytest.raises(InputError, match="no JSON objects"):
            read(data)


class TestChatsInOneCell:
    def test_it_is_said(self):
        """The shop's words cannot be told from the customer's, so the user is told."""
        chats = (
            "(08:00:00) Ann: Where is it?\n(08:00:30) Agent Kim: Let me check\n(08:01:00) Ann: Thanks",
            "Customer: Too small\nAgent: Which size?",
        )
        dump = as_csv(["Chat ID", "Transcript"], *[[str(i), chat] for i, chat in enumerate(chats)])
        assert any("hold whole chats" in warning for warning in read(dump).warnings)
        mails = ["Hi,\nmy order: 7\nSize: 12\nThanks", "Customer: since 2019.\nWhere is it?"]
        dump = as_csv(["Ticket ID", "Body"], *[[str(i), mail] for i, mail in enumerate(mails)])
        assert not read(dump).warnings


class TestWorkbooks:
    def book(self, path, **sheets) -> None:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, lines in sheets.items():
            sheet = book.create_sheet(title)
            for line in lines:
                sheet.append(line)
        book.save(path)

    HEADER = ("Review ID", "Review Content", "Review Stars")

    def month(self, name: str, n: int) -> list:
        return [self.HEADER, *((f"{name}{i}", f"Coat {i} tore at the seam", 2) for i in range(n))]

    def test_a_sheet_a_month(self, tmp_path):
        """Sheets with the same columns are one table, in whatever order; a cover page is not read."""
        later = [row[::-1] for row in self.month("oct", 3)]
        path = tmp_path / "year.xlsx"
        self.book(path, Cover=[["Reviews of our shop"], ["Exported by the app"]],
                  September=self.month("sep", 2), October=later)  # fmt: skip
        got = read_conversations(path)
        assert got.to_table()["id"].to_pylist() == ["sep0", "sep1", "oct0", "oct1", "oct2"]
        assert got.to_table()["rating"].to_pylist() == [2.0] * 5
        assert got.files[0].rows.facts["sheets"] == "September, October"
        assert got.account.check().read == 5
        (warning,) = got.warnings
        assert "'Cover' holds other columns" in warning
        assert "year.xlsx#Cover" in warning

    def test_a_sheet_with_a_column_more(self, tmp_path):
        """What only one month has is kept."""
        more = [[*row, "web" if i else "Source"] for i, row in enumerate(self.month("oct", 2))]
        path = tmp_path / "year.xlsx"
        wide = [
            [*row, "x" if i else "Tag", "y" if i else "Shop"]
            for i, row in enumerate(self.month("sep", 1))
        ]
        wider = [[*row, "z" if i else "Till"] for i, row in enumerate(wide)]
        self.book(path, September=wide, October=wider)
        table = read_conversations(path).to_table()
        assert table["Tag"].to_pylist() == ["x", "x"]
        assert table["Till"].to_pylist() == [None, "z"]
        self.book(path, September=self.month("sep", 1), October=more)
        assert read_conversations(path).account.read == 3

    def test_a_sheet_by_name(self, tmp_path):
        """The sheet that is asked for is read, and no other; one that is not there is refused."""
        path = tmp_path / "year.xlsx"
        tickets = [
            ["Ticket ID", "Customer message", "Channel"],
            ["1", "My parcel is late again", "mail"],
        ]
        self.book(path, Reviews=self.month("oct", 3), Tickets=tickets)
        assert read_conversations(path).account.read == 3
        got = read_conversations(path, f"{path}#tickets")
        assert got.account.check().read == 4
        assert {row["kind"] for row in got.to_table().to_pylist()} == {"review", "support"}
        with pytest.raises(
            InputError, match="no filled sheet 'Ticket'; it has 'Reviews', 'Tickets'"
        ):
            read_conversations(f"{path}#Ticket")
        plain = tmp_path / "a.csv"
        plain.write_text("text\nIt tore\n")
        with pytest.raises(InputError, match="no workbook"):
            read_conversations(f"{plain}#One")
        with pytest.raises(InputError, match="There is no file"):
            read_conversations(tmp_path / "none.xlsx#One")

    def test_sheets_of_books_of_one_name(self, tmp_path):
        """Which sheet is read stays in the name: a run on another sheet is another run."""
        from convcat.pipeline import fingerprint_dumps

        for folder in ("a", "b"):
            (tmp_path / folder).mkdir()
            lines = self.month(folder, 1)
            self.book(tmp_path / folder / "year.xlsx", One=lines, Two=lines)
        one, two = (
            [f"{tmp_path / folder / 'year.xlsx'}#{sheet}" for folder in ("a", "b")]
            for sheet in ("One", "Two")
        )
        assert [layout.file for layout in read_conversations(*one).files] == one
        assert fingerprint_dumps(one) != fingerprint_dumps(two)

    def test_a_name_of_blanks_takes_no_time(self):
        """A header of very many spaces is read like any other."""
        wide = f"a{' ' * 200_000}b"
        assert names_apart([wide], "x") == (wide,)
        assert names_apart(["Review  \n\n Content", "a  b"], "x") == ("Review Content", "a  b")


class TestArchives:
    CSV = "id,review,stars\n1,It tore,2\n2,Too small,3\n"

    def zipped(self, **files: str | bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name.replace("__", "."), content)
        return out.getvalue()

    def test_every_dump_in_it_is_read(self, tmp_path):
        """Files, files in folders, packed ones; what no shop wrote is left out."""
        book = io.BytesIO()
        sheet = openpyxl.Workbook()
        for line in (["id", "review", "stars"], [7, "It faded", 2]):
            sheet.active.append(line)
        sheet.save(book)
        data = self.zipped(
            a__csv=self.CSV,
            logo__png=b"\x89PNG",
            **{
                "__MACOSX/._a.csv": "x",
                "in/b.csv.gz": gzip.compress(b"id,review,stars\n5,It bent,2\n"),
                "in/c.xlsx": book.getvalue(),
            },
        )
        path = tmp_path / "export.zip"
        path.write_bytes(data)
        got = read_conversations(path)
        assert [layout.file for layout in got.files] == [
            "export.zip/a.csv", "export.zip/in/b.csv.gz", "export.zip/in/c.xlsx"]  # fmt: skip
        assert got.to_table()["text"].to_pylist() == ["It tore", "Too small", "It bent", "It faded"]
        assert got.account.check().read == 4

    def test_from_a_stream_and_in_a_folder(self, tmp_path):
        """An archive is unpacked wherever it stands."""
        data = self.zipped(a__csv=self.CSV)
        assert texts(data) == ["It tore", "Too small"]
        (tmp_path / "a.zip").write_bytes(data)
        (tmp_path / "pictures.zip").write_bytes(self.zipped(a__png=b"\x89PNG"))
        assert read_conversations(tmp_path).account.read == 2

    def test_what_cannot_be_read(self, tmp_path):
        """One sentence each: no dump in it, cut off, damaged within, a document, a password."""
        with pytest.raises(InputError, match="holds no dump"):
            read(self.zipped(a__png=b"\x89PNG"))
        with pytest.raises(InputError, match="another archive"):
            read(self.zipped(a__csv=self.CSV, more__zip=self.zipped(a__csv=self.CSV)))
        whole = self.zipped(a__csv=self.CSV * 500)
        path = tmp_path / "cut.zip"
        path.write_bytes(whole[:-40])
        with pytest.raises(InputError, match="damaged archive"):
            read_conversations(path)
        with pytest.raises(InputError, match="unpacked"):
            read(whole[:60] + b"\x00\x00\x00\x00" + whole[64:]).to_table()
        with pytest.raises(InputError, match="not an Excel file"):
            read(self.zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"))
        locked = bytearray(self.zipped(a__csv=self.CSV))
        locked[6] |= 1
        locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
        with pytest.raises(InputError, match="password"):
            read(bytes(locked))
