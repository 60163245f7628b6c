"""JSON in the shapes that programming interfaces, databases and audits give it."""

from __future__ import annotations

import io
import json
import sys

import pytest

from convcat.conversations import read_conversations
from convcat.conversations.documents import members_of, past, wrapped


def rows(content: object, **options) -> list[dict]:
    text = content if isinstance(content, str) else json.dumps(content)
    read = read_conversations(io.StringIO(text), **options)
    table = read.to_table().to_pylist()
    read.account.check()
    return [row for row in table if row["needs_status"] == "ok"]


def texts(content: object, **options) -> list[str]:
    return [row["text"] for row in rows(content, **options)]


def json_lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def audit(number: int, ticket: int, author: int, *events: dict, at: str = "08:00") -> dict:
    """Return a change of a ticket as Zendesk lists it."""
    moment = f"2026-03-0{number}T{at}:00Z"
    return {
        "id": number,
        "ticket_id": ticket,
        "author_id": author,
        "created_at": moment,
        "events": list(events),
    }


def comment(text: str, author: int, *, public: bool = True) -> dict:
    return {"type": "Comment", "author_id": author, "body": text, "public": public}


def created(field: str, value: object) -> dict:
    return {"type": "Create", "field_name": field, "value": value}


ASKED = audit(
    1, 7, 5, comment("The lamp hums.", 5), created("subject", "Noise"), created("requester_id", "5")
)
ANSWERED = audit(1, 7, 90, comment("Which bulb is it?", 90), at="08:30")
AGAIN = audit(2, 7, 5, comment("The one it came with.", 5))
CHANGED = audit(3, 7, 90, {"type": "Change", "field_name": "status", "value": "solved"})


class TestAudits:
    """Zendesk's audits and events tell a ticket as a list of changes."""

    @pytest.mark.parametrize(
        "form", [lambda a: {"audits": a, "count": 4}, lambda a: json_lines(*a)]
    )
    def test_comments_become_a_conversation(self, form):
        """Who asked stands in the first change alone, and holds for the later ones."""
        (row,) = rows(form([ASKED, ANSWERED, AGAIN, CHANGED]))
        assert row["text"] == "Noise\nThe lamp hums.\nThe one it came with."
        assert (row["id"], row["response_minutes"]) == ("7", 30.0)

    def test_changes_without_words_are_counted(self):
        """A change of a field is a row that is set aside."""
        read = read_conversations(io.StringIO(json.dumps({"audits": [ASKED, CHANGED]})))
        read.to_table()
        assert read.account.to_dict()["set_aside"] == {"a change of a ticket without words": 1}

    def test_events_of_the_incremental_export(self):
        """Comments stand among the child events there, the time in seconds."""
        event = {
            "id": 1, "ticket_id": 8, "updater_id": 5, "timestamp": 1_772_352_000, "via": "Mail",
            "child_events": [
                {"event_type": "Create", "requester_id": 5, "subject": "Late"},
                {"event_type": "Comment", "author_id": 5, "comment_public": True, "body": "Eleven days now."},
                {"event_type": "Comment", "author_id": 90, "comment_public": False, "body": "angry"},
            ],
        }  # fmt: skip
        (row,) = rows({"ticket_events": [event], "end_time": 1})
        assert (row["text"], row["channel"]) == ("Late\nEleven days now.", "Mail")
        assert row["time"].isoformat() == "2026-03-01T08:00:00"

    def test_a_ticket_that_began_before(self):
        """Whoever writes in several tickets is of the shop; who writes in one is its customer."""
        got = texts({"audits": [ANSWERED, AGAIN, audit(4, 9, 90, comment("Closing this.", 90))]})
        assert got == ["The one it came with."]

    def test_a_ticket_with_its_audits(self):
        """They hold the later comments, of which the ticket has the first alone."""
        ticket = {
            "id": 7,
            "requester_id": 5,
            "subject": "Noise",
            "description": "The lamp hums.",
            "status": "open",
            "created_at": "2026-03-01T08:00:00Z",
        }
        assert texts(json_lines({**ticket, "audits": [ASKED, ANSWERED, AGAIN]})) == [
            "Noise\nThe lamp hums.\nThe one it came with."
        ]

    def test_authors_by_name(self):
        """The requester's name tells whose a comment is."""
        said = [
            {"author": who, "body": text}
            for who, text in (("Ann", "The lamp hums."), ("Kim", "Which bulb?"), ("Ann", "Yours."))
        ]
        ticket = {
            "id": 7,
            "requester_id": 5,
            "requester": {"name": "Ann"},
            "subject": "Noise",
            "status": "open",
            "description": "The lamp hums.",
        }
        assert texts({"tickets": [{**ticket, "comments": said}]}) == [
            "Noise\nThe lamp hums.\nYours."
        ]


