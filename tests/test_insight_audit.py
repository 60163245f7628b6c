"""The audit sheet: drawn fairly, safe to open, readable in whatever form it comes back."""

from __future__ import annotations

import json

import numpy as np
import openpyxl
import pyarrow as pa
import pytest

from convcat.exceptions import InputError, OutputError
from convcat.insight.accumulate import learn
from convcat.insight.audit import audit_sample
from convcat.insight.checks import is_filled, read_audit
from convcat.insight.distribution import distribution
from convcat.insight.drawing import draw
from convcat.taxonomy import Taxonomy

NEEDS = ["wismo", "sizing", "returns", "other"]


def tagged(n=200, **columns):
    p = np.random.default_rng(0).beta(0.4, 2, (n, len(NEEDS)))
    return pa.table(
        {
            "id": [f"c{i}" for i in range(n)],
            "text": [f"Where is parcel {i}?" for i in range(n)],
            "needs": [[NEEDS[j] for j in np.flatnonzero(row > 0.5)] for row in p],
            **{f"p_{need}": p[:, j] for j, need in enumerate(NEEDS)},
            "needs_status": ["ok"] * n,
            **columns,
        }
    )


class TestDrawing:
    """One sample for all needs, each conversation with the same known chance."""

    def test_columns_and_chances(self):
        """What a reader fills in and what the estimate needs."""
        sheet = audit_sample(tagged(), n=50)
        assert len(sheet.rows) == 50
        assert {row["inclusion_probability"] for row in sheet.rows} == {0.25}
        assert {row["audit_needs"] for row in sheet.rows} == {""}
        assert len({row["id"] for row in sheet.rows}) == 50
        assert "model_needs" not in sheet.rows[0]
        assert "model_needs" in audit_sample(tagged(), show_tags=True).rows[0]

    def test_seed_decides(self):
        """The same seed, the same sheet; another, another."""
        assert audit_sample(tagged(), seed=3).rows == audit_sample(tagged(), seed=3).rows
        assert audit_sample(tagged(), seed=3).rows != audit_sample(tagged(), seed=4).rows

    def test_everyone_can_be_drawn_equally_often(self):
        """Over many seeds each of 60 comes up about n/N of the time."""
        p = np.random.default_rng(1).random((60, 3))
        counts = np.zeros(60)
        for seed in range(1500):
            rows = draw(p, 15, np.random.default_rng(seed))
            assert len(set(rows)) == 15
            counts[rows] += 1
        assert np.abs(counts / 1500 - 0.25).max() < 0.06

    def test_kinds_get_their_part(self):
        """A fifth reviews in the table, a fifth reviews in the sheet."""
        table = tagged(kind=["review"] * 40 + ["support"] * 160)
        drawn = [row["stratum"] for row in audit_sample(table, n=50).rows]
        assert drawn.count("review") == 10

    def test_only_read_rows_and_no_more_than_there_are(self):
        """Rows that were not read are never drawn; a small table is drawn whole; none is no error."""
        table = tagged(10, needs_status=["ok"] * 4 + ["empty"] * 6)
        assert {row["id"] for row in audit_sample(table, n=50).rows} == {"c0", "c1", "c2", "c3"}
        assert audit_sample(table.slice(4)).rows == ()
        with pytest.raises(InputError, match="at least 1"):
            audit_sample(table, n=0)
        with pytest.raises(InputError, match="no column 'text'"):
            audit_sample(table.drop_columns(["text"]))

    def test_personal_data_is_masked_unless_asked(self):
        """An address in the text does not reach the sheet."""
        table = tagged(1, text=["write to jo.doe@example.com please"])
        assert "jo.doe@example.com" not in audit_sample(table).rows[0]["text"]
        assert "jo.doe@example.com" in audit_sample(table, mask=False).rows[0]["text"]

    def test_ids_that_are_missing_or_double_become_row_numbers(self):
        """Every conversation can be told apart."""
        table = tagged(3, id=["a", "a", None])
        assert {row["id"] for row in audit_sample(table).rows} == {"row 1", "row 2", "row 3"}


