"""How well a model reads: F1 per need with bootstrap intervals, calibration, silence.

Intervals are percentile bootstraps over texts (Efron, 1979), 1,000 draws, seed fixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_DRAWS = 1_000


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval and the number of texts behind it."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True)
class Evaluation:
    """What :func:`evaluate` found.

    Attributes
    ----------
    name : str
        What was evaluated on what.
    n : int
        Texts.
    macro_f1 : Figure
        Mean F1 over the needs, ``other`` left out.
    f1, precision, recall : dict of str to Figure
        Per need.
    calibration_error : dict of str to float
        Mean distance of probability and share, in ten bins of like size, per need.
    quiet : Figure
        Share of texts without a need that get no tag.
    silent : Figure
        Share of texts with a need that get no tag.
    failed_f1 : Figure or None
        F1 of "something went wrong" at 0.5, where known.
    """

    name: str
    n: int
    macro_f1: Figure
    f1: dict[str, Figure]
    precision: dict[str, Figure]
    recall: dict[str, Figure]
    calibration_error: dict[str, float]
    quiet: Figure
    silent: Figure
    failed_f1: Figure | None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON-able values; what too few texts tell is None."""

        def plain(figure: Figure) -> dict[str, float]:
            return {
                "value": round(figure.value, 4),
                "low": round(figure.low, 4),
                "high": round(figure.high, 4),
                "n": figure.n,
            }

        return {
            "name": self.name,
            "n": self.n,
            "macro_f1": plain(self.macro_f1),
            "f1": {need: plain(figure) for need, figure in self.f1.items()},
            "precision": {need: plain(figure) for need, figure in self.precision.items()},
            "recall": {need: plain(figure) for need, figure in self.recall.items()},
            "calibration_error": {
                n: round(e, 4) if np.isfinite(e) else None
                for n, e in self.calibration_error.items()
            },
            "quiet": plain(self.quiet),
            "silent": plain(self.silent),
            "failed_f1": None if self.failed_f1 is None else plain(self.failed_f1),
        }

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.n} texts, macro-F1 {self.macro_f1}"]
        lines += [
            f"  {need:<12} F1 {self.f1[need]}  precision {self.precision[need].value:.3f}  "
            f"recall {self.recall[need].value:.3f}  n {self.f1[need].n}"
            for need in self.f1
        ]
        lines.append(f"  texts without a need that get no tag: {self.quiet}")
        lines.append(f"  texts with a need that get no tag: {self.silent}")
        if self.failed_f1 is not None:
            lines.append(f"  failed rather than asked: F1 {self.failed_f1}")
        return "\n".join(lines)


def evaluate(
    name: str,
    needs: tuple[str, ...],
    truth: Bools,
    tags: Bools,
    p: Floats,
    *,
    failed: tuple[Floats, Floats] | None = None,
    seed: int = 0,
) -> Evaluation:
    """Compare tags and probabilities with the truth.

    Parameters
    ----------
    name : str
        What is evaluated on what, for people.
    needs : tuple of str
    truth, tags : ndarray of bool, shape (texts, needs)
    p : ndarray of float, shape (texts, needs)
    failed : tuple of two ndarrays, optional
        Truth (NaN where not known) and probability of "something went wrong".
    seed : int
        Of the bootstrap.

    Returns
    -------
    Evaluation
    """
    n = len(truth)
    draws = np.random.default_rng(seed).integers(0, max(n, 1), size=(_DRAWS, n))
    hits, guesses, trues = truth & tags, tags, truth

    def counts(rows: npt.NDArray[np.int64] | slice) -> tuple[Floats, Floats, Floats]:
        return tuple(m[rows].sum(axis=0).astype(float) for m in (hits, guesses, trues))

    sampled = [counts(rows) for rows in draws]
    tp, pp, pos = counts(slice(None))
    stp, spp, spos = (np.array(column) for column in zip(*sampled, strict=True))

    def interval(value: float, draws_of: Floats, count: float) -> Figure:
        low, high = (
            np.nanpercentile(draws_of, [2.5, 97.5]) if np.isfinite(draws_of).any() else (0, 1)
        )
        return Figure(float(value), float(low), float(high), int(count))

    f1, s_f1 = _ratio(2 * tp, pp + pos), _ratio(2 * stp, spp + spos)
    precision, s_precision = _ratio(tp, pp), _ratio(stp, spp)
    recall, s_recall = _ratio(tp, pos), _ratio(stp, spos)
    untagged: Bools = ~np.asarray(tags.any(axis=1))
    carries: Bools = np.asarray(truth.any(axis=1))
    core = [j for j, need in enumerate(needs) if need != "other" and pos[j] > 0]

    def per_need(value: Floats, draw: Floats) -> dict[str, Figure]:
        return {need: interval(value[j], draw[:, j], pos[j]) for j, need in enumerate(needs)}

    return Evaluation(
        name=name,
        n=n,
        macro_f1=interval(float(f1[core].mean()), s_f1[:, core].mean(axis=1), n)
        if core
        else Figure(0.0, 0.0, 1.0, 0),
        f1=per_need(f1, s_f1),
        precision=per_need(precision, s_precision),
        recall=per_need(recall, s_recall),
        calibration_error={
            need: _calibration_error(p[:, j], truth[:, j]) for j, need in enumerate(needs)
        },
        quiet=_share(untagged[~carries], seed),
        silent=_share(untagged[carries], seed),
        failed_f1=None if failed is None else _failed_f1(*failed, seed=seed),
    )


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _share(events: Bools, seed: int) -> Figure:
    if not events.size:
        return Figure(0.0, 0.0, 1.0, 0)
    rng = np.random.default_rng(seed)
    draws = rng.binomial(events.size, events.mean(), size=_DRAWS) / events.size
    low, high = np.percentile(draws, [2.5, 97.5])
    return Figure(float(events.mean()), float(low), float(high), int(events.size))


def _failed_f1(truth: Floats, p: Floats, *, seed: int) -> Figure | None:
    known = np.isfinite(truth) & np.isfinite(p)
    if not known.any():
        return None
    wrong: Bools = np.greater(truth[known], 0)
    said: Bools = np.greater_equal(p[known], 0.5)
    draws = np.random.default_rng(seed).integers(0, wrong.size, size=(_DRAWS, wrong.size))
    values = [_f1(wrong[rows], said[rows]) for rows in draws]
    low, high = np.percentile(values, [2.5, 97.5])
    return Figure(_f1(wrong, said), float(low), float(high), int(wrong.size))


def _f1(truth: Bools, guess: Bools) -> float:
    return float(2 * (truth & guess).sum() / max(1, truth.sum() + guess.sum()))


def _calibration_error(p: Floats, truth: Bools) -> float:
    """Return the expected calibration error over ten bins of like size."""
    if p.size < 10:
        return float("nan")
    order = np.argsort(p, kind="stable")
    bins = np.array_split(order, 10)
    return float(sum(len(b) * abs(p[b].mean() - truth[b].mean()) for b in bins) / p.size)
