"""Conversations find their orders: by number, by e-mail, and never by chance."""

from __future__ import annotations

import io
import json
import random
from datetime import datetime, timedelta

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convcat
from convcat.exceptions import InputError
from convcat.orders import Joiner, join_orders, read_orders
from convcat.orders.items import Item, item_in
from convcat.orders.matching import Asked, match
from convcat.orders.numbers import number_of, tokens_of
from convcat.orders.reading import amount_of

SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Total,Shipping Method,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem sku,Billing Country,Shipping Country,Vendor,Id\n"
    "#1001,ann@example.com,paid,2024-05-02 10:11:00 +0100,fulfilled,GBP,60,2.5,62.50,DHL Express,"
    "2024-05-02 10:10:00 +0100,1,Linen Shirt - Blue / M,LS-11,GB,IE,North,5550001\n"
    "#1001,ann@example.com,,,,,,,,,,2,Oak Coffee Table,OT-20,,,North,\n"
    "#1002,ben@example.com,paid,2024-05-04 08:00:00 +0100,,GBP,30,0,30.00,Standard,"
    "2024-05-04 08:00:00 +0100,1,Brass Lamp,BL-1,GB,GB,North,5550002\n"
    "#1003,ann@example.com,paid,2024-05-20 08:00:00 +0100,,GBP,12,0,12.00,Royal Mail Tracked,"
    "2024-05-20 08:00:00 +0100,1,Wool Socks - M,WS-1,GB,GB,North,5550003\n"
    "#1003,ann@example.com,,,,,,,,,,1,Shipping Protection,,,,North,\n"
)


def orders_of(text: str, **kwargs):
    return read_orders(io.StringIO(text), **kwargs)


def plain(*numbers: str):
    return orders_of("order number,product\n" + "".join(f"{n},Mug\n" for n in numbers))


def joined(text: str, orders, **columns) -> dict[str, object]:
    table = pa.table({"text": [text], **{name: [value] for name, value in columns.items()}})
    return join_orders(table, orders).to_pylist()[0]


