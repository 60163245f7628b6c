"""A conversation, and how it stands in the export: one row per message."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from generator.bank import table

if TYPE_CHECKING:
    from generator.scene import Scene

COLUMNS = (
    "conversation_id",
    "message_id",
    "created_at",
    "author_role",
    "author_name",
    "channel",
    "subject",
    "body",
    "product",
    "carrier",
    "country",
    "order_value",
    "csat",
    "first_response_minutes",
)


@dataclass
class Conversation:
    """A conversation while it is being written."""

    when: datetime
    channel: str
    scene: Scene
    needs: tuple[str, ...] = ()
    failed: bool = False
    language: str = "en"
    subject: str = ""
    messages: list[tuple[str, str, float]] = field(default_factory=list)  # role, body, minutes
    answer: int | None = None
    asked_details: bool = False

    def say(self, role: str, body: str, minutes: float) -> None:
        """Add a message, so many minutes after the first one."""
        self.messages.append((role, body, minutes))

    @property
    def words(self) -> str:
        """All that the customer said."""
        return "\n".join(body for role, body, _ in self.messages if role == "customer")

    @property
    def clock(self) -> float:
        """Minutes from the first message to the last."""
        return self.messages[-1][2] if self.messages else 0.0


def as_rows(
    rng: Random, talk: Conversation, number: int, first_message: int
) -> list[dict[str, str]]:
    """Turn a conversation into the rows of the export."""
    scene = talk.scene
    value = scene.product["price"] * rng.choice((1, 1, 1, 2, 3)) + rng.choice(
        (0, 0, 0, 3.95, 22, 36)
    )
    asked = rng.random() < 0.34
    weights = (30, 22, 20, 16, 12) if talk.failed else (5, 7, 15, 31, 42)
    common = {
        "conversation_id": f"C-{number:05}",
        "channel": talk.channel,
        "product": "" if rng.random() < 0.08 else scene.product["name"],
        "carrier": "" if rng.random() < 0.06 else scene.carrier,
        "country": scene.country,
        "order_value": "" if rng.random() < 0.06 else f"{value:.2f}",
        "csat": str(rng.choices((1, 2, 3, 4, 5), weights)[0]) if asked else "",
        "first_response_minutes": "" if not _answered(talk) else str(talk.answer),
    }
    names = {
        "customer": scene.customer,
        "agent": scene.agent,
        "bot": table("shop")["people"]["bot"],
    }
    rows = []
    for i, (role, body, minutes) in enumerate(talk.messages):
        sent = talk.when + timedelta(seconds=round(minutes * 60))
        subject = talk.subject if i == 0 or not talk.subject else f"Re: {talk.subject}"
        row = common | {
            "message_id": f"M-{first_message + i:06}",
            "created_at": f"{sent:%Y-%m-%dT%H:%M:%SZ}",
            "author_role": role,
            "author_name": names[role],
            "subject": subject,
            "body": body,
        }
        rows.append({column: row[column] for column in COLUMNS})
    return rows


def _answered(talk: Conversation) -> bool:
    return any(role == "agent" for role, _, _ in talk.messages)
