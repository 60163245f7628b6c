"""label_file(): any format in, three out, equal to label(), and safe to stop at any moment."""

from __future__ import annotations

import csv
import json
import subprocess
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convcat import frames, label_file, label_files, labelling
from convcat.exceptions import ConvcatError, InputError, OutputError
from convcat.labelling import label
from convcat.tagged import Tagged, columns_for

TEXTS = ["Where is my parcel, has it been dispatched?", "", "Far too small, I take a 12",
         'He said "no",\nand hung up; twice', "@yourshop still no reply from you", "Thanks, lovely"]  # fmt: skip
FRAME = pd.DataFrame(
    {"id": [f"r{i}" for i in range(60)], "message": TEXTS * 10, "city": ["Ely"] * 60}
)


def write(path):
    if path.suffix == ".csv":
        FRAME.to_csv(path, index=False)
    elif path.suffix == ".jsonl":
        FRAME.to_json(path, orient="records", lines=True)
    elif path.suffix == ".parquet":
        FRAME.to_parquet(path, index=False)
    else:
        FRAME.to_excel(path, index=False)
    return path


@pytest.fixture(params=["csv", "jsonl", "parquet", "xlsx"])
def source(request, tmp_path):
    """The same rows in each format that can be read."""
    return write(tmp_path / f"dump.{request.param}")


@pytest.fixture
def dump(tmp_path):
    return write(tmp_path / "dump.csv")


@pytest.fixture
def small_parts(monkeypatch):
    """Sixty rows in four parts."""
    monkeypatch.setattr(label_files, "_ROWS", 16)


@pytest.fixture(scope="module")
def expected(tiny_model):
    table = label(pa.Table.from_pandas(FRAME, preserve_index=False), "message", tiny_model)
    return table.to_pylist()


def near(rows, expected):
    """Compare what matters: CSV knows no null beside the empty text."""
    assert len(rows) == len(expected)
    for row, wanted in zip(rows, expected, strict=True):
        assert {k: v or None for k, v in row.items() if k != "needs"} == {
            k: v or None for k, v in wanted.items() if k != "needs"
        }
        assert (row["needs"] or []) == (wanted["needs"] or [])


