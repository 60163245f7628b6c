"""Several files with one header: months of a shop go on, two shops are kept apart, repeats fall out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from convcat.conversations import read_conversations
from convcat.conversations.kinship import Shared, told
from convcat.conversations.threads import Message

HEADER = ("Ticket ID", "Message ID", "Sender type", "Customer email", "Subject", "Message", "Created at")  # fmt: skip
BARE = ("Customer email", "Subject")
NAMELESS = (*BARE, "Message ID")
Row = tuple[str, ...]


def tickets(shop: str, month: int, numbers: Iterable[int]) -> list[Row]:
    """Return three messages for each ticket: the customer's, an agent's, the customer's."""
    out = []
    for at, number in enumerate(numbers):
        said = [("customer", f"The lamp {number} of shop {shop} broke again yesterday"), ("agent", "Sorry, we look into it"), ("customer", "ok")]  # fmt: skip
        for turn, (who, text) in enumerate(said):
            out.append((
                str(number), str(number * 10 + turn), who, f"{shop}{number}@mail.test", f"{shop} topic {number}", text,
                f"2026-{month:02}-{at % 27 + 1:02} 1{turn}:00:00",
            ))  # fmt: skip
    return out


def later(number: int, message: int, text: str, who: str = "customer") -> Row:
    """Return a message of May for a ticket of April."""
    return (str(number), str(message), who, f"A{number}@mail.test", f"Re: A topic {number}", text, f"2026-05-02 09:00:{message % 60:02}")  # fmt: skip


APRIL = tickets("A", 4, range(1, 31))
MORE = [later(29, 9901, "Still broken, any news on this?"), later(30, 9902, "Refunded", "agent"), later(30, 9903, "Thanks")]  # fmt: skip
MAY = [*MORE, *tickets("A", 5, range(31, 61))]


@pytest.fixture
def read(tmp_path):
    def reading(*files: Sequence[Row], without: Sequence[str] = ()):
        kept = [at for at, name in enumerate(HEADER) if name not in without]
        paths = []
        for name, rows in zip("abcd", files, strict=False):
            table = [HEADER, *rows]
            path = tmp_path / f"{name}.csv"
            path.write_text("".join(",".join(row[at] for at in kept) + "\n" for row in table))
            paths.append(path)
        read = read_conversations(*paths)
        table = read.to_table().to_pylist()
        read.account.check()
        return table, read

    return reading


class TestTwoShops:
    @pytest.mark.parametrize("without", [(), ("Customer email",), BARE, NAMELESS])
    def test_equal_ids_are_kept_apart(self, read, without):
        """By customer, by subject, else because nearly every id of the same days is in both."""
        got, whole = read(tickets("A", 4, range(1, 21)), tickets("B", 4, range(1, 21)), without=without)  # fmt: skip
        assert len(got) == 40
        assert min(row["id"] for row in got if row["file"] == "b.csv") == "1 (b.csv)"
        assert all(row["text"].count("lamp") == 1 for row in got)
        assert all(row["response_minutes"] == 60 for row in got)
        assert whole.account.set_aside == {"written by an agent": 40}
        assert any("give 20 ids to different conversations" in note for note in whole.warnings)

    def test_one_ticket_each(self, read):
        """The customer alone tells."""
        got, _ = read(tickets("A", 4, [7]), tickets("B", 4, [7]))
        assert len(got) == 2

    def test_two_shops_of_two_months(self, read):
        """Each shop's second month goes on with its own first one."""
        got, _ = read(APRIL, MAY, tickets("B", 4, range(1, 21)), tickets("B", 5, range(21, 41)))
        assert len(got) == 100
        (joined,) = [row for row in got if "any news" in row["text"]]
        assert "lamp 29 of shop A" in joined["text"]


class TestOneShop:
    @pytest.mark.parametrize("without", [(), BARE, NAMELESS])
    def test_a_conversation_goes_over_the_months_end(self, read, without):
        """Few ids are in both months: those of conversations that went on."""
        got, whole = read(APRIL, MAY, without=without)
        assert len(got) == 60
        (joined,) = [row for row in got if row["text"].endswith("any news on this?")]
        assert (joined["id"], joined["file"]) == ("29", "a.csv")
        assert not any("kept apart" in note for note in whole.warnings)

    @pytest.mark.parametrize("without", [(), BARE, NAMELESS])
    def test_what_an_incremental_export_repeats(self, read, without):
        """Messages that were there before are left out, also where a whole conversation is."""
        got, whole = read(APRIL, [*APRIL[-15:], *MAY[:12]], without=without)
        assert len(got) == 33
        assert whole.account.set_aside["the same message again"] == 15

    def test_an_export_in_pieces(self, read):
        """A conversation that is cut by the end of a piece is one."""
        got, _ = read(APRIL[:40], APRIL[40:], without=BARE)
        assert len(got) == 30

    def test_one_ticket_goes_on(self, read):
        """The smallest case."""
        got, _ = read(tickets("A", 4, [7]), [later(7, 990, "And again it is broken")])
        assert len(got) == 1

    def test_the_same_file_twice(self, read):
        """Nothing is there twice, nothing is lost."""
        got, _ = read(APRIL, APRIL)
        assert len(got) == 30

    def test_another_agent_is_no_other_customer(self):
        """Who answers may change with the month."""
        one, two = (Message("customer", None, None, "Hm", {"Assignee email": who}) for who in "ab")
        assert told(Shared("7", {0: [one], 1: [two]}, frozenset()), 0, 1) is None
