"""Files that are either whole or not there, even if the machine stops."""

from __future__ import annotations

import os
from pathlib import Path

from convcat.exceptions import OutputError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there once it is whole.

    Parameters
    ----------
    path : Path
        Where to; a file of that name is replaced.
    content : bytes

    Raises
    ------
    OSError
        If it cannot be written; what was there before is still there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder, "note.txt"), b"late again")
    ...     [(file.name, file.read_bytes()) for file in Path(folder).iterdir()]
    [('note.txt', b'late again')]
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def unwritable(path: str | Path, error: OSError, *, what: str = "") -> OutputError:
    """Return the one sentence that says why a file could not be written.

    Parameters
    ----------
    path : str or path
    error : OSError
    what : str, optional
        What was to be written there: ``"the report"``.

    Returns
    -------
    OutputError

    Examples
    --------
    >>> print(unwritable("x.csv", PermissionError(13, "Permission denied"), what="the sheet"))
    Cannot write the sheet to 'x.csv': Permission denied.
    """
    reason = error.strerror or type(error).__name__
    return OutputError(f"Cannot write {f'{what} to ' if what else ''}{str(path)!r}: {reason}.")
