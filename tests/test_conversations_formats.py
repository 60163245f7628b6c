"""Every format is read as it is, and faults are one sentence or a counted row."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcat.conversations import read_conversations
from convcat.conversations.delimited import EMPTY_LINE, UNCLOSED
from convcat.conversations.headers import folded
from convcat.conversations.margins import _SUMS, HEADER_AGAIN
from convcat.conversations.objects import CUT_OFF, NOT_AN_OBJECT, NOT_JSON
from convcat.exceptions import InputError

TEXTS = [
    "The lid, sadly, cracked.",
    'It said "large" but is small.',
    "Two lines\nof trouble.",
    "Café chaise: cassée",
]


def read(data: bytes | str, **options):
    stream = io.BytesIO(data) if isinstance(data, bytes) else io.StringIO(data)
    return read_conversations(stream, language=None, **options)


def texts(data: bytes | str, **options):
    return read(data, **options).to_table()["text"].to_pylist()


def as_csv(delimiter: str = ",", **options) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, **options)
    writer.writerow(["number", "message", "town"])
    writer.writerows([i, text, "Bath"] for i, text in enumerate(TEXTS))
    return out.getvalue()


class TestDelimiters:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_each_is_found(self, delimiter):
        """Commas, quotes and line breaks within the text do not matter."""
        assert texts(as_csv(delimiter)) == TEXTS

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_all_quoted(self, delimiter):
        """Many exports quote every cell."""
        assert texts(as_csv(delimiter, quoting=csv.QUOTE_ALL)) == TEXTS

    def test_escaped_quotes(self):
        r"""Databases write \" for a quote."""
        text = 'id,text,town\n1,"It said \\"large\\", but is small.",Bath\n2,"All fine, no?",Bath\n'
        assert texts(text)[0] == 'It said "large", but is small.'

    def test_tabs_without_quoting(self):
        """Where quotes mean nothing, a lone one swallows no rows."""
        lines = [
            "id\ttext\tstars",
            '1\t"Great, they said.\t2',
            "2\tIt tore.\t2",
            '3\tA 5" heel, not 4".\t3',
        ]
        assert texts("\n".join(lines)) == ['"Great, they said.', "It tore.", 'A 5" heel, not 4".']

    def test_semicolons_among_commas(self):
        """European exports: numbers and texts are full of commas."""
        text = "text;price\n" + "".join(f"Late, broken, and dear {i};1{i},99\n" for i in range(20))
        assert texts(text)[3] == "Late, broken, and dear 3"

    def test_excels_first_line(self):
        """`sep=;` is no header."""
        assert texts("sep=;\ntext;town\nIt faded.;Bath\n") == ["It faded."]

    def test_a_title_above_the_header(self):
        """Reports put lines above the table."""
        text = "Feedback report,,\nMay 2024,,\nid,comment,town\n1,It faded.,Bath\n2,It tore.,York\n"
        assert texts(text) == ["It faded.", "It tore."]

    def test_one_column(self):
        """A list of texts under a header that says so."""
        assert texts("message\nToo big, by far\nIt tore, twice\n") == [
            "Too big, by far",
            "It tore, twice",
        ]

    def test_no_header(self):
        """Columns without names are called by number, and that is said."""
        got = read(
            "2024-01-05,The box was open on arrival,2\n2024-01-06,No answer to my three mails,1\n"
        )
        assert got.to_table()["text"].to_pylist()[0] == "The box was open on arrival"
        assert any("called by number" in warning for warning in got.warnings)

    def test_headers_that_repeat_or_lack(self):
        """Every column gets a name of its own."""
        names = read("text,town,town,\nIt tore.,Bath,York,x\n").to_table().column_names
        assert {"town", "town (2)", "column 4"} <= set(names)


class TestEncodings:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
    )
    def test_each_is_found(self, encoding):
        """Found by trying."""
        assert texts(as_csv().encode(encoding)) == TEXTS

    def test_broken_utf8_names_the_line(self):
        """A file that is UTF-8 but for one byte is refused, with its place and the way out."""
        data = "text\nCafé\nnaïve\n".encode() + b"br\xffken\n"
        with pytest.raises(InputError, match=r"broken character in line 4 \(byte 0xFF\).*UTF-8"):
            read(data)

    def test_the_line_is_right_far_down(self):
        """Lines are counted over the whole file."""
        data = b"text\n" + "naïve\n".encode() * 300_000 + b"br\xffken\n"
        with pytest.raises(InputError, match=r"line 300,002 "):
            read(data)

    def test_neither(self):
        """Bytes that Windows has no character for are refused too."""
        with pytest.raises(InputError, match="neither UTF-8 nor Windows"):
            read(b"text\nwhat \x81\x8d is this\n")

    def test_a_character_across_blocks(self):
        """Characters of several bytes may lie anywhere."""
        long = "é" * (1 << 20)
        assert texts(f"text,n\nx{long},1\n".encode()) == ["x" + long]


