"""What is said of dated actions: bias, coverage of the interval, and how often it says so.

    python benchmarks/actions.py                  60 histories a world, half a minute
    python benchmarks/actions.py --histories 300

A history is 40 weeks of conversations on two channels, one of which grows at week 12, with weeks as
rough as the world says, read by a calibrated reader. A guide halves one need at week 20; a poster
does nothing for another at week 25; two actions of one week together take two fifths of a third
at week 30; a fourth need stepped up at week 8, and the action of week 20 that names it does
nothing. The truth is the change of the rate that the conversations were drawn from.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
from scipy.special import expit, logit

from convcat.insight.actions import Action
from convcat.insight.history import History

WEEKS, START = 40, datetime(2025, 9, 1)  # a Monday
NEEDS = {"sizing": 0.12, "returns": 0.10, "information": 0.14, "wismo": 0.20}
STEPS = {"sizing": (142, 0.5), "information": (211, 0.6), "wismo": (56, 1.5)}
ACTIONS = {
    "a guide that halves": (142, "sizing", 0.5),
    "one that does nothing": (180, "returns", 1.0),
    "two in a week, first": (211, "information", 0.6),
    "two in a week, second": (214, "information", 0.6),
    "nothing, after a step": (140, "wismo", 1.0),
}
WORLDS = {
    "300 a week, weeks rough by .1": (300, 0.1, 3.0),
    "150 a week, rough by .25, read worse": (150, 0.25, 2.2),
}


def day(number: int) -> date:
    """Return the date of a day of the history."""
    return (START + timedelta(days=number)).date()


def one(
    seed: int, size: int, rough: float, apart: float
) -> tuple[pa.Table, dict[str, np.ndarray], np.ndarray]:
    """Return a history as a tagged table, the rates behind it, and each conversation's day."""
    rng = np.random.default_rng(seed)
    week = np.repeat(np.arange(WEEKS), size)
    moment = 7 * week + rng.uniform(0, 7, len(week))
    mail = rng.random(len(week)) < np.where(week >= 12, 0.55, 0.75)
    table, rates = {}, {}
    carried: list[list[str]] = [[] for _ in week]
    for need, base in NEEDS.items():
        rate = expit(logit(base + 0.05 * ~mail) + rough * rng.standard_normal(WEEKS)[week])
        at, factor = STEPS.get(need, (0, 1.0))
        rates[need] = np.where(moment >= at, rate * factor, rate)
        shown = apart * (rng.random(len(week)) < rates[need]) - apart / 2
        score = expit(logit(base) + apart * (shown + rng.standard_normal(len(week))))
        table[f"p_{need}"] = score
        for i in np.flatnonzero(score >= 0.5):
            carried[i].append(need)
    table["needs"] = carried
    table["needs_status"] = ["ok"] * len(week)
    table["channel"] = np.where(mail, "mail", "chat").tolist()
    table["time"] = pa.array([START + timedelta(days=float(x)) for x in moment], pa.timestamp("us"))
    return pa.table(table), rates, moment


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--histories", type=int, default=60)
    parser.add_argument("--seed", type=int, default=100)
    asked = parser.parse_args()
    listed = [Action(day(at), name, (need,)) for name, (at, need, _) in ACTIONS.items()]
    for world, (size, rough, apart) in WORLDS.items():
        found, spent = defaultdict(list), time.process_time()
        for seed in range(asked.seed, asked.seed + asked.histories):
            table, rates, moment = one(seed, size, rough, apart)
            kept = History()
            kept.add(table)
            for row in kept.effects(listed).rows:
                at, need, factor = ACTIONS[row["action"]]
                since = STEPS[need][0] if need == "wismo" else 0
                before = (moment < at) & (moment >= max(at - 91, since))
                truth = (factor - 1) * rates[need][before].mean()
                held = row["low"] <= truth <= row["high"]
                said = row["verdict"] != "no clear difference"
                found[row["action"]].append(
                    (truth, row["change"], row["high"] - row["low"], held, said)
                )
        print(f"\n{world} ({asked.histories} histories, {time.process_time() - spent:.0f} CPU s)")
        for name, rows in found.items():
            truth, change, width, held, said = np.array(rows, dtype=float).T
            print(
                f"  {name:24} truth {truth.mean():+.3f}  found {change.mean():+.3f} (error "
                f"{(change - truth).std():.3f})  width {width.mean():.3f}  held {held.mean():.2f}  "
                f"said {said.mean():.2f}"
            )


if __name__ == "__main__":
    main()
