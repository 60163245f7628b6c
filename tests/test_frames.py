"""Any dataframe in, the same kind out, and what is known of it travels along."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convcat import frames
from convcat.exceptions import InputError

DATA = {"id": [1, 2], "text": ["where is it", None]}
MAKERS = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


@pytest.mark.parametrize("kind", MAKERS)
class TestEachKind:
    def test_it_is_recognised(self, kind):
        """The kind is what results are given back in."""
        assert frames.kind_of(MAKERS[kind](DATA)) == kind

    def test_there_and_back(self, kind):
        """Values, nulls and names survive."""
        frame = MAKERS[kind](DATA)
        back = frames.from_arrow(frames.to_arrow(frame), kind)
        assert type(back) is type(frame)
        assert frames.to_arrow(back).to_pydict() == DATA

    def test_empty_frames_keep_their_columns(self, kind):
        """No row is no reason to lose a column."""
        table = frames.to_arrow(MAKERS[kind]({"id": [], "text": []}))
        assert table.num_rows == 0
        assert table.column_names == ["id", "text"]


class TestOddities:
    def test_a_record_batch_is_a_table(self):
        """What Arrow streams give is taken too."""
        batch = pa.record_batch(DATA)
        assert frames.kind_of(batch) == "pyarrow"
        assert frames.to_arrow(batch).to_pydict() == DATA

    @pytest.mark.parametrize("thing", [None, "text", [1, 2], {"text": ["a"]}, 7])
    def test_what_is_no_frame_is_refused(self, thing):
        """The sentence says what came instead."""
        with pytest.raises(InputError, match=f"not {type(thing).__name__}"):
            frames.kind_of(thing)

    def test_a_lazy_frame_is_refused(self):
        """Nothing is collected behind the user's back."""
        with pytest.raises(InputError, match="LazyFrame"):
            frames.kind_of(pl.DataFrame(DATA).lazy())

    @pytest.mark.parametrize(
        "frame",
        [
            pd.DataFrame([[1, 2]], columns=["a", "a"]),
            pd.DataFrame([[1, 2]], columns=[0, "0"]),
            pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]),
        ],
    )
    def test_two_columns_of_one_name_are_refused(self, frame):
        """Which of them is meant cannot be known."""
        with pytest.raises(InputError, match="more than one column of the name"):
            frames.names_of(frame)

    def test_mixed_values_are_refused_with_the_column(self):
        """The column that Arrow cannot hold is named, its values are not."""
        frame = pd.DataFrame({"text": ["a"], "amount": [{"secret": 1}]}).assign(
            amount=pd.Series(["secret"], dtype=object)
        )
        frame = pd.concat([frame, pd.DataFrame({"text": ["b"], "amount": [3.5]})])
        with pytest.raises(InputError, match="amount") as caught:
            frames.to_arrow(frame)
        assert "secret" not in str(caught.value)

    def test_half_a_surrogate_pair_is_refused(self):
        """Arrow stores UTF-8, which has no such thing."""
        with pytest.raises(InputError, match="surrogate"):
            frames.to_arrow(pd.DataFrame({"text": pd.Series(["a\ud800"], dtype=object)}))


NOTE = {"needs": ["wismo"], "model": {"id": "tiny"}}


class TestMetadata:
    def test_it_travels_with_pandas(self):
        """`attrs` on the one side is the schema's metadata on the other."""
        frame = pd.DataFrame(DATA)
        frame.attrs["convcat"] = NOTE
        table = frames.to_arrow(frame)
        assert frames.metadata_of(table) == NOTE
        assert frames.from_arrow(table, "pandas").attrs["convcat"] == NOTE

    def test_pandas_metadata_in_a_file(self, tmp_path):
        """What `to_parquet` writes of `attrs` is found again by who reads the file as Arrow."""
        frame = frames.from_arrow(
            frames.with_metadata(pa.table({"text": ["hello"]}), NOTE), "pandas"
        )
        frame.to_parquet(tmp_path / "tagged.parquet")
        assert frames.metadata_of(pq.read_table(tmp_path / "tagged.parquet")) == NOTE
        assert frames.metadata_of(pq.read_schema(tmp_path / "tagged.parquet")) == NOTE
        assert pd.read_parquet(tmp_path / "tagged.parquet").attrs["convcat"] == NOTE

    def test_pandas_steps_share_the_metadata(self):
        """A month's profile is not copied with every column that is looked at."""
        frame = frames.from_arrow(
            frames.with_metadata(pa.table({"text": ["hello"]}), NOTE), "pandas"
        )
        assert frame[["text"]].head().attrs["convcat"] is frame.attrs["convcat"]

    def test_other_metadata_stays(self):
        """A schema's own notes are kept beside ours."""
        table = pa.table(DATA).replace_schema_metadata({"mine": "yes"})
        table = frames.with_metadata(table, NOTE)
        assert table.schema.metadata[b"mine"] == b"yes"
        assert frames.metadata_of(frames.with_metadata(table, {})) == {}

    @pytest.mark.parametrize("raw", ["not json", "[1]", "\xff"])
    def test_what_is_not_ours_is_ignored(self, raw):
        """Another's use of the key does no harm."""
        table = pa.table(DATA).replace_schema_metadata({"convcat": raw})
        assert frames.metadata_of(table) is None