class TestReading:
    def test_shopify_rows_of_one_order_are_one(self):
        """Line items repeat the order's row with most columns empty: they are one order."""
        orders = orders_of(SHOPIFY)
        assert len(orders) == 3
        row = joined("It says #1001 on my slip.", orders)
        assert (row["country"], row["carrier"], row["order_value"]) == ("IE", "DHL", 62.5)
        assert row["order_number"] == "#1001"

    def test_rows_without_a_number_go_on_with_the_order_before(self):
        """Some exports leave even the number out on further lines."""
        orders = orders_of(
            "Name,Email,Lineitem name\n#7001,a@example.com,Mug\n,,Bowl\n#7002,b@example.com,Jug\n"
        )
        assert len(orders) == 2
        assert joined("order #7001: the bowl broke", orders)["product"] == "Bowl"

    def test_rows_of_an_order_need_not_stand_together(self):
        """A sorted or filtered export is the same export."""
        head, *lines = SHOPIFY.splitlines(keepends=True)
        random.Random(3).shuffle(lines)
        shuffled = orders_of(head + "".join(lines))
        text = "#1001: my coffee table has a crack"
        assert joined(text, shuffled) == joined(text, orders_of(SHOPIFY))

    def test_more_orders_than_a_batch(self):
        """Orders wait on disk, and each is found."""
        rows = "".join(f"S-{100000 + i},p{i % 7},{i}\n" for i in range(12_000))
        orders = orders_of("order no,product,total\n" + rows)
        assert len(orders) == 12_000
        assert joined("order S-111999 please", orders)["order_value"] == 11_999.0

    def test_the_same_file_twice_changes_nothing(self):
        """Exports that overlap do not double an order."""
        twice = read_orders(io.StringIO(SHOPIFY), io.StringIO(SHOPIFY))
        assert len(twice) == 3
        assert joined("#1002", twice) == joined("#1002", orders_of(SHOPIFY))

    @pytest.mark.parametrize("ending", ["xlsx", "parquet", "csv.gz", "json"])
    def test_formats(self, tmp_path, ending):
        """What reads dumps reads orders too."""
        frame = pd.read_csv(io.StringIO(SHOPIFY))
        path = tmp_path / f"orders.{ending}"
        if ending == "xlsx":
            frame.to_excel(path, index=False)
        elif ending == "parquet":
            frame.to_parquet(path)
        elif ending == "json":
            frame.to_json(path, orient="records")
        else:
            frame.to_csv(path, index=False)
        orders = convcat.read_orders(path)
        assert len(orders) == 3
        assert joined("Order 1002 is late", orders)["product"] == "Brass Lamp"

    def test_exports_of_other_shops(self):
        """WooCommerce's method of shipping, German columns, what a listing sold."""
        woo = orders_of(
            "Order Number,Order Date,Email (Billing),Country Code (Shipping),Shipping Method Title,Order Total Amount,Item Name\n"
            "7001,2024-05-01 10:00,a@example.com,GB,Royal Mail Tracked 48,49,Linen Shirt\n"
        )
        assert joined("order 7001 is torn", woo)["carrier"] == "Royal Mail"
        german = orders_of(
            "Bestellnummer;E-Mail;Bestelldatum;Artikel;Versanddienstleister;Land;Gesamtbetrag\n"
            "DE-2024-00417;a@example.com;01.05.2024;Kupferkessel;DHL;DE;1.049,90\n"
        )
        row = joined("my order DE-2024-00417 leaks", german)
        assert (row["product"], row["carrier"], row["country"], row["order_value"]) == ("Kupferkessel", "DHL", "DE", 1049.9)  # fmt: skip
        etsy = orders_of("Order ID,Sale Date,SKU,Listing\n3301144222,05/14/24,LS,Linen Shirt\n")
        assert joined("order #3301144222: a torn seam", etsy)["product"] == "Linen Shirt"

    def test_who_ships_an_api_s_order(self):
        """The parcel's carrier stands in a list within the order."""
        orders = orders_of(
            '{"orders": [{"name": "#1", "order_number": 8001, "created_at": "2024-05-02T10:00:00+01:00", '
            '"fulfillments": [{"tracking_company": "DHL"}], "line_items": [{"title": "Mug"}]}]}'
        )
        assert joined("my order 8001 came broken", orders)["carrier"] == "DHL"

    def test_json_lines_of_an_api(self):
        """Items that stand within the order are read."""
        orders = orders_of(
            '{"orders": [{"name": "#1", "order_number": 8001, "email": "a@example.com", "created_at": '
            '"2024-05-02T10:00:00+01:00", "total_price": "9.50", "shipping_address": {"country_code": "FR"}, '
            '"line_items": [{"title": "Mug", "variant_title": "Red", "sku": "M"}]}]}'
        )
        row = joined("my order 8001 came broken", orders)
        assert (row["product"], row["variant"], row["country"], row["order_value"]) == (
            "Mug",
            "Red",
            "FR",
            9.5,
        )

    def test_neither_number_nor_email(self):
        """A file that cannot be joined says so in a sentence."""
        with pytest.raises(InputError, match="holds order numbers or e-mail addresses"):
            orders_of("product,total\nMug,3\n")

    def test_mapping(self):
        """A column of a strange name is named by the user; a wrong name is refused."""
        text = "Beleg,Kram\n9001,Mug\n"
        assert len(orders_of(text, mapping={"number": "Beleg"})) == 1
        with pytest.raises(InputError, match=r"no column 'Belge'.*Did you mean 'Beleg'"):
            orders_of(text, mapping={"number": "Belge"})

    def test_several_currencies_are_told(self):
        """Values that cannot be compared are not passed off as such."""
        orders = orders_of("order number,total,currency\n9001,3,EUR\n9002,4,USD\n")
        assert any("2 currencies (EUR, USD)" in note for note in orders.notes)

    @given(st.floats(0, 1e9).map(lambda value: round(value, 2)))
    def test_amounts(self, value):
        """English and continental marks give the same amount."""
        english = f"{value:,.2f}"
        continental = english.translate(str.maketrans(",.", ".,"))
        assert amount_of(f"£{english}") == amount_of(f"{continental} EUR") == value


