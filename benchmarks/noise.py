"""Noise put into good bitext: how much does each filter find, and what good text does it cost?

    python -m benchmarks.noise
    python -m benchmarks.noise --model runs/swahili/export/sentence_encoder    # with `cosine`

Good: NTREX-128 and TICO-19, English with Swahili, of ../shared/data (or $TFMLING_DATA). A fifth of
the pairs is spoilt, in four ways alike: the translation of another sentence; half of the
translation; the source for the translation; a Hausa or Somali sentence of about the same length.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pydantic

from benchmarks.texts import DATA
from tfmling import config, filters
from tfmling.corpora.lines import read_lines
from tfmling.corpora.pair import SentencePair
from tfmling.filters.filter import judge_pairs, judge_sentences
from tfmling.filters.sentence import Sentence
from tfmling.text.normalise import normalise

SHARE = 0.2
FILTERS: list[dict] = [
    {"kind": "length_ratio", "max": 2.5, "slack": 10},
    {"kind": "copied"},
    {"kind": "untranslated"},
    {"kind": "numbers"},
    {"kind": "language", "identifier": {"kind": "cld2"}},
    {"kind": "language", "identifier": {"kind": "py3langid"}},
]
GOOD = "good text lost"
Labelled = list[tuple[str, SentencePair]]


class _Chain(config.Settings):
    sentence_filters: list[filters.AnySentenceFilter] = pydantic.Field([])
    pair_filters: list[filters.AnyPairFilter] = pydantic.Field([])


def main() -> None:
    options = _options()
    labelled = spoil(good_pairs(), random.Random(options.seed))
    pairs = [pair for _, pair in labelled]
    used = list(FILTERS)
    if options.model:
        used.append({"kind": "cosine", "model": options.model, "min": options.min_cosine})
    numbers = Counter(label for label, _ in labelled)
    print(f"{len(pairs):,} pairs: {dict(numbers)}\n")
    print(f"| filter | {' | '.join(numbers)} |\n|---|{'---|' * len(numbers)}")
    rejected = {_name(values): _rejected(values, pairs) for values in used}
    rejected["all of them"] = [any(each) for each in zip(*rejected.values(), strict=True)]
    for name, verdicts in rejected.items():
        found = Counter(label for (label, _), bad in zip(labelled, verdicts, strict=True) if bad)
        shares = (f"{found[label] / number:.1%}" for label, number in numbers.items())
        print(f"| `{name}` | {' | '.join(shares)} |")


def good_pairs() -> list[SentencePair]:
    ntrex = zip(
        _lines(DATA / "ntrex/newstest2019-src.eng.txt.gz"),
        _lines(DATA / "ntrex/newstest2019-ref.swa.txt.gz"),
        strict=True,
    )
    rows = (line.split("\t") for line in _lines(DATA / "tico19/en-sw.tsv.gz"))
    both = [*ntrex, *((row[1], row[2]) for row in rows)]
    return [
        SentencePair("good", line, normalise(english), normalise(swahili), "en", "sw")
        for line, (english, swahili) in enumerate(both)
    ]


def spoil(pairs: Sequence[SentencePair], rng: random.Random) -> Labelled:
    """Labels each pair, after a fifth of them has been spoilt."""
    others = sorted(_other_languages(), key=len)
    ways: dict[str, Callable[[SentencePair], str]] = {
        "another's translation": lambda pair: rng.choice(pairs).target,
        "half of it": lambda pair: " ".join(_half(pair.target.split())),
        "the source": lambda pair: pair.source,
        "another language": lambda pair: others[_near(others, len(pair.target), rng)],
    }
    labelled = []
    for pair in pairs:
        if rng.random() >= SHARE:
            labelled.append((GOOD, pair))
        else:
            way = rng.choice(list(ways))
            labelled.append((way, replace(pair, target=ways[way](pair))))
    return sorted(labelled, key=lambda each: [GOOD, *ways].index(each[0]))


def _half(words: Sequence[str]) -> Sequence[str]:
    return words[: (len(words) + 1) // 2]


def _near(texts: Sequence[str], length: int, rng: random.Random) -> int:
    """The number of one of the texts, sorted by length, that are about as long."""
    first = next((n for n, text in enumerate(texts) if len(text) >= length), len(texts) - 1)
    return min(first + rng.randrange(20), len(texts) - 1)


def _other_languages() -> list[str]:
    somali = _lines(DATA / "ntrex/newstest2019-ref.som.txt.gz")
    hausa = [line.split("\t")[2] for line in _lines(DATA / "tico19/en-ha.tsv.gz")]
    return [normalise(text) for text in somali + hausa]


def _rejected(values: dict, pairs: Sequence[SentencePair]) -> list[bool]:
    if values["kind"] != "language":
        chain = config.build(_Chain, {"pair_filters": [values]}, "benchmark")
        return [verdict is not None for verdict in judge_pairs(chain.pair_filters, pairs)]
    chain = config.build(_Chain, {"sentence_filters": [values]}, "benchmark")
    targets = [Sentence(pair.target, pair.target_language) for pair in pairs]
    return [verdict is not None for verdict in judge_sentences(chain.sentence_filters, targets)]


def _name(values: dict) -> str:
    limits = {key: value for key, value in values.items() if key not in ("kind", "model")}
    inner = limits.pop("identifier", {}).get("kind")
    shown = [inner] if inner else [f"{key} {value}" for key, value in limits.items()]
    return " ".join([values["kind"], *shown])


def _lines(path: Path) -> list[str]:
    return [line.text for line in read_lines(str(path), 1 << 20)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", metavar="FOLDER", help="an exported sentence encoder")
    parser.add_argument("--min-cosine", type=float, default=0.4)
    return parser.parse_args()


if __name__ == "__main__":
    main()
