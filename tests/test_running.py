"""run(): bounded, resumable at any moment to the same bytes, one at a time."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convcat import frames, pipeline, running
from convcat.exceptions import InputError, OutputError
from convcat.insight import audit_sample, changes, distribution, failures, trend
from convcat.running import FILES, run

WORDS = {
    "email": ["Where is my parcel, it was due on Monday", "No tracking for order 4711 yet, please look"],
    "chat": ["Far too small for a size 12, can I swap it", "Runs a size small, the sleeves are tight"],
    "phone": ["I paid twice and want one of them back", "Thanks, lovely, all fine with the scarf"],
}  # fmt: skip
ROWS = 420


def write_dump(path, rows=ROWS, seed=1):
    """Two months of messages; one channel complains of its own; a blank, and a second message of one conversation."""
    rng = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["conversation_id", "created_at", "channel", "product", "message"])
        for i in range(rows):
            channel = rng.choice(list(WORDS))
            text = f"{rng.choice(WORDS[channel])} {rng.choice('abcdefgh')} anna{i}@example.com"
            day = f"2026-0{3 + i * 2 // rows}-{1 + i * 28 // rows % 28:02d} 10:00:00"
            name = f"c{i if i != 7 else 6}"
            writer.writerow([name, day, channel, f"No {i % 4}", "" if i == 11 else text])
    return path


@pytest.fixture(scope="module")
def reader(tiny_model, tmp_path_factory):
    """The folder of a small model whose errors are not known."""
    model = replace(tiny_model, profile_={})
    return model.save(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def dump(tmp_path_factory):
    return write_dump(tmp_path_factory.mktemp("dump") / "march.csv")


@pytest.fixture(scope="module")
def whole(dump, reader, tmp_path_factory):
    """The folder of an undisturbed run in one part."""
    return run(dump, out=tmp_path_factory.mktemp("whole") / "out", model=reader, n_jobs=1).out


@pytest.fixture
def small_parts(monkeypatch):
    """Nine parts."""
    monkeypatch.setattr(pipeline, "ROWS", 50)
    monkeypatch.setattr(running, "ROWS", 50)


def same(one, other, but=()):
    assert sorted(p.name for p in one.iterdir()) == sorted(FILES)
    for name in FILES:
        if name not in but:
            assert (one / name).read_bytes() == (other / name).read_bytes(), name


def beside(out):
    return sorted(p.name for p in out.parent.iterdir() if p != out)


class TestBytes:
    @pytest.mark.parametrize("rows", [50, 13])
    def test_parts_do_not_show(self, dump, whole, reader, tmp_path, monkeypatch, rows):
        """However many rows a part holds, every file is the same to the byte."""
        monkeypatch.setattr(pipeline, "ROWS", rows)
        monkeypatch.setattr(running, "ROWS", rows)
        done = run(dump, out=tmp_path / "out", model=reader, n_jobs=1)
        same(done.out, whole)
        assert beside(done.out) == []

    @pytest.mark.usefixtures("small_parts")
    @pytest.mark.parametrize(("together", "many"), [(1, 1), (150, 1 << 40)])
    def test_workers_do_not_show(self, dump, whole, reader, tmp_path, monkeypatch, together, many):
        """One process or two, started early or late; parts one by one or several at once."""
        monkeypatch.setattr("convcat.tagged_parts._ROWS", together)
        monkeypatch.setattr(pipeline, "_MANY", many)
        same(run(dump, out=tmp_path / "out", model=reader, n_jobs=2).out, whole)

    def test_the_findings_are_those_of_the_table(self, whole):
        """What was added up part by part is what the table says as a whole."""
        tagged = pq.read_table(whole / "tagged.parquet")
        found = json.loads((whole / "findings.json").read_text("utf-8"))
        for name, result in {
            "distribution": distribution(tagged),
            "failures": failures(tagged),
            "changes": changes(tagged),
            "trend": trend(tagged),
        }.items():
            assert found[name] == json.loads(json.dumps(result.to_dict()))

    def test_the_audit_sheet_is_that_of_the_table(self, whole, dump, reader, tmp_path):
        """The same conversations are drawn, whatever the parts."""
        sheet = audit_sample(pq.read_table(whole / "tagged.parquet"), n=50, seed=0)
        sheet.write_xlsx(tmp_path / "sheet.xlsx")
        assert (tmp_path / "sheet.xlsx").read_bytes() == (whole / "audit.xlsx").read_bytes()

    def test_every_row_is_there_with_its_status(self, whole):
        """Also what was not read; the model's metadata travels with the table."""
        table = pq.read_table(whole / "tagged.parquet")
        status = table["needs_status"].to_pylist()
        assert len(status) == ROWS - 1  # two messages are of one conversation
        assert status.count("empty") == 1
        assert frames.metadata_of(table)["model"]["id"] == "tiny"


