"""What the documentation shows, runs."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def first_conversations(n: int, target: Path) -> None:
    """Write the beginning of the sample month, whole conversations."""
    with (ROOT / "data" / "sample-month" / "support.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        names, *rows = csv.reader(file)
    ids = {*list(dict.fromkeys(row[names.index("conversation_id")] for row in rows))[:n]}
    with target.open("w", encoding="utf-8", newline="") as file:
        kept = (row for row in rows if row[names.index("conversation_id")] in ids)
        csv.writer(file).writerows([names, *kept])


class TestReadme:
    """The first page that a user reads."""

    def test_is_short(self) -> None:
        """It can be read in one go."""
        assert len(README.splitlines()) <= 150

    def test_two_commands(self) -> None:
        """The section holds two blocks of one line: the main job, the tests."""
        section = README.split("## Two commands", 1)[1].split("\n## ", 1)[0]
        blocks = re.findall(r"```\w*\n(.*?)```", section, re.DOTALL)
        assert [len(block.splitlines()) for block in blocks] == [1, 1]

    def test_links_lead_somewhere(self) -> None:
        """Every relative link and picture is a file of the project."""
        for target in re.findall(r"\]\(([^)#]+)\)", README):
            assert target.startswith("http") or (ROOT / target).exists(), target

    def test_session_runs(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The Python session works as it stands, here on the first sixty conversations."""
        pytest.importorskip("pandas")
        (tmp_path / "data" / "sample-month").mkdir(parents=True)
        first_conversations(60, tmp_path / "data" / "sample-month" / "support.csv")
        monkeypatch.chdir(tmp_path)
        code = "\n".join(re.findall(r"```python\n(.*?)```", README, re.DOTALL))
        exec(compile(code, "README.md", "exec"), {})
        assert "wismo" in capsys.readouterr().out
        assert (tmp_path / "october.html").stat().st_size > 50_000


class TestDocumentation:
    """The pages in docs/."""

    @pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda p: p.name)
    def test_links_lead_somewhere(self, page: Path) -> None:
        """Every relative link and picture is a file of the project."""
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), target

    def test_the_architecture_names_every_module(self) -> None:
        """By what it does; and none that is not there."""
        page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
        section = page.split("\n## Every module\n", 1)[1].split("\n## ", 1)[0]
        named = set(re.findall(r"`([a-z_]+)/?`", section))
        files = (ROOT / "convcat").rglob("*.py")
        there = {file.parent.name if file.stem == "__init__" else file.stem for file in files}
        assert named == there - {"convcat"}
