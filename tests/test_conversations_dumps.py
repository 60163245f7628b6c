"""Dumps that were once misread: another's words as the customer's, stars unseen, rows gone unsaid."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime

import openpyxl
import pytest

from convcat.conversations import read_conversations
from convcat.conversations.encodings import is_twice_encoded
from convcat.conversations.transcripts import Chats, chats_of
from convcat.exceptions import InputError

STARS = [
    (5, "Lovely, would buy it again."),
    (2, "The handle came off after a week."),
    (3, "Good bowl, but eleven days on the way."),
    (1, "It never came and nobody answers."),
]
READ = [STARS[1][1], STARS[2][1]]


def opened(text: str | bytes | dict | list, **options):
    if isinstance(text, dict | list):
        text = json.dumps(text)
    stream = io.BytesIO(text) if isinstance(text, bytes) else io.StringIO(text)
    return read_conversations(stream, **options)


def rows(text: str | bytes | dict | list, **options) -> list[dict]:
    got = opened(text, **options)
    table = got.to_table().to_pylist()
    got.account.check()
    return [row for row in table if row["needs_status"] == "ok"]


def texts(text: str | bytes | dict | list, **options) -> list[str]:
    return [row["text"] for row in rows(text, **options)]


def lines(*cells: tuple, delimiter: str = ",") -> str:
    """Return rows as a delimited text; cells with line breaks or quotes are quoted."""

    def one(cell: object) -> str:
        said = str(cell)
        quoted = any(sign in said for sign in f'{delimiter}"\n')
        return '"' + said.replace('"', '""') + '"' if quoted else said

    return "".join(delimiter.join(map(one, row)) + "\n" for row in cells)


class TestStars:
    def test_a_sum_below_hides_no_stars(self):
        """A count and an average under the ratings are no ratings, and no reviews."""
        dump = lines(("Date", "Rating", "Comment"), *((f"2026-03-{i + 1:02}", *one) for i, one in enumerate(STARS)))  # fmt: skip
        dump += "Total,4,\nAverage,2.75,Average rating\n"
        got = opened(dump)
        assert [row["text"] for row in got.to_table().to_pylist() if row["needs_status"] == "ok"] == READ  # fmt: skip
        assert got.account.set_aside == {"a sum or an average below the table": 2}

    def test_a_sum_in_a_workbook(self, tmp_path):
        """So it is in Excel, where the sum stands in the third column."""
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["Kunde", "Sterne", "Kommentar"])
        for i, (stars, said) in enumerate(STARS):
            sheet.append([f"K{i}", stars, said])
        sheet.append(["Summe", 11, None])
        book.save(tmp_path / "book.xlsx")
        got = read_conversations(tmp_path / "book.xlsx")
        table = got.to_table().to_pylist()
        assert [row["text"] for row in table if row["needs_status"] == "ok"] == READ
        assert sum(got.account.set_aside.values()) == 1

    def test_average_is_what_a_customer_may_say(self):
        """A last review of one word is read."""
        dump = lines(("Review", "Rating"), ("The lid is bent.", 2), ("Average", 3))
        assert texts(dump) == ["The lid is bent.", "Average"]

    @pytest.mark.parametrize(
        "write", ["{} estrellas", "{} Sterne", "{} étoiles", "{} sur 5", "{} von 5 Sternen", "{},0"]
    )
    def test_other_languages(self, write):
        """Stars are stars whatever they are called."""
        dump = lines(("Comentario", "Calificación"), *((said, write.format(n)) for n, said in STARS), delimiter=";")  # fmt: skip
        assert texts(dump) == READ

    @pytest.mark.parametrize(("write", "best"), [("{}", 2), ("{}%", 20)])
    def test_ratings_of_ten_and_of_a_hundred(self, write, best):
        """Of reviews they count as stars, which is said to be unsure."""
        dump = lines(("Review", "Rating"), *((said, write.format(n * best)) for n, said in STARS))
        got = opened(dump)
        found = [row["rating"] for row in got.to_table().to_pylist() if row["needs_status"] == "ok"]
        assert found == [2.0, 3.0]
        assert any(f"{best * 5} are taken for 5 stars" in one for one in got.warnings)

    def test_a_score_of_recommending_is_no_rating(self):
        """Zero to ten, without a review in sight: all is read, and it is said why."""
        dump = lines(("Score", "Comment"), (2, "Returns cost too much"), (9, "All fine with me"))
        got = opened(dump)
        assert len(texts(dump)) == 2
        assert any("'Score' is a rating by its name" in one for one in got.warnings)

    def test_reviews_without_stars(self):
        """Where there are no stars nothing can be left out by them."""
        assert len(texts(lines(("Review",), *((said,) for _, said in STARS)))) == 4
        assert len(texts(lines(("Remark", "Shop"), *((s, "A") for _, s in STARS)), kind="review")) == 4  # fmt: skip


class TestMoments:
    def test_a_column_that_nothing_can_read_is_named(self):
        """No time is a loss; the user learns of it and how to mend it."""
        dump = lines(("Created at", "Message"), ("week 12", "The lid broke"), ("week 13", "It is late"))  # fmt: skip
        assert any("'Created at' is a time by its name" in one for one in opened(dump).warnings)

    def test_zones_by_name_and_behind_a_blank(self):
        """Exports of American shops write both."""
        dump = lines(
            ("created_at", "message"),
            ("2026-03-02 10:00 PST", "The lid broke"),
            ("2026-03-02 10:00:00 -0500", "It is late"),
        )
        assert [row["time"].hour for row in rows(dump)] == [18, 15]

    def test_days_of_a_spreadsheet(self):
        """A date that lost its format is a number of days."""
        dump = lines(("Date", "Comment"), ("46082", "The lid broke"), ("46083.5", "It is late"))
        assert [row["time"] for row in rows(dump)] == [datetime(2026, 3, 1), datetime(2026, 3, 2, 12)]  # fmt: skip

    def test_points_mean_that_the_day_is_first(self):
        """Nothing is unsure about 01.03.2026."""
        dump = lines(("Date", "Comment"), ("01.03.2026", "The lid broke"), ("02.03.2026", "It is late"))  # fmt: skip
        got = opened(dump)
        assert not got.warnings
        assert got.to_table()["time"].to_pylist()[1] == datetime(2026, 3, 2)

    def test_days_tell_no_minutes(self):
        """Between two messages of one day lie no nought minutes."""
        dump = lines(
            ("conversation_id", "role", "date", "message"),
            ("1", "customer", "2026-03-02", "The lid broke"),
            ("1", "agent", "2026-03-02", "Sorry!"),
            ("2", "customer", "2026-03-03", "It is late"),
            ("2", "agent", "2026-03-04", "Sorry!"),
        )
        assert [row["response_minutes"] for row in rows(dump)] == [None, None]

    def test_decimal_commas_of_minutes(self):
        """Twelve and a half is not a hundred and twenty-five."""
        dump = lines(("Nachricht", "Erste Antwortzeit (Min.)"), ("The lid broke", "12,5"), ("It is late", "3,0"), delimiter=";")  # fmt: skip
        assert [row["response_minutes"] for row in rows(dump)] == [12.5, 3.0]


class TestChatsInOneCell:
    def test_of_a_help_desk(self):
        """Moments, a name for the agent, lines of the system, a greeting above."""
        dump = lines(
            ("Chat ID", "Transcript"),
            ("1", "Chat started: 2026-03-01 10:00 AM UTC\n\n(10:00:01) Visitor 7: Hello\n(10:00:05) *** Kim joined ***\n(10:00:09) Kim: I can refund it\n(10:00:20) Visitor 7: The mixer smokes"),
            ("2", "(11:00:01) Anna Berg: My size is gone\nfor weeks\n(11:00:09) Kim: We restock on Friday"),
            ("3", "(12:00:01) Kim: Still there?\n(12:00:09) Kim: I close this chat"),
        )  # fmt: skip
        got = opened(dump)
        table = got.to_table().to_pylist()
        said = [row["text"] for row in table if row["needs_status"] == "ok"]
        assert said == ["Hello\nThe mixer smokes", "My size is gone\nfor weeks"]
        assert got.account.filtered == {"written by an agent": 1}

    @pytest.mark.parametrize(
        "chat",
        [
            "<p><b>Customer:</b> {}</p><p><b>Agent:</b> We refund you.</p><p><b>Customer:</b> Thanks</p>",
            "Customer (10:01): {} | Agent (10:02): We refund you. | Customer (10:03): Thanks",
            "Visitor: {}\nKim (Agent): We refund you.\nVisitor: Thanks",
            "[10:00] Ann Berg: {}\n[10:01] Support: We refund you.\n[10:02] Ann Berg: Thanks",
        ],
    )
    def test_forms(self, chat):
        """The shop's offer of a refund is never the customer's."""
        cells = [(str(i), chat.format(said)) for i, (_, said) in enumerate(STARS)]
        said = texts(lines(("id", "chat_transcript"), *cells))
        assert said == [f"{one}\nThanks" for _, one in STARS]

    def test_a_form_is_no_chat(self):
        """A mail that names its fields keeps all of them."""
        cells = [("1", "Contact: Ann\nCompany: none\nMessage: the lid broke"), ("2", "Customer: since 2019\nOrder: 7\nWhere is it?")]  # fmt: skip
        assert chats_of(cell for _, cell in cells) is None
        assert texts(lines(("Ticket ID", "Body"), *cells))[0].endswith("the lid broke")

    def test_where_nothing_tells_who_is_who_all_is_kept(self):
        """A customer's word is worth more than an agent's too many."""
        chat = "[10:00] Ann: The lid broke\n[10:01] Kim: Which one?"
        assert Chats().read(chat)[:2] == (chat, "customer")

    def test_a_customer_who_comes_again_is_none_of_the_shop(self):
        """Two chats of twenty do not make an agent."""
        names = [f"Customer{i:c}" for i in range(97, 115)] + ["Anna", "Anna"]
        chats = chats_of(f"[10:00] {who}: The lid broke\n[10:01] Kim: Which one?" for who in names)
        assert chats == Chats(frozenset({"kim"}))


class TestTranscripts:
    IOS = (
        "\u200e[22/03/2026, 10:14:33] Lumo: \u200eMessages and calls are end-to-end encrypted.\r\n"
        "[22/03/2026, 10:14:40] Mo Ali: My rug has a stain\r\nand it smells\r\n"
        "[22/03/2026, 10:20:40] Lumo: Oh no! A picture?\r\n"
        "\u200e[22/03/2026, 10:21:00] Mo Ali: \u200eimage omitted\r\n"
    )
    ANDROID = (
        "3/22/26, 10:14\u202fAM - Messages and calls are end-to-end encrypted. Tap to learn more.\n"
        "3/22/26, 10:14\u202fAM - Mo Ali: My rug has a stain\nand it smells\n"
        "3/22/26, 10:20\u202fAM - Lumo: Oh no! A picture?\n"
        "3/22/26, 10:21\u202fAM - Mo Ali: <Media omitted>\n"
    )

    @pytest.mark.parametrize(
        ("name", "log"),
        [
            ("WhatsApp Chat with Mo Ali.txt", ANDROID),
            ("WhatsApp Chat mit Mo Ali.txt", ANDROID),
            ("WhatsApp Chat - Mo Ali/_chat.txt", IOS),
        ],
    )
    def test_the_name_of_the_file_says_who_the_customer_is(self, tmp_path, name, log):
        """One conversation, the customer's words, and how long the shop took."""
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(log, encoding="utf-8", newline="")
        (row,) = read_conversations(path).to_table().to_pylist()
        assert row["text"] == "My rug has a stain\nand it smells"
        assert row["time"].date() == datetime(2026, 3, 22).date()
        assert (row["channel"], row["response_minutes"]) == ("WhatsApp", 6.0)
        assert "Mo Ali" not in str(row)

    def test_packed(self, tmp_path):
        """The archive bears the name that the file in it lacks."""
        with zipfile.ZipFile(tmp_path / "WhatsApp Chat - Mo Ali.zip", "w") as archive:
            archive.writestr("_chat.txt", self.IOS)
        read = read_conversations(tmp_path / "WhatsApp Chat - Mo Ali.zip")
        assert read.to_table()["text"].to_pylist() == ["My rug has a stain\nand it smells"]
        assert read.account.check().set_aside == {"written by an agent": 2}

    @pytest.mark.parametrize("log", [IOS, ANDROID, "02.03.26, 10:14 - Mo Ali: Hi, you\n"])
    def test_without_it_nobody_can_tell(self, log):
        """It is no table of commas, and refused with the way to mend it."""
        with pytest.raises(InputError, match=r"transcript of chats.*which speaker") as refused:
            opened(log)
        assert "Mo" not in str(refused.value)

    def test_mails_are_no_table(self):
        """A mail by itself; but not a report with its days above the table."""
        mail = "From: Ann <a@example.com>\nTo: b@example.com\nSubject: Hi\n\nOne, two, three.\n"
        with pytest.raises(InputError, match="is a single mail, not a table"):
            opened(mail)
        report = "From: 2026-03-01\nTo: 2026-03-31\nid,date,comment\n1,2026-03-02,The lid broke\n"
        assert texts(report) == ["The lid broke"]


