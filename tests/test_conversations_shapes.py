"""Shapes that exports take beside those of their platforms' own documentation."""

from __future__ import annotations

import io
import json

import pytest

from convcat.conversations import read_conversations
from convcat.orders import join_orders, read_orders


def opened(dump: str | dict | list):
    text = dump if isinstance(dump, str) else json.dumps(dump)
    return read_conversations(io.StringIO(text))


def rows(dump: str | dict | list) -> list[dict]:
    got = opened(dump)
    table = got.to_table().to_pylist()
    got.account.check()
    return [row for row in table if row["needs_status"] == "ok"]


def texts(dump: str | dict | list) -> list[str]:
    return [row["text"] for row in rows(dump)]


def csv(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def said(author: object, body: str, minute: int = 0) -> dict:
    return {"author_id": author, "body": body, "public": True, "created_at": f"2026-03-02T09:{minute:02}:00Z"}  # fmt: skip


class TestWhoSpeaks:
    def test_users_beside_zendesk_s_tickets(self):
        """Another customer who joins a ticket is no agent."""
        ticket = {"id": 1, "subject": "Refund", "requester_id": 5, "status": "open",
                  "comments": [said(5, "I sent it back"), said(7, "It was issued", 9), said(6, "His wife: not here yet", 20)]}  # fmt: skip
        users = [{"id": 5, "role": "end-user"}, {"id": 7, "role": "agent"}, {"id": 6, "role": "end-user"}]  # fmt: skip
        for dump in ({"tickets": [ticket], "users": users}, {"users": users, "tickets": [ticket]}):
            assert texts(dump) == ["Refund\nI sent it back\nHis wife: not here yet"]

    def test_authors_as_objects(self):
        """Whoever is not the requester is of the shop."""
        ann, kim = {"id": 5, "name": "Ann"}, {"id": 9, "name": "Kim"}
        comments = [{"author": who, "body": body} for who, body in ((ann, "The fork is bent"), (kim, "A photo?"), (ann, "Sent"))]  # fmt: skip
        assert texts([{"id": 8, "requester": ann, "comments": comments}]) == ["The fork is bent\nSent"]  # fmt: skip

    @pytest.mark.parametrize(
        ("column", "customer", "shop"),
        [
            ("Message sender type", "customer", "agent"),
            ("Sender is page", "No", "Yes"),
            ("Actor type", "User", "Agent"),
        ],
    )
    def test_any_name_of_the_column(self, column, customer, shop):
        """Its values tell both sides; a type of message beside it does not."""
        dump = csv(
            f"Conversation ID,Message type,{column},Message",
            f"c1,normal,{customer},Is the green one back?",
            f"c1,normal,{shop},Next week",
            f"c1,private,{shop},ask Bea",
            f"c1,normal,{customer},You said so last month",
        )
        assert texts(dump) == ["Is the green one back?\nYou said so last month"]

    def test_names_beside_a_chat(self):
        """The row names its customer and its agent."""
        dump = csv(
            "Ticket ID,Customer name,Assignee,Messages",
            '1,Ann Lee,Bo,"Ann Lee: The boots are narrow\nBo: Swap them?\nAnn Lee: Please, a 41"',
            '2,Tom Kay,Bo,"Tom: The box was wet\nBo: Sorry"',
        )
        assert texts(dump) == ["The boots are narrow\nPlease, a 41", "The box was wet"]

    def test_a_title_that_names_the_customer(self):
        """So it is with chats that become tickets."""
        chat = "(09:00:10) Ann: It squeaks\n(09:02:10) Bo: Oiled?\n(09:03:00) Ann: Three times"
        base = {"status": "open", "requester_id": 5}
        tickets = [
            {**base, "id": 1, "subject": "Conversation with Ann", "comments": [said(5, chat)]},
            {**base, "id": 2, "subject": "Paint", "comments": [said(5, "It is peeling")]},
        ]
        assert texts({"tickets": tickets})[0] == "It squeaks\nThree times"

    def test_the_role_of_a_buyer_s_partner_in_a_review(self):
        """eBay calls the side that is spoken of; all of them are customers' words."""
        one = {"CommentText": "The cable was short", "CommentType": "Neutral", "CommentTime": "2026-03-02T09:05:00Z", "ItemTitle": "Cable", "Role": "Seller", "CommentingUser": "a*b"}  # fmt: skip
        (row,) = rows({"FeedbackDetailArray": {"FeedbackDetail": [one]}})
        assert (row["kind"], row["product"]) == ("review", "Cable")


class TestChatLogs:
    def test_hours_behind_the_name(self):
        """The line above says with whom, and which day it is."""
        log = (
            "Conversation with Dana Whit\nStarted on March 3, 2026\n\n"
            "Dana Whit (10:02 AM): Is the desk back soon?\nLumo (10:05 AM): Yes\n"
            "Dana Whit (10:06 AM): Can I reserve one\nand pay later?\n"
        )
        (row,) = rows(log)
        assert row["text"] == "Is the desk back soon?\nCan I reserve one\nand pay later?"
        assert str(row["time"]) == "2026-03-03 10:02:00"
        assert row["response_minutes"] == 3

    def test_hours_before_the_name(self):
        """Lines of the program are nobody's."""
        log = (
            "Chat started: 2 Mar 2026, 10:00\nName: Ann\n\n[10:00:12] Ann: My card is declined\n"
            "[10:01:02] Bo (agent): Try again?\n[10:01:30] *** Bo left ***\n[10:02:10] Ann: Same\n"
        )
        assert texts(log) == ["My card is declined\nSame"]

    def test_each_customer_s_chat_is_one(self):
        """A log of a day, in which customers have numbers."""
        log = (
            "[2026-03-02 10:00:03] visitor_882: hello?\n[2026-03-02 10:04:15] agent_kim: hi\n"
            "[2026-03-02 10:05:15] visitor_882: the portal is down\n\n"
            "[2026-03-02 11:00:03] visitor_900: spare lids?\n[2026-03-02 11:03:03] agent_kim: yes\n"
        )
        assert texts(log) == ["hello?\nthe portal is down", "spare lids?"]

    def test_a_table_of_chats_is_no_log(self):
        """Its cells begin like one."""
        dump = csv("Chat ID,Transcript", '1,"', "(10:00:01) Visitor: Hello", '(10:00:09) Kim: Hi"', '2,"', '(10:00:01) Visitor: Bye"')  # fmt: skip
        assert texts(dump) == ["Hello", "Bye"]


class TestRecords:
    def test_json_that_was_xml(self):
        """Freshdesk's notes with their attributes."""

        def note(body: str, incoming: str) -> dict:
            return {"body": body, "incoming": {"@type": "boolean", "#text": incoming}}

        ticket = {"display-id": {"@type": "integer", "#text": "12"}, "subject": "Lamp", "description": "It flickers",
                  "helpdesk-notes": {"@type": "array", "helpdesk-note": [note("A new bulb?", "false"), note("It flickers as well", "true")]}}  # fmt: skip
        dump = {"helpdesk-tickets": {"@type": "array", "helpdesk-ticket": [ticket]}}
        assert texts(dump) == ["Lamp\nIt flickers\nIt flickers as well"]

    def test_threads_of_a_ticket(self):
        """What the ticket describes is its first thread, and stands there once."""
        threads = [
            {"direction": way, "content": f"<div>{words}</div>", "author": {"type": who}}
            for way, words, who in (("in", "My bag is torn", "END_USER"), ("out", "A picture?", "AGENT"), ("in", "Here", "END_USER"))
        ]  # fmt: skip
        ticket = {"id": "4", "subject": "Bag", "description": "<div>My bag is torn</div>", "threads": threads}  # fmt: skip
        assert texts([ticket]) == ["Bag\nMy bag is torn\nHere"]

    def test_reviews_of_products_beside_that_of_the_service(self):
        """Feefo's API: a row each, by its own stars."""
        product = {"review": "It is loud", "rating": {"rating": 3}, "product": {"title": "Kettle"}}
        one = {"service": {"review": "Came late", "rating": {"rating": 5}}, "products": [product]}
        (row,) = rows({"reviews": [one]})
        assert (row["text"], row["rating"], row["product"]) == ("It is loud", 3, "Kettle")

    def test_a_review_beside_its_customer(self):
        """The object around it is no part of the names."""
        one = {"review": {"id": 7, "rating": 3, "title": "OK", "body": "Uneven", "productName": "Sweater"}, "customer": {"id": 3}}  # fmt: skip
        (row,) = rows({"results": [one]})
        assert (row["rating"], row["product"]) == (3, "Sweater")

    def test_comments_in_html_alone(self):
        """A picture between two lines is none of the words."""
        body = '<p>The glass is chipped:</p><p><img src="https://a.example/1.png"></p><p>Replace it</p>'
        comment = {"author_id": 5, "html_body": body, "public": True}
        ticket = {"id": 1, "subject": "Photo", "description": "The glass", "requester_id": 5, "status": "open", "comments": [comment]}  # fmt: skip
        assert texts([ticket]) == ["Photo\nThe glass is chipped:\nReplace it"]

    def test_who_rang_whom(self):
        """Zendesk writes it down for a call; the customer did not."""
        base = {"requester_id": 5, "status": "open", "raw_subject": "", "created_at": "2026-03-02"}
        tickets = [{**base, "id": 1, "subject": "Phone call", "description": "Call from: +44 7700 900123\nAnswered by: Bo", "via": {"channel": "voice"}},
                   {**base, "id": 2, "subject": "Hook", "description": "It fell off", "via": {"channel": "web"}}]  # fmt: skip
        assert texts(tickets) == ["Hook\nIt fell off"]

    def test_turns_by_the_names_of_their_chats(self):
        """Each name is a conversation; pages of reviews by their names are none."""
        turn = {"from": "user", "text": "Is it waterproof?"}
        chats = {"chat-1": [turn, {"from": "agent", "text": "Yes"}], "chat-2": [{**turn, "text": "Mine leaks"}]}  # fmt: skip
        assert texts(chats) == ["Is it waterproof?", "Mine leaks"]


class TestColumns:
    def test_a_text_that_was_translated(self):
        """The translation is read, and the text itself where there is none."""
        dump = csv("Rating,Original text,Text (English)", "2,Der Griff bricht,The handle breaks", "3,It is too heavy,")  # fmt: skip
        assert texts(dump) == ["The handle breaks", "It is too heavy"]

    def test_days_and_hours_apart(self):
        """One moment, and the time until the answer."""
        dump = csv("Conversation ID,Date,Time,From,Message", "1,2026-03-02,10:00:00,visitor,Boots in 39?", "1,2026-03-02,10:09:00,operator,Yes")  # fmt: skip
        (row,) = rows(dump)
        assert (str(row["time"]), row["response_minutes"]) == ("2026-03-02 10:00:00", 9)

    def test_spam_and_deleted_reviews(self):
        """Judge.me and Yotpo say so; they are counted."""
        dump = csv("title,body,rating,review_date,curated,reviewer_name,deleted", "A,Too thin,2,2026-03-02,ok,Ann,false", "B,Click here,2,2026-03-02,spam,Bot,false", "C,Gone,2,2026-03-02,ok,Cy,true")  # fmt: skip
        got = opened(dump)
        assert texts(dump) == ["A\nToo thin"]
        assert sum(got.account.filtered.values()) == 2

    def test_two_ratings_of_one_review(self):
        """What is bad about either is read."""
        dump = csv("Date,Service Rating,Service Review,Product Rating,Product Review,Product", "02/03/2026,2,Over the fence,5,Lovely,Lamp")  # fmt: skip
        (row,) = rows(dump)
        assert (row["text"], row["rating"]) == ("Over the fence\nLovely", 2)

    def test_stars_under_any_name(self):
        """The cells say so; that it is unsure is said."""
        dump = csv("Order,Rated,Said", "1,2 stars,It leaks from the base", "2,5 stars,Lovely mug")
        assert [(row["kind"], row["text"]) for row in rows(dump)] == [("review", "It leaks from the base")]  # fmt: skip
        assert any("'Rated'" in one for one in opened(dump).warnings)

    def test_addresses_that_write_to_many(self):
        """They are the shop's, in a column of authors as well."""
        dump = csv("case_id,sent,author_email,text", *(f"{i},2026-03-02 09:{10 * at:02},{who},{said}" for i, (ann, kim) in enumerate((("a", "kim"), ("b", "bo"), ("c", "kim"), ("d", "bo"))) for at, (who, said) in enumerate(((f"{ann}@x{i}.example", f"It sparks {i}"), (f"{kim}@lumo.example", "Unplug it")))))  # fmt: skip
        assert texts(dump) == [f"It sparks {i}" for i in range(4)]

    def test_pros_and_cons(self):
        """Both are the customer's words."""
        assert texts(csv("stars,pros,cons", "3,Light,The cord is short")) == ["Light\nThe cord is short"]  # fmt: skip

    def test_percent_without_its_sign(self):
        """The name says it."""
        dump = csv("review_id,detail,rating_percent", "1,It sheds a lot,40", "2,Warm and soft,100")
        assert [row["rating"] for row in rows(dump)] == [2]

    def test_what_salesforce_comments(self):
        """The case's comments are the shop's."""
        dump = csv("Case Number,Subject,Case Origin,Description,Comments", "1,Pump,Web,It does not start,Called twice")  # fmt: skip
        (row,) = rows(dump)
        assert (row["text"], row["channel"]) == ("Pump\nIt does not start", "Web")

    def test_a_shop_s_own_field_in_zendesk(self):
        """Its kind stands in brackets."""
        dump = csv("ticket,message,Product [list]", "1,The lid leaks,Blender")
        assert rows(dump)[0]["product"] == "Blender"

    def test_ebay_s_dates(self):
        """Month, day and two figures of the year."""
        dump = csv("Feedback Type,Feedback,From,Item Title,Date", "Neutral,Came late,a*b,Case,Mar-02-26 09:05:00 PST")  # fmt: skip
        assert str(rows(dump)[0]["time"]) == "2026-03-02 17:05:00"


class TestOrders:
    def joined(self, orders: str, text: str, **columns) -> dict:
        import pyarrow as pa

        table = pa.table({"text": [text], **{name: [value] for name, value in columns.items()}})
        return join_orders(table, read_orders(io.StringIO(orders))).to_pylist()[0]

    def test_bigcommerce(self):
        """Products within one cell, totals with their tax."""
        details = "Product ID: {0}, Product Qty: 1, Product SKU: S{0}, Product Name: {1}, Product Variation Details: , Product Unit Price: 3.00, Product Total Price: 3.00"  # fmt: skip
        cell = "|".join([details.format(1, "Desk Lamp"), details.format(2, "Stool")])
        orders = csv("Order ID,Order Total (inc tax),Ship Method,Product Details", f'3302,64.90,Sendle,"{cell}"')  # fmt: skip
        row = self.joined(orders, "The stool of order 3302 wobbles")
        assert (row["product"], row["order_value"], row["carrier"]) == ("Stool", 64.9, "Sendle")

    def test_items_with_their_numbers(self):
        """How many of each is no part of the name; a board of 2 x 4 is."""
        orders = csv("Order No,Customer e-mail,Items", '50101,ann@x.org,"1 x Blue Rug, 2 x Lamp Shade"', "50102,tom@y.org,2 x 4 Timber")  # fmt: skip
        assert self.joined(orders, "The rug of order 50101 smells")["product"] == "Blue Rug"
        row = self.joined(orders, "It is bent", email="tom@y.org")
        assert (row["product"], row["order_match"]) == ("2 x 4 Timber", "email")

    def test_a_number_in_several_parts(self):
        """Where all of them agree, no word for it is needed; where one does not, it is."""
        orders = csv("Order Number,Item Title,Order Value (GBP)", "18-09999-12345,Case,£12.49")
        row = self.joined(orders, "18-09999-12345 wrong colour")
        assert (row["product"], row["order_value"]) == ("Case", 12.49)
        assert self.joined(orders, "18-09998-12345 wrong colour")["product"] is None

    def test_german(self):
        """Versand and Betrag."""
        orders = csv("Bestellnummer;Artikel;Versand;Betrag", "B-77001;Dose;DHL;1.024,50 €")
        row = self.joined(orders, "Order B-77001 is dented")
        assert (row["carrier"], row["order_value"]) == ("DHL", 1024.5)


class TestLookAlikes:
    """What looks like one of these and is not."""

    def test_durations_are_no_hours_of_the_day(self):
        """The time until an answer beside a day."""
        dump = csv("Ticket ID,Date,First response time,Message", "1,2026-03-02,0:45,The lid leaks", "2,2026-03-03,1:30,Too thin")  # fmt: skip
        assert [(str(row["time"]), row["response_minutes"]) for row in rows(dump)] == [
            ("2026-03-02 00:00:00", 45),
            ("2026-03-03 00:00:00", 90),
        ]

    def test_a_number_that_repeats_is_no_conversation_of_reviews(self):
        """How many were bought, say: no review falls out for it."""
        dump = csv(
            "Date,Number,Stars,Review", "2026-03-02,1,2,Too thin", "2026-03-02,1,3,Too short"
        )
        assert texts(dump) == ["Too thin", "Too short"]

    def test_numbers_of_likes_are_no_words(self):
        """Nor are scores of what is positive and negative."""
        dump = csv("Stars,Review,Likes,Dislikes,Positive,Negative", "2,Too thin,4,1,0.2,0.8", "3,Too short,0,0,0.5,0.5")  # fmt: skip
        assert texts(dump) == ["Too thin", "Too short"]

    def test_what_kind_of_user_reviews(self):
        """A verified buyer is no role, whatever the column is called."""
        dump = csv("Review,Stars,Reviewer user type", "Too thin,2,Verified buyer", "Too short,3,Anonymous user")  # fmt: skip
        assert texts(dump) == ["Too thin", "Too short"]

    def test_messages_without_a_conversation_stay_apart(self):
        """In a table of another format, nothing goes on with the row above."""
        dump = csv("Thread ID,Author type,Message", "t1,customer,It leaks", ",customer,Is it blue?", ",customer,Where is it?")  # fmt: skip
        assert texts(dump) == ["It leaks", "Is it blue?", "Where is it?"]

    def test_a_mail_with_hours_is_no_log(self):
        """Lines of a table whose texts speak of hours."""
        dump = csv("date,message", "2026-03-02,at 10:00 Kim: said she would call", "2026-03-03,at 11:00 Bo: said no")  # fmt: skip
        assert len(texts(dump)) == 2

    def test_a_name_in_a_signature_is_no_speaker(self):
        """A mail of a customer whom the row names stays whole."""
        dump = csv("Ticket ID,Customer name,Message", '1,Ann Lee,"It leaks.\nAnn Lee: 07700 900123"', "2,Tom Kay,It is torn")  # fmt: skip
        assert texts(dump)[0].startswith("It leaks.")

    def test_sound_json_with_quotes_and_commas(self):
        """Stays as it is."""
        said = 'He said "wait, no", twice: {"a",} [x,]'
        assert texts([{"id": 1, "review": said, "stars": 2}]) == [said]

    def test_a_ticket_without_comments_among_others_with(self):
        """What it describes is read, though no list of comments stands in it."""
        base = {"requester_id": 5, "status": "open"}
        tickets = [{**base, "id": 1, "subject": "Bent", "description": "The frame is bent"},
                   {**base, "id": 2, "subject": "Rope", "description": "It frays", "comments": [said(5, "It frays")]}]  # fmt: skip
        assert texts(tickets) == ["Bent\nThe frame is bent", "Rope\nIt frays"]

    def test_turns_as_a_text_of_json(self):
        """In a record of JSON as well as in a cell of a table."""
        turns = json.dumps([{"speaker": "customer", "text": "It shows kilos"}, {"speaker": "agent", "text": "Hold it"}])  # fmt: skip
        assert texts([{"conversation_id": "1", "transcript": turns}]) == ["It shows kilos"]