class TestNumbers:
    @pytest.mark.parametrize(
        "wanted",
        ["#1001", "1001", "0001001", "R-100234", "r100234", "EN-2002-UK", "203-1234567-7654321"],
    )
    def test_ways_to_write_one(self, wanted):
        """However a number is written in the export, the customer's way to write it finds it."""
        orders = plain(wanted)
        bare = number_of(wanted).bare
        for said in (
            wanted,
            f"#{wanted.lstrip('#')}",
            f"order no. {wanted}",
            f"my order {bare}",
            f"Order: 000{bare}",
        ):
            assert (
                joined(f"Where is it? {said}", orders)["order_match"] == "text"
                or said == wanted == "1001"
            )

    @given(
        st.integers(100, 10**9), st.sampled_from(["", "#", "R-", "EN", "SHOP-"]), st.integers(0, 5)
    )
    def test_padding_and_prefix(self, number, prefix, zeros):
        """Zeros in front tell nothing."""
        assert number_of(f"{prefix}{'0' * zeros}{number}") == number_of(f"{prefix}{number}")

    @given(st.text(max_size=200))
    def test_any_text(self, text):
        """Whatever a customer types, tokens lie where they say."""
        for token in tokens_of(text):
            assert number_of(text[token.start : token.end]) == token.number

    @pytest.mark.parametrize(
        "text",
        [
            "I paid $1001 for it", "it weighs 1001 g", "model 1001 is out of stock", "ticket #1001",
            "Case number 1001 was closed", "since 1001 days", "my size is 1001", "tracking number 1001",
            "on 10/01/1001", "1001 nights is a book", "order XY-1001", "call 1001-555", "See #10010",
        ],
    )  # fmt: skip
    def test_numbers_that_are_no_order(self, text):
        """A price, a size, a model or another shop's number is not this shop's order by chance."""
        orders = plain("1001" if "XY" not in text else "AB-1001")
        assert joined(text, orders)["order_match"] is None

    @pytest.mark.parametrize(
        "text",
        ["I paid $100234 for it", "model 100234 is gone", "tracking number 100234", "100234 km"],
    )
    def test_long_numbers_that_are_called_something_else(self, text):
        """Even a long number is no order where the words call it money, a model or a parcel."""
        assert joined("It is 100234 I mean", plain("100234"))["order_match"] == "text"
        assert joined(text, plain("100234"))["order_match"] is None

    def test_a_number_must_be_an_order_of_the_file(self):
        """A number that is announced as an order joins nothing where no order bears it."""
        assert joined("My order #4711 has not come", plain("1001"))["order_match"] is None

    def test_a_bare_answer(self):
        """The answer to "what is your order number?" is a line of its own."""
        assert joined("Hi, it is late\n1001\nthanks", plain("1001"))["order_match"] == "text"

    def test_a_weak_number_counts_with_the_address(self):
        """A number in passing is the order's where the customer's address agrees."""
        orders = orders_of("order number,email\n1001,ann@example.com\n")
        text = "So 1001 never came to me"
        assert joined(text, orders)["order_match"] is None
        assert joined(text, orders, email="Ann@Example.com")["order_match"] == "text"

    def test_an_order_of_later_is_not_meant(self):
        """Nobody complains of an order that is not placed yet."""
        orders = orders_of(SHOPIFY)
        early = joined("order #1003 is late", orders, time=datetime(2024, 5, 1))
        assert early["order_match"] is None

    def test_two_shops_with_one_number(self):
        """Prefixes keep them apart; without one the address decides, or nobody."""
        orders = orders_of("order number,email\nUK-1001,a@example.com\nDE-1001,b@example.com\n")
        assert joined("order DE-1001", orders)["order_number"] == "DE-1001"
        assert joined("order 1001", orders)["order_match"] is None
        assert joined("order 1001", orders, email="a@example.com")["order_number"] == "UK-1001"

    def test_a_column_comes_first(self):
        """What the helpdesk knows is surer than what is found in a text."""
        row = joined("as with order #1002", orders_of(SHOPIFY), **{"Order ID": "1001"})
        assert (row["order_number"], row["order_match"]) == ("#1001", "column")

    def test_several_orders_give_what_they_share(self):
        """Of two orders that are named, neither carrier is blamed."""
        row = joined("Neither order #1001 nor order #1002 came", orders_of(SHOPIFY))
        assert row["order_number"] == "#1001;#1002"
        assert (row["carrier"], row["country"], row["product"], row["order_value"]) == (None,) * 4


