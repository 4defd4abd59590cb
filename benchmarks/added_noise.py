"""Add noise of the kinds that Khayrallah and Koehn (2018) found in web crawls to bitext.

Each noisy pair keeps its source and gets another target:
    shuffled        the target of another noisy pair of that kind
    truncated       its own target without 40 to 80 % of its words, at one end
    copied          the source; in half of the pairs without its last word
    wrong_language  a sentence of another language
"""

import random
from collections.abc import Sequence

Pair = tuple[str, str]
CLEAN = "clean"
KINDS = ("shuffled", "truncated", "copied", "wrong_language")


def add_noise(
    pairs: Sequence[Pair], foreign: Sequence[str], rate: float, seed: int
) -> list[tuple[Pair, str]]:
    """Return pairs with their kinds in the same order, a share `rate` with each noise."""
    draw = random.Random(seed)
    count = round(rate * len(pairs))
    chosen = draw.sample(range(len(pairs)), count * len(KINDS))
    kind_of = {n: KINDS[i // count] for i, n in enumerate(chosen)}
    shuffled = chosen[:count]  # each takes the target of the next
    partner = dict(zip(shuffled, shuffled[1:] + shuffled[:1], strict=True))
    noisy = []
    for n, (source, target) in enumerate(pairs):
        kind = kind_of.get(n, CLEAN)
        if kind == "shuffled":
            target = pairs[partner[n]][1]
        elif kind == "truncated":
            target = _truncated(target, draw)
        elif kind == "copied":
            target = source if draw.random() < 0.5 else source.rpartition(" ")[0] or source
        elif kind == "wrong_language":
            target = draw.choice(foreign)
        noisy.append(((source, target), kind))
    return noisy


def _truncated(text: str, draw: random.Random) -> str:
    words = text.split()
    kept = max(1, round(len(words) * draw.uniform(0.2, 0.6)))
    return " ".join(words[:kept] if draw.random() < 0.5 else words[-kept:])
