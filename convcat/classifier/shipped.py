"""Find and load models: the shipped ones by name, others by folder."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from convcat.classifier.storage import MANIFEST, load_folder
from convcat.exceptions import ModelError, did_you_mean

if TYPE_CHECKING:
    from convcat.classifier.model import NeedModel

DEFAULT = "ecommerce-en"


def home() -> Path:
    """Return the folder of the shipped models.

    It is inside the package once installed, and beside it in a checkout.
    """
    package = Path(str(resources.files("convcat")))
    inside = package / "models"
    return inside if inside.is_dir() else package.parent / "models"


def shipped() -> tuple[str, ...]:
    """Return the names of the shipped models."""
    return tuple(sorted(path.parent.name for path in home().glob(f"*/{MANIFEST}")))


def load(model: str | Path | NeedModel | None = None) -> NeedModel:
    """Load a shipped model by name, or any model by its folder.

    Parameters
    ----------
    model : str, path or NeedModel, optional
        ``"ecommerce-en"`` (the default), ``"ecommerce-en-fast"``, or the path of a model folder.
        A model is given back as it is.

    Returns
    -------
    NeedModel

    Raises
    ------
    ModelError
        If there is no such model, or its folder is damaged, tampered with or too new.

    Examples
    --------
    >>> import convcat
    >>> convcat.load().id
    'ecommerce-en'
    """
    from convcat.classifier.model import NeedModel

    if isinstance(model, NeedModel):
        return model
    if not isinstance(model, str | Path | None):
        hint = ": pass its model_" if hasattr(model, "model_") else ""
        raise ModelError(
            f"Expected a NeedModel, a name or a folder, not {type(model).__name__}{hint}."
        )
    if model is None or (isinstance(model, str) and model in shipped()):
        return _cached(home() / (model or DEFAULT))
    path = Path(model)
    if not path.is_dir():
        names = shipped()
        raise ModelError(
            f"There is no model {str(model)!r}: it is neither a folder nor one of the shipped "
            f"models ({', '.join(names)}).{did_you_mean(str(model), names)}"
        )
    return load_folder(path.resolve())


@lru_cache(maxsize=4)
def _cached(folder: Path) -> NeedModel:
    return load_folder(folder)


def reload(folder: Path, expected: str) -> NeedModel:
    """Load a model in another process, once; it must be the one that was sent.

    Raises
    ------
    ModelError
        If the folder holds another model by now, or none.
    """
    model = _cached(folder)
    if model.hash != expected:
        raise ModelError(f"The model in {str(folder)!r} changed while it was in use.")
    return model
