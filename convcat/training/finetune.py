"""Fine-tune a pre-trained encoder on labelled texts (PyTorch; extra ``[train]``).

Mean-pooled BERT under one linear head per output (Devlin et al., 2019; Reimers and Gurevych,
2019), with a smaller learning rate the deeper a layer lies (Howard and Ruder, 2018). Targets may
be probabilities: a model can be taught by another one (Hinton, Vinyals and Dean, 2015).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from convcat.training.batches import batches, padded, token_ids
from convcat.training.export import export_encoder, read_weights
from convcat.training.network import network, optimiser_of, package

if TYPE_CHECKING:
    from convcat.classifier.encoder import EncoderFeaturizer
    from convcat.training.lessons import Lessons

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_EVERY = 250  # steps between checkpoints


@dataclass(frozen=True)
class Recipe:
    """How an encoder is fine-tuned.

    Attributes
    ----------
    epochs : int
    learning_rate : float
        Of the last layer; a layer below learns at ``layer_decay`` times the rate of the one
        above, the heads at five times the last layer's. It rises over the first 8 % of the
        steps and falls to zero over the rest.
    layer_decay : float
    batch : int
        Texts of a step, of like length.
    limit : int
        Tokens read of a text; of a longer one, the first 70 % and the last 30 %.
    dropout : float
        Of the hidden states.
    weight_decay : float
    seed : int
    """

    epochs: int = 2
    learning_rate: float = 1.2e-4
    layer_decay: float = 0.9
    batch: int = 32
    limit: int = 160
    dropout: float = 0.1
    weight_decay: float = 0.01
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Tuned:
    """A fine-tuned encoder with its heads.

    Attributes
    ----------
    trunk : dict of str to ndarray
        The encoder's arrays, under the names of its own library.
    weights : ndarray of float, shape (columns, outputs)
    bias : ndarray of float, shape (outputs,)
    """

    trunk: dict[str, npt.NDArray[np.float32]]
    weights: Floats
    bias: Floats


@dataclass(frozen=True)
class FineTuning:
    """Features that are learned together with the heads; see ``NeedClassifier``.

    Parameters
    ----------
    base : str or path
        A folder with a pre-trained encoder: ``config.json``, ``model.safetensors``,
        ``tokenizer.json``.
    recipe : Recipe
    checkpoints : path, optional
        A folder: a run that was broken off goes on from there, a finished one is not repeated.
    say : callable
        Receives a line of text now and then.
    lessons : Lessons, optional
        More texts, for fittings that keep no texts back: what teaches them has seen all texts.
    """

    base: str | Path
    recipe: Recipe = field(default_factory=Recipe)
    checkpoints: Path | None = None
    say: Callable[[str], None] = field(default=lambda _: None, repr=False, compare=False)
    lessons: Lessons | None = field(default=None, repr=False, compare=False)

    @property
    def base_name(self) -> str:
        """What the pre-trained encoder calls itself, or else its folder's name."""
        folder = Path(self.base)
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            return str(config["_name_or_path"] or folder.name)
        except (OSError, ValueError, KeyError, TypeError):
            return folder.name

    def learn(
        self, texts: Sequence[str], targets: Floats, weight: Floats, *, held_out: bool = False
    ) -> tuple[EncoderFeaturizer, Floats, Floats]:
        """Return the features, and the heads' weights and bias.

        Parameters
        ----------
        texts : sequence of str
        targets : ndarray of float, shape (texts, outputs)
            0, 1 or a probability; NaN where not known.
        weight : ndarray of float, shape (texts,)
        held_out : bool, default False
            Whether texts are kept back, to be read by what is learned: no lessons then.

        Raises
        ------
        InputError
            If the folder holds no encoder that can be used.
        MissingExtraError
            If PyTorch or Transformers is not installed.
        """
        if self.lessons is not None and not held_out:
            texts = [*texts, *self.lessons.texts]
            targets = np.vstack([targets, self.lessons.targets])
            weight = np.append(weight, np.ones(len(self.lessons.texts)))
        tuned = fine_tune(
            self.base,
            texts,
            targets,
            weight,
            recipe=self.recipe,
            checkpoints=self.checkpoints,
            say=self.say,
        )
        featurizer = export_encoder(
            tuned.trunk,
            Path(self.base) / "tokenizer.json",
            limit=self.recipe.limit,
            texts=texts,
        )
        return featurizer, tuned.weights, tuned.bias