class TestShapes:
    """Where the records stand."""

    def test_records_by_their_names(self):
        """Databases of documents export an object of records."""
        chat = {
            "messages": [
                {"sender": "customer", "text": "Is it oak?"},
                {"sender": "agent", "text": "Ash."},
            ]
        }
        (first, second) = rows({"chat-1": chat, "chat-2": chat})
        assert (first["id"], second["id"]) == ("chat-1", "chat-2")
        assert first["text"] == "Is it oak?"

    def test_a_record_is_no_such_object(self):
        """Objects within one record are its fields."""
        assert texts({"customer1": {"text": "x"}, "text": "The cup leaks at its seam."}) == [
            "The cup leaks at its seam."
        ]

    def test_pages_a_line_each(self):
        """Every line is a page of an API."""
        pages = [
            {"reviews": [{"id": n, "rating": 2, "body": text}]}
            for n, text in enumerate(("Too thin", "Too thick"))
        ]
        assert texts(json_lines(*pages)) == ["Too thin", "Too thick"]

    @pytest.mark.parametrize("dump", [json_lines, lambda *records: [*records]])
    def test_items_of_an_order_are_no_records(self, dump):
        """A record that says what it is called may hold a list of items."""
        reviews = [
            {"order_id": n, "items": [{"sku": "a"}], "review": text, "stars": 3}
            for n, text in enumerate(("Dull knife", "Bent fork"))
        ]
        assert texts(dump(*reviews)) == ["Dull knife", "Bent fork"]
        assert texts(dump(reviews[0])) == ["Dull knife"]

    def test_graphql(self):
        """Lists of edges and nodes are lists, wherever they stand."""
        chat = {
            "id": "c1",
            "messages": {"nodes": [{"author": {"type": "customer"}, "body": "Is it washable?"}]},
        }
        edges = {
            "data": {
                "shop": {
                    "conversations": {"edges": [{"cursor": "x", "node": chat}], "pageInfo": {}}
                }
            }
        }
        assert texts(edges) == ["Is it washable?"]

    def test_json_api(self):
        """A record's fields stand in an object of their own."""
        chat = {
            "type": "chat",
            "id": "k1",
            "attributes": {
                "messages": [
                    {"from": "visitor", "text": "Is it solid wood?"},
                    {"from": "operator", "text": "No."},
                ]
            },
        }
        (row,) = rows({"data": {"items": [chat]}})
        assert (row["id"], row["text"]) == ("k1", "Is it solid wood?")

    def test_words_in_typed_parts(self):
        """A message may hold its words in parts, beside pictures."""
        parts = [
            {"type": "text", "text": "The print fades."},
            {"type": "image_url", "image_url": {"url": "x"}},
        ]
        chat = {
            "messages": [
                {"role": "user", "content": parts},
                {"role": "assistant", "content": "Oh no."},
            ]
        }
        assert texts(json_lines(chat, chat)) == ["The print fades."] * 2

    def test_google_play(self):
        """The user's comment is the review, the developer's is not."""
        said = {
            "userComment": {
                "text": "Login fails",
                "starRating": 2,
                "lastModified": {"seconds": "1772352000"},
            }
        }
        reviews = [
            {"reviewId": "a", "comments": [said, {"developerComment": {"text": "Please update"}}]}
        ]
        (row,) = rows({"reviews": reviews})
        assert (row["text"], row["rating"]) == ("Login fails", 2.0)
        assert row["time"].isoformat() == "2026-03-01T08:00:00"

    def test_reviews_of_a_page(self):
        """A page's own description of its reviews."""
        one = {
            "@type": "Review",
            "name": "Splinters",
            "reviewBody": "The handle is rough",
            "reviewRating": {"ratingValue": "2"},
        }
        assert texts({"@type": "Product", "name": "Brush", "review": [one]}) == [
            "Splinters\nThe handle is rough"
        ]

    @pytest.mark.parametrize("name", ["dialog", "posts", "chat_lines", "Entries"])
    def test_turns_by_any_name(self, name):
        """A list in which each one speaks is the conversation."""
        said = [{"author": "customer", "text": "Is it oak?"}, {"author": "agent", "text": "Ash."}]
        assert texts([{"id": 1, name: said}, {"id": 2, name: said}]) == ["Is it oak?"] * 2

    def test_turns_by_their_keys(self):
        """An object of messages is a list of them."""
        said = {
            "-Na": {"from": "customer", "text": "Is it oak?"},
            "-Nb": {"from": "agent", "text": "Ash."},
        }
        assert texts([{"id": 1, "messages": said}]) == ["Is it oak?"]

    def test_answers_to_a_review_are_no_turns(self):
        """What a record says itself is what the customer wrote."""
        answers = [{"author": "shop", "text": "So sorry to hear that"}]
        assert texts(
            [{"id": 1, "rating": 2, "text": "The lid leaks badly", "answers_of_shop": answers}]
        ) == ["The lid leaks badly"]

    @pytest.mark.parametrize("name", ["comments", "replies", "history"])
    def test_what_others_say_of_a_review(self, name):
        """The review is what the customer wrote, whatever list of answers it holds."""
        answers = [{"author": "shop", "text": "So sorry to hear that"}]
        reviews = [
            {"id": n, "stars": 2, "text": f"The lid number {n} leaks", name: answers}
            for n in (1, 2)
        ]
        assert texts(reviews) == ["The lid number 1 leaks", "The lid number 2 leaks"]

    @pytest.mark.parametrize(
        "who",
        [
            ("author_type", "agent", "customer"),
            ("from_agent", True, False),
            ("author", {"type": "staff"}, {"type": "customer"}),
        ],
    )
    def test_the_first_message_stands_apart(self, who):
        """What the record says itself comes before its replies, once."""
        key, agent, customer = who
        replies = [{key: agent, "message": "Oh dear"}, {key: customer, "message": "Refund please"}]
        base = {"subject": "Lid", "created_at": "2026-03-01"}
        first = {"id": 1, **base, "message": "The lid leaks", "replies": replies}
        second = {"id": 2, **base, "message": "Refund please", "replies": replies}
        assert texts([first, second]) == ["Lid\nThe lid leaks\nRefund please", "Lid\nRefund please"]

    def test_one_list_behind_another(self):
        """Pages that were written into one file."""
        pages = "\n".join(
            json.dumps([{"id": n, "text": f"The lid number {n} leaks"}]) for n in (1, 2)
        )
        assert len(texts(pages)) == 2

    def test_an_id_that_few_rows_bear(self):
        """That of the shop's reply is not the review's."""
        reviews = [
            {
                "id": n,
                "score": 2,
                "content": f"Sole {n} came off",
                "comment": {"id": 9} if n else None,
            }
            for n in range(2)
        ]
        assert [row["id"] for row in rows({"reviews": reviews})] == ["0", "1"]

    def test_a_ticket_without_a_list_of_comments(self):
        """Its description is what the customer wrote."""
        base = {"requester_id": 1, "subject": "Hi", "status": "open", "via": {"channel": "web"}}
        first = {
            "id": 1,
            **base,
            "description": "x",
            "comments": [{"id": 1, "author_id": 1, "plain_body": "Too small.", "public": True}],
        }
        second = {
            "id": 2,
            **base,
            "description": "May I still change the address?",
            "comments": None,
        }
        assert texts({"tickets": [first, second]}) == [
            "Hi\nToo small.",
            "Hi\nMay I still change the address?",
        ]


