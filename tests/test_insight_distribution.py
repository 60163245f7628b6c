"""The distribution: rows that add up, intervals that say what they cover, audits of any size."""

from __future__ import annotations

import json
from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import expit

from convcat import frames
from convcat.exceptions import InputError
from convcat.insight.audit import audit_sample
from convcat.insight.distribution import distribution
from convcat.insight.profile import ErrorProfile

NEEDS = ("wismo", "sizing", "other")


def month(n=300, seed=0, *, wrong=0.0, profile=True, **columns):
    """Return a tagged table and the truth; ``wrong`` hides needs from the scores."""
    rng = np.random.default_rng(seed)
    scores = rng.normal((-1.5, -2.5, -4), 2, (n, 3))
    truth = rng.random((n, 3)) < expit(scores + wrong)
    p = expit(scores)
    table = {
        "id": [f"c{i}" for i in range(n)],
        "text": [f"message {i}" for i in range(n)],
        **columns,
        "needs": [[NEEDS[j] for j in np.flatnonzero(row > 0.5)] for row in p],
        **{f"p_{need}": p[:, j] for j, need in enumerate(NEEDS)},
        "p_none": np.prod(1 - p, axis=1),
        "p_failed": np.full(n, 0.5),
        "needs_status": ["ok"] * n,
    }
    metadata = {"needs": list(NEEDS), **({"profile": record().to_dict()} if profile else {})}
    return frames.with_metadata(pa.table(table), metadata), truth


_RECORD: list[ErrorProfile] = []


def record() -> ErrorProfile:
    if not _RECORD:
        rng = np.random.default_rng(8)
        scores = rng.normal((-1.5, -2.5, -4, 0), 2, (1600, 4))
        y = rng.random((1600, 4)) < expit(scores)
        p = expit(scores)
        source = np.repeat(np.arange(8), 200)
        signals = (*NEEDS, "none")
        _RECORD.append(
            ErrorProfile.from_predictions(y, p, p > 0.5, source, ["review"] * 1600, signals)
        )
    return _RECORD[0]


def filled(table, truth, rows):
    """Return an audit sheet as a careful reader would fill it."""
    return pa.table(
        {
            "id": [f"c{i}" for i in rows],
            "audit_needs": [
                ";".join(NEEDS[j] for j in np.flatnonzero(truth[i])) or "none" for i in rows
            ],
        }
    )


def rows_of(found, **where):
    return {row["need"]: row for row in found.rows if all(row[k] == v for k, v in where.items())}


class TestRows:
    """A row per need, then none, then unread."""

    def test_every_need_then_none_then_unread(self):
        """In taxonomy order, with the count of tags beside the estimate."""
        table, _ = month()
        found = distribution(table)
        assert [row["need"] for row in found.rows] == [*NEEDS, "none", "unread"]
        assert list(found.rows[0]) == [
            "need", "share", "low", "high", "n", "method", "tagged", "counted",
        ]  # fmt: skip
        row = found.rows[0]
        assert row["tagged"] == sum("wismo" in tags for tags in table["needs"].to_pylist())
        assert row["counted"] == row["tagged"] / row["n"]
        assert 0 <= row["low"] <= row["share"] <= row["high"] <= 1
        assert "corrects it" in found.note

    def test_unread_rows_are_a_share_and_left_out_ones_are_not(self):
        """Empty rows are unread; filtered and duplicate rows stand outside everything."""
        status = ["ok"] * 6 + ["empty", "too_long", "filtered", "duplicate"]
        table, _ = month(10)
        at = table.column_names.index("needs_status")
        found = rows_of(distribution(table.set_column(at, "needs_status", [status])))
        assert found["unread"]["share"] == found["unread"]["low"] == 2 / 8
        assert found["unread"]["n"] == 8
        assert found["wismo"]["n"] == 6
        assert found["unread"]["method"] == "exact"

    def test_reviews_and_support_are_never_pooled(self):
        """With both kinds each has rows of its own; with one there is no such column."""
        kinds = ["review"] * 100 + ["support"] * 200
        both = distribution(month(kind=kinds)[0])
        assert {row["kind"]: row["n"] for row in both.rows} == {"review": 100, "support": 200}
        assert "kind" not in distribution(month(kind=["review"] * 300)[0]).rows[0]

    def test_by_slices_and_months(self):
        """by= puts its columns first; months come from the time."""
        times = [datetime(2024, 1 + i % 2, 3) for i in range(300)]
        found = distribution(month(time=times)[0], by="month")
        assert list(found.rows[0])[:2] == ["month", "need"]
        assert {row["month"] for row in found.rows} == {"2024-01", "2024-02"}
        whole = distribution(month()[0])
        assert sum(r["tagged"] for r in found.rows) == sum(r["tagged"] for r in whole.rows)

    def test_frames_come_back_as_they_went_in(self, tmp_path):
        """pandas in, pandas out; polars; pyarrow; a path."""
        table, _ = month(20)
        for kind in ("pandas", "polars", "pyarrow"):
            given = frames.from_arrow(table, kind)
            assert frames.kind_of(distribution(given).table) == kind
        import pyarrow.parquet as pq

        pq.write_table(table, tmp_path / "t.parquet")
        assert distribution(tmp_path / "t.parquet").rows == distribution(table).rows

    @pytest.mark.parametrize("n", [0, 1])
    def test_no_row_and_one_row(self, n):
        """Nothing read: no share, anything possible; one row: an honest, wide interval."""
        found = rows_of(distribution(month(3)[0].slice(0, n)))
        assert found["wismo"]["n"] == n
        assert found["wismo"]["high"] - found["wismo"]["low"] > 0.5
        assert (found["wismo"]["share"] is None) == (n == 0)

    def test_shows_itself(self):
        """Text, HTML (escaped), JSON."""
        table, _ = month(30, channel=["<b>"] * 30)
        found = distribution(table, by="channel")
        assert "wismo" in repr(found)
        assert "<b>" not in found._repr_html_()
        assert json.loads(json.dumps(found.to_dict()))["rows"][0]["need"] == "wismo"

    def test_wrong_options_are_refused_in_a_sentence(self):
        """Level, column, table."""
        table, _ = month(5)
        with pytest.raises(InputError, match="level"):
            distribution(table, level=95)
        with pytest.raises(InputError, match="no column"):
            distribution(table, by="chanel")
        with pytest.raises(InputError, match="not a tagged table"):
            distribution(pa.table({"a": [1]}))


