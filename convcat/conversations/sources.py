"""What the user names becomes a list of sources: streams of bytes that can be read again, or frames.

Files, folders, standard input and open files are all given the same face. Compressed files are
unpacked while they are read; what cannot be read twice is first copied to a temporary file on disk.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tempfile
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import pyarrow as pa

from convcat import frames
from convcat.conversations.archives import DAMAGE, members_of, open_member
from convcat.exceptions import InputError

SUFFIXES = frozenset(
    [".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".xlsx", ".mbox"]
)  # fmt: skip
_LOOKED_FOR = f"looked for {', '.join(sorted(SUFFIXES))}"
_UNREAD = frozenset(
    {".xls", ".xlsb", ".ods", ".numbers", ".xml", ".html", ".htm", ".eml", ".msg", ".pdf", ".rar", ".7z", ".sqlite"}
)  # fmt: skip
_SOUGHT_THROUGH = frozenset({".parquet", ".pq", ".xlsx"})
_MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz"}
_OPENERS: dict[str, Callable[[Any], Any]] = {
    "gzip": gzip.open,
    "bzip2": bz2.open,
    "xz": lzma.open,
}


@dataclass(frozen=True)
class Source:
    """One dump: a file, an open stream or a frame.

    Attributes
    ----------
    name : str
        How it is called in messages and in the column ``file``.
    path : Path or None
        Where it lies, if it is a file.
    frame : pyarrow.Table or None
        Its rows, if it is a dataframe.
    member : str or None
        Which file of an archive it is.
    sheet : str or None
        Which sheet of a workbook is asked for.
    found : bool
        Whether it was come upon in a folder or an archive, not named by itself.
    """

    name: str
    path: Path | None = None
    spooled: Spool | None = None
    frame: pa.Table | None = None
    member: str | None = None
    sheet: str | None = None
    found: bool = False

    def open(self) -> BinaryIO:
        """Return a fresh binary stream from the start, unpacked."""
        packing = self.packing
        if packing is None:
            return self._raw()
        opener = _OPENERS[packing]
        # Opened by its path, an archive closes its file with itself.
        plain = self.path if self.member is None and self.spooled is None else None
        return cast("BinaryIO", opener(plain or self._raw()))

    def head(self, size: int = 65_536) -> bytes:
        """Return the first bytes, unpacked.

        Raises
        ------
        InputError
            If the file is damaged.
        """
        with self.open() as stream:
            try:
                return stream.read(size)
            except DAMAGE as error:
                raise InputError(f"{self.name} cannot be unpacked ({error}).") from None

    @property
    def packing(self) -> str | None:
        """The compression, or ``None``."""
        with self._raw() as raw:
            try:
                head = raw.read(8)
            except DAMAGE as error:
                raise InputError(f"{self.name} cannot be unpacked ({error}).") from None
        return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), None)

    def _raw(self) -> BinaryIO:
        if self.spooled is not None:
            self.spooled.file.seek(0)
            whole = cast("BinaryIO", _Borrowed(self.spooled.file))
            return whole if self.member is None else open_member(whole, self.member, self.name)
        assert self.path is not None
        if self.member is not None:
            return open_member(self.path, self.member, self.name)
        try:
            return self.path.open("rb")
        except OSError as error:
            raise InputError(f"{self.name} cannot be opened: {error.strerror}.") from None


class _Borrowed(io.RawIOBase):
    """A view of a stream whose closing leaves the stream open."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def sources_of(given: tuple[Any, ...]) -> list[Source]:
    """Return the dumps that the user named, folders opened, each file once.

    Parameters
    ----------
    given : tuple
        Paths of files or folders, ``"-"`` for standard input, open files, dataframes.

    Raises
    ------
    InputError
        If one is missing, is a folder without dumps, or is nothing that can be read.
    """
    if not given:
        raise InputError("No dump was named: give at least one file, folder or dataframe.")
    sources: list[Source] = []
    seen: set[tuple[Path, str | None, str | None]] = set()
    for one in given:
        for source in _expand(one, len(sources)):
            if source.path is not None:
                place = (source.path.resolve(), source.member, source.sheet)
                if place in seen:
                    continue
                seen.add(place)
            sources.append(source)
    return _with_names_apart(sources)


def passed_over(given: tuple[Any, ...]) -> list[str]:
    """Return the files of folders that may hold conversations in a format that is not read."""
    folders = [
        Path(one).expanduser() for one in given if isinstance(one, str | Path) and one != "-"
    ]
    return [
        file.relative_to(folder).as_posix()
        for folder in folders
        if folder.is_dir()
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() in _UNREAD and not _hidden(file.relative_to(folder))
    ]