def fine_tune(
    base: str | Path,
    texts: Sequence[str],
    targets: Floats,
    weight: Floats | None = None,
    *,
    recipe: Recipe | None = None,
    checkpoints: str | Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Tuned:
    """Fine-tune an encoder and linear heads on texts.

    The same texts, targets, recipe, machine and number of threads give the same arrays.

    Parameters
    ----------
    base : str or path
        A folder with a pre-trained encoder.
    texts : sequence of str
    targets : ndarray of float, shape (texts, outputs)
        0, 1 or a probability; NaN where not known.
    weight : ndarray of float, shape (texts,), optional
    recipe : Recipe, optional
    checkpoints : str or path, optional
    say : callable

    Returns
    -------
    Tuned

    Raises
    ------
    InputError
        If the folder holds no encoder that can be used.
    MissingExtraError
        If PyTorch or Transformers is not installed.
    """
    recipe = recipe or Recipe()
    weight = np.ones(len(texts)) if weight is None else weight
    key = _key(base, texts, targets, weight, recipe)
    folder = None if checkpoints is None else Path(checkpoints)
    done = None if folder is None else folder / f"{key}.safetensors"
    if done is not None and done.is_file():
        say(f"fine-tuned before: {done.name}")
        return _split(read_weights(done))
    run = _Run(base, texts, targets, weight, recipe, say)
    partial = None if folder is None else folder / f"{key}.pt"
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    arrays = run.to_end(partial)
    if done is not None and partial is not None:
        from safetensors.numpy import save_file

        save_file(arrays, done)
        partial.unlink(missing_ok=True)
    return _split(arrays)


def _split(arrays: dict[str, npt.NDArray[np.float32]]) -> Tuned:
    return Tuned(
        {name: array for name, array in arrays.items() if name.startswith("trunk.")},
        arrays["head.weight"].T.astype(np.float64),
        arrays["head.bias"].astype(np.float64),
    )


def _key(
    base: str | Path, texts: Sequence[str], targets: Floats, weight: Floats, recipe: Recipe
) -> str:
    """Return a name for a run: equal runs, equal name."""
    digest = hashlib.sha256(json.dumps([Path(base).name, asdict(recipe)]).encode())
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    digest.update(np.nan_to_num(targets, nan=-1.0).astype("<f4").tobytes())
    digest.update(weight.astype("<f4").tobytes())
    return digest.hexdigest()[:16]


class _Run:
    """One fine-tuning: the network, its optimiser, and how far it has come."""

    def __init__(
        self,
        base: str | Path,
        texts: Sequence[str],
        targets: Floats,
        weight: Floats,
        recipe: Recipe,
        say: Callable[[str], None],
    ) -> None:
        self.torch = package("torch")
        self.recipe, self.say = recipe, say
        self.ids = token_ids(base, texts, recipe.limit)
        self.known = np.isfinite(targets).astype(np.float32) * weight[:, None].astype(np.float32)
        self.targets = np.nan_to_num(targets).astype(np.float32)
        self.torch.manual_seed(recipe.seed)
        self.net = network(self.torch, base, targets.shape[1], recipe.dropout)
        self.pad = int(self.net.trunk.config.pad_token_id or 0)
        self.optimiser = optimiser_of(self.torch, self.net, recipe)
        sizes = np.array([own.size for own in self.ids])
        self.steps = [
            rows
            for epoch in range(recipe.epochs)
            for rows in batches(sizes, recipe.batch, seed=recipe.seed * 1000 + epoch)
        ]
        self.step = 0

    def to_end(self, partial: Path | None) -> dict[str, npt.NDArray[np.float32]]:
        """Take all steps, from the checkpoint if there is one; return the arrays."""
        if partial is not None and partial.is_file():
            self._restore(partial)
            self.say(f"going on from step {self.step} of {len(self.steps)}")
        self.net.train()
        loss = 0.0
        while self.step < len(self.steps):
            loss = 0.98 * loss + 0.02 * self._take(self.steps[self.step])
            self.step += 1
            if self.step % 100 == 0 or self.step == len(self.steps):
                level = loss / (1 - 0.98**self.step)
                self.say(f"step {self.step} of {len(self.steps)}, loss {level:.3f}")
            if partial is not None and self.step % _EVERY == 0:
                self._store(partial)
        return {
            name: value.detach().float().numpy() for name, value in self.net.state_dict().items()
        }

    def _take(self, rows: Ints) -> float:
        torch, done = self.torch, self.step / len(self.steps)
        rate = min((self.step + 1) / (0.08 * len(self.steps)), (1 - done) / 0.92)
        for group in self.optimiser.param_groups:
            group["lr"] = group["base"] * rate
        ids, mask = padded([self.ids[row] for row in rows], self.pad)
        with torch.autocast("cpu", torch.bfloat16):
            odds = self.net(torch.from_numpy(ids), torch.from_numpy(mask))
        losses = torch.nn.functional.binary_cross_entropy_with_logits(
            odds.float(), torch.from_numpy(self.targets[rows]), reduction="none"
        )
        loss = (losses * torch.from_numpy(self.known[rows])).sum(1).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        return float(loss.detach())

    def _store(self, path: Path) -> None:
        state = {
            "net": self.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "random": self.torch.get_rng_state(),
        }
        self.torch.save(state, path.with_suffix(".partial"))
        path.with_suffix(".partial").replace(path)

    def _restore(self, path: Path) -> None:
        state = self.torch.load(path, map_location="cpu", weights_only=True)
        self.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.torch.set_rng_state(state["random"])
        self.step = int(state["step"])
