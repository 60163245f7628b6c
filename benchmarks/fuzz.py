"""Can any input break the readers, the texts' cleaning, or the files that are read beside a dump?

    pip install atheris
    python benchmarks/fuzz.py --target csv --seconds 120      # led by coverage
    python benchmarks/fuzz.py --seconds 20 --blind            # every target in turn, no atheris

An input is a finding if it raises anything but one sentence for a person (`ConvcatError`), if the
row account does not agree with the table, or if it takes more than two seconds for a megabyte.
Findings are written to --findings, and the exit code is 1; each is mended and kept as a test.

Without atheris, or with --blind, inputs are made from the seeds by random changes, the same for the
same --seed.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import random
import shutil
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from convcat.exceptions import ConvcatError

ROOT = Path(__file__).resolve().parents[1]
SLOW = 2.0  # seconds for a megabyte, and for anything smaller
_FOLDER = Path(tempfile.mkdtemp(prefix="convcat-fuzz-"))


class Wrong(Exception):  # noqa: N818 - a finding, not an error of the program
    """Something was read, and what came of it is not right."""


def conversations(data: bytes) -> None:
    """Any bytes are a table with a true account, or refused in one sentence."""
    from convcat.conversations import read_conversations
    from convcat.exceptions import InputError

    try:
        read = read_conversations(io.BytesIO(data))
        table = read.to_table()
    except InputError as error:
        if "\n" in str(error):
            raise Wrong("more than one line") from None
        return
    account = read.account.check()
    if account.conversations != table.num_rows:
        raise Wrong(f"{account.conversations} conversations told, {table.num_rows} in the table")
    if len(set(table["id"].to_pylist())) != table.num_rows:
        raise Wrong("two rows of one id")
    repr(read)
    from convcat.conversations.inspection import _inspected

    for layout in read.files:
        _inspected(layout)


def texts(data: bytes) -> None:
    """Whatever is written can be cleaned, masked, told apart and shown."""
    from convcat.conversations.automatic import is_automatic, is_pitch
    from convcat.conversations.cleaning import clean
    from convcat.conversations.language import reads_english
    from convcat.privacy import find, mask
    from convcat.safety import from_spreadsheet, spreadsheet_safe, terminal_safe

    if data[:1] == b"\xff":  # halves of surrogate pairs too
        text = data[: len(data) & ~1].decode("utf-16-le", "surrogatepass")
    else:
        text = data.decode("utf-8", "replace")
    cleaned = clean(text)
    is_automatic(text)
    is_pitch(text)
    reads_english(text)
    if text.strip() and not cleaned and any(map(str.isalnum, text)) and "<" not in text:
        raise Wrong("cleaning emptied a text")
    end = 0
    for span in find(text):
        if not end <= span.start < span.end <= len(text):
            raise Wrong("spans that overlap, or are empty")
        end = span.end
    mask(text)
    if from_spreadsheet(spreadsheet_safe(text)) != text:
        raise Wrong("a cell that does not come back")
    if "\x1b" in terminal_safe(text):
        raise Wrong("an escape sequence gets through")


def evidence(data: bytes) -> None:
    """The words that carry a tag lie within the text."""
    text = data.decode("utf-8", "replace")
    for span in _model().tag(text).evidence:
        if not 0 <= span.start < span.end <= len(text):
            raise Wrong("evidence outside the text")


def orders(data: bytes) -> None:
    """Any bytes are orders, or refused in one sentence."""
    from convcat.orders import join_orders, read_orders

    read = read_orders(io.BytesIO(data))
    len(read)
    repr(read)
    join_orders(pa.table({"text": ["Where is order #1001?", "ann@example.org 1002"]}), read)


def audit(data: bytes) -> None:
    """Any bytes are an audit sheet, or refused in one sentence."""
    from convcat.insight import read_audit

    suffix = ".xlsx" if data.startswith(b"PK") else ".csv"
    path = _FOLDER / f"sheet{suffix}"
    path.write_bytes(data)
    read_audit(path, _model().needs_)


def actions(data: bytes) -> None:
    """Any bytes are a list of actions, or refused in one sentence."""
    from convcat.insight.actions import read_actions

    path = _FOLDER / "actions.csv"
    path.write_bytes(data)
    read_actions(path, _model().needs_)


def taxonomy(data: bytes) -> None:
    """Any bytes are a taxonomy, or refused with every error listed."""
    from convcat.taxonomy import Taxonomy

    path = _FOLDER / "needs.toml"
    path.write_bytes(data)
    Taxonomy.load(path)


def tagged(data: bytes) -> None:
    """Any bytes are a tagged table, or refused in one sentence."""
    from convcat.insight import distribution

    suffix = ".parquet" if data.startswith(b"PAR1") else ".csv" if data[:1] != b"{" else ".jsonl"
    path = _FOLDER / f"tagged{suffix}"
    path.write_bytes(data)
    repr(distribution(path))


def model(data: bytes) -> None:
    """A model folder with one file changed is refused in one sentence, or reads as before."""
    import convcat

    name, _, content = data.partition(b"\0")
    files = sorted(path.name for path in _tiny().iterdir())
    folder = _FOLDER / "model"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_tiny(), folder)
    (folder / files[len(name) % len(files)]).write_bytes(content)
    convcat.load(folder).predict_proba(["Where is my parcel?"])


_MODELS: dict[str, object] = {}


def _model():
    import convcat

    if "fast" not in _MODELS:
        _MODELS["fast"] = convcat.load("ecommerce-en-fast")
    return _MODELS["fast"]


def _tiny() -> Path:
    """A small model's folder."""
    folder = _FOLDER / "tiny"
    if not folder.exists():
        from convcat.classifier import NeedClassifier
        from convcat.classifier.featurizers import NgramFeaturizer
        from convcat.classifier.ngrams import NgramSpec
        from convcat.training import read_labelled

        corpus = read_labelled(
            ROOT / "data" / "corpus" / "support-short.jsonl", needs=_model().needs_
        )
        features = NgramFeaturizer(NgramSpec(bits=8))
        learned = NeedClassifier(features=features, folds=2, max_iter=5)
        learned.fit(corpus.texts, corpus.needs, failed=corpus.failed).model_.save(folder)
    return folder


