"""label(): the same kind of frame out, every row and column kept, whatever the texts are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import convcat
from convcat import frames, label
from convcat.classifier import shipped
from convcat.exceptions import InputError
from convcat.labelling import tag_table
from convcat.tagged import Tagged, columns_for

TEXTS = ["Where is my parcel, has it been dispatched?", None, "  ", "Far too small, I take a 12",
         "Wo bleibt mein Paket? Ich warte seit zwei Wochen darauf.", "Far too small, I take a 12"]  # fmt: skip
STATUS = ["ok", "empty", "empty", "ok", "not_english", "ok"]
DATA = {"id": [1, 2, 3, 4, 5, 6], "text": TEXTS, "shop": ["a", "b", "a", None, "b", "a"]}
MAKERS = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


def records(frame) -> list[dict]:
    return frames.to_arrow(frame).to_pylist()


@pytest.mark.parametrize("kind", MAKERS)
class TestEachKind:
    def test_the_same_kind_with_everything_in_it(self, tiny_model, kind):
        """All columns in order, then ours; all rows in order."""
        frame = MAKERS[kind](DATA)
        tagged = label(frame, model=tiny_model)
        assert type(tagged) is type(frame)
        expected = [*DATA, *columns_for(tiny_model.needs_)]
        assert frames.names_of(tagged) == expected
        rows = records(tagged)
        assert [row["id"] for row in rows] == DATA["id"]
        assert [row["shop"] for row in rows] == DATA["shop"]
        assert [row["needs_status"] for row in rows] == STATUS

    def test_rows_that_were_not_read_have_nulls(self, tiny_model, kind):
        """Neither 0 nor an empty list: nothing is known of them."""
        for row in records(label(MAKERS[kind](DATA), model=tiny_model)):
            ours = [value for name, value in row.items() if name.startswith("p_")]
            if row["needs_status"] == "ok":
                assert all(0 <= value <= 1 for value in ours)
                assert row["needs"] == [
                    need
                    for need, t in zip(tiny_model.needs_, tiny_model.thresholds, strict=True)
                    if row[f"p_{need}"] >= t
                    and odds(row[f"p_{need}"]) >= tiny_model.odds_over_none * odds(row["p_none"])
                ]
            else:
                assert ours == [None] * 16
                assert row["needs"] is None

    def test_every_kind_holds_the_same(self, tiny_model, kind):
        """Down to the bit."""
        reference = records(label(pa.table(DATA), model=tiny_model))
        assert records(label(MAKERS[kind](DATA), model=tiny_model)) == reference

    @pytest.mark.parametrize(
        "texts", [[], ["where is it"], [""], [None, None], ["", " ", "\n\u200b"], ["a\x00b"]]
    )
    def test_small_and_empty_frames(self, tiny_model, kind, texts):
        """No row, one row, nothing to read."""
        tagged = label(MAKERS[kind]({"text": texts}), model=tiny_model)
        rows = records(tagged)
        assert len(rows) == len(texts)
        assert len(frames.names_of(tagged)) == 1 + len(columns_for(tiny_model.needs_))
        if texts:
            assert Tagged.of(tagged).needs == tiny_model.needs_

    def test_a_text_of_a_megabyte(self, tiny_model, kind):
        """It is read like any other; a text beyond reason is `too_long`."""
        texts = ["too small " * 100_000, "fine", "x" * 5_000_001]
        rows = records(label(MAKERS[kind]({"text": texts}), model=tiny_model))
        assert [row["needs_status"] for row in rows] == ["ok", "ok", "too_long"]
        assert "sizing" in rows[0]["needs"]

    def test_a_name_that_is_taken(self, tiny_model, kind):
        """Refused in one sentence, or kept under another name on request."""
        data = {**DATA, "p_wismo": [1.0] * 6, "needs": ["x"] * 6, "needs_input": [7] * 6}
        with pytest.raises(InputError, match=r"'p_wismo'.*rename=True"):
            label(MAKERS[kind](data), model=tiny_model)
        tagged = label(MAKERS[kind](data), model=tiny_model, rename=True)
        row = records(tagged)[0]
        assert (row["p_wismo_input"], row["needs_input_input"], row["needs_input"]) == (1.0, "x", 7)
        assert len(set(frames.names_of(tagged))) == len(data) + 18

    def test_another_column_of_texts(self, tiny_model, kind):
        """By its name; a mistyped one is answered with the nearest."""
        frame = MAKERS[kind]({"body": ["too small"], "text": ["where is it"]})
        assert records(label(frame, "body", tiny_model))[0]["p_sizing"] == float(
            tiny_model.predict_proba(["too small"])[0, tiny_model.needs_.index("sizing")]
        )
        with pytest.raises(InputError, match=r"no column 'bdy' to read. Did you mean 'body'"):
            label(frame, "bdy", tiny_model)

    @pytest.mark.parametrize("values", [[1, 2], [b"x", b"y"], [["a"], ["b"]], [True, False]])
    def test_a_column_that_is_no_text(self, tiny_model, kind, values):
        """Column, row and kind are named."""
        with pytest.raises(InputError, match="Column 'text', row 0 holds"):
            label(MAKERS[kind]({"text": values}), model=tiny_model)

    def test_the_frame_that_came_in_is_as_it_was(self, tiny_model, kind):
        """Nothing is changed behind the user's back."""
        frame = MAKERS[kind](DATA)
        label(frame, model=tiny_model)
        assert frames.names_of(frame) == list(DATA)
        assert not getattr(frame, "attrs", None)