class TestText:
    @pytest.mark.usefixtures("small_parts")
    def test_masked(self, dump, whole, reader, tmp_path):
        """Only the texts differ; page and sheet mask what they show in any case."""
        out = run(dump, out=tmp_path / "out", model=reader, text="masked", n_jobs=1).out
        same(out, whole, but=("tagged.parquet", "run.json"))
        masked, plain = (pq.read_table(folder / "tagged.parquet") for folder in (out, whole))
        assert masked.column_names == plain.column_names
        assert "<email>" in masked["text"][0].as_py()
        assert masked.drop_columns(["text"]).equals(plain.drop_columns(["text"]))

    def test_none(self, dump, whole, reader, tmp_path):
        """No text at all, yet quotes on the page."""
        out = run(dump, out=tmp_path / "out", model=reader, text="none", n_jobs=1).out
        same(out, whole, but=("tagged.parquet", "run.json"))
        assert "text" not in pq.read_schema(out / "tagged.parquet").names


def stop_after(monkeypatch, parts: int, error=KeyboardInterrupt):
    """Let the tagging end after some parts; return a list that grows by each part tagged."""
    real, done = pipeline.tag_part, []

    def stops(*task):
        if len(done) == parts:
            raise error
        done.append(task[0])
        return real(*task)

    monkeypatch.setattr(pipeline, "tag_part", stops)
    return done


