"""What needs are held against: scores, money, waiting and coming back, found among the columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.tagged import Tagged

Scale = Literal["mean", "share", "ratio"]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NPS = ("nps", "npsscore", "npsrating", "netpromoterscore", "likelihoodtorecommend", "recommend",
        "recommendscore", "wouldrecommend")  # fmt: skip
VALUE = ("ordervalue", "ordertotal", "orderamount", "totalprice", "totalordervalue", "basketvalue",
          "cartvalue", "itemprice", "orderprice", "purchasevalue", "grandtotal")  # fmt: skip
CUSTOMER = ("customerid", "customer", "customeremail", "requesterid", "requesteremail",
             "requester", "email", "emailaddress", "userid", "contactid", "contactemail",
             "consumerid", "clientid", "buyerid", "customernumber", "orderid", "ordernumber",
             "orderno", "order")  # fmt: skip
_WORDS = {"promoter": 10.0, "passive": 8.0, "detractor": 0.0}
_AMOUNT = re.compile(r"[-+]?(?:\d{1,3}(?:[,\s.'’]\d{3})+|\d+)(?:[.,]\d{1,2})?(?!\d)")
_MOSTLY = 0.8  # of a column's filled cells must be what its name promises
_SCALES = (1.0, 5.0, 10.0, 100.0)


@dataclass(frozen=True)
class Outcome:
    """One thing that a need may go along with.

    Attributes
    ----------
    name : str
        ``rating``, ``csat``, ``nps``, ``order_value``, ``repeat``, ``answered_in_time`` or
        ``response_minutes``.
    scale : {"mean", "share", "ratio"}
        How two groups are held side by side; a ratio is of typical values, its ``values`` are
        logarithms.
    values : ndarray of float, shape (rows,)
        NaN where not known.
    says : str
        What it is, in words.
    """

    name: str
    scale: Scale
    values: Floats
    says: str


def scores_of(tagged: Tagged, left_out: dict[str, str]) -> list[Outcome]:
    """Return rating, satisfaction, NPS and order value, where the table has them.

    Parameters
    ----------
    tagged : Tagged
    left_out : dict
        Receives what was not used, and why.
    """
    found: list[Outcome] = []
    if (rating := _numbers(tagged, "rating")) is not None:
        stars = np.unique(np.rint(rating[tagged.ok & np.isfinite(rating)]))
        listed = ", ".join(f"{s:g}" for s in stars[:10])
        found.append(Outcome("rating", "mean", rating, f"stars of the reviews read: {listed}"))
    if (csat := _numbers(tagged, "csat")) is not None:
        top = _one_scale(tagged, csat)
        if top is None:
            left_out["csat"] = "the files score it on different scales"
        elif top == 1:
            found.append(Outcome("csat", "share", np.round(csat), "satisfied (1 of 0 and 1)"))
        else:
            found.append(Outcome("csat", "mean", csat, f"satisfaction on a scale to {top:g}"))
    for column in named_in(tagged.table.column_names, NPS):
        nps = _number_column(tagged, column, _nps)
        if nps is not None:
            says = f"net promoter score, from {column!r}: promoters minus detractors, in points"
            found.append(Outcome("nps", "mean", nps, says))
            break
    for column in named_in(tagged.table.column_names, VALUE):
        value = _number_column(tagged, column, amount)
        if value is not None:
            found.append(Outcome("order_value", "mean", value, f"money, from {column!r}"))
            break
    return found


def repeat_of(tagged: Tagged, customer: str | None, days: float) -> Outcome | None:
    """Return whether the same customer wrote again within some days.

    Conversations so late that the table ends before those days are over are not judged.
    """
    named = [customer] if customer else named_in(tagged.table.column_names, CUSTOMER)
    if "time" not in tagged.table.column_names or not named:
        return None
    moments = tagged.table["time"]
    if not pa.types.is_timestamp(moments.type):
        return None
    when = np.asarray(moments.cast(pa.timestamp("us")).to_numpy()).astype("datetime64[us]")
    here = np.asarray(tagged.status != "duplicate", dtype=bool) & ~np.isnat(when)
    for column in named:
        code = _codes(tagged, column)
        known = here & (code >= 0)
        if not known.any() or np.bincount(code[known]).max() < 2:
            continue
        return Outcome(
            "repeat", "share", _again(code, when, known, days),
            f"wrote again within {days:g} days, same {column!r}",
        )  # fmt: skip
    return None


def _again(code: npt.NDArray[np.int64], when: Any, known: Bools, days: float) -> Floats:
    """Return 1 where the next conversation of the same code follows within the days, else 0."""
    within = np.timedelta64(round(days * 86_400_000_000), "us")
    rows = np.flatnonzero(known)
    rows = rows[np.lexsort((rows, when[rows], code[rows]))]
    out = np.full(len(code), np.nan)
    out[rows] = 0.0
    same = code[rows[1:]] == code[rows[:-1]]
    soon = when[rows[1:]] - when[rows[:-1]] <= within
    out[rows[:-1][same & soon]] = 1.0
    out[rows[(out[rows] == 0) & (when[rows] + within > when[rows].max())]] = np.nan
    return out


def amount(cell: str) -> float | None:
    """Return a sum of money as exports write it.

    Examples
    --------
    >>> [amount(cell) for cell in ("97.00", "£1,299.00", "1.299,50 EUR", "1 299", "free")]
    [97.0, 1299.0, 1299.5, 1299.0, None]
    """
    told = _AMOUNT.search(cell) if len(cell) <= 40 else None
    if told is None:
        return None
    whole, cents = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", told[0]).groups()  # type: ignore[union-attr]
    sign = -1.0 if whole.startswith("-") else 1.0
    digits = re.sub(r"\D", "", whole)
    return sign * float(f"{digits}.{cents or 0}") if len(digits) < 13 else None


def _nps(cell: str) -> float | None:
    """Return 100, 0 or -100 for a score of 0 to 10 or its name."""
    score = _WORDS.get(cell.strip().lower().rstrip("s"))
    if score is None:
        try:
            score = float(cell)
        except ValueError:
            return None
    if not 0 <= score <= 10:
        return None
    return 100.0 if score >= 9 else 0.0 if score >= 7 else -100.0


def named_in(columns: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return the columns that bear one of the names, in the order of the names."""
    folded: dict[str, str] = {}
    for column in columns:
        folded.setdefault(re.sub(r"[^a-z0-9]", "", column.lower()), column)
    return [folded[name] for name in names if name in folded]


