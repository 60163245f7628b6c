"""Exports of help desks and chats that are told by their columns: who wrote what, and in which chat."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pytest

from convcat.conversations import read_conversations
from convcat.conversations.asides import aside_columns, aside_of
from convcat.conversations.correspondence import shop_addresses
from convcat.conversations.hints import cleaned
from convcat.conversations.roles import staff_among


def rows(source: object) -> list[dict]:
    """Return the rows that are read of a table of cells, of JSON, or of a frame."""
    if isinstance(source, list) and source and isinstance(source[0], tuple):
        source = "\n".join(",".join(map(_cell, row)) for row in source) + "\n"
    if isinstance(source, dict | list):
        source = json.dumps(source)
    read = read_conversations(io.StringIO(source) if isinstance(source, str) else source)
    table = read.to_table().to_pylist()
    read.account.check()
    return [row for row in table if row["needs_status"] == "ok"]


def _cell(cell: object) -> str:
    return '"' + str(cell).replace('"', '""') + '"'


def texts(source: object) -> list[str]:
    return [row["text"] for row in rows(source)]


class TestWhoWrote:
    def test_users_are_the_staff_beside_contacts(self):
        """Chatwoot and Help Scout call their agents users, and customers contacts."""
        got = rows([
            ("conversation_id", "id", "content", "created_at", "private", "sender_type"),
            (77, 1, "The charger is dead", "2026-04-01 10:00:00", "f", "Contact"),
            (77, 2, "Have you tried another socket?", "2026-04-01 10:15:00", "f", "User"),
            (77, 3, "Bad batch again", "2026-04-01 10:16:00", "t", "User"),
            (78, 4, "Where are my points?", "2026-04-01 11:00:00", "f", "Contact"),
        ])  # fmt: skip
        assert [row["text"] for row in got] == ["The charger is dead", "Where are my points?"]
        assert got[0]["response_minutes"] == 15

    def test_users_are_customers_beside_agents(self):
        """Where somebody is called an agent, a user is a customer; so is one who speaks alone."""
        assert staff_among(["1", "1"], ["user", "agent"]) == frozenset()
        assert staff_among(["1", "2"], ["user", "contact"]) == frozenset()

    def test_notes_drafts_and_automatic_messages_are_no_answers(self):
        """What the customer never saw is neither a customer's word nor an answer."""
        got = rows([
            ("Ticket ID", "Message ID", "Sent", "Is From Customer", "Internal", "Automated", "Body"),
            (5, 1, "2026-04-01 10:00", "Yes", "false", "false", "The sheets are see-through"),
            (5, 2, "2026-04-01 10:01", "No", "false", "true", "We got your mail"),
            (5, 3, "2026-04-01 10:10", "No", "true", "false", "Refund if she insists"),
            (5, 4, "2026-04-01 10:30", "No", "false", "false", "They are summer sheets"),
            (6, 5, "2026-04-02 10:30", "Yes", "false", "false", "Take me off the list"),
        ])  # fmt: skip
        assert [row["text"] for row in got] == [
            "The sheets are see-through",
            "Take me off the list",
        ]
        assert got[0]["response_minutes"] == 30

    def test_a_review_that_the_shop_marks_as_spam(self):
        """WordPress keeps what it takes for spam in the table; a private review stays a review."""
        got = texts([
            ("comment_content", "rating", "comment_approved", "private"),
            ("The strap frayed within a month", 2, 1, "true"),
            ("Buy cheap watches now", 3, "spam", "false"),
        ])  # fmt: skip
        assert got == ["The strap frayed within a month"]

    @pytest.mark.parametrize(
        ("name", "cell", "role"),
        [("comment public", "false", "note"), ("visibility", "agents", "note"), ("draft", "1", "note"),
         ("content type", "CONVERSATION_NOTE", "note"), ("type", "COMMENT", None), ("private", "", None)],
    )  # fmt: skip
    def test_words_of_asides(self, name, cell, role):
        """The column's name decides what yes, no and a word mean."""
        assert aside_of(cell, name) == role

    def test_reviews_know_no_notes(self):
        """Of reviews only spam is set aside."""
        known = {"private": "private", "spam": "spam", "visibility": "visibility"}
        assert aside_columns(known, [], talk=False) == ("spam",)
        assert aside_columns(known, ["private"], talk=True) == ("spam", "visibility")