class TestOddValues:
    """What stands beside them is read."""

    def test_one_that_is_nested_too_deep(self):
        """It is counted, and the next one is read."""
        deep = "[" * 50_000 + "]" * 50_000
        dump = f'[{{"id": 1, "text": "x", "more": {deep}}}, {{"id": 2, "text": "The lid leaks badly"}}]'
        read = read_conversations(io.StringIO(dump))
        assert [row["text"] for row in read.to_table().to_pylist()] == ["The lid leaks badly"]
        assert read.account.to_dict()["set_aside"] == {"JSON that is nested too deep": 1}

    @pytest.mark.parametrize("end", ["", "\n"])
    def test_numbers_of_any_length(self, end):
        """No number of digits is too long."""
        number = "9" * (sys.get_int_max_str_digits() + 1)
        dump = f'{{"id": {number}, "text": "The lid leaks badly"}}{end}{{"id": 2, "text": "It came too late for us"}}'
        assert len(texts(dump if end else f"[{dump.replace('}{', '}, {')}]")) == 2

    def test_where_records_are(self):
        """The two ways of looking agree."""
        value = {"count": 1, "result": {"page": {"rows": [{"id": 1}]}}}
        text = json.dumps(value)
        assert members_of(value) == [{"id": 1}]
        assert text[wrapped(text) :].startswith('[{"id": 1}]')

    def test_past_a_value(self):
        """Brackets in texts do not count."""
        assert past('[{"a": "]}\\""}, 2] x', 0) == 18
        assert past('[{"a": 1}', 0) == -1


class TestPlainLogs:
    """Chats as text, a line a message."""

    LOG = "--- Chat #12 ---\nVisitor: is it in stock?\nAgent Lea: Two left.\nVisitor: and by Friday?\nit says no\n\n--- Chat #13 ---\nVisitor: my voucher is refused\nBot: Pick a topic\n"

    def test_words_say_who_speaks_and_headings_part_chats(self):
        """Only the customer's turns, a conversation for each heading."""
        got = [(row["id"], row["text"]) for row in rows(self.LOG)]
        assert got == [
            ("12", "is it in stock?\nand by Friday?\nit says no"),
            ("13", "my voucher is refused"),
        ]

    def test_with_moments(self):
        """The moments give the time until the shop answered; without headings all is one, which is said."""
        log = "[2026-03-01 10:00:00] Customer: where is the form\n[2026-03-01 10:06:00] Support: in your account\n"
        read = read_conversations(io.StringIO(log))
        (row,) = read.to_table().to_pylist()
        assert (row["text"], row["response_minutes"]) == ("where is the form", 6.0)
        assert any("one conversation" in note for note in read.warnings)

    def test_a_form_is_no_chat(self):
        """Fields with a colon are not turns."""
        with pytest.raises(ValueError, match="one column"):
            read_conversations(io.StringIO("Customer: Ann\nOrder: 7\nAgent: Tom\n"))
