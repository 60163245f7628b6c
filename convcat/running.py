"""The main job: dumps in, a folder of findings out (the command ``convcat run``).

    tagged.parquet       one row per conversation or review
    distribution.csv     the share of each need, with intervals
    failures.csv         where a need fails more than elsewhere
    changes.csv          what changed, month against month
    impact.csv           what needs go along with: ratings, satisfaction, waiting, order value
    themes.csv           what customers speak of inside the needs, and beside them
    findings.json        all of it for programs
    report.html          the page
    audit.xlsx           fifty conversations to read by hand
    run.json             row account, mapping, model, options, warnings
    slides/              on request: every chart and table of the page by itself

Dumps are read as a stream, tagged in parts beside the folder, and summed up part by part: memory
does not grow with the dump. Everything is written beside the folder first and moved in at the end.
A run that is stopped at any moment goes on where it was when it is started again, and ends with
the same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from convcat.exceptions import InputError, OutputError
from convcat.files import unwritable
from convcat.finding import find
from convcat.memory import settled
from convcat.ordered import Ordered
from convcat.outputs import (
    AUDIT_FILE,
    FILES,
    SLIDES,
    is_filled,
    place,
    write_findings,
    write_json,
    write_tagged,
)
from convcat.parts import discarded_if_unreadable, parts_folder
from convcat.pipeline import (
    ROWS,
    are_many,
    check_columns,
    fingerprint_dumps,
    ready_workers,
    write_parts,
)
from convcat.tagged_files import TAGGED_FILE
from convcat.tagged_parts import TaggedParts
from convcat.workers import are_ours, dismiss_workers, meanwhile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcat.classifier.model import NeedModel

Say = Callable[[str], None]


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
        The result objects: ``distribution``, ``failures``, ``changes`` and ``trend``
        (perhaps None), ``impact`` (perhaps None), ``read_today``, ``themes``, ``evidence``; over time
        ``change_points``, ``shift`` and ``effects`` (each perhaps None), and ``alerts``, a list.
    """

    out: Path
    account: dict[str, Any]
    findings: dict[str, Any] = field(repr=False)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what the user should know."""
        return tuple(self.account["warnings"])

    @property
    def alerts(self) -> tuple[dict[str, Any], ...]:
        """Return what somebody should be woken for; see :mod:`convcat.insight.alerts`."""
        return tuple(self.findings.get("alerts") or ())


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
    history: str | Path | None = None,
    actions: Any = None,
    orders: Any = None,
    hours: str | None = None,
    audit_n: int = 50,
    text: Literal["original", "masked", "none"] = "original",
    title: str | None = None,
    slides: bool = False,
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
        A model, its name or folder; the shipped default where none is given.
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
    history : str or path, optional
        A folder that keeps the counts of each month: those before are looked at too, and those
        read now are added. See :class:`convcat.History`.
    actions : path or dataframe, optional
        What was done and when: columns ``date``, ``action``, perhaps ``need`` and ``slice``.
    orders : Orders, path or several, optional
        The shop's orders of the same days, to join to the conversations and to count by. See
        :func:`convcat.join_orders`.
    hours : str, optional
        When questions are answered, such as ``"Mon-Fri 09:00-18:00 Europe/London"``; see
        :func:`convcat.impact`. Inferred from the answers otherwise, and said to be.
    audit_n : int, default 50
        Conversations in the audit sheet.
    text : {"original", "masked", "none"}, default "original"
        What ``tagged.parquet`` holds of the texts.
    title : str, optional
        Of the page.
    slides : bool, default False
        Whether every chart and table of the page is written by itself too, to ``slides/``; see
        :meth:`convcat.reporting.Report.write_slides`.
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

    Examples
    --------
    >>> import tempfile
    >>> import convcat, pyarrow as pa
    >>> texts = ["Where is my parcel? It is a week late.", "Far too small for a size 12.", None]
    >>> dump = pa.table({"id": ["a", "b", "c"], "text": texts})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     done = convcat.run(dump, out=f"{folder}/out", model="ecommerce-en-fast", n_jobs=1)
    ...     done.out.joinpath("report.html").is_file(), done.account["rows"]["kept"]
    (True, 3)
    >>> [row["need"] for row in done.findings["distribution"].rows if row["tagged"]]
    ['wismo', 'delay', 'sizing', 'unread']
    """
    from convcat.classifier import load
    from convcat.conversations import read_conversations
    from convcat.conversations.filters import check_stars
    from convcat.insight import audit_sample, read_audit
    from convcat.insight.actions import read_actions
    from convcat.insight.digest import Digest
    from convcat.insight.history import History
    from convcat.insight.response_hours import BusinessHours
    from convcat.reporting import report

    target = Path(out)
    if target.name in ("", ".."):
        target = target.resolve()
    _check_target(target, force=force)
    if seed < 0:
        raise InputError(f"A seed is a whole number from 0 on, not {seed}.")
    reader = load(model)
    stars = sorted(check_stars(stars) or ()) or None
    sheet = None if audit is None else read_audit(audit, reader.needs_)
    if sheet is not None and not len(sheet.ids):
        raise InputError(
            "The audit sheet holds no finished row yet: fill in the needs of some conversations, or "
            "leave the audit out."
        )
    # What is wrong with them is said before hours of tagging, not after.
    done = None if actions is None else read_actions(actions, reader.needs_)
    opened = None if hours is None else BusinessHours.parse(hours)
    if history is not None:
        History(history).load()
    with settled(), ThreadPoolExecutor(1) as beside:
        if are_many(dumps) and are_ours(n_jobs):
            beside.submit(ready_workers, reader, n_jobs)
        conversations = read_conversations(
            *dumps, mapping=mapping, kind=kind, stars=stars, batch_rows=ROWS
        )
        joined = Ordered(conversations, orders)
        check_columns(joined.schema, reader, by=by, rename=rename)
        plan = {
            "input": fingerprint_dumps([*dumps, *joined.given]),
            "orders": len(joined.given),
            "model": reader.hash,
            "version": _version(),
            "rows": ROWS,
            "mapping": None if mapping is None else dict(sorted(mapping.items())),
            "kind": kind,
            "stars": stars,
            "rename": rename,
            "masked": text == "masked",
        }
        if not plan["input"]:
            say("what is read cannot be read twice, so a run that is stopped starts anew")
        with _parts_of(target, plan, say) as folder:
            say("reading and tagging")
            with discarded_if_unreadable(folder):
                parts = write_parts(
                    joined.batches(),
                    folder,
                    reader,
                    rename=rename,
                    masked=text == "masked",
                    n_jobs=n_jobs,
                    say=say,
                )
            table = TaggedParts.of(
                parts, reader.metadata(), n_jobs=n_jobs, hidden=1 if text == "masked" else 0
            )
            dismiss_workers(n_jobs)  # each holds the model
            finished = folder / "finished"
            shutil.rmtree(finished, ignore_errors=True)
            finished.mkdir()
            # Arrow packs and writes beside Python's work: the table is all there.
            joining = beside.submit(write_tagged, finished / TAGGED_FILE, table, reader, text=text)
            say("finding what fails")
            digest = Digest.of(table, by=by)
            findings, warned, kept = find(
                digest,
                by=by,
                level=level,
                audit=sheet,
                previous=previous,
                hours=opened,
                history=history,
                actions=done,
                options={"stars": stars},
                seed=seed,
            )
            warnings = [*conversations.warnings, *joined.warnings, *warned]
            findings["distribution"] = joined.rated(findings["distribution"])
            facts = {
                "rows": conversations.account.to_dict(),
                "mapping": conversations.mapping_dict(),
                **joined.facts(),
                "model": {"id": reader.id, "version": reader.version, "hash": reader.hash},
                "taxonomy": reader.metadata()["taxonomy"],
                "version": _version(),
                "options": {
                    "kind": kind,
                    "stars": stars,
                    "by": None if by is None else list(by),
                    "level": level,
                    "audit": audit is not None,
                    "previous": previous is not None,
                    "history": history is not None,
                    "actions": None if done is None else len(done),
                    "hours": hours,
                    "text": text,
                    "seed": seed,
                },
                "warnings": warnings,
            }
            say("writing")
            write_findings(finished, findings, facts)
            sheet_of = partial(audit_sample, digest, n=audit_n, seed=seed)
            with meanwhile(sheet_of, apart=are_ours(table.workers)) as drawn:
                page = report(digest, findings=findings, run=facts, title=title, model=reader)
                page.write_html(finished / "report.html")
                if slides:
                    facts["slides"] = [path.name for path in page.write_slides(finished / SLIDES)]
                if is_filled(target / AUDIT_FILE):
                    warnings.append(
                        f"{AUDIT_FILE} holds answers, so it was left as it is; move it away for a "
                        "new sheet."
                    )
                else:
                    drawn().write_xlsx(finished / AUDIT_FILE)
            dismiss_workers(n_jobs)
            joining.result()
            write_json(finished / "run.json", facts)
            place(finished, target, facts.get("slides", ()))
            kept.keep()
    return Run(target, facts, findings)


def _check_target(target: Path, *, force: bool) -> None:
    if target.exists() and not target.is_dir():
        raise OutputError(f"{str(target)!r} is a file; --out names a folder.")
    foreign = (
        sorted(p.name for p in target.iterdir() if p.name not in (*FILES, SLIDES))
        if target.is_dir()
        else []
    )
    if foreign and not force and not (target / "run.json").is_file():
        raise OutputError(
            f"The folder {str(target)!r} holds other things ({foreign[0]!r}): name a new folder, "
            "or pass --force to write beside them."
        )


@contextmanager
def _parts_of(target: Path, plan: dict[str, Any], say: Say) -> Iterator[Path]:
    """Give the folder of parts; what the disk refuses becomes one sentence."""
    try:
        with parts_folder(target, plan, say) as folder:
            yield folder
    except OSError as error:
        raise unwritable(target, error) from None


def _version() -> str:
    import convcat

    return str(convcat.__version__)
