"""Work that can be stopped at any moment: a folder of parts beside the target.

Each part is written whole or not at all, under a manifest that says what the parts are of. The
folder is locked while a run uses it and goes when the target is written.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from convcat.exceptions import OutputError
from convcat.files import write_whole


def fingerprint(source: Any) -> str:
    """Return a hash of the input's bytes, or nothing where it cannot be read twice."""
    if not isinstance(source, str | Path) or str(source) == "-":
        return ""
    digest = hashlib.sha256()
    with Path(source).open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


@contextmanager
def parts_folder(target: Path, plan: dict[str, Any], say: Callable[[str], None]) -> Iterator[Path]:
    """Give the folder of parts, emptied unless it belongs to this very plan.

    Parameters
    ----------
    target : path
        The file that the parts will become.
    plan : dict
        What decides the parts' bytes; ``input`` is the input's hash, or empty where the work
        cannot be resumed.
    say : callable
        Told where the work starts anew.

    Raises
    ------
    OutputError
        If another run holds the folder.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = target.with_name(f".{target.name}.parts")
    folder.mkdir(exist_ok=True)
    with _lock(folder / "lock", target):
        manifest = folder / "manifest.json"
        known = _read(manifest)
        if known != plan or not plan["input"]:
            if known is not None and plan["input"]:
                say("the input, the model or an option changed since the last run: starting anew")
            for part in folder.glob("part-*"):
                part.unlink()
            write_whole(manifest, json.dumps(plan, sort_keys=True).encode())
        yield folder
        shutil.rmtree(folder, ignore_errors=True)


def _read(manifest: Path) -> Any:
    try:
        return json.loads(manifest.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:  # the machine stopped while it was written
        return {}


@contextmanager
def _lock(path: Path, target: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, so that two runs never write one target."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system
        yield
        return
    with path.open("wb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise OutputError(f"Another run is writing {str(target)!r}; wait for it.") from None
        yield


def write_part(part: Path, table: pa.Table) -> None:
    """Write a part so that it is either whole or not there."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    write_whole(part, sink.getvalue())


def part_column(part: Path, column: str, rows: int) -> list[Any] | None:
    """Return a column of a part, or ``None`` where the part is missing or damaged."""
    try:
        values = pq.read_table(part, columns=[column])[column].to_pylist()
    except (OSError, KeyError, pa.ArrowException):
        return None
    return values if len(values) == rows else None
