"""The sample month is what its generator makes, and says the truth about itself."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from statistics import median

import pytest

from convcat.taxonomy import Taxonomy

HOME = Path(__file__).parent.parent / "data" / "sample-month"
FILES = ("support.csv", "reviews.csv", "truth.csv", "PLANTED.md")


def read(name: str) -> list[dict[str, str]]:
    with (HOME / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def messages() -> list[dict[str, str]]:
    return read("support.csv")


@pytest.fixture(scope="module")
def reviews() -> list[dict[str, str]]:
    return read("reviews.csv")


@pytest.fixture(scope="module")
def truth() -> list[dict[str, str]]:
    return read("truth.csv")


@pytest.fixture(scope="module")
def units(messages, reviews, truth) -> dict[str, list[dict]]:
    """Readable conversations and reviews of two and three stars, with their true needs."""
    rows: dict[str, dict[str, str]] = {}
    for row in messages:
        rows.setdefault(row["conversation_id"], row)
    rows.update({row["review_id"]: row for row in reviews})
    found: dict[str, list[dict]] = {"support": [], "reviews": []}
    for line in truth:
        unit = {**rows[line["id"]], "needs": set(filter(None, line["needs"].split(";")))}
        if line["language"] == "en" and unit.get("rating", "2") in {"2", "3"}:
            found["support" if line["kind"] == "support" else "reviews"].append(unit)
    return found


@pytest.fixture(scope="module")
def texts(messages, reviews) -> dict[str, list[str]]:
    talks: dict[str, dict[str, str]] = defaultdict(dict)
    for row in messages:
        if row["author_role"] == "customer":
            talks[row["conversation_id"]][row["message_id"]] = row["body"]
    return {
        "support": ["\n".join(bodies.values()) for bodies in talks.values()],
        "reviews": list({row["review_id"]: row["body"] for row in reviews}.values()),
    }


def share(units: list[dict], need: str) -> float:
    return sum(need in unit["needs"] for unit in units) / len(units)


def planted_rows() -> list[list[str]]:
    page = (HOME / "PLANTED.md").read_text(encoding="utf-8")
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if re.match(r"\| \d \|", line)
    ]


def of_october(unit: dict) -> bool:
    return unit["created_at"] >= "2026-10"


SLICES = {
    "product = Maren Linen Dress, October": lambda u: (
        u["product"] == "Maren Linen Dress" and of_october(u)
    ),
    "carrier = Swiftly, October": lambda u: u["carrier"] == "Swiftly" and of_october(u),
    "channel = whatsapp": lambda u: u["channel"] == "whatsapp",
    "product = Ember Velvet Cushion Cover": lambda u: u["product"] == "Ember Velvet Cushion Cover",
    "22 to 31 October": lambda u: u["created_at"] >= "2026-10-22",
    "October": of_october,
}


class TestMaking:
    def test_the_files_are_what_the_generator_makes(self, tmp_path):
        """A user who runs make.py gets the very bytes that are here."""
        subprocess.run([sys.executable, HOME / "make.py", "--out", tmp_path], check=True)
        for name in FILES:
            assert (tmp_path / name).read_bytes() == (HOME / name).read_bytes(), name

    def test_it_is_small(self):
        """The month does not weigh on the repository."""
        assert (HOME / "support.csv").stat().st_size < 3_000_000
        assert (HOME / "reviews.csv").stat().st_size < 1_000_000


class TestRows:
    def test_there_is_enough_of_everything(self, messages, reviews, truth):
        """Conversations, reviews and low stars come in the numbers that findings need."""
        conversations = {row["conversation_id"] for row in messages}
        assert len(conversations) >= 2_200
        assert len({row["review_id"] for row in reviews}) >= 1_400
        assert len(truth) >= 3_400
        stars = Counter(row["rating"] for row in reviews)
        assert set(stars) == set("12345")
        assert stars["2"] + stars["3"] >= 600

    def test_every_row_has_its_truth_once(self, messages, reviews, truth):
        """The truth names each conversation and review once and nothing else."""
        ids = [row["id"] for row in truth]
        assert len(ids) == len(set(ids))
        assert {row["conversation_id"] for row in messages} | {
            row["review_id"] for row in reviews
        } == set(ids)

    def test_truth_speaks_the_taxonomy(self, truth):
        """Needs are ids of the built-in taxonomy; what failed has a need."""
        known = set(Taxonomy.load().ids)
        for row in truth:
            needs = set(filter(None, row["needs"].split(";")))
            assert needs <= known
            assert row["failed"] in {"0", "1"}
            assert needs or row["failed"] == "0"

    def test_some_rows_are_there_twice_and_whole(self, messages, reviews):
        """Exports repeat rows; a repeated id is an exact duplicate."""
        for rows, key in ((messages, "message_id"), (reviews, "review_id")):
            by_id = defaultdict(list)
            for row in rows:
                by_id[row[key]].append(row)
            repeated = [group for group in by_id.values() if len(group) > 1]
            assert 3 <= len(repeated) <= 20
            assert all(group[0] == other for group in repeated for other in group[1:])

    def test_october_is_busier(self, units):
        """The volume grows by about 15 %."""
        months = Counter(unit["created_at"][:7] for unit in units["support"])
        assert months["2026-10"] / months["2026-09"] == pytest.approx(1.15, abs=0.03)

    def test_the_answer_comes_when_the_column_says(self, messages):
        """first_response_minutes agrees with the times of the messages."""
        talks = defaultdict(list)
        for row in messages:
            talks[row["conversation_id"]].append(row)
        for rows in talks.values():
            answers = [row["created_at"] for row in rows if row["author_role"] == "agent"]
            column = rows[0]["first_response_minutes"]
            assert bool(column) == bool(answers)
            if answers:
                first, start = (
                    datetime.fromisoformat(t) for t in (min(answers), rows[0]["created_at"])
                )
                assert (first - start).total_seconds() == int(column) * 60

    def test_csat_is_there_on_about_a_third(self, messages):
        """As in real exports, most customers do not answer the survey."""
        csat = {row["conversation_id"]: row["csat"] for row in messages}
        assert set(csat.values()) == {"", *"12345"}
        assert 0.25 < sum(bool(v) for v in csat.values()) / len(csat) < 0.42


class TestTexts:
    @pytest.mark.parametrize("file", ["support", "reviews"])
    def test_texts_hardly_ever_repeat(self, texts, file):
        """Less than 2 % of the texts are exact repeats of another."""
        counts = Counter(" ".join(text.casefold().split()) for text in texts[file])
        assert sum(n - 1 for n in counts.values()) / len(texts[file]) < 0.02

    @pytest.mark.parametrize(("file", "words"), [("support", 2_400), ("reviews", 1_700)])
    def test_the_vocabulary_is_wide(self, texts, file, words):
        """The texts are not a handful of templates."""
        seen = {word for text in texts[file] for word in re.findall(r"[a-z']+", text.lower())}
        assert len(seen) > words

    @pytest.mark.parametrize("file", ["support", "reviews"])
    def test_no_slot_or_choice_is_left_open(self, texts, file):
        """Every text reads as written by a person."""
        assert not [text for text in texts[file] if re.search(r"[{}\[\]|]\w|\\n", text)
                    and "| Bookkeeper" not in text]  # fmt: skip

    def test_personal_data_is_of_ranges_kept_for_fiction(self, messages):
        """There is personal data to mask, and it is nobody's."""
        bodies = "\n".join(row["body"] for row in messages)
        mails = re.findall(r"[\w.+-]+@([\w-]+\.[\w.]*\w)", bodies)
        assert len(mails) > 100
        assert {mail.lower() for mail in mails} <= {"example.com", "fernandfable.example"}
        phones = re.findall(r"(?:\+44 ?|0)7\d{3}[ \d]{6,8}", bodies)
        assert len(phones) > 100
        assert all(re.search(r"7700 ?900 ?\d{3}", phone) for phone in phones)

    def test_other_languages_and_empty_texts_are_few(self, truth):
        """About one text in a hundred cannot be read by an English model."""
        unread = sum(row["language"] != "en" for row in truth)
        assert 0.005 < unread / len(truth) < 0.025
        assert {row["language"] for row in truth} == {"en", "fr", "de", "es", ""}


