"""A table in pieces is the table: every finding, quote and draw is the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convcat import frames
from convcat.exceptions import InputError
from convcat.insight import audit_sample, changes, compare, distribution, failures, trend
from convcat.insight.census import Census, newest
from convcat.insight.digest import Digest
from convcat.insight.drawing import draw, drawn
from convcat.insight.summaries import Summary
from convcat.reporting import report
from convcat.tagged import Tagged
from convcat.tagged_parts import TaggedParts

NEEDS = ["wismo", "sizing", "returns", "other"]
METADATA = {"needs": NEEDS, "model": {"id": "m", "version": "1", "hash": "h"}}


def table_of(rows=900, seed=0, kinds=("support", "review")):
    rng = np.random.default_rng(seed)
    channel = rng.choice(["chat", "mail", "phone"], rows)
    product = rng.choice([f"No {k}" for k in range(9)], rows)
    p = rng.beta(0.3, 2, (rows, len(NEEDS)))
    p[:, 0] = np.where(channel == "chat", np.clip(p[:, 0] + 0.5, 0, 1), p[:, 0])
    p[:, 1] = np.where(product == "No 3", np.clip(p[:, 1] + 0.6, 0, 1), p[:, 1])
    status = rng.choice(["ok"] * 20 + ["empty", "filtered", "duplicate", "not_english"], rows)
    ok = status == "ok"
    start = datetime(2026, 1, 3)
    columns = {
        "id": [f"c{k}" for k in range(rows)],
        "text": [f"{'my parcel is late again and nobody answers ' * (k % 4 + 1)}{k}" for k in range(rows)],
        "kind": rng.choice(list(kinds), rows) if kinds else None,
        "time": [start + timedelta(hours=3 * k) if k % 17 else None for k in range(rows)],
        "channel": channel,
        "product": [None if k % 23 == 0 else str(v) for k, v in enumerate(product)],
        "agent": [f"agent {k % 5}" for k in range(rows)],
        "note": [f"note {k}" for k in range(rows)],
        "amount": rng.random(rows),
        "needs": [[n for n, x in zip(NEEDS, row, strict=True) if x > 0.5] if o else None for row, o in zip(p, ok, strict=True)],
        **{f"p_{n}": pa.array(np.where(ok, p[:, j], np.nan), from_pandas=True) for j, n in enumerate(NEEDS)},
        "p_none": pa.array(np.where(ok, rng.random(rows), np.nan), from_pandas=True),
        "p_failed": pa.array(np.where(ok, rng.random(rows), np.nan), from_pandas=True),
        "needs_status": status,
    }  # fmt: skip
    found = pa.table({name: values for name, values in columns.items() if values is not None})
    return frames.with_metadata(found, METADATA)


TABLE = table_of()


def parts_of(table, folder, ends):
    """The table in files that end at some rows."""
    files = []
    for k, (begin, end) in enumerate(zip([0, *ends], [*ends, len(table)], strict=True)):
        files.append(folder / f"{k:04d}.parquet")
        pq.write_table(table.slice(begin, end - begin), files[-1])
    return TaggedParts.of(files, METADATA)


@pytest.fixture(scope="module")
def sheet():
    """Some conversations read by hand, and one of another dump."""
    rows = [r for r in TABLE.to_pylist() if r["needs_status"] == "ok"][::9]
    return pa.table(
        {
            "id": [*(r["id"] for r in rows), "of another dump"],
            "audit_needs": [*(";".join(r["needs"]) or "none" for r in rows), "none"],
        }
    )


def plain(result):
    return None if result is None else json.loads(json.dumps(result.to_dict()))


class TestTheSameFindings:
    @pytest.mark.parametrize("ends", [[450], [1, 2, 3, 899], list(range(50, 900, 50)), [0, 0, 900]])
    @pytest.mark.parametrize("kinds", [("support", "review"), ("support",), None])
    def test_all_of_them(self, tmp_path, ends, kinds):
        """Pieces of one row, of none, many, few: to the last digit."""
        table = table_of(kinds=kinds)
        digest = Digest.of(parts_of(table, tmp_path, ends))
        for find in (distribution, failures, changes, trend):
            assert plain(find(digest)) == plain(find(table)), find.__name__
        assert failures(digest).rows
        assert plain(trend(digest, by="week")) == plain(trend(table, by="week"))
        assert audit_sample(digest, n=40, seed=3).rows == audit_sample(table, n=40, seed=3).rows
        assert report(digest).html() == report(table).html()

    def test_with_an_audit(self, tmp_path, sheet):
        """Rows read by hand are found wherever they lie."""
        digest = Digest.of(parts_of(TABLE, tmp_path, [100, 300, 700]))
        for find in (distribution, failures):
            assert plain(find(digest, audit=sheet)) == plain(find(TABLE, audit=sheet))
        assert distribution(digest, audit=sheet).checked.unmatched == 1
        with pytest.raises(InputError, match="None of the 1 audited"):
            distribution(digest, audit=sheet.slice(len(sheet) - 1))

    def test_by_columns(self, tmp_path):
        """Those that are named, whatever they hold."""
        parts = parts_of(TABLE, tmp_path, [100, 300, 700])
        for by in (["agent", "month"], ["amount"], "channel"):
            assert plain(failures(parts, by=by)) == plain(failures(TABLE, by=by))
        digest = Digest.of(parts)
        assert plain(distribution(digest, by="channel")) == plain(distribution(TABLE, by="channel"))
        with pytest.raises(InputError, match="chanel"):
            failures(digest, by=["chanel"])

    def test_against_an_earlier_table(self, tmp_path):
        """Either may be in pieces."""
        earlier = table_of(seed=5)
        digest = Digest.of(parts_of(TABLE, tmp_path, [100, 300, 700]))
        assert plain(compare(earlier, digest)) == plain(compare(earlier, TABLE))
        assert plain(changes(digest, previous=earlier)) == plain(changes(TABLE, previous=earlier))

    def test_a_large_file_is_not_held_in_memory(self, tmp_path, monkeypatch):
        """Its row groups are its pieces."""
        path = tmp_path / "tagged.parquet"
        pq.write_table(TABLE, path, row_group_size=97)
        whole = plain(distribution(Digest.of(path)))
        monkeypatch.setattr("convcat.insight.digest._LARGE", 10)
        digest = Digest.of(tmp_path)
        assert isinstance(digest.table, TaggedParts)
        assert len(digest.table.pieces) == 10
        assert plain(distribution(digest)) == whole
        assert plain(compare(path, path)) == plain(compare(TABLE, TABLE))


class TestCensus:
    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.sets(st.integers(0, 900), max_size=6))
    def test_counts_add_up_whatever_the_pieces(self, tmp_path, ends):
        """Every count, exactly."""
        census = Digest.of(parts_of(TABLE, tmp_path, sorted(ends))).census
        whole = Digest.of(TABLE).census
        assert census.rows == whole.rows
        assert census.summary.to_dict() == whole.summary.to_dict()
        assert (census.statuses, census.tagsets, census.days) == (
            whole.statuses,
            whole.tagsets,
            whole.days,
        )
        for name, values in whole.values.items():
            assert census.values[name].keys() == values.keys()
            assert all((census.values[name][k] == values[k]).all() for k in values)
        assert all((census.failed[k] == whole.failed[k]).all() for k in whole.failed)

    def test_a_column_with_too_many_values_is_given_up(self, tmp_path, monkeypatch):
        """In pieces as in the whole, with the reason; memory does not grow with it."""
        monkeypatch.setattr("convcat.insight.census._MOST_FOUND", 40)
        for table in (TABLE, parts_of(TABLE, tmp_path, list(range(30, 900, 30)))):
            digest = Digest.of(table)
            assert digest.census.values["note"] == 40
            left_out = failures(digest).left_out
            assert "more than 40" in left_out["note"]

    def test_only_the_newest_months_are_kept_apart(self):
        """The same ones whether pieces are pooled before or after they are added."""
        a, b = (
            Summary.of(table_of(seed=k, rows=900 + 300 * k), ("kind", "month")) for k in range(2)
        )
        early = newest(newest(a, 2) + newest(b, 2), 2)
        assert early.to_dict() == newest(a + b, 2).to_dict()
        assert {key[1] for key in early.cells} == {"(rest)", "2026-05", "2026-06", None}
        assert early.n.sum() == (a + b).n.sum()


class TestDrawing:
    def test_the_seed_decides_and_pieces_do_not(self, tmp_path):
        """The same numbers of rows."""
        whole, n = drawn(Digest.of(TABLE), 30, 7)
        for ends in ([450], list(range(10, 900, 10))):
            rows, size = drawn(Digest.of(parts_of(TABLE, tmp_path, ends)), 30, 7)
            assert (rows.tolist(), size) == (whole.tolist(), n)
        assert set(whole.tolist()) != set(drawn(Digest.of(TABLE), 30, 8)[0].tolist())

    def test_everyone_can_be_drawn_equally_often(self):
        """Over many seeds each of 60 comes up about n/N of the time, and the same number each time."""
        table = Tagged.of(table_of(rows=60))
        digest, counts = Digest.of(table), np.zeros(60)
        for seed in range(600):
            rows, size = drawn(digest, 12, seed)
            assert len(set(rows.tolist())) == 12
            counts[rows] += 1
        assert size == table.ok.sum()
        assert (counts[~table.ok] == 0).all()
        assert np.abs(counts[table.ok] / 600 - 12 / size).max() < 0.08

    def test_needs_get_their_due(self):
        """As many of each need's conversations as their share says, to one or two."""
        p = np.zeros((1000, 3))
        p[np.arange(1000), np.repeat([0, 1, 2], [700, 200, 100])] = 0.9
        rows = draw(p, 50, np.random.default_rng(0))
        assert np.bincount(p[rows].argmax(axis=1)).tolist() == [35, 10, 5]


class TestShare:
    """Work on a list, by whom the pieces are gone over."""

    def test_in_order_whatever_is_done_at_once(self, tmp_path):
        """Nothing is lost between the tasks."""
        digest = Digest.of(parts_of(TABLE, tmp_path, [450]))
        for each in (1, 7, 100):
            assert list(digest.share(_doubled, range(20), each=each)) == list(range(0, 40, 2))

    def test_few_pieces_start_no_process(self, tmp_path, monkeypatch):
        """A second of waiting for workers is longer than the work."""
        few = replace(parts_of(TABLE, tmp_path, [450]), n_jobs=2)
        many = replace(few, pieces=few.pieces * 9)
        seen = []
        monkeypatch.setattr(
            "convcat.insight.digest.in_workers", lambda _, tasks, jobs: seen.append(jobs) or []
        )
        for parts in (few, many):
            list(Digest(parts, Census()).share(_doubled, [1, 2], each=1))
        assert seen == [1, 2]


def _doubled(numbers):
    return [2 * number for number in numbers]
