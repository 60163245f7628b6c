"""The page in a real browser: quiet, alone, usable by keyboard, readable in every colour."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pyarrow as pa
import pytest
from devtools import CHROMIUM, Browser

from convcat.reporting import report

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

GRAVE = {7: "It caught fire at once.", 11: "I will sue you.", 12: "It caught fire in my hand."}
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"

# The contrast of every piece of text with what is painted behind it, by WCAG's formula. The page
# has no pictures behind words and nothing that overlaps, so the nearest ancestor's colour is it.
CONTRAST = """
(() => {
  const rgba = (text) => {
    const parts = text.match(/[\\d.]+/g).map(Number);
    const scale = text.startsWith("color(") ? 255 : 1;
    return [parts[0] * scale, parts[1] * scale, parts[2] * scale, parts[3] ?? 1];
  };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => {
      const s = v / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    if (!element) return [255, 255, 255, 1];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement));
  };
  const bad = [];
  let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (["SCRIPT", "STYLE", "title", "desc"].includes(element.localName)) continue;
    if (element.closest(".sr, .skip, script, style")) continue;
    const style = getComputedStyle(element);
    const paper = behind(element);
    const ink = over(rgba(element instanceof SVGElement ? style.fill : style.color), paper);
    const [a, b] = [light(ink), light(paper)].sort((x, y) => y - x);
    seen += 1;
    const least = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
    if ((a + 0.05) / (b + 0.05) < least) bad.push([element.outerHTML.slice(0, 120), style.color]);
  }
  return { seen, bad };
})()
"""

FOCUS = """
(() => {
  const found = document.activeElement;
  if (!found || found === document.body) return null;
  const shown = found.matches(".theme input") ? found.nextElementSibling : found;
  const style = getComputedStyle(shown);
  const box = shown.getBoundingClientRect();
  const head = document.querySelector(".top").getBoundingClientRect();
  const inside = document.querySelector(".top").contains(found) || found.matches(".skip");
  window.passed = window.passed || [];
  const before = window.passed.at(-1);
  const later = !before
    || Boolean(before.compareDocumentPosition(found) & Node.DOCUMENT_POSITION_FOLLOWING);
  window.passed.push(found);
  return {
    name: found.id || found.textContent.trim().slice(0, 40) || found.getAttribute("aria-label"),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    visible: box.width > 0 && box.bottom > 0 && box.top < innerHeight
      && (inside || box.bottom > head.bottom),
    later,
  };
})()
"""


def axe_source() -> str:
    """Return the source of axe-core, as a package brings it."""
    for package in ("axe_playwright_python", "axe_core_python"):
        found = importlib.util.find_spec(package)
        if found is not None and found.origin is not None:
            return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    pytest.skip("no package with axe-core on this machine")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def full(tagged_table, reader, tmp_path_factory):
    """A page with every section: two kinds of conversation, three months, outcomes, places."""
    table = tagged_table(
        600,
        kind=lambda i: "review" if i % 4 == 0 else "support",
        months=("2026-02", "2026-03", "2026-04"),
        channel=lambda i: ("chat", "mail", "phone")[i // 3 % 3],
        response_minutes=lambda i: float((3, 40, 8)[i // 3 % 3] + i % 7),
        csat=lambda i: float(1 + (i * 7) % 5) if i % 5 else 1.0,
        rating=lambda i: float(2 + i % 2) if i % 4 == 0 else None,
    )
    at = table.column_names.index("text")
    texts = [GRAVE.get(i, text) for i, text in enumerate(table["text"].to_pylist())]
    table = table.set_column(at, "text", pa.array(texts, pa.string()))
    made = report(table, model=reader, title="Fern & Fable")
    return made.write_html(tmp_path_factory.mktemp("page") / "report.html")


class TestAlone:
    """The page loads nothing, sends nothing and says nothing to the console."""

    @pytest.mark.parametrize("width", [1280, 390])
    def test_quiet_and_alone(self, browser, full, width):
        """No error, no warning, no request but for itself; nothing wider than the window."""
        view = browser.open(full, width=width)
        view.run(OPEN_ALL)
        assert view.said() == []
        assert view.asked() == [full.as_uri()]
        assert view.run("document.documentElement.scrollWidth") <= width
        assert view.run("performance.getEntriesByType('resource').length") == 0
        view.close()

    def test_markup_in_every_field_is_inert(self, browser, tagged_table, reader, tmp_path):
        """Whatever a customer writes stays text, and the script still runs under the policy."""
        hostile = (
            "</script></style></title><img src=x onerror=alert(1)><script>window.ran = 1</script>"
            "<a href=javascript:window.ran=2>x</a><svg onload=window.ran=3>\" onfocus=window.ran=4 '"
        )
        table = tagged_table(
            300,
            kind=lambda i: "review" if i % 4 == 0 else "support",
            rating=2.0,
            **{name: lambda i: f"{hostile}{i % 3}" for name in ("id", "channel", "product")},
        )
        at = table.column_names.index("text")
        texts = [text and f"{hostile} It caught fire. {text}" for text in table["text"].to_pylist()]
        table = table.set_column(at, "text", pa.array(texts, pa.string()))
        run = {"mapping": {hostile: {hostile: {"columns": [hostile]}}}, "warnings": [hostile]}
        made = report(table, model=reader, title=hostile, run=run)
        path = made.write_html(tmp_path / "r.html")
        view = browser.open(path)
        view.run(OPEN_ALL)
        assert view.run("window.ran === undefined")
        assert view.run("document.querySelectorAll('img, main script, main style').length") == 0
        assert view.run("document.querySelectorAll('a:not([href^=\"#\"])').length") == 0
        assert view.said() == []
        assert view.asked() == [path.as_uri()]
        assert view.run("document.getElementById('find-count').textContent !== ''")
        view.close()


class TestKeyboard:
    """All of it can be reached and used without a mouse."""

    def test_skip_link_first(self, browser, full):
        """The first stop is the way past the links, and it is seen."""
        view = browser.open(full)
        view.press("Tab")
        assert view.run("document.activeElement.className") == "skip"
        assert view.run("document.activeElement.getBoundingClientRect().left >= 0")
        view.press("Enter")
        view.press("Tab")
        assert view.run("document.querySelector('main').contains(document.activeElement)")
        view.close()

    @pytest.mark.parametrize("width", [1280, 390])
    def test_every_stop_is_seen_and_in_order(self, browser, full, width):
        """Tab goes through the page as it is read; the focus is marked and never hidden."""
        view = browser.open(full, width=width)
        stops = []
        for _ in range(400):
            view.press("Tab")
            stop = view.run(FOCUS)
            if stop is None or (stops and not stop["later"]):
                break
            stops.append(stop)
        assert len(stops) > 20
        assert [stop for stop in stops if not stop["outlined"]] == []
        assert [stop for stop in stops if not stop["visible"]] == []
        names = [stop["name"] for stop in stops]
        assert any("as a table" in name for name in names)
        view.close()

    def test_the_table_of_evidence(self, browser, full):
        """Open it, search it, sort it both ways, and come to it from a figure."""
        view = browser.open(full)
        rows = "[...document.querySelectorAll('#voices-table tbody tr')]"
        shown = f"{rows}.filter((row) => !row.hidden)"
        view.run("document.querySelector('#evidence summary').focus()")
        view.press("Enter")
        assert view.run("document.getElementById('evidence').open")
        view.press("Tab")
        assert view.run("document.activeElement.id") == "find-words"
        every = view.run(f"{rows}.length")
        view.type("narrow")
        found = view.run(f"{shown}.length")
        assert 0 < found < every
        assert view.run(f"{shown}.every((row) => row.textContent.includes('narrow'))")
        assert (
            view.run("document.getElementById('find-count').textContent") == f"{found} of {every}"
        )
        view.run("document.querySelector('#voices-table thead th:last-child button').focus()")
        head = "document.querySelector('#voices-table thead th:last-child')"
        ids = f"{rows}.map((row) => row.cells[5].textContent)"
        compare = "(a, b) => a.localeCompare(b, 'en', { numeric: true })"
        for key, way, down in (("Enter", "ascending", ""), (" ", "descending", ".reverse()")):
            view.press(key)
            assert view.run(f"{head}.getAttribute('aria-sort')") == way
            assert view.run(f"{ids}.join() === {ids}.sort({compare}){down}.join()")
        view.run("document.querySelector('a.proof').focus()")
        view.press("Enter")
        key = view.run("document.querySelector('a.proof').dataset.proof")
        assert view.run("document.activeElement.id") == "find-words"
        proven = f"{shown}.every((row) => row.dataset.proves.split(' ').includes('{key}'))"
        assert view.run(f"{shown}.length") > 0
        assert view.run(proven)
        view.close()

    def test_colours_by_keyboard(self, browser, full):
        """Light and dark can be chosen whatever the system says."""
        view = browser.open(full, dark=True)
        paper = "getComputedStyle(document.body).backgroundColor"
        dark = view.run(paper)
        view.run("document.getElementById('theme-light').click()")
        assert view.run(paper) != dark
        view.run("document.getElementById('theme-dark').click()")
        assert view.run(paper) == dark
        view.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
class TestAccessibility:
    """Nothing that a checker finds, everything opened."""

    def test_axe(self, browser, full, width, dark):
        """No violation; what axe cannot decide is contrast alone, which the next test decides."""
        view = browser.open(full, width=width, dark=dark)
        view.run(OPEN_ALL)
        view.run(f"{axe_source()};0")
        found = view.run(
            "axe.run(document, { resultTypes: ['violations', 'incomplete'] }).then((r) => ({"
            "violations: r.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 99))]),"
            "incomplete: r.incomplete.map((v) => v.id), passes: r.passes.length }))"
        )
        assert found["violations"] == []
        assert set(found["incomplete"]) <= {"color-contrast"}
        assert found["passes"] > 10
        view.close()

    def test_contrast(self, browser, full, width, dark):
        """Every word, in pictures too, stands out from its ground by 4.5 to 1, large ones by 3."""
        view = browser.open(full, width=width, dark=dark)
        view.run(OPEN_ALL)
        found = view.run(CONTRAST)
        assert found["seen"] > 500
        assert found["bad"] == []
        view.close()
