"""What the documentation shows, runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


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
        """The Python session works as it stands."""
        pytest.importorskip("pandas")
        (tmp_path / "data").symlink_to(ROOT / "data")
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
