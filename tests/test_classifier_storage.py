"""A model folder is data: the same bytes on repeat, and whatever was done to it is noticed."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import random
import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load as read_tensors
from safetensors.numpy import save as tensor_bytes

from convcat.classifier import load
from convcat.classifier.levels import quantise
from convcat.classifier.storage import MANIFEST, WEIGHTS, load_folder
from convcat.exceptions import ModelError, OutputError

TEXTS = ["Where is it?", "too small", "", "Thanks 🙂", "my refund, where is it"]


@pytest.fixture
def folder(tiny_folder, tmp_path):
    """A copy of the tiny model's folder, to be tampered with."""
    return shutil.copytree(tiny_folder, tmp_path / "model")


def refused(folder, match: str = ".") -> str:
    """Load what must not load; return the sentence."""
    with pytest.raises(ModelError, match=match) as caught:
        load(folder)
    sentence = str(caught.value)
    assert len(sentence) < 600
    return sentence


def rewrite(folder, arrays=None, raw=None, **changes) -> None:
    """Write a changed model with every hash in order, as a skilled hand would."""
    manifest = json.loads((folder / MANIFEST).read_text())
    if arrays is not None or raw is not None:
        raw = raw if raw is not None else tensor_bytes(arrays)
        (folder / WEIGHTS).write_bytes(raw)
        manifest["weights_sha256"] = hashlib.sha256(raw).hexdigest()
    manifest |= changes
    del manifest["checksum"]
    bare = json.dumps(manifest, sort_keys=True).encode()
    manifest["checksum"] = hashlib.sha256(bare).hexdigest()
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text)


class TestRoundTrip:
    def test_saved_and_loaded_it_says_the_same(self, tiny_model, tiny_folder):
        """To the bit, tags and evidence too."""
        again = load(tiny_folder)
        assert (again.predict_proba(TEXTS) == tiny_model.predict_proba(TEXTS)).all()
        assert again.tag(TEXTS[1]) == tiny_model.tag(TEXTS[1])
        assert (again.id, again.version, again.hash) == ("tiny", "1.0", tiny_model.hash)
        assert again.profile_ == tiny_model.profile_
        assert again.folder == tiny_folder

    def test_saved_twice_the_bytes_are_the_same(self, tiny_model, tiny_folder, tmp_path):
        """From memory or from disk, over an old one or fresh: no time, no path, no chance."""
        first = tiny_model.save(tmp_path / "a")
        tiny_model.save(first)
        second = load(tiny_folder).save(tmp_path / "deep" / "b")
        for name in (MANIFEST, WEIGHTS):
            assert (first / name).read_bytes() == (second / name).read_bytes()
        assert sorted(path.name for path in first.iterdir()) == [MANIFEST, WEIGHTS]

    def test_any_words_in_its_facts_survive(self, tiny_model, tmp_path):
        """Accents, emoji, numbers that are not finite."""
        facts = {"texts": 3, "note": "Größe 👗 \u2028", "odd": float("nan"), "x": 1e-300}
        again = load(replace(tiny_model, facts=facts).save(tmp_path / "m"))
        assert again.facts["note"] == facts["note"]

    def test_line_ends_of_a_checkout_do_no_harm(self, folder):
        """Git on Windows may write CR LF."""
        path = folder / MANIFEST
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert load(folder).id == "tiny"

    def test_a_folder_that_cannot_be_written(self, tiny_model, tmp_path):
        """A file stands where the folder should."""
        (tmp_path / "taken").write_text("x")
        with pytest.raises(OutputError, match="Cannot write the model"):
            tiny_model.save(tmp_path / "taken")

    def test_int8_keeps_what_matters(self):
        """The largest weight exactly, the others to half a step; a column of zeros as it is."""
        weights = np.array([[1.27, 0.0], [-0.5, 0.0], [0.004, 0.0]])
        levels, scale = quantise(weights)
        assert levels.dtype == np.int8
        assert np.abs(levels * scale - weights).max() <= 0.005 + 1e-9
        again, _ = quantise(levels * scale)
        assert (again == levels).all()


