"""The main job: dumps in, a folder of findings out (the command ``convcat run``).

    tagged.parquet       one row per conversation or review
    distribution.csv     the share of each need, with intervals
    failures.csv         where a need fails more than elsewhere
    changes.csv          what changed, month against month
    findings.json        all of it for programs
    report.html          the page
    audit.xlsx           fifty conversations to read by hand
    run.json             row account, mapping, model, options, warnings

Everything is written beside the folder first and moved in at the end: a run that fails leaves
nothing half-written.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from convcat import frames
from convcat.exceptions import InputError, OutputError
from convcat.tagged import STATUS, Tagged, columns_for, names_beside
from convcat.tagged_files import TAGGED_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcat.classifier.model import NeedModel

Say = Callable[[str], None]

AUDIT_FILE = "audit.xlsx"

FILES = (
    TAGGED_FILE,
    "distribution.csv",
    "failures.csv",
    "changes.csv",
    "findings.json",
    "report.html",
    AUDIT_FILE,
    "run.json",
)
"""What a run writes."""

_CHANGES = ("need", "before", "after", "change", "low", "high", "n_before", "n_after", "verdict")


@dataclass(frozen=True)
class Run:
    """What a run found and where it stands.

    Attributes
    ----------
    out : path
        The folder that was written.
    account : dict
        What is in ``run.json``.
    findings : dict
        The result objects: ``distribution``, ``failures``, ``changes`` (perhaps None), ``trend``
        (perhaps None).
    """

    out: Path
    account: dict[str, Any]
    findings: dict[str, Any] = field(repr=False)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what the user should know."""
        return tuple(self.account["warnings"])


def run(
    *dumps: Any,
    out: str | Path,
    model: NeedModel | str | Path | None = None,
    mapping: Mapping[str, Any] | None = None,
    kind: Literal["review", "support"] | None = None,
    stars: Iterable[int] | None = (2, 3),
    by: Sequence[str] | None = None,
    level: float = 0.95,
    audit: Any = None,
    previous: Any = None,
    audit_n: int = 50,
    text: Literal["original", "masked", "none"] = "original",
    title: str | None = None,
    seed: int = 0,
    n_jobs: int | None = -1,
    rename: bool = False,
    force: bool = False,
    say: Say = lambda _: None,
) -> Run:
    """Read dumps, tag every conversation, and write the findings.

    Parameters
    ----------
    *dumps : paths, "-", file objects or dataframes
        Exports of any platform: CSV, JSON lines, Parquet, XLSX, or a folder of them.
    out : str or path
        The folder to write; a folder that holds something other than an earlier run is refused.
    model : NeedModel, str or path, optional
    mapping : dict, optional
        Our column name -> yours, where it was not found by itself (``{"text": "Remarks"}``).
    kind : {"review", "support"}, optional
        What the dumps are, where it was not found by itself.
    stars : iterable of int or None, default (2, 3)
        Reviews of these stars are read; None reads all.
    by : sequence of str, optional
        Columns to look for failures in; found by themselves otherwise.
    level : float, default 0.95
        Of the intervals.
    audit : path or dataframe, optional
        A finished audit sheet of an earlier run over the same dumps.
    previous : path or dataframe, optional
        An earlier tagged table, or the folder of an earlier run, to compare with.
    audit_n : int, default 50
        Conversations in the audit sheet.
    text : {"original", "masked", "none"}, default "original"
        What ``tagged.parquet`` holds of the texts.
    title : str, optional
        Of the page.
    seed : int, default 0
        Of the audit sample.
    n_jobs : int, optional
        Worker processes; -1 is all cores. The result does not depend on it.
    rename : bool, default False
        Whether a column of the dump that bears a name of ours becomes ``<name>_input``.
    force : bool, default False
        Whether a folder that holds other things may be written into.
    say : callable
        Receives a line per step.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        If a dump cannot be read.
    ModelError
        If the model cannot be loaded.
    OutputError
        If the folder cannot be written.
    """
    from convcat.classifier import load
    from convcat.conversations import read_conversations

    target = Path(out)
    _check_target(target, force=force)
    reader = load(model)
    stars = None if stars is None else tuple(stars)
    conversations = read_conversations(*dumps, mapping=mapping, kind=kind, stars=stars)
    with _assembled(target) as folder:
        say("reading and tagging")
        table = _tag(conversations, reader, n_jobs=n_jobs, rename=rename, say=say)
        account = conversations.account
        findings = _findings(table, by=by, level=level, audit=audit, previous=previous, say=say)
        warnings = [*conversations.warnings, *findings.pop("warnings")]
        facts = {
            "rows": account.to_dict(),
            "mapping": conversations.mapping_dict(),
            "model": {"id": reader.id, "version": reader.version, "hash": reader.hash},
            "taxonomy": reader.metadata()["taxonomy"],
            "version": _version(),
            "options": {
                "kind": kind,
                "stars": None if stars is None else sorted(stars),
                "by": None if by is None else list(by),
                "level": level,
                "audit": audit is not None,
                "previous": previous is not None,
                "text": text,
                "seed": seed,
            },
            "warnings": warnings,
        }
        say("writing")
        _write_findings(folder, findings, facts)
        _write_report(folder, table, findings, facts, title=title, model=reader)
        if _is_filled(target / AUDIT_FILE):
            warnings.append(
                f"{AUDIT_FILE} holds answers, so it was left as it is; move it away for a new sheet."
            )
        else:
            _write_audit(folder, table, n=audit_n, seed=seed)
        _write_tagged(folder / TAGGED_FILE, table, text=text)
        _write_json(folder / "run.json", facts)
    return Run(target, facts, findings)


