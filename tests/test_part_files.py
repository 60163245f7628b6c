"""The files of parts: what comes back is what Parquet would have given back."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convcat import part_files
from convcat.part_files import ARROW, read_columns, rows_in, schema_of
from convcat.parts import is_whole, write_part
from convcat.tagged_parts import TaggedParts

ODD = pa.table({
    "at": pa.array([7, None, 9], pa.timestamp("s")),
    "day": pa.array([0, None, 86_400_000], pa.date64()),
    "needs": pa.array([["a"], [], None], pa.list_(pa.string())),
    "shop": pa.array(["x", None, "x"]).dictionary_encode(),
    "text": ["Café 👎", "", None],
    "nothing": pa.nulls(3),
})  # fmt: skip


class TestStored:
    def test_types_and_values_are_those_of_parquet(self, tmp_path):
        """So that the tagged table's bytes do not tell what its parts stood in."""
        arrow, parquet = tmp_path / f"part{ARROW}", tmp_path / "part.parquet"
        write_part(arrow, ODD)
        write_part(parquet, ODD)
        assert schema_of(arrow).serialize().equals(schema_of(parquet).serialize())
        assert read_columns(arrow, ODD.column_names).equals(pq.read_table(parquet))

    @pytest.mark.parametrize("name", [f"part{ARROW}", "part.parquet"])
    def test_columns_come_as_they_were_asked_for(self, tmp_path, name):
        """Some of them, in any order."""
        write_part(tmp_path / name, ODD)
        assert read_columns(tmp_path / name, ["text", "at"]).column_names == ["text", "at"]

    def test_where_files_cannot_be_removed_while_they_are_mapped(self, tmp_path, monkeypatch):
        """They are read instead, and nothing else changes."""
        part = tmp_path / f"part{ARROW}"
        write_part(part, ODD)
        mapped = read_columns(part, ODD.column_names)
        monkeypatch.setattr(part_files, "_WINDOWS", True)
        before = pa.total_allocated_bytes()
        read = read_columns(part, ODD.column_names)
        assert pa.total_allocated_bytes() > before
        assert read.equals(mapped)
        assert rows_in(part) == 3
        assert schema_of(part) == read.schema


class TestWhole:
    @pytest.mark.parametrize("damage", [b"", b"ARROW1 half"])
    def test_half_a_file_is_none(self, tmp_path, damage):
        """Nor is an empty one, or one of other rows."""
        part = tmp_path / f"part{ARROW}"
        assert not is_whole(part, 3)
        write_part(part, ODD)
        assert is_whole(part, 3)
        assert not is_whole(part, 4)
        assert rows_in(part) == 3
        part.write_bytes(damage)
        assert not is_whole(part, 3)


class TestTogether:
    @pytest.mark.parametrize(("rows", "sizes"), [(0, [2, 2, 2]), (4, [4, 2]), (9, [6])])
    def test_small_parts_are_gone_through_together(self, tmp_path, rows, sizes):
        """In order, and each row knows its place in the whole."""
        tags = {"needs": [["x"], []], "p_x": [0.9, 0.1], "needs_status": ["ok", "ok"]}
        parts = [tmp_path / f"part-{k}{ARROW}" for k in range(3)]
        for k, part in enumerate(parts):
            write_part(part, pa.table({"id": [f"{k}a", f"{k}b"], **tags}))
        table = TaggedParts.of(parts, {"needs": ["x"]})
        seen = list(table.map(lambda piece, first: (first, piece.column("id")), rows=rows))
        assert [len(ids) for _, ids in seen] == sizes
        assert [first for first, _ in seen] == [sum(sizes[:i]) for i in range(len(sizes))]
        assert [name for _, ids in seen for name in ids] == ["0a", "0b", "1a", "1b", "2a", "2b"]
