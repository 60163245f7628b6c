"""A spaCy component: the needs of a text on its ``Doc``.

    import spacy
    nlp = spacy.blank("en")
    nlp.add_pipe("convcat_needs")
    doc = nlp("Where is my parcel?")
    doc.cats["wismo"], doc.spans["needs"]

``doc.cats`` holds the probability of every need (and of ``none`` and ``failed``); ``doc.spans["needs"]``
the words that carry the tags, labelled by need. Reading the texts does not depend on the pipeline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convcat.exceptions import MissingExtraError

try:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, SpanGroup
    from spacy.util import minibatch
except ImportError:
    raise MissingExtraError("spacy", "spacy", "The spaCy component") from None

if TYPE_CHECKING:
    from convcat.classifier import NeedModel

SPANS = "needs"
_FOLDER = "model"


class NeedsComponent:
    """Write the needs of each ``Doc`` to ``doc.cats`` and ``doc.spans["needs"]``.

    Made by ``nlp.add_pipe("convcat_needs", config={"model": ...})``.

    Parameters
    ----------
    nlp : Language
    name : str
    model : str or None
        A shipped model's name or a folder; the shipped default where none is given. It is loaded
        when the first text comes.
    evidence : bool
        Whether the words that carry the tags are looked for.

    Examples
    --------
    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("convcat_needs")
    >>> doc = nlp("Where is my parcel?")
    >>> doc.cats["wismo"] > 0.5, {span.label_ for span in doc.spans["needs"]} >= {"wismo"}
    (True, True)
    """

    def __init__(
        self, nlp: Language, name: str, *, model: str | None = None, evidence: bool = True
    ) -> None:
        self.name = name
        self.evidence = evidence
        self._source: Any = model
        self._loaded: NeedModel | None = None
        del nlp

    def __repr__(self) -> str:
        return (
            f"NeedsComponent(name={self.name!r}, model={self._source!r}, evidence={self.evidence})"
        )

    @property
    def model(self) -> NeedModel:
        """The model that reads."""
        if self._loaded is None:
            from convcat.classifier import load

            self._loaded = load(self._source)
        return self._loaded

    @property
    def labels(self) -> tuple[str, ...]:
        """Keys of ``doc.cats``."""
        return (*self.model.needs_, "none", "failed")

    def __call__(self, doc: Doc) -> Doc:
        """Read one text."""
        return next(iter(self.pipe([doc])))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """Read texts in batches; the same numbers as one by one."""
        for batch in minibatch(stream, size=batch_size):  # type: ignore[no-untyped-call]
            docs: list[Doc] = list(batch)
            reading = self.model.read([doc.text for doc in docs])
            for row, doc in enumerate(docs):
                values = (*reading.p[row], reading.p_none[row], reading.p_failed[row])
                doc.cats = {
                    **doc.cats,
                    **{label: float(v) for label, v in zip(self.labels, values, strict=True)},
                }
                doc.spans[SPANS] = SpanGroup(
                    doc, name=SPANS, spans=list(self._spans(doc, reading.tags[row]))
                )
                yield doc

    def _spans(self, doc: Doc, tags: Any) -> Iterator[Span]:
        if not self.evidence or not tags.any():
            return
        from convcat.classifier.evidence import spans

        needs = tuple(n for n, tagged in zip(self.model.needs_, tags, strict=True) if tagged)
        for found in spans(self.model, doc.text, needs):
            # A handle or an emoji may stand inside a token of spaCy's: the span grows to whole tokens.
            span = doc.char_span(found.start, found.end, label=found.need, alignment_mode="expand")
            if span is not None:
                yield span

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the model into the pipeline's folder, so that the pipeline travels whole."""
        del exclude
        self.model.save(Path(path) / _FOLDER)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> NeedsComponent:
        """Read the model from the pipeline's folder."""
        from convcat.classifier.storage import load_folder

        del exclude
        self._source = Path(path) / _FOLDER
        self._loaded = load_folder(self._source)
        return self


@Language.factory(
    "convcat_needs",
    assigns=["doc.cats", "doc.spans"],
    default_config={"model": None, "evidence": True},
)
def make_needs(nlp: Language, name: str, model: str | None, evidence: bool) -> NeedsComponent:  # noqa: FBT001
    """Make the component; spaCy calls this."""
    return NeedsComponent(nlp, name, model=model, evidence=evidence)
