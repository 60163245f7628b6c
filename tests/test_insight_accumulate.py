"""An audited month becomes part of what is known of the model."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import expit

from convcat.exceptions import InputError
from convcat.insight import distribution, learn
from convcat.insight.profile import ErrorProfile


def month(n=200, seed=0):
    rng = np.random.default_rng(seed)
    s = rng.normal(-1, 2, n)
    truth = rng.random(n) < expit(s)
    table = pa.table(
        {
            "id": [f"c{i}" for i in range(n)],
            "needs": [["wismo"] if x > 0 else [] for x in s],
            "p_wismo": expit(s),
            "needs_status": ["ok"] * n,
        }
    )
    sheet = {
        "id": [f"c{i}" for i in range(50)],
        "audit_needs": np.where(truth[:50], "wismo", "none"),
    }
    return table, pa.table(sheet), truth


def test_counts_join_as_one_more_source():
    """Fifty checks: one source more, with their hits; what is not asked stays unknown."""
    table, sheet, truth = month()
    first = learn(table, sheet)
    assert first.n[0, 0] == 50
    assert first.carry[0, 0] == truth[:50].sum()
    second = learn(*month(seed=1)[:2], model=first)
    assert len(second.kinds) == 2
    record = ErrorProfile.from_predictions(
        np.zeros((9, 2)),
        np.full((9, 2), 0.1),
        np.zeros((9, 2)),
        ["a"] * 9,
        ["r"] * 9,
        ["wismo", "failed"],
    )
    joined = learn(table, sheet, model=record)
    assert joined.n[:, joined.needs.index("failed")].sum() == 9


def test_a_sheet_of_other_conversations_is_refused():
    """It says nothing of this month."""
    table, sheet, _ = month()
    other = sheet.set_column(0, "id", pa.array([f"x{i}" for i in range(50)]))
    with pytest.raises(InputError, match="another dump"):
        learn(table, other)


def test_enough_audited_months_replace_the_assumption():
    """Without a record errors are assumed; after five audited months they are known."""
    record = None
    for seed in range(5):
        table, sheet, _ = month(seed=seed)
        record = learn(table, sheet, model=record)
    found = distribution(month(seed=9)[0], model=record)
    assert found.rows[0]["method"] == "scores, adjusted for known errors"
