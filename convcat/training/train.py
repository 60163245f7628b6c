"""From labelled files to a model folder, its figures and its card, in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from convcat.classifier.estimator import NeedClassifier
from convcat.classifier.storage import CARD
from convcat.exceptions import InputError, OutputError
from convcat.insight.profile import ErrorProfile
from convcat.taxonomy import Taxonomy
from convcat.training.card import card
from convcat.training.corpus import LabelledCorpus, read_labelled, read_texts
from convcat.training.evaluation import Evaluation, evaluate
from convcat.training.finetune import FineTuning
from convcat.training.lessons import Lessons, joined, new_texts, taught

if TYPE_CHECKING:
    from convcat.classifier.model import NeedModel

_STRETCH = 15  # words; found on texts kept apart, beside 30, with the encoder
_ENOUGH_DRAWN = 300  # fewer texts drawn at random say too little about errors


def train(
    *data: str | Path,
    out: str | Path,
    name: str | None = None,
    version: str = "1.0",
    taxonomy: str | Path | Taxonomy = "ecommerce",
    held_out: Iterable[str | Path] = (),
    corrections: Iterable[str | Path] = (),
    sources: str = "",
    fine_tuning: FineTuning | None = None,
    teacher: NeedModel | str | Path | None = None,
    untagged: Iterable[str | Path] = (),
    joined_share: float = 0.0,
    folds: int | None = None,
    hold_out: Literal["sources", "texts"] = "sources",
    scores: str | Path | None = None,
    n_jobs: int | None = None,
    seed: int = 0,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[NeedModel, tuple[Evaluation, ...]]:
    """Train, evaluate and save a model.

    Whole sources are held out for calibration, thresholds and the error profile, so that they
    speak of shops that the model has not seen; with fewer than three sources, single texts are.

    Parameters
    ----------
    *data : str or path
        Labelled files or folders; see :func:`convcat.training.read_labelled`.
    out : str or path
        The model folder to write.
    name, version : str
        The model's id (the folder's name by default) and version.
    taxonomy : str, path or Taxonomy
    held_out : iterable of paths
        Labelled files that are evaluated and not trained on.
    corrections : iterable of paths
        Files that replace labels by id.
    sources : str
        What the texts are, in general terms, for the card.
    fine_tuning : FineTuning, optional
        A pre-trained encoder and how to fine-tune it; hashed n-grams where none is given.
    teacher : NeedModel, str or path, optional
        A model whose opinions of untagged texts an encoder is taught beside the labels.
    untagged : iterable of paths
        Files of texts without labels; texts that are trained or tested on are passed over.
    joined_share : float, default 0
        Of a source's short texts, those that an encoder reads once more, joined to another.
    folds : int, optional
        8 for n-grams, 2 for an encoder, which is fine-tuned once for each fold.
    hold_out : {"sources", "texts"}, default "sources"
        Whether whole sources are held out, as a shop that the model has not seen, or single texts
        of every source: an easier test, of how it reads more of the same.
    scores : str or path, optional
        A file for the out-of-fold probabilities beside the labels (npz, no texts in it).
    n_jobs : int, optional
    seed : int
    say : callable
        Receives a line of text per step.

    Returns
    -------
    model : NeedModel
    evaluations : tuple of Evaluation
        Out of fold, then on the held-out files where there are any.

    Raises
    ------
    InputError
        If a labelled file is not as it must be.
    OutputError
        If the folder cannot be written.
    """
    rules = taxonomy if isinstance(taxonomy, Taxonomy) else Taxonomy.load(taxonomy)
    corpus = read_labelled(*data, needs=rules.ids, corrections=corrections)
    say(f"read {corpus}")
    rows, drawn = corpus.drawn.copy(), int(corpus.drawn.sum())
    if drawn < _ENOUGH_DRAWN:
        say(f"{drawn} texts were drawn at random: error rates rest on all {len(corpus):,} texts")
        rows, drawn = np.ones(len(corpus), dtype=bool), 0
    by_source = hold_out == "sources" and len(set(corpus.sources)) >= 3
    apart = {
        path: read_labelled(path, needs=rules.ids, corrections=corrections) for path in held_out
    }
    if fine_tuning is not None:
        files = tuple(untagged)
        lessons = _lessons(corpus, rules.ids, teacher, files, apart.values(), joined_share, seed)
        say(f"{len(lessons.texts)} texts are taught beside the labelled ones")
        fine_tuning = replace(fine_tuning, lessons=lessons)
    elif teacher is not None or joined_share:
        raise InputError("Only an encoder is taught by a teacher or with joined texts.")
    folds = folds or (8 if fine_tuning is None else 2)
    clf = NeedClassifier(
        taxonomy=rules,
        features=fine_tuning or "ngrams",
        folds=folds,
        stretch=0 if fine_tuning is None else _STRETCH,
        n_jobs=n_jobs,
        random_state=seed,
    )
    clf.fit(
        corpus.texts,
        corpus.needs,
        failed=corpus.failed,
        groups=corpus.sources if by_source else None,
        representative=rows,
    )
    say("fitted: out-of-fold scores, calibration, thresholds")
    if scores is not None:
        _write_scores(Path(scores), clf, corpus)
    scored = np.isfinite(clf.oof_proba_[:, : len(rules.ids)]).all(axis=1)
    rows &= scored
    drawn = drawn and int(rows.sum())
    truth = _matrix(corpus, rules.ids)
    what = "sources held out" if by_source else "out of fold"
    evaluations = [
        evaluate(
            f"{what}, {which}",
            rules.ids,
            truth[own],
            clf.oof_tags_[own],
            clf.oof_proba_[own, : len(rules.ids)],
            failed=(corpus.failed[own], clf.oof_proba_[own, -1]),
        )
        for which, own in (
            ("texts drawn at random" if drawn else "all texts", rows),
            *([("all texts", scored)] if drawn else []),
        )
    ]
    for found in evaluations:
        say(str(found))
    none = ~truth.any(axis=1)
    profile = ErrorProfile.from_predictions(
        np.column_stack([truth, none, corpus.failed])[rows],
        clf.oof_proba_[rows],
        np.column_stack([clf.oof_tags_, ~clf.oof_tags_.any(axis=1), clf.oof_proba_[:, -1] >= 0.5])[
            rows
        ],
        np.array(corpus.sources)[rows],
        np.array(corpus.kinds)[rows],
        (*rules.ids, "none", "failed"),
    )
    facts: dict[str, Any] = {
        "texts": len(corpus),
        "sources": len(set(corpus.sources)),
        "drawn_at_random": drawn,
        "data_sha256": corpus.digest,
        "described_as": sources,
        "settings": {
            "folds": folds,
            "hold_out": "sources" if by_source else "texts",
            "seed": seed,
            "stretch": clf.stretch,
            **(
                {"C": clf.C, "max_iter": clf.max_iter}
                if fine_tuning is None
                else {
                    "base": fine_tuning.base_name,
                    **asdict(fine_tuning.recipe),
                    "lessons": 0 if fine_tuning.lessons is None else len(fine_tuning.lessons.texts),
                }
            ),
        },
    }
    model = replace(
        clf.model_,
        id=name or Path(out).name,
        version=version,
        profile_=profile.to_dict(),
        facts=facts,
    )
    for path, kept in apart.items():
        reading = model.read(kept.texts)
        evaluations.append(
            evaluate(
                f"held out: {Path(path).name}",
                rules.ids,
                _matrix(kept, rules.ids),
                reading.tags,
                reading.p,
                failed=(kept.failed, reading.p_failed),
            )
        )
        say(str(evaluations[-1]))
    model = replace(model, facts={**facts, "evaluations": [e.to_dict() for e in evaluations]})
    folder = model.save(out)
    (folder / CARD).write_text(card(model, tuple(evaluations)), encoding="utf-8")
    say(f"saved {folder}")
    return model, tuple(evaluations)


def _write_scores(path: Path, clf: NeedClassifier, corpus: LabelledCorpus) -> None:
    """Write what a benchmark of the distribution needs (``benchmarks/distribution.py``)."""
    try:
        with path.open("wb") as file:
            np.savez_compressed(
                file,
                p=clf.oof_proba_[:, : len(clf.needs_)],
                p_none=clf.oof_proba_[:, -2],
                p_failed=clf.oof_proba_[:, -1],
                failed=np.nan_to_num(corpus.failed, nan=1.0) > 0.5,
                y=_matrix(corpus, clf.needs_),
                needs=np.array(clf.needs_),
                source=np.array(corpus.sources),
                kind=np.array(corpus.kinds),
                selection=np.where(corpus.drawn, "random", "chosen"),
            )
    except OSError as error:
        raise OutputError(f"Cannot write {str(path)!r}: {error.strerror}.") from None


def _lessons(
    corpus: LabelledCorpus,
    ids: tuple[str, ...],
    teacher: NeedModel | str | Path | None,
    files: Sequence[str | Path],
    apart: Iterable[LabelledCorpus],
    share: float,
    seed: int,
) -> Lessons:
    """Return what an encoder is taught beside the labels: opinions of a teacher, joined texts."""
    if (teacher is None) != (not files):
        raise InputError("A teacher needs untagged texts, and untagged texts a teacher.")
    truth = _matrix(corpus, ids)
    targets = np.column_stack([truth, ~truth.any(axis=1), corpus.failed])
    pairs = joined(corpus.texts, targets, corpus.sources, share=share, seed=seed)
    if teacher is None:
        return pairs
    from convcat.classifier import load

    reader = load(teacher)
    if reader.needs_ != ids:
        raise InputError("The teacher has other needs than the labelled texts.")
    known = [pair for one in (corpus, *apart) for pair in zip(one.ids, one.texts, strict=True)]
    texts = new_texts(read_texts(*files), known)
    return taught(reader, texts) + pairs


def _matrix(corpus: LabelledCorpus, ids: tuple[str, ...]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.array([[need in own for need in ids] for own in corpus.needs], dtype=bool)


def evaluate_files(
    *data: str | Path,
    model: NeedModel | str | Path | None = None,
    corrections: Iterable[str | Path] = (),
) -> Evaluation:
    """Say how well a model reads labelled files.

    Parameters
    ----------
    *data : str or path
        Labelled files or folders.
    model : NeedModel, str or path, optional
        The shipped default where none is given.
    corrections : iterable of paths
        Files that replace labels by id.

    Returns
    -------
    Evaluation

    Raises
    ------
    InputError
        If a labelled file is not as it must be.
    ModelError
        If the model cannot be loaded.
    """
    from convcat.classifier import load

    reader = load(model)
    corpus = read_labelled(*data, needs=reader.needs_, corrections=corrections)
    reading = reader.read(corpus.texts)
    return evaluate(
        f"{reader.id} {reader.version} on {', '.join(Path(path).name for path in data)}",
        reader.needs_,
        _matrix(corpus, reader.needs_),
        reading.tags,
        reading.p,
        failed=(corpus.failed, reading.p_failed),
    )
