"""Noise of four kinds in English-Swahili bitext: what does each filter find, and what does it lose?

    python -m benchmarks.bitext_noise --model runs/swahili/export/sentence_encoder

Each seed draws pairs of LAFAND (--part) and corrupts 5 % of them in each of four ways, see
`benchmarks.added_noise`. Rules use the limits of configs/. Filters that give a score (selection,
cosine, margin) use the limit that loses 5 % of a sample of the clean pairs, which makes them
comparable. Writes page.html and scores.json into --output.
"""

import argparse
import collections
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.added_noise import CLEAN, KINDS, Pair, add_noise
from benchmarks.harness import markdown_table, parser
from benchmarks.texts import read_lines
from tfmling import filters
from tfmling.core import config, files
from tfmling.corpora.documents import SentencePair
from tfmling.embedding.load_exported_embedder import load_exported_embedder
from tfmling.filters.filter import Sentence, judge_pairs, judge_sentences
from tfmling.mining.margins import margin_scores
from tfmling.mining.neighbors import nearest_neighbors
from tfmling.mining.selection.settings import TrainSelection
from tfmling.mining.selection.train_selection import fit_model
from tfmling.reports import Table, Text, write_page
from tfmling.text.normalize import normalize

RATE = 0.05
LOST = 0.05  # share of the clean pairs, by filters with scores
NEIGHBORS = 4
RULES = {
    "length_ratio": {"kind": "length_ratio", "max": 2.5, "slack": 10},
    "copied": {"kind": "copied", "max_share": 0.6},
    "untranslated": {"kind": "untranslated", "max_similarity": 0.6},
    "numbers": {"kind": "numbers", "min_share": 0.5},
    "language": {"kind": "language", "identifier": {"kind": "cld2"}},
}

# bool [N] by filter: the pairs that it rejects
Rejections = dict[str, np.ndarray]


class Rules(config.Settings):
    """Filters, as in YAML."""

    pair: list[filters.AnyPairFilter]
    sentence: list[filters.AnySentenceFilter]


def main() -> None:
    options = _options()
    data = Path(options.data)
    trusted = read_table(data / "tico19/en-sw.tsv.gz", 1, 2)
    rest = [read_table(data / f"lafand/en-swa/{part}.tsv.gz", 0, 1)[1:] for part in ("dev", "test")]
    if options.part == "train":
        pairs = read_pairs(data / "lafand/en-swa/train.en.gz", data / "lafand/en-swa/train.swa.gz")
        trusted += rest[0]
    else:
        pairs = list(dict.fromkeys(rest[0] + rest[1]))
    foreign = [target for _, target in read_table(data / "lafand/en-hau/train.tsv.gz", 0, 1)[1:]]
    found: dict[str, dict[str, list[float]]] = collections.defaultdict(
        lambda: collections.defaultdict(list)
    )
    for seed in range(1, options.seeds + 1):
        draw = np.random.default_rng(seed)
        drawn = [pairs[n] for n in draw.choice(len(pairs), options.pairs, replace=False)]
        noisy = add_noise(drawn, foreign, RATE, seed)
        texts, kinds = [pair for pair, _ in noisy], np.array([kind for _, kind in noisy])
        rejected = by_rules(texts)
        rejected |= by_scores(texts, kinds, trusted[: options.trusted], options.model, draw)
        for name, rejected_N in combined(rejected).items():
            for kind in (*KINDS, CLEAN):
                found[name][kind].append(100 * float(rejected_N[kinds == kind].mean()))
        print(f"seed {seed} of {options.seeds} done", flush=True)
    print(markdown_table([HEADER, *table(found)]))
    write(options, found)


def by_rules(texts: Sequence[Pair]) -> Rejections:
    """Apply the rules; `language` checks both sides."""
    values = {
        "pair": [rule for rule in RULES.values() if rule["kind"] != "language"],
        "sentence": [RULES["language"]],
    }
    rules = config.build(Rules, values, "benchmark")
    pairs = [SentencePair("noise", n, s, t, "en", "sw") for n, (s, t) in enumerate(texts)]
    rejected = {
        rule.kind: np.array([verdict is not None for verdict in judge_pairs([rule], pairs)])
        for rule in rules.pair
    }
    sides = [
        judge_sentences(rules.sentence, [Sentence(text, language) for text in column])
        for column, language in zip(zip(*texts, strict=True), ("en", "sw"), strict=True)
    ]
    rejected["language"] = np.array([any(verdicts) for verdicts in zip(*sides, strict=True)])
    return rejected


