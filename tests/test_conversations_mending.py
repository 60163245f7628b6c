"""Damaged files are read as they were meant, or lose no more than what is damaged."""

from __future__ import annotations

import gzip
import io
import json

import openpyxl
import pytest

from convcat.conversations import read_conversations
from convcat.conversations.mending import Mender
from convcat.exceptions import InputError

FIRST, SECOND = "The cork crumbles", "The label is crooked"
RECORDS = [{"id": i, "review": said, "stars": 2} for i, said in enumerate((FIRST, SECOND), 1)]


def opened(text: str | bytes):
    stream = io.BytesIO(text) if isinstance(text, bytes) else io.StringIO(text)
    return read_conversations(stream)


def texts(text: str | bytes) -> list[str]:
    got = opened(text)
    table = got.to_table().to_pylist()
    got.account.check()
    return [row["text"] for row in table if row["needs_status"] == "ok"]


class TestJson:
    @pytest.mark.parametrize(
        "dump",
        [
            '[{"id":1,"review":"The cork crumbles","tags":["a",],},\n{"id":2,"review":"The label is crooked"},\n]',
            '{"reviews": [{"id":1,"review":"The cork crumbles",},{"id":2,"review":"The label is crooked",},]}',
            '{"id":1,"review":"The cork crumbles",}\n{"id":2,"review":"The label is crooked",}\n',
            repr(RECORDS),
            "\n".join(map(repr, RECORDS)),
        ],
        ids=["commas", "commas in a list", "commas in lines", "Python's list", "Python's lines"],
    )
    def test_it_is_read_as_it_was_meant(self, dump):
        """Commas too many; what Python prints; and it is said."""
        assert texts(dump) == [FIRST, SECOND]
        assert any("read as meant" in one for one in opened(dump).warnings)

    def test_quotes_within_quotes(self):
        """Nobody escaped them."""
        dump = (
            '[{"id":1,"review":"They said "wait" twice"},\n{"id":2,"review":"The cork crumbles"}]'
        )
        assert texts(dump) == ['They said "wait" twice', FIRST]

    def test_one_bad_record_loses_no_other(self):
        """A quote that is never closed; a record that nothing can mend."""
        good = [
            {"id": i, "review": f"Fault number {i} again", "date": "2026-03-02"} for i in range(9)
        ]
        lines = [json.dumps(one) for one in good]
        for bad in (
            '{"id": 4, "review": "half a sentence, "date": "2026-',
            '{"id": 4, "review": lost, "date": 7}',
        ):
            got = opened("[" + ",\n".join([*lines[:4], bad, *lines[5:]]) + "]")
            said = [row["text"] for row in got.to_table().to_pylist()]
            assert said == [one["review"] for one in good if one["id"] != 4]
            assert sum(got.account.check().set_aside.values()) == 1
            assert any("in 1 place" in one for one in got.warnings)

    def test_it_breaks_off(self):
        """What is whole is read; the rest is counted and said."""
        got = opened(json.dumps(RECORDS)[:-25])
        assert [row["text"] for row in got.to_table().to_pylist()] == [FIRST]
        assert sum(got.account.set_aside.values()) == 1
        assert any("breaks off" in one for one in got.warnings)

    def test_nothing_runs(self):
        """What looks like Python is read as values alone."""
        assert Mender().read("{'a': __import__('os').getcwd()}", 0).value is None

    def test_no_end_of_it(self):
        """Brackets without end take no time without end."""
        with pytest.raises(InputError):
            opened('[{"a": ' + "[{" * 50_000)


class TestText:
    @pytest.mark.parametrize("lines", [True, False])
    def test_zeros_where_the_power_failed(self, lines):
        """A file system leaves them behind the last line that was written."""
        csv = f"review,stars\n{FIRST},2\n{SECOND},3\n"
        dump = "\n".join(map(json.dumps, RECORDS)) + "\n" if lines else csv
        assert texts(dump.encode() + b"\0" * 4096) == [FIRST, SECOND]

    def test_quotes_that_nobody_doubled(self):
        """In a row whose cells come out wrong for it."""
        dump = 'id,stars,review,date\n1,2,"The 12" pan is bent, sadly",2026-03-02\n2,3,"Fine ""so so""",2026-03-03\n'
        assert texts(dump) == ['The 12" pan is bent, sadly', 'Fine "so so"']

    def test_a_quote_that_is_never_closed_is_no_word(self):
        """It goes with the cell that it opened."""
        assert texts(
            f'id,stars,review,date\n1,2,"{FIRST},2026-03-02\n2,3,{SECOND},2026-03-03\n'
        ) == [FIRST, SECOND]

    def test_what_databases_write_for_nothing(self):
        """NULL is nobody's word; "none" may be."""
        dump = "stars,review\n2,NULL\n2,\\N\n3,None\n3,The cork crumbles\n"
        assert sorted(texts(dump)) == ["None", FIRST]

    def test_two_archives_in_one(self):
        """gzip files that were put together are one."""
        first, second = f"review,stars\n{FIRST},2\n", f"{SECOND},3\n"
        packed = gzip.compress(first.encode()) + gzip.compress(second.encode())
        assert texts(packed) == [FIRST, SECOND]


class TestWorkbooks:
    def test_hidden_sheets_are_named_and_not_read(self, tmp_path):
        """Nobody who looks at the book sees them."""
        book = openpyxl.Workbook()
        for title, said in (("March", FIRST), ("Old", SECOND)):
            sheet = book.create_sheet(title)
            sheet.append(["Ticket", "Received", "Customer message"])
            sheet.append([1001.0, "2026-03-02", said])
        del book["Sheet"]
        book["Old"].sheet_state = "hidden"
        book.save(tmp_path / "book.xlsx")
        got = read_conversations(tmp_path / "book.xlsx")
        assert [(row["id"], row["text"]) for row in got.to_table().to_pylist()] == [("1001", FIRST)]
        assert any("Hidden" in one and "'Old'" in one for one in got.warnings)
        named = read_conversations(f"{tmp_path / 'book.xlsx'}#Old")
        assert [row["text"] for row in named.to_table().to_pylist()] == [SECOND]

    def test_a_conversation_named_once_above_its_messages(self, tmp_path):
        """So it is where cells are merged."""
        book = openpyxl.Workbook()
        sheet = book.active
        for row in (
            ("Conversation", "Who", "Message"),
            ("C-1", "Customer", "The drawer sticks"), (None, "Agent", "Try wax"), (None, "Customer", "It still sticks"),
            ("C-2", "Customer", FIRST), (None, "Agent", "Oh"),
        ):  # fmt: skip
            sheet.append(row)
        book.save(tmp_path / "merged.xlsx")
        table = read_conversations(tmp_path / "merged.xlsx").to_table().to_pylist()
        assert [(row["id"], row["text"]) for row in table] == [
            ("C-1", "The drawer sticks\nIt still sticks"),
            ("C-2", FIRST),
        ]

    def test_one_that_is_locked(self):
        """A password makes it look like an old one; the sentence says both."""
        with pytest.raises(InputError, match="locked with a password"):
            opened(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