class TestFiles:
    """Out to a person and back."""

    def fill(self, path, cells):
        book = openpyxl.load_workbook(path)
        sheet = book["Audit"]
        header = [cell.value for cell in sheet[2]]
        for (row, name), value in cells.items():
            sheet.cell(row + 3, header.index(name) + 1, value)
        book.save(path)

    def test_workbook_comes_back(self, tmp_path):
        """Drop-downs and typed ids count alike; blank rows are unfinished."""
        path = tmp_path / "audit.xlsx"
        sheet = audit_sample(tagged(), n=6)
        sheet.write_xlsx(path)
        self.fill(path, {(0, "need 1"): "wismo", (0, "need 2"): "sizing",
                         (1, "audit_needs"): "Returns; wismo", (2, "need 1"): "none"})  # fmt: skip
        found = read_audit(path)
        assert found.unfinished == 3
        assert found.ids == tuple(row["id"] for row in sheet.rows[:3])
        assert found.answers == (({"wismo", "sizing"},), ({"returns", "wismo"},), (set(),))
        assert found.probabilities[0] == pytest.approx(0.03)

    def test_workbook_has_rules_help_and_the_same_bytes(self, tmp_path):
        """Codebook on the second page, a drop-down on the first, twice the same file."""
        for name in ("a", "b"):
            audit_sample(tagged(), n=5).write_xlsx(tmp_path / f"{name}.xlsx")
        assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        assert [book["Codebook"].cell(i, 1).value for i in range(2, 7)] == [*NEEDS, "none"]
        assert len(book["Audit"].data_validations.dataValidation) == 1

    def test_nothing_in_the_workbook_or_csv_can_run(self, tmp_path):
        """A text that begins like a formula stays text."""
        sheet = audit_sample(tagged(2, text=["=1+1", '@SUM(A1)+cmd|"/c calc"']))
        sheet.write_xlsx(tmp_path / "a.xlsx")
        cells = [
            cell for row in openpyxl.load_workbook(tmp_path / "a.xlsx")["Audit"] for cell in row
        ]
        assert all(cell.data_type != "f" for cell in cells)
        assert "=1+1" in [cell.value for cell in cells]
        sheet.write_csv(tmp_path / "a.csv")
        lines = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
        assert not any(cell[:1] in "=@" for line in lines for cell in line.split(",") if cell)

    def test_csv_comes_back_with_semicolons_of_a_spreadsheet(self, tmp_path):
        """Saved by a spreadsheet with ; between cells, as in much of Europe."""
        path = tmp_path / "audit.csv"
        path.write_text('id;text;audit_needs\nc1;hello;"wismo;sizing"\nc2;x;\n', encoding="cp1252")
        found = read_audit(path)
        assert found.answers == (({"wismo", "sizing"},),)
        assert found.unfinished == 1

    def test_label_studio_tasks(self, tmp_path):
        """One task per conversation, with its id and chance."""
        audit_sample(tagged(), n=4).write_label_studio(tmp_path / "tasks.json")
        tasks = json.loads((tmp_path / "tasks.json").read_text())
        assert len(tasks) == 4
        assert set(tasks[0]["data"]) == {
            "id", "text", "inclusion_probability", "stratum", "fingerprint",
        }  # fmt: skip

    def test_unwritable_and_unreadable_are_one_sentence(self, tmp_path):
        """No traceback of another library."""
        for write in ("write_xlsx", "write_csv", "write_label_studio"):
            with pytest.raises(OutputError, match="Cannot write"):
                getattr(audit_sample(tagged()), write)(tmp_path / "no" / "where")
        (tmp_path / "bad.xlsx").write_text("not a workbook")
        with pytest.raises(InputError, match="not an XLSX"):
            read_audit(tmp_path / "bad.xlsx")
        with pytest.raises(InputError, match="no file"):
            read_audit(tmp_path / "none.csv")


