"""The tagged table: what the reading writes and the findings read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convcat import frames
from convcat.exceptions import InputError
from convcat.tagged import STATUSES, Tagged, columns_for, names_beside

TABLE = pa.table(
    {
        "text": ["where is it", "", "fine"],
        "needs": [["wismo"], None, []],
        "p_wismo": [0.9, None, 0.1],
        "p_other": [0.1, None, 0.2],
        "p_none": [0.1, None, 0.8],
        "p_failed": [0.4, None, 0.1],
        "needs_status": ["ok", "empty", "ok"],
    }
)


class TestReading:
    @pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
    def test_every_kind_reads_the_same(self, kind):
        """Tags and probabilities as arrays; rows that were not read are NaN and untagged."""
        tagged = Tagged.of(frames.from_arrow(TABLE, kind))
        assert tagged.kind == kind
        assert tagged.needs == ("wismo", "other")
        assert tagged.ok.tolist() == [True, False, True]
        assert tagged.tags.tolist() == [[True, False], [False, False], [False, False]]
        assert np.isnan(tagged.p[1]).all()
        assert tagged.p_none[2] == 0.8
        assert len(tagged) == 3

    def test_tags_joined_by_semicolons(self):
        """As CSV has them."""
        table = TABLE.set_column(1, "needs", pa.array(["wismo; other", None, ""]))
        assert Tagged.of(table).tags.tolist() == [[True, True], [False, False], [False, False]]

    def test_tags_of_a_row_that_was_not_read_do_not_count(self):
        """Whoever wrote them there: only what was read is evidence."""
        table = TABLE.set_column(1, "needs", pa.array([["wismo"], ["wismo"], []]))
        assert Tagged.of(table).tags.tolist() == [[True, False], [False, False], [False, False]]

    def test_from_a_csv_file_through_pandas(self, tmp_path):
        """What `convcat label` writes as CSV is a tagged table again."""
        frame = TABLE.to_pandas()
        frame["needs"] = ["wismo", None, ""]
        frame.to_csv(tmp_path / "t.csv", index=False)
        assert Tagged.of(pd.read_csv(tmp_path / "t.csv")).tags[:, 0].tolist() == [
            True,
            False,
            False,
        ]

    def test_from_parquet_with_what_is_known_of_the_model(self, tmp_path):
        """A path will do, and the metadata names the needs in order."""
        pq.write_table(
            frames.with_metadata(TABLE, {"needs": ["other", "wismo"]}), tmp_path / "t.parquet"
        )
        tagged = Tagged.of(tmp_path / "t.parquet")
        assert tagged.needs == ("other", "wismo")
        assert Tagged.of(tagged) is tagged

    def test_an_empty_table(self):
        """No rows, all columns."""
        tagged = Tagged.of(TABLE.slice(0, 0))
        assert tagged.p.shape == (0, 2)
        assert tagged.tags.shape == (0, 2)

    def test_columns_are_given_by_name(self):
        """A mistyped name is answered with the nearest."""
        tagged = Tagged.of(TABLE)
        assert tagged.column("text")[0] == "where is it"
        with pytest.raises(InputError, match="Did you mean 'text'"):
            tagged.column("txt")


class TestRefusals:
    def test_a_table_that_was_not_tagged(self):
        """The sentence says how to tag it."""
        with pytest.raises(InputError, match=r"convcat.label"):
            Tagged.of(pl.DataFrame({"text": ["a"]}))

    @pytest.mark.parametrize("column", ["needs", "needs_status"])
    def test_a_column_that_went_missing(self, column):
        """It is named."""
        with pytest.raises(InputError, match=f"'{column}'"):
            Tagged.of(TABLE.drop_columns([column]))

    def test_probabilities_that_are_words(self):
        """The column is named, its values are not."""
        table = TABLE.set_column(2, "p_wismo", pa.array(["high", "low", "none"]))
        with pytest.raises(InputError, match="'p_wismo' must hold numbers"):
            Tagged.of(table)

    def test_files_that_are_not_there_or_not_parquet(self, tmp_path):
        """One sentence each."""
        (tmp_path / "t.csv").write_text("text\nhello\n")
        with pytest.raises(InputError, match="There is no file"):
            Tagged.of(tmp_path / "none.parquet")
        with pytest.raises(InputError, match="not a tagged table"):
            Tagged.of(tmp_path / "t.csv")
        for name, kind in (("t.parquet", "Parquet"), ("t.jsonl", "JSON lines"), ("e.csv", "CSV")):
            (tmp_path / name).write_bytes(b"" if kind == "CSV" else b"hello")
            with pytest.raises(InputError, match=f"is not a {kind} file"):
                Tagged.of(tmp_path / name)

    def test_the_folder_of_a_run(self, tmp_path):
        """Its tagged table is read, wherever a table is asked for."""
        pq.write_table(TABLE, tmp_path / "tagged.parquet")
        (tmp_path / "run.json").write_text("{}", encoding="utf-8")
        assert len(Tagged.of(tmp_path)) == len(TABLE) == len(Tagged.of(str(tmp_path)))


class TestNames:
    def test_columns_of_tagging(self):
        """The contract's names, in order."""
        assert columns_for(("a", "other")) == (
            "needs", "p_a", "p_other", "p_none", "p_failed", "needs_status",
        )  # fmt: skip
        assert "ok" in STATUSES

    def test_a_taken_name_is_refused_or_renamed(self):
        """Renaming never meets a name that is there already."""
        names = ["text", "needs", "needs_input"]
        with pytest.raises(InputError, match="'needs'"):
            names_beside(names, ("other",), where="The frame", rename=False)
        assert names_beside(names, ("other",), where="The frame", rename=True) == [
            "text", "needs_input_input", "needs_input",
        ]  # fmt: skip