class TestEmail:
    def test_latest_order_before_the_message(self):
        """The address alone leads to the customer's latest order before the message."""
        orders = orders_of(SHOPIFY)
        for day, wanted in ((3, "#1001"), (19, "#1001"), (21, "#1003")):
            row = joined(
                "Where is it?", orders, email="ann@example.com", time=datetime(2024, 5, day, 12)
            )
            assert (row["order_number"], row["order_match"]) == (wanted, "email")

    def test_only_before_and_not_long_ago(self):
        """An order after the message, or of a year before, is not the one that it is about."""
        orders = orders_of(SHOPIFY)
        for time in (datetime(2024, 5, 1, 9), datetime(2025, 5, 1)):
            assert (
                joined("Where is it?", orders, email="ann@example.com", time=time)["order_match"]
                is None
            )

    def test_without_a_time_only_an_only_order(self):
        """Of several orders none is chosen where no time tells."""
        orders = orders_of(SHOPIFY)
        assert joined("Where is it?", orders, email="ann@example.com")["order_match"] is None
        assert joined("Where is it?", orders, email="ben@example.com")["order_number"] == "#1002"

    def test_address_in_the_text(self):
        """A customer who writes the address is found by it; agents' columns are not looked at."""
        orders = orders_of(SHOPIFY)
        assert joined("I ordered with ben@example.com", orders)["order_match"] == "email"
        assert joined("Hello?", orders, **{"Agent email": "ben@example.com"})["order_match"] is None

    @given(st.lists(st.integers(0, 400), min_size=1, max_size=8), st.integers(0, 400))
    @settings(max_examples=40, deadline=None)
    def test_always_the_latest(self, days, asked):
        """Whatever the orders' days, it is the latest that is not after the message."""
        begin = datetime(2024, 1, 1, 1)
        rows = "".join(
            f"{5000 + i},a@example.com,{begin + timedelta(days=day)}\n"
            for i, day in enumerate(days)
        )
        orders = orders_of("order number,email,order date\n" + rows)
        moment = begin + timedelta(days=asked, hours=1)
        (found,) = match(
            [Asked("hm", moment, (), ("a@example.com",))], orders.store, within=timedelta(days=999)
        )
        before = [day for day in days if day <= asked]
        assert bool(found.orders) == bool(before)
        if before:
            assert found.orders[0].time == begin + timedelta(days=max(before))


ITEMS = (
    Item("Linen Shirt", "Blue / M", "LS-11"), Item("Linen Shirt", "Blue / L", "LS-12"),
    Item("Oak Coffee Table", None, "OT-20"), Item("Coffee Table Book", None, "BK-9"),
    Item("Gift Box", None, None), Item("Phone Case", "Black", None),
)  # fmt: skip


COMPLAINT = (
    "where is my order it has not come yet the box parcel was late and i want to return this thing "
    "please help me with a refund when will you send the new one to home phone number"
)


class TestItems:
    @pytest.mark.parametrize(
        ("text", "product", "variant"),
        [
            ("The shirts shrank in the wash", "Linen Shirt", None),
            ("The shirt in size L is tiny", "Linen Shirt", "Blue / L"),
            ("LS-12 is tiny", "Linen Shirt", "Blue / L"),
            ("the oak one has a crack", "Oak Coffee Table", None),
            ("A page of the coffee table book is torn", "Coffee Table Book", None),
            ("my phone case came broken", "Phone Case", "Black"),
            ("Call me on my phone", None, None),
            ("The box was crushed", None, None),
            ("Where is my order?", None, None),
            ("I drink coffee at a table", None, None),
            ("The shirt is fine but the oak table broke", None, None),
            ("", None, None),
        ],
    )
    def test_only_with_words_for_it(self, text, product, variant):
        """Of a larger order an item is blamed only where the words name it and no other."""
        found = item_in(text, ITEMS)
        assert found[0] == product
        if variant and "LS" not in text:
            assert found[1] == variant

    def test_an_order_of_one(self):
        """There is nothing else that it could be about."""
        assert item_in("Where is it?", [Item("Mug", "Red")]) == ("Mug", "Red")
        assert item_in("Where is it?", [Item("Mug", "Red"), Item("Mug", "Blue")]) == ("Mug", None)
        assert item_in("The blue one broke", [Item("Mug", "Red"), Item("Mug", "Blue")]) == (
            "Mug",
            "Blue",
        )

    @given(st.lists(st.sampled_from(COMPLAINT.split()), max_size=30))
    def test_what_anyone_says_names_nothing(self, words):
        """The words of every complaint blame no item of a larger order."""
        assert item_in(" ".join(words), ITEMS[2:5]) == (None, None)

    @given(
        st.text(max_size=60),
        st.lists(st.tuples(st.text(min_size=1, max_size=20), st.text(max_size=8)), max_size=5),
    )
    def test_any_titles(self, text, titles):
        """Whatever is sold and said, the product is one of the order's."""
        items = [Item(title, variant or None) for title, variant in titles]
        product, variant = item_in(text, items)
        assert product is None or product in {item.product for item in items}
        assert variant is None or Item(product, variant) in items

    def test_protection_is_no_product(self):
        """An insurance of the parcel beside socks leaves an order of socks."""
        row = joined("order #1003 is late", orders_of(SHOPIFY), time=datetime(2024, 5, 25))
        assert (row["product"], row["variant"], row["carrier"]) == ("Wool Socks", "M", "Royal Mail")