class TestReading:
    """Answers of people."""

    def read(self, *answers, **columns):
        ids = columns.pop("id", [f"c{i}" for i in range(len(answers))])
        return read_audit(pa.table({"id": ids, "audit_needs": list(answers), **columns}))

    def test_names_lists_and_skips(self):
        """Names of the codebook, any case, lists; ? and skip are not answers."""
        found = self.read("Size and fit", "WISMO , returns", "?", "skip", "none", None)
        assert found.answers == (({"sizing"},), ({"wismo", "returns"},), (set(),))
        assert found.unfinished == 3
        lists = read_audit(pa.table({"id": ["a", "b"], "audit_needs": [["wismo"], []]}))
        assert lists.answers == (({"wismo"},), (set(),))

    def test_several_readers(self):
        """Two readers of one conversation: shares of one half, and how well they agree."""
        found = self.read("wismo", "wismo;sizing", "none", id=["a", "a", "b"])
        assert found.ids == ("a", "b")
        assert found.share_of("sizing").tolist() == [0.5, 0.0]
        assert found.share_of("none").tolist() == [0.0, 1.0]
        assert found.agreement == 0.5
        assert found.table["audit_needs"].to_pylist() == ["wismo", "none"]
        assert self.read("wismo").agreement is None

    def test_a_wrong_answer_names_its_row_and_never_a_text(self):
        """Row and nearest id; a pasted sentence is not repeated."""
        with pytest.raises(InputError, match=r"Row 2 of the audit: 'sizng'.*Did you mean 'sizing'"):
            self.read("wismo", "sizng")
        with pytest.raises(InputError) as error:
            self.read("My name is Jo Doe and my parcel is lost")
        assert "Jo" not in str(error.value)

    def test_columns_must_be_there(self):
        """Which one is missing is said."""
        with pytest.raises(InputError, match="no column 'audit_needs'"):
            read_audit(pa.table({"id": ["a"]}))
        with pytest.raises(InputError, match="no column 'id'"):
            read_audit(pa.table({"audit_needs": ["wismo"]}))


class TestOddSheets:
    """What spreadsheet programs and readers make of a sheet: taken, or one sentence."""

    def filled(self, path, *, join=";", write=str, name=str, encoding="utf-8", separator=","):
        """Write a sheet with two needs, none and a skipped row, in a manner of somebody's own."""
        lines = [[name(n) for n in ("id", "text", "audit_needs")]]
        for i, needs in enumerate((["wismo", "returns"], ["none"], ["unsure"], ["sizing"])):
            lines.append([f"c{i}", "words", join.join(map(write, needs))])
        quoted = (separator.join(f'"{cell}"' for cell in line) for line in lines)
        path.write_bytes("\r\n".join(quoted).encode(encoding))
        return path

    def answers(self, path):
        read = read_audit(path, NEEDS)
        assert read.unfinished == 1
        return [sorted(readers[0]) for readers in read.answers]

    @pytest.mark.parametrize(
        "manner",
        [
            {"separator": ";"},
            {"separator": "\t", "encoding": "utf-16"},
            {"encoding": "utf-8-sig"},
            {"encoding": "cp1252"},
            {"join": " / "},
            {"join": " and "},
            {"join": " + "},
            {"join": ", "},
            {"join": "\n"},
            {"join": " "},
            {"write": str.upper},
            {"write": lambda need: f" {need}. "},
            {"write": {n.id: n.name for n in Taxonomy.load().needs}.get, "join": ", "},
            {"name": lambda name: name.replace("_", " ").upper()},
        ],
    )
    def test_every_manner_of_writing_says_the_same(self, tmp_path, manner):
        """Separators, encodings, joins, capitals, names in place of ids."""
        if callable(manner.get("write")) and manner.get("join") == ", ":
            names = manner["write"]
            manner = manner | {"write": lambda need: names(need) or need}
        found = self.answers(self.filled(tmp_path / "sheet.csv", **manner))
        assert found == [["returns", "wismo"], [], ["sizing"]]

    def test_a_name_with_a_comma_is_one_answer(self):
        """The codebook's names may hold what else parts two answers."""
        name = next(n for n in Taxonomy.load().needs if "," in n.name)
        sheet = pa.table({"id": ["a"], "audit_needs": [f"{name.name}, {NEEDS[0]}"]})
        assert read_audit(sheet).answers == ((frozenset({name.id, NEEDS[0]}),),)

    def test_a_second_readers_column_is_not_lost(self):
        """Two columns of answers are two readers."""
        sheet = pa.table({"id": ["a"], "audit_needs": ["wismo"], "audit_needs 2": ["sizing"]})
        assert read_audit(sheet, NEEDS).agreement == 0
        noted = pa.table({"id": ["a"], "audit_needs": ["wismo"], "Audit needs comment": ["odd"]})
        assert len(read_audit(noted, NEEDS).answers[0]) == 1

    def test_all_faults_are_told_at_once_by_the_spreadsheets_rows(self, tmp_path):
        """A sheet is mended in one go, not a fault at a time."""
        sheet = audit_sample(tagged(), n=6)
        sheet.write_xlsx(tmp_path / "sheet.xlsx")
        book = openpyxl.load_workbook(tmp_path / "sheet.xlsx")
        page = book["Audit"]
        column = [cell.value for cell in page[2]].index("audit_needs") + 1
        for row, words in ((3, "wismo"), (5, "wismoo"), (6, "none; wismo"), (8, "she is cross")):
            page.cell(row, column, words)
        book.save(tmp_path / "sheet.xlsx")
        with pytest.raises(InputError, match=r"Row 5 .*mean 'wismo'.* Rows 6, 8 ") as told:
            read_audit(tmp_path / "sheet.xlsx", NEEDS)
        assert "cross" not in str(told.value)

    def test_ids_that_a_spreadsheet_marks_or_rounds(self, tmp_path):
        """Marked ids find their rows again; rounded ones are told."""
        table = tagged(20, id=pa.array([f"-{i}x" for i in range(20)]))
        audit_sample(table, n=5).write_csv(tmp_path / "sheet.csv")
        text = (tmp_path / "sheet.csv").read_text(encoding="utf-8-sig")
        (tmp_path / "sheet.csv").write_text(text.replace("?,,", "?,none,"), encoding="utf-8")
        assert distribution(table, audit=tmp_path / "sheet.csv").checked.unmatched == 0
        with pytest.raises(InputError, match="rounded the ids"):
            read_audit(pa.table({"id": ["1.23E+11"], "audit_needs": ["none"]}))

    def test_what_cannot_be_read_is_told_and_never_written_over(self, tmp_path):
        """Another format, a folder, a password: one sentence, and it counts as somebody's work."""
        (tmp_path / "sheet.ods").write_bytes(b"PK")
        with pytest.raises(InputError, match="save the filled sheet as"):
            read_audit(tmp_path / "sheet.ods")
        with pytest.raises(InputError, match="is a folder"):
            read_audit(tmp_path)
        (tmp_path / "audit.xlsx").write_bytes(b"locked")
        assert is_filled(tmp_path / "audit.xlsx")
        audit_sample(tagged(), n=3).write_xlsx(tmp_path / "blank.xlsx")
        assert not is_filled(tmp_path / "blank.xlsx")


