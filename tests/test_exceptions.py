"""Errors are one small tree, and their texts are sentences for a person."""

from __future__ import annotations

import inspect

import pytest

from convcat import exceptions
from convcat.exceptions import ConvcatError, MissingExtraError, TaxonomyError, did_you_mean

TREE = [
    value
    for _, value in inspect.getmembers(exceptions, inspect.isclass)
    if issubclass(value, Exception)
]


class TestTree:
    @pytest.mark.parametrize("error", TREE, ids=lambda error: error.__name__)
    def test_one_base_catches_every_error(self, error):
        """Catching ConvcatError is enough, and code that catches ValueError works too."""
        assert issubclass(error, ConvcatError)
        assert issubclass(error, ValueError)

    @pytest.mark.parametrize("error", TREE, ids=lambda error: error.__name__)
    def test_the_drawing_shows_every_error(self, error):
        """The tree at the top of the module is complete."""
        assert error.__name__ in exceptions.__doc__

    def test_missing_extra_says_what_to_install(self):
        """The sentence holds the command that mends it."""
        error = MissingExtraError("spacy", "spacy", "The pipeline component")
        assert isinstance(error, ImportError)
        assert 'pip install "convcat[spacy]"' in str(error)

    def test_a_taxonomy_error_lists_every_fault(self):
        """All errors stand in the text and in `errors`."""
        error = TaxonomyError("mine.toml has 2 errors:", ["needs[0].id: missing", "name: missing"])
        assert error.errors == ("needs[0].id: missing", "name: missing")
        assert str(error).splitlines()[1:] == ["  - needs[0].id: missing", "  - name: missing"]


class TestDidYouMean:
    @pytest.mark.parametrize(
        ("name", "known", "hint"),
        [
            ("wizmo", ("wismo", "delay"), " Did you mean 'wismo'?"),
            ("TEXT", ("Text", "id"), " Did you mean 'Text'?"),
            ("qqqq", ("wismo", "delay"), ""),
            ("x", (), ""),
        ],
    )
    def test_the_nearest_name_is_offered(self, name, known, hint):
        """Case does not matter, and nothing is offered where nothing is near."""
        assert did_you_mean(name, known) == hint
