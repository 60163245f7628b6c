"""A real browser at the end of a pipe: just as much of Chromium's DevTools protocol as is needed."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
SILENT = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32}
_PATIENCE = 60.0  # seconds
# Chromium listens on 3 and answers on 4.
_WIRE = """
import fcntl, os, sys
heard, said = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(heard, 3)
os.dup2(said, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """Chromium without a window; close it when done."""

    def __init__(self, profile: Path) -> None:
        ours, theirs = os.pipe(), os.pipe()

        self.process = subprocess.Popen(
            [
                *(sys.executable, "-c", _WIRE, str(ours[0]), str(theirs[1]), str(CHROMIUM)),
                *(*SILENT, f"--user-data-dir={profile}", "--remote-debugging-pipe"),
            ],
            pass_fds=(ours[0], theirs[1]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(ours[0])
        os.close(theirs[1])
        self._out, self._in = os.fdopen(ours[1], "wb", 0), os.fdopen(theirs[0], "rb", 0)
        self._numbers, self._held = itertools.count(1), b""
        self.events: list[dict[str, Any]] = []

    def send(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Send a command and return its answer; what else is said goes to ``events``."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                return dict(answer["result"])
            self.events.append(answer)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._held:
            more = self._in.read(1 << 20)
            assert more, "the browser went away"
            self._held += more
        message, _, self._held = self._held.partition(b"\0")
        return dict(json.loads(message))

    def open(self, path: Path, *, width: int = 1280, dark: bool = False) -> View:
        """Open a page as a desktop or, where it is narrow, a phone shows it."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        view = View(self, session, target)
        for domain in ("Page", "Runtime", "Log", "Network"):
            view.send(f"{domain}.enable")
        view.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=844, deviceScaleFactor=1, mobile=width < 500,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        view.send("Emulation.setEmulatedMedia", features=[scheme])
        self.events.clear()
        view.send("Page.navigate", url=path.as_uri())
        ends = time.monotonic() + _PATIENCE
        while view.run("document.readyState") != "complete" or view.run("location.href") != (
            path.as_uri()
        ):
            assert time.monotonic() < ends, "the page did not load"
            time.sleep(0.02)
        return view

    def close(self) -> None:
        """Close the browser and all that is open in it."""
        self.process.terminate()
        self.process.wait(_PATIENCE)
        self._out.close()
        self._in.close()


class View:
    """One open page."""

    def __init__(self, browser: Browser, session: str, target: str) -> None:
        self.browser, self.session, self.target = browser, session, target

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command to this page."""
        return self.browser.send(method, self.session, **params)

    def run(self, script: str) -> Any:
        """Return what a script gives, awaited; the page's own policy does not bind it."""
        answer = self.send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press a key."""
        told = {"key": key, "code": key if key != " " else "Space", "modifiers": 8 * shift}
        told |= {"windowsVirtualKeyCode": KEYS[key]}
        text = {"Enter": "\r", " ": " "}.get(key)
        self.send(
            "Input.dispatchKeyEvent", type="keyDown", **told, **({"text": text} if text else {})
        )
        self.send("Input.dispatchKeyEvent", type="keyUp", **told)

    def type(self, words: str) -> None:
        """Type words where the focus is."""
        self.send("Input.insertText", text=words)

    def said(self) -> list[dict[str, Any]]:
        """Return errors, warnings and whatever else came to the console since it was opened."""
        self.run("0")
        loud = {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"}
        return [event for event in self._own() if event["method"] in loud]

    def asked(self) -> list[str]:
        """Return every address that was asked for since it was opened."""
        self.run("0")
        asked = (e for e in self._own() if e["method"] == "Network.requestWillBeSent")
        return [event["params"]["request"]["url"] for event in asked]

    def _own(self) -> list[dict[str, Any]]:
        return [e for e in self.browser.events if e.get("sessionId") == self.session]

    def close(self) -> None:
        """Close the page."""
        self.browser.send("Target.closeTarget", targetId=self.target)
