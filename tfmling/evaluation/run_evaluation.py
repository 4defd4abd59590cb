"""Scores all models on all sets; publishes scores.json, scores.md, scores.png, scores.html."""

from itertools import product

import numpy as np

from tfmling import config, files
from tfmling.evaluation import KINDS
from tfmling.evaluation.embedder import check_model, open_model
from tfmling.evaluation.page import Vectors, sections
from tfmling.evaluation.plot import draw_scores
from tfmling.evaluation.report import AllScores, as_known, as_markdown
from tfmling.evaluation.settings import Evaluate
from tfmling.evaluation.test_set import Scored, Texts
from tfmling.pages import write_page


def run_evaluation(settings: Evaluate) -> None:
    """Scores and publishes; prints the table.

    Raises:
        CorpusError: a test set cannot be read whole; found before any model is loaded.
        FileNotFoundError, UnsupportedLayoutError: a folder holds no model; found before any is
            loaded.
        ModelError: a test set asks something that a model does not have.
    """
    texts = [test_set.read() for test_set in settings.sets]
    for model in settings.models.values():
        check_model(model)
    embedded = [t if s.EMBEDS else () for s, t in zip(settings.sets, texts, strict=True)]
    vectors = {name: _embed_all(settings, name, embedded) for name in settings.models}
    scores = score_all(settings, texts, vectors)
    with files.publish_folder(settings.output) as folder:
        files.write_json(files.join(folder, "scores.json"), scores)
        files.write_text(files.join(folder, "scores.md"), as_markdown(scores))
        with files.open_binary(files.join(folder, "scores.png"), "wb") as file:
            draw_scores(scores).savefig(file, format="png", dpi=150)
        write_page(
            files.join(folder, "scores.html"),
            title=f"Scores of {', '.join(settings.models)}",
            sections=list(sections(settings, scores, vectors)),
        )
        files.write_text(files.join(folder, "config.yaml"), config.dump(settings))
    print(as_markdown(scores))


def score_all(settings: Evaluate, texts: list[Texts], vectors: Vectors) -> AllScores:
    """kind -> model -> set -> languages -> figures.

    Args:
        settings: which models and sets.
        texts: the sentences of each set.
        vectors: of each model, for each set.
    """
    scores: AllScores = {kind: {} for kind in KINDS}
    for model, (number, test_set) in product(settings.models, enumerate(settings.sets)):
        if model == test_set.reference:
            continue
        scored = Scored(
            texts=texts[number],
            vectors=vectors[model][number],
            reference=vectors[test_set.reference][number] if test_set.reference else None,
            neighbours=settings.neighbours,
            folder=settings.models[model].path,
        )
        by_set = scores[test_set.kind].setdefault(model, {})
        figures = {key: as_known(own) for key, own in test_set.score(scored).items()}
        by_set.setdefault(test_set.name, {}).update(figures)
    return scores


def _embed_all(settings: Evaluate, name: str, texts: list[Texts]) -> list[tuple[np.ndarray, ...]]:
    """The vectors of each side of each set; a sentence that sets share is embedded once."""
    embed = open_model(settings.models[name], settings.max_length, settings.batch_size)
    unique = dict.fromkeys(text for sides in texts for side in sides for text in side)
    rows = {text: row for row, text in enumerate(unique)}
    vectors_ND = embed(list(rows), progress=name)
    return [tuple(vectors_ND[[rows[t] for t in side]] for side in sides) for sides in texts]
