"""Dumps become conversations, and every row is accounted for."""

from __future__ import annotations

import io
from datetime import datetime

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from convcat.conversations import RowAccount, inspect_dump, read_conversations
from convcat.conversations.account import NO_CUSTOMER
from convcat.exceptions import ConvcatError, InputError
from convcat.tagged import STATUSES

REVIEWS = """Review Title,Review Body,Stars,Review Date,Colour
Runs small,I had to send the dress back twice.,2,14/03/2024,red
,The zip broke on the first day.,3 stars,15/03/2024,blue
Perfect,I love everything about it.,5,16/03/2024,red
Awful,Never again will I order here.,1/5,17/03/2024,
Nothing to say,,2.0,18/03/2024,red
"""

CHAT = """conversation_id,message_id,author_type,created_at,body,channel,shop
c1,1,customer,2024-05-01 09:00:00,Where is my parcel?,chat,north
c1,2,bot,2024-05-01 09:00:05,Hi! An agent will be with you.,chat,north
c1,3,agent,2024-05-01 09:12:00,Let me look into that.,chat,north
c1,4,customer,2024-05-01 09:13:00,It was promised for Monday.,chat,north
c2,5,agent,2024-05-01 10:00:00,Did everything go well with your order?,email,south
c3,6,agent,2024-05-02 08:00:00,Your voucher is attached.,email,south
c3,7,customer,2024-05-02 08:30:00,The voucher does not work at the checkout.,email,south
c3,7,customer,2024-05-02 08:30:00,The voucher does not work at the checkout.,email,south
"""


def rows(text: str, **options):
    return read_conversations(io.StringIO(text), **options)


def records(text: str, **options):
    return rows(text, **options).to_table().to_pylist()


class TestReviews:
    def test_title_and_body_are_read_together(self):
        """Titles carry signal: they stand above the body."""
        assert records(REVIEWS)[0]["text"] == "Runs small\nI had to send the dress back twice."

    def test_two_and_three_stars_are_read_and_the_rest_is_counted(self):
        """The star filter says how many of each other star it left out."""
        read = rows(REVIEWS)
        assert read.account.filtered == {
            "1-star review (only 2 and 3 stars are read)": 1,
            "5-star review (only 2 and 3 stars are read)": 1,
        }
        assert [row["needs_status"] for row in read.to_table().to_pylist()] == [
            "ok", "ok", "filtered", "filtered", "ok",
        ]  # fmt: skip

    def test_the_star_filter_can_be_switched(self):
        """None reads all stars; any set can be asked for."""
        assert rows(REVIEWS, stars=None).account.kept == 5
        assert rows(REVIEWS, stars=[1]).account.kept == 1
        with pytest.raises(InputError, match="stars must be"):
            rows(REVIEWS, stars=[7])

    def test_other_columns_are_carried_along(self):
        """Any other column can be sliced by."""
        assert [row["Colour"] for row in records(REVIEWS)] == ["red", "blue", "red", None, "red"]

    def test_a_review_without_stars_is_filtered(self):
        """What cannot pass the filter is counted, not guessed."""
        read = rows("review,rating\nThe colour was not as shown.,2\nIt does not fit at all.,\n")
        assert read.account.filtered == {"review without stars (only 2 and 3 stars are read)": 1}

    def test_satisfaction_is_no_star_rating(self):
        """A survey after support is support, and its score filters nothing."""
        read = rows("Customer Remarks,channel,CSAT Score\nNobody called me back.,Email,1\n")
        row = read.to_table().to_pylist()[0]
        assert (row["kind"], row["csat"], row["rating"]) == ("support", 1.0, None)
        assert row["needs_status"] == "ok"

    def test_kind_can_be_set(self):
        """The user's word goes before what is found."""
        assert rows(REVIEWS, kind="support").account.filtered == {}
        with pytest.raises(InputError, match="kind must be"):
            rows(REVIEWS, kind="shop")


