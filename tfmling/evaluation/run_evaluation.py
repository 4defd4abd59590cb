"""Scores all models on all sets and publishes scores.json, scores.md and scores.png."""

import json
from itertools import product

import numpy as np

from tfmling import config, files
from tfmling.evaluation.embedder import open_embedder
from tfmling.evaluation.plot import draw_scores
from tfmling.evaluation.report import AllScores, Figures, as_markdown
from tfmling.evaluation.retrieval import retrieval_scores
from tfmling.evaluation.settings import Evaluate, RetrievalSet, SimilaritySet
from tfmling.evaluation.similarity import similarity_scores
from tfmling.evaluation.test_sets import read_pairs, read_sentences

Texts = tuple[list[str], ...]  # of a retrieval set: source and target; else: the sentences


def run_evaluation(settings: Evaluate) -> None:
    """Scores and publishes; prints the table.

    Raises:
        CorpusError: a test set cannot be read whole; found before any model is loaded.
    """
    texts = [_read(test_set) for test_set in settings.sets]
    scores = score_all(settings, texts)
    with files.publish_folder(settings.output) as folder:
        files.write_text(files.join(folder, "scores.json"), json.dumps(scores, indent=2) + "\n")
        files.write_text(files.join(folder, "scores.md"), as_markdown(scores))
        with files.open_binary(files.join(folder, "scores.png"), "wb") as file:
            draw_scores(scores).savefig(file, format="png", dpi=150)
        files.write_text(files.join(folder, "config.yaml"), config.dump(settings))
    print(as_markdown(scores))


def _read(test_set: RetrievalSet | SimilaritySet) -> Texts:
    if isinstance(test_set, RetrievalSet):
        return read_pairs(test_set.pairs)
    return (read_sentences(test_set.sentences),)


def score_all(settings: Evaluate, texts: list[Texts]) -> AllScores:
    """kind -> model -> set -> languages -> figures.

    Args:
        settings: which models and sets.
        texts: the sentences of each set.
    """
    scores: AllScores = {"retrieval": {}, "similarity": {}}
    vectors = {name: _embed_all(settings, name, texts) for name in settings.models}
    for (model, by_set), number in product(vectors.items(), range(len(texts))):
        test_set, found = settings.sets[number], by_set[number]
        if isinstance(test_set, RetrievalSet):
            figures = _score_retrieval(test_set, found, texts[number], settings.neighbours)
        elif model != test_set.reference:
            reference_ND = vectors[test_set.reference][number][0]
            figures = {test_set.keys[0]: similarity_scores(found[0], reference_ND)}
        else:
            continue
        scores[test_set.kind].setdefault(model, {}).setdefault(test_set.name, {}).update(figures)
    return scores


def _score_retrieval(
    test_set: RetrievalSet, vectors: list[np.ndarray], texts: Texts, k: int
) -> dict[str, Figures]:
    (source_ND, target_ND), (source, target) = vectors, texts
    both = retrieval_scores(source_ND, target_ND, source, target, k)
    return dict(zip(test_set.keys, both, strict=True))


def _embed_all(settings: Evaluate, name: str, texts: list[Texts]) -> list[list[np.ndarray]]:
    """The vectors of each side of each set; a sentence that sets share is embedded once."""
    embed = open_embedder(settings.models[name], settings.max_length, settings.batch_size)
    unique = dict.fromkeys(text for sides in texts for side in sides for text in side)
    rows = {text: row for row, text in enumerate(unique)}
    vectors_ND = embed(list(rows), progress=name)
    return [[vectors_ND[[rows[text] for text in side]] for side in sides] for sides in texts]
