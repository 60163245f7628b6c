"""Nodes of an ONNX graph, and products with int8 weights: the arithmetic of the small encoder.

What enters a product is quantised in one of two ways, and neither looks at other texts:

- with a fixed step, where spans are known (what a tensor's columns reach on texts; see
  ``convcat.training.spans``). Columns that reach far lend some of it to their weights first:
  Xiao et al., "SmoothQuant", ICML 2023, with root mean squares of the weights;
- by the row (one token), with a step of its own, elsewhere.

Integer sums are exact in any order. Weights have seven bits: sums of two products then fit 16
bits, and processors without VNNI read the same. MatMulIntegerToFloat is onnxruntime's own: a
product that leaves its sums as floats costs nothing on top, and three more nodes do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Span = tuple[Floats, Floats]  # the least and the most of each column
Part = tuple[Floats, Floats]  # weights and bias

OWN_DOMAIN = "com.microsoft"

_TOP = 63  # the largest 7-bit weight
_LENT = 0.6  # the power of a column's reach that its weights take; .5 to .7 read alike
_GELU_LEAST, _GELU_ZERO = 0.17, 16  # Gelu is never below -0.17: most levels are above


@dataclass(frozen=True)
class _Levels:
    """A tensor in 8 bits: ``step * (levels - zero)``, times a row's own step where it has one."""

    name: str
    step: str
    zero: str
    row: str | None
    lent: Floats | None


