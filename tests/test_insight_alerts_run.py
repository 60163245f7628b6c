"""A run over time: the history it keeps, the alerts it writes, the code it exits with."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from convcat.insight.digest import Digest
from convcat.insight.failures import failures
from convcat.insight.history import History
from convcat.insight.history_findings import over_time


@pytest.fixture
def dump(tmp_path):
    """Ten weeks of short messages."""
    draw = random.Random(1)
    lines = ["created_at,channel,message"]
    for i in range(300):
        day = datetime(2026, 3, 2) + timedelta(days=i * 70 // 300)
        said = draw.choice(
            ["where is my parcel", "the coat is far too small", "thanks, all is well"]
        )
        lines.append(f"{day:%Y-%m-%d},{draw.choice(['mail', 'chat'])},{said} number {i} please")
    path = tmp_path / "dump.csv"
    path.write_text("\n".join(lines))
    return path


class TestOverTime:
    def test_findings_over_time(self, tagged_table, tmp_path):
        """A history is read with what is new, and written only when it is kept."""
        table = tagged_table(400)
        found = {"failures": failures(table), "changes": None}
        told, kept = over_time(Digest.of(table), found, history=tmp_path / "h")
        assert told["change_points"].looked_at == len(Digest.of(table).needs)
        assert all("first_seen" in row for row in told["failures"].rows)
        assert isinstance(told["alerts"], list)
        assert not (tmp_path / "h").exists()
        kept.keep()
        assert History(tmp_path / "h").months == ("2026-03", "2026-04")

    def test_without_dates_nothing_breaks(self, tagged_table):
        """It is said only where somebody asked for it."""
        table = tagged_table(60).drop(["time"])
        told, _ = over_time(table, {})
        assert (told["change_points"], told["alerts"], told["warnings"]) == (None, [], [])
        told, _ = over_time(table, {}, history="unused")
        assert "no column 'time'" in told["warnings"][0]


class TestCommand:
    def test_it_writes_and_exits(self, dump, tiny_model, tmp_path, monkeypatch):
        """findings.json has alerts; the exit code is 3 only where asked for and where there is one."""
        from convcat.cli.commands import app
        from convcat.insight import history_findings

        alarm = [{"need": "delay", "words": "delay is more common", "change": 0.1}]
        monkeypatch.setattr(history_findings, "alerts_of", lambda *_: alarm)
        todo = tmp_path / "actions.csv"
        todo.write_text("date,action\n2026-04-01,New guide\n")
        model = replace(tiny_model, profile_={}).save(tmp_path / "model")
        out, months = tmp_path / "out", tmp_path / "months"
        asked = ["run", str(dump), "--out", str(out), "--model", str(model), "-j", "1", "-q"]
        asked += ["--history", str(months), "--actions", str(todo), "--kind", "support"]
        done = CliRunner().invoke(app, [*asked, "--alert"])
        assert done.exit_code == 3, done.output
        told = json.loads((out / "findings.json").read_text())
        assert told["alerts"] == alarm
        assert told["change_points"]["looked_at"] > 0
        assert History(months).months == ("2026-03", "2026-04", "2026-05")
        assert CliRunner().invoke(app, asked).exit_code == 0
        monkeypatch.setattr(history_findings, "alerts_of", lambda *_: [])
        assert CliRunner().invoke(app, [*asked, "--alert"]).exit_code == 0


class TestHours:
    """Opening hours are given to a scheduled job as to the library."""

    @pytest.fixture
    def waits(self, tmp_path):
        lines = ["created_at,channel,first_response_minutes,message"]
        for i in range(80):
            day = datetime(2026, 3, 2, 20) + timedelta(days=i % 28)
            lines.append(f"{day:%Y-%m-%d %H:%M},chat,{13 * 60 + 5},where is my parcel number {i}")
        path = tmp_path / "waits.csv"
        path.write_text("\n".join(lines))
        return path

    def test_they_count(self, waits, tmp_path):
        """Written to the findings as given, and to the account of the run."""
        from convcat.cli.commands import app

        given = "Mon-Sun 09:00-18:00 UTC, closed 2026-03-09"
        made = CliRunner().invoke(
            app,
            [
                "run",
                str(waits),
                "--out",
                str(tmp_path / "o"),
                "--fast",
                "-j",
                "1",
                "--hours",
                given,
            ],
        )
        assert made.exit_code == 0, made.output
        found = json.loads((tmp_path / "o" / "findings.json").read_text())["impact"]["response"]
        assert (found["inferred"], found["rows"][0]["within"]) == (False, 1.0)
        assert "closed on 1 day" in found["says"]
        assert json.loads((tmp_path / "o" / "run.json").read_text())["options"]["hours"] == given

    def test_nonsense_is_said_before_anything_is_read(self, waits, tmp_path):
        """In one sentence."""
        from convcat.cli.commands import app

        made = CliRunner().invoke(
            app, ["run", str(waits), "--out", str(tmp_path / "o"), "--fast", "--hours", "9 to 5"]
        )
        assert "Opening hours are written" in str(made.exception)
        assert not (tmp_path / "o").exists()
