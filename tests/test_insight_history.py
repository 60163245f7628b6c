"""A history: months kept as counts, compared only where they were read alike."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convcat import frames
from convcat.exceptions import InputError, OutputError
from convcat.insight.change_points import change_points
from convcat.insight.change_points_series import weekly
from convcat.insight.history import History
from convcat.insight.history_month import Month, months_of
from convcat.insight.trend import trend
from convcat.tagged import Tagged

NEEDS = ("wismo", "delay", "sizing")
SHARES = {"wismo": 0.25, "delay": 0.15, "sizing": 0.1}


def month(
    first=datetime(2026, 3, 1), days=31, a_day=40, *, late=1.0, whatsapp=0.0, model="a", kind=None, seed=0
):  # fmt: skip
    """Return a month in which people on WhatsApp ask for their orders twice as often."""
    rng = np.random.default_rng([seed, first.month])
    n = days * a_day
    channel = np.where(
        rng.random(n) < whatsapp, "whatsapp", np.where(rng.random(n) < 0.5, "mail", "chat")
    )
    tags = np.column_stack([
        rng.random(n)
        < SHARES[need] * (late if need == "delay" else 1) * np.where((need == "wismo") & (channel == "whatsapp"), 2.0, 1)
        for need in NEEDS
    ])  # fmt: skip
    p = np.where(tags, rng.beta(9, 1, tags.shape), rng.beta(1, 25, tags.shape))
    table = pa.table({
        "id": [f"c{i}" for i in range(n)],
        "text": [f"A private word number {i}" for i in range(n)],
        "time": pa.array([first + timedelta(days=i // a_day) for i in range(n)], pa.timestamp("us")),
        "channel": channel,
        "product": np.where(np.arange(n) % 3, "Kite", "Lamp"),
        **({"kind": [kind] * n} if isinstance(kind, str) else {"kind": kind(n)} if kind else {}),
        "needs": [[need for need, tag in zip(NEEDS, row, strict=True) if tag] for row in p > 0.5],
        **{f"p_{need}": p[:, j] for j, need in enumerate(NEEDS)},
        "needs_status": ["ok"] * n,
    })  # fmt: skip
    told = {"needs": list(NEEDS), "model": {"id": model, "version": "1", "hash": model * 8}}
    return frames.with_metadata(table, told)


def april(**given):
    return month(datetime(2026, 4, 1), 30, **given)


@pytest.fixture
def history(tmp_path):
    kept = History(tmp_path / "months")
    kept.add(month())
    kept.add(april(late=2.0))
    return kept


class TestKeeping:
    def test_months_are_files_of_counts(self, history):
        """A file per month, without a text or an id of a customer's."""
        names = sorted(path.name for path in history.folder.iterdir())
        assert names == ["2026-03-all.parquet", "2026-04-all.parquet"]
        for path in history.folder.iterdir():
            raw = path.read_bytes()
            assert b"private" not in raw
            assert b"c17" not in raw
            assert "text" not in pq.read_schema(path).names
        assert history.months == ("2026-03", "2026-04")
        assert "2026-04" in repr(history)

    def test_what_is_kept_is_what_was_counted(self, tmp_path):
        """Reading a month back gives every count, exactly."""
        (made,) = months_of(month())
        made.write(tmp_path)
        back = Month.read(tmp_path / made.file)
        assert back.days == made.days
        assert back.reading == made.reading
        assert set(back.views) == {"channel", "product"}
        for name, view in made.views.items():
            assert back.views[name].to_dict() == view.to_dict()

    def test_the_same_bytes_again(self, tmp_path):
        """Adding the same month twice changes no byte."""
        one, two = History(tmp_path / "a"), History(tmp_path / "b")
        one.add(month())
        told = one.add(month())
        two.add(month())
        assert told == ["2026-03: replaced"]
        name = "2026-03-all.parquet"
        assert (one.folder / name).read_bytes() == (two.folder / name).read_bytes()

    def test_a_few_days_do_not_wipe_a_month_out(self, history):
        """The last days of a month in the next dump leave the month as it is."""
        before = history.change().to_dict()
        tail = april(late=9.0).slice(27 * 40)
        assert "kept as it was" in history.add(tail)[0]
        assert history.change().to_dict() == before
        assert history.add(tail, replace=True) == ["2026-04: replaced"]
        assert history.change().to_dict() != before

    def test_parts_add_up(self, history):
        """Months counted in pieces are the months counted at once."""
        given = april(late=2.0)
        (whole,) = months_of(given)
        parts = [months_of(given.slice(k * 400, 400))[0] for k in range(3)]
        total = parts[0] + parts[1] + parts[2]
        assert total.days == whole.days
        assert total.views["channel"].to_dict() == whole.views["channel"].to_dict()
        assert total.views["product"].to_dict() == whole.views["product"].to_dict()

    def test_kinds_are_kept_apart(self, tmp_path):
        """A run over the reviews alone does not replace the support conversations."""
        kept = History(tmp_path)
        kept.add(month(kind="support"))
        kept.add(month(kind="review", seed=1))
        assert [(m.month, m.kind) for m in kept.load()] == [
            ("2026-03", "review"), ("2026-03", "support"),
        ]  # fmt: skip

    def test_a_kind_may_be_any_word(self, tmp_path):
        """A kind that would leave the folder does not."""
        kept = History(tmp_path / "in")
        kept.add(month(kind="../../out"))
        assert [path.parent for path in tmp_path.rglob("*.parquet")] == [tmp_path / "in"]
        assert kept.load()[0].kind == "../../out"

    def test_a_run_brings_its_options(self, tmp_path):
        """Stars that were read are kept for reviews; a folder of a run tells them too."""
        run = tmp_path / "run"
        run.mkdir()
        pq.write_table(month(kind="review"), run / "tagged.parquet")
        (run / "run.json").write_text(json.dumps({"options": {"stars": [2, 3], "seed": 0}}))
        kept = History(tmp_path / "kept")
        kept.add(run)
        assert kept.load()[0].facts["options"] == {"stars": [2, 3]}
        done = SimpleNamespace(out=run, account={"options": {"stars": [1]}})
        kept.add(done)
        assert kept.load()[0].facts["options"] == {"stars": [1]}

    def test_damage_is_one_sentence(self, history, tmp_path):
        """A file that is none, cut short, or under another name is named."""
        path = history.folder / "2026-03-all.parquet"
        whole = path.read_bytes()
        path.write_bytes(whole[:200])
        with pytest.raises(InputError, match=r"2026-03-all.parquet .* not a month's counts"):
            history.trend()
        path.write_bytes(whole)
        path.rename(history.folder / "2026-05-all.parquet")
        with pytest.raises(InputError, match="damaged"):
            history.trend()
        pq.write_table(pa.table({"view": ["x"]}), path)
        with pytest.raises(InputError, match="not a month's counts"):
            history.trend()

    def test_a_later_version_is_refused(self, history):
        """It says to update."""
        path = history.folder / "2026-03-all.parquet"
        kept = pq.read_table(path)
        facts = json.loads(kept.schema.metadata[b"convcat"]) | {"version": 99}
        pq.write_table(kept.replace_schema_metadata({b"convcat": json.dumps(facts)}), path)
        with pytest.raises(InputError, match="later version"):
            history.trend()

    def test_where_it_cannot_write(self, tmp_path):
        """A file is no folder; a folder that cannot be made is said so."""
        file = tmp_path / "x"
        file.write_text("")
        with pytest.raises(InputError, match="is a file"):
            History(file)
        with pytest.raises(OutputError, match="the month's counts"):
            History(file / "in").add(month())


