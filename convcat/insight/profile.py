"""What is known of a model's errors: how it read labelled sources that it had never seen.

Written at training time from out-of-fold predictions with whole sources (shops, streams) held out;
stored in the model; carried by every tagged table. Sources are anonymous: only counts are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.exceptions import InputError
from convcat.insight.signals import bin_of
from convcat.insight.transfer import Transfer, spread_between
from convcat.insight.transfer_fit import fit_transfers

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

VERSION = 3
_REFITTED = 3  # before it, transfers were learned otherwise; they follow from the counts
_FEW = 20  # carriers, and others: fewer say nothing of how scores tell them apart
PROFILE_BINS = 16
"""The histogram of scores is half as fine as a summary's: one step of log-odds per bin."""
_COUNTS = ("n", "carry", "tagged", "hits")
_SUMS = ("sum_p", "sum_pp", "sum_yp")
_HISTOGRAMS = ("read", "carried")


@dataclass(frozen=True, eq=False)
class ErrorProfile:
    """Counts of right and wrong per held-out source and signal, and what follows from them.

    Attributes
    ----------
    needs : tuple of str
        The signals: needs, usually also ``none`` and ``failed``.
    kinds : tuple of str
        Kind of conversation of each source.
    n, carry, tagged, hits : ndarray of int, shape (sources, signals)
        Labelled texts, those that carry the need, those that were tagged, those that are both.
    sum_p, sum_pp, sum_yp : ndarray of float, shape (sources, signals)
        Sums of p, of p squared, and of p over the carriers.
    read, carried : ndarray of int, shape (sources, signals, 16)
        Texts, and carriers, by score: the reliability histogram.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> p = rng.beta(0.5, 2, (600, 1)); y = rng.random((600, 1)) < p
    >>> source = np.repeat(list("abcdef"), 100)
    >>> profile = ErrorProfile.from_predictions(y, p, p > 0.5, source, ["review"] * 600, ["wismo"])
    >>> int(profile.n.sum()), profile.to_dict()["needs"]
    (600, ['wismo'])
    """

    needs: tuple[str, ...]
    kinds: tuple[str, ...]
    n: Ints
    carry: Ints
    tagged: Ints
    hits: Ints
    sum_p: Floats
    sum_pp: Floats
    sum_yp: Floats
    read: Ints = field(repr=False)
    carried: Ints = field(repr=False)

    @classmethod
    def from_predictions(
        cls,
        y: npt.ArrayLike,
        p: npt.ArrayLike,
        tags: npt.ArrayLike,
        sources: Sequence[Any] | npt.NDArray[Any],
        kinds: Sequence[Any] | npt.NDArray[Any],
        needs: Sequence[str],
    ) -> ErrorProfile:
        """Learn the errors from predictions for sources that were held out of training.

        Give only texts that were drawn at random within their source: texts chosen because a
        model was unsure would paint it too black, and their shares mean nothing.

        Parameters
        ----------
        y : array-like, shape (texts, signals)
            Labels, 0 or 1; NaN where not known.
        p : array-like, shape (texts, signals)
            Calibrated probabilities, out of fold; NaN where not known.
        tags : array-like of bool, shape (texts, signals)
            Tags given, out of fold.
        sources, kinds : sequence, length texts
            Source of each text (only used to group), and its kind of conversation.
        needs : sequence of str
            The signals, in column order: need ids, usually then ``"none"`` and ``"failed"``.

        Returns
        -------
        ErrorProfile

        Raises
        ------
        InputError
            If the shapes do not agree.
        """
        truth, score = np.asarray(y, dtype=np.float64), np.asarray(p, dtype=np.float64)
        tag = np.asarray(tags).astype(bool)
        shape = (len(sources), len(needs))
        if not (truth.shape == score.shape == tag.shape == shape and len(kinds) == shape[0]):
            raise InputError(
                f"Labels, probabilities and tags must all have the shape {shape} "
                "(texts, signals), with a source and a kind for each text."
            )
        found, group = np.unique(np.asarray(sources).astype(str), return_inverse=True)
        members = [group == s for s in range(len(found))]
        counts = [_count(truth[rows], score[rows], tag[rows]) for rows in members]
        kind_of = [str(np.asarray(kinds).astype(str)[rows][0]) for rows in members]
        # Sorted by what is in them: nothing tells which source is which.
        order = sorted(range(len(counts)), key=lambda s: (kind_of[s], counts[s]["n"].tolist()))
        arrays = {
            name: np.stack([counts[s][name] for s in order])
            if counts
            else np.zeros((0, len(needs), *((PROFILE_BINS,) * (name in _HISTOGRAMS))))
            for name in (*_COUNTS, *_SUMS, *_HISTOGRAMS)
        }
        return cls._of(tuple(needs), tuple(kind_of[s] for s in order), arrays)

    @classmethod
    def _of(
        cls,
        needs: tuple[str, ...],
        kinds: tuple[str, ...],
        arrays: dict[str, Any],
        transfers: dict[str, Transfer] | None = None,
    ) -> ErrorProfile:
        profile = cls(needs, kinds, **arrays)
        if transfers is not None:
            profile.__dict__["transfers"] = transfers
        return profile

    def __add__(self, other: ErrorProfile) -> ErrorProfile:
        """Return the profile of both: an audited month joins as one more source."""
        if not isinstance(other, ErrorProfile):
            return NotImplemented
        if self.needs != other.needs:
            raise InputError("These error profiles cannot be added: they differ in their needs.")
        arrays = {
            name: np.concatenate([getattr(self, name), getattr(other, name)])
            for name in (*_COUNTS, *_SUMS, *_HISTOGRAMS)
        }
        return self._of(self.needs, self.kinds + other.kinds, arrays)

    def without(self, source: int) -> ErrorProfile:
        """Return the profile as it would be had one source never been labelled."""
        keep = [s for s in range(len(self.kinds)) if s != source]
        arrays = {name: getattr(self, name)[keep] for name in (*_COUNTS, *_SUMS, *_HISTOGRAMS)}
        return self._of(self.needs, tuple(self.kinds[s] for s in keep), arrays)

    @cached_property
    def transfers(self) -> dict[str, Transfer]:
        """Per signal, how estimates for a source that the model has not seen turned out."""
        names = (*_COUNTS, *_SUMS, *_HISTOGRAMS)
        return fit_transfers(self.needs, {name: getattr(self, name) for name in names})

    @cached_property
    def spread(self) -> dict[str, dict[str, float]]:
        """Per signal, the deviation between sources of carriers' and of others' mean score."""
        both = spread_between(self.carry, self.n, self.sum_p, self.sum_pp, self.sum_yp)
        return {
            need: {"carriers": round(float(a), 4), "others": round(float(b), 4)}
            for need, a, b in zip(self.needs, *both, strict=True)
        }

    def separation(self, need: str) -> tuple[float, float] | None:
        """Return how far apart carriers' and others' mean scores stand, and its relative error.

        ``None`` where too few texts were labelled to say.
        """
        if need not in self.needs:
            return None
        j = self.needs.index(need)
        carry, rest = int(self.carry[:, j].sum()), int((self.n - self.carry)[:, j].sum())
        if min(carry, rest) < _FEW:
            return None
        high = float(self.sum_yp[:, j].sum()) / carry
        low = float((self.sum_p - self.sum_yp)[:, j].sum()) / rest
        apart = float(np.clip(high - low, 0.05, 1))
        between = self.spread[need]
        unsure = float(np.hypot(between["carriers"], between["others"])) / apart
        return apart, float(np.clip(unsure, 0.05, 0.5))

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-able values, compact; :meth:`from_dict` reads them back."""
        sources = [
            {
                "kind": kind,
                **{name: getattr(self, name)[s].tolist() for name in (*_COUNTS, *_SUMS)},
                **{name: [_trim(row) for row in getattr(self, name)[s]] for name in _HISTOGRAMS},
            }
            for s, kind in enumerate(self.kinds)
        ]
        return {
            "version": VERSION,
            "needs": list(self.needs),
            "spread": self.spread,
            "transfers": {need: t.to_list() for need, t in self.transfers.items()},
            "sources": sources,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ErrorProfile:
        """Read what :meth:`to_dict` gave.

        Raises
        ------
        InputError
            If the values do not form a profile, or one of a later version.
        """
        try:
            if int(data["version"]) > VERSION:
                raise InputError(
                    "The model's error profile is of a later version; update convcat to read it."
                )
            needs, sources = tuple(map(str, data["needs"])), list(data["sources"])
            arrays: dict[str, Any] = {}
            for name in (*_COUNTS, *_SUMS):
                kind = np.int64 if name in _COUNTS else np.float64
                rows = [source[name] for source in sources]
                arrays[name] = np.asarray(rows, dtype=kind).reshape(len(sources), len(needs))
            for name in _HISTOGRAMS:
                rows = [[_untrim(row) for row in source[name]] for source in sources]
                arrays[name] = np.asarray(rows, dtype=np.int64).reshape(
                    len(sources), len(needs), PROFILE_BINS
                )
            transfers = None
            if int(data["version"]) >= _REFITTED:
                transfers = {str(k): Transfer.from_list(v) for k, v in data["transfers"].items()}
            return cls._of(needs, tuple(str(s["kind"]) for s in sources), arrays, transfers)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError("The model's error profile is damaged.") from None


def profile_of(metadata: Mapping[str, Any], model: Any = None) -> ErrorProfile | None:
    """Return the profile of a given model, else the one that travels with a table, else ``None``.

    Parameters
    ----------
    metadata : mapping
        Metadata of a tagged table.
    model : ErrorProfile, dict, or object with ``profile_`` or ``profile``, optional
    """
    found = model if isinstance(model, ErrorProfile | Mapping) else None
    if model is not None and found is None:
        found = getattr(model, "profile_", None) or getattr(model, "profile", None)
    found = found or metadata.get("profile")
    if isinstance(found, ErrorProfile):
        return found
    return ErrorProfile.from_dict(found) if isinstance(found, Mapping) and found else None


def _count(y: Floats, p: Floats, tags: npt.NDArray[np.bool_]) -> dict[str, npt.NDArray[Any]]:
    known = np.isfinite(y) & np.isfinite(p)
    truth, score = np.where(known, y, 0.0), np.clip(np.where(known, p, 0.0), 0, 1)
    tag = tags & known
    bins = bin_of(score) // 2
    read = np.zeros((y.shape[1], PROFILE_BINS), dtype=np.int64)
    carried = np.zeros_like(read)
    for j in range(y.shape[1]):
        at = bins[known[:, j], j]
        read[j] = np.bincount(at, minlength=PROFILE_BINS)
        carried[j] = np.bincount(at[truth[known[:, j], j] > 0.5], minlength=PROFILE_BINS)
    return {
        "n": known.sum(axis=0),
        "carry": (truth > 0.5).sum(axis=0),
        "tagged": tag.sum(axis=0),
        "hits": (tag & (truth > 0.5)).sum(axis=0),
        "sum_p": np.round(score.sum(axis=0), 3),
        "sum_pp": np.round((score**2).sum(axis=0), 3),
        "sum_yp": np.round((truth * score).sum(axis=0), 3),
        "read": read,
        "carried": carried,
    }


def _trim(row: Ints) -> list[int]:
    """Write a histogram as its first filled bin and what follows."""
    filled = np.flatnonzero(row)
    if len(filled) == 0:
        return []
    first, last = int(filled[0]), int(filled[-1])
    return [first, *(int(v) for v in row[first : last + 1])]


def _untrim(values: Sequence[int]) -> list[int]:
    row = [0] * PROFILE_BINS
    if values:
        first, rest = int(values[0]), [int(v) for v in values[1:]]
        if first < 0 or first + len(rest) > PROFILE_BINS:
            raise ValueError("histogram")
        row[first : first + len(rest)] = rest
    return row