class TestPlanted:
    @pytest.mark.parametrize("row", planted_rows(), ids=lambda row: f"{row[0]}-{row[1]}-{row[3]}")
    def test_shares_are_as_written_down(self, units, row):
        """Every figure of PLANTED.md can be counted from the files."""
        _, file, where, need, there, n_there, elsewhere, n_elsewhere, lift = row
        inside = [unit for unit in units[file] if SLICES[where](unit)]
        outside = [unit for unit in units[file] if not SLICES[where](unit)]
        assert (len(inside), len(outside)) == (int(n_there), int(n_elsewhere))
        assert share(inside, need) == pytest.approx(float(there), abs=6e-4)
        assert share(outside, need) == pytest.approx(float(elsewhere), abs=6e-4)
        assert share(inside, need) / share(outside, need) == pytest.approx(float(lift), abs=6e-3)

    @pytest.mark.parametrize("row", planted_rows(), ids=lambda row: f"{row[0]}-{row[1]}-{row[3]}")
    def test_failures_are_worth_noticing(self, row):
        """What was planted stands out; what got better has fallen by about a third."""
        lift = float(row[8])
        assert 0.55 < lift < 0.8 if row[3] == "returns" else lift > 1.3

    def test_whatsapp_waits_longest(self, units):
        """The slow channel is slow by the clock, too."""
        waits = defaultdict(list)
        for unit in units["support"]:
            if unit["first_response_minutes"]:
                waits[unit["channel"]].append(int(unit["first_response_minutes"]))
        medians = {channel: median(values) for channel, values in waits.items()}
        assert medians["whatsapp"] > 2 * max(v for c, v in medians.items() if c != "whatsapp")

    def test_the_dress_is_fine_in_september(self, units):
        """A failure that begins in October is not there before."""
        before = [
            unit
            for unit in units["support"]
            if unit["product"] == "Maren Linen Dress" and not of_october(unit)
        ]
        others = [unit for unit in units["support"] if not of_october(unit)]
        assert share(before, "sizing") < 1.5 * share(others, "sizing")

    def test_several_needs_at_once_and_none(self, units):
        """About a third of the conversations carry several needs, about 8 % none."""
        counts = Counter(min(2, len(unit["needs"])) for unit in units["support"])
        n = len(units["support"])
        assert 0.25 < counts[2] / n < 0.4
        assert 0.05 < counts[0] / n < 0.11