class TestConversationColumns:
    def test_one_that_messages_share(self):
        """Of two columns that may name the conversation, the one that repeats does."""
        got = texts([
            ("Thread ID", "Conversation Number", "Created By Type", "Body"),
            (1, 88, "customer", "The torch flickers on high"),
            (2, 88, "user", "Try a fresh battery"),
            (3, 88, "customer", "It still does"),
            (4, 89, "customer", "I need an invoice with VAT"),
        ])  # fmt: skip
        assert got == ["The torch flickers on high\nIt still does", "I need an invoice with VAT"]

    def test_json_api(self):
        """Attributes and relationships, as Kustomer has them."""

        def message(number: int, chat: str, way: str, said: str) -> dict:
            return {
                "type": "message",
                "id": str(number),
                "attributes": {"preview": said, "direction": way, "channel": "email", "sentAt": f"2026-04-07T09:{number:02}:00Z"},
                "relationships": {"conversation": {"data": {"type": "conversation", "id": chat}}},
            }  # fmt: skip

        got = rows({"data": [
            message(1, "k1", "in", "The lid of the jar is cracked"),
            message(20, "k1", "out", "A new lid is on its way"),
            message(30, "k2", "in", "How do I pause my plan?"),
        ]})  # fmt: skip
        assert [row["text"] for row in got] == [
            "The lid of the jar is cracked",
            "How do I pause my plan?",
        ]
        assert got[0]["response_minutes"] == 19

    def test_gladly_front_and_hubspot(self):
        """The conversation is named in a link, or under a name of their own."""
        gladly = [
            {"id": str(n), "timestamp": f"2026-04-05T10:0{n}:00Z", "conversationId": "g1", "initiator": {"type": who}, "content": content}
            for n, (who, content) in enumerate([
                ("CUSTOMER", {"type": "EMAIL", "subject": "Sole", "body": "The sole peels off"}),
                ("AGENT", {"type": "CHAT_MESSAGE", "content": "We refund you today"}),
                ("AGENT", {"type": "CONVERSATION_NOTE", "content": "Third one this week"}),
                ("CUSTOMER", {"type": "CHAT_MESSAGE", "content": "Thank you so much"}),
            ])
        ]  # fmt: skip
        assert texts(gladly) == ["Sole\nThe sole peels off\nThank you so much"]
        front = [
            {"_links": {"related": {"conversation": "https://api.example.com/c/1"}}, "id": f"m{n}", "is_inbound": way, "is_draft": draft,
             "created_at": 1775200000 + 600 * n, "text": said}
            for n, (way, draft, said) in enumerate([
                (True, False, "The mirror came shattered"), (False, True, "Unsent"), (False, False, "We send another"),
            ])
        ]  # fmt: skip
        (one,) = rows({"_results": front})
        assert (one["text"], one["response_minutes"]) == ("The mirror came shattered", 20)
        hubspot = [
            {"id": f"h{n}", "conversationsThreadId": "7", "createdAt": f"2026-04-07T09:{n:02}:00Z", "direction": way, "type": kind, "text": said}
            for n, (way, kind, said) in enumerate([
                ("INCOMING", "MESSAGE", "You charged me twice"), (None, "COMMENT", "Be nice"), ("OUTGOING", "MESSAGE", "Refunded"),
            ])
        ]  # fmt: skip
        (one,) = rows({"results": hubspot})
        assert (one["text"], one["response_minutes"]) == ("You charged me twice", 2)


