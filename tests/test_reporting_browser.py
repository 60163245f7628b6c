"""The page in a real browser: no error, no violation of its policy, and the search works."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from convcat.reporting import report

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
SILENT = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


def browse(path, profile):
    """Open a page and return its final document and what the console said."""
    done = subprocess.run(
        [
            CHROMIUM, *SILENT, f"--user-data-dir={profile}", "--enable-logging=stderr", "--v=0",
            "--virtual-time-budget=3000", "--dump-dom", path.as_uri(),
        ],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


class TestBrowser:
    """What a reader gets."""

    def test_the_script_runs_under_the_policy_and_nothing_complains(self, table, reader, tmp_path):
        """The table of quotes gets its search, and the console stays empty."""
        hostile = (
            "</script><img src=x onerror=console.log('ran')><script>console.log('ran')</script>"
        )
        made = report(table, model=reader, title=hostile)
        document, console = browse(made.write_html(tmp_path / "r.html"), tmp_path / "profile")
        assert console == []
        assert re.search(r'<output id="find-count"[^>]*>(\d+) of \1<', document)
        assert document.count("<button") == 7
        assert "onerror=" not in re.sub(r"&lt;.*?&gt;", "", document)
