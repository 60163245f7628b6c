"""Support conversations: who says what, when, on which channel."""

from __future__ import annotations

import html
import textwrap
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from generator import plan
from generator.bank import fill, sentence, table, uncapped
from generator.conversation import Conversation
from generator.scene import draw_product, draw_scene
from generator.voices import Voice, draw_voice
from generator.wording import Statement, frame, more, praise, support_statements

if TYPE_CHECKING:
    from generator.scene import Scene

CHANNELS = {"email": 34, "chat": 27, "whatsapp": 16, "instagram": 13, "phone": 10}
# Median minutes to the first answer of a person, and the hours in which people write.
MEDIAN = {"email": 190, "chat": 4, "whatsapp": 760, "instagram": 85, "phone": 2}


def draw_conversation(rng: Random, when: datetime) -> Conversation:
    """Draw a conversation's slices, its needs, and write it."""
    channel = rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
    product = draw_product(rng)
    carriers = table("shop")["carriers"]
    carrier = rng.choices(list(carriers), list(carriers.values()))[0]
    scene = draw_scene(rng, product, carrier, when)
    kept = plan.RETURNS_KEPT if when.month == 10 else 1.0
    needs = plan.draw_needs(rng, "support", plan.SUPPORT, plan.NONE["support"], kept)
    needs = plan.plant_support(rng, needs, when, product["name"], carrier, channel)
    talk = Conversation(when, channel, scene)
    talk.answer = _answer_minutes(rng, channel)
    if (odd := rng.random()) < 0.006:
        talk.language = ""
        talk.say("customer", rng.choice(("", "", " ")), 0)
    elif odd < 0.022:
        _write_foreign(rng, talk)
    else:
        _write(rng, talk, support_statements(rng, scene, needs, when))
    return talk


def _answer_minutes(rng: Random, channel: str) -> int | None:
    if rng.random() < 0.02:
        return None
    return max(1, round(MEDIAN[channel] * 2.0 ** rng.triangular(-2.2, 2.2)))


def _write_foreign(rng: Random, talk: Conversation) -> None:
    texts = [text for text in table("foreign")["text"] if text["kind"] == "support"]
    text = rng.choice(texts)
    talk.language, talk.needs, talk.failed = text["language"], tuple(text["needs"]), text["failed"]
    if talk.channel == "email":
        talk.subject = fill(rng, "Order {order}", talk.scene.slots)
    talk.say("customer", fill(rng, text["body"], talk.scene.slots), 0)
    _agent_answers(rng, talk)


def _write(rng: Random, talk: Conversation, said: list[Statement]) -> None:
    talk.needs = tuple(need for statement in said for need in statement.needs)
    talk.failed = any(statement.failed for statement in said)
    voice = draw_voice(rng, talk.scene.country, talk.channel)
    if talk.channel == "email":
        _write_mail(rng, talk, said, voice)
    elif talk.channel == "phone":
        _write_call(rng, talk, said, voice)
    else:
        _write_chat(rng, talk, said, voice)


def _mood(talk: Conversation) -> str:
    if talk.failed:
        return "cross"
    return "plain" if talk.needs else "glad"


def _none_text(rng: Random, scene: Scene) -> str:
    kind_words = " and ".join(praise(rng, scene, (), rng.choice((1, 1, 2))))
    slots = scene.slots | {"praise": sentence(kind_words), "praise_lc": uncapped(kind_words)}
    return fill(rng, rng.choice(table("people")["none"]["support"]), slots)


def joined(rng: Random, scene: Scene, said: list[Statement], share: float) -> list[str]:
    """Join the statements to sentences; to a share of them something is added."""
    parts: list[str] = []
    for i, statement in enumerate(said):
        text = statement.text
        if i:
            clash = {said[0].of_arrived, statement.of_arrived} == {True, False} and (
                "wismo" in {*said[0].needs, *statement.needs}
            )
            cross = statement.failed and said[0].failed
            name = "other_order" if clash else "and_failed" if cross else "and_asked"
            link = frame(rng, scene, name)
            if any(p.startswith(link) for p in parts):
                link = ""
            if link and (clash or rng.random() < 0.75):
                text = f"{link} {uncapped(text)}"
        parts.append(sentence(text))
        if rng.random() < share and (extra := more(rng, scene, statement)):
            parts[-1] += f" {extra}"
            if rng.random() < share / 2 and (second := more(rng, scene, statement)) != extra:
                parts[-1] += f" {second}"
    return parts