def _check_target(target: Path, *, force: bool) -> None:
    if target.exists() and not target.is_dir():
        raise OutputError(f"{str(target)!r} is a file; --out names a folder.")
    foreign = (
        sorted(p.name for p in target.iterdir() if p.name not in FILES) if target.is_dir() else []
    )
    if foreign and not force and not (target / "run.json").is_file():
        raise OutputError(
            f"The folder {str(target)!r} holds other things ({foreign[0]!r}): name a new folder, "
            "or pass --force to write beside them."
        )


@contextmanager
def _assembled(target: Path) -> Iterator[Path]:
    """Give a folder to write in, and move its files to the target once all are whole."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise OutputError(f"Cannot write to {str(target.parent)!r}: {error.strerror}.") from None
    try:
        yield partial
        target.mkdir(exist_ok=True)
        for path in sorted(partial.iterdir()):
            path.replace(target / path.name)
    except OSError as error:
        raise OutputError(f"Cannot write {str(target)!r}: {error.strerror or error}.") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _tag(
    conversations: Any, model: NeedModel, *, n_jobs: int | None, rename: bool, say: Say
) -> pa.Table:
    """Tag batch by batch; the rows that are not to be read keep their reason."""
    from convcat.labelling import tag_table

    tagged: list[pa.Table] = []
    rows = 0
    for batch in conversations.batches():
        own = [name for name in batch.column_names if name != STATUS]
        names = names_beside(own, model.needs_, where="The dump", rename=rename)
        status = batch[STATUS].to_pylist()
        tags = tag_table(batch["text"].to_pylist(), model, status, n_jobs=n_jobs)
        columns = {new: batch[name] for name, new in zip(own, names, strict=True)}
        columns |= {name: tags[name] for name in tags.column_names}
        tagged.append(pa.table(columns))
        rows += batch.num_rows
        say(f"tagged {rows:,} conversations")
    if not tagged:
        raise InputError("The dumps hold no row to read.")
    ours = set(columns_for(model.needs_))
    table = pa.concat_tables(tagged, promote_options="permissive")
    order = [n for n in table.column_names if n not in ours]
    order += [n for n in table.column_names if n in ours]
    return frames.with_metadata(table.select(order).combine_chunks(), model.metadata())


def _findings(
    table: pa.Table,
    *,
    by: Sequence[str] | None,
    level: float,
    audit: Any,
    previous: Any,
    say: Say,
) -> dict[str, Any]:
    from convcat.insight import changes, distribution, failures, read_audit, trend

    tagged = Tagged.of(table)
    sheet = read_audit(audit, tagged.needs) if audit is not None else None
    say("finding what fails")
    dist = distribution(tagged, audit=sheet, level=level)
    fails = failures(tagged, by=by, level=level, audit=sheet)
    moved = changes(tagged, previous=previous, level=level)
    found = {
        "distribution": dist,
        "failures": fails,
        "changes": moved,
        "trend": trend(tagged, level=level),
    }
    warnings = [
        w
        for result in found.values()
        if result is not None
        for w in getattr(result, "warnings", ())
    ]
    return {**found, "warnings": list(dict.fromkeys(warnings))}


def _write_findings(folder: Path, findings: dict[str, Any], facts: dict[str, Any]) -> None:
    for name in ("distribution", "failures", "changes"):
        result = findings[name]
        table = result.table if result is not None else pa.table({n: [] for n in _CHANGES})
        write_csv(folder / f"{name}.csv", table)
    plain = {name: None if r is None else r.to_dict() for name, r in findings.items()}
    _write_json(folder / "findings.json", {**plain, "rows": facts["rows"], "model": facts["model"]})


def write_csv(path: Path, table: Any) -> None:
    """Write a table as CSV in which no cell can run in a spreadsheet."""
    import csv

    from convcat.safety import spreadsheet_cell

    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        arrow = frames.to_arrow(table)
        writer.writerow(map(spreadsheet_cell, arrow.column_names))
        for row in zip(*(column.to_pylist() for column in arrow.columns), strict=True):
            writer.writerow(map(spreadsheet_cell, row))


def _write_report(
    folder: Path,
    table: pa.Table,
    findings: dict[str, Any],
    facts: dict[str, Any],
    *,
    title: str | None,
    model: NeedModel,
) -> None:
    from convcat.reporting import report

    page = report(table, findings=findings, run=facts, title=title, model=model)
    page.write_html(folder / "report.html")


def _is_filled(sheet: Path) -> bool:
    """Return whether a person has begun to fill a sheet: their work is never written over."""
    from convcat.insight import is_filled

    return sheet.is_file() and is_filled(sheet)


def _write_audit(folder: Path, table: pa.Table, *, n: int, seed: int) -> None:
    from convcat.insight import audit_sample

    audit_sample(table, n=n, seed=seed).write_xlsx(folder / AUDIT_FILE)


def _write_tagged(path: Path, table: pa.Table, *, text: str) -> None:
    import pyarrow.parquet as pq

    if text != "original" and "text" in table.column_names:
        at = table.column_names.index("text")
        if text == "none":
            table = table.remove_column(at)
        else:
            from convcat.privacy import mask

            masked = [None if value is None else mask(value) for value in table["text"].to_pylist()]
            table = table.set_column(at, "text", pa.array(masked, type=pa.string()))
    pq.write_table(table, path, compression="zstd")


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False, default=str, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _version() -> str:
    import convcat

    return str(convcat.__version__)
