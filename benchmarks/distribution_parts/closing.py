"""An audit of everything closes the interval."""

from __future__ import annotations

import numpy as np
from distribution_parts.months import Reading

from convcat.insight.transfer import Transfer


def closing(seed):
    """At n = all the interval is the truth; nothing raises, whatever n and the answers."""
    rng = np.random.default_rng(seed)
    tried = 0
    for size in (1, 2, 7, 60, 400):
        p = rng.beta(0.3, 2, size)
        reading = Reading(p, Transfer())
        for answers in (np.zeros(size), np.ones(size), rng.random(size) < p, rng.random(size)):
            for n in range(1, size + 1):
                rows = rng.permutation(size)[:n]
                found = reading.audited(rows, answers[rows])
                assert 0 <= found.low <= found.share <= found.high <= 1
                tried += 1
            assert found.low == found.high, "does not close"
    print(
        f"\n## Any n, any answers: {tried:,} audits of 1 to 400, no error; with all read it closes"
    )
    return [("any n and any answers: no error, and all read closes on the truth", True)]
