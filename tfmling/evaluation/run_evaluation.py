"""Scores all models on all sets; publishes scores.json, scores.md, scores.png, scores.html."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from tfmling.core import files, outputs
from tfmling.embedding.load_embedder import check_model_folder, load_embedder
from tfmling.evaluation import KINDS
from tfmling.evaluation.page import Vectors, sections
from tfmling.evaluation.plot import draw_scores
from tfmling.evaluation.report import AllScores, as_known, as_markdown
from tfmling.evaluation.settings import Evaluate
from tfmling.evaluation.test_set import Scored, Texts
from tfmling.reports import write_page
from tfmling.reports.template import plain_labels


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
        check_model_folder(model.path)
    embedded = [t if s.EMBEDS else () for s, t in zip(settings.sets, texts, strict=True)]
    read = {name: _embed_all(settings, name, embedded) for name in settings.models}
    vectors = {name: [one.vectors for one in sets] for name, sets in read.items()}
    truncated = {name: [one.truncated for one in sets] for name, sets in read.items()}
    scores = score_all(settings, texts, vectors, truncated)
    with outputs.publish(settings) as folder:
        files.write_json(files.join(folder, "scores.json"), scores)
        files.write_text(files.join(folder, "scores.md"), as_markdown(scores))
        with files.open_binary(files.join(folder, "scores.png"), "wb") as file:
            figure = draw_scores(scores)
            plain_labels(figure)
            figure.savefig(file, format="png", dpi=150)
        write_page(
            files.join(folder, "scores.html"),
            title=f"Scores of {', '.join(settings.models)}",
            sections=list(sections(settings, scores, vectors)),
        )
    print(as_markdown(scores))


@dataclass(frozen=True)
class Embedded:
    """What a model made of the texts of a set.

    Attributes:
        vectors: [N, D] of each side.
        truncated: which texts are longer than what it reads, bool [N] of each side; None where it
            does not say.
    """

    vectors: tuple[np.ndarray, ...]
    truncated: tuple[np.ndarray, ...] | None


def score_all(
    settings: Evaluate,
    texts: list[Texts],
    vectors: Vectors,
    truncated: Mapping[str, Sequence[tuple[np.ndarray, ...] | None]],
) -> AllScores:
    """kind -> model -> set -> languages -> figures, `truncated` among them.

    Args:
        settings: which models and sets.
        texts: the sentences of each set.
        vectors: of each model, for each set.
        truncated: which texts each model cuts, for each set; see `Embedded`.
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
        if test_set.EMBEDS:
            sides = test_set.sides()
            for key, own in figures.items():
                own["truncated"] = _share(truncated[model][number], sides.get(key, ()))
        by_set.setdefault(test_set.name, {}).update(figures)
    return scores


def _share(truncated: tuple[np.ndarray, ...] | None, sides: Sequence[int]) -> float | None:
    """Of the sentences of some sides, of all where none are named; None where it is not known."""
    if truncated is None:
        return None
    return float(np.concatenate([truncated[n] for n in sides or range(len(truncated))]).mean())


def _embed_all(settings: Evaluate, name: str, texts: list[Texts]) -> list[Embedded]:
    """What a model makes of each set; a sentence that sets share is embedded once."""
    source = settings.models[name]
    embedder = load_embedder(
        source.path,
        settings.max_length,
        settings.batch_size,
        pooling=source.pooling,
        truncate_dim=source.truncate_dim,
    )
    unique = dict.fromkeys(text for sides in texts for side in sides for text in side)
    rows = {text: row for row, text in enumerate(unique)}
    vectors_ND = embedder.encode(list(rows), progress=name)
    truncated_N = embedder.is_truncated(list(rows))
    found = []
    for sides in texts:
        places = [[rows[text] for text in side] for side in sides]
        cut = None if truncated_N is None else tuple(truncated_N[own] for own in places)
        found.append(Embedded(tuple(vectors_ND[own] for own in places), cut))
    return found