class TestFaults:
    def test_short_and_long_rows_are_kept(self):
        """Short rows are filled up; commas that nobody quoted go back to the text."""
        got = read("id,text,town\n1,It tore\n2,Late, broken, dear,Bath\n3,Fine seams?,York,,\n")
        assert got.to_table().select(["text", "town"]).to_pylist() == [
            {"text": "It tore", "town": None},
            {"text": "Late, broken, dear", "town": "Bath"},
            {"text": "Fine seams?", "town": "York"},
        ]

    def test_an_unclosed_quote_swallows_nothing(self):
        """The rows after a quote that never ends are given back; the row itself is kept or counted."""
        lines = [f"{i},It tore after day {i},Bath" for i in range(40)]
        lines[10] = '10,"It tore, and so on,Bath'
        lines[20] = '20,"It tore at once,Bath'
        got = read("\n".join(["id,text,town", *lines]))
        account = got.account.check()
        assert account.read == 40
        assert account.set_aside == {UNCLOSED: 1}
        assert got.to_table().num_rows == 39

    def test_empty_lines_and_headers_again(self):
        """They are counted, not read as customers who say nothing."""
        got = read("id,text\n1,It tore.\n,\nid,text\n\n2,Late.\n")
        assert got.account.check().set_aside == {EMPTY_LINE: 1, HEADER_AGAIN: 1}
        assert got.account.kept == 2

    def test_nul_bytes(self):
        """NUL bytes vanish; the words stay."""
        assert texts("id,text\n1,It\x00 tore.\n") == ["It tore."]

    def test_ten_megabytes_in_a_cell(self):
        """A cell of 10 MB is read, and is too long to tag."""
        got = read('id,text\n1,"' + "word " * 2_000_000 + '"\n2,It tore.\n')
        assert got.to_table()["needs_status"].to_pylist() == ["too_long", "ok"]

    def test_a_million_columns(self):
        """Absurd widths are refused."""
        with pytest.raises(InputError, match="more than 10,000 columns"):
            read(",".join(["a"] * 1_000_000) + "\n1\n")

    @pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf"])
    def test_empty(self, data):
        """An empty file is said to be empty."""
        with pytest.raises(InputError, match="is empty"):
            read(data)

    @pytest.mark.parametrize(
        ("data", "what"),
        [
            (b"%PDF-1.7 ...", "a PDF"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(600), "xls"),
            (b"\x89PNG\r\n\x1a\n" + bytes(99), "picture"),
            (b"<!doctype html><html><body>Hi, you</body></html>", "page or XML"),
            (bytes(range(256)) * 20, "no text in any known format"),
            (b"Just a letter.\nIt has lines, and no table in it.\n" * 3, "not a table|No column"),
            (b"PAR1 not really", "damaged Parquet"),
            (b"PK\x03\x04 not really", "damaged Excel"),
            (b"\x1f\x8b\x08\x00broken", "cannot be unpacked"),
            (b"[1, 2, 3]", "holds no JSON objects"),
        ],
    )
    def test_not_a_table(self, data, what):
        """Other files are refused in one sentence that says what they are."""
        with pytest.raises(InputError, match=what) as caught:
            read(data)
        assert "\n" not in str(caught.value)

    def test_a_cut_off_archive(self):
        """A download that broke off is said to be damaged."""
        packed = gzip.compress(
            ("id,text\n" + "".join(f"{i},It tore {i}\n" for i in range(9_999))).encode()
        )
        with pytest.raises(InputError, match=r"cannot be unpacked|damaged"):
            read(packed[: len(packed) // 2])

    def test_an_archive_of_files(self):
        """A zip is unpacked while it is read."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a.csv", "text\nIt tore.\n")
        assert read(out.getvalue()).to_table()["text"].to_pylist() == ["It tore."]

    def test_a_header_alone(self):
        """A month without messages is a table without rows."""
        got = read("id,message,created at\n")
        assert got.to_table().num_rows == 0
        assert got.account.check().read == 0


class TestJson:
    RECORDS = (
        {
            "id": 1,
            "message": "It tore.",
            "via": {"channel": "mail"},
            "tags": ["vip", "late"],
            "n": 2.5,
        },
        {"id": 2, "message": "Late\nagain.", "late": True, "via": None},
    )

    def lines(self) -> str:
        return "\n".join(json.dumps(record) for record in self.RECORDS)

    @pytest.mark.parametrize("form", ["lines", "array", "pretty", "wrapped", "wrapped-lines"])
    def test_every_form(self, form):
        """Lines, arrays, arrays over many lines, and lists within an object are one to us."""
        data = {
            "lines": self.lines(),
            "array": json.dumps(list(self.RECORDS)),
            "pretty": json.dumps(list(self.RECORDS), indent=2),
            "wrapped": json.dumps({"count": 2, "tickets": list(self.RECORDS), "next": None}),
            "wrapped-lines": json.dumps({"tickets": list(self.RECORDS)}, indent=1),
        }[form]
        table = read(data).to_table()
        assert table["text"].to_pylist() == ["It tore.", "Late\nagain."]
        assert table["channel"].to_pylist() == ["mail", None]
        assert table["tags"].to_pylist() == ["vip;late", None]
        assert table["late"].to_pylist() == [None, "true"]

    def test_broken_lines_are_counted(self):
        """A line that is not JSON, or no object, is set aside and said."""
        got = read(self.lines() + '\n{"id": 3, "message": "cut o\n[1]\n')
        assert got.account.check().set_aside == {NOT_JSON: 1, NOT_AN_OBJECT: 1}

    def test_an_array_that_breaks_off(self):
        """What came before the break is read."""
        got = read(json.dumps(list(self.RECORDS))[:-8])
        assert got.account.check().set_aside == {CUT_OFF: 1}
        assert got.account.kept == 1

    def test_a_large_array_streams(self):
        """Records cross the borders of blocks."""
        many = [{"message": f"It tore {i} " + "x" * 3_000} for i in range(1_200)]
        assert len(texts(json.dumps(many))) == 1_200

    def test_halves_of_surrogate_pairs(self):
        """Emoji cut in two do not break the table."""
        assert texts('{"message": "so sad \\ud83d"}\n{"message": "\\ud83d\\ude00 fine"}') == [
            "so sad �",
            "😀 fine",
        ]

    def test_deep_nesting(self):
        """A record that is nested without end is set aside."""
        deep = '{"message": ' + "[" * 100_000 + "]" * 100_000 + "}"
        got = read(self.lines() + "\n" + deep)
        assert got.account.check().kept == 2
        assert sum(got.account.set_aside.values()) == 1


class TestWorkbooks:
    def book(self, rows, title="Sheet", more=()) -> bytes:
        book = openpyxl.Workbook()
        book.active.title = title
        for row in rows:
            book.active.append(row)
        for name in more:
            book.create_sheet(name).append(["x"])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def test_values(self):
        """Whole numbers have no point, moments are moments, empty rows do not count."""
        from datetime import datetime

        data = self.book(
            [
                ["Ticket", "Message", "Date", "Price"],
                [12345678901, "It tore.", datetime(2024, 5, 1, 12, 30), 9.5],
                [None, None, None, None],
                [7, "Late.", datetime(2024, 5, 2), 10.0],
            ]
        )
        got = read(data)
        table = got.to_table().to_pylist()
        assert [row["id"] for row in table] == ["12345678901", "7"]
        assert table[0]["time"] == datetime(2024, 5, 1, 12, 30)
        assert [row["Price"] for row in table] == ["9.5", "10"]
        assert got.account.check().set_aside == {EMPTY_LINE: 1}

    def test_a_title_and_other_sheets(self):
        """Lines above the header are skipped; other sheets are named."""
        got = read(
            self.book([["Report"], ["id", "text", "town"], [1, "It tore.", "Bath"]], more=["Notes"])
        )
        assert got.to_table()["text"].to_pylist() == ["It tore."]
        assert any("Notes" in warning for warning in got.warnings)

    def test_no_rows(self):
        """An empty workbook is said to be empty."""
        with pytest.raises(InputError, match="no filled sheet"):
            read(self.book([]))

    def test_bombs(self, monkeypatch):
        """A workbook that unpacks to absurd sizes is refused before it is opened."""
        monkeypatch.setattr("convcat.conversations.workbooks._LARGEST", 1_000)
        with pytest.raises(InputError, match="unpacks to"):
            read(self.book([["text"], ["It tore."]]))


class TestParquet:
    def test_types_stay(self):
        """Other columns keep their types."""
        table = pa.table({"message": ["It tore."], "n": [3], "tags": [["a", "b"]]})
        out = io.BytesIO()
        pq.write_table(table, out)
        got = read(out.getvalue()).to_table()
        assert got.schema.field("n").type == pa.int64()
        assert got["tags"].to_pylist() == [["a", "b"]]

    def test_several_types_of_the_sources(self, tmp_path):
        """A number here and a text there become text."""
        pq.write_table(pa.table({"message": ["It tore."], "n": [3]}), tmp_path / "a.parquet")
        (tmp_path / "b.csv").write_text("message,n\nLate.,x\n")
        assert read_conversations(tmp_path).to_table()["n"].to_pylist() == ["3", "x"]


class TestCompression:
    @pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
    def test_each(self, pack, tmp_path):
        """Compressed files are unpacked while they are read."""
        (tmp_path / "dump.csv.gz").write_bytes(pack(as_csv().encode()))
        assert read_conversations(tmp_path, language=None).to_table()["text"].to_pylist() == TEXTS


class TestStreams:
    def test_standard_input(self, monkeypatch):
        """`-` is standard input."""
        fake = type("In", (), {"buffer": io.BytesIO(as_csv().encode())})()
        monkeypatch.setattr("sys.stdin", fake)
        got = read_conversations("-", language=None)
        assert got.to_table()["text"].to_pylist() == TEXTS
        assert got.to_table()["file"][0].as_py() == "standard input"

    def test_open_files(self, tmp_path):
        """Open files may be binary or text."""
        path = tmp_path / "a.csv"
        path.write_bytes(as_csv().encode())
        for mode in ("r", "rb"):
            with path.open(mode, newline="" if mode == "r" else None) as stream:
                got = read_conversations(stream, language=None).to_table()
            assert got["text"].to_pylist() == TEXTS


# Cells without what no format could carry or the reader rightly takes away: outer blanks, NUL,
# carriage returns (XML has none) and control characters (Excel refuses them).
_CELL = (
    st.text(
        st.characters(
            codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"), include_characters="\n\t"
        )
        | st.sampled_from(",;|\t\"'\\"),
        max_size=30,
    )
    .map(str.strip)
    .filter(lambda cell: cell.lower() not in ("-", "n/a") and folded(cell) not in _SUMS)
)
_TABLE = st.lists(st.tuples(_CELL, _CELL), min_size=1, max_size=12)


def _written(form: str, rows: list[tuple[str, str]]) -> bytes:
    """Write a table with a column that shows what it is, so that no row is empty."""
    named = [{"message": text, "note": note, "n": str(i)} for i, (text, note) in enumerate(rows)]
    out = io.BytesIO()
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist(named), out)
    elif form == "xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(["message", "note", "n"])
        for row in named:
            cells = [openpyxl.cell.WriteOnlyCell(sheet, value=None) for _ in row]
            for cell, value in zip(cells, row.values(), strict=True):
                cell.value = value
                if value:
                    cell.data_type = "s"
            sheet.append(cells)
        book.save(out)
    elif form == "jsonl":
        out.write("\n".join(json.dumps(row, ensure_ascii=False) for row in named).encode())
    elif form == "json":
        out.write(json.dumps(named).encode())
    else:
        encoding, delimiter = form.split(" ")
        text = io.StringIO()
        writer = csv.DictWriter(
            text, ["message", "note", "n"], delimiter=delimiter, quoting=csv.QUOTE_ALL
        )
        writer.writeheader()
        writer.writerows(named)
        out.write(text.getvalue().encode(encoding))
    return out.getvalue()


class TestRoundTrip:
    @pytest.mark.parametrize(
        "form", ["utf-8 ,", "utf-8-sig ;", "utf-16 ,", "jsonl", "json", "parquet", "xlsx"]
    )
    @given(rows=_TABLE)
    @settings(max_examples=25, deadline=None)
    def test_any_table_comes_back(self, form, rows):
        """What is written in any format is read back the same, row by row."""
        got = read(
            _written(form, rows),
            mapping=dict.fromkeys(("title", "id", "rating", "csat")) | {"text": "message"},
            kind="support",
        )
        table = got.to_table()
        account = got.account.check()
        assert account.read == len(rows)
        assert [note or "" for note in table["note"].to_pylist()] == [note for _, note in rows]
        assert table["n"].to_pylist() == [str(i) for i in range(len(rows))]
        for (text, _), row in zip(rows, table.to_pylist(), strict=True):
            assert bool(row["text"]) <= bool(text)
            if text.isascii() and text.isalnum() and text.lower() not in ("null", "nan"):
                assert row["text"] == text

    @given(data=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
    @settings(max_examples=150, deadline=None)
    def test_any_bytes_are_read_or_refused(self, data):
        """Nothing but a table with a true account, or one sentence."""
        try:
            got = read(data)
            table = got.to_table()
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 - either way is right
        else:
            assert got.account.check().conversations == table.num_rows

    @given(
        head=st.sampled_from(
            [b"id,text,town\n", b'{"text": "a"}\n', b"id\ttext\n", b'[{"text":"a"},']
        ),
        data=st.binary(max_size=300),
    )
    @settings(max_examples=150, deadline=None)
    def test_sound_beginnings_and_any_rest(self, head, data):
        """A dump that goes wrong further on is accounted for, or refused."""
        try:
            got = read(head + data, mapping={"text": "text"})
            table = got.to_table()
        except InputError:
            return
        assert got.account.check().conversations == table.num_rows