@pytest.mark.usefixtures("small_parts")
class TestStopping:
    @pytest.mark.parametrize("after", [0, 1, 8])
    def test_stopped_and_run_again(self, dump, whole, reader, tmp_path, monkeypatch, after):
        """It goes on where it was and ends with the same bytes, and says so."""
        out, said = tmp_path / "out", []
        with monkeypatch.context() as patch:
            stop_after(patch, after)
            with pytest.raises(KeyboardInterrupt):
                run(dump, out=out, model=reader, n_jobs=1)
        assert not out.exists()
        done = stop_after(monkeypatch, 99)
        run(dump, out=out, model=reader, n_jobs=1, say=said.append)
        assert len(done) == 9 - after
        assert any("went on" in line for line in said) == (after > 0)
        same(out, whole)
        assert beside(out) == []

    @pytest.mark.parametrize("stage", ["convcat.insight.failures", "convcat.reporting.report", "convcat.running.write_json"])  # fmt: skip
    def test_stopped_after_the_tagging(self, dump, whole, reader, tmp_path, monkeypatch, stage):
        """While finding, drawing the page, or writing: nothing is tagged twice."""
        out = tmp_path / "out"

        def stops(*_given, **_options):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(stage, stops)
            with pytest.raises(KeyboardInterrupt):
                run(dump, out=out, model=reader, n_jobs=1)
        assert not out.exists()
        done = stop_after(monkeypatch, 99)
        same(run(dump, out=out, model=reader, n_jobs=1).out, whole)
        assert not done

    def test_a_damaged_part_is_tagged_again(self, dump, whole, reader, tmp_path, monkeypatch):
        """As after a power cut."""
        out = tmp_path / "out"
        with monkeypatch.context() as patch:
            stop_after(patch, 4)
            with pytest.raises(KeyboardInterrupt):
                run(dump, out=out, model=reader, n_jobs=1)
        next(tmp_path.rglob("part-000002.arrow")).write_bytes(b"ARROW1 half")
        done = stop_after(monkeypatch, 99)
        same(run(dump, out=out, model=reader, n_jobs=1).out, whole)
        assert len(done) == 6

    def stopped(self, dump, out, model, monkeypatch, **options):
        with monkeypatch.context() as patch:
            stop_after(patch, 3)
            with pytest.raises(KeyboardInterrupt):
                run(dump, out=out, model=model, n_jobs=1, **options)

    def test_what_changed_is_said(self, reader, tiny_model, tmp_path, monkeypatch):
        """Another input, another model, another option: the work starts anew."""
        dump, out, said = write_dump(tmp_path / "d.csv"), tmp_path / "out", []
        self.stopped(dump, out, reader, monkeypatch)
        self.stopped(write_dump(dump, seed=2), out, reader, monkeypatch, say=said.append)
        other = replace(tiny_model, profile_={}, thresholds=tiny_model.thresholds / 2)
        self.stopped(dump, out, other, monkeypatch, say=said.append)
        self.stopped(dump, out, other, monkeypatch, say=said.append, stars=[2])
        done = stop_after(monkeypatch, 99)
        run(dump, out=out, model=other, n_jobs=1, stars=[2], level=0.9)
        news = [line for line in said if "changed since the last run" in line]
        assert [line.split(" changed")[0] for line in news] == [
            "the input",
            "the model",
            "an option",
        ]
        assert len(done) == 6  # a level is no matter of the parts

    def test_what_cannot_be_read_twice_starts_anew(self, dump, reader, tmp_path, monkeypatch):
        """And says so beforehand."""
        out, said = tmp_path / "out", []
        with monkeypatch.context() as patch:
            stop_after(patch, 3)
            with dump.open("rb") as stream, pytest.raises(KeyboardInterrupt):
                run(stream, out=out, model=reader, n_jobs=1, say=said.append)
        assert any("cannot be read twice" in line for line in said)
        done = stop_after(monkeypatch, 99)
        with dump.open("rb") as stream:
            run(stream, out=out, model=reader, n_jobs=1)
        assert len(done) == 9

    def test_a_full_disk_is_one_sentence(self, dump, whole, reader, tmp_path, monkeypatch):
        """And costs nothing that was done."""
        out = tmp_path / "out"
        with monkeypatch.context() as patch:
            stop_after(patch, 5, OSError(28, "No space left on device"))
            with pytest.raises(OutputError, match="No space left on device"):
                run(dump, out=out, model=reader, n_jobs=1)
        done = stop_after(monkeypatch, 99)
        same(run(dump, out=out, model=reader, n_jobs=1).out, whole)
        assert len(done) == 4

    def test_a_mistake_found_late_costs_no_tagging(
        self, dump, whole, reader, tmp_path, monkeypatch
    ):
        """The sheet of another dump: said, and the parts wait."""
        out = tmp_path / "out"
        sheet = pa.table({"id": ["of another dump"], "audit_needs": ["wismo"]})
        with pytest.raises(InputError, match="None of the 1 audited"):
            run(dump, out=out, model=reader, n_jobs=1, audit=sheet)
        done = stop_after(monkeypatch, 99)
        same(run(dump, out=out, model=reader, n_jobs=1).out, whole)
        assert not done

    def test_an_input_that_is_damaged_further_on_leaves_nothing(
        self, dump, reader, tmp_path, monkeypatch
    ):
        """Also where workers draw the rows: the sentence arrives."""

        def breaks(self):
            real = list(batches(self))
            yield from real[:4]
            raise InputError("march.csv is damaged.")

        batches = running_batches()
        monkeypatch.setattr("convcat.conversations.reading.Conversations.batches", breaks)
        for jobs in (1, 2):
            with pytest.raises(InputError, match="is damaged"):
                run(dump, out=tmp_path / "out", model=reader, n_jobs=jobs)
            assert list(tmp_path.iterdir()) == []


def running_batches():
    from convcat.conversations.reading import Conversations

    return Conversations.batches


class TestTwoAtOnce:
    def test_the_second_is_refused(self, dump, reader, tmp_path):
        """In one sentence; another folder is another matter."""
        pytest.importorskip("fcntl")
        seen = []

        def meanwhile(line):
            if line == "reading and tagging" and not seen:
                with pytest.raises(OutputError, match=r"Another run is writing .*; wait for it\.$"):
                    run(dump, out=tmp_path / "out", model=reader, n_jobs=1)
                seen.append(run(dump, out=tmp_path / "b", model=reader, n_jobs=1).out)

        done = run(dump, out=tmp_path / "out", model=reader, n_jobs=1, say=meanwhile)
        same(done.out, seen[0])