# ---- seeds ------------------------------------------------------------------------------------

_ROWS = (
    "Ticket ID,Subject,Created time,Message,Channel,Rating\n"
    '1,Late,02/10/2025 08:11,"My parcel is late, again\nand again",email,2\n'
    "2,Re: Refund,2025-10-13T08:11:00Z,<p>Where is my refund?</p><blockquote>Dear</blockquote>,chat,3\n"
    '3,"He said ""no""",13.10.2025,Too small\u2026 \u00a345 for that?,email,4/5\n'
)
_TICKET = (
    '{"id": 7, "requester_id": 5, "subject": "Late", "created_at": "2025-10-02T08:00:00Z", "comments": '
    '[{"id": 1, "author_id": 5, "plain_body": "Where is it?", "public": true}, '
    '{"id": 2, "author_id": 9, "plain_body": "Which one?", "public": true}]}\n'
)
_INTERCOM = (
    '{"conversations": [{"type": "conversation", "id": "k", "created_at": 1759400000, "source": {"body": '
    '"<p>Hi</p>", "author": {"type": "user"}}, "conversation_parts": {"conversation_parts": [{"id": "p", '
    '"part_type": "comment", "body": "Late", "author": {"type": "user"}}]}}]}'
)
_CHAT = 'chat_id\ttimestamp\tsender\tmessage\nA\t2025-10-02 08:00\tAnn\tDo you "ship"?\nA\t2025-10-02 08:02\tAgent\tWe do.\n'
_ORDERS = (
    "Name,Email,Created at,Total,Lineitem name\n#1001,ann@example.org,2025-10-01 10:00:00 +0100,62.50,Shirt - Blue / M\n"
    '#1001,,,,"Oak; Table"\n#1002,bo@example.org,2025-10-02,"\u20ac 1.234,50",Mug\n'
)
_SHEET = "id,text,audit_needs,inclusion_probability,stratum,reader\nc1,Late,delay;wismo,0.5,all,A\nc2,Ok,none,0.5,all,\n"
_MAIL = (
    "Hi,\n\norder #48213 never came, call +44 7700 900123 or ann@example.org.\n\n-- \nAnn\n\n"
    "On Mon, 3 Nov 2025 at 10:12, Shop <help@example.com> wrote:\n> Dear Ann\n<p>\u00bfD\u00f3nde est\u00e1?</p>"
)


