"""What a new user does with files of their own, from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import convcat
from convcat import frames
from convcat.classifier import NeedClassifier
from convcat.cli import audit, commands, main
from convcat.cli.summary import lines
from convcat.conversations import read_conversations
from convcat.exceptions import InputError, OutputError
from convcat.insight import read_audit
from convcat.running import run
from convcat.tagged import Tagged
from convcat.taxonomy import Taxonomy

from .conftest import make_table


@pytest.fixture(scope="module")
def table():
    return make_table(120)


@pytest.fixture(scope="module")
def dump(tmp_path_factory):
    path = tmp_path_factory.mktemp("dump") / "support.csv"
    rows = [
        (i, "Where is my parcel, please?" if i % 2 else "The boots are too small.", "mail")
        for i in range(40)
    ]
    pd.DataFrame(rows, columns=["ticket", "message", "channel"]).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def shoes():
    """A model of a taxonomy that is the user's own."""
    plain = Taxonomy.load().model_dump(mode="json")
    plain["id"] = "shoes"
    for need in plain["needs"]:
        if need["id"] == "sizing":
            need |= {"id": "fit", "name": "Fit of the <shoe>", "closes": "a foot to measure by"}
    rules = Taxonomy.from_dict(plain)
    texts = [f"Where is parcel {i}?" for i in range(20)]
    texts += [f"The boots are too small, pair {i}." for i in range(20)]
    needs = [["wismo"]] * 20 + [["fit"]] * 20
    return NeedClassifier(taxonomy=rules, folds=2).fit(texts, needs).model_


def fill(sheet: Path, answer: str) -> None:
    book = openpyxl.load_workbook(sheet)
    page = book.worksheets[0]
    at = {cell.value: cell.column for cell in page[2]}
    for row in range(3, page.max_row + 1):
        page.cell(row, at["audit_needs"], answer)
    book.save(sheet)


class TestOwnTaxonomy:
    """A taxonomy of the user's own goes all the way: model, run, audit, page."""

    def test_its_words_stand_on_the_page_and_in_the_sheet(self, dump, shoes, tmp_path):
        """Names and remedies come from the model's taxonomy, not from the built-in one."""
        run(dump, out=tmp_path / "out", model=shoes, n_jobs=1)
        page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
        assert "Fit of the &lt;shoe&gt;" in page
        assert "a foot to measure by" in page
        codebook = openpyxl.load_workbook(tmp_path / "out" / "audit.xlsx").worksheets[1]
        assert "Fit of the <shoe>" in [row[1] for row in codebook.iter_rows(values_only=True)]

    def test_its_needs_are_answers(self, dump, shoes, tmp_path):
        """A sheet filled with its ids is read by the next run."""
        run(dump, out=tmp_path / "out", model=shoes, n_jobs=1)
        fill(tmp_path / "out" / "audit.xlsx", "fit")
        sheet = tmp_path / "out" / "audit.xlsx"
        done = run(dump, out=tmp_path / "again", model=shoes, audit=sheet, n_jobs=1)
        assert done.findings["distribution"].checked.n == 40

    def test_travels_with_the_table(self, shoes):
        """The table tells its own rules; those of the built-in taxonomy need no telling."""
        tagged = Tagged.of(convcat.label(pa.table({"text": ["too small"]}), model=shoes))
        assert tagged.taxonomy["fit"].name == "Fit of the <shoe>"
        assert Tagged.of(make_table(3)).taxonomy == Taxonomy.load()

    def test_damaged_rules_are_left_aside(self, table):
        """A table whose rules were tampered with is still read."""
        odd = frames.with_metadata(table, {"rules": {"id": 5}})
        assert Tagged.of(odd).taxonomy == Taxonomy.load()


