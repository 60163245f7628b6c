"""A model is a folder of data: JSON, safetensors, a card. Nothing in it can run.

    model.json            what it is: needs, features, calibration, thresholds, profile, facts
    weights.safetensors   int8 weights of the linear heads with a scale per output
    encoder.onnx          an encoder's graph and int8 weights, where the features are an encoder's
    tokenizer.json        and its word pieces
    README.md             the card, for people (written by training; not read back)

Everything is checked before it is used: sizes, hashes, shapes, that numbers are finite, and that
the format is one that this version knows.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convcat.classifier.featurizers import StoredFeaturizer, from_config
from convcat.exceptions import ModelError, OutputError, TaxonomyError
from convcat.taxonomy import Taxonomy

if TYPE_CHECKING:
    from convcat.classifier.model import Heads, NeedModel

FORMAT = 1
MANIFEST, WEIGHTS, CARD = "model.json", "weights.safetensors", "README.md"

_MOST_BYTES = {
    MANIFEST: 8 << 20,
    WEIGHTS: 256 << 20,
    "encoder.onnx": 64 << 20,
    "tokenizer.json": 8 << 20,
}
_FILES = {"encoder": ("encoder.onnx", "tokenizer.json")}  # by kind of features


def save(model: NeedModel, folder: Path) -> Path:
    """Write a model folder; see :meth:`NeedModel.save`."""
    from safetensors.numpy import save as to_bytes

    if not isinstance(model.featurizer, StoredFeaturizer):
        kind = type(getattr(model.featurizer, "transformer", model.featurizer)).__name__
        raise ModelError(
            f"The features of this model ({kind}) are your own code and cannot be saved as data; "
            'keep the code and fit again, or use features="ngrams".'
        )
    weights = to_bytes(_arrays(model.heads))
    manifest = _manifest(model, hashlib.sha256(weights).hexdigest())
    manifest["checksum"] = _digest(manifest)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in model.featurizer.files().items():
            _write(folder / name, content)
        _write(folder / WEIGHTS, weights)
        _write(folder / MANIFEST, _rendered(manifest))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"Cannot write the model to {str(folder)!r}: {reason}.") from None
    return folder


def fingerprint(model: NeedModel) -> str:
    """Return a SHA-256 over everything that decides a score."""
    digest = hashlib.sha256()
    for name, array in sorted(_arrays(model.heads).items()):
        digest.update(name.encode() + str(array.shape).encode() + array.tobytes())
    if isinstance(model.featurizer, StoredFeaturizer):
        digest.update(_digest(_manifest(model, "")).encode())
    return digest.hexdigest()


_HEADS = ("weights", "scale", "bias", "slope", "shift")


def _arrays(heads: Heads) -> dict[str, np.ndarray[Any, Any]]:
    levels, scale = heads.quantised
    return {
        "weights": np.ascontiguousarray(levels),  # safetensors writes memory as it lies
        "scale": scale,
        "bias": heads.bias.astype(np.float64),
        "slope": heads.slope.astype(np.float64),
        "shift": heads.shift.astype(np.float64),
    }


def _manifest(model: NeedModel, weights_hash: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "id": model.id,
        "version": model.version,
        "taxonomy": model.taxonomy.model_dump(mode="json"),
        "features": model.featurizer.config(),
        "thresholds": [float(t) for t in model.thresholds],
        "odds_over_none": float(model.odds_over_none),
        "stretch": int(model.stretch),
        "has_failed": bool(model.has_failed),
        "profile": model.profile_,
        "facts": model.facts,
        "weights_sha256": weights_hash,
    }


def _digest(manifest: dict[str, Any]) -> str:
    bare = {key: value for key, value in manifest.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(bare, sort_keys=True).encode()).hexdigest()


def _rendered(manifest: dict[str, Any]) -> bytes:
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "surrogatepass")


def _write(path: Path, content: bytes) -> None:
    """Write a file so that it is either whole or not there."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    partial.replace(path)