class TestTable:
    TEXTS = ("order #1001 late", "Where?", "The lamp of #1002 broke", "Hello", "#1003")

    def table(self) -> pa.Table:
        return pa.table({
            "text": list(self.TEXTS),
            "product": [None, "Own", "Own lamp", "", None],
            "email": [None, "ben@example.com", None, None, None],
            "time": pa.array([datetime(2024, 5, 25)] * 5, pa.timestamp("us")),
            "needs_status": ["ok", "ok", "ok", "empty", "filtered"],
        })  # fmt: skip

    def test_what_a_conversation_says_stays(self):
        """An order fills what is empty and changes nothing else."""
        out = join_orders(self.table(), orders_of(SHOPIFY))
        assert out["product"].to_pylist() == [None, "Own", "Own lamp", "", "Wool Socks"]
        assert out["text"].to_pylist() == list(self.TEXTS)
        assert out.column_names[-1] == "needs_status"

    def test_kinds_of_frames(self):
        """The same kind comes back; the columns agree."""
        orders = orders_of(SHOPIFY)
        wanted = join_orders(self.table(), orders)["order_match"].to_pylist()
        frame = self.table().to_pandas()
        assert isinstance(out := convcat.join_orders(frame, orders), pd.DataFrame)
        assert [x if isinstance(x, str) else None for x in out["order_match"]] == wanted
        assert isinstance(out := join_orders(pl.from_arrow(self.table()), orders), pl.DataFrame)
        assert out["order_match"].to_list() == wanted

    def test_own_columns_of_our_names(self):
        """A column of the dump keeps its name; ours steps aside."""
        table = self.table().append_column("variant", pa.array(["x"] * 5))
        out = join_orders(table, orders_of(SHOPIFY))
        assert out["variant"].to_pylist() == ["x"] * 5
        assert "variant_joined" in out.column_names

    @given(st.integers(1, 5))
    @settings(deadline=None, max_examples=5)
    def test_batches_do_not_show(self, size):
        """Rows get what they get, whatever batch they come in; the schema is told before."""
        joiner = Joiner(orders_of(SHOPIFY))
        table = self.table()
        whole = joiner.join(table)
        parts = [*joiner.batches(table.slice(at, size) for at in range(0, 5, size))]
        assert pa.concat_tables(parts).equals(whole)
        assert joiner.schema(table.schema).equals(whole.schema)

    @given(
        st.lists(
            st.tuples(st.text(max_size=40), st.text(max_size=12), st.text(max_size=20)), max_size=6
        )
    )
    @settings(deadline=None, max_examples=60)
    def test_wild_cells(self, rows):
        """No cell of a conversation can stop the join or lose a row."""
        table = pa.table({
            "text": pa.array([a for a, _, _ in rows], pa.string()),
            "order id": pa.array([b for _, b, _ in rows], pa.string()),
            "email": pa.array([c for _, _, c in rows], pa.string()),
            "time": pa.array([c for _, _, c in rows], pa.string()),
        })  # fmt: skip
        assert join_orders(table, ORDERS).num_rows == len(rows)

    def test_no_text_column(self):
        """The user learns which column was sought."""
        with pytest.raises(InputError, match="no column 'words' of texts"):
            join_orders(self.table(), orders_of(SHOPIFY), text="words")


ORDERS = orders_of(SHOPIFY)


class TestAccount:
    def test_the_join_rate_is_of_what_is_read(self):
        """Rows that are filtered or empty do not count."""
        joiner = Joiner(orders_of(SHOPIFY))
        joiner.join(TestTable().table())
        account = joiner.account
        assert (account.conversations, account.joined) == (3, 3)
        assert account.by == {"column": 0, "text": 2, "email": 1}
        assert account.items["unknown"] == 1
        assert "3 of 3 conversations (100%)" in account.sentence()
        assert account.to_dict()["rate"] == 1.0

    def test_nothing_joined(self):
        """The sentence does not hide it."""
        joiner = Joiner(orders_of(SHOPIFY))
        joiner.join(pa.table({"text": ["Hello"]}))
        assert joiner.account.sentence().startswith("None of 1 conversations")

    def test_orders_must_cover_the_period(self):
        """Half a period's orders would double every rate: then there is none, and it is said."""
        joiner = Joiner(orders_of(SHOPIFY))
        times = [datetime(2024, 5, 3), datetime(2024, 5, 19)]
        joiner.join(pa.table({"text": ["a", "b"], "time": times}))
        assert joiner.account.periods[""].orders == 1
        joiner.join(pa.table({"text": ["c"], "time": [datetime(2024, 9, 1)]}))
        assert joiner.account.periods[""].orders == 0
        assert "give the orders of the whole period" in joiner.account.warnings[0]