def odds(p):
    """Return p against its complement."""
    return p / (1 - p)


class TestPandas:
    @pytest.mark.parametrize(
        "index",
        [
            [7, 7, 7, 1, 2, 3],
            list("abcdef"),
            pd.date_range("2026-01-01", periods=6),
            pd.MultiIndex.from_product([[1, 2], ["a", "b", "c"]]),
        ],
    )
    def test_the_index_is_kept(self, tiny_model, index):
        """Doubled, named, of dates, of levels."""
        frame = pd.DataFrame(DATA, index=index)
        frame.index = frame.index.rename(["x", "y"] if frame.index.nlevels > 1 else "x")
        tagged = label(frame, model=tiny_model)
        pd.testing.assert_index_equal(tagged.index, frame.index)
        assert tagged["needs_status"].tolist() == STATUS
        pd.testing.assert_frame_equal(tagged[list(DATA)], frame)

    @pytest.mark.parametrize("dtype", ["object", "string", "category"])
    def test_texts_of_any_type(self, tiny_model, dtype):
        """Whatever pandas keeps texts in."""
        frame = pd.DataFrame({"text": pd.Series(TEXTS, dtype=dtype)})
        tagged = label(frame, model=tiny_model)
        assert tagged["needs_status"].tolist() == STATUS
        assert tagged["text"].dtype == frame["text"].dtype

    def test_a_column_of_nans(self, tiny_model):
        """What an empty column of a CSV becomes."""
        frame = pd.DataFrame({"text": [np.nan, np.nan]})
        assert label(frame, model=tiny_model)["needs_status"].tolist() == ["empty", "empty"]

    def test_other_columns_may_hold_anything(self, tiny_model):
        """Objects that no table format knows stay where they are."""
        things = pd.Series([{"a": 1}, [2], "three", 4, None, object()], dtype=object)
        tagged = label(pd.DataFrame({**DATA, "thing": things, 7: 1}), model=tiny_model)
        assert tagged["thing"].tolist()[:4] == [{"a": 1}, [2], "three", 4]
        assert 7 in tagged.columns

    def test_half_a_surrogate_pair_is_read(self, tiny_model):
        """Broken escapes cost no row."""
        frame = pd.DataFrame({"text": pd.Series(["too small \ud83d", "\udfff"], dtype=object)})
        assert label(frame, model=tiny_model)["needs_status"].tolist() == ["ok", "ok"]

    def test_needs_are_lists(self, tiny_model):
        """As the contract says, not arrays."""
        needs = label(pd.DataFrame(DATA), model=tiny_model)["needs"]
        assert isinstance(needs.iloc[0], list)
        assert needs.iloc[1] is None

    def test_attributes_travel(self, tiny_model):
        """Ours beside the user's own."""
        frame = pd.DataFrame(DATA)
        frame.attrs["mine"] = "yes"
        tagged = label(frame, model=tiny_model)
        assert tagged.attrs == {"mine": "yes", "convcat": tiny_model.metadata()}
        assert Tagged.of(tagged).metadata["model"]["id"] == "tiny"


