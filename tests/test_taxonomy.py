"""A taxonomy is a file that people edit: it is checked whole, and every error has its place."""

from __future__ import annotations

from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcat.exceptions import InputError, TaxonomyError
from convcat.taxonomy import Taxonomy

BUILTIN = resources.files("convcat").joinpath("taxonomies", "ecommerce.toml").read_text("utf-8")
MINE = """
id = "garden"
version = "2.1"
name = "A garden shop"

[rollups.two]
name = "Two groups"
groups = ["plants", "rest"]

[[needs]]
id = "wilted"
name = "Wilted plants"
wants = "plants that live"
tag_when = "says that a plant came dead or died soon"
rollups = { two = "plants" }

[[needs]]
id = "other"
name = "Another need"
wants = "something else"
tag_when = "a real need that the rest does not cover"
rollups = { two = "rest" }
"""


def errors_of(content: str) -> tuple[str, ...]:
    with pytest.raises(TaxonomyError) as caught:
        Taxonomy.from_toml(content, name="mine.toml")
    return caught.value.errors


class TestBuiltin:
    def test_thirteen_needs_and_other(self):
        """The contract: fourteen ids, `other` last."""
        ids = Taxonomy.load().ids
        assert len(ids) == 14
        assert ids[-1] == "other"

    def test_every_need_says_what_it_points_to_and_what_closes_the_gap(self):
        """Reports rest on these sentences."""
        for need in Taxonomy.load().needs:
            assert need.fails_at
            assert need.closes

    def test_two_roll_ups_cover_every_need(self):
        """Every need has its group in the core four and in the ten core needs."""
        taxonomy = Taxonomy.load()
        assert set(taxonomy.rollups) == {"core", "ten"}
        for name, rollup in taxonomy.rollups.items():
            groups = set(taxonomy.groups(name).values())
            assert groups | set(rollup.unmeasured) == set(rollup.groups)

    def test_a_copy_of_the_file_is_the_same_taxonomy(self, tmp_path):
        """Copied under a Windows editor's mark, it is equal, and so is its hash."""
        path = tmp_path / "mine.toml"
        path.write_text(BUILTIN, encoding="utf-8-sig")
        assert Taxonomy.load(path) == Taxonomy.load()
        assert Taxonomy.load(path).hash == Taxonomy.load().hash


class TestUse:
    def test_a_console_shows_one_line(self):
        """Its ids, not all of its rules."""
        shown = repr(Taxonomy.load())
        assert len(shown) < 200
        assert "wismo" in shown

    def test_a_need_is_found_by_its_id(self):
        """Like a dictionary, with the nearest id offered."""
        taxonomy = Taxonomy.from_toml(MINE)
        assert taxonomy["wilted"].name == "Wilted plants"
        assert "wilted" in taxonomy
        assert "wismo" not in taxonomy
        with pytest.raises(KeyError, match="wilted"):
            taxonomy["wilter"]

    def test_needs_roll_up_to_groups(self):
        """Several needs of one group are one group."""
        taxonomy = Taxonomy.load()
        assert taxonomy.roll_up(["delay", "speed"], "ten") == {"speed"}
        assert taxonomy.roll_up([], "core") == set()

    def test_unknown_names_are_refused_with_the_nearest(self):
        """A mistyped need or roll-up is answered with a suggestion."""
        taxonomy = Taxonomy.load()
        with pytest.raises(InputError, match="Did you mean 'wismo'"):
            taxonomy.roll_up(["wizmo"], "core")
        with pytest.raises(InputError, match="Did you mean 'core'"):
            taxonomy.roll_up(["wismo"], "cores")

    def test_the_hash_follows_the_content(self):
        """Another rule is another hash."""
        changed = MINE.replace("died soon", "died")
        assert Taxonomy.from_toml(MINE).hash == Taxonomy.from_toml(MINE).hash
        assert Taxonomy.from_toml(MINE).hash != Taxonomy.from_toml(changed).hash

    def test_it_cannot_be_changed_by_accident(self):
        """A taxonomy in use stays what it was."""
        with pytest.raises(ValueError, match="frozen"):
            Taxonomy.from_toml(MINE).name = "x"


class TestErrors:
    def test_all_errors_are_listed_at_once_with_their_places(self):
        """One look at the message is enough to mend the file."""
        broken = (
            MINE.replace('name = "Wilted plants"\n', "")
            .replace('"plants" }', '"plant" }')
            .replace('version = "2.1"', 'version = "two"')
            .replace('name = "Another need"', 'nmae = "Another need"')
        )
        errors = errors_of(broken)
        assert any(e.startswith("version:") for e in errors)
        assert "needs[0].name (need 'wilted'): missing" in errors
        assert any(
            e.startswith("needs[0] (need 'wilted').rollups.two: no group 'plant'")
            and "Did you mean 'plants'" in e
            for e in errors
        )
        assert any("needs[1].nmae" in e and "Did you mean 'name'" in e for e in errors)

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ('id = "wilted"', 'id = "other"', "the id stands twice"),
            ('id = "wilted"', 'id = "none"', "reserved"),
            ('id = "wilted"', 'id = "failed"', "reserved"),
            ('id = "wilted"', 'id = "Wilted!"', "lower-case letters"),
            ('id = "wilted"', "id = 7", "needs[0].id"),
            ('id = "other"', 'id = "rest"', "'other' must stand for"),
            ("{ two = ", "{ tow = ", "no such roll-up. Did you mean 'two'"),
            ('rollups = { two = "plants" }', "", "names no group of roll-up 'two'"),
            ('groups = ["plants", "rest"]', 'groups = ["plants", "plants", "rest"]', "twice"),
            ('"rest"]', '"rest"]\nunmeasured = ["care"]', "unmeasured: no group 'care'"),
            ('"rest"]', '"rest"]\nunmeasured = 3', "rollups.two.unmeasured"),
            ('id = "garden"', "", "id: missing"),
            ('version = "', 'version = "v', "version: must be numbers with points"),
        ],
    )  # fmt: skip
    def test_every_rule_has_its_sentence(self, old, new, said):
        """Each breach is named where it stands."""
        assert any(said in error for error in errors_of(MINE.replace(old, new, 1)))

    def test_a_file_that_is_not_there_or_not_text_is_said(self, tmp_path):
        """Missing, a folder, not UTF-8, not TOML, an impossible name: one sentence each."""
        (tmp_path / "latin.toml").write_bytes(b'id = "caf\xe9"')
        (tmp_path / "not.toml").write_text("id = ")
        for source, said in [
            (tmp_path / "none.toml", "No such file"),
            (tmp_path, "Is a directory"),
            (tmp_path / "latin.toml", "not UTF-8"),
            (tmp_path / "not.toml", "not.toml is not valid TOML"),
            ("a\0b", "Cannot read the taxonomy"),
            ("../ecommerce", "No such file"),
        ]:
            with pytest.raises(TaxonomyError, match=said) as caught:
                Taxonomy.load(source)
            assert "\n" not in str(caught.value)

    def test_absurdly_nested_toml_is_refused(self):
        """A hostile file cannot break the reader."""
        with pytest.raises(TaxonomyError, match="nested too deep"):
            Taxonomy.from_toml("a = " + "[" * 50_000)

    json_like = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["id", "needs", "rollups", "groups", "name", "x"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )

    @given(st.dictionaries(st.sampled_from(["id", "needs", "rollups", "version"]), json_like))
    def test_nothing_but_a_taxonomy_error_is_raised(self, data):
        """Whatever a file holds, the answer is a list of errors."""
        with pytest.raises(TaxonomyError):
            Taxonomy.from_dict(data)