class TestThreads:
    def test_only_the_customers_turns_count(self):
        """Agents and bots are set aside; turns are joined, a line each."""
        table = records(CHAT)
        assert [row["id"] for row in table] == ["c1", "c2", "c3"]
        assert table[0]["text"] == "Where is my parcel?\nIt was promised for Monday."

    def test_time_and_channel_are_those_of_the_first_customer_turn(self):
        """The agent who writes first does not date the conversation."""
        last = records(CHAT)[2]
        assert last["time"] == datetime(2024, 5, 1 + 1, 8, 30)
        assert (last["channel"], last["shop"]) == ("email", "south")

    def test_the_first_response_is_the_agents_not_the_bots(self):
        """Twelve minutes passed until a person answered; nobody answered the last one."""
        assert [row["response_minutes"] for row in records(CHAT)] == [12.0, None, None]

    def test_the_account_agrees(self):
        """Every message is somewhere, also where only the shop speaks."""
        account = rows(CHAT).account.check()
        assert account == RowAccount(
            read=8,
            set_aside={
                "the same message again": 1,
                "written by a bot": 1,
                "written by an agent": 3,
            },
            joined=1,
            conversations=3,
            kept=2,
            filtered={NO_CUSTOMER: 1},
        )

    def test_messages_out_of_order_are_put_in_order(self):
        """Exports often list the newest message first."""
        head, *lines = CHAT.splitlines()
        turned = "\n".join([head, *reversed(lines)])
        texts = {row["id"]: row["text"] for row in records(turned)}
        assert texts["c1"] == "Where is my parcel?\nIt was promised for Monday."

    def test_conversations_go_on_from_file_to_file(self, tmp_path):
        """Next month's export of the same platform holds the end of the conversation."""
        head, *lines = CHAT.splitlines()
        (tmp_path / "a.csv").write_text("\n".join([head, *lines[:3]]))
        (tmp_path / "b.csv").write_text("\n".join([head, *lines[2:]]))
        read = read_conversations(tmp_path)
        assert read.to_table()["text"].to_pylist()[0].endswith("promised for Monday.")
        assert read.account.set_aside["the same message again"] == 2

    def test_true_and_false_say_who_wrote(self):
        """`inbound` is true for customers."""
        text = "ticket_id,inbound,text\n1,True,It arrived broken.\n1,False,So sorry to hear!\n"
        assert [row["text"] for row in records(text)] == ["It arrived broken."]

    def test_many_messages_without_a_platform(self):
        """Thousands of messages under plain names are conversations too."""
        lines = [
            f"k{i // 2},{'agent' if i % 2 else 'customer'},2024-05-01,It broke on day {i}.,web"
            for i in range(6_000)
        ]
        read = rows("\n".join(["case_id,speaker,on,words,app", *lines]))
        assert read.account.conversations == 3_000
        assert read.account.set_aside == {"written by an agent": 3_000}

    def test_customers_by_name(self):
        """Where only agents are called what they are, the others are the customers."""
        text = (
            "chat id,sender,message\n1,Agent,Hello there!\n1,Mira,The lid is cracked.\n"
            "2,Jon,Can I still change my address?\n2,Agent,Yes you can.\n"
        )
        assert [row["text"] for row in records(text)] == [
            "The lid is cracked.",
            "Can I still change my address?",
        ]

    def test_messages_without_authors_are_said(self):
        """Without a column of authors all messages count, with a warning."""
        read = rows("ticket id,message\n1,It is late.\n1,Still not here.\n2,Wrong size sent.\n")
        assert read.account.conversations == 2
        assert any("who wrote" in warning for warning in read.warnings)

    def test_agents_in_rows_without_conversations_are_filtered(self):
        """A row of an agent's is kept in the table with its status."""
        read = rows("author role,text\ncustomer,The hem came loose.\nagent,Please send a photo.\n")
        assert read.account.filtered == {"written by an agent": 1}


