"""Themes: are planted ones found, and do they come back on other data? Beside NMF and KMeans.

    python benchmarks/themes.py               a minute
    python benchmarks/themes.py --time        100,000 conversations

The support conversations of the sample month, tagged by ecommerce-en-fast, with three themes of the
project's own writing planted at 1, 2 and 5 %: gift wrapping asked for, a complaint about
plastic packaging, a muddle of loyalty points. Planted texts are tagged by the model, so that they
fall where it puts them. Per method and need there are six parts. A theme is found where a part of
some need has most of its conversations planted (purity above one half); recall is the share of
the planted conversations that stand in such parts. Stability is the Jaccard index of the words of
the parts on two random halves, averaged over needs.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import convcat
from convcat.conversations import read_conversations
from convcat.insight.themes import themes

ROOT = Path(__file__).parents[1]
PARTS = 6
OPENERS = (
    "",
    "Hi, ",
    "Hello there. ",
    "Quick one: ",
    "Morning! ",
    "To whom it may concern, ",
    "hey ",
)
CLOSERS = (
    "",
    " Thanks.",
    " Many thanks, a regular.",
    " Let me know.",
    " Cheers",
    " Please advise.",
    " It matters to me.",
)
PLANTED = {
    "gift wrap": (
        ["do you offer gift wrapping", "can I add gift wrap to the {thing}", "is there a gift wrap option at checkout",
         "could the {thing} be gift wrapped with a note", "I would like the {thing} wrapped as a gift",
         "where do I tick gift wrap", "my order should have been gift wrapped and came bare",
         "I asked for wrapping paper and a card with the {thing}", "is the wrapping free for presents",
         "please wrap the {thing}, it is a present"],
    ),
    "plastic packaging": (
        ["why so much plastic packaging for one {thing}", "the {thing} came in three layers of plastic",
         "please stop the plastic bags round every {thing}", "all that plastic wrap is a shame for the planet",
         "could you use paper and not plastic packaging", "half a bin of plastic for a single {thing}",
         "single use plastic in 2026, really", "I buy from you less for the plastic packaging",
         "the plastic is not recyclable where I live", "is there a plastic free delivery for the {thing}"],
    ),
    "loyalty points": (
        ["my loyalty points have vanished", "the points for the {thing} were never added",
         "how do I spend my loyalty points", "reward points show zero since the update",
         "I had 400 points and now the loyalty page is empty", "were loyalty points taken off when I sent the {thing} back",
         "the app and the site show different points balances", "do points run out after a year",
         "I was told double points on the {thing}", "cannot redeem points at checkout"],
    ),
}  # fmt: skip
THINGS = (
    "dress",
    "cushion",
    "lamp",
    "towel set",
    "scarf",
    "jumper",
    "throw",
    "pair of trainers",
    "bath mat",
    "coat",
)


def month() -> pa.Table:
    """Return the sample month's support conversations."""
    table = read_conversations(ROOT / "data" / "sample-month" / "support.csv").to_table()
    table = table.filter(pc.equal(table["needs_status"], "ok"))
    return table.select(["id", "text", "time", "product", "channel"])


def planted(base: pa.Table, rate: float, seed: int) -> pa.Table:
    """Return the conversations with each theme planted at a rate, in the last month."""
    rng = np.random.default_rng(seed)
    n = round(rate * len(base))
    last = np.flatnonzero(np.asarray(pc.equal(pc.month(base["time"]), 10)))
    rows = {name: [] for name in base.column_names}
    for theme, (bank,) in PLANTED.items():
        for i in range(n):
            words = rng.choice(bank).format(thing=rng.choice(THINGS))
            like = base.slice(int(rng.choice(last)), 1).to_pylist()[0]
            said = (
                f"{rng.choice(OPENERS)}{words}{rng.choice(['.', '?', '...'])}{rng.choice(CLOSERS)}"
            )
            for name, value in {**like, "id": f"{theme}:{i}", "text": said}.items():
                rows[name].append(value)
    return pa.concat_tables([base, pa.table(rows, schema=base.schema)])


def by_convcat(tagged: pa.Table) -> dict[str, list[tuple[set[str], set[str]]]]:
    """Return per need the parts: their words and their conversations."""
    found: dict[str, list[tuple[set[str], set[str]]]] = {}
    for row in themes(tagged, most=PARTS).rows:
        words = {w for w in f"{row['theme']}, {row['words']}".split(", ") if w}
        found.setdefault(row["need"], []).append((words, set(row["ids"].split(";"))))
    return found