class TestNestedMessages:
    def test_zendesk_with_authors_put_in(self):
        """A second person on the customer's side is a customer too."""
        said = [
            ("end-user", 1, "The kettle leaks"),
            ("agent", 7, "A photo?"),
            ("end-user", 2, "I am his wife, here it is"),
        ]
        comments = [
            {"id": n, "author_id": who, "author": {"role": role}, "body": text, "public": True, "created_at": f"2026-04-01T0{n}:00:00Z"}
            for n, (role, who, text) in enumerate(said)
        ]  # fmt: skip
        ticket = {
            "id": 5,
            "requester_id": 1,
            "subject": "Kettle",
            "status": "open",
            "comments": comments,
        }
        assert texts([ticket]) == ["Kettle\nThe kettle leaks\nI am his wife, here it is"]

    def test_chats_of_zendesk_and_olark(self):
        """The one keeps a history, the other items; those of an order are no messages."""
        history = [
            {"type": "chat.memberjoin", "sender_type": "Visitor", "timestamp": "2026-04-04T09:00:00Z"},
            {"type": "chat.msg", "sender_type": "Visitor", "msg": "The vest runs small", "timestamp": "2026-04-04T09:01:00Z"},
            {"type": "chat.msg", "sender_type": "Trigger", "msg": "Anything else?", "timestamp": "2026-04-04T09:02:00Z"},
            {"type": "chat.msg", "sender_type": "Agent", "msg": "Shall we swap it?", "timestamp": "2026-04-04T09:06:00Z"},
        ]  # fmt: skip
        (one,) = rows({"chats": [{"id": "c1", "visitor": {"name": "V"}, "history": history}]})
        assert (one["text"], one["response_minutes"]) == ("The vest runs small", 5)
        items = [
            {
                "kind": "MessageToOperator",
                "nickname": "UK 1",
                "timestamp": "1775000000.1",
                "body": "The covers faded",
            },
            {
                "kind": "MessageToVisitor",
                "nickname": "Kim",
                "timestamp": "1775000060.1",
                "body": "In the sun?",
            },
        ]
        assert texts([{"id": "o1", "items": items}]) == ["The covers faded"]
        order = {
            "id": 1,
            "note": "Please wrap it all as a gift",
            "items": [{"sku": 1, "text": "x"}],
        }
        assert texts([order]) == ["Please wrap it all as a gift"]
        ticket = {"id": 2, "description": "The lamp broke today", "history": [{"message": "Status changed"}]}  # fmt: skip
        assert texts([ticket]) == ["The lamp broke today"]

    def test_what_agents_alone_see(self):
        """A whisper between agents is no answer."""
        users = [{"id": "c", "type": "customer"}, {"id": "k", "type": "agent"}]
        events = [
            {"id": str(n), "type": "message", "author_id": who, "visibility": seen, "text": said, "created_at": f"2026-04-08T07:0{n}:00Z"}
            for n, (who, seen, said) in enumerate([("c", "all", "My heel came off"), ("k", "agents", "Careful"), ("k", "all", "Which size?")])
        ]  # fmt: skip
        (one,) = rows([{"id": "P", "users": users, "thread": {"id": "K", "events": events}}])
        assert (one["text"], one["response_minutes"]) == ("My heel came off", 2)

    @pytest.mark.parametrize("odd", [None, [1], {}, {"id": [1], "type": []}])
    def test_authors_that_are_no_authors(self, odd):
        """Lists and objects where a name should be cost the message its author alone."""
        event = {
            "type": "message",
            "text": "My heel came off",
            "author_id": odd,
            "sender": {"t": odd},
        }
        helped = {
            "type": odd,
            "body": "Hm",
            "createdBy": {"type": odd},
            "author": {"role": odd},
            "author_id": odd,
        }
        for record in (
            {"id": 1, "users": [odd, {"id": odd, "type": odd}], "events": [event]},
            {"id": 2, "requester_id": 3, "comments": [helped]},
            {"name": odd, "type": "personal_chat", "participants": [odd], "messages": [event, odd]},
        ):
            assert len(rows([record, {"id": 9, "message": "The lamp broke"}])) < 3

    def test_downloads_of_social_networks(self):
        """Hearts, pictures and calls are no words; parts of a text are one."""
        meta = [("Lea M", "Liked a message"), ("Lea M", "Reacted \u2764 to your message "), ("Lea M", "Lea M sent an attachment."), ("Lea M", "The mug is chipped"), ("Shop", "Oh?")]  # fmt: skip
        thread = {
            "participants": [{"name": "Lea M"}, {"name": "Shop"}],
            "title": "Lea M",
            "thread_path": "inbox/1",
            "messages": [
                {"sender_name": who, "timestamp_ms": 1775300000000 - n, "content": said.encode().decode("latin-1")}
                for n, (who, said) in enumerate(meta)
            ],
        }  # fmt: skip
        assert texts([thread]) == ["The mug is chipped"]
        telegram = {
            "name": "Ivo K", "type": "personal_chat", "id": 4,
            "messages": [
                {"id": 1, "type": "message", "date": "2026-04-01T10:00:00", "from": "Ivo K", "text": ["Mine leaks, see ", {"type": "link", "text": "the picture"}]},
                {"id": 2, "type": "message", "date": "2026-04-01T10:05:00", "from": "Shop", "text": "Oh no"},
            ],
        }  # fmt: skip
        (one,) = rows(telegram)
        assert (one["text"], one["response_minutes"]) == ("Mine leaks, see the picture", 5)


