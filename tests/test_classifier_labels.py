"""Labels in every holder that people use, and errors that name the row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse

from convcat.classifier.labels import column, label_matrix
from convcat.exceptions import InputError

IDS = ("wismo", "delay", "other")
LISTS = [["wismo"], [], ["delay", "other"], ["wismo", "delay"]]
MATRIX = np.array([[1, 0, 0], [0, 0, 0], [0, 1, 1], [1, 1, 0]])
EQUAL = [["wismo"], ["delay"], ["other"], ["wismo"]]
FRAME = pd.DataFrame(MATRIX, columns=IDS)


class TestHolders:
    @pytest.mark.parametrize(
        "labels",
        [
            LISTS,
            [tuple(own) for own in LISTS],
            [set(own) for own in LISTS],
            [np.array(own, dtype=object) for own in LISTS],
            ["wismo", "", "delay;other", "wismo; delay"],
            [["wismo"], ["none"], "delay;other", ["wismo", "delay"]],
            pd.Series(LISTS),
            pd.Series(LISTS, index=[9, 8, 7, 6]),
            pd.Series(["wismo", "none", "delay; other", "wismo;delay"]),
            pl.Series(LISTS),
            pl.Series(["wismo", "", "delay;other", "wismo;delay"]),
            pa.array(LISTS),
            pa.chunked_array([LISTS[:2], LISTS[2:]]),
            np.array(LISTS, dtype=object),
            (own for own in LISTS),
        ],
        ids=lambda labels: f"{type(labels).__module__}.{type(labels).__name__}",
    )
    def test_lists_of_ids(self, labels):
        """Whatever holds them."""
        assert (label_matrix(labels, IDS, 4) == MATRIX).all()

    @pytest.mark.parametrize("labels", [pd.Series(EQUAL), pl.Series(EQUAL), np.array(EQUAL)])
    def test_lists_of_one_length_are_no_matrix(self, labels):
        """A need each: libraries like to make a square of it."""
        assert label_matrix(labels, IDS, 4).argmax(axis=1).tolist() == [0, 1, 2, 0]

    @pytest.mark.parametrize(
        "matrix",
        [
            MATRIX,
            MATRIX.astype(bool),
            MATRIX.astype(float),
            sparse.csr_matrix(MATRIX),
            FRAME,
            FRAME[["other", "wismo", "delay"]],
            pl.from_pandas(FRAME).select("delay", "other", "wismo"),
            pa.Table.from_pandas(FRAME[["other", "delay", "wismo"]], preserve_index=False),
        ],
        ids=lambda matrix: f"{type(matrix).__module__}.{type(matrix).__name__}",
    )
    def test_matrices_of_0_and_1(self, matrix):
        """The columns of a dataframe go by their names, in whatever order they stand."""
        assert (label_matrix(matrix, IDS, 4) == MATRIX).all()


class TestErrors:
    @pytest.mark.parametrize(
        ("labels", "said"),
        [
            (None, "requires y"),
            ([["wismo"], ["wizmo"], [], []], "Row 1 names a need 'wizmo'.*Did you mean 'wismo'"),
            ([["wismo"], None, [], []], "Row 1 has no list of needs"),
            ([["wismo"], [], 3, []], "Row 2 has no list of needs"),
            ([["wismo"], [], [["delay"]], []], "Row 2 names a need"),
            (pd.Series(["wismo", None, "", ""]), "Row 1 has no list"),
            (pl.Series([["wismo"], None, [], []]), "Row 1 has no list"),
            ([["wismo"]] * 3, "4 texts and 3 labels"),
            (MATRIX[:3], r"\(3, 3\); 4 texts and 3 needs"),
            (MATRIX[:, :2], r"\(4, 2\)"),
            (MATRIX * 2, "0 and 1 alone"),
            (np.where(MATRIX, 1.0, np.nan), "0 and 1 alone"),
            (FRAME.rename(columns={"wismo": "wizmo"}), "one column per need.*wi[sz]mo"),
            (FRAME[["wismo", "delay"]], "one column per need; other differs"),
            ("wismo", "Expected the needs of each text, not str"),
            (7, "Expected the needs of each text, not int"),
            (np.array([0, 1, 0, 2]), "Row 0 has no list"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_each_has_its_sentence(self, labels, said):
        """What is wrong, where, and what may have been meant."""
        with pytest.raises(InputError, match=said):
            label_matrix(labels, IDS, 4)


class TestColumn:
    def test_one_value_per_text(self):
        """Or none at all."""
        assert column(None, 2, "failed", float) is None
        assert column(pd.Series([1, None]), 2, "failed", float)[0] == 1.0

    @pytest.mark.parametrize(
        ("values", "said"), [([1.0], "failed has shape"), (["yes", "no"], "one number"), (3, "shape")]
    )  # fmt: skip
    def test_errors(self, values, said):
        """The argument is named."""
        with pytest.raises(InputError, match=said):
            column(values, 2, "failed", float)