class TestTampering:
    @pytest.mark.parametrize("name", [MANIFEST, WEIGHTS])
    def test_one_byte_flipped_anywhere(self, folder, name):
        """A hundred places, the first and the last among them; any value."""
        path, rng = folder / name, random.Random(name)
        whole = path.read_bytes()
        places = [0, 1, len(whole) - 2, len(whole) - 1, *rng.sample(range(len(whole)), 100)]
        for place in places:
            changed = bytearray(whole)
            changed[place] ^= rng.randrange(1, 256)
            path.write_bytes(changed)
            refused(folder, "is damaged|was changed")

    def test_the_same_number_written_otherwise(self, folder):
        """Equal in value is not equal in bytes: no byte is free."""
        path = folder / MANIFEST
        text = path.read_text()
        for old, new in [
            ('"format": 1,', '"format":\n1,'),
            ("\n}\n", "\n} "),
            (
                "0.",
                "0.0000",
            ),
        ]:
            assert old in text
            path.write_text(text.replace(old, new, 1))
            refused(folder)

    @pytest.mark.parametrize("name", [MANIFEST, WEIGHTS])
    @pytest.mark.parametrize("keep", [0.0, 0.5, 0.999])
    def test_truncated(self, folder, name, keep):
        """Half a download is no model."""
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: int(len(whole) * keep)])
        refused(folder, "is damaged|was changed")

    @pytest.mark.parametrize("name", [MANIFEST, WEIGHTS])
    def test_something_appended(self, folder, name):
        """Nor is more than a model."""
        with (folder / name).open("ab") as stream:
            stream.write(b"\0" * 100)
        refused(folder, "is damaged|was changed")

    @pytest.mark.parametrize("name", [MANIFEST, WEIGHTS])
    def test_absurdly_large(self, folder, name):
        """It is refused before a byte of it is read (the file is sparse)."""
        os.truncate(folder / name, 300 << 20)
        refused(folder, "MB; it is refused")

    @pytest.mark.parametrize("name", [MANIFEST, WEIGHTS])
    def test_missing(self, folder, name):
        """The sentence names what is not there."""
        (folder / name).unlink()
        refused(folder, f"it has no {name}")

    @pytest.mark.parametrize("name", [MANIFEST, WEIGHTS])
    def test_not_a_file(self, folder, name):
        """A folder, a pipe or an endless device would block or fill the memory."""
        (folder / name).unlink()
        (folder / name).mkdir()
        refused(folder, "is not a file")
        (folder / name).rmdir()
        (folder / name).symlink_to("/dev/zero")
        refused(folder, "is not a file")

    @pytest.mark.parametrize(
        "content",
        [b"", b"hello", b"\xff\xfe\x00", b"[1]", b"null", b"3", b'{"format": "1"}', b"{}", b'{"format": null}',
         b'{"format": ' + b"9" * 6_000 + b"}"],
    )  # fmt: skip
    def test_a_manifest_that_is_none(self, folder, content):
        """Not JSON, not an object, no format."""
        (folder / MANIFEST).write_bytes(content)
        refused(folder, "is damaged")

    @pytest.mark.parametrize("depth", [300, 900, 980, 1_000, 5_000, 200_000])
    def test_a_manifest_nested_deep(self, folder, depth):
        """Neither reading nor checking runs out of stack."""
        deep = b"[" * depth + b"]" * depth
        (folder / MANIFEST).write_bytes(b'{"format": 1, "id": ' + deep + b"}")
        refused(folder)

    @pytest.mark.parametrize("version", [2, 99])
    def test_a_later_format(self, folder, version):
        """The sentence says what to do."""
        rewrite(folder, format=version)
        refused(folder, "upgrade convcat")

    @pytest.mark.parametrize("version", [0, -1])
    def test_a_format_that_never_was(self, folder, version):
        """There is nothing before the first."""
        rewrite(folder, format=version)
        refused(folder, "no format")