class TestNestedExports:
    def test_help_scout(self):
        """Replies, notes and lines of the log are no customer's; its users are the agents."""

        def thread(number: int, kind: str, by: str, body: str | None) -> dict:
            return {"id": number, "type": kind, "body": body, "createdBy": {"type": by}, "createdAt": f"2026-03-01T10:{number:02}:00Z"}  # fmt: skip

        threads = [
            thread(4, "lineitem", "user", None),
            thread(3, "message", "user", "We replace it."),
            thread(2, "note", "user", "Again that clasp"),
            thread(1, "customer", "customer", "The clasp came apart."),
        ]
        ticket = {"id": 9, "subject": "Clasp", "createdAt": "2026-03-01T10:00:00Z", "_embedded": {"threads": threads}}  # fmt: skip
        (row,) = rows({"_embedded": {"conversations": [ticket]}, "page": {"size": 1}})
        assert (row["text"], row["response_minutes"]) == ("Clasp\nThe clasp came apart.", 2.0)

    def test_chats_of_two_makers(self):
        """Senders are letters in one, numbers of a list of people in the other."""
        tawk = [{"id": "t1", "createdOn": "2026-03-01T10:00:00Z", "messages": [
            {"sender": {"t": "v"}, "type": "msg", "msg": "My card fails", "time": "2026-03-01T10:00:10Z"},
            {"sender": {"t": "a"}, "type": "msg", "msg": "Which card?", "time": "2026-03-01T10:01:10Z"},
        ]}]  # fmt: skip
        (row,) = rows(tawk)
        assert (row["text"], row["response_minutes"]) == ("My card fails", 1.0)
        users = [{"id": "c", "type": "customer"}, {"id": "k", "type": "agent"}]
        events = [
            {"id": "1", "text": "My card fails", "author_id": "c", "created_at": "2026-03-01T10:00:10Z"},
            {"id": "2", "text": "Which card?", "author_id": "k", "created_at": "2026-03-01T10:01:10Z"},
        ]  # fmt: skip
        chats = {"chats": [{"id": "P", "users": users, "thread": {"events": events}}], "found": 1}
        assert texts(chats) == ["My card fails"]

    def test_messages_of_meta(self):
        """Bytes as characters, the thread called by the customer's name."""

        def garbled(text: str) -> str:
            return text.encode().decode("latin-1")

        thread = {
            "participants": [{"name": garbled("Zoë")}, {"name": "Lumo"}],
            "messages": [
                {"sender_name": "Lumo", "timestamp_ms": 1772700060000, "content": "Which one?"},
                {"sender_name": garbled("Zoë"), "timestamp_ms": 1772700000000, "content": garbled("Where’s my café table?")},
            ],
            "title": garbled("Zoë"), "is_still_participant": True, "thread_path": "inbox/zoe_1",
        }  # fmt: skip
        (row,) = rows(thread)
        assert (row["text"], row["response_minutes"]) == ("Where’s my café table?", 1.0)

    def test_the_list_stands_behind_other_objects(self):
        """Reviews behind a summary, results behind an empty object: a row each."""
        results = [{"Id": str(i), "Rating": stars, "ReviewText": said, "SubmissionTime": "2026-03-01T10:00:00Z", "ProductId": "P"} for i, (stars, said) in enumerate(STARS)]  # fmt: skip
        assert texts({"Includes": {}, "Errors": [], "Results": results}) == READ
        reviews = [{"service": {"rating": {"min": 1, "max": 5, "rating": stars}, "id": str(i), "review": said}, "url": "x"} for i, (stars, said) in enumerate(STARS)]  # fmt: skip
        assert texts({"summary": {"meta": {"count": 4}}, "reviews": reviews}) == READ

    def test_a_list_of_objects_is_nobody_s_words(self):
        """A record of unknown make is refused rather than read with its braces."""
        records = [{"id": i, "lines": [{"who": "x", "what": "The lid broke off"}]} for i in range(3)]  # fmt: skip
        with pytest.raises(InputError, match="holds what customers wrote"):
            opened(records)

    def test_what_the_shop_threw_away(self):
        """Deleted tickets are counted apart, with comments or without."""
        ticket = {"requester_id": 5, "subject": "Hi", "raw_subject": "Hi", "description": "Delete me", "via": {"channel": "web"}, "created_at": "2026-03-01T10:00:00Z"}  # fmt: skip
        dump = {"tickets": [{"id": 1, "status": "deleted", **ticket}, {"id": 2, "status": "open", **ticket, "description": "The lid broke"}]}  # fmt: skip
        got = opened(dump)
        assert [r["text"] for r in got.to_table().to_pylist() if r["needs_status"] == "ok"] == ["Hi\nThe lid broke"]  # fmt: skip
        assert got.account.filtered == {"deleted in the shop's own system": 1}
        comments = [{"id": 1, "author_id": 5, "plain_body": "Delete me", "created_at": "2026-03-01T10:00:00Z"}]  # fmt: skip
        got = opened([{"id": 1, "status": "deleted", **ticket, "comments": comments}])
        assert got.account.check().set_aside == {"deleted in the shop's own system": 1}

    def test_a_side_conversation_is_no_answer(self):
        """What is said with the carrier is neither the customer's nor an answer to them."""
        comments = [
            {"id": 1, "author_id": 5, "plain_body": "Wrong street!", "created_at": "2026-03-01T10:00:00Z"},
            {"id": 2, "author_id": 7, "plain_body": "Left at 12.", "created_at": "2026-03-01T10:05:00Z", "via": {"channel": "side_conversation"}},
        ]  # fmt: skip
        dump = [{"id": 1, "status": "open", "requester_id": 5, "subject": "S", "comments": comments}]  # fmt: skip
        (row,) = rows(dump)
        assert row["response_minutes"] is None