class TestFolders:
    def test_the_working_directory(self, dump, reader, tmp_path, monkeypatch):
        """A folder that has no name of its own."""
        (tmp_path / "here").mkdir()
        monkeypatch.chdir(tmp_path / "here")
        run(dump, out=".", model=reader, n_jobs=1)
        assert sorted(p.name for p in (tmp_path / "here").iterdir()) == sorted(FILES)
        assert beside(tmp_path / "here") == []

    @pytest.mark.usefixtures("small_parts")
    def test_workers_that_stand_elsewhere(self, dump, whole, reader, tmp_path, monkeypatch):
        """Relative paths mean the same to workers that are there from before."""
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            monkeypatch.chdir(tmp_path / name)
            run(dump, out="out", model=reader, n_jobs=2)
            same(tmp_path / name / "out", whole)

    def test_a_column_to_slice_by_is_missed_before_any_work(self, dump, reader, tmp_path):
        """With the nearest name."""
        with pytest.raises(InputError, match=r"chanel.*Did you mean 'channel'"):
            run(dump, out=tmp_path / "out", model=reader, by=["chanel"], n_jobs=1)
        assert list(tmp_path.iterdir()) == []

    def test_stars_of_mixed_kinds(self, dump, reader, tmp_path):
        """Stars that cannot be put in order are refused in one sentence."""
        with pytest.raises(InputError, match="stars must be"):
            run(dump, out=tmp_path / "out", model=reader, stars=[2, "3"])


@pytest.fixture(scope="module")
def shown(dump, reader, tmp_path_factory):
    """A run with the charts and tables one by one."""
    out = tmp_path_factory.mktemp("shown") / "out"
    return run(dump, out=out, model=reader, n_jobs=1, slides=True)


class TestSlides:
    def test_they_stand_in_their_folder(self, shown, whole):
        """All that is named in run.json; the rest of the run is as it is without them."""
        names = sorted(path.name for path in (shown.out / "slides").iterdir())
        assert names == sorted(shown.account["slides"])
        assert {
            "distribution-support.svg",
            "distribution-support.csv",
            "heat-support-channel.md",
        } <= set(names)
        for name in set(FILES) - {"run.json"}:
            assert (shown.out / name).read_bytes() == (whole / name).read_bytes(), name

    @pytest.mark.usefixtures("small_parts")
    def test_parts_do_not_show(self, dump, shown, reader, tmp_path):
        """Read in pieces, the same bytes."""
        other = run(dump, out=tmp_path / "out", model=reader, n_jobs=1, slides=True)
        assert other.account["slides"] == shown.account["slides"]
        for name in shown.account["slides"]:
            ours, theirs = (done.out / "slides" / name for done in (shown, other))
            assert ours.read_bytes() == theirs.read_bytes(), name

    def test_those_of_an_earlier_run_go(self, dump, reader, tmp_path):
        """A chart of other figures would mislead; what a person put there stays."""
        out = tmp_path / "out"
        (out / "slides").mkdir(parents=True)
        stale = {"slides": ["old.svg", "../keep.txt"]}
        (out / "run.json").write_text(json.dumps(stale), encoding="utf-8")
        for kept in ("slides/old.svg", "slides/mine.pptx", "keep.txt"):
            (out / kept).write_text("x", encoding="utf-8")
        run(dump, out=out, model=reader, n_jobs=1)
        assert [path.name for path in (out / "slides").iterdir()] == ["mine.pptx"]
        assert (out / "keep.txt").exists()


RUN = """
import sys
from convcat import pipeline, running
pipeline.ROWS = running.ROWS = 20
running.run(sys.argv[1], out=sys.argv[2], model=sys.argv[3], n_jobs=1)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system knows no SIGKILL")
class TestKilled:
    def test_killed_and_run_again(self, dump, whole, reader, tmp_path):
        """SIGKILL, twice, once some parts are there: the same bytes in the end."""
        out = tmp_path / "out"
        command = [sys.executable, "-c", RUN, str(dump), str(out), str(reader)]
        for parts in (2, 9):
            process = subprocess.Popen(command)
            while len(list(tmp_path.rglob("part-*.arrow"))) < parts and process.poll() is None:
                time.sleep(0.005)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        subprocess.run(command, check=True)
        same(out, whole)
        assert beside(out) == []


class TestPipeline:
    def test_rows_of_great_texts_make_smaller_parts(self):
        """So that no part is larger than memory."""
        table = pa.table({"x": ["y" * 1000] * 100})
        tables = list(pipeline.regrouped([table], 1_000, 20_000))
        assert max(t.num_rows for t in tables) <= 20
        assert pa.concat_tables(tables).equals(table)

    def test_an_audit_sheet_that_nobody_filled(self, dump, reader, tmp_path):
        """It is said what lacks, before a single part is tagged."""
        sheet = pa.table({"id": ["c1"], "audit_needs": pa.array([None], pa.string())})
        with pytest.raises(InputError, match="no finished row yet"):
            run(dump, out=tmp_path / "out", model=reader, n_jobs=1, audit=sheet)
        assert not list(tmp_path.iterdir())
