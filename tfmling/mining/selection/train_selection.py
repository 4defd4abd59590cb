"""Train a selection model on bitext, score its raw pairs, and publish both."""

import sys
from collections.abc import Iterable, Sequence

import numpy as np
from tqdm import tqdm

from tfmling.core import files, outputs
from tfmling.corpora.corpus import BitextCorpus, CorpusError
from tfmling.corpora.documents import SentencePair
from tfmling.mining.selection.fit import TokenizedPairs, fit_contrastive_model
from tfmling.mining.selection.model_folder import SelectionModel, save_model, words_of
from tfmling.mining.selection.report import write_report
from tfmling.mining.selection.settings import TrainSelection
from tfmling.text.fingerprints import fingerprint
from tfmling.text.normalize import normalize

Texts = list[tuple[str, str]]
_PARTS = 1_000_000
_SCORED_AT_ONCE = 10_000


def train_selection(settings: TrainSelection) -> None:
    """Train a selection model, score the raw pairs with it, and publish both.

    Raises:
        CorpusError: a corpus cannot be read, or no pairs are left to learn from.
    """
    trusted, raw = read_texts(settings.trusted, settings), read_texts(settings.raw, settings)
    learned = [pair for pair in trusted if not _is_held_out(pair, settings)]
    held_out = [pair for pair in trusted if _is_held_out(pair, settings)]
    print(f"{len(learned):,} trusted and {len(raw):,} raw pairs", file=sys.stderr)
    if not learned or not held_out or not raw:
        raise CorpusError(
            f"expected trusted and raw pairs, got {len(learned)} trusted to learn from, "
            f"{len(held_out)} held out (config key test_share) and {len(raw)} raw"
        )
    model = fit_model(settings, learned, raw)
    scores = {"trusted, held out": _score(model, held_out), "raw": _score(model, raw)}
    with outputs.publish(settings) as folder:
        save_model(folder, model)
        files.write_text(files.join(folder, "scores.tsv"), _table(scores["raw"], raw))
        write_report(files.join(folder, "report.html"), settings, scores, raw)
    print(f"{settings.output}/report.html")


def fit_model(settings: TrainSelection, trusted: Texts, raw: Texts) -> SelectionModel:
    """Train the requested directions.

    Example:
        >>> _ = open("a.tsv", "w").write("Water\\tMaji\\n")
        >>> languages = {"source_language": "en", "target_language": "sw"}
        >>> corpora = [{"format": "tsv_pairs", "path": "a.tsv", **languages}]
        >>> settings = TrainSelection(output="out", trusted=corpora, raw=corpora)
        >>> model = fit_model(settings, [("Water", "Maji")], [("Water", "Maji"), ("Water", "Moto")])
        >>> (model.scores(["Water", "Water"], ["Maji", "Moto"]) > 0).tolist()
        [True, False]
    """
    sampled = sorted(raw, key=lambda pair: _rank(pair, settings.seed))[: settings.max_raw_pairs]
    pairs = [_words(texts, settings.max_words) for texts in (trusted, sampled)]
    forward = fit_contrastive_model(pairs[0], pairs[1], settings.model)
    backward = None
    if settings.directions == "both":
        reversed_pairs = [(target, source) for source, target in pairs]
        backward = fit_contrastive_model(reversed_pairs[0], reversed_pairs[1], settings.model)
    corpus = settings.raw[0]
    return SelectionModel(corpus.source_language, corpus.target_language, forward, backward)


def read_texts(corpora: Iterable[BitextCorpus], settings: TrainSelection) -> Texts:
    """Read the distinct normalized pairs of corpora, skipping those that cannot be read.

    Example:
        >>> _ = open("a.tsv", "w").write("Water\\tMaji\\nWater\\tMaji\\n")
        >>> languages = {"source_language": "en", "target_language": "sw"}
        >>> corpora = [{"format": "tsv_pairs", "path": "a.tsv", **languages}]
        >>> settings = TrainSelection(output="out", trusted=corpora, raw=corpora)
        >>> read_texts(settings.raw, settings)
        [('Water', 'Maji')]
    """
    items = (item for corpus in corpora for task in corpus.tasks() for item in corpus.read(*task))
    form = settings.unicode_form
    pairs = (
        (normalize(item.source, form), normalize(item.target, form))
        for item in items
        if isinstance(item, SentencePair)
    )
    return list(dict.fromkeys(pair for pair in pairs if all(pair)))


def _words(texts: Texts, max_words: int) -> TokenizedPairs:
    pairs = [(words_of(source), words_of(target)) for source, target in texts]
    kept = [pair for pair in pairs if all(pair) and max(map(len, pair)) <= max_words]
    return [source for source, _ in kept], [target for _, target in kept]


def _score(model: SelectionModel, texts: Texts) -> np.ndarray:
    parts = [np.zeros(0)]
    for start in tqdm(range(0, len(texts), _SCORED_AT_ONCE), desc="scoring", unit="10k pairs"):
        batch = texts[start : start + _SCORED_AT_ONCE]
        parts.append(model.scores([source for source, _ in batch], [target for _, target in batch]))
    return np.concatenate(parts)


def _is_held_out(pair: tuple[str, str], settings: TrainSelection) -> bool:
    return _rank(pair, settings.seed) % _PARTS < settings.test_share * _PARTS


def _rank(pair: tuple[str, str], seed: int) -> int:
    """A pseudo-random number that is the same in every run."""
    return int.from_bytes(fingerprint(f"{seed} {pair[0]}\t{pair[1]}")[:8], "big")


def _table(score_P: np.ndarray, texts: Sequence[tuple[str, str]]) -> str:
    """Lines of score, source and target, best first, for calibrate_threshold to sample."""
    order = np.argsort(-score_P, kind="stable").tolist()
    return "".join(f"{score_P[n]:.6f}\t{texts[n][0]}\t{texts[n][1]}\n" for n in order)
