"""Work that can be stopped at any moment: a folder of parts beside the target.

Each part is written whole or not at all, under a manifest that says what the parts are of. The
folder is locked while a run uses it and goes when the target is written. Parts stand in a folder
that bears their plan's hash: what a worker of a killed run still writes never meets another plan.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from convcat.exceptions import InputError, OutputError
from convcat.files import write_whole
from convcat.part_files import ARROW, rows_in, stored

MANIFEST = "manifest.json"


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
    """Give the folder of parts, empty unless it belongs to this very plan.

    Parameters
    ----------
    target : path
        The file or folder that the parts will become.
    plan : dict
        What decides the parts' bytes; ``input`` is the input's hash, or empty where the work
        cannot be resumed.
    say : callable
        Told where the work starts anew, and why.

    Raises
    ------
    OutputError
        If another run holds the folder.
    """
    # Workers that live on from before may stand in another working directory.
    folder = target.absolute().with_name(f".{target.name}.parts")
    with locked(folder, target):
        home = folder / plan_hash(plan)[:16]
        known = read_manifest(folder / MANIFEST)
        if known != plan or not plan["input"]:
            if known is not None and plan["input"]:
                say(f"{_changed(known, plan)} changed since the last run: starting anew")
            for old in folder.iterdir():
                if old.is_dir():
                    shutil.rmtree(old, ignore_errors=True)
            write_whole(folder / MANIFEST, json.dumps(plan, sort_keys=True).encode())
        home.mkdir(exist_ok=True)
        yield home
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def discarded_if_unreadable(folder: Path) -> Iterator[None]:
    """Take the parts away where the input cannot be read: a mended one has another plan."""
    try:
        yield
    except InputError:
        shutil.rmtree(folder.parent, ignore_errors=True)
        raise


def plan_hash(plan: dict[str, Any]) -> str:
    """Return a hash of a plan."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()


def read_manifest(path: Path) -> Any:
    """Return the plan in a manifest: ``None`` where there is none, empty where it is damaged."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:  # the machine stopped while it was written
        return {}


def _changed(known: Any, plan: dict[str, Any]) -> str:
    """Say what is not as it was."""
    old = known if isinstance(known, dict) else {}
    names = [name for name in ("input", "model") if old.get(name) != plan.get(name)]
    if any(old.get(name) != value for name, value in plan.items() if name not in names):
        names.append("an option")
    words = [name if name == "an option" else f"the {name}" for name in names]
    return " and ".join(words) or "something"


@contextmanager
def locked(folder: Path, target: Path, *, leave: bool = True) -> Iterator[None]:
    """Make a folder and hold its lock, which ends with the process: two runs never share it.

    Parameters
    ----------
    folder : path
    target : path
        What the run is said to write.
    leave : bool, default True
        Whether the folder stays when the block ends; it goes otherwise.

    Raises
    ------
    OutputError
        If another run holds it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # no such locks on this system
        folder.mkdir(exist_ok=True)
        yield
        if not leave:
            shutil.rmtree(folder, ignore_errors=True)
        return
    while True:
        folder.mkdir(exist_ok=True)
        handle = (folder / "lock").open("wb")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            raise OutputError(f"Another run is writing {str(target)!r}; wait for it.") from None
        if _stands(handle, folder / "lock"):
            break
        handle.close()  # a run that ended took the folder away in this very moment
    with handle:
        try:
            yield
        finally:
            if not leave:
                shutil.rmtree(folder, ignore_errors=True)


def _stands(handle: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle.fileno()), path.stat())
    except OSError:
        return False


def write_part(part: Path, table: pa.Table) -> None:
    """Write a part so that it is either whole or not there, whoever else writes it too.

    Parameters
    ----------
    part : path
        An Arrow file, by its suffix, or Parquet.
    table : pyarrow.Table
    """
    partial = part.with_name(f".{part.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as stream:
            if part.suffix == ARROW:
                table = stored(table)
                with pa.ipc.new_file(stream, table.schema) as file:
                    file.write_table(table.combine_chunks())
            else:
                pq.write_table(table, stream, compression="zstd")
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(part)
    finally:
        partial.unlink(missing_ok=True)


def part_column(part: Path, column: str, rows: int) -> list[Any] | None:
    """Return a column of a part, or ``None`` where the part is missing or damaged."""
    try:
        values = pq.read_table(part, columns=[column])[column].to_pylist()
    except (OSError, KeyError, pa.ArrowException):
        return None
    return values if len(values) == rows else None


def is_whole(part: Path, rows: int) -> bool:
    """Return whether a part is there with so many rows.

    A part takes its name only when all of it is on disk; its end says what it holds.
    """
    try:
        return rows_in(part) == rows
    except (OSError, pa.ArrowException):
        return False
