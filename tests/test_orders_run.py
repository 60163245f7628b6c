"""The main job with orders: joined columns, the join rate, and needs per 1,000 orders."""

from __future__ import annotations

import csv
import json

import pyarrow.parquet as pq
import pytest

from convcat import running
from convcat.exceptions import InputError

TEXTS = (
    "Where is my order #{n}? It should have been here on Monday and tracking shows nothing.",
    "Order #{n} came with a broken lid, I would like my money back please.",
    "Do you ship to Malta and how long would that take?",
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    with (folder / "support.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Ticket id", "Customer message", "Created at", "Customer email"])
        for i in range(60):
            text = TEXTS[i % 3].format(n=1001 + i)
            out.writerow([i, text, f"2024-05-{1 + i % 28:02} 10:00", f"c{i}@example.com"])
    with (folder / "orders.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            [
                "Name",
                "Email",
                "Created at",
                "Total",
                "Shipping Method",
                "Lineitem name",
                "Shipping Country",
            ]
        )
        for i in range(400):
            # Orders 1001.. are placed on the first day, so that each is before its message.
            day = 1 if i < 60 else 1 + i % 28
            row = [
                f"#{1001 + i}",
                f"c{i}@example.com",
                f"2024-05-{day:02} 08:00:00 +0000",
                "20",
                "DHL",
                "Mug",
                "IE",
            ]
            out.writerow(row)
    return folder


def run(shop, out, **options):
    return running.run(
        shop / "support.csv", out=out, model="ecommerce-en-fast", n_jobs=1, **options
    )


class TestRun:
    def test_all_of_it(self, shop, tmp_path):
        """Columns are joined, the rate is told in file and page, and needs are per 1,000 orders."""
        done = run(shop, tmp_path / "out", orders=shop / "orders.csv")
        table = pq.read_table(tmp_path / "out" / "tagged.parquet")
        assert set(table["product"].to_pylist()) == {"Mug"}
        assert table["order_match"].to_pylist()[:3] == ["text", "text", "email"]
        told = json.loads((tmp_path / "out" / "run.json").read_text())["orders"]
        assert (told["joined"], told["rate"], told["orders"]) == (60, 1.0, 400)
        assert told["said"] in (tmp_path / "out" / "report.html").read_text().replace("&#39;", "'")
        with (tmp_path / "out" / "distribution.csv").open() as file:
            rows = list(csv.DictReader(file))
        placed = told["periods"]["support"]["orders"]
        assert placed == 400
        row = max(rows, key=lambda row: float(row["share"] or 0))
        wanted = float(row["share"]) * int(row["n"]) / placed * 1000
        assert float(row["per_1000_orders"]) == pytest.approx(wanted)
        assert float(row["per_1000_low"]) <= wanted <= float(row["per_1000_high"])
        from convcat.cli.summary import lines

        said = "\n".join(lines(done))
        assert "60 of 60 conversations (100%) were joined" in said
        assert "per 1,000 orders" in said

    def test_without_orders_nothing_changes(self, shop, tmp_path):
        """No column, no account, no rate."""
        run(shop, tmp_path / "out")
        assert "orders" not in json.loads((tmp_path / "out" / "run.json").read_text())
        assert "per_1000" not in (tmp_path / "out" / "distribution.csv").read_text()
        assert "order_match" not in pq.read_schema(tmp_path / "out" / "tagged.parquet").names

    def test_a_wrong_file_is_said_first(self, shop, tmp_path):
        """A file without orders stops the run before anything is tagged."""
        (tmp_path / "x.csv").write_text("colour,size\nred,M\n")
        with pytest.raises(InputError, match=r"No column of x\.csv holds order numbers"):
            run(shop, tmp_path / "out", orders=tmp_path / "x.csv")
        assert not (tmp_path / "out").exists()
