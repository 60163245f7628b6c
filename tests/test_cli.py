"""The command line: what a user types, what stands in the folder, what a mistake says."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from convcat.cli import main
from convcat.running import FILES

MESSAGES = [
    (
        "c1",
        "m1",
        "customer",
        "2026-09-03T10:00:00Z",
        "email",
        "Where is my parcel? No tracking since Monday.",
    ),
    ("c1", "m2", "agent", "2026-09-03T10:20:00Z", "email", "I am sorry, let me look that up."),
    ("c1", "m3", "customer", "2026-09-03T10:25:00Z", "email", "Thanks. My mail is ada@example.com"),
    (
        "c2",
        "m4",
        "customer",
        "2026-10-04T11:00:00Z",
        "chat",
        "The dress is far too small, how do I return it?",
    ),
    (
        "c3",
        "m5",
        "customer",
        "2026-10-05T12:00:00Z",
        "chat",
        '=HYPERLINK("http://example.com") <script>alert(1)</script> too tight',
    ),
    ("c4", "m6", "agent", "2026-10-05T12:00:00Z", "chat", "Hello, anybody there?"),
]


def convcat(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "convcat", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., object]:
    """Type a command in this process, which has the libraries imported; returns the exit code."""

    def run(*arguments: str) -> object:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["convcat", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code

    return run


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dump")
    path = folder / "support.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.writer(lines, delimiter=";")
        writer.writerow(
            ["conversation_id", "message_id", "author_role", "created_at", "channel", "body"]
        )
        writer.writerows(MESSAGES)
    return path


@pytest.fixture(scope="module")
def finished(dump: Path) -> Path:
    done = convcat("run", str(dump), "--out", "out", cwd=dump.parent)
    assert done.returncode == 0, done.stderr
    assert "The page: " in done.stdout
    return dump.parent / "out"


class TestRun:
    """``convcat run`` from a dump to a folder of findings."""

    def test_writes_every_file(self, finished: Path) -> None:
        """The folder holds what the documentation names, and nothing else."""
        assert sorted(p.name for p in finished.iterdir()) == sorted(FILES)

    def test_accounts_for_every_row(self, finished: Path) -> None:
        """Read rows are conversations, further messages, or set aside with a reason."""
        rows = json.loads((finished / "run.json").read_text())["rows"]
        assert rows["read"] == len(MESSAGES)
        assert rows["conversations"] == pq.read_table(finished / "tagged.parquet").num_rows
        assert (
            rows["kept"] + sum(rows["filtered"].values()) + rows["duplicates"]
            == rows["conversations"]
        )

    def test_counts_agree_with_the_tagged_table(self, finished: Path) -> None:
        """The tags counted in the distribution are those in the table, to the digit."""
        table = pq.read_table(finished / "tagged.parquet")
        tags = [need for needs in table["needs"].to_pylist() if needs for need in needs]
        with (finished / "distribution.csv").open(encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines) if row["need"] not in ("none", "unread")]
        assert rows
        for row in rows:
            assert int(row["tagged"]) == tags.count(row["need"])

    def test_nothing_of_a_customer_runs_in_the_page(self, finished: Path) -> None:
        """Markup from a customer is text."""
        assert "<script>alert" not in (finished / "report.html").read_text(encoding="utf-8")

    def test_masks_personal_data_in_the_page(self, finished: Path) -> None:
        """No e-mail address of a customer stands in the page."""
        assert "ada@example.com" not in (finished / "report.html").read_text(encoding="utf-8")

    def test_repeats_to_the_byte(self, dump: Path, finished: Path) -> None:
        """The same dump and model give the same findings, whatever the number of workers."""
        assert (
            convcat("run", str(dump), "--out", "again", "--jobs", "1", cwd=dump.parent).returncode
            == 0
        )
        for name in FILES:
            assert (finished / name).read_bytes() == (dump.parent / "again" / name).read_bytes(), (
                name
            )

    def test_can_mask_the_table(self, dump: Path, finished: Path) -> None:
        """``--text masked`` keeps personal data out of the table too."""
        assert finished.is_dir()
        done = convcat(
            "run", str(dump), "--out", "masked", "--text", "masked", "-q", cwd=dump.parent
        )
        assert (done.returncode, done.stdout) == (0, "")
        texts = pq.read_table(dump.parent / "masked" / "tagged.parquet")["text"].to_pylist()
        assert any("<email>" in text for text in texts if text)
        assert not any("ada@example.com" in text for text in texts if text)


class TestSummary:
    """What stands on the terminal after a run."""

    def test_says_where_rows_went(
        self, dump: Path, typed: Callable[..., object], capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Rows that are set aside are told with their reason."""
        typed("run", str(dump), "--out", "o", "--fast", "-j", "1")
        said = capfd.readouterr().out
        assert "Read 6 rows, 4 conversations; kept 3." in said
        assert "2 rows set aside: written by an agent" in said

    def test_of_reviews_that_are_all_left_out(
        self, tmp_path: Path, typed: Callable[..., object], capfd: pytest.CaptureFixture[str]
    ) -> None:
        """A month of five stars is not a riddle."""
        (tmp_path / "five.csv").write_text("Review,Stars\nLovely and soft,5\n")
        assert typed("run", "five.csv", "--out", "o", "--fast", "-j", "1") == 0
        said = capfd.readouterr().out
        assert "Read 1 row, 1 conversation; kept 0." in said
        assert "--stars all" in said
        assert "history" not in said