class TestWithoutAudit:
    """What the scores say, and how far that can be off."""

    def test_known_errors_are_used_and_said(self):
        """With a record the method says so; without one the assumption is said and is wider."""
        known = distribution(month()[0])
        assumed = distribution(month(profile=False)[0])
        assert known.rows[0]["method"] == "scores, adjusted for known errors"
        assert assumed.rows[0]["method"] == "scores, errors assumed"
        assert "Nothing is known" in assumed.note
        width = [f.rows[0]["high"] - f.rows[0]["low"] for f in (known, assumed)]
        assert width[0] < width[1]

    def test_model_brings_the_record(self):
        """model= does what the metadata would."""
        given = distribution(month(profile=False)[0], model=record())
        assert given.rows == distribution(month()[0]).rows

    def test_truth_is_covered_for_most_months(self):
        """Months read as the labelled sources were: at least 9 in 10 truths inside."""
        inside = []
        for seed in range(25):
            table, truth = month(400, seed)
            found = rows_of(distribution(table))
            for j, need in enumerate(NEEDS):
                inside.append(found[need]["low"] <= truth[:, j].mean() <= found[need]["high"])
        assert np.mean(inside) >= 0.9

    def test_a_table_without_none_scores_counts_tags(self):
        """No p_none column: tags are counted, with an assumed error."""
        table, _ = month()
        found = rows_of(distribution(table.drop_columns(["p_none"])))
        assert found["none"]["method"] == "tags, errors assumed"


class TestWithAudit:
    """What people read is the measure."""

    def test_all_audited_is_the_truth(self):
        """With everything read the interval closes on it."""
        table, truth = month(120)
        found = rows_of(distribution(table, audit=filled(table, truth, range(120))))
        for j, need in enumerate(NEEDS):
            assert found[need]["low"] == found[need]["high"] == pytest.approx(truth[:, j].mean())

    @pytest.mark.parametrize("n", [1, 2, 19, 50, 119])
    def test_any_number_of_checks(self, n):
        """Never an error, never outside [0, 1], share within the interval."""
        table, truth = month(120)
        found = distribution(table, audit=filled(table, truth, range(n)))
        for row in found.rows:
            assert 0 <= row["low"] <= row["share"] <= row["high"] <= 1
        assert found.checked.n == n
        assert found.rows[0]["method"].startswith("audit")

    def test_fifty_checks_beat_wilson_and_cover(self):
        """Narrower than Wilson on the same checks for a common need, and right."""
        inside, ratio = [], []
        for seed in range(20):
            table, truth = month(600, seed)
            found = distribution(table, audit=filled(table, truth, range(50)))
            rows = rows_of(found)
            for j, need in enumerate(NEEDS):
                inside.append(rows[need]["low"] <= truth[:, j].mean() <= rows[need]["high"])
            first = found.effective[0]
            plain = first["plain_high"] - first["plain_low"]
            ratio.append((rows["wismo"]["high"] - rows["wismo"]["low"]) / plain)
        assert np.mean(inside) >= 0.9
        assert np.median(ratio) < 0.85

    def test_alarm_names_the_needs(self):
        """A reader blind to half of the needs: the alarm goes off; a good one stays silent."""
        table, truth = month(600, wrong=3.0)
        found = distribution(table, audit=filled(table, truth, range(100)))
        assert "wismo" in found.alarm
        assert "wismo" in " ".join(found.warnings)
        table, truth = month(600)
        assert distribution(table, audit=filled(table, truth, range(100))).alarm == ()

    def test_slices_use_their_own_checks(self):
        """A slice with checks is audited, one without is not."""
        table, truth = month(200, channel=["chat"] * 100 + ["mail"] * 100)
        found = distribution(table, audit=filled(table, truth, range(30)), by="channel")
        methods = {row["channel"]: row["method"] for row in found.rows if row["need"] == "wismo"}
        assert methods["chat"].startswith("audit")
        assert methods["mail"].startswith("scores")

    def test_unfinished_and_foreign_rows_are_counted(self):
        """A half-filled sheet works; conversations of another dump are said; all foreign is refused."""
        table, truth = month(100)
        sheet = filled(table, truth, range(10)).to_pylist()
        sheet[3]["audit_needs"] = ""
        sheet[4]["id"] = "from elsewhere"
        found = distribution(table, audit=pa.Table.from_pylist(sheet))
        assert (found.checked.n, found.checked.unfinished, found.checked.unmatched) == (8, 1, 1)
        assert "1 audited" in found.warnings[0]
        for row in sheet:
            row["id"] = "x" + row["id"]
        with pytest.raises(InputError, match="None of the 9 audited"):
            distribution(table, audit=pa.Table.from_pylist(sheet))

    def test_an_unfilled_sheet_is_left_aside(self):
        """Nothing filled in yet: the estimate without an audit, and a word about it."""
        table, _ = month(100)
        found = distribution(table, audit=audit_sample(table, n=10))
        assert found.checked is None
        assert "no finished row" in found.warnings[0]
        assert found.rows == distribution(table).rows
