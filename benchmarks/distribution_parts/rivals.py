"""The methods of others that stand beside convcat's, where they are installed."""

from __future__ import annotations

import warnings

import numpy as np


def rivals():
    """Return the other methods that are installed."""
    found, ppi = {}, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from quapy.functional import solve_adjustment_binary
            from quapy.method.aggregative import EMQ

        def pacc(p, base, tpr, fpr):
            mean = np.array([1 - p.mean(), p.mean()])
            return float(np.clip(np.asarray(solve_adjustment_binary(mean, tpr, fpr))[1], 0, 1))

        found["EMQ (QuaPy)"] = lambda p, base, tpr, fpr: EMQ.EM(
            np.array([1 - base, base]), np.column_stack([1 - p, p])
        )[0][1]
        found["PACC (QuaPy)"] = pacc
    except Exception as error:  # noqa: BLE001 - whatever hinders it, it is left out
        print(f"without QuaPy: {type(error).__name__}")
    try:
        from ppi_py import ppi_mean_ci as ppi
    except Exception as error:  # noqa: BLE001
        print(f"without ppi_py: {type(error).__name__}")
    return found, ppi
