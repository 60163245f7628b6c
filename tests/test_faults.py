"""Damaged and hostile files, as the command line meets them: one sentence, exit code 2, no traceback.

What fuzzing found (benchmarks/fuzz.py) is kept here.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convcat.conversations import read_conversations
from convcat.exceptions import InputError
from convcat.insight import read_audit
from convcat.tagged import Tagged

CSV = b"id,review,stars\n" + b"".join(
    b"%d,The seam tore on day %d,2\n" % (i, i) for i in range(500)
)


def parquet() -> bytes:
    out = io.BytesIO()
    table = pa.table({"review": ["It tore", "Too small"], "stars": [2, 3]})
    pq.write_table(table, out, compression="none", store_schema=False)
    return out.getvalue()


def workbook(rows: int = 40) -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["id", "review", "stars"])
    for i in range(rows):
        book.active.append([i, f"The seam tore on day {i}", 2])
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, name: str, change) -> bytes:
    """The archive with one of its files changed, its checksum right."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, change(content) if member == name else content)
    return out.getvalue()


def zipped(*names: str) -> bytes:
    """An archive of files with any names, even none."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            member = zipfile.ZipInfo("a.csv")
            member.filename = name
            with archive.open(member, "w") as stream:
                stream.write(CSV)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
DAMAGED = {
    "a gzip file changed in the middle": gzip.compress(CSV)[:60] + b"\x00" * 20 + gzip.compress(CSV)[80:],
    "a gzip file cut off": gzip.compress(CSV)[:-30],
    "a Parquet file with a column's name that is no UTF-8": parquet().replace(b"review", b"rev\xf3ew"),
    "a Parquet file cut off": parquet()[:-20],
    "a workbook whose sheet breaks off": repacked(workbook(), SHEET, lambda xml: xml[: len(xml) // 2]),
    "a workbook whose sheet is no XML": repacked(workbook(), SHEET, lambda xml: b"\x00" + xml),
    "a workbook with a number that is none": repacked(
        workbook(), SHEET, lambda xml: xml.replace(b"<v>2</v>", b"<v>two</v>")
    ),
    "a workbook with strings that are not there": repacked(
        workbook(), "xl/sharedStrings.xml", lambda xml: xml[:200]
    ),
}  # fmt: skip


class TestDamagedDumps:
    @pytest.mark.parametrize("what", DAMAGED)
    def test_one_sentence(self, what):
        """Refused, or read with a true account; nothing else."""
        try:
            read = read_conversations(io.BytesIO(DAMAGED[what]))
            table = read.to_table()
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 - either way is right
            assert "stream" in str(error)  # noqa: PT017
        else:
            assert read.account.check().conversations == table.num_rows

    def test_damage_far_down_is_no_silent_end(self):
        """A workbook that breaks off is not read as far as it goes."""
        with pytest.raises(InputError, match="damaged Excel file"):
            read_conversations(io.BytesIO(DAMAGED["a workbook whose sheet breaks off"])).to_table()

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_files_of_no_name_and_of_one_name(self):
        """A file without a name is left out; of two with one name none is lost in silence."""
        assert read_conversations(io.BytesIO(zipped("", "a.csv"))).account.read == 500
        with pytest.raises(InputError, match="two files of the name"):
            read_conversations(io.BytesIO(zipped("a.csv", "a.csv")))

    def test_names_of_several_lines_stay_one_sentence(self):
        """A sentence that lists the columns does not break within one."""
        with pytest.raises(InputError, match="No column of stream") as refused:
            read_conversations(io.StringIO('"a\nb","c\n\nd"\n1,2\n3,4\n'))
        assert "\n" not in str(refused.value)


class TestCellsThatCannotBe:
    """Other programs write Parquet files with texts and moments that no reader takes."""

    bad = pa.array([b"It tore \xff", b"Too small"], pa.binary()).view(pa.string())

    @pytest.mark.parametrize(
        "columns",
        [
            {"created": pa.array([2**62, 0], pa.timestamp("us"))},
            {"created": pa.array([2**30, 0], pa.date32())},
            {"other": pa.array([-(2**50), None], pa.timestamp("s", "UTC"))},
            {"other": pa.array([2**60, None], pa.duration("ms"))},
            {"other": pa.array([2**60, None], pa.date64())},
            {"other": bad},
        ],
    )
    @pytest.mark.parametrize("frame", [True, False])
    def test_they_are_left_empty_or_replaced(self, columns, frame):
        """Every cell of the table can be read, and no row is lost."""
        table = pa.table({"review": self.bad, "stars": [2, 3], **columns})
        out = io.BytesIO()
        pq.write_table(table, out)
        read = read_conversations(table if frame else io.BytesIO(out.getvalue()))
        first, second = read.to_table().to_pylist()
        assert (first["text"], second["text"]) == ("It tore \ufffd", "Too small")
        assert first.get("other") in (None, "It tore \ufffd")
        assert first["time"] is None
        assert read.account.check().kept == 2

    def test_within_lists_it_is_refused(self):
        """What cannot be mended is said, with the column."""
        lists = pa.ListArray.from_arrays([0, 1, 2], self.bad)
        with pytest.raises(InputError, match="the column 'tags' holds text that is no UTF-8"):
            read_conversations(pa.table({"review": ["It tore", "So small"], "tags": lists}))


class TestDamagedFilesBeside:
    def test_an_audit_sheet(self, tmp_path):
        """Changed anywhere within, it is refused."""
        path = tmp_path / "audit.xlsx"
        whole = workbook()
        for at in range(40, len(whole) - 400, 97):
            path.write_bytes(whole[:at] + bytes(8) + whole[at + 8 :])
            with pytest.raises(InputError, match=r"not an XLSX workbook|no column"):
                read_audit(path)

    def test_an_audit_sheet_with_an_endless_cell(self, tmp_path):
        """The csv module has a longest cell, and says so."""
        path = tmp_path / "audit.csv"
        path.write_text('id,audit_needs\nc1,"' + "x" * 2_000 + '"\n')
        before = csv.field_size_limit(1_000)
        try:
            with pytest.raises(InputError, match="not a sheet of answers"):
                read_audit(path)
        finally:
            csv.field_size_limit(before)

    @pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet"])
    @pytest.mark.parametrize(
        "data",
        [
            b"\xff\xfe\xed",
            b'{"text": "x", "p_\x9b": 1}\n',
            b'{"text": "\x9b"}\n',
            b"text,\xed\xa0\n\xff",
            b"",
            b"\x00" * 9,
        ],
    )
    def test_a_tagged_table(self, tmp_path, name, data):
        """Bytes of any kind are no traceback."""
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(InputError):
            Tagged.of(path)


def convcat(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = (
        f"import sys\nfrom convcat.cli import main\nsys.argv = ['convcat', *{arguments!r}]\nmain()"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


class TestCommandLine:
    def test_a_bad_file_is_one_sentence_and_exit_code_2(self, tmp_path):
        """Nothing is written to standard output, and no traceback to the other."""
        path = tmp_path / "october.xlsx"
        path.write_bytes(DAMAGED["a workbook whose sheet breaks off"])
        done = convcat("inspect", str(path))
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("convcat: october.xlsx is a damaged Excel file")
        assert done.stderr.count("\n") == 1

    def test_help_of_label_names_folders(self):
        """A folder of Parquet files can be labelled, and the help says so."""
        assert "folder of Parquet files" in " ".join(convcat("label", "--help").stdout.split())


class TestPage:
    def test_every_line_is_held_by_a_test(self):
        """The tests that docs/faults.md names are there."""
        here = Path(__file__).parent
        page = (here.parent / "docs" / "faults.md").read_text(encoding="utf-8")
        lines = [line for line in page.splitlines() if line.startswith("| ") and "::" in line]
        assert len(lines) > 40
        for line in lines:
            file = ""
            for name in re.findall(r"`((?:test_\w+\.py::)?test_\w+)`", line):
                *named, test = name.split("::")
                file = named[0] if named else file
                assert f"def {test}(" in (here / file).read_text(encoding="utf-8"), name