def _numbers(tagged: Tagged, name: str) -> Floats | None:
    """Return one of our own columns of numbers; ``None`` where it holds none that was read."""
    if name not in tagged.table.column_names:
        return None
    column = tagged.table[name]
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        return _number_column(tagged, name, _plain)
    values = np.asarray(pc.cast(column, pa.float64()).fill_null(float("nan")).to_numpy())
    values = np.where(np.isfinite(values), values, np.nan)
    return values if np.isfinite(values[tagged.ok]).any() else None


def _number_column(tagged: Tagged, name: str, read: Any) -> Floats | None:
    """Return a column of an export as numbers, where most of its cells are."""
    try:
        text = pc.cast(tagged.table[name], pa.string()).combine_chunks().dictionary_encode()
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return None
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks() if text.num_chunks else pa.array([], pa.string())
        text = text.dictionary_encode() if not pa.types.is_dictionary(text.type) else text
    cells = text.dictionary.to_pylist()
    found = [None if cell is None or not cell.strip() else read(cell) for cell in cells]
    numbers = np.asarray([np.nan if v is None else v for v in found] + [np.nan], dtype=np.float64)
    filled = np.asarray([bool(cell and cell.strip()) for cell in cells] + [False])
    codes = np.asarray(text.indices.fill_null(len(cells)), dtype=np.int64)
    values, told = numbers[codes], filled[codes] & tagged.ok
    if not told.any() or np.isfinite(values[told]).mean() < _MOSTLY:
        return None
    return np.asarray(values)


def _plain(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _one_scale(tagged: Tagged, scores: Floats) -> float | None:
    """Return the end of the scale, where all files share one."""
    where = np.asarray([""] * len(scores), dtype=object)
    if "file" in tagged.table.column_names:
        where = np.asarray([str(v) for v in tagged.column("file")], dtype=object)
    known = tagged.ok & np.isfinite(scores)
    tops = {float(scores[known & (where == name)].max()) for name in set(where[known])}
    ends = {next((end for end in _SCALES if top <= end), float("inf")) for top in tops}
    return ends.pop() if len(ends) == 1 else None


def _codes(tagged: Tagged, name: str) -> npt.NDArray[np.int64]:
    """Return one number per value of a column; -1 where blank."""
    column = tagged.table[name] if name in tagged.table.column_names else tagged.column(name)
    try:
        text = pc.utf8_lower(pc.utf8_trim_whitespace(pc.cast(column, pa.string())))
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return np.full(len(tagged), -1, dtype=np.int64)
    at: dict[str, int] = {}
    return np.asarray(
        [at.setdefault(v, len(at)) if v not in (None, "", "-") else -1 for v in text.to_pylist()],
        dtype=np.int64,
    )
