"""A folder of parts: whole or not there, of one plan, of one run."""

from __future__ import annotations

import pyarrow as pa
import pytest

from convcat.exceptions import OutputError
from convcat.files import write_whole
from convcat.parts import fingerprint, part_column, parts_folder, write_part

PLAN = {"input": "abc", "model": "m"}
TABLE = pa.table({"x": [1, 2, 3]})


def quiet(_):
    pass


def stopped(target) -> None:
    """Write one part and stop."""

    def work():
        with parts_folder(target, PLAN, quiet) as folder:
            write_part(folder / "part-0.parquet", TABLE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()


class TestFolder:
    def test_it_goes_when_the_work_is_done(self, tmp_path):
        """And stays when it is not."""
        stopped(tmp_path / "t.csv")
        with parts_folder(tmp_path / "t.csv", PLAN, quiet) as folder:
            assert part_column(folder / "part-0.parquet", "x", 3) == [1, 2, 3]
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize(
        ("plan", "speaks"), [({**PLAN, "model": "n"}, True), ({**PLAN, "input": ""}, False)]
    )
    def test_another_plan_begins_anew(self, tmp_path, plan, speaks):
        """A change is said; what cannot be read twice is never resumed, and needs no word."""
        said = []
        stopped(tmp_path / "t.csv")
        with parts_folder(tmp_path / "t.csv", plan, said.append) as folder:
            assert part_column(folder / "part-0.parquet", "x", 3) is None
        assert bool(said) == speaks

    def test_one_run_at_a_time(self, tmp_path):
        """The second is refused; another target is another matter."""
        pytest.importorskip("fcntl")
        with parts_folder(tmp_path / "t.csv", PLAN, quiet):
            refused = pytest.raises(OutputError, match="Another run is writing")
            with refused, parts_folder(tmp_path / "t.csv", PLAN, quiet):
                pass
            with parts_folder(tmp_path / "u.csv", PLAN, quiet):
                pass


class TestFiles:
    def test_a_part_is_trusted_only_if_it_is_whole(self, tmp_path):
        """The rows must be as many as the input has, the column there, the file sound."""
        part = tmp_path / "part"
        assert part_column(part, "x", 3) is None
        write_part(part, TABLE)
        assert part_column(part, "x", 3) == [1, 2, 3]
        assert part_column(part, "x", 4) is None
        assert part_column(part, "y", 3) is None
        part.write_bytes(part.read_bytes()[:-9])
        assert part_column(part, "x", 3) is None

    def test_a_failed_write_leaves_what_was_there(self, tmp_path):
        """Never half of the new."""
        path = tmp_path / "f"
        write_whole(path, b"old")
        with pytest.raises(TypeError):
            write_whole(path, object())
        assert path.read_bytes() == b"old"

    def test_fingerprints(self, tmp_path):
        """Of bytes, not of names or dates; none of what cannot be read twice."""
        (tmp_path / "a").write_bytes(b"x" * 3_000_000)
        (tmp_path / "b").write_bytes(b"x" * 3_000_000)
        assert fingerprint(tmp_path / "a") == fingerprint(str(tmp_path / "b"))
        assert fingerprint("-") == fingerprint(TABLE) == ""