class TestMistakes:
    """A mistake is one sentence on standard error, exit code 2, and leaves nothing behind."""

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["run", "missing.csv", "--out", "x"], "missing.csv"),
            (["run", "empty.csv", "--out", "x"], "empty"),
            (["run", "numbers.csv", "--out", "x"], "text"),
            (["run", "picture.png", "--out", "x"], "not a table"),
            (["run", "good.csv", "--out", "x", "--model", "no-such-model"], "no-such-model"),
            (["run", "good.csv", "--out", "x", "--model", "."], "model"),
            (["run", "good.csv", "--out", "x", "--map", "text=Txt"], "Txt"),
            (["run", "good.csv", "--out", "x", "--map", "text"], "--map"),
            (["run", "good.csv", "--out", "x", "--stars", "9"], "--stars"),
            (["run", "good.csv", "--out", "x", "--level", "2"], "--level"),
            (["run", "good.csv", "--out", "x", "--by", "nothing"], "nothing"),
            (["run", "taken.csv", "--out", "x"], "--rename"),
            (["run", "good.csv", "--out", "good.csv"], "file"),
            (["run", "good.csv", "--out", "."], "--force"),
            (["report", "good.csv"], "not a tagged table"),
            (["audit", "read", "good.csv", "good.csv"], "not a tagged table"),
            (["train", "good.csv", "--out", "x"], "needs"),
            (["run", "good.csv", "--out", "x", "--seed", "-1"], "--seed"),
        ],
    )
    def test_is_one_sentence(
        self,
        tmp_path: Path,
        arguments: list[str],
        says: str,
        typed: Callable[..., object],
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        """The sentence names what is wrong; there is no traceback and no half-written folder."""
        (tmp_path / "empty.csv").write_text("")
        (tmp_path / "numbers.csv").write_text("a,b\n1,2\n3,4\n")
        (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
        (tmp_path / "good.csv").write_text(
            "text,id\nWhere is my parcel please?,1\nIt is much too small for me.,2\n"
        )
        (tmp_path / "taken.csv").write_text(
            "text,p_wismo\nWhere is my parcel please?,1\nToo small for me.,2\n"
        )
        before = sorted(p.name for p in tmp_path.iterdir())
        code = typed(*arguments)
        said = capfd.readouterr()
        assert code == 2, said
        assert says.lower() in said.err.lower()
        assert "Traceback" not in said.err
        assert sorted(p.name for p in tmp_path.iterdir()) == before

    def test_unknown_command_and_help(self, tmp_path: Path) -> None:
        """Help teaches the main job; an unknown command exits with 2, as a file that is not there."""
        assert convcat("runn", cwd=tmp_path).returncode == 2
        assert convcat("inspect", "missing.csv", cwd=tmp_path).returncode == 2
        help_text = convcat("--help", cwd=tmp_path)
        assert help_text.returncode == 0
        assert "convcat run" in help_text.stdout
        commands = help_text.stdout.split("Commands:", 1)[1]
        assert "..." not in commands
        assert len(commands.split("\n  ")) == 8


class TestInterrupt:
    """Ctrl-C is one sentence, exit code 130, however early."""

    def test_while_the_command_line_is_still_imported(self, tmp_path: Path) -> None:
        """No traceback, although nothing runs yet."""
        code = (
            "import sys\n"
            "class Interrupt:\n"
            "    def find_spec(self, name, *_):\n"
            "        if name == 'typer': raise KeyboardInterrupt\n"
            "sys.meta_path.insert(0, Interrupt())\n"
            "from convcat.cli import main\n"
            "main()"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 130
        assert done.stderr == "convcat: stopped; nothing half-written was left.\n"


class TestParts:
    """The parts of the main job, each alone."""

    def test_label_inspect_report_audit(
        self,
        dump: Path,
        finished: Path,
        tmp_path: Path,
        typed: Callable[..., object],
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        """Each command works on what another wrote."""
        labelled = convcat("label", str(dump), str(tmp_path / "t.csv"), cwd=tmp_path)
        assert labelled.returncode == 0, labelled.stderr
        with (tmp_path / "t.csv").open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        assert len(rows) == len(MESSAGES)
        assert all(row["needs_status"] for row in rows)
        assert typed("inspect", str(dump)) == 0
        assert "body" in capfd.readouterr().out
        assert typed("report", str(finished), "-o", "page.html", "--slides", "deck") == 0
        assert (tmp_path / "page.html").stat().st_size > 10_000
        assert (tmp_path / "deck" / "distribution-support.svg").is_file()
        assert "The slides: deck (" in capfd.readouterr().out
        assert typed("audit", "draw", str(finished), "-o", "sheet.csv", "-n", "2") == 0
        sheet = (tmp_path / "sheet.csv").read_text(encoding="utf-8")
        assert "audit_needs" in sheet
        assert "ada@example.com" not in sheet
        capfd.readouterr()
        for command in (["audit", "read", str(finished)], ["report", str(finished), "--audit"]):
            assert typed(*command, "sheet.csv") == 2
            assert "sheet.csv holds no answer yet" in capfd.readouterr().err
        with (tmp_path / "sheet.csv").open(encoding="utf-8-sig", newline="") as lines:
            names, *rows = csv.reader(lines)
        for row in rows:
            row[names.index("audit_needs")] = "wismo"
        with (tmp_path / "sheet.csv").open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([names, *rows])
        assert typed("audit", "read", str(finished), "sheet.csv") == 0
        assert "audit, with the model's scores as help" in capfd.readouterr().out

    def test_a_run_says_how_many_were_read_by_hand(
        self,
        dump: Path,
        tmp_path: Path,
        typed: Callable[..., object],
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        """The summary tells that the audit counted, and with how many conversations."""
        (tmp_path / "read.csv").write_text("id,audit_needs\nc1,wismo\nc2,sizing; returns\n")
        plain = ["run", str(dump), "--out", "o", "--fast", "-j", "1"]
        assert typed(*plain) == 0
        assert "read by hand" not in capfd.readouterr().out
        assert typed(*plain, "--audit", "read.csv") == 0
        assert "With 2 conversations of the audit sheet, read by hand." in capfd.readouterr().out