class TestReadAlike:
    def test_another_model_is_refused(self, history):
        """Months that different models read are never silently compared."""
        history.add(month(datetime(2026, 5, 1), model="b"))
        for ask in (history.trend, history.change_points, history.change):
            with pytest.raises(InputError, match="not read alike"):
                ask()
        assert history.change("2026-03", "2026-04").rows  # these two were

    def test_reading_again_mends_it(self, history):
        """The old months, read by the new model, replace what was there."""
        history.add(month(model="b"))
        with pytest.raises(InputError, match=r"2026-03 with another model than 2026-04"):
            history.trend()
        history.add(april(late=2.0, model="b"))
        assert len(history.trend().rows) == 2 * len(NEEDS)

    def test_other_options_are_refused(self, tmp_path):
        """Two stars and three against one star: no change of the customers'."""
        kept = History(tmp_path)
        kept.add(month(kind="review"), options={"stars": [2, 3]})
        kept.add(april(kind="review"), options={"stars": [1]})
        with pytest.raises(InputError, match="another options"):
            kept.trend()

    def test_the_stars_of_reviews_do_not_touch_support(self, tmp_path):
        """Which stars were read says nothing of conversations."""
        kept = History(tmp_path)
        kept.add(month(kind="support"), options={"stars": [2, 3]})
        kept.add(april(kind="support"), options={"stars": None})
        assert kept.change().rows

    def test_an_empty_history(self, tmp_path):
        """It says so."""
        with pytest.raises(InputError, match="holds no month yet"):
            History(tmp_path / "none").trend()
        with pytest.raises(InputError, match="two months"):
            History(tmp_path / "none").change()


