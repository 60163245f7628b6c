"""The row account of real exports agrees with what pandas counts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from convcat.conversations import read_conversations
from convcat.tagged import STATUSES

DUMPS = Path(__file__).resolve().parents[2] / "shared" / "dumps"
pytestmark = pytest.mark.skipif(
    not DUMPS.is_dir(), reason="the real exports are not on this machine"
)


def stars(frame: pd.Series, account) -> None:
    """Each star that is not read is counted as often as pandas finds it."""
    for star, n in frame.value_counts().items():
        left_out = account.filtered.get(f"{star}-star review (only 2 and 3 stars are read)", 0)
        assert left_out == (0 if star in (2, 3) else n)
    assert account.kept == frame.isin([2, 3]).sum()


def columns(read, file: str) -> dict[str, tuple[str, ...]]:
    return {name: found.columns for name, found in read.mapping[file].items()}


def test_trustpilot():
    """Shops over years: the platform is named, titles are read, damaged dates are said."""
    path = DUMPS / "trustpilot-reviews.csv"
    read, frame = read_conversations(path), pd.read_csv(path)
    assert read.account.check().read == len(frame)
    stars(frame["Review Stars"], read.account)
    assert columns(read, path.name) == {
        "id": ("Review ID",),
        "title": ("Review Title",),
        "text": ("Review Content",),
        "time": ("Review Created (UTC)",),
        "rating": ("Review Stars",),
    }
    table = read.to_table()
    damaged = frame["Review Created (UTC)"].str.startswith("mber").sum()
    assert table["time"].null_count == damaged
    assert any(f"{damaged:,} cells" in warning for warning in read.warnings)
    assert table["Domain URL"].to_pylist() == frame["Domain URL"].tolist()


def test_survey():
    """Survey remarks are support: nothing is filtered by its satisfaction."""
    path = DUMPS / "support-csat-2023-08.csv"
    read, frame = read_conversations(path), pd.read_csv(path, keep_default_na=False)
    account = read.account.check()
    assert (account.read, account.kept, account.filtered) == (len(frame), len(frame), {})
    assert columns(read, path.name) == {
        "id": ("Unique id",),
        "text": ("Customer Remarks",),
        "channel": ("channel_name",),
        "time": ("Issue_reported at",),
        "csat": ("CSAT Score",),
        "response_minutes": ("Issue_reported at", "issue_responded"),
    }
    table = read.to_table().to_pandas()
    for ours, theirs in {
        "channel": "channel_name",
        "csat": "CSAT Score",
        "time": "Issue_reported at",
    }.items():
        assert table[ours].notna().sum() == (frame[theirs] != "").sum()
    form = "%d/%m/%Y %H:%M"
    start = pd.to_datetime(frame["Issue_reported at"], format=form)
    minutes = (
        pd.to_datetime(frame["issue_responded"], format=form) - start
    ).dt.total_seconds() / 60
    pd.testing.assert_series_equal(
        table["response_minutes"], minutes.where(minutes >= 0), check_names=False
    )
    assert table["Customer_City"].dropna().tolist() == [c for c in frame["Customer_City"] if c]


def test_messages():
    """One row a message: the customers' turns make the conversations."""
    path = DUMPS / "help-desk-messages.csv"
    read, frame = read_conversations(path), pd.read_csv(path)
    account = read.account.check()
    users = frame[frame["message_author_type"] == "user"]
    assert account.read == len(frame)
    assert account.set_aside == {"written by an agent": len(frame) - len(users)}
    assert account.conversations == frame["conversation_id"].nunique()
    assert account.joined == len(users) - users["conversation_id"].nunique()
    when = pd.to_datetime(users["message_created_at"], format="%a %b %d %H:%M:%S %z %Y")
    first = when.dt.tz_localize(None).groupby(users["conversation_id"]).min()
    table = read.to_table().to_pandas().set_index("id")
    pd.testing.assert_series_equal(
        table["time"].sort_index(), first.sort_index(), check_names=False, check_dtype=False,
        check_index=True, check_freq=False,
    )  # fmt: skip


def test_clothing():
    """JSON lines with titles and stars."""
    path = DUMPS / "clothing-reviews.jsonl"
    read, frame = read_conversations(path), pd.read_json(path, lines=True)
    assert read.account.check().read == len(frame)
    stars(frame["rating"], read.account)
    assert columns(read, path.name) == {
        "id": ("review_id",), "title": ("title",), "text": ("body",), "rating": ("rating",),
    }  # fmt: skip
    assert set(frame.columns) - {"review_id", "title", "body", "rating"} <= set(read.schema.names)


def test_all_at_once():
    """The account of the folder is the sum of its files'."""
    together = read_conversations(DUMPS)
    parts = [read_conversations(path).account for path in sorted(DUMPS.iterdir())]
    total = parts[0] + parts[1] + parts[2] + parts[3]
    assert together.account == total
    table = together.to_table()
    assert len(set(table["id"].to_pylist())) == table.num_rows
    assert set(table["needs_status"].to_pylist()) <= set(STATUSES)