def load_folder(folder: Path) -> NeedModel:
    """Read a model folder, checking everything.

    Raises
    ------
    ModelError
        If it is missing, damaged, tampered with, or of a later format.
    """
    from safetensors.numpy import load as from_bytes

    from convcat.classifier.model import Heads, NeedModel

    if not folder.is_dir():
        raise ModelError(f"There is no model folder {str(folder)!r}.")
    where = f"The model in {str(folder)!r}"
    written = _content(folder, MANIFEST).replace(b"\r\n", b"\n")  # as Git may check it out
    try:
        manifest = json.loads(written.decode("utf-8", "surrogatepass"))
        unchanged = _rendered(manifest) == written
    except (ValueError, TypeError, RecursionError):
        raise ModelError(f"{where} is damaged: {MANIFEST} is not JSON.") from None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
        raise ModelError(f"{where} is damaged: {MANIFEST} does not describe a model.")
    if manifest["format"] < 1:
        raise ModelError(f"{where} is damaged: there is no format {manifest['format']}.")
    if manifest["format"] > FORMAT:
        raise ModelError(
            f"{where} was written by a later convcat (format {manifest['format']}; this one reads "
            f"up to {FORMAT}): upgrade convcat."
        )
    if not unchanged or manifest.get("checksum") != _digest(manifest):
        raise ModelError(f"{where} was changed after it was saved: {MANIFEST} fails its checksum.")
    raw = _content(folder, WEIGHTS)
    if hashlib.sha256(raw).hexdigest() != manifest.get("weights_sha256"):
        raise ModelError(f"{where} was changed after it was saved: {WEIGHTS} fails its checksum.")
    files = _files(folder, manifest.get("features"), where)
    try:
        arrays = from_bytes(raw)
        taxonomy = Taxonomy.from_dict(manifest["taxonomy"], name=MANIFEST)
        featurizer = from_config(manifest["features"], files)
        thresholds = np.asarray(manifest["thresholds"], dtype=np.float64)
        k = len(taxonomy.ids)
        _check_arrays(arrays, featurizer.columns, k + 2)
        odds_over_none = float(manifest.get("odds_over_none", 0.0))
        if thresholds.shape != (k,) or not np.all((thresholds > 0) & (thresholds <= 1)):
            raise ValueError("thresholds out of range")
        if not 0 <= odds_over_none <= 1e6:
            raise ValueError("odds out of range")
        stretch = int(manifest.get("stretch", 0))
        if not 0 <= stretch <= 1000:
            raise ValueError("stretch out of range")
        heads = Heads.of_levels(*(arrays[name] for name in _HEADS))
        model = NeedModel(
            id=str(manifest["id"]),
            version=str(manifest["version"]),
            taxonomy=taxonomy,
            featurizer=featurizer,
            heads=heads,
            thresholds=thresholds,
            odds_over_none=odds_over_none,
            stretch=stretch,
            has_failed=bool(manifest["has_failed"]),
            profile_=dict(manifest["profile"]),
            facts=dict(manifest["facts"]),
        )
    except ModelError:  # a package is not there
        raise
    except TaxonomyError as error:
        raise ModelError(f"{where} is damaged: {error}") from None
    except Exception as error:  # noqa: BLE001 - a damaged file may fail in any way
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise ModelError(f"{where} is damaged: {reason}.") from None
    object.__setattr__(model, "folder", folder)
    return model


def _files(folder: Path, features: Any, where: str) -> dict[str, bytes]:
    """Return the files of a model's features, which are those that were saved."""
    kind = features.get("kind") if isinstance(features, dict) else None
    names = _FILES.get(kind, ()) if isinstance(kind, str) else ()
    hashes = features.get("sha256") if names else {}
    files = {name: _content(folder, name) for name in names}
    for name, content in files.items():
        known = hashes.get(name) if isinstance(hashes, dict) else None
        if hashlib.sha256(content).hexdigest() != known:
            raise ModelError(f"{where} was changed after it was saved: {name} fails its checksum.")
    return files


def _content(folder: Path, name: str) -> bytes:
    path = folder / name
    try:
        if path.exists() and not path.is_file():  # a device or a pipe could be read for ever
            raise ModelError(f"{str(path)!r} is not a file; the model is refused.")
        if path.stat().st_size > _MOST_BYTES[name]:
            limit = _MOST_BYTES[name] >> 20
            raise ModelError(f"The model file {str(path)!r} is over {limit} MB; it is refused.")
        return path.read_bytes()
    except FileNotFoundError:
        raise ModelError(f"{str(folder)!r} is not a model folder: it has no {name}.") from None
    except OSError as error:
        raise ModelError(f"Cannot read {str(path)!r}: {error.strerror}.") from None


def _check_arrays(arrays: dict[str, Any], columns: int, outputs: int) -> None:
    expected = {
        "weights": ((columns, outputs), np.int8),
        "scale": ((outputs,), np.float32),
        "bias": ((outputs,), np.float64),
        "slope": ((outputs,), np.float64),
        "shift": ((outputs,), np.float64),
    }
    if set(arrays) != set(expected):
        raise ValueError(f"{WEIGHTS} holds {sorted(arrays)}, not {sorted(expected)}")
    for name, (shape, dtype) in expected.items():
        array = arrays[name]
        if array.shape != shape or array.dtype != dtype:
            raise ValueError(f"{name} is {array.dtype} {array.shape}, not {dtype.__name__} {shape}")
        if dtype is not np.int8 and not np.all(np.abs(array) < 1e30):  # not NaN either
            raise ValueError(f"{name} holds a number that is not finite")