class TestTrend:
    @pytest.mark.parametrize("by", ["month", "week"])
    def test_it_is_the_trend_of_the_table(self, tmp_path, by):
        """From counts as from the rows, to the printed digits."""
        both = pa.concat_tables([month(), april(late=2.0)])
        kept = History(tmp_path)
        kept.add(both)
        mine, theirs = kept.trend(by=by).rows, trend(both, by=by).rows
        assert len(mine) == len(theirs)
        for a, b in zip(mine, theirs, strict=True):
            assert [a[k] for k in ("need", "period", "n", "tagged", "partial")] == [
                b[k] for k in ("need", "period", "n", "tagged", "partial")
            ]
            assert a["share"] == pytest.approx(b["share"], abs=1e-6)
            assert a["low"] == pytest.approx(b["low"], abs=1e-6)

    def test_a_missing_month_is_a_gap(self, tmp_path):
        """Three rows per need, the middle one without a share."""
        kept = History(tmp_path)
        kept.add(month())
        kept.add(month(datetime(2026, 5, 1)))
        rows = [row for row in kept.trend().rows if row["need"] == "delay"]
        assert [(row["period"], row["n"] > 0) for row in rows] == [
            ("2026-03", True), ("2026-04", False), ("2026-05", True),
        ]  # fmt: skip
        with pytest.raises(InputError, match="'month' or 'week'"):
            kept.trend(by="day")

    def test_change_points_are_those_of_the_table(self, tmp_path):
        """Month by month or at once: the same changes, to the last digit."""
        parts = [month(), april(late=2.0)]
        kept = History(tmp_path)
        for part in parts:
            kept.add(part)
        at_once = change_points(pa.concat_tables(parts))
        assert kept.change_points().rows == at_once.rows
        assert [row["need"] for row in at_once.rows] == ["delay"]
        assert (
            kept.summary().over("channel").n.sum()
            == weekly(Tagged.of(pa.concat_tables(parts))).n.sum()
        )


class TestChange:
    def test_the_need_itself(self, history):
        """A rise within channels is the need's, and its interval holds what was planted."""
        row = next(r for r in history.change().rows if r["need"] == "delay")
        assert row["verdict"] == "up"
        assert row["itself_low"] <= 0.15 <= row["itself_high"]
        assert abs(row["mix"]) < 0.01

    def test_a_new_line_is_mix(self, tmp_path):
        """WhatsApp opens, where people ask for their orders: mix, not failure."""
        kept = History(tmp_path)
        kept.add(month(a_day=80))
        kept.add(april(a_day=80, whatsapp=0.5))
        row = next(r for r in kept.change().rows if r["need"] == "wismo")
        assert row["change"] > 0.06
        assert row["mix"] == pytest.approx(row["change"], abs=0.05)
        assert row["itself_low"] <= 0 <= row["itself_high"]
        assert row["verdict"] == "noise"

    def test_parts_add_up(self, history):
        """Mix and itself are the change; volume, mix and itself are the conversations more."""
        for row in history.change().rows:
            assert row["mix"] + row["itself"] == pytest.approx(row["change"])
            assert row["after"] - row["before"] == pytest.approx(row["change"])
            parts = row["by_volume"] + row["by_mix"] + row["by_itself"]
            assert parts == pytest.approx(row["extra"])

    def test_volume_alone(self, tmp_path):
        """Twice as many conversations: more with every need, and no change of a share."""
        kept = History(tmp_path)
        kept.add(month())
        kept.add(april(a_day=80))
        for row in kept.change().rows:
            assert row["verdict"] == "noise"
            assert row["by_volume"] > 3 * abs(row["by_itself"])

    def test_intervals_cover(self, tmp_path):
        """Nine in ten or more hold that nothing changed, and hardly any verdict says otherwise."""
        held, loud = [], 0
        for seed in range(20):
            kept = History(tmp_path / str(seed))
            kept.add(month(seed=seed))
            kept.add(april(seed=seed, whatsapp=0.3))
            rows = kept.change().rows
            held += [r["itself_low"] <= 0 <= r["itself_high"] for r in rows]
            loud += any(r["verdict"] != "noise" for r in rows)
        assert np.mean(held) >= 0.9
        assert loud <= 3

    def test_months_by_name(self, history):
        """A month that is not there is named, with the nearest."""
        assert history.change("2026-03", "2026-04").to_dict() == history.change().to_dict()
        with pytest.raises(InputError, match="no month '2026-02'"):
            history.change("2026-02")
        with pytest.raises(InputError, match="no month before 2026-03"):
            history.change(after="2026-03")
