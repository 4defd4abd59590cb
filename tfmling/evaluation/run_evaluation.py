"""Score all models on all sets; publish scores.json, scores.md, scores.png and scores.html."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from tfmling.core import files, outputs
from tfmling.embedding.load_embedder import check_model_folder, load_embedder
from tfmling.evaluation import KINDS
from tfmling.evaluation.page import sections
from tfmling.evaluation.plot import draw_scores
from tfmling.evaluation.read_texts import Texts
from tfmling.evaluation.report import AllScores, as_json, as_markdown
from tfmling.evaluation.settings import Evaluate
from tfmling.evaluation.test_set import EmbeddedSet, Embeddings
from tfmling.reports import write_page
from tfmling.reports.page import disable_math


def run_evaluation(settings: Evaluate) -> None:
    """Score, publish, and print the tables.

    Raises:
        CorpusError: a test set is not readable as a whole; raised before any model is loaded.
        FileNotFoundError, UnsupportedLayoutError: a folder contains no model; raised before any
            is loaded.
        ModelError: a test set needs something that a model does not have.
    """
    texts = [test_set.read() for test_set in settings.sets]
    for model in settings.models.values():
        check_model_folder(model.path)
    embedded = {name: _embed(settings, name, texts) for name in settings.models}
    scores = score_all(settings, texts, embedded)
    with outputs.publish(settings) as folder:
        files.write_json(files.join(folder, "scores.json"), scores)
        files.write_text(files.join(folder, "scores.md"), as_markdown(scores))
        with files.open_binary(files.join(folder, "scores.png"), "wb") as file:
            figure = draw_scores(scores)
            disable_math(figure)
            figure.savefig(file, format="png", dpi=150)
        write_page(
            files.join(folder, "scores.html"),
            title=f"Scores of {', '.join(settings.models)}",
            sections=list(sections(settings, scores, embedded)),
        )
    print(as_markdown(scores))


def _embed(settings: Evaluate, name: str, texts: Sequence[Texts]) -> list[Embeddings]:
    """Embed each set; a sentence of several sets is embedded once."""
    source = settings.models[name]
    embedder = load_embedder(
        source.path,
        settings.max_length,
        settings.batch_size,
        pooling=source.pooling,
        truncate_dim=source.truncate_dim,
    )
    wanted = [own if s.EMBEDS else () for s, own in zip(settings.sets, texts, strict=True)]
    unique = dict.fromkeys(text for sides in wanted for side in sides for text in side)
    row_of = {text: row for row, text in enumerate(unique)}
    vectors_ND = embedder.encode(list(unique), progress=name)
    truncated_N = embedder.is_truncated(list(unique))
    found = []
    for sides in wanted:
        rows = [[row_of[text] for text in side] for side in sides]
        cut = None if truncated_N is None else tuple(truncated_N[own] for own in rows)
        found.append(Embeddings(tuple(vectors_ND[own] for own in rows), cut))
    return found


def score_all(
    settings: Evaluate, texts: Sequence[Texts], embedded: Mapping[str, Sequence[Embeddings]]
) -> AllScores:
    """Compute kind -> model -> set -> languages -> scores, `truncated` among them.

    Args:
        settings: the models and sets.
        texts: the sentences of each set.
        embedded: model -> vectors of each set.

    Example:
        >>> _ = open("en", "w").write("Hello.\\nPeace.\\n")
        >>> _ = open("sw", "w").write("Habari.\\nAmani.\\n")
        >>> sides = [dict(format="plain_text", path=x, language=x) for x in ("en", "sw")]
        >>> sets = [dict(kind="all_pairs", name="ntrex", sentences=sides)]
        >>> settings = Evaluate(output="out", models={"after": folder}, sets=sets)
        >>> vectors = np.eye(2, dtype=np.float32)
        >>> embedded = {"after": [Embeddings((vectors, vectors))]}
        >>> scores = score_all(settings, [settings.sets[0].read()], embedded)
        >>> scores["all_pairs"]["after"]["ntrex"]["en-sw"]["xsim_error"]
        0.0
    """
    scores: AllScores = {kind: {} for kind in KINDS}
    for model, (number, test_set) in product(settings.models, enumerate(settings.sets)):
        if model == test_set.reference:
            continue
        own, reference = embedded[model][number], test_set.reference
        found = test_set.score(
            EmbeddedSet(
                texts=texts[number],
                vectors=own.vectors,
                reference=embedded[reference][number].vectors if reference else None,
                neighbors=settings.neighbors,
                folder=settings.models[model].path,
            )
        )
        by_key = {key: as_json(of_key) for key, of_key in found.items()}
        if test_set.EMBEDS:
            sides = test_set.sides()
            for key, of_key in by_key.items():
                of_key["truncated"] = _truncated_share(own, sides.get(key, ()))
        by_set = scores[test_set.kind].setdefault(model, {})
        by_set.setdefault(test_set.name, {}).update(by_key)
    return scores


def _truncated_share(embedded: Embeddings, sides: Sequence[int]) -> float | None:
    """Return the truncated share of the sentences of some sides, of all if none are given."""
    cut = embedded.truncated
    if cut is None:
        return None
    return float(np.concatenate([cut[n] for n in sides or range(len(cut))]).mean())