class TestListsWithoutBodies:
    EXPLORE = ("Ticket ID", "Ticket created - Date", "Ticket subject", "Ticket channel", "First reply time (min)")  # fmt: skip

    def test_it_is_said(self):
        """Reports of Zendesk and Gorgias hold subjects; so the user knows what was read."""
        got = opened(lines(self.EXPLORE, ("1", "2026-03-01", "Where is it?", "Email", "45")))
        assert any("no message bodies" in one for one in got.warnings)
        (row,) = got.to_table().to_pylist()
        assert (row["text"], row["response_minutes"]) == ("Where is it?", 45.0)

    def test_not_where_somebody_added_them(self):
        """With a description the subject is but its title."""
        dump = lines((*self.EXPLORE, "Description"), ("1", "2026-03-01", "Help", "Email", "45", "The lid of my pot broke off"))  # fmt: skip
        got = opened(dump)
        assert not any("no message bodies" in one for one in got.warnings)
        assert "The lid of my pot broke off" in got.to_table()["text"][0].as_py()


class TestSurveys:
    def test_a_second_header(self):
        """Two makers write two or three headers; none of them is an answer."""
        monkey = lines(("Respondent ID", "Start Date", "What went wrong?"), ("", "", "Open-Ended Response"), ("1", "03/14/2026", "The lid is bent"))  # fmt: skip
        assert texts(monkey) == ["The lid is bent"]
        qualtrics = lines(
            ("StartDate", "EndDate", "ResponseId", "Q1_TEXT"),
            ("Start Date", "End Date", "Response ID", "Please tell us why."),
            ('{"ImportId":"startDate"}', '{"ImportId":"endDate"}', '{"ImportId":"_recordId"}', '{"ImportId":"QID1_TEXT"}'),
            ("2026-03-14 10:00", "2026-03-14 10:02", "R_1", "The driver threw the box over the fence"),
        )  # fmt: skip
        assert texts(qualtrics) == ["The driver threw the box over the fence"]

    def test_every_question_is_read(self):
        """What one customer answers to two questions is one text, and that is said."""
        dump = lines(("#", "Why this score?", "What could we do better?"), ("a", "The box was crushed in the van", "Use stronger boxes please"), ("b", "Nobody answered both of my mails", ""))  # fmt: skip
        got = opened(dump)
        assert got.to_table()["text"][0].as_py().splitlines() == ["The box was crushed in the van", "Use stronger boxes please"]  # fmt: skip
        assert any("read as one text" in one for one in got.warnings)