class TestMessagesInCells:
    SAID = ({"role": "user", "content": "It's the label, it peeled off"}, {"role": "assistant", "content": "We mend that"})  # fmt: skip

    @pytest.mark.parametrize("write", [json.dumps, str])
    def test_of_a_csv(self, write):
        """Lists as JSON, and as pandas writes them."""
        cells = [
            write(list(self.SAID)),
            write([{"role": "user", "content": "A student discount?"}]),
        ]
        got = texts([("conversation_id", "messages"), *enumerate(cells)])
        assert got == ["It's the label, it peeled off", "A student discount?"]

    def test_of_a_frame(self):
        """Lists of structs, with the rest of the row beside every message."""
        frame = pa.table({"id": ["a"], "channel": ["chat"], "messages": [list(self.SAID)]})
        (one,) = rows(frame)
        assert (one["text"], one["channel"]) == ("It's the label, it peeled off", "chat")

    @pytest.mark.parametrize("odd", ["[" * 60_000, "[{'content': " + "-" * 60_000 + "1}]", "no list", "{}", "[1, 2]"])  # fmt: skip
    def test_odd_cells(self, odd):
        """A cell that is no list of messages loses its words, not the dump."""
        cells = [json.dumps(list(self.SAID)), odd]
        assert len(texts([("conversation_id", "messages"), *enumerate(cells)])) == 1

    def test_a_text_called_messages_stays_one(self):
        """Words are words, whatever the column is called."""
        assert texts([("id", "messages"), (1, "The lamp broke, again")]) == [
            "The lamp broke, again"
        ]


class TestMails:
    MAILS = (
        ("from", "to", "date", "subject", "text"),
        ("ann@mail.test", "help@shop.test", "2026-04-01 10:00", "Cups", "Two cups are broken"),
        (
            "Help <help@shop.test>",
            "ann@mail.test",
            "2026-04-01 11:00",
            "Re: Cups",
            "We send new ones",
        ),
        ("kim@shop.test", "ann@mail.test", "2026-04-01 12:00", "Re: Cups", "They are on their way"),
        ("bo@mail.test", "help@shop.test", "2026-04-02 10:00", "Returns", "How do returns work?"),
    )

    def test_the_shops_own_mails(self):
        """Whom many write to is the shop, and so are its colleagues."""
        assert texts(list(self.MAILS)) == [
            "Cups\nTwo cups are broken",
            "Returns\nHow do returns work?",
        ]

    def test_only_incoming_mails(self):
        """Where the shop answers nothing, nobody is taken for it."""
        assert len(texts([self.MAILS[0], self.MAILS[1], self.MAILS[4]])) == 2

    def test_customers_of_the_shops_own_domain(self):
        """A domain that most customers write from is none of the shop's alone."""
        mails = [([f"{who}@same.test"], ["help@same.test"]) for who in ("ann", "bo", "cy")]
        assert shop_addresses(mails) == {"help@same.test"}

    def test_nobody_that_many_write_to(self):
        """One mail tells nothing."""
        assert shop_addresses([(["a@x.test"], ["b@y.test"])]) == frozenset()