def by_scores(
    texts: Sequence[Pair],
    kinds: np.ndarray,
    trusted: Sequence[Pair],
    model: str | None,
    draw: np.random.Generator,
) -> Rejections:
    """Apply the filters with scores, with limits that lose `LOST` of a sample of clean pairs."""
    scores = {"selection": selection_scores(texts, trusted)}
    if model:
        scores |= embedding_scores(texts, load_exported_embedder(model).encode)
    clean = np.flatnonzero(kinds == CLEAN)
    sample = draw.choice(clean, min(500, len(clean)), replace=False)
    return {name: s_N < np.quantile(s_N[sample], LOST) for name, s_N in scores.items()}


def selection_scores(texts: Sequence[Pair], trusted: Sequence[Pair]) -> np.ndarray:
    """Score by models of the trusted pairs and of the noisy pairs themselves."""
    languages = {"source_language": "en", "target_language": "sw"}
    corpus = {"format": "tsv_pairs", "path": "unused"} | languages
    values = {"output": "unused", "trusted": [corpus], "raw": [corpus]}
    settings = config.build(TrainSelection, values, "benchmark", check_inputs=False)
    model = fit_model(settings, list(trusted), list(texts))
    return model.scores([source for source, _ in texts], [target for _, target in texts])


def embedding_scores(
    texts: Sequence[Pair], embed: Callable[[list[str]], np.ndarray]
) -> dict[str, np.ndarray]:
    """Score by the cosine of both sides, and by its ratio margin among all pairs."""
    source_ND, target_ND = (embed(list(side)) for side in zip(*texts, strict=True))
    cosine_N = np.einsum("nd,nd->n", source_ND, target_ND)
    means = [
        nearest_neighbors(*sides, NEIGHBORS).mean_similarity
        for sides in ((source_ND, target_ND), (target_ND, source_ND))
    ]
    own_N1 = np.arange(len(texts))[:, None]
    margin_N = margin_scores(cosine_N[:, None], own_N1, *means)[:, 0]
    return {"cosine": cosine_N, "margin": margin_N}


def combined(rejected: Rejections) -> Rejections:
    """Add all rules together, and all filters together."""
    rules = np.any([rejected[name] for name in RULES], axis=0)
    return rejected | {"all rules": rules, "everything": np.any(list(rejected.values()), axis=0)}


def read_pairs(source: Path, target: Path) -> list[Pair]:
    """The normalized lines of two aligned files, each pair once."""
    sides = ([normalize(line) for line in read_lines(path)] for path in (source, target))
    return list(dict.fromkeys(pair for pair in zip(*sides, strict=True) if all(pair)))


def read_table(path: Path, source: int, target: int) -> list[Pair]:
    """Two columns of a table, normalized."""
    rows = (line.split("\t") for line in read_lines(path))
    return [(normalize(row[source]), normalize(row[target])) for row in rows if len(row) > 1]


def table(found: dict[str, dict[str, list[float]]]) -> list[list[str]]:
    """Return a row per filter: percent found of each kind, and lost of the clean pairs."""
    return [
        [name, *(_mean_sd(by_kind[k]) for k in (*KINDS, CLEAN))] for name, by_kind in found.items()
    ]


def _mean_sd(percent: Sequence[float]) -> str:
    deviation = statistics.stdev(percent) if len(percent) > 1 else 0.0
    return f"{statistics.mean(percent):.1f} ± {deviation:.1f}"


HEADER = ("filter", *(f"{kind.replace('_', ' ')}, found %" for kind in KINDS), "clean, lost %")


def write(options: argparse.Namespace, found: dict[str, dict[str, list[float]]]) -> None:
    summary = (
        f"LAFAND en-sw, {options.part}: {options.pairs:,} pairs per seed, {RATE:.0%} of each kind "
        f"of noise, {options.seeds} seeds: mean ± deviation. Selection, cosine and margin use the "
        f"limit that loses {LOST:.0%} of 500 clean pairs."
    )
    values = {
        "part": options.part,
        "pairs": options.pairs,
        "seeds": options.seeds,
        "percent_rejected": found,
    }
    files.write_json(files.join(options.output, "scores.json"), values)
    write_page(
        files.join(options.output, "page.html"),
        title="Noise in bitext",
        subtitle="English-Swahili: what each filter finds, and what it costs",
        sections=[Text("What this is", [summary]), Table("Filters", HEADER, table(found))],
    )


def _options() -> argparse.Namespace:
    built = parser(
        __doc__, pairs=4000, trusted=5000, seeds=3, data="../shared/data",
        output="runs/bitext_noise",
    )  # fmt: skip
    built.add_argument("--model", help="an exported sentence encoder, for cosine and margin")
    built.add_argument(
        "--part", choices=("train", "dev_test"), default="train",
        help="of LAFAND; an encoder trained on train has not seen dev_test",
    )  # fmt: skip
    return built.parse_args()


if __name__ == "__main__":
    main()