class TestSpeakersByName:
    HEADER = ("conversation_id", "sender", "message", "timestamp")

    def test_who_speaks_in_many_is_of_the_shop(self):
        """Names tell, where no column does, and it is said to be unsure."""
        dump = lines(
            self.HEADER,
            ("1", "Ann Berg", "The lid broke", "2026-03-01 10:00"),
            ("1", "Kim Lo", "We swap it", "2026-03-01 10:30"),
            ("2", "Bo Ek", "Wrong size", "2026-03-02 10:00"),
            ("2", "Kim Lo", "Sorry, we swap it", "2026-03-02 10:10"),
        )
        got = opened(dump)
        table = got.to_table().to_pylist()
        assert [row["text"] for row in table] == ["The lid broke", "Wrong size"]
        assert [row["response_minutes"] for row in table] == [30.0, 10.0]
        assert any("'sender' is taken for role" in one for one in got.warnings)

    def test_german_roles(self):
        """Kunde and Mitarbeiter."""
        dump = lines(("Ticketnummer", "Absender", "Nachricht"), ("1", "Kunde", "The lid broke"), ("1", "Mitarbeiter", "We swap it"), ("2", "Kunde", "Too late"), delimiter=";")  # fmt: skip
        assert texts(dump) == ["The lid broke", "Too late"]