class TestFormats:
    def test_to_parquet(self, source, tmp_path, tiny_model, expected):
        """Equal to label(), with what is known of the model in the schema."""
        done = label_file(source, tmp_path / "out.parquet", text="message", model=tiny_model)
        table = pq.read_table(done.target)
        near(table.to_pylist(), expected)
        assert frames.metadata_of(table) == tiny_model.metadata()
        assert table.column_names == [*FRAME.columns, *columns_for(tiny_model.needs_)]
        assert (done.rows, done.resumed) == (60, 0)
        assert done.statuses == {"empty": 10, "ok": 50}
        assert Tagged.of(done.target).ok.sum() == 50

    def test_to_json_lines(self, source, tmp_path, tiny_model, expected):
        """A row per line, needs as lists, the model's note beside it."""
        done = label_file(source, tmp_path / "out.jsonl", text="message", model=tiny_model)
        rows = [json.loads(line) for line in done.target.read_text("utf-8").splitlines()]
        near(rows, expected)
        note = json.loads((tmp_path / "out.jsonl.convcat.json").read_text())
        assert note == tiny_model.metadata()

    def test_to_csv(self, source, tmp_path, tiny_model, expected):
        """Needs joined by semicolons; a cell that a spreadsheet would run is disarmed."""
        done = label_file(source, tmp_path / "out.csv", text="message", model=tiny_model)
        with done.target.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert rows[4]["message"] == "'@yourshop still no reply from you"
        for row in rows:
            row["message"] = row["message"].removeprefix("'")
            row["needs"] = [need for need in row["needs"].split(";") if need]
            row |= {k: float(v) if v else None for k, v in row.items() if k.startswith("p_")}
        near(rows, expected)
        assert (tmp_path / "out.csv.convcat.json").is_file()
        assert Tagged.of(pd.read_csv(done.target)).needs == tiny_model.needs_

    def test_the_column_is_found(self, dump, tmp_path, tiny_model):
        """Without being named."""
        done = label_file(dump, tmp_path / "out.parquet", model=tiny_model)
        assert done.statuses == {"empty": 10, "ok": 50}

    def test_a_frame_is_a_source_too(self, tmp_path, tiny_model, expected):
        """And columns keep their types."""
        frame = FRAME.assign(rating=1.5, day=pd.Timestamp("2026-01-02"))
        done = label_file(frame, tmp_path / "out.jsonl", text="message", model=tiny_model)
        row = json.loads(done.target.read_text("utf-8").splitlines()[0])
        assert (row["rating"], row["day"][:10]) == (1.5, "2026-01-02")
        assert row["p_wismo"] == expected[0]["p_wismo"]

    def test_a_number_that_is_not_finite_is_null_in_json(self, tmp_path, tiny_model):
        """NaN is no JSON."""
        table = pa.table({"message": ["too small"], "x": [float("nan")], "y": [float("inf")]})
        pq.write_table(table, tmp_path / "d.parquet")
        done = label_file(
            tmp_path / "d.parquet", tmp_path / "o.jsonl", text="message", model=tiny_model
        )
        row = json.loads(done.target.read_text(), parse_constant=pytest.fail)
        assert row["x"] is row["y"] is None

    @pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
    def test_a_source_without_a_row(self, tmp_path, tiny_model, suffix):
        """A header is a table all the same."""
        (tmp_path / "dump.csv").write_text("id,message\n")
        target = tmp_path / f"out{suffix}"
        done = label_file(tmp_path / "dump.csv", target, text="message", model=tiny_model)
        assert (done.rows, done.statuses) == (0, {})
        names = ["id", "message", *columns_for(tiny_model.needs_)]
        if suffix == ".parquet":
            assert pq.read_table(target).column_names == names
            assert Tagged.of(target).needs == tiny_model.needs_
        elif suffix == ".csv":
            assert target.read_text().strip() == ",".join(names)
        else:
            assert target.read_text() == ""

    def test_it_says_what_it_did(self, dump, tmp_path, tiny_model):
        """On the way, and in one line at the end."""
        said = []
        done = label_file(
            dump, tmp_path / "o.csv", text="message", model=tiny_model, say=said.append
        )
        assert "tagged 60 rows" in said
        assert "60 rows (10 empty, 50 ok)" in str(done)


