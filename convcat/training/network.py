"""The network that is fine-tuned, and its optimiser (PyTorch; extra ``[train]``)."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convcat.exceptions import InputError, MissingExtraError

if TYPE_CHECKING:
    from convcat.training.finetune import Recipe


def network(torch: Any, base: str | Path, outputs: int, dropout: float) -> Any:
    """Return a pre-trained encoder, mean-pooled, under untrained heads.

    Raises
    ------
    InputError
        If the folder holds no encoder.
    """
    transformers = package("transformers")
    transformers.utils.logging.disable_progress_bar()
    try:
        trunk = transformers.AutoModel.from_pretrained(
            str(base),
            local_files_only=True,
            use_safetensors=True,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=0.0,  # on a processor it costs more than it brings
        )
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0][:200]
        raise InputError(
            f"The folder {str(base)!r} holds no encoder to start from: {reason}"
        ) from None

    class Network(torch.nn.Module):  # type: ignore[misc]
        """Mean-pooled encoder under linear heads."""

        def __init__(self) -> None:
            super().__init__()
            self.trunk = trunk
            self.dropout = torch.nn.Dropout(dropout)
            self.head = torch.nn.Linear(trunk.config.hidden_size, outputs)
            torch.nn.init.normal_(self.head.weight, 0, 0.02)
            torch.nn.init.zeros_(self.head.bias)

        def forward(self, ids: Any, mask: Any) -> Any:
            states = self.trunk(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            inside = mask.float()
            mean = (states * inside[..., None]).sum(1) / inside.sum(1, keepdim=True)
            return self.head(self.dropout(mean))

    return Network()


def optimiser_of(torch: Any, net: Any, recipe: Recipe) -> Any:
    """Return AdamW with a smaller rate the deeper a layer lies (Howard and Ruder, 2018)."""
    depth = int(net.trunk.config.num_hidden_layers)
    groups: dict[tuple[float, float], list[Any]] = {}
    for name, values in net.named_parameters():
        layer = re.search(r"layer\.(\d+)\.", name)
        below = depth - int(layer[1]) - 1 if layer else depth if "embeddings" in name else 0
        rate = recipe.learning_rate * (
            5.0 if name.startswith("head") else recipe.layer_decay**below
        )
        decay = recipe.weight_decay if values.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(values)
    return torch.optim.AdamW(
        [
            {"params": own, "lr": rate, "base": rate, "weight_decay": decay}
            for (rate, decay), own in groups.items()
        ],
        betas=(0.9, 0.98),
        eps=1e-6,
    )


def package(name: str) -> Any:
    """Return an installed package of the extra ``[train]``.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtraError(name, "train", "Fine-tuning an encoder") from None
