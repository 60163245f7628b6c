"""Blocks of a CSV that Arrow reads: the same rows, counts and batches as Python's reader gives."""

from __future__ import annotations

import io
from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcat.conversations import delimited, plain
from convcat.conversations.rows import cut
from convcat.conversations.sources import sources_of

HEADER = "id,when,text\n"
CELLS = st.sampled_from(
    ["a", "", '"b"', '"two\nlines"', '"a ""b"" c"', 'x"y', '"open', " ", "é", '"1\n2,3,4\n5,6,7\n8,9,0"',
     "id", "when", "text", "Total", "\x00", '"end"x', "'", "7\r"]
)  # fmt: skip
LINES = st.lists(CELLS, min_size=1, max_size=4).map(",".join)


def read(content: str | bytes, size: int = 1_000) -> tuple[list[dict[str, object]], Counter[str]]:
    stream = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    rows = delimited.Delimited(sources_of((stream,))[0])
    broken: Counter[str] = Counter()
    tables = list(rows.batches(size, broken, "text"))
    assert all(table.num_rows <= size for table in tables)
    return [row for table in tables for row in table.to_pylist()], +broken


def one_by_one(content: str | bytes, monkeypatch: pytest.MonkeyPatch):
    """Read by Python's reader alone."""
    with monkeypatch.context() as patch:
        patch.setattr(plain.Blocks, "_pass_header", lambda self: False)
        return read(content)


class TestSameRows:
    """Whatever a file holds, both ways give the same."""

    @settings(max_examples=150, deadline=None)
    @given(
        lines=st.lists(LINES, max_size=12),
        end=st.sampled_from(["\n", "\r\n", "\r"]),
        block=st.sampled_from([16, 64, 4096]),
    )
    def test_any_lines(self, lines, end, block):
        """Rows, and what is set aside, do not depend on who reads them, nor on the blocks."""
        content = (
            HEADER + "1,2026-01-01,fine\n2,2026-01-02,late\n" + "".join(x + end for x in lines)
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(plain, "_BLOCK", block)
            assert read(content) == one_by_one(content, patch)

    @pytest.mark.parametrize(
        "below",
        [
            '3,x,"never closed\n4,y,z\n',
            "3,x\n",
            "3,x,y,z\n",
            ",,\n",
            HEADER,
            "Total,,2\n",
            '4,x,"a\n"\n',
            "",
        ],
    )
    def test_what_is_odd(self, below, monkeypatch):
        """What is mended or counted is so wherever a block ends."""
        for block in (8, 40, 1 << 20):
            monkeypatch.setattr(plain, "_BLOCK", block)
            content = f"\ufeff{HEADER}1,a,fine\n2,b,late\n{below}"
            assert read(content) == one_by_one(content, monkeypatch)
            assert read(content + "5,c,good\n") == one_by_one(content + "5,c,good\n", monkeypatch)

    def test_most_rows_are_read_by_arrow(self, monkeypatch):
        """A sound file is left to Python's reader nowhere."""
        monkeypatch.setattr(delimited.Delimited, "_grouped", lambda *_: iter(()))
        rows, broken = read(HEADER + '1,a,"two\nlines, and a ""quote"""\n2,b,\n')
        assert [row["text"] for row in rows] == ['two\nlines, and a "quote"', None]
        assert not broken


class TestCut:
    """Tables of any size become batches of one size."""

    @given(sizes=st.lists(st.integers(0, 7), max_size=8), size=st.integers(1, 5))
    def test_nothing_is_lost(self, sizes, size):
        """The rows are the same, in order; only the last batch is smaller."""
        first = [sum(sizes[:i]) for i in range(len(sizes))]
        tables = [
            pa.table({"x": pa.array(range(a, a + n), pa.int64())})
            for a, n in zip(first, sizes, strict=True)
        ]
        found = list(cut(tables, size))
        assert [x for table in found for x in table["x"].to_pylist()] == list(range(sum(sizes)))
        assert {table.num_rows for table in found[:-1]} <= {size}