class TestForms:
    FORM = "You received a new message from your online store's contact form.\n\nName:\nAnn Bell\n\nPhone:\n+1 212 555 0147\n\nComment:\nThe scarf lost its colour.\n\nOrder number:\n1042\n"  # fmt: skip

    def test_the_customers_field(self):
        """Neither the form's labels, nor the name in it, nor its title are the customer's words."""
        title = "New customer message on April 1, 2026 at 10:00 am"
        dump = [("Ticket ID", "Subject", "Description", "Created"), (1, title, self.FORM, "2026-04-01 10:00")]  # fmt: skip
        assert texts(dump) == ["The scarf lost its colour."]

    def test_one_form_or_many(self):
        """Nothing hangs on how many texts are cleaned at a time."""
        form = (
            "You received a new message from your online store's Contact Form.\nComment: Too small"
        )
        many, one = (cleaned(pa.array([form] * n)).to_pylist() for n in (100, 1))
        assert many == ["Too small"] * 100 == 100 * one

    def test_a_form_without_such_a_field_stays(self):
        """Nothing is lost where the field is called otherwise."""
        odd = self.FORM.replace("Comment:", "Wish:")
        assert "The scarf lost its colour." in texts([("id", "message"), (1, odd)])[0]


class TestSurveys:
    def test_the_question_is_no_answer(self):
        """What all are asked is not what they say; the free answer is."""
        asked = "Was anything stopping you?"
        got = texts([
            ("Order Name", "Question", "Response", "Other Response"),
            ("#1", asked, "Other", "No size chart for kids"),
            ("#2", asked, "Shipping", ""),
            ("#3", asked, "Other", "My card failed twice"),
        ])  # fmt: skip
        assert got == ["No size chart for kids", "My card failed twice"]

    def test_typeform(self):
        """Answers in words are the text; a figure stays beside it."""
        answers = [
            {"field": {"ref": "nps"}, "type": "number", "number": 3},
            {"field": {"ref": "why"}, "type": "text", "text": "Three weeks to deliver"},
        ]
        (one,) = rows({"items": [{"response_id": "a", "submitted_at": "2026-04-01T10:00:00Z", "answers": answers}]})  # fmt: skip
        assert (one["text"], one["answers.nps"]) == ("Three weeks to deliver", "3")


class TestReviewLists:
    def test_amazons_dates(self):
        """The day stands behind the country."""
        got = rows([
            ("Date", "Title", "Body", "Rating"),
            ("Reviewed in the United States on March 3, 2026", "Hm", "It frayed", "2.0 out of 5 stars"),
            ("Reviewed in Canada on 5 March 2026", "Ok", "The lid never closes", "3.0 out of 5 stars"),
        ])  # fmt: skip
        assert [row["time"].isoformat()[:10] for row in got] == ["2026-03-03", "2026-03-05"]

    def test_the_shops_answer_has_a_time_of_its_own(self):
        """The review's is taken."""
        got = rows([
            ("review_text", "owner_answer_timestamp_datetime_utc", "review_rating", "review_datetime_utc"),
            ("It frayed in a week", "04/05/2026 10:00:00", 2, "04/03/2026 10:00:00"),
            ("The lid never closes", "", 3, "04/13/2026 10:00:00"),
        ])  # fmt: skip
        assert [row["time"].day for row in got] == [3, 13]

    def test_two_comments_of_a_row(self):
        """Feefo asks for the service and for the product."""
        header = ("Sale Date", "Feedback Date", "Product Id", "Service Rating", "Service Comment", "Product Rating", "Product Comment")  # fmt: skip
        got = rows([header, ("01/03/2026", "14/03/2026", 5, 4, "The van was late", 2, "It frayed")])
        assert got[0]["text"] == "The van was late\nIt frayed"
        assert (got[0]["rating"], got[0]["time"].day) == (2.0, 14)

    def test_marks_of_trusted_shops(self):
        """A mark is a number of stars."""
        header = ("Review Date", "Mark", "Comment", "Order Reference")
        day = "14.03.2026 10:00"
        got = texts(
            [header, (day, "2,00", "It frayed", "LU-1"), (day, "5,00", "Lovely flask", "LU-2")]
        )
        assert got == ["It frayed"]

    def test_app_store_feed(self):
        """Apple's feed labels every value."""
        entry = [
            {"id": {"label": str(stars)}, "im:rating": {"label": str(stars)}, "title": {"label": "Hm"}, "content": {"label": said}, "updated": {"label": "2026-04-03T10:00:00-07:00"}}
            for stars, said in ((2, "It logs me out"), (5, "Great app"))
        ]  # fmt: skip
        assert texts({"feed": {"entry": entry}}) == ["Hm\nIt logs me out"]


