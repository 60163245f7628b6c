"""A folder of Parquet files: file by file, on any number of workers, to the same bytes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convcat import frames, label, label_file, label_folders
from convcat.exceptions import InputError, OutputError

TEXTS = ["Where is my parcel, it was due on Monday", "", "Far too small for a size 12", "Lovely!"]


def write_parts(folder, parts=6, rows=40):
    for k in range(parts):
        path = folder / f"day={k % 2}" / f"part-{k}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        texts = [f"{TEXTS[i % 4]} {k}" if TEXTS[i % 4] else "" for i in range(rows)]
        table = pa.table({"id": [f"{k}-{i}" for i in range(rows)], "body": texts, "n": range(rows)})
        pq.write_table(table, path)
    return folder


@pytest.fixture
def source(tmp_path):
    return write_parts(tmp_path / "in")


def tagged(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.parquet"))}


class TestLabelling:
    def test_each_file_is_tagged(self, source, tmp_path, tiny_folder, tiny_model):
        """As label() does it, under its own name, with the metadata."""
        done = label_file(source, tmp_path / "out", text="body", model=tiny_folder)
        assert (done.rows, done.resumed) == (240, 0)
        assert done.statuses == {"empty": 60, "ok": 180}
        assert tagged(tmp_path / "out").keys() == tagged(source).keys()
        table = pq.ParquetFile(tmp_path / "out/day=1/part-3.parquet").read()
        wanted = label(pq.ParquetFile(source / "day=1/part-3.parquet").read(), "body", tiny_model)
        assert table.to_pylist() == wanted.to_pylist()
        assert frames.metadata_of(table) == tiny_model.metadata()
        assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "out"]

    def test_the_column_is_found(self, source, tmp_path, tiny_folder):
        """Without being named."""
        assert label_file(source, tmp_path / "out", model=tiny_folder).statuses["ok"] == 180

    def test_workers_do_not_show(self, source, tmp_path, tiny_folder):
        """One process or two."""
        for jobs in (1, 2):
            label_file(source, tmp_path / f"{jobs}", text="body", model=tiny_folder, n_jobs=jobs)
        assert tagged(tmp_path / "1") == tagged(tmp_path / "2")

    def test_a_file_without_rows(self, tmp_path, tiny_folder):
        """It becomes a tagged table without rows."""
        (tmp_path / "in").mkdir()
        pq.write_table(pa.table({"body": pa.array([], pa.string())}), tmp_path / "in/a.parquet")
        done = label_file(tmp_path / "in", tmp_path / "out", text="body", model=tiny_folder)
        assert done.rows == 0
        assert "needs_status" in pq.read_schema(tmp_path / "out/a.parquet").names


class TestAgain:
    def test_only_what_is_missing_or_changed(self, source, tmp_path, tiny_folder):
        """A second run tags nothing; a changed file is tagged again, alone."""
        out = tmp_path / "out"
        label_file(source, out, text="body", model=tiny_folder)
        first = tagged(out)
        assert label_file(source, out, text="body", model=tiny_folder).resumed == 240
        (out / "day=0/part-0.parquet").unlink()
        (out / "day=0/part-2.parquet").write_bytes(b"PAR1 half")
        assert label_file(source, out, text="body", model=tiny_folder).resumed == 160
        assert tagged(out) == first
        write_parts(source, parts=1, rows=8)
        done = label_file(source, out, text="body", model=tiny_folder)
        assert (done.rows, done.resumed) == (208, 200)

    def test_another_model_tags_everything(self, source, tmp_path, tiny_folder, tiny_model):
        """Two models never share a folder."""
        from dataclasses import replace

        label_file(source, tmp_path / "out", text="body", model=tiny_folder)
        other = replace(tiny_model, thresholds=tiny_model.thresholds * 0 + 1)
        assert label_file(source, tmp_path / "out", text="body", model=other).resumed == 0

    def test_stopped_in_a_file(self, source, tmp_path, tiny_folder, monkeypatch):
        """No half file is left."""
        out = tmp_path / "out"
        with monkeypatch.context() as patch:
            patch.setattr(label_folders, "_ROWS", 10)
            real, calls = label_folders.pq.ParquetWriter.write_table, []

            def stops(*given, **options):
                calls.append(1)
                if len(calls) == 7:
                    raise KeyboardInterrupt
                return real(*given, **options)

            patch.setattr(label_folders.pq.ParquetWriter, "write_table", stops)
            with pytest.raises(KeyboardInterrupt):
                label_file(source, out, text="body", model=tiny_folder)
        assert len(list(out.rglob("*"))) == 2  # a folder and one whole file
        assert label_file(source, out, text="body", model=tiny_folder).resumed == 40


class TestMistakes:
    def test_one_sentence_each(self, source, tmp_path, tiny_folder):
        """What is wrong, and where."""
        with pytest.raises(InputError, match=r"part-0.parquet has no column 'bdy'.*'body'"):
            label_file(source, tmp_path / "out", text="bdy", model=tiny_folder)
        with pytest.raises(OutputError, match="is what is read"):
            label_file(source, source, text="body", model=tiny_folder)
        (tmp_path / "empty").mkdir()
        with pytest.raises(InputError, match="holds no Parquet file"):
            label_file(tmp_path / "empty", tmp_path / "out", model=tiny_folder)
        (tmp_path / "file").write_text("x")
        with pytest.raises(OutputError, match="is a file"):
            label_file(source, tmp_path / "file", text="body", model=tiny_folder)
        (source / "day=0/part-0.parquet").write_bytes(b"PAR1 half")
        with pytest.raises(InputError, match=r"part-0.parquet is"):
            label_file(source, tmp_path / "out", text="body", model=tiny_folder)

    def test_two_at_once(self, source, tmp_path, tiny_folder):
        """The second is refused."""
        pytest.importorskip("fcntl")

        def meanwhile(_):
            with pytest.raises(OutputError, match="Another run is writing"):
                label_file(source, tmp_path / "out", text="body", model=tiny_folder)

        label_file(source, tmp_path / "out", text="body", model=tiny_folder, say=meanwhile)


def slowly(*task):
    """A task that lasts long enough to be killed in."""
    from convcat.label_folders import label_part

    time.sleep(0.3)
    return label_part(*task)


@pytest.mark.filterwarnings("ignore")
class TestDask:
    @pytest.fixture(scope="class")
    def cluster(self):
        pytest.importorskip("distributed")
        from distributed import Client, LocalCluster

        with (
            LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client

    def test_the_same_bytes_on_a_cluster(self, source, tmp_path, tiny_folder, cluster):
        """The same code, another engine."""
        from joblib import parallel_config

        label_file(source, tmp_path / "one", text="body", model=tiny_folder, n_jobs=1)
        with parallel_config(backend="dask"):
            done = label_file(source, tmp_path / "two", text="body", model=tiny_folder)
        assert done.rows == 240
        assert tagged(tmp_path / "one") == tagged(tmp_path / "two")

    @pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system knows no SIGKILL")
    def test_a_worker_is_killed_in_the_middle(
        self, source, tmp_path, tiny_folder, cluster, monkeypatch
    ):
        """Its tasks are done by another; no row is lost or doubled."""
        import cloudpickle
        from joblib import parallel_config

        label_file(source, tmp_path / "one", text="body", model=tiny_folder, n_jobs=1)
        monkeypatch.setattr(label_folders, "label_part", slowly)
        cloudpickle.register_pickle_by_value(sys.modules[slowly.__module__])
        victims = list(cluster.run(os.getpid).values())

        def kill():
            while not list((tmp_path / "two").rglob("*.parquet")):
                time.sleep(0.01)
            os.kill(victims[0], signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        with parallel_config(backend="dask"):
            done = label_file(source, tmp_path / "two", text="body", model=tiny_folder)
        killer.join()
        assert (done.rows, done.statuses) == (240, {"empty": 60, "ok": 180})
        assert tagged(tmp_path / "one") == tagged(tmp_path / "two")