class Nodes:
    """Nodes and constants in the order in which they are written.

    Parameters
    ----------
    int8 : bool
        Whether products are of 8 bits; otherwise of float32.
    spans : mapping of str to (least, most), optional
        Per column, of the tensors that have a fixed step.
    """

    def __init__(self, *, int8: bool, spans: Mapping[str, Span] | None = None) -> None:
        self.int8 = int8
        self.spans = dict(spans or {}) if int8 else {}
        self.nodes: list[Any] = []
        self.constants: dict[str, npt.NDArray[Any]] = {}
        self.shared: set[str] = set()  # what every layer uses, and one of them wrote

    def constant(self, name: str, array: Any) -> str:
        """Keep an array under a name."""
        self.constants.setdefault(name, np.asarray(array))
        return name

    def add(
        self, op: str, inputs: list[str], *outputs: str, domain: str = "", **attributes: Any
    ) -> str:
        """Write a node, and return its first output."""
        from onnx import helper

        node = helper.make_node(
            op, inputs, list(outputs), name=outputs[0], domain=domain, **attributes
        )
        self.nodes.append(node)
        return outputs[0]

    def norm(self, x: str, name: str, gain: Floats, shift: Floats, epsilon: float) -> str:
        """Write the layer normalisation of x."""
        inputs = [x, self.constant(f"{name}.g", gain), self.constant(f"{name}.b", shift)]
        return self.add("LayerNormalization", inputs, name, epsilon=epsilon, axis=-1)

    def linear(
        self, x: str, parts: Mapping[str, Part], *, gelu: bool = False, lent: Floats | None = None
    ) -> list[str]:
        """Write ``x @ weights + bias`` for each of the parts, and return their names.

        Parameters
        ----------
        x : str
        parts : mapping of str to (weights, bias)
        gelu : bool, default False
            Whether x is a Gelu's output, never below -0.17.
        lent : ndarray of float, optional
            By what x was divided where it was made.
        """
        if not self.int8:
            return [self._plain(x, name, *part) for name, part in parts.items()]
        if x in self.spans:
            levels = self._fixed(x, np.concatenate([w for w, _ in parts.values()], axis=1), lent)
        else:
            levels = self._by_row(x, gelu=gelu)
        return [self._product(levels, name, *part) for name, part in parts.items()]

    def _plain(self, x: str, name: str, weights: Floats, bias: Floats) -> str:
        self.add("MatMul", [x, self.constant(f"{name}.w", weights)], f"{name}.p")
        return self.add("Add", [f"{name}.p", self.constant(f"{name}.b", bias)], name)

    def _fixed(self, x: str, weights: Floats, lent: Floats | None) -> _Levels:
        part = loan(self.spans[x], weights) if lent is None else lent
        low = min(0.0, float((self.spans[x][0] / part).min()))
        high = max(1e-6, float((self.spans[x][1] / part).max()))
        step = np.float32((high - low) / 255)
        level = np.uint8(np.rint(-low / step))
        zero = self.constant(f"zero {level}", level)
        steps, divisor = x, self.constant(f"{x}.step", step)
        if lent is None:
            share = self.constant(f"{x}.share", (1 / (part * step)).astype(np.float32))
            steps = self.add("Mul", [x, share], f"{x}.steps")
            divisor = self.constant("one", np.float32(1))
        self.add("QuantizeLinear", [steps, divisor, zero], f"{x}.u8")
        return _Levels(f"{x}.u8", f"{x}.step", zero, None, part)

    def _by_row(self, x: str, *, gelu: bool) -> _Levels:
        level = np.uint8(_GELU_ZERO if gelu else 128)
        most = 255 - _GELU_ZERO if gelu else 127
        least = _GELU_LEAST / _GELU_ZERO if gelu else 1e-9
        zero = self.constant(f"zero {level}", level)
        size = x if gelu else self.add("Abs", [x], f"{x}.size")
        self.add("ReduceMax", [size, self.constant("last", [-1])], f"{x}.max")
        part = self.constant(f"1/{most}", np.float32(1 / most))
        self.add("Mul", [f"{x}.max", part], f"{x}.part")
        row = self.add(
            "Max", [f"{x}.part", self.constant(f"least {level}", np.float32(least))], f"{x}.row"
        )
        # A step per row is what QuantizeLinear calls one per index of the first axis.
        self.add("Flatten", [x], f"{x}.flat", axis=2)
        self.add("Reshape", [row, self.constant("last", [-1])], f"{x}.each")
        zeros = f"zeros {level}"
        if zeros not in self.shared:
            self.shared.add(zeros)
            self.add("Shape", [f"{x}.each"], f"{zeros}.shape")
            self.add("Expand", [zero, f"{zeros}.shape"], zeros)
        self.add("QuantizeLinear", [f"{x}.flat", f"{x}.each", zeros], f"{x}.levels", axis=0)
        self.add("Shape", [x], f"{x}.shape")
        self.add("Reshape", [f"{x}.levels", f"{x}.shape"], f"{x}.u8")
        return _Levels(f"{x}.u8", self.constant("one", np.float32(1)), zero, row, None)

    def _product(self, x: _Levels, name: str, weights: Floats, bias: Floats) -> str:
        own = weights if x.lent is None else weights * x.lent[:, None]
        levels, scale = quantised(own, axis=0)
        inputs = [
            x.name,
            self.constant(f"{name}.w", levels),
            x.step,
            self.constant(f"{name}.s", scale),
            x.zero,
        ]
        op = "MatMulIntegerToFloat"
        if x.row is None:
            inputs += ["", self.constant(f"{name}.b", bias)]
            return self.add(op, inputs, name, domain=OWN_DOMAIN)
        self.add(op, inputs, f"{name}.p", domain=OWN_DOMAIN)
        self.add("Mul", [f"{name}.p", x.row], f"{name}.r")
        # Of two axes: onnxruntime would make one slower node of a flat bias and a Gelu.
        return self.add("Add", [f"{name}.r", self.constant(f"{name}.b", bias[None])], name)


def loan(span: Span, weights: Floats) -> Floats:
    """Return by what to divide columns, and multiply their weights, so that neither reaches far.

    Parameters
    ----------
    span : (least, most)
        Of each column.
    weights : ndarray of float32, shape (columns, outputs)

    Returns
    -------
    ndarray of float32, shape (columns,)
        Of geometric mean 1.
    """
    reach = np.maximum(np.maximum(-span[0], span[1]), 1e-3).astype(np.float64)
    size = np.maximum(np.sqrt(np.square(weights, dtype=np.float64).mean(axis=1)), 1e-5)
    found = reach**_LENT / size ** (1 - _LENT)
    return np.asarray(found / np.exp(np.log(found).mean()), dtype=np.float32)


def quantised(weights: Floats, axis: int, top: int = _TOP) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return int8 levels and float32 scales, symmetric, with one scale along ``axis``."""
    scale = (np.abs(weights).max(axis=axis) / top).astype(np.float32)
    scale = np.where(scale > 0, scale, np.float32(1))
    return np.rint(weights / np.expand_dims(scale, axis)).astype(np.int8), scale