class TestNamesOfTheirOwn:
    def test_records_without_a_name(self):
        """A conversation that bears no number is one all the same, and its question is kept."""
        said = [("user", "Hi"), ("assistant", "Do you want a new one?"), ("user", "Yes, both")]
        chats = [
            {"messages": [{"role": who, "content": text} for who, text in said]},
            {"messages": [{"role": "user", "content": "Do you ship to Oslo?"}]},
        ]
        got = rows(chats)
        assert [row["text"] for row in got] == ["Hi\nYes, both", "Do you ship to Oslo?"]
        assert got[0]["context"] == "Do you want a new one?"

    def test_a_list_of_messages_that_name_their_conversation(self):
        """Messages in one object belong to the conversations that they name."""
        said = [
            ("q1", "user", "The box was empty"),
            ("q1", "business", "Oh!"),
            ("q2", "user", "Which size?"),
        ]
        messages = [
            {"id": str(n), "conversationId": chat, "author": {"type": who}, "content": {"type": "text", "text": text}}
            for n, (chat, who, text) in enumerate(said)
        ]  # fmt: skip
        assert texts({"messages": messages}) == ["The box was empty", "Which size?"]

    def test_numbers_flags_and_ways(self):
        """A ticket's number names it; a note is flagged; a type says in or out."""
        groove = {"number": 101, "title": "Tote", "messages": [
            {"author_type": "Customer", "body": "The tote tore", "note": False, "created_at": "2026-04-01T10:00:00Z"},
            {"author_type": "Agent", "body": "The third tote", "note": True, "created_at": "2026-04-01T10:05:00Z"},
            {"author_type": "Agent", "body": "A refund?", "note": False, "created_at": "2026-04-01T10:20:00Z"},
        ]}  # fmt: skip
        (one,) = rows({"tickets": [groove]})
        assert (one["text"], one["response_minutes"]) == ("Tote\nThe tote tore", 20)
        trengo = [
            {"id": n, "ticket_id": 9, "type": kind, "body": text, "created_at": f"2026-04-01 10:{n}0:00"}
            for n, (kind, text) in enumerate([("INBOUND", "The leg is loose"), ("NOTE", "Bolt M8"), ("OUTBOUND", "We send a bolt")])
        ]  # fmt: skip
        (one,) = rows(trengo)
        assert (one["text"], one["response_minutes"]) == ("The leg is loose", 20)

    def test_a_type_of_ticket_is_no_role(self):
        """Support and sales are departments here, not people."""
        header = ("Ticket ID", "Type", "Description")
        got = texts([header, (1, "Support", "The lamp broke"), (2, "Sales", "Do you sell bulbs?")])
        assert got == ["The lamp broke", "Do you sell bulbs?"]

    def test_jira(self):
        """Comments in columns are not the customer's; the description is."""
        header = ("Issue key", "Summary", "Description", "Reporter", "Created", "Comment", "Comment", "Status")  # fmt: skip
        issue = ("SUP-1", "Lamp", "My lamp flickers", "Ann", "01/Apr/26 10:00 AM", "01/Apr/26;kim;Swap the bulb", "", "Done")  # fmt: skip
        (one,) = rows([header, issue])
        assert (one["text"], one["time"].month) == ("Lamp\nMy lamp flickers", 4)

    def test_words_in_html_alone(self):
        """A column of pages is read where there is no plain one."""
        got = texts([("Stars", "Review HTML"), (2, "<p>It <b>frayed</b> &amp; tore</p>"), (3, "<p>Nice lid</p>")])  # fmt: skip
        assert got == ["It frayed & tore", "Nice lid"]