class TestFilledSheet:
    """The work of a person is never written over."""

    def test_a_run_leaves_a_filled_sheet(self, dump, tmp_path):
        """The sheet that was filled in the folder of a run is there after the next run."""
        sheet = tmp_path / "out" / "audit.xlsx"
        run(dump, out=tmp_path / "out", n_jobs=1)
        first = sheet.read_bytes()
        run(dump, out=tmp_path / "out", n_jobs=1)
        assert sheet.read_bytes() == first
        fill(sheet, "wismo")
        filled = sheet.read_bytes()
        done = run(dump, out=tmp_path / "out", audit=sheet, n_jobs=1)
        assert sheet.read_bytes() == filled
        assert any("holds answers" in line for line in done.warnings)
        told = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
        assert told["warnings"] == list(done.warnings)

    def test_may_stand_behind_notes(self, table, tmp_path):
        """A page put in front of the sheet does not hide it."""
        path = tmp_path / "sheet.xlsx"
        convcat.audit_sample(table, n=5).write_xlsx(path)
        fill(path, "none")
        book = openpyxl.load_workbook(path)
        book.create_sheet("Notes", 0).append(["id of the reader", "Ada"])
        book.save(path)
        assert len(read_audit(path)) == 5

    def test_none_and_a_need_contradict(self):
        """An answer that says both is refused, not guessed at."""
        with pytest.raises(InputError, match="says 'none' and a need"):
            read_audit(pd.DataFrame({"id": ["a"], "audit_needs": ["wismo; none"]}))

    def test_refuses_a_negative_seed(self, table):
        """A seed below zero is one sentence."""
        with pytest.raises(InputError, match="from 0 on, not -1"):
            convcat.audit_sample(table, seed=-1)


class TestFrames:
    """Tables as people have them."""

    @pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
    def test_a_page_compares_with_a_frame(self, table, kind):
        """The earlier table may be a frame of any kind."""
        frame = frames.from_arrow(table, kind)
        assert convcat.report(frame, previous=frame).parts[0].changes

    @pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%SZ", "%Y-%m-%d"])
    def test_times_may_be_text(self, table, form):
        """Moments that came as text from a CSV are months as well."""
        frame = table.to_pandas()
        frame["time"] = frame["time"].dt.strftime(form)
        frame.loc[0, "time"] = ""
        assert convcat.report(frame).months == ("2026-03", "2026-04")
        assert len(convcat.distribution(frame, by="month").rows) > 30

    def test_other_text_is_no_time(self, table):
        """A page is written where the column time holds no dates."""
        frame = table.to_pandas().assign(time="some day")
        assert convcat.report(frame).months == ()

    def test_a_column_p_of_the_users_is_no_need(self, table):
        """Without metadata, needs are the columns that tagging wrote side by side."""
        frame = pl.from_arrow(table.replace_schema_metadata(None))
        frame = frame.select(pl.lit("n/a").alias("p_value"), pl.all())
        assert Tagged.of(frame).needs == Tagged.of(table).needs

    def test_infinite_numbers_are_no_slice(self, table):
        """A number without end stands in no slice."""
        frame = table.to_pandas().assign(carrier=float("inf"))
        assert {row["carrier"] for row in convcat.distribution(frame, by="carrier").rows} == {None}

    def test_text_as_views(self, table):
        """Arrow's views of text are text."""
        at = table.column_names.index("carrier")
        frame = table.set_column(at, "carrier", table["carrier"].cast(pa.string_view()))
        assert convcat.report(frame).months


class TestDumps:
    """Exports with a turn of their own."""

    def test_a_page_about_the_export_may_come_first(self, tmp_path):
        """The sheet that is read is the one that holds texts; the other is named."""
        book = openpyxl.Workbook()
        book.active.append(["Export of", "October"])
        page = book.create_sheet("Tickets")
        page.append(["Ticket", "Customer message"])
        for i in range(8):
            page.append([i, "Where is my parcel, it should be here by now?"])
        book.save(tmp_path / "two.xlsx")
        read = read_conversations(tmp_path / "two.xlsx")
        assert read.account.kept == 8
        assert any("'Tickets'" in line and "Sheet" in line for line in read.warnings)

    def test_one_link_for_all_is_no_id(self, tmp_path):
        """Reviews are no duplicates for a link that the export repeats."""
        rows = pd.DataFrame(
            {
                "Package Name": "a.b",
                "Reviewer Language": "en",
                "Review Submit Date and Time": "2026-03-01T10:00:00Z",
                "Star Rating": 2,
                "Review Title": "",
                "Review Text": [f"The app closes on step {i} of the checkout." for i in range(30)],
                "Review Link": "https://play.example/store",
            }
        )
        rows.to_csv(tmp_path / "play.csv", index=False)
        account = read_conversations(tmp_path / "play.csv").account
        assert (account.kept, account.duplicates) == (30, 0)


