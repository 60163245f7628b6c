"""Whatever holds texts is read; whatever does not is refused, with its row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from convcat.classifier.texts import as_texts
from convcat.exceptions import InputError

TEXTS = ["where is it", "", "too small"]


class TestWhatIsRead:
    @pytest.mark.parametrize(
        "texts",
        [
            TEXTS,
            tuple(TEXTS),
            (text for text in TEXTS),
            np.array(TEXTS),
            np.array(TEXTS, dtype=object),
            pd.Series(TEXTS),
            pd.Series(TEXTS, index=[7, 7, 7]),
            pd.Series(TEXTS, dtype="string"),
            pd.Series(TEXTS, dtype="category"),
            pd.Index(TEXTS),
            pl.Series(TEXTS),
            pl.Series(TEXTS, dtype=pl.Categorical),
            pa.array(TEXTS),
            pa.chunked_array([TEXTS[:1], TEXTS[1:]]),
            pa.array(TEXTS).dictionary_encode(),
            pa.array(TEXTS, pa.large_string()),
        ],
        ids=lambda texts: f"{type(texts).__module__}.{type(texts).__name__}",
    )
    def test_every_holder_of_texts(self, texts):
        """The same list comes out."""
        assert as_texts(texts) == TEXTS

    @pytest.mark.parametrize(
        "texts",
        [
            ["a", None],
            ["a", float("nan")],
            ["a", pd.NA],
            ["a", pd.NaT],
            np.array(["a", np.nan], dtype=object),
            pd.Series(["a", None]),
            pd.Series(["a", None], dtype="string"),
            pd.Series(["a", None], dtype="category"),
            pl.Series(["a", None]),
            pa.array(["a", None]),
        ],
        ids=lambda texts: f"{type(texts).__module__}.{type(texts).__name__}",
    )
    def test_a_missing_value_is_an_empty_text(self, texts):
        """Every library's null."""
        assert as_texts(texts) == ["a", ""]

    def test_no_text_at_all(self):
        """Nothing in, nothing out; a column of nulls is a column of empty texts."""
        assert as_texts([]) == []
        assert as_texts(pa.nulls(2)) == ["", ""]
        assert as_texts(pd.Series([np.nan, np.nan])) == ["", ""]


class TestWhatIsRefused:
    @pytest.mark.parametrize("texts", ["one text", b"bytes"])
    def test_one_text(self, texts):
        """A string is a sequence of letters; that is never what is meant."""
        with pytest.raises(InputError, match=r"tag\(text\)"):
            as_texts(texts)

    @pytest.mark.parametrize(
        "frame", [pd.DataFrame({"text": TEXTS}), pl.DataFrame({"text": TEXTS}), pa.table([TEXTS], ["t"])]
    )  # fmt: skip
    def test_a_whole_frame(self, frame):
        """Iterating it would read the names of its columns."""
        with pytest.raises(InputError, match="whole dataframe"):
            as_texts(frame)

    @pytest.mark.parametrize(
        ("value", "kind"), [(3, "int"), (2.5, "float"), (b"x", "bytes"), (["x"], "list"), (np.zeros(2), "ndarray")]
    )  # fmt: skip
    def test_something_else_among_texts(self, value, kind):
        """The row and the kind are named, the value is not."""
        with pytest.raises(InputError, match=f"Row 1 holds {kind} where a text is expected"):
            as_texts(["a", value])

    @pytest.mark.parametrize(
        "thing", [None, 7, {"a": "b"}, {"a", "b"}, np.array("a"), np.array([["a"]])]
    )
    def test_what_holds_no_texts_in_order(self, thing):
        """Numbers, mappings, sets, arrays of two dimensions."""
        with pytest.raises(InputError, match="Expected"):
            as_texts(thing)

    def test_the_row_is_named_as_the_caller_counts(self):
        """A file's tenth row is its tenth row."""
        with pytest.raises(InputError, match="Column 'text', row 12 holds int"):
            as_texts(["a", "b", 3], where="Column 'text', row", first=10)