class TestForgery:
    """Hashes are in order: what the numbers say is checked all the same."""

    def test_the_forger_s_tool_works(self, folder):
        """A rewritten but honest model loads."""
        rewrite(folder, id="other")
        assert load(folder).id == "other"

    @pytest.mark.parametrize(
        "change",
        [
            lambda a: a | {"bias": a["bias"] * np.nan},
            lambda a: a | {"slope": a["slope"] + np.inf},
            lambda a: a | {"shift": a["shift"] - np.inf},
            lambda a: a | {"scale": a["scale"] * np.float32("nan")},
            lambda a: a | {"scale": a["scale"] * 0 + np.float32(3e38)},
            lambda a: a | {"weights": a["weights"][:-1]},
            lambda a: a | {"weights": a["weights"].T.copy()},
            lambda a: a | {"weights": a["weights"].astype(np.float32)},
            lambda a: a | {"weights": a["weights"][:, :-1].copy()},
            lambda a: a | {"bias": a["bias"][:-1]},
            lambda a: a | {"bias": a["bias"].astype(np.float32)},
            lambda a: a | {"scale": a["scale"].reshape(-1, 1)},
            lambda a: {name: a[name] for name in a if name != "shift"},
            lambda a: a | {"extra": np.zeros(3)},
        ],
    )
    def test_arrays_that_are_not_as_they_must_be(self, folder, change):
        """Not finite, of a wrong shape or kind, missing, too many."""
        arrays = read_tensors((folder / WEIGHTS).read_bytes())
        rewrite(folder, arrays=change(arrays))
        refused(folder, "is damaged")

    @pytest.mark.parametrize(
        "raw", [b"", b"\x00" * 8, b"\xff" * 64, b"\x10" + b"\0" * 7 + b'{"a":{"dtype":1}'.ljust(16)]
    )
    def test_weights_that_are_no_tensors(self, folder, raw):
        """Nothing, zeros, noise, a header that promises the moon."""
        rewrite(folder, raw=raw)
        refused(folder, "is damaged")

    def test_a_pickle_in_place_of_weights_runs_nothing(self, folder, tmp_path):
        """Whatever stands in the folder is read as data."""
        flag = tmp_path / "ran"

        class Bomb:
            def __reduce__(self):
                return os.mkdir, (str(flag),)

        bomb = pickle.dumps(Bomb())
        for name in (MANIFEST, WEIGHTS, "model.pkl", "__init__.py", "weights.joblib"):
            (folder / name).write_bytes(bomb)
        refused(folder, "is damaged")
        rewritten = shutil.copytree(folder, tmp_path / "two")
        shutil.rmtree(folder)
        assert not flag.exists()
        assert not (rewritten / "ran").exists()

    def test_a_pickle_with_its_hash_in_order_runs_nothing(self, folder, tmp_path):
        """Even where the hash vouches for it."""
        flag = tmp_path / "ran"

        class Bomb:
            def __reduce__(self):
                return os.mkdir, (str(flag),)

        rewrite(folder, raw=pickle.dumps(Bomb()))
        refused(folder, "is damaged")
        assert not flag.exists()

    @pytest.mark.parametrize(
        "changes",
        [
            {"thresholds": [0.5] * 13},
            {"thresholds": [0.5] * 13 + [float("nan")]},
            {"thresholds": [0.5] * 13 + [0.0]},
            {"thresholds": [0.5] * 13 + [1.5]},
            {"thresholds": ["high"] * 14},
            {"odds_over_none": -1.0},
            {"odds_over_none": float("nan")},
            {"odds_over_none": "high"},
            {"thresholds": None},
            {"features": {"kind": "pickle"}},
            {"features": None},
            {"features": {"kind": "ngrams", "words": [1], "chars": [3], "skips": False, "bits": 22, "limit": 20_000}},
            {"features": {"kind": "ngrams", "words": [1], "chars": [3], "skips": False, "bits": 10**9, "limit": 20_000}},
            {"taxonomy": {}},
            {"taxonomy": None},
            {"taxonomy": {"id": "x", "needs": [{"id": "wismo"}]}},
            {"profile": 3},
            {"facts": [1]},
        ],
    )  # fmt: skip
    def test_values_that_are_not_as_they_must_be(self, folder, changes):
        """Each is refused before anything is computed with it."""
        rewrite(folder, **changes)
        refused(folder, "is damaged")

    @pytest.mark.parametrize("key", ["id", "features", "taxonomy", "thresholds", "has_failed"])
    def test_a_key_that_is_missing(self, folder, key):
        """It is named."""
        manifest = json.loads((folder / MANIFEST).read_text())
        del manifest[key]
        (folder / MANIFEST).write_text(json.dumps(manifest))
        rewritten = {k: v for k, v in manifest.items() if k != "checksum"}
        rewritten["checksum"] = hashlib.sha256(
            json.dumps(rewritten, sort_keys=True).encode()
        ).hexdigest()
        text = json.dumps(rewritten, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        (folder / MANIFEST).write_text(text)
        assert key in refused(folder, "is damaged")


class TestFeaturesOfOnesOwn:
    def test_saving_is_refused_in_one_sentence(self, tiny_model, tmp_path):
        """Code is not data; nothing is written."""
        from convcat.classifier.learnt import TransformerFeaturizer

        own = replace(tiny_model, featurizer=TransformerFeaturizer(object(), 2048))
        with pytest.raises(ModelError, match="cannot be saved as data") as caught:
            own.save(tmp_path / "m")
        assert "\n" not in str(caught.value)
        assert not (tmp_path / "m").exists()


def test_a_folder_that_is_none(tmp_path):
    """One sentence."""
    with pytest.raises(ModelError, match="no model folder"):
        load_folder(tmp_path / "none")


@given(st.integers(0, 10_000))
def test_weights_that_were_quantised_stay_as_they_are(seed):
    """So that a model that is saved again is the same model."""
    weights = np.random.default_rng(seed).normal(size=(8, 5))
    levels, scale = quantise(weights)
    again = quantise(levels.astype(np.float32) * scale)
    assert (again[0] == levels).all()
    assert (again[1] == scale).all()


def test_the_order_of_an_array_in_memory_does_not_matter(tiny_model, tmp_path):
    """What is read back is what predicted before."""
    turned = np.asfortranarray(tiny_model.heads.weights)
    model = replace(tiny_model, heads=replace(tiny_model.heads, weights=turned))
    assert load(model.save(tmp_path / "turned")).hash == tiny_model.hash