def _write_mail(rng: Random, talk: Conversation, said: list[Statement], voice: Voice) -> None:
    scene = talk.scene
    talk.subject = _subject(rng, talk, said)
    lines = joined(rng, scene, said, 0.6) or [_none_text(rng, scene)]
    if said:
        opening = "opening" if talk.failed or "wismo" in talk.needs else "opening_ask"
        lead = frame(rng, scene, opening) if rng.random() < 0.72 else ""
        if rng.random() < 0.14 and talk.failed:
            lead = " ".join([lead, *map(sentence, praise(rng, scene, talk.needs))]).strip()
        if lead and talk.failed and rng.random() < 0.5:
            lines[0] = f"{frame(rng, scene, 'but')} {uncapped(lines[0])}"
        asides = [frame(rng, scene, "aside") for _ in range(rng.choice((0, 0, 0, 1, 1, 2)))]
        closing = [frame(rng, scene, "closing")] if rng.random() < 0.6 else []
        if talk.failed and rng.random() < 0.25:
            closing.insert(0, frame(rng, scene, "closing_cross"))
        lines = [lead, *lines, *dict.fromkeys(asides), *map(sentence, closing)]
    core = voice.write(rng, " ".join(filter(None, lines)), _mood(talk))
    if rng.random() < 0.25:
        core = core.replace(". ", ".\n", 1)
    mail = [core]
    if rng.random() < 0.8:
        mail.insert(0, frame(rng, scene, "greeting") + rng.choice((",", "", "!", ",")))
    if rng.random() < 0.75:
        name = rng.choice((scene.customer, scene.slots["self_first"]))
        mail.append(f"{frame(rng, scene, 'sign_off')}\n{name}")
    if rng.random() < 0.16:
        mail.append(frame(rng, scene, "signature"))
    body = rng.choice(("\n\n", "\n\n", "\n")).join(mail)
    if said and rng.random() < 0.07:
        body += _quoted(
            talk.when - timedelta(days=3, minutes=rng.randrange(900)),
            fill(rng, "Thank you for your order {order}. We will write again when it leaves us.\n"
                 "Fern & Fable, clothes and home", scene.slots),
        )  # fmt: skip
    if rng.random() < 0.08:
        body = _as_html(body)
    talk.say("customer", body, 0)
    answer = _agent_answers(rng, talk)
    if answer and rng.random() < 0.35:
        reply = voice.write(rng, _reply(rng, talk), "plain")
        sent = talk.when + timedelta(minutes=talk.clock)
        quote = _quoted(sent, answer) if rng.random() < 0.6 else ""
        talk.say("customer", reply + quote, talk.clock + rng.randint(15, 900))
        talk.say("agent", _agent_text(rng, talk), talk.clock + rng.randint(20, 600))


def _write_call(rng: Random, talk: Conversation, said: list[Statement], voice: Voice) -> None:
    scene = talk.scene
    lines = joined(rng, scene, said, 0.5) or [_none_text(rng, scene)]
    if said and rng.random() < 0.5:
        lines.insert(0, frame(rng, scene, "opening" if talk.failed else "opening_ask"))
    start = frame(rng, scene, "fillers") + " " if rng.random() < 0.6 else ""
    talk.say("customer", voice.write(rng, start + " ".join(lines), _mood(talk)), 0)
    if _agent_answers(rng, talk) and rng.random() < 0.6:
        talk.say("customer", voice.write(rng, _reply(rng, talk), "plain"), talk.clock + 1)
        talk.say("agent", _agent_text(rng, talk), talk.clock + 2)
        if talk.asked_details and rng.random() < 0.5:
            ack = voice.write(rng, frame(rng, scene, "ack"), "plain")
            talk.say("customer", ack, talk.clock + 1)