class TestFilesInFolders:
    def test_a_stray_file_stops_nothing(self, tmp_path):
        """It is left out by name; named by itself it is refused."""
        (tmp_path / "reviews.csv").write_text(lines(("Review", "Stars"), *((s, n) for n, s in STARS)))  # fmt: skip
        (tmp_path / "orders.csv").write_text("Name,Email,Total\n#1,a@example.com,3\n")
        (tmp_path / "empty.csv").write_text("")
        (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
        read = read_conversations(tmp_path)
        assert len(read.files) == 1
        told = "\n".join(read.warnings)
        assert all(name in told for name in ("orders.csv", "empty.csv", "old.xls"))
        with pytest.raises(InputError, match=r"orders\.csv"):
            read_conversations(tmp_path / "orders.csv")

    def test_a_damaged_dump_does(self, tmp_path):
        """A month that cannot be read is not silently gone."""
        (tmp_path / "a.csv").write_text("Review,Stars\nThe lid broke,2\n")
        (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 cut off")
        with pytest.raises(InputError, match="damaged"):
            read_conversations(tmp_path)

    def test_nothing_but_strays(self, tmp_path):
        """Then there is nothing to read."""
        (tmp_path / "orders.csv").write_text("Name,Email,Total\n#1,a@example.com,3\n")
        with pytest.raises(InputError, match="holds what customers wrote"):
            read_conversations(tmp_path)


class TestTwoShops:
    def test_both_count_from_one_on_the_same_days(self, tmp_path):
        """A number and a day are no proof that a row is there again; the words are."""
        header = ("id", "date", "message")
        (tmp_path / "a.csv").write_text(lines(header, ("1", "2026-03-01", "The lid broke"), ("2", "2026-03-02", "Too late")))  # fmt: skip
        (tmp_path / "b.csv").write_text(lines(header, ("1", "2026-03-01", "Wrong colour"), ("2", "2026-03-02", "Too late")))  # fmt: skip
        read = read_conversations(tmp_path)
        said = [row["text"] for row in read.to_table().to_pylist() if row["needs_status"] == "ok"]
        assert said == ["The lid broke", "Too late", "Wrong colour"]
        assert read.account.duplicates == 1


class TestTwiceEncoded:
    def test_it_is_read_as_it_was_meant(self):
        """Apostrophes and accents come back, other cells stay as they are."""
        said = "It’s the café set — the blue one — that broke"
        dump = lines(("id", "message"), ("1", said.encode().decode("cp1252")), ("2", "Âge: 30, Ãrea 5"))  # fmt: skip
        assert texts(dump) == [said, "Âge: 30, Ãrea 5"]
        assert any("encoded twice" in one for one in opened(dump).warnings)

    def test_plain_text_is_not(self):
        """Words with accents are no sign of it."""
        assert not any(map(is_twice_encoded, ("naïve café", "NÃO", "5 € – it’s late", "Ång")))


class TestHeadersOfOtherLanguages:
    """Names of columns as shops abroad have them."""

    @pytest.mark.parametrize(
        "header",
        [
            ("Identifiant de conversation", "Exp\u00e9diteur", "Message", "Envoy\u00e9 le"),
            ("ID de conversaci\u00f3n", "Remitente", "Mensaje", "Enviado el"),
            ("Konversations-ID", "Absender", "Nachricht", "Gesendet am"),
        ],
    )
    def test_chats(self, header):
        """The turns of a conversation are one."""
        sides = {"Exp\u00e9diteur": ("Client", "Agent"), "Remitente": ("Cliente", "Agente")}.get(header[1], ("Kunde", "Mitarbeiter"))  # fmt: skip
        dump = lines(
            header,
            ("A", sides[0], "The rug sheds everywhere", "13/10/2026 09:00"),
            ("A", sides[1], "After a wash too?", "13/10/2026 09:12"),
            ("A", sides[0], "Twice washed", "13/10/2026 09:13"),
            delimiter=";",
        )
        (row,) = rows(dump)
        assert row["text"] == "The rug sheds everywhere\nTwice washed"
        assert row["response_minutes"] == 12.0

    def test_german_reviews(self):
        """Heading, review, stars and product."""
        dump = lines(
            ("Bewertung", "\u00dcberschrift", "Rezension", "Erstellt am", "Artikelbezeichnung"),
            ("2,0", "Broken", "One runner was bent", "13.10.2026", "Kommode"),
            ("3,0", "", "Smells of glue for days", "14.10.2026", "Kommode"),
            delimiter=";",
        )
        got = rows(dump)
        assert [row["text"] for row in got] == [
            "Broken\nOne runner was bent",
            "Smells of glue for days",
        ]
        assert {row["product"] for row in got} == {"Kommode"}

    def test_stars_in_words(self):
        """Rated so many out of five."""
        dump = lines(("Stars given", "Said"), ("Rated 3 out of 5", "Smaller than pictured"), ("Rating: 2/5", "The lid cracked"), ("5 stars", "Fine by me"))  # fmt: skip
        assert texts(dump) == ["Smaller than pictured", "The lid cracked"]


class TestFewWordsAgain:
    """Rows without ids that are there twice."""

    def test_an_address_tells(self):
        """The same few words of the same customer are one row."""
        dump = lines(("email", "comment"), ("a@example.com", "too slow"), ("a@example.com", "too slow"), ("b@example.com", "too slow"))  # fmt: skip
        assert texts(dump) == ["too slow"] * 2

    def test_without_one_they_stay(self):
        """Many customers write the same."""
        assert (
            texts(lines(("shop", "comment"), ("A", "too slow"), ("A", "too slow")))
            == ["too slow"] * 2
        )


class TestAQuoteAtTheEnd:
    def test_two_columns(self):
        """A quote that is open at the end of the file swallows no row, however few there are."""
        dump = 'id,text\n1,"never closed\n2,The lid leaks\n3,The rug sheds\n'
        assert texts(dump)[1:] == ["The lid leaks", "The rug sheds"]


class TestMomentsOfOtherLanguages:
    @pytest.mark.parametrize(
        ("cell", "moment"),
        [
            ("3. Okt. 2026 14:05", datetime(2026, 10, 3, 14, 5)),
            ("Dienstag, 13. Oktober 2026, 09:00 Uhr", datetime(2026, 10, 13, 9)),
            ("3 oct. 2026 \u00e0 14h05", datetime(2026, 10, 3, 14, 5)),
            ("mar. 13 oct. 2026", datetime(2026, 10, 13)),
            ("3 de diciembre de 2026", datetime(2026, 12, 3)),
            ("3 f\u00e9vrier 2026", datetime(2026, 2, 3)),
            (
                "Tue Oct 13 2026 09:00:00 GMT+0200 (Central European Summer Time)",
                datetime(2026, 10, 13, 7),
            ),
            ("1790812345.678", datetime(2026, 9, 30, 23, 52, 25)),
            ("1.790812345e9", datetime(2026, 9, 30, 23, 52, 25)),
        ],
    )
    def test_they_are_read(self, cell, moment):
        """Months in words, a browser's own form, seconds with parts."""
        (row,) = rows(lines(("created_at", "text"), (cell, "The lid leaks badly")))
        assert row["time"] == moment

    @pytest.mark.parametrize("cell", ["1.79e12", "3 pieces 2026", "Oktober"])
    def test_what_is_none_is_left(self, cell):
        """Too few digits, other words, no day."""
        (row,) = rows(lines(("created_at", "text"), (cell, "The lid leaks badly")))
        assert row["time"] is None


class TestMoreExports:
    """What was misread of other exports."""

    def test_mails_with_a_ticket_number(self):
        """The address that most others write to is the shop's there too."""
        dump = lines(
            ("Ticket", "From", "To", "Date", "Body"),
            (
                "1",
                "help@shop.test",
                "ann@a.test",
                "2026-03-01 09:00",
                "Your parcel is late, is that all right?",
            ),
            ("1", "ann@a.test", "help@shop.test", "2026-03-01 10:00", "no it is not"),
            ("2", "bo@b.test", "help@shop.test", "2026-03-02 10:00", "The kettle trips the fuse"),
        )
        assert texts(dump) == ["no it is not", "The kettle trips the fuse"]

    def test_a_stripped_body_in_html_alone(self):
        """Gorgias leaves the others empty now and then."""
        said = {"from_agent": False, "body_text": None, "stripped_html": "<p>It <b>squeaks</b></p>", "created_datetime": "2026-03-01T10:00:00"}  # fmt: skip
        ticket = {
            "id": 1,
            "channel": "email",
            "created_datetime": "2026-03-01T10:00:00",
            "messages": [said],
        }
        assert texts([ticket]) == ["It squeaks"]

    def test_comments_above_the_header(self):
        """Lines with a # before two columns."""
        assert texts("# exported by the shop\n# all rows\n\nid,text\n1,The lid leaks badly\n") == [
            "The lid leaks badly"
        ]

    def test_damaged_json_says_so(self):
        """What nothing can mend."""
        with pytest.raises(InputError, match="damaged or breaks off"):
            opened('[\n {"id": 1, "text": The lid leaks "a lot" \n]')

    def test_short_words_for_the_sides(self):
        """CUST and AGT."""
        dump = lines(
            ("conv_id", "who", "msg"),
            ("1", "CUST", "The lid leaks badly"),
            ("1", "AGT", "Oh dear"),
            ("2", "CUST", "Is it washable?"),
        )
        assert texts(dump) == ["The lid leaks badly", "Is it washable?"]

    def test_a_german_chat_in_a_cell(self):
        """Kunde and Mitarbeiter."""
        dump = lines(
            ("Chat-ID", "Verlauf"),
            *(
                (n, f"Kunde: Die Nummer {n} please\nMitarbeiterin: Sure\nKunde: The lid leaks")
                for n in "123"
            ),
        )
        assert texts(dump)[0] == "Die Nummer 1 please\nThe lid leaks"

    def test_bubbles_and_halves(self):
        """Ratings as travel pages write them."""
        dump = lines(
            ("stars", "review"),
            ("3 of 5 bubbles", "Loud fan"),
            ("2\u00bd", "Dull knife"),
            ("5 of 5 bubbles", "Fine"),
        )
        assert texts(dump) == ["Loud fan", "Dull knife"]

    def test_records_in_a_cell(self):
        """A log of events holds each ticket as an object of JSON, or nothing."""
        ticket = {
            "ticket": {
                "id": 7,
                "subject": "Lid",
                "messages": [
                    {"author": "customer", "text": "The lid leaks"},
                    {"author": "agent", "text": "Oh"},
                ],
            }
        }
        dump = lines(
            ("event", "received", "payload"),
            ("new", "2026-03-01", json.dumps(ticket)),
            ("ping", "2026-03-01", ""),
        )
        assert texts(dump) == ["Lid\nThe lid leaks"]

    def test_a_column_of_few_objects_is_none(self):
        """A word in braces is no record."""
        dump = lines(
            ("id", "data", "text"),
            ("1", "{a}", "The lid leaks badly"),
            ("2", "x", "Is it washable?"),
        )
        assert texts(dump) == ["The lid leaks badly", "Is it washable?"]