class TestNotACustomer:
    MAILS = (
        "id,subject,description,status\n"
        "1,Automatic reply: Your order,I am out of the office until Monday.,open\n"
        "2,Growth,We are an SEO agency and can rank your store on the first page of Google. "
        "Reply for a free audit of your website!,open\n"
        "3,Broken,<p>The <b>lid</b> cracked.</p><p>Sent from my iPhone</p>,open\n"
    )

    def test_machines_and_pitches_are_counted_apart(self):
        """Neither says anything of the shop's customers."""
        read = rows(self.MAILS)
        assert read.to_table()["needs_status"].to_pylist() == [
            "not_a_customer",
            "not_a_customer",
            "ok",
        ]
        assert sorted(read.account.check().unread.values()) == [1, 1]

    def test_mails_become_text(self):
        """Markup and signatures are not the customer's words."""
        assert records(self.MAILS)[2]["text"] == "Broken\nThe lid cracked."

    def test_an_absence_note_within_a_conversation(self):
        """It is left out of what the customer said."""
        text = (
            "ticket id,author role,body\n1,customer,The straps are too long.\n"
            "1,customer,Automatic reply: I am out of the office.\n"
        )
        assert [row["text"] for row in records(text)] == ["The straps are too long."]


class TestDuplicates:
    def test_the_same_id_again(self):
        """Incremental exports repeat rows; the first counts."""
        text = "review id,review,stars\na,Too long in the arms.,2\na,Too long in the arms.,2\nb,Fades.,3\n"
        read = rows(text)
        table = read.to_table().to_pylist()
        assert [row["needs_status"] for row in table] == ["ok", "duplicate", "ok"]
        assert [row["id"] for row in table] == ["a", "a (stream:2)", "b"]
        assert (read.account.duplicates, read.account.kept) == (1, 2)

    def test_the_same_row_again_without_ids(self):
        """Rows that agree in every cell are one, unless they say what many say."""
        long = "The parcel was left in the rain next to the bins."
        table = records(f"text,city\n{long},Bath\n{long},Bath\n{long},York\nGood,Bath\nGood,Bath\n")
        assert [row["needs_status"] for row in table] == ["ok", "duplicate", "ok", "ok", "ok"]

    def test_two_shops_may_use_the_same_ids(self, tmp_path):
        """An id of another file is a duplicate only if time or text agree."""
        head = "ticket id,description,created at,priority\n"
        (tmp_path / "a.csv").write_text(head + "1,Nobody answers the phone.,2024-01-03,low\n")
        (tmp_path / "b.csv").write_text(head + "1,My gift card is refused.,2024-01-09,low\n")
        (tmp_path / "c.csv").write_text(head + "1,Nobody answers the phone.,2024-01-03,low\n")
        table = read_conversations(tmp_path).to_table().to_pylist()
        assert [row["needs_status"] for row in table] == ["ok", "ok", "duplicate"]
        assert len({row["id"] for row in table}) == 3