def by_sklearn(tagged: pa.Table, method: str) -> dict[str, list[tuple[set[str], set[str]]]]:
    """Return the same of NMF or KMeans on TF-IDF, need by need, with their usual settings."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    from convcat.tagged import Tagged

    read = Tagged.of(tagged)
    texts, ids = read.column("text"), read.column("id")
    bare = read.ok & ~read.tags.any(axis=1) & (np.nan_to_num(read.p_none) < 0.5)
    groups = {need: read.tags[:, j] for j, need in enumerate(read.needs)} | {"untagged": bare}
    found = {}
    for need, mine in groups.items():
        rows = np.flatnonzero(mine)
        if len(rows) < 20:
            continue
        vectors = TfidfVectorizer(stop_words="english", ngram_range=(1, 2), min_df=5)
        try:
            x = vectors.fit_transform([texts[i] for i in rows])
        except ValueError:  # no word stands in five of so few texts
            continue
        names = vectors.get_feature_names_out()
        if method == "nmf":
            model = NMF(PARTS, init="nndsvd", max_iter=300, random_state=0)
            weights = model.fit_transform(x)
            label, top = weights.argmax(axis=1), model.components_
            label[weights.max(axis=1) <= 0] = -1
        else:
            model = KMeans(PARTS, n_init=3, random_state=0)
            label, top = model.fit_predict(x), model.cluster_centers_
        found[need] = [
            (
                {names[j] for j in np.argsort(-top[k])[:6]},
                {ids[rows[i]] for i in np.flatnonzero(label == k)},
            )
            for k in range(PARTS)
        ]
    return found


def judged(found: dict[str, list[tuple[set[str], set[str]]]], theme: str, n: int) -> str:
    """Say how well one planted theme was found: need, rank by size, purity, and recall over all."""
    best, caught = (0.0, "", 0, 0), set()
    for need, parts in found.items():
        for rank, (_, ids) in enumerate(sorted(parts, key=lambda part: -len(part[1])), start=1):
            hits = {i for i in ids if i.startswith(theme)}
            purity = len(hits) / max(len(ids), 1)
            if purity > 0.5:
                caught |= hits
                best = max(best, (purity * len(hits), need, rank, round(100 * purity)))
    if not best[1]:
        return "not found"
    return f"{best[1]} rank {best[2]}, purity {best[3]}%, recall {100 * len(caught) / n:.0f}%"


def jaccard(one, two) -> float:
    """Return how alike the words of the parts are, averaged over needs."""
    both = [need for need in one if need in two]
    words = [[set().union(*(w for w, _ in found[need])) for need in both] for found in (one, two)]
    return float(np.mean([len(a & b) / max(len(a | b), 1) for a, b in zip(*words, strict=True)]))


METHODS = {
    "convcat": by_convcat,
    "NMF": lambda tagged: by_sklearn(tagged, "nmf"),
    "KMeans": lambda tagged: by_sklearn(tagged, "kmeans"),
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--time", action="store_true")
    options.add_argument("--splits", type=int, default=2)
    asked = options.parse_args()
    model, base = convcat.load("ecommerce-en-fast"), month()
    if asked.time:
        many = pa.concat_tables([base] * (100_000 // len(base) + 1)).slice(0, 100_000)
        tagged = convcat.label(many, model=model)
        ids = pa.array([str(i) for i in range(len(many))])
        tagged = tagged.set_column(0, "id", ids)
        begin, used = time.perf_counter(), time.process_time()
        found = themes(tagged)
        print(f"{len(many):,} conversations: {time.process_time() - used:.1f} s of CPU, "
              f"{time.perf_counter() - begin:.1f} s, {len(found.rows)} themes", flush=True)  # fmt: skip
        return
    for rate in (0.01, 0.02, 0.05):
        tagged = convcat.label(planted(base, rate, seed=1), model=model)
        for name, method in METHODS.items():
            found = method(tagged)
            for theme in PLANTED:
                print(
                    f"{rate:.0%}  {name:8} {theme:18} {judged(found, theme, round(rate * len(base)))}",
                    flush=True,
                )
    tagged = convcat.label(base, model=model)
    scores: dict[str, list[float]] = {name: [] for name in METHODS}
    for split in range(asked.splits):
        order = np.random.default_rng(split).permutation(len(tagged))
        halves = [tagged.take(order[: len(order) // 2]), tagged.take(order[len(order) // 2 :])]
        for name, method in METHODS.items():
            scores[name].append(jaccard(*map(method, halves)))
    for name, values in scores.items():
        print(f"stability {name:8} {np.mean(values):.2f}")


if __name__ == "__main__":
    main()