class TestCommands:
    """What the terminal says."""

    def test_nothing_read_is_said(self, tmp_path):
        """A dump of which nothing can be read ends with a sentence, not with an empty list."""
        (tmp_path / "d.csv").write_text("id,message\n1,\n2,\n", encoding="utf-8")
        told = list(lines(run(tmp_path / "d.csv", out=tmp_path / "out", n_jobs=1)))
        assert "None of them could be read, so nothing can be said of needs." in told
        assert not any("share that carries" in line or "No slice" in line for line in told)

    def test_no_workers_are_no_number(self):
        """Zero workers are refused in one sentence, whatever the size of the table."""
        with pytest.raises(InputError, match="not 0"):
            convcat.label(pa.table({"text": ["Where is it?"]}), n_jobs=0)

    def test_an_interrupt_is_one_sentence(self, monkeypatch, capsys):
        """Ctrl-C ends with a sentence and the exit code that shells expect."""

        def interrupted() -> None:
            raise SystemExit(130)  # what typer makes of it

        monkeypatch.setattr(commands, "app", interrupted)
        with pytest.raises(SystemExit) as end:
            main()
        assert end.value.code == 130
        assert "stopped" in capsys.readouterr().err

    def test_a_sheet_is_a_workbook_or_csv(self, table, tmp_path):
        """No workbook is written under the name of another format."""
        path = tmp_path / "tagged.parquet"
        pq.write_table(table, path)
        with pytest.raises(InputError, match=r"sheet\.ods: .* \.xlsx or \.csv"):
            audit.draw(path, out=tmp_path / "sheet.ods")
        assert not (tmp_path / "sheet.ods").exists()

    def test_says_why_a_workbook_cannot_be_written(self, table, tmp_path):
        """The reason of the system stands in the sentence, whoever writes the file."""
        with pytest.raises(OutputError, match="No such file or directory"):
            convcat.audit_sample(table, n=5).write_xlsx(tmp_path / "nowhere" / "a.xlsx")

    def test_a_folder_that_is_of_no_run_is_called_so(self, tmp_path):
        """A folder without a tagged table is not taken for a damaged file."""
        with pytest.raises(InputError, match=r"holds no tagged\.parquet"):
            convcat.distribution(tmp_path)


class TestTaggedFiles:
    """What one command wrote, the next one reads."""

    @pytest.mark.parametrize("name", ["t.parquet", "t.csv", "t.jsonl"])
    def test_findings_from_a_labelled_file(self, tmp_path: Path, name: str) -> None:
        """Whatever the format, the findings are the same, and know the model."""
        texts = [
            "=Where is my order?",
            "It is much too small for me",
            "",
            'Quoted "words",\nand lines',
        ]
        source = tmp_path / "texts.jsonl"
        source.write_text("".join(json.dumps({"text": t, "shop": "a"}) + "\n" for t in texts))
        convcat.label_file(source, tmp_path / name)
        found = convcat.distribution(tmp_path / name)
        told = convcat.distribution(convcat.label(pa.table({"text": texts})))
        assert found.rows == told.rows
        assert Tagged.of(tmp_path / name).column("text")[0] == texts[0]

    def test_a_damaged_sidecar_is_said(self, tmp_path: Path) -> None:
        """One sentence, with the file's name."""
        convcat.label_file(pa.table({"text": ["Where is it?"]}), tmp_path / "t.csv")
        (tmp_path / "t.csv.convcat.json").write_text("{")
        with pytest.raises(convcat.ConvcatError, match=r"t\.csv\.convcat\.json"):
            convcat.distribution(tmp_path / "t.csv")

    def test_the_report_has_a_table(self) -> None:
        """Like every result, of the kind that was given."""
        frame = pd.DataFrame({"text": ["Where is my order?", "too small for me"]})
        page = convcat.report(convcat.label(frame))
        assert isinstance(page.table, pd.DataFrame)
        assert {"need", "share", "low", "high", "tagged"} <= set(page.table.columns)
