"""The recipes of docs/scale.md run as they stand, where their engine is installed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import convcat

PAGE = (Path(__file__).parent.parent / "docs" / "scale.md").read_text(encoding="utf-8")
TEXTS = ["Where is my parcel, it was due on Monday", "Far too small for a size 12", "", "Lovely!"]


def recipe(heading: str) -> str:
    """The code under a heading."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return "\n".join(re.findall(r"```python\n(.*?)```", section, re.DOTALL))


@pytest.fixture
def month(tmp_path, monkeypatch):
    """A working directory with a dump in two files."""
    (tmp_path / "october").mkdir()
    for k in range(2):
        rows = pa.table({"id": [f"{k}{i}" for i in range(40)], "message": TEXTS * 10})
        pq.write_table(rows, tmp_path / "october" / f"part-{k}.parquet")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(convcat.__file__).parents[1]))
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)  # Spark takes any python3 otherwise
    return tmp_path


def tagged_rows(folder: Path) -> dict:
    files = sorted(folder.rglob("*.parquet"))
    rows = [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]
    return {row.pop("id"): row for row in rows}


def expected(model: str | None = None) -> dict:
    found = {}
    for k in range(2):
        rows = pa.table({"id": [f"{k}{i}" for i in range(40)], "message": TEXTS * 10})
        for row in convcat.label(rows, "message", model).to_pylist():
            found[row.pop("id")] = row
    return found


def near(found: dict, wanted: dict) -> None:
    """Empty texts and lists may have become null on the way."""
    assert found.keys() == wanted.keys()
    for key, row in wanted.items():
        assert {k: v or None for k, v in found[key].items()} == {
            k: v or None for k, v in row.items()
        }


@pytest.mark.filterwarnings("ignore")
class TestRecipes:
    def test_a_folder(self, month):
        """One machine."""
        namespace: dict = {}
        exec(recipe("A folder of Parquet files"), namespace)
        near(tagged_rows(month / "tagged"), expected())
        assert namespace["shares"].rows

    def test_dask(self, month):
        """On a cluster of two workers of this machine."""
        distributed = pytest.importorskip("distributed")
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster:
            code = recipe("Dask").replace('"tcp://scheduler:8786"', "ADDRESS")
            namespace: dict = {"ADDRESS": cluster.scheduler_address}
            exec(code, namespace)
            namespace["client"].close()
        near(tagged_rows(month / "tagged"), expected())

    def test_spark(self, month):
        """On Spark's local master."""
        pytest.importorskip("pyspark")
        namespace: dict = {"__name__": "__main__"}
        try:
            exec(recipe("Spark"), namespace)
        finally:
            if "spark" in namespace:
                namespace["spark"].stop()
        near(tagged_rows(month / "tagged"), expected("ecommerce-en-fast"))
        assert namespace["shares"].rows[0]["n"] == 60

    def test_ray(self, month):
        """On Ray's local cluster."""
        ray = pytest.importorskip("ray")
        ray.init(num_cpus=2, include_dashboard=False, runtime_env={"working_dir": None})
        namespace: dict = {"__name__": "__main__"}
        try:
            exec(recipe("Ray Data"), namespace)
        finally:
            ray.shutdown()
        near(tagged_rows(month / "tagged"), expected("ecommerce-en-fast"))
        assert namespace["shares"].rows[0]["n"] == 60