def _write_chat(rng: Random, talk: Conversation, said: list[Statement], voice: Voice) -> None:
    scene = talk.scene
    lines = joined(rng, scene, said, 0.3) or [_none_text(rng, scene)]
    if said and rng.random() < 0.3:
        lines.insert(0, frame(rng, scene, "opening" if talk.failed else "opening_ask"))
    if said and rng.random() < 0.25:
        lines.append(sentence(frame(rng, scene, "closing")))
    if talk.failed and rng.random() < 0.12:
        lines.append(frame(rng, scene, "closing_cross"))
    clock = 0.0
    if rng.random() < 0.45:
        hello = frame(rng, scene, "chat_greeting")
        if talk.channel == "chat" or rng.random() < 0.3:
            talk.say("customer", hello, 0)
            talk.say("bot", rng.choice(table("agents")["bot"]), 0.1)
            clock = 1.0
        else:
            lines[0] = f"{hello} {uncapped(lines[0])}"
    if talk.channel == "instagram" and rng.random() < 0.25:
        lines[0] = f"@fernandfable {lines[0]}"
    cut = rng.randint(1, len(lines)) if rng.random() < 0.45 else len(lines)
    for part in (lines[:cut], lines[cut:]):
        if part:
            talk.say("customer", voice.write(rng, " ".join(part), _mood(talk)), clock)
            clock += 1
    if "speed" in talk.needs and talk.channel != "chat" and rng.random() < 0.4:
        wait = min(240, (talk.answer or 60) / 2)
        chaser = rng.choice(table("people")["speed"]["chaser"])
        talk.say("customer", voice.write(rng, chaser, "cross"), round(talk.clock + wait))
    if _agent_answers(rng, talk) and rng.random() < 0.55:
        step = 3 if talk.channel == "chat" else 40
        reply = _reply(rng, talk)
        talk.say("customer", voice.write(rng, reply, "plain"), talk.clock + rng.randint(1, step))
        talk.say("agent", _agent_text(rng, talk), talk.clock + rng.randint(1, step * 3))
        if talk.asked_details and rng.random() < 0.6:
            ack = voice.write(rng, frame(rng, scene, "ack"), "plain")
            talk.say("customer", ack, talk.clock + rng.randint(1, step))


def _agent_answers(rng: Random, talk: Conversation) -> str:
    if talk.answer is None:
        return ""
    talk.answer = max(talk.answer, round(talk.clock) + 1)
    text = _agent_text(rng, talk, first=True)
    talk.say("agent", text, talk.answer)
    return text


def _reply(rng: Random, talk: Conversation) -> str:
    return frame(rng, talk.scene, "details" if talk.asked_details else "ack")


def _agent_text(rng: Random, talk: Conversation, *, first: bool = False) -> str:
    lists = table("agents")
    if first and talk.needs and rng.random() < 0.45:
        talk.asked_details = True
        return fill(rng, rng.choice(lists["ask"]), talk.scene.slots)
    if not first and not talk.asked_details:
        return sentence(fill(rng, rng.choice(lists["close"]), talk.scene.slots))
    name = rng.choice(talk.needs) if talk.needs else "none"
    if rng.random() < 0.12 and talk.needs:
        name = "generic"
    text = fill(rng, rng.choice(lists[name]), talk.scene.slots)
    if rng.random() < 0.4:
        text += " " + fill(rng, rng.choice(lists["close"]), talk.scene.slots)
    return sentence(text)


def _subject(rng: Random, talk: Conversation, said: list[Statement]) -> str:
    if not said:
        return frame(rng, talk.scene, "subject_none")
    if rng.random() < 0.4:
        first = said[0]
        asks = not first.failed and first.needs[0] not in {"wismo", "returns", "delivery"}
        return frame(rng, talk.scene, "subject_ask" if asks else "subject")
    need = said[0].needs[0]
    if not said[0].failed and need not in {"wismo", "delivery", "returns", "information", "price"}:
        return frame(rng, talk.scene, "subject_ask")
    if plan.special_list(need, talk.when, talk.scene.product["name"]) == "code":
        return frame(rng, talk.scene, "subject")
    return frame(rng, talk.scene, f"subject_{need}")


def _quoted(when: datetime, text: str) -> str:
    month = ["August", "September", "October", "November"][when.month - 8][:3]
    head = f"On {when.day} {month} {when.year} at {when:%H:%M}, Fern & Fable <help@fernandfable.example> wrote:"
    lines = [f"> {line}" for part in text.splitlines() for line in textwrap.wrap(part, 72)]
    return "\n\n" + "\n".join([head, *lines])


def _as_html(body: str) -> str:
    parts = [html.escape(part, quote=False).replace("\n", "<br>") for part in body.split("\n\n")]
    return f"<html><body><div>{''.join(f'<p>{p}</p>' for p in parts)}</div></body></html>"