def _parquet(rows: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(rows, out, compression="none")
    return out.getvalue()


def _xlsx() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for title in ("September", "October"):
        sheet = book.add_worksheet(title)
        for i, row in enumerate(_ROWS.replace("\nand again", "").splitlines()):
            sheet.write_row(i, 0, row.split(",")[:6])
    book.close()
    return out.getvalue()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("october.csv", _ROWS)
        archive.writestr("tickets.ndjson", _TICKET)
    return out.getvalue()


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _tagged() -> pa.Table:
    import convcat

    return convcat.label(pa.table({"text": ["Where is my parcel?", "Lovely", ""]}), model=_model())


SEEDS: dict[str, tuple[Callable[[bytes], None], Callable[[], list[bytes]]]] = {
    "csv": (conversations, lambda: [
        _ROWS.encode(), _ROWS.encode("utf-16"), _ROWS.replace(",", ";").encode("cp1252", "replace"),
        b"sep=,\n" + _ROWS.encode("utf-8-sig"), _ROWS.replace("\n", "\r").encode()]),
    "tsv": (conversations, lambda: [_CHAT.encode(), _CHAT.encode("utf-16-le")]),
    "json": (conversations, lambda: [
        _INTERCOM.encode(), b"[" + _TICKET.encode() + b"]", b'{"tickets": [' + _TICKET.encode() + b"]}"]),
    "ndjson": (conversations, lambda: [_TICKET.encode() * 2, b'{"text": "It tore", "stars": 2}\n' * 3]),
    "xlsx": (conversations, lambda: [_xlsx()]),
    "parquet": (conversations, lambda: [_parquet(pa.table({
        "id": [1, 2], "review": ["It tore", "Too small"], "stars": [2, 3],
        "at": pa.array([0, 10**15], pa.timestamp("us")), "tags": [["a"], None]}))]),
    "packed": (conversations, lambda: [_zip(), _gzip(_ROWS.encode()), _gzip(_TICKET.encode())]),
    "texts": (texts, lambda: [_MAIL.encode(), b"\xff\xed\xa0\x80 late", b"=1+1", b"\x1b[31mred"]),
    "evidence": (evidence, lambda: [_MAIL.encode(), b"too small, not delivered", "\u0130\u00df\ufb01".encode()]),
    "orders": (orders, lambda: [_ORDERS.encode(), b'[{"name": "#1", "line_items": [{"title": "Mug"}]}]']),
    "audit": (audit, lambda: [_SHEET.encode(), _SHEET.encode("utf-16"), _xlsx()]),
    "actions": (actions, lambda: [b"date,action,need,slice\n2025-10-02,New carrier,delay,carrier=Hare\n"]),
    "taxonomy": (taxonomy, lambda: [(ROOT / "convcat/taxonomies/ecommerce.toml").read_bytes()]),
    "tagged": (tagged, lambda: [_parquet(_tagged()), b'{"text": "x", "needs": "delay", "p_delay": 0.9}\n']),
    "model": (model, lambda: [
        b"x" * i + b"\0" + path.read_bytes() for i, path in enumerate(sorted(_tiny().iterdir()))]),
}  # fmt: skip
"""What is fuzzed, with the inputs that changes start from."""

_PIECES = (
    b"", b'"', b'""', b"\n", b"\r\n", b",", b";", b"\t", b"\\", b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"{", b"}",
    b"[", b"]", b'":', b"null", b"NaN", b"1e999", b"-1", b"99999999999999999999", b"=", b"<", b">", b"<b>", b"\xe2\x80\xae", b"true",
    b"2025-02-31", b"0001-01-01", b"9999-12-31T23:59:59-23:59", b"\x1b[0m", b'{"a":' * 40, b"[" * 400, b"A" * 4096,
)  # fmt: skip


def changed(data: bytes, draw: random.Random, others: list[bytes]) -> bytes:
    """Return the bytes with a few random changes."""
    out = bytearray(data)
    for _ in range(1 + draw.getrandbits(3)):
        at, end = sorted(draw.randrange(len(out) + 1) for _ in "ab")
        end = min(end, at + (1 << draw.randrange(8)))
        kind = draw.randrange(7)
        if kind == 0 and out:
            out[at % len(out)] ^= 1 << draw.randrange(8)
        elif kind == 1:
            del out[at:end]
        elif kind == 2:
            out[at:at] = draw.choice(_PIECES)
        elif kind == 3:
            out[at:end] = draw.choice(_PIECES)
        elif kind == 4:
            out[at:at] = out[at:end] * draw.choice((1, 2, 50))
        elif kind == 5:
            other = draw.choice(others)
            start = draw.randrange(len(other) + 1)
            out[at:end] = other[start : start + draw.randrange(200)]
        else:
            del out[at:]
    return bytes(out)


def varied(data: bytes, draw: random.Random, others: list[bytes]) -> bytes:
    """Return the bytes with changes, of what is packed mostly within the packing."""
    if draw.random() < 0.2:
        return changed(data, draw, others)
    if data.startswith(b"\x1f\x8b"):
        return _gzip(changed(gzip.decompress(data), draw, others))
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        name = draw.choice(sorted(files))
        files[name] = changed(files[name], draw, [*files.values()])
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return out.getvalue()
    return changed(data, draw, others)


def told(target: Callable[[bytes], None], data: bytes) -> str | None:
    """Return what is wrong with how an input is taken, or ``None``."""
    start = time.process_time()
    try:
        target(data)
    except ConvcatError:
        pass
    except Wrong as wrong:
        return str(wrong)
    except Exception:  # noqa: BLE001 - that is what is looked for
        return traceback.format_exc()
    spent = time.process_time() - start
    return f"{spent:.1f} s" if spent > SLOW * max(1.0, len(data) / (1 << 20)) else None


def blind(name: str, seconds: float, seed: int, findings: Path) -> tuple[int, int]:
    """Try random changes of the seeds; return how many were tried and how many findings there are."""
    target, make = SEEDS[name]
    draw, seeds, seen, tried = random.Random(f"{seed} {name}"), make(), set(), 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = seeds[tried] if tried < len(seeds) else varied(draw.choice(seeds), draw, seeds)
        tried += 1
        if (wrong := told(target, data)) is not None:
            *before, last = wrong.strip().splitlines()
            ours = [line.strip() for line in before if "/convcat/" in line]
            place = f"{last.split(':')[0] if ours else last} {ours[-1] if ours else ''}"
            if place not in seen:
                seen.add(place)
                findings.mkdir(parents=True, exist_ok=True)
                file = findings / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}"
                file.write_bytes(data)
                print(f"  {name}: {place}\n    {file}", flush=True)
    return tried, len(seen)