class TestMapping:
    def test_override(self):
        """The user's mapping goes before what is found."""
        text = "message,inner voice\nNote to self: call them.,The strap came off.\n"
        row = rows(text, mapping={"text": "inner voice"}).to_table().to_pylist()[0]
        assert (row["text"], row["message"]) == ("The strap came off.", "Note to self: call them.")

    def test_a_text_of_several_columns(self):
        """Several columns are joined."""
        row = records("pro,contra\nSoft,Too short\n", mapping={"text": ["pro", "contra"]})[0]
        assert row["text"] == "Soft\nToo short"

    def test_none_takes_a_field_away(self):
        """None says that there is no such column."""
        row = records(REVIEWS, mapping={"title": None})[0]
        assert row["text"] == "I had to send the dress back twice."
        assert row["Review Title"] == "Runs small"

    def test_unknown_column_and_field(self):
        """Errors offer the nearest name."""
        with pytest.raises(InputError, match=r"no column 'Review Bdy'.*Did you mean 'Review Body'"):
            rows(REVIEWS, mapping={"text": "Review Bdy"})
        with pytest.raises(InputError, match=r"no field 'chanel'.*Did you mean 'channel'"):
            rows(REVIEWS, mapping={"chanel": "Colour"})

    def test_text_by_content(self):
        """Without a name that tells, the longest and most varied texts are taken, and it is said."""
        text = "\n".join(
            ["ref,q7,team", *(f"r{i},the {i} th parcel never came to us,blue" for i in range(9))]
        )
        read = rows(text)
        found = next(iter(read.mapping.values()))["text"]
        assert (found.columns, found.sure) == (("q7",), "unsure")
        assert any("Unsure" in warning for warning in read.warnings)

    def test_no_text_at_all(self):
        """A table of figures is refused in one sentence."""
        with pytest.raises(
            InputError, match=r"No column of stream holds what customers wrote.*mapping"
        ):
            rows("a,b\n1,2\n3,4\n")

    def test_response_from_two_moments(self):
        """From reported to responded, in minutes."""
        row = records(
            "remarks,Issue_reported at,issue_responded\nNo one helps.,14/08/2023 00:32,14/08/2023 00:37\n"
        )[0]
        assert (row["time"], row["response_minutes"]) == (datetime(2023, 8, 14, 0, 32), 5.0)

    def test_month_first_dates_are_seen_far_down(self):
        """The whole file decides whether the day or the month comes first."""
        lines = [f"It came late again.,0{i % 9 + 1}/01/2024" for i in range(4_000)]
        table = rows(
            "\n".join(["text,date", *lines, "Late.,01/25/2024"]), batch_rows=500
        ).to_table()
        assert table["time"][1].as_py() == datetime(2024, 2, 1)

    def test_dates_that_nothing_settles_stay_together(self):
        """A dump covers days in a row."""
        read = rows(
            "text,date\nIt is late.,03/01/2024\nIt is lost.,03/02/2024\nNo reply.,03/05/2024\n"
        )
        assert read.to_table()["time"].to_pylist()[2] == datetime(2024, 3, 5)
        assert any("month before day" in warning for warning in read.warnings)

    def test_our_names_are_not_given_away(self):
        """An input column with one of our names is renamed, and that is said."""
        read = rows("message,file,needs_status\nThe sole came off.,a.txt,done\n")
        row = read.to_table().to_pylist()[0]
        assert (row["file_input"], row["needs_status_input"]) == ("a.txt", "done")
        assert row["needs_status"] == "ok"
        assert sum("name is taken" in warning for warning in read.warnings) == 2


class TestFrames:
    @pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
    def test_any_frame(self, make):
        """Frames of any kind are read; their types stay."""
        frame = make({"text": ["Too tight.", None], "rating": [2, 3], "age": [31, 44]})
        table = read_conversations(frame).to_table()
        assert table["needs_status"].to_pylist() == ["ok", "empty"]
        assert table.schema.field("age").type == pa.int64()

    def test_ids_of_floats(self):
        """Spreadsheets make numbers of ids; they come back whole."""
        frame = pd.DataFrame({"id": [12.0, 13.0], "text": ["Too tight.", "Torn."]})
        assert read_conversations(frame).to_table()["id"].to_pylist() == ["12", "13"]

    def test_not_a_frame(self):
        """Anything else is refused."""
        with pytest.raises(InputError, match="a path, an open file or a dataframe, not int"):
            read_conversations(7)

    def test_times_with_zones(self):
        """Moments are given in UTC."""
        times = pd.to_datetime(["2024-01-01T12:00:00+02:00"])
        frame = pd.DataFrame({"text": ["It is late."], "created_at": times})
        assert read_conversations(frame).to_table()["time"][0].as_py() == datetime(2024, 1, 1, 10)