class TestSheetsOfOtherDumps:
    """Plain ids are in every dump; the words tell whose sheet it is."""

    def filled(self, **columns):
        sheet = audit_sample(tagged(**columns), n=20).table
        place = sheet.column_names.index("audit_needs")
        return sheet.set_column(place, "audit_needs", pa.array(["wismo"] * len(sheet)))

    def test_the_same_ids_and_other_words_are_refused(self):
        """One sentence, from whatever uses the sheet."""
        other = tagged(text=[f"The coat {i} is too small" for i in range(200)])
        for use in (
            lambda: distribution(other, audit=self.filled()),
            lambda: learn(other, self.filled()),
        ):
            with pytest.raises(InputError, match="of another dump: 20 of its 20") as refused:
                use()
            assert "\n" not in str(refused.value)

    def test_its_own_dump_is_taken_however_it_is_written(self):
        """Masked texts, other spaces, a conversation that went on."""
        texts = [f"Where is parcel  {i}?\r\n" for i in range(200)]
        texts[:5] = ["Any news?"] * 5
        assert distribution(tagged(text=texts), audit=self.filled()).rows
        secret = [f"Where is parcel {i}? Call +44 7700 900123" for i in range(200)]
        hidden = [f"Where is parcel {i}? Call <phone>" for i in range(200)]
        assert distribution(tagged(text=hidden), audit=self.filled(text=secret)).rows

    def test_tables_and_sheets_without_words_are_taken(self):
        """What cannot be told is not refused."""
        assert distribution(tagged().drop_columns(["text"]), audit=self.filled()).rows
        bare = self.filled().select(["id", "audit_needs"])
        assert distribution(tagged(text=["x"] * 200), audit=bare).rows

    def test_it_comes_back_from_files(self, tmp_path):
        """The workbook that is filled in bears the fingerprints, out of sight."""
        path = tmp_path / "a.xlsx"
        audit_sample(tagged(), n=20).write_xlsx(path)
        book = openpyxl.load_workbook(path)
        header = [cell.value for cell in book["Audit"][2]]
        for row in range(3, 23):
            book["Audit"].cell(row, header.index("audit_needs") + 1).value = "wismo"
        book.save(path)
        assert all(one and one[0] == "t" for one in read_audit(path, NEEDS).fingerprints)
        with pytest.raises(InputError, match="of another dump"):
            distribution(tagged(text=["Too small"] * 200), audit=path)
