"""Models by name, by folder, as themselves."""

from __future__ import annotations

import shutil

import pytest

from convcat.classifier import load, shipped
from convcat.classifier.shipped import home, reload
from convcat.exceptions import ModelError

needs_shipped = pytest.mark.skipif(
    len(shipped()) < 2, reason="the shipped models are not in this checkout"
)


class TestLoad:
    def test_a_folder_by_path_or_string(self, tiny_folder, monkeypatch):
        """Relative paths are those of the caller."""
        monkeypatch.chdir(tiny_folder.parent)
        assert load(tiny_folder).hash == load(str(tiny_folder)).hash == load("tiny").hash

    def test_a_model_is_given_back_as_it_is(self, tiny_model):
        """So that every function takes either."""
        assert load(tiny_model) is tiny_model

    @pytest.mark.parametrize("name", ["ecommerce-en-fats", "models/none", "", "a\tb"])
    def test_what_is_nowhere(self, name, tmp_path, monkeypatch):
        """The sentence lists what there is."""
        monkeypatch.chdir(tmp_path)
        with pytest.raises(ModelError, match=r"There is no model|is not a model folder"):
            load(name)

    @pytest.mark.parametrize("thing", [3, b"x", ["tiny"], object()])
    def test_what_is_no_model(self, thing):
        """A sentence, not a traceback of pathlib."""
        with pytest.raises(ModelError, match="Expected a NeedModel, a name or a folder"):
            load(thing)

    def test_a_fitted_classifier_holds_the_model(self, tiny_classifier):
        """A likely slip is answered with what to pass."""
        with pytest.raises(ModelError, match="pass its model_"):
            load(tiny_classifier)

    def test_a_worker_notices_another_model(self, tiny_model, tiny_folder, tmp_path):
        """A folder that was retrained while it was in use is not read half and half."""
        folder = shutil.copytree(tiny_folder, tmp_path / "m")
        assert reload(folder, tiny_model.hash).hash == tiny_model.hash
        with pytest.raises(ModelError, match="changed while it was in use"):
            reload(folder, "0" * 64)


@needs_shipped
class TestShipped:
    def test_it_loads_by_name_and_by_default(self):
        """Once, however often it is asked for."""
        assert load() is load("ecommerce-en")
        assert load().id == "ecommerce-en"

    @pytest.mark.parametrize(
        ("name", "more", "megabytes"),
        [
            ("ecommerce-en", {"encoder.onnx", "tokenizer.json"}, 35),
            ("ecommerce-en-fast", set(), 15),
        ],
    )
    def test_it_is_small_data_with_a_card(self, name, more, megabytes):
        """No code."""
        folder = home() / name
        files = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        assert files == {"model.json", "weights.safetensors", "README.md"} | more
        assert sum((folder / name).stat().st_size for name in files) < megabytes << 20

    @pytest.mark.parametrize("name", ["ecommerce-en", "ecommerce-en-fast"])
    @pytest.mark.parametrize(
        ("text", "need"),
        [
            ("Where is my parcel? The tracking has not moved since Monday.", "wismo"),
            ("The jeans run small, I had to go up two sizes.", "sizing"),
            ("I want to return this and get my money back.", "returns"),
            ("My discount code is not accepted and I was charged twice.", "payment"),
            ("The zip broke after one week.", "quality"),
        ],
    )
    def test_it_reads_the_plainest_texts(self, name, text, need):
        """If these fail, something is broken rather than hard."""
        assert need in load(name).tag(text).needs

    @pytest.mark.parametrize("name", ["ecommerce-en", "ecommerce-en-fast"])
    def test_it_carries_its_errors(self, name):
        """Findings rest on the profile that it was trained with."""
        assert load(name).profile_
        assert load(name).needs_[-1] == "other"

    @pytest.mark.parametrize("text", ["", "Thanks!", "Great, works well, love it."])
    def test_what_carries_no_need_gets_no_tag(self, text):
        """By the default model."""
        assert load().tag(text).needs == ()