class TestPer1000:
    def tagged(self, n: int) -> pa.Table:
        return pa.table({
            "needs": [["wismo"]] * (n // 4) + [[]] * (n - n // 4),
            "p_wismo": [0.9] * (n // 4) + [0.1] * (n - n // 4),
            "p_none": [0.1] * (n // 4) + [0.9] * (n - n // 4),
            "needs_status": ["ok"] * n,
            "time": pa.array([datetime(2024, 5, 1 + i % 28) for i in range(n)], pa.timestamp("us")),
        })  # fmt: skip

    def rate(self, n: int, orders: int):
        from convcat.insight import distribution
        from convcat.insight.per_orders import OrdersOf, per_1000_orders

        return per_1000_orders(distribution(self.tagged(n)), {"support": OrdersOf(orders)})

    def test_a_growing_shop_does_not_fail(self):
        """Twice the orders with twice the complaints is the same rate; with as many, half of it."""
        small, grown, better = self.rate(400, 1000), self.rate(800, 2000), self.rate(400, 2000)
        a, b, c = (found.rows[0]["per_1000_orders"] for found in (small, grown, better))
        assert a == pytest.approx(b, rel=0.02)
        assert c == pytest.approx(a / 2)

    def test_interval_from_the_share(self):
        """The rate is the share in other units, so its interval is the share's."""
        found = self.rate(400, 1000)
        for row in found.rows:
            assert row["per_1000_orders"] == pytest.approx(row["share"] * row["n"])
            assert row["per_1000_low"] <= row["per_1000_orders"] <= row["per_1000_high"]
        assert "per_1000_orders" in found.table.column_names

    def test_unknown_orders_give_no_rate(self):
        """Null, not infinity."""
        assert self.rate(400, 0).rows[0]["per_1000_orders"] is None


class TestOrdersOfOthers:
    """Names, lists and numbers as other shops and customers have them."""

    def test_german_names(self):
        """Columns of a German export."""
        export = orders_of(
            "Bestellnummer;E-Mail-Adresse;Bestelldatum;Artikelbezeichnung;Versandart;Lieferland\n"
            "2044;bo@example.com;29.09.2026;Wolldecke;DHL Paket;AT\n"
        )
        assert set(export.columns["stream"]) == {
            "number",
            "email",
            "time",
            "product",
            "method",
            "country",
        }

    def test_graphql(self):
        """Edges and nodes, within orders as well."""
        line = {"node": {"title": "Wool Blanket", "variantTitle": "Sand", "quantity": 1}}
        node = {
            "id": "gid://shopify/Order/1", "name": "#2044", "email": "bo@example.com",
            "shippingAddress": {"countryCodeV2": "AT"}, "lineItems": {"edges": [line]},
        }  # fmt: skip
        orders = orders_of(json.dumps({"data": {"orders": {"edges": [{"node": node}]}}}))
        assert joined("order #2044 is late", orders)["product"] == "Wool Blanket"
        assert joined("order #2044 is late", orders)["country"] == "AT"

    @pytest.mark.parametrize("form", ["{}\n", "[{}]"])
    def test_items_of_one_order(self, form):
        """A file with a single order is no list of its items."""
        order = {"order_id": "A-2044", "items": [{"product": "Wool Blanket", "qty": 1}]}
        assert (
            joined("order A-2044 is late", orders_of(form.format(json.dumps(order))))["product"]
            == "Wool Blanket"
        )

    @pytest.mark.parametrize(
        "text", ["my orders 2043 and 2045 are late", "orders 2043, 2045", "order 2043 & 2045"]
    )
    def test_numbers_in_a_row(self, text):
        """The word before the first one holds for the second."""
        assert joined(text, plain("2043", "2045"))["order_number"] == "2043;2045"

    def test_a_number_behind_is_not_always_one(self):
        """An "and" alone makes no order of a price."""
        assert joined("it cost 2043 and 2045 kr", plain("2043", "2045"))["order_number"] is None