def _expand(one: Any, index: int) -> Iterator[Source]:
    if isinstance(one, str) and one == "-":
        yield from _unpacked(Source("standard input", spooled=Spool(sys.stdin.buffer)))
    elif isinstance(one, str | Path):
        yield from _files(Path(one).expanduser())
    elif hasattr(one, "read"):
        name = getattr(one, "name", None)
        name = Path(name).name if isinstance(name, str) else "stream"
        yield from _unpacked(Source(name, spooled=Spool(one)))
    else:
        try:
            table = frames.to_arrow(one)
        except InputError as error:
            if "Expected a dataframe" not in str(error):
                raise
            raise InputError(
                f"A dump is a path, an open file or a dataframe, not {type(one).__name__}."
            ) from None
        yield Source("dataframe" if not index else f"dataframe {index + 1}", frame=table)


def _files(path: Path) -> Iterator[Source]:
    if path.is_dir():
        found = sorted(
            file
            for file in path.rglob("*")
            if file.is_file() and not _hidden(file.relative_to(path))
            if _is_dump(file) or file.suffix.lower() == ".zip"
        )
        named = [Source(file.relative_to(path).as_posix(), path=file, found=True) for file in found]
        sources = [one for source in named for one in _unpacked(source, empty=True)]
        if not sources:
            raise InputError(f"The folder {str(path)!r} holds no dump ({_LOOKED_FOR}).")
        yield from sources
    elif path.exists():
        yield from _unpacked(Source(path.name, path=path))
    elif "#" in path.name and (book := path.with_name(path.name.rpartition("#")[0])).is_file():
        yield Source(path.name, path=book, sheet=path.name.rpartition("#")[2])
    else:
        near = _neighbour(path)
        raise InputError(f"There is no file {str(path)!r}.{near}")


def _unpacked(source: Source, *, empty: bool = False) -> Iterator[Source]:
    """Give the dumps in an archive, or the source as it is if it is none."""
    with source._raw() as raw:  # noqa: SLF001 - of this module
        members = members_of(raw, source.name)
    if members is None:
        yield source
        return
    dumps = [one for one in sorted(members) if _is_dump(Path(one)) and not _hidden(Path(one))]
    if not dumps and not empty:
        raise InputError(f"The archive {source.name} holds no dump ({_LOOKED_FOR}).")
    for member in dumps:
        name = f"{source.name}/{member}"
        found = Source(
            name, path=source.path, spooled=source.spooled, member=member, found=len(dumps) > 1
        )
        if Path(member).suffix.lower() in _SOUGHT_THROUGH:
            # Read from back to front, such a file would be unpacked again and again.
            with found.open() as stream:
                found = replace(found, spooled=Spool(stream, name), member=None)
        yield found


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts)


def _is_dump(file: Path) -> bool:
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] in (".gz", ".bz2", ".xz"):
        suffixes.pop()
    return bool(suffixes) and suffixes[-1] in SUFFIXES


def _neighbour(path: Path) -> str:
    from convcat.exceptions import did_you_mean

    try:
        names = [file.name for file in path.parent.iterdir()]
    except OSError:
        return ""
    return did_you_mean(path.name, names)


class Spool:
    """A stream copied to a temporary file, so that it can be read twice; it goes when this goes.

    Parameters
    ----------
    stream : file object
        Of bytes or of text.
    name : str, optional
        How it is called in messages.

    Raises
    ------
    InputError
        If it breaks off or is damaged, or the disk for temporary files is full.
    """

    def __init__(self, stream: IO[Any], name: str = "The stream") -> None:
        self.file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - closed with this
        weakref.finalize(self, self.file.close)
        try:
            while block := stream.read(1 << 20):
                self.file.write(
                    block.encode("utf-8", errors="replace") if isinstance(block, str) else block
                )
        except DAMAGE as error:
            raise InputError(f"{name} cannot be copied to a temporary file ({error}).") from None


def _with_names_apart(sources: list[Source]) -> list[Source]:
    """Give sources of the same name their whole path, or a number, so that rows can be told apart."""
    named = Counter(source.name for source in sources)
    out: list[Source] = []
    taken: set[str] = set()
    for source in sources:
        name = source.name
        if named[name] > 1 and source.path is not None:
            name = source.path.as_posix() + (f"/{source.member}" if source.member else "")
            name += f"#{source.sheet}" if source.sheet else ""
        base, number = name, 2
        while name in taken:
            name, number = f"{base} ({number})", number + 1
        taken.add(name)
        out.append(replace(source, name=name))
    return out