@pytest.mark.usefixtures("small_parts")
class TestStopping:
    def run(self, dump, target, model, **options):
        return label_file(dump, target, text="message", model=model, **options)

    @pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
    @pytest.mark.parametrize("after", [0, 1, 3])
    def test_stopped_and_run_again_the_bytes_are_the_same(
        self, dump, tmp_path, tiny_model, monkeypatch, suffix, after
    ):
        """Whatever was done is not done again."""
        whole = self.run(dump, tmp_path / f"whole{suffix}", tiny_model).target.read_bytes()
        target, calls = tmp_path / f"out{suffix}", []
        real = labelling.tag_table

        def stops(*given, **options):
            calls.append(1)
            if len(calls) > after:
                raise KeyboardInterrupt
            return real(*given, **options)

        monkeypatch.setattr(labelling, "tag_table", stops)
        with pytest.raises(KeyboardInterrupt):
            self.run(dump, target, tiny_model)
        assert not target.exists()
        monkeypatch.setattr(labelling, "tag_table", real)
        done = self.run(dump, target, tiny_model)
        assert done.resumed == 16 * after
        assert done.rows == 60
        assert target.read_bytes() == whole
        assert ("tagged before" in str(done)) == (after > 0)

    def test_nothing_is_left_beside_the_target(self, dump, tmp_path, tiny_model):
        """Parts, lock and manifest go with the work."""
        self.run(dump, tmp_path / "out" / "t.parquet", tiny_model)
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["t.parquet"]

    def stop_in_the_middle(self, dump, target, model, monkeypatch):
        with monkeypatch.context() as patch:
            real, calls = labelling.tag_table, []

            def stops(*given, **options):
                calls.append(1)
                if len(calls) == 3:
                    raise MemoryError
                return real(*given, **options)

            patch.setattr(labelling, "tag_table", stops)
            with pytest.raises(MemoryError):
                self.run(dump, target, model)
        return target.with_name(f".{target.name}.parts")

    def test_a_changed_input_is_noticed(self, dump, tmp_path, tiny_model, monkeypatch):
        """The work starts anew, and says so."""
        target, said = tmp_path / "out.csv", []
        self.stop_in_the_middle(dump, target, tiny_model, monkeypatch)
        dump.write_text(dump.read_text().replace("Ely", "Bath"))
        done = self.run(dump, target, tiny_model, say=said.append)
        assert done.resumed == 0
        assert any("changed since the last run" in line for line in said)
        assert "Ely" not in target.read_text()

    def test_a_changed_model_is_noticed(self, dump, tmp_path, tiny_model, monkeypatch):
        """Two models never share a file."""
        from dataclasses import replace

        target = tmp_path / "out.parquet"
        self.stop_in_the_middle(dump, target, tiny_model, monkeypatch)
        other = replace(tiny_model, thresholds=tiny_model.thresholds * 0 + 1)
        assert self.run(dump, target, other).resumed == 0
        assert not any(pq.read_table(target)["needs"].to_pylist())

    @pytest.mark.parametrize("damage", [b"", b"PAR1 half a par"])
    def test_a_part_that_was_not_written_whole_is_done_again(
        self, dump, tmp_path, tiny_model, monkeypatch, damage
    ):
        """As after a power cut."""
        target = tmp_path / "out.parquet"
        folder = self.stop_in_the_middle(dump, target, tiny_model, monkeypatch)
        next(folder.rglob("part-000001.parquet")).write_bytes(damage)
        done = self.run(dump, target, tiny_model)
        assert (done.rows, done.resumed) == (60, 16)
        whole = self.run(dump, tmp_path / "whole.parquet", tiny_model).target
        assert target.read_bytes() == whole.read_bytes()

    def test_a_manifest_that_was_not_written_whole(self, dump, tmp_path, tiny_model, monkeypatch):
        """Then nothing is trusted."""
        target = tmp_path / "out.parquet"
        folder = self.stop_in_the_middle(dump, target, tiny_model, monkeypatch)
        (folder / "manifest.json").write_text('{"inp')
        assert self.run(dump, target, tiny_model).resumed == 0

    def test_an_earlier_target_stays_until_the_new_one_is_whole(
        self, dump, tmp_path, tiny_model, monkeypatch
    ):
        """A failure costs nothing that was there."""
        target = tmp_path / "out.csv"
        target.write_text("earlier")
        self.stop_in_the_middle(dump, target, tiny_model, monkeypatch)
        assert target.read_text() == "earlier"
        self.run(dump, target, tiny_model)
        assert target.read_text() != "earlier"

    def test_a_failure_while_writing_leaves_no_half_target(
        self, dump, tmp_path, tiny_model, monkeypatch
    ):
        """A full disk: one sentence, and the parts wait for the next run."""
        target = tmp_path / "out.csv"

        def full(*_):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr("convcat.safety.spreadsheet_safe", full)
            with pytest.raises(OutputError, match="No space left on device"):
                self.run(dump, target, tiny_model)
        assert not target.exists()
        assert not list(tmp_path.glob(".out.csv.partial"))
        assert self.run(dump, target, tiny_model).resumed == 60

    def test_a_second_run_at_once_is_refused(self, dump, tmp_path, tiny_folder):
        """Two runs never write one target; the first is not disturbed."""
        pytest.importorskip("fcntl")
        target = tmp_path / "out.csv"
        code = (
            "import sys, convcat\n"
            "try:\n"
            "    convcat.label_file(sys.argv[1], sys.argv[2], text='message', model=sys.argv[3])\n"
            "except convcat.ConvcatError as error:\n"
            "    print(error)\n"
        )
        refusals = []

        def second(line):
            if line.startswith("tagged") and not refusals:
                command = [sys.executable, "-c", code, str(dump), str(target), str(tiny_folder)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                refusals.append(done.stdout)

        done = self.run(dump, target, tiny_folder, say=second)
        assert "Another run is writing" in refusals[0]
        assert done.rows == 60
        assert target.is_file()

    def test_workers_change_no_byte(self, dump, tmp_path, tiny_model, monkeypatch):
        """One process or two."""
        monkeypatch.setattr(labelling, "_WORTH_WORKERS", 2)
        monkeypatch.setattr(labelling, "_PART_ROWS", 3)
        one = self.run(dump, tmp_path / "one.parquet", tiny_model, n_jobs=1).target
        two = self.run(dump, tmp_path / "two.parquet", tiny_model, n_jobs=2).target
        assert one.read_bytes() == two.read_bytes()


class TestRefusals:
    @pytest.mark.parametrize("name", ["out.xls", "out", "out.txt", "out.parqet"])
    def test_a_format_that_is_not_written(self, dump, tmp_path, tiny_model, name):
        """The ones that are stand in the sentence."""
        with pytest.raises(OutputError, match=r"\.parquet, \.csv, \.jsonl"):
            label_file(dump, tmp_path / name, model=tiny_model)

    def test_its_own_source(self, dump, tiny_model):
        """Not even with the best intentions."""
        before = dump.read_bytes()
        with pytest.raises(OutputError, match="is what is read"):
            label_file(dump, dump.parent / "." / dump.name, model=tiny_model)
        assert dump.read_bytes() == before

    def test_a_folder_that_cannot_be_written(self, dump, tmp_path, tiny_model):
        """A file stands in the way."""
        (tmp_path / "taken").write_text("x")
        with pytest.raises(OutputError, match="Cannot write"):
            label_file(dump, tmp_path / "taken" / "out.csv", text="message", model=tiny_model)

    def test_columns(self, dump, tmp_path, tiny_model):
        """One that is not there; one that bears a name of ours."""
        with pytest.raises(InputError, match=r"no column 'mesage'.*Did you mean 'message'"):
            label_file(dump, tmp_path / "o.csv", text="mesage", model=tiny_model)
        FRAME.rename(columns={"city": "p_wismo"}).to_csv(dump, index=False)
        with pytest.raises(InputError, match=r"'p_wismo'.*--rename"):
            label_file(dump, tmp_path / "o.csv", text="message", model=tiny_model)
        done = label_file(dump, tmp_path / "o.csv", text="message", model=tiny_model, rename=True)
        assert "p_wismo_input" in done.target.read_text().splitlines()[0]

    def test_a_column_that_is_no_text(self, tmp_path, tiny_model):
        """As label() says it."""
        pq.write_table(pa.table({"message": [1, 2], "x": ["a", "b"]}), tmp_path / "d.parquet")
        with pytest.raises(InputError, match="Column 'message', row 0 holds int"):
            label_file(tmp_path / "d.parquet", tmp_path / "o.csv", text="message", model=tiny_model)

    @pytest.mark.parametrize("content", [None, b"", b"%PDF-1.4 hello", b"PAR1 and then nothing"])
    def test_sources_that_are_none(self, tmp_path, tiny_model, content):
        """Missing, empty, not a table, damaged; and nothing is left behind."""
        if content is not None:
            (tmp_path / "dump.csv").write_bytes(content)
        before = sorted(tmp_path.iterdir())
        with pytest.raises(ConvcatError):
            label_file(tmp_path / "dump.csv", tmp_path / "out.csv", model=tiny_model)
        assert sorted(tmp_path.iterdir()) == before