class TestAccount:
    def test_every_status_has_a_place(self):
        """Kept are those neither filtered nor duplicate; unread says why some cannot be read."""
        german = "Die Lieferung ist leider viel zu spät gekommen und niemand hat sich gemeldet."
        read = rows(f'id,text\n1,The heel broke.\n2,\n3,"{german}"\n4,{"x " * 50}\n', longest=80)
        account = read.account.check()
        assert account.unread == {
            STATUSES["empty"]: 1, STATUSES["not_english"]: 1, STATUSES["too_long"]: 1,
        }  # fmt: skip
        assert (account.kept, account.readable) == (4, 1)
        assert rows("text\n" + german, language=None).account.unread == {}

    def test_accounts_add_up(self):
        """The account of two files is the sum of theirs."""
        one, two = rows(CHAT).account, rows(REVIEWS).account
        assert (one + two).check().read == one.read + two.read

    def test_check_finds_a_lost_row(self):
        """A row that is nowhere is an error."""
        with pytest.raises(ConvcatError, match="does not agree"):
            RowAccount(read=2, conversations=1, kept=1).check()

    def test_it_can_be_looked_at(self):
        """The account reads as plain sentences, and as HTML."""
        account = rows(CHAT).account
        assert "set aside: written by an agent" in repr(account)
        assert "<table>" in account._repr_html_()
        assert account.to_dict()["set_aside"]["written by a bot"] == 1


class TestConversations:
    def test_twice_the_same(self):
        """Reading again gives the same table."""
        read = rows(CHAT + "c4,8,customer,2024-05-03,The app crashes.,chat,north\n")
        assert read.to_table().equals(read.to_table())

    @pytest.mark.parametrize("size", [1, 2, 1000])
    def test_the_size_of_batches_changes_nothing(self, size):
        """Batches are a matter of memory alone."""
        assert rows(REVIEWS, batch_rows=size).to_table().equals(rows(REVIEWS).to_table())

    def test_several_files_have_one_table(self, tmp_path):
        """Columns of all files stand side by side; a column of two types becomes text."""
        (tmp_path / "reviews.csv").write_text(REVIEWS)
        (tmp_path / "chat.csv").write_text(CHAT)
        pd.DataFrame({"text": ["Peeling after a week."], "Colour": [7]}).to_parquet(
            tmp_path / "z.pq"
        )
        read = read_conversations(tmp_path)
        table = read.to_table()
        assert set(table["file"].to_pylist()) == {"reviews.csv", "chat.csv", "z.pq"}
        assert set(table["kind"].to_pylist()) == {"review", "support"}
        assert table["Colour"].to_pylist()[-2:] != []
        assert "7" in table["Colour"].to_pylist()
        assert read.account.read == 14

    def test_nothing_named(self):
        """Something must be named."""
        with pytest.raises(InputError, match="No dump was named"):
            read_conversations()

    def test_missing_file_and_empty_folder(self, tmp_path):
        """One sentence each, with the neighbour that may be meant."""
        (tmp_path / "reviews.csv").write_text(REVIEWS)
        with pytest.raises(InputError, match=r"no file .*Did you mean 'reviews.csv'"):
            read_conversations(tmp_path / "review.csv")
        (tmp_path / "sub").mkdir()
        with pytest.raises(InputError, match="holds no dump"):
            read_conversations(tmp_path / "sub")

    def test_the_same_file_twice_is_read_once(self, tmp_path):
        """A file named beside its folder is one file."""
        (tmp_path / "reviews.csv").write_text(REVIEWS)
        assert read_conversations(tmp_path, tmp_path / "reviews.csv").account.read == 5

    def test_repr(self):
        """The mapping is printed with its reasons."""
        read = rows(REVIEWS)
        assert "Review Body" in repr(read)
        _ = read.account
        assert "rows read" in repr(read)
        assert "<pre>" in read._repr_html_()


class TestInspect:
    def test_what_was_recognised(self):
        """Format, platform, columns with reasons and shapes, and the account."""
        found = inspect_dump(io.StringIO(REVIEWS))
        text = repr(found)
        assert "CSV, utf-8, comma" in text
        assert "Review Date" in text
        assert "99/99/9999" in text
        assert "rows read" in text
        assert found.to_dict()["rows"]["read"] == 5

    def test_no_customers_words(self):
        """The words themselves stay in the file."""
        found = inspect_dump(io.StringIO(CHAT))
        for shown in (repr(found), found._repr_html_()):
            assert "parcel" not in shown
            assert "voucher" not in shown

    def test_markup_is_escaped(self):
        """A hostile header is text in the page."""
        html = inspect_dump(io.StringIO("text,<script>x</script>\nIt tore.,1\n"))._repr_html_()
        assert "<script>" not in html