def led(name: str, seconds: float, findings: Path) -> None:
    """Fuzz one target by coverage; ends the process at the first finding."""
    import atheris

    target, make = SEEDS[name]
    corpus = _FOLDER / "corpus"
    corpus.mkdir()
    with atheris.instrument_imports(include=["convcat"]):  # what is loaded once is loaded here
        for i, data in enumerate(make()):
            (corpus / str(i)).write_bytes(data)
            told(target, data)

    def one(data: bytes) -> None:
        if (wrong := told(target, data)) is not None:
            raise Wrong(wrong)

    findings.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={int(seconds)}",
        f"-artifact_prefix={findings}/{name}-",
        "-max_len=20000",
    ]
    atheris.Setup([sys.argv[0], *options, "-timeout=60", "-rss_limit_mb=4096", str(corpus)], one)
    atheris.Fuzz()


def main() -> int:
    """Fuzz what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--target", choices=[*SEEDS, "all"], default="all")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each target")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--blind", action="store_true", help="without atheris")
    parser.add_argument("--replay", type=Path, help="a finding to try again")
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    asked = parser.parse_args()
    try:
        if asked.replay:
            wrong = told(SEEDS[asked.target][0], asked.replay.read_bytes())
            print(wrong or "no finding")
            return int(wrong is not None)
        if not asked.blind and asked.target != "all":
            led(asked.target, asked.seconds, asked.findings)
            return 0
        found = 0
        for name in SEEDS if asked.target == "all" else [asked.target]:
            tried, wrong = blind(name, asked.seconds, asked.seed, asked.findings)
            print(f"{name:<10}{tried:>8,} inputs{wrong:>4} findings", flush=True)
            found += wrong
        return int(found > 0)
    finally:
        shutil.rmtree(_FOLDER, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main())
