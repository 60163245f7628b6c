# ruff: noqa: ISC004 - headers and rows of exports stand on lines of their own
"""Exports of the platforms that shops use are recognised by their header and read right."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import pytest
import xlsxwriter

from convcat.conversations import read_conversations

# One small export per platform, with what should come of it: platform, kind, and the first row.
EXPORTS: dict[str, tuple[str, str, str, dict[str, object]]] = {
    "zendesk-csv": (
        "Zendesk CSV report",
        "support",
        "Summation column,Id,Requester,Requester email,Subject,Tags,Status,Priority,Via,Created at,"
        "Satisfaction Score,First reply time in minutes,Brand\n"
        "1,801,Ana,ana@example.org,Parcel still not here,late vip,Open,-,Mail,2024-05-02 10:11,Bad,42,North\n",
        {"id": "801", "text": "Parcel still not here", "channel": "Mail", "csat": 0.0,
         "response_minutes": 42.0, "time": datetime(2024, 5, 2, 10, 11), "Brand": "North"},
    ),
    "gorgias-csv": (
        "Gorgias CSV export",
        "support",
        "Ticket id,Subject,Channel,Creation date,Customer email,First customer message,Survey score\n"
        "55,Exchange,email,2024-05-02T10:11:00Z,a@example.org,Can I swap it for a medium?,4\n",
        {"id": "55", "text": "Exchange\nCan I swap it for a medium?", "csat": 4.0, "channel": "email"},
    ),
    "intercom-csv": (
        "Intercom messages",
        "support",
        "message_id,message_body,message_type,message_created_at,message_author_type,conversation_id,"
        "conversation_created_at,app_name\n"
        "m1,Is the blue one coming back?,conversation,2024-05-02 21:45:08,lead,k1,2024-05-02 21:45:08,shop\n"
        "m2,One moment please.,comment,2024-05-02 21:45:09,bot,k1,2024-05-02 21:45:08,shop\n"
        "m3,Yes next week!,comment,2024-05-02 21:55:08,admin,k1,2024-05-02 21:45:08,shop\n",
        {"id": "k1", "text": "Is the blue one coming back?", "response_minutes": 10.0,
         "time": datetime(2024, 5, 2, 21, 45, 8)},
    ),
    "freshdesk-csv": (
        "Freshdesk ticket export",
        "support",
        "Ticket ID,Subject,Description,Status,Priority,Source,Type,Created time,"
        "First response time (in hrs),Group\n"
        "9,Refund,I sent it back a month ago and see no refund.,Open,Low,Portal,Refund,2024-05-02 08:00:00,01:30:00,EU\n",
        {"id": "9", "text": "Refund\nI sent it back a month ago and see no refund.", "channel": "Portal",
         "response_minutes": 90.0, "Group": "EU"},
    ),
    "chat-log": (
        "Shopify Inbox or a chat log",
        "support",
        "conversation_id,sender,message,sent_at\nq,customer,Does it shrink in the wash?,2024-05-02 08:00\n"
        "q,store,It does not.,2024-05-02 08:03\n",
        {"id": "q", "text": "Does it shrink in the wash?", "response_minutes": 3.0},
    ),
    "trustpilot": (
        "Trustpilot",
        "review",
        "Domain Url,Webshop Name,Review Id,Review Created (UTC),Review Username,Review Title,Review Content,"
        "Review Stars,Source Of Review,Business Reply Date (UTC)\n"
        "shop.example,Shop,t1,2024-05-02,Ana,Not again,The courier threw it over the fence.,2,Invitation,\n",
        {"id": "t1", "text": "Not again\nThe courier threw it over the fence.", "rating": 2.0,
         "Domain Url": "shop.example", "channel": "Invitation"},
    ),
    "trustpilot-api": (
        "Trustpilot API",
        "review",
        json.dumps({"reviews": [{"id": "x", "stars": 3, "title": "Meh", "text": "The box was crushed.",
                                 "createdAt": "2024-05-02T10:00:00Z",
                                 "consumer": {"id": "c", "displayName": "Ana", "countryCode": "IE"}}]}),
        {"id": "x", "text": "Meh\nThe box was crushed.", "rating": 3.0, "country": "IE"},
    ),
    "judge.me": (
        "Judge.me",
        "review",
        "title,body,rating,review_date,reviewer_name,reviewer_email,product_id,product_handle,reply,picture_urls\n"
        "Thin,You can see through the fabric.,2,2023-10-05 00:00:00 UTC,A,a@example.org,77,linen-shirt,So sorry!,\n",
        {"text": "Thin\nYou can see through the fabric.", "product": "linen-shirt", "reply": "So sorry!",
         "time": datetime(2023, 10, 5)},
    ),
    "loox": (
        "Loox",
        "review",
        "product_handle,rating,author,email,body,created_at,photo_url,verified_purchase\n"
        "mug,3,Ana,a@example.org,Handle came off in week two.,2024-05-02,,true\n",
        {"text": "Handle came off in week two.", "product": "mug", "rating": 3.0},
    ),
    "yotpo": (
        "Yotpo",
        "review",
        "published,review_title,review_content,review_score,date,product_id,display_name,email,comment_content\n"
        "true,Small,One size smaller than the chart says.,2,2019-04-05,12,Ana,a@example.org,Thank you!\n",
        {"text": "Small\nOne size smaller than the chart says.", "rating": 2.0, "product": "12",
         "comment_content": "Thank you!"},
    ),
    "okendo": (
        "Okendo",
        "review",
        "name,body,handle,sku,rating,dateCreated,countryCode,email\n"
        "Ana,The colour is nothing like the photo.,rug,R-1,2,2024-05-02T10:00:00.000Z,GB,a@example.org\n",
        {"text": "The colour is nothing like the photo.", "product": "rug", "country": "GB"},
    ),
    "stamped": (
        "Stamped",
        "review",
        "review_id,product_title,product_url,author,email,review_title,review_message,review_rating,review_date,location\n"
        "s1,Lamp,https://shop.example/lamp,Ana,a@example.org,Broken,The switch never worked.,2,2024-05-02,Wales\n",
        {"id": "s1", "text": "Broken\nThe switch never worked.", "product": "Lamp"},
    ),
    "powerreviews": (
        "PowerReviews",
        "review",
        "Review Id,Page Id,Review Title,Review Date,Review Location,Review Text,Rating,Verified Buyer\n"
        "p1,SKU9,Dull,05/22/2024,Leeds,The knife was blunt out of the box.,3,true\n",
        {"id": "p1", "text": "Dull\nThe knife was blunt out of the box.", "time": datetime(2024, 5, 22)},
    ),
    "amazon-tsv": (
        "Amazon reviews (TSV)",
        "review",
        "marketplace\tcustomer_id\treview_id\tproduct_id\tproduct_title\tstar_rating\treview_headline\t"
        "review_body\treview_date\n"
        'UK\t1\tR1\tB0\tKettle "Pro\t2\t"Loud\tIt screams like a "train.\t2015-08-31\n',
        {"id": "R1", "text": '"Loud\nIt screams like a "train.', "product": 'Kettle "Pro'},
    ),
    "amazon-2023": (
        "Amazon reviews",
        "review",
        json.dumps({"rating": 2.0, "title": "Faded", "text": "Lost its colour in one wash.", "asin": "B1",
                    "parent_asin": "B0", "user_id": "U", "timestamp": 1588687728923, "verified_purchase": True}) + "\n",
        {"text": "Faded\nLost its colour in one wash.", "product": "B0", "rating": 2.0,
         "time": datetime(2020, 5, 5, 14, 8, 48, 923000)},
    ),
    "meta": (
        "Meta product reviews",
        "review",
        "reviewID,rating,title,content,created_at,store.name,product.name\n"
        "f1,3,Hm,Arrived with a dent.,2024-05-02,Shop,Pan\n",
        {"id": "f1", "text": "Hm\nArrived with a dent.", "product": "Pan"},
    ),
    "google-play": (
        "Google Play reviews",
        "review",
        "Package Name,App Version Code,App Version Name,Reviewer Language,Device,Review Submit Date and Time,"
        "Review Submit Millis Since Epoch,Star Rating,Review Title,Review Text,Developer Reply Text,Review Link\n"
        "com.shop,12,1.2,en,phone,2024-05-02T10:00:00Z,1714644000000,2,,The basket empties itself.,Sorry!,https://play.example/r1\n",
        {"text": "The basket empties itself.", "rating": 2.0, "time": datetime(2024, 5, 2, 10)},
    ),
    "app-store": (
        "App Store reviews",
        "review",
        "id,rating,title,body,reviewerNickname,createdDate,territory\n"
        "a1,2,Slow,It takes ages to load the orders page.,ana,2024-05-02T10:00:00-07:00,GBR\n",
        {"id": "a1", "text": "Slow\nIt takes ages to load the orders page.", "country": "GBR",
         "time": datetime(2024, 5, 2, 17)},
    ),
    "freshdesk-list": (
        "Freshdesk ticket list",
        "support",
        "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Created time,First response time (in mins),Survey results\n"
        "9,My refund is a month late,Open,Low,Portal,Refund,Kim,2024-05-02 08:00:00,90,\n",
        {"id": "9", "text": "My refund is a month late", "channel": "Portal", "response_minutes": 90.0,
         "Agent": "Kim"},
    ),
    "trustpilot-capitals": (
        "Trustpilot",
        "review",
        "Domain URL,Webshop Name,Business Unit ID,Review ID,Review Created (UTC),Review Consumer User ID,"
        "Review Username,Review User Email,Reference Id,Review Title,Review Content,Review Stars,Source Of Review,"
        "Company Reply Date (UTC),Location Name\n"
        "shop.example,Shop,b1,t2,2024-05-02 10:11:12,c1,Ana,a@example.org,1001,Late,"
        "Two weeks for a next-day parcel.,2,Organic,,\n",
        {"id": "t2", "text": "Late\nTwo weeks for a next-day parcel.", "rating": 2.0, "Reference Id": "1001",
         "time": datetime(2024, 5, 2, 10, 11, 12), "channel": "Organic"},
    ),
    "judge.me-export": (
        "Judge.me",
        "review",
        "title,body,rating,review_date,source,curated,reviewer_name,reviewer_email,product_id,product_handle,"
        "reply,reply_date,picture_urls,ip_address,location\n"
        "Small,Runs a whole size small.,3,24/10/2023,web,ok,A,a@example.org,77,wool-coat,,,,192.0.2.1,GB\n",
        {"text": "Small\nRuns a whole size small.", "product": "wool-coat", "country": "GB",
         "time": datetime(2023, 10, 24)},
    ),
    "okendo-api": (
        "Okendo",
        "review",
        json.dumps({"reviews": [{"subscriberId": "s", "reviewId": "r1", "productId": "shopify-1", "title": "Thin",
                                 "body": "The lid does not close.", "rating": 2, "dateCreated": "2024-05-02T10:00:00.000Z",
                                 "productName": "Steel Bottle", "order": {"orderId": "55", "orderNumber": "#1001"},
                                 "reply": {"body": "Sorry!", "isPrivate": True},
                                 "reviewer": {"displayName": "Ana B.", "email": "a@example.org"}}],
                    "nextUrl": None}),
        {"id": "r1", "text": "Thin\nThe lid does not close.", "product": "Steel Bottle", "rating": 2.0,
         "order.orderNumber": "#1001"},
    ),
    "app-store-api": (
        "App Store reviews",
        "review",
        json.dumps({"data": [{"type": "customerReviews", "id": "a2", "attributes": {
            "rating": 3, "title": "Crash", "body": "It closes when I pay.", "reviewerNickname": "ana",
            "createdDate": "2024-05-02T10:00:00-07:00", "territory": "IRL"}}], "links": {"self": "x"}}),
        {"id": "a2", "text": "Crash\nIt closes when I pay.", "rating": 3.0, "country": "IRL",
         "time": datetime(2024, 5, 2, 17)},
    ),
    "zendesk-csv-of-views": (
        "Zendesk CSV report",
        "support",
        "Id,Requester,Requester id,Requester external id,Subject,Status,Ticket type,Via,Created at,Satisfaction Score\n"
        "7,Ana,5,-,Wrong colour came,Solved,Problem,Web form,2024-05-02 10:11,Good\n",
        {"id": "7", "text": "Wrong colour came", "channel": "Web form", "csat": 1.0},
    ),
}  # fmt: skip


def read(text: str):
    return read_conversations(io.StringIO(text))


class TestByHeader:
    @pytest.mark.parametrize("name", EXPORTS)
    def test_recognised_and_read(self, name):
        """The platform is named, and the first row is what its customer said."""
        platform, kind, text, wanted = EXPORTS[name]
        got = read(text)
        found = got.files[0].columns
        assert found.platform is not None
        assert (found.platform.name, found.kind) == (platform, kind)
        row = got.to_table().to_pylist()[0]
        assert {column: row[column] for column in wanted} == wanted
        assert row["needs_status"] == "ok"
        got.account.check()

    def test_zendesk_csv_says_that_bodies_lack(self):
        """The user learns how to export better."""
        assert any("no message bodies" in note for note in read(EXPORTS["zendesk-csv"][2]).warnings)

    def test_freshdesk_list_says_that_bodies_lack(self):
        """A list of tickets has subjects alone: that is said, with the way to more."""
        assert any("no message bodies" in n for n in read(EXPORTS["freshdesk-list"][2]).warnings)
        assert not any("no message bodies" in n for n in read(EXPORTS["freshdesk-csv"][2]).warnings)

    def test_trustpilot_workbook(self, tmp_path):
        """Both spellings come as workbooks too."""
        for name in ("trustpilot", "trustpilot-capitals"):
            platform, _, text, wanted = EXPORTS[name]
            path = tmp_path / f"{name}.xlsx"
            book = xlsxwriter.Workbook(path)
            sheet = book.add_worksheet()
            for i, row in enumerate(csv.reader(io.StringIO(text))):
                sheet.write_row(i, 0, row)
            book.close()
            got = read_conversations(path)
            assert got.files[0].columns.platform.name == platform
            row = got.to_table().to_pylist()[0]
            assert {column: row[column] for column in wanted} == wanted

    def test_google_play_report_in_utf_16(self, tmp_path):
        """The monthly report of the Play Console is UTF-16."""
        platform, _, text, wanted = EXPORTS["google-play"]
        path = tmp_path / "reviews_com.shop_202405.csv"
        path.write_bytes(text.encode("utf-16"))
        got = read_conversations(path)
        assert got.files[0].columns.platform.name == platform
        row = got.to_table().to_pylist()[0]
        assert {column: row[column] for column in wanted} == wanted

    def test_rows_of_an_incremental_export_again(self):
        """Time-based exports repeat rows: they are counted as duplicates by their id."""
        head, row = EXPORTS["zendesk-csv"][2].splitlines(keepends=True)
        got = read(head + row + row)
        assert got.to_table()["needs_status"].to_pylist() == ["ok", "duplicate"]
        assert got.account.duplicates == 1


def comment(
    number: int, author: int, body: str, time: str, *, public: bool = True
) -> dict[str, object]:
    return {"id": number, "author_id": author, "body": body, "created_at": time, "public": public}


class TestNestedExports:
    def test_zendesk_json(self):
        """Comments of the requester count; notes and agents do not."""
        ticket = {
            "id": 12, "subject": "Where is it", "requester_id": 5, "via": {"channel": "email"},
            "created_at": "2024-05-02T09:00:00Z", "status": "open", "description": "It has not come.",
            "comments": [
                comment(1, 5, "It has not come.", "2024-05-02T09:00:00Z"),
                comment(2, 8, "Customer is angry.", "2024-05-02T09:05:00Z", public=False),
                comment(3, 8, "It is on its way.", "2024-05-02T09:30:00Z"),
                comment(4, 5, "Since Monday!", "2024-05-02T10:00:00Z"),
            ],
        }  # fmt: skip
        for text in (json.dumps(ticket) + "\n", json.dumps({"tickets": [ticket], "count": 1})):
            got = read(text)
            row = got.to_table().to_pylist()[0]
            assert got.files[0].columns.platform.name == "Zendesk JSON export"
            assert row["id"] == "12"
            assert row["text"] == "Where is it\nIt has not come.\nSince Monday!"
            assert (row["channel"], row["response_minutes"]) == ("email", 30.0)
            assert got.account.check().set_aside == {
                "an internal note": 1,
                "written by an agent": 1,
            }

    def test_zendesk_tickets_of_both_kinds(self):
        """Where a ticket has no comments, its description is read."""
        ticket = {
            "id": 1,
            "subject": None,
            "requester_id": 5,
            "description": "It leaks.",
            "comments": [],
        }
        other = {
            **ticket,
            "id": 2,
            "comments": [comment(1, 5, "It squeaks.", "2024-05-02T09:00:00Z")],
        }
        assert read(json.dumps([ticket, other])).to_table()["text"].to_pylist() == [
            "It leaks.",
            "It squeaks.",
        ]

    def test_zendesk_tickets_without_comments(self):
        """The description is the customer's first message."""
        ticket = {
            "id": 12, "subject": "Refund", "requester_id": 5, "via": {"channel": "web"}, "status": "open",
            "created_at": "2024-05-02T09:00:00Z", "description": "I was charged twice.",
            "satisfaction_rating": {"score": "bad"},
        }  # fmt: skip
        row = read(json.dumps({"tickets": [ticket]})).to_table().to_pylist()[0]
        assert (row["text"], row["csat"]) == ("Refund\nI was charged twice.", 0.0)

    def test_gorgias_json(self):
        """`from_agent` says who wrote."""
        ticket = {
            "id": 3, "channel": "chat", "subject": None, "created_datetime": "2024-05-02T09:00:00",
            "messages": [
                {"id": 1, "from_agent": False, "body_text": "Is it machine washable?", "public": True,
                 "created_datetime": "2024-05-02T09:00:00"},
                {"id": 2, "from_agent": True, "body_text": "Yes.", "public": True,
                 "created_datetime": "2024-05-02T09:04:00"},
            ],
        }  # fmt: skip
        got = read(json.dumps([ticket]))
        row = got.to_table().to_pylist()[0]
        assert got.files[0].columns.platform.name == "Gorgias tickets"
        assert (row["id"], row["text"], row["response_minutes"]) == (
            "3",
            "Is it machine washable?",
            4.0,
        )

    def test_intercom_json(self):
        """The opening message stands apart from the parts; both count."""
        conversation = {
            "id": "7", "created_at": 1714640000, "state": "closed",
            "source": {"type": "conversation", "id": "0", "body": "My code does not work.",
                       "author": {"type": "lead"}},
            "conversation_parts": {"conversation_parts": [
                {"id": "1", "part_type": "comment", "body": "Which code?", "author": {"type": "admin"},
                 "created_at": 1714640600},
                {"id": "2", "part_type": "note", "body": "Check promos.", "author": {"type": "admin"},
                 "created_at": 1714640700},
                {"id": "3", "part_type": "comment", "body": "SPRING.", "author": {"type": "lead"},
                 "created_at": 1714640900},
            ]},
        }  # fmt: skip
        got = read(json.dumps({"conversations": [conversation]}))
        row = got.to_table().to_pylist()[0]
        assert (row["id"], row["text"]) == ("7", "My code does not work.\nSPRING.")
        assert row["response_minutes"] == 10.0
        assert got.account.check().set_aside == {"an internal note": 1, "written by an agent": 1}

    def test_freshdesk_json(self):
        """`incoming` says who wrote, `private` what is a note."""
        ticket = {
            "id": 4, "subject": "Size", "created_at": "2024-05-02T09:00:00Z", "source": 1,
            "conversations": [
                {"id": 1, "body_text": "Do they run small?", "incoming": True, "private": False,
                 "created_at": "2024-05-02T09:00:00Z"},
                {"id": 2, "body_text": "ask Ann", "incoming": False, "private": True,
                 "created_at": "2024-05-02T09:10:00Z"},
            ],
        }  # fmt: skip
        got = read(json.dumps(ticket) + "\n")
        assert got.to_table()["text"].to_pylist() == ["Size\nDo they run small?"]
        assert got.account.check().set_aside == {"an internal note": 1}