class TestArrow:
    @pytest.mark.parametrize(
        "column",
        [
            pa.array(TEXTS, pa.large_string()),
            pa.array(TEXTS, pa.string_view()),
            pa.array(TEXTS).dictionary_encode(),
            pa.chunked_array([TEXTS[:2], TEXTS[2:]]),
        ],
        ids=lambda column: str(column.type),
    )
    def test_texts_of_any_type(self, tiny_model, column):
        """Large, views, dictionaries, chunks; the column keeps its type."""
        tagged = label(pa.table({"text": column}), model=tiny_model)
        assert tagged["needs_status"].to_pylist() == STATUS
        assert tagged["text"].type == column.type

    def test_a_column_without_a_type(self, tiny_model):
        """All null: all empty."""
        tagged = label(pa.table({"text": pa.nulls(2)}), model=tiny_model)
        assert tagged["needs_status"].to_pylist() == ["empty", "empty"]

    def test_a_record_batch(self, tiny_model):
        """It comes back as a table."""
        tagged = label(pa.record_batch(DATA), model=tiny_model)
        assert tagged["needs_status"].to_pylist() == STATUS

    def test_metadata_travels(self, tiny_model):
        """In the schema, beside what was there."""
        table = pa.table(DATA).replace_schema_metadata({"mine": "yes"})
        tagged = label(table, model=tiny_model)
        assert tagged.schema.metadata[b"mine"] == b"yes"
        assert frames.metadata_of(tagged) == tiny_model.metadata()

    def test_two_columns_of_one_name(self, tiny_model):
        """Refused: which is meant cannot be known."""
        table = pa.Table.from_arrays([pa.array(["a"])] * 2, names=["text", "text"])
        with pytest.raises(InputError, match="more than one column of the name 'text'"):
            label(table, model=tiny_model)


class TestPolars:
    @pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum(sorted({t for t in TEXTS if t}))])  # fmt: skip
    def test_texts_of_any_type(self, tiny_model, dtype):
        """Whatever polars keeps texts in."""
        tagged = label(pl.DataFrame({"text": pl.Series(TEXTS, dtype=dtype)}), model=tiny_model)
        assert tagged["needs_status"].to_list() == STATUS

    def test_a_column_without_a_type(self, tiny_model):
        """All null: all empty."""
        tagged = label(pl.DataFrame({"text": [None, None]}), model=tiny_model)
        assert tagged["needs_status"].to_list() == ["empty", "empty"]
        assert tagged["needs"].dtype == pl.List(pl.String)


class TestTagTable:
    def test_equal_texts_are_read_once(self, tiny_model, monkeypatch):
        """And answered alike."""
        seen = []
        read = type(tiny_model).read
        monkeypatch.setattr(
            type(tiny_model), "read", lambda self, texts: seen.extend(texts) or read(self, texts)
        )
        tags = tag_table(TEXTS * 50, tiny_model)
        assert len(seen) == 2
        assert tags.num_rows == 300
        assert tags.slice(3, 1).to_pylist() == tags.slice(5, 1).to_pylist()

    def test_a_status_that_is_given_is_kept(self, tiny_model):
        """Who filtered a row need not read it."""
        tags = tag_table(["too small", "where is it"], tiny_model, ["duplicate", "ok"])
        assert tags["needs_status"].to_pylist() == ["duplicate", "ok"]
        assert tags["p_sizing"].to_pylist()[0] is None

    def test_failed_is_null_where_the_model_does_not_know(self, tiny_model):
        """Null rather than NaN."""
        from dataclasses import replace

        tags = tag_table(["too small"], replace(tiny_model, has_failed=False))
        assert tags["p_failed"].to_pylist() == [None]
        assert tags["p_none"].null_count == 0


class TestModels:
    def test_by_folder(self, tiny_folder):
        """A path will do."""
        assert len(label(pa.table(DATA), model=tiny_folder)) == 6

    @pytest.mark.skipif("ecommerce-en" not in shipped(), reason="no shipped model here")
    def test_by_default(self):
        """Without a model it is the shipped one."""
        tagged = convcat.label(pd.DataFrame(DATA))
        assert "wismo" in tagged["needs"][0]
        assert tagged.attrs["convcat"]["model"]["id"] == "ecommerce-en"

    @pytest.mark.parametrize("frame", [None, TEXTS, {"text": TEXTS}, "dump.csv"])
    def test_what_is_no_frame(self, tiny_model, frame):
        """One sentence."""
        with pytest.raises(InputError, match="Expected a dataframe"):
            label(frame, model=tiny_model)
