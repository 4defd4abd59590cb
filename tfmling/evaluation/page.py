"""The page beside scores.json: bars, tables, heat maps, translations in the plane."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tfmling.core.languages import language_scripts
from tfmling.evaluation import KINDS
from tfmling.evaluation.aligned_set import AlignedSet
from tfmling.evaluation.all_pairs import AllPairsSet
from tfmling.evaluation.plot import MAX_SENTENCES, draw_projection, draw_scores, drawn_kinds
from tfmling.evaluation.report import AllScores, ByModel, score_table, scored_places
from tfmling.evaluation.retrieval import LENGTHS, RetrievalSet
from tfmling.evaluation.settings import Evaluate
from tfmling.evaluation.test_set import Embeddings, TestSet
from tfmling.reports import Plot, Section, Table, Text
from tfmling.reports.heat_map import draw_heat_map


def sections(
    settings: Evaluate, scores: AllScores, embedded: Mapping[str, Sequence[Embeddings]]
) -> Iterator[Section]:
    """Yield the sections of the page in order.

    Args:
        settings: the models and sets.
        scores: as in scores.json.
        embedded: model -> vectors of each set.

    Example:
        >>> _ = open("en", "w").write("Hello.\\nPeace.\\n")
        >>> _ = open("sw", "w").write("Habari.\\nAmani.\\n")
        >>> sides = [dict(format="plain_text", path=x, language=x) for x in ("en", "sw")]
        >>> sets = [dict(kind="language_bias", name="ntrex", sentences=sides)]
        >>> settings = Evaluate(output="out", models={"after": folder}, sets=sets)
        >>> embedded = {"after": [Embeddings((np.eye(2), np.eye(2)))]}
        >>> no_scores = {kind: {} for kind in KINDS}
        >>> [section.title for section in sections(settings, no_scores, embedded)]
        ['Models', 'ntrex: en, sw']
    """
    yield Text("Models", [f"{name}: {model}" for name, model in settings.models.items()])
    for kind, by_model in scores.items():
        if kind in drawn_kinds(scores):
            figure = draw_scores(scores, [kind])
            yield Plot(KINDS[kind].AXIS, figure, "Whiskers are 95 % intervals.")
        if by_model:
            yield score_table(kind, by_model)
    yield from _heat_maps(settings.sets, scores)
    if scores["retrieval"]:
        yield _by_length(scores["retrieval"])
        yield _by_script(settings.sets, scores["retrieval"])
    yield from _projections(settings.sets, embedded)


def _by_length(by_model: ByModel) -> Table:
    columns = [(model, length) for model in by_model for length in LENGTHS]
    header = ["set", "languages", *(f"{model}, {length}" for model, length in columns)]
    rows = [
        [name, languages, *(scored.get(model, {}).get(f"p_at_1_{x}") for model, x in columns)]
        for name, languages, scored in scored_places(by_model)
    ]
    return Table("Retrieval by length", header, rows, "P@1 by thirds of the queries' lengths.")


def _by_script(sets: Sequence[TestSet], by_model: ByModel) -> Table:
    """Average over sets and directions by the script of the language that is not English."""
    values: dict[str, dict[str, list[float | None]]] = defaultdict(lambda: defaultdict(list))
    # not split from the key, which may contain more hyphens: sr-Latn-en
    languages = {
        (s.name, key): (s.pairs.source_language, s.pairs.target_language)
        for s in sets
        if isinstance(s, RetrievalSet)
        for key in s.keys
    }
    for name, key, scored in scored_places(by_model):
        for script in {_script(x) for x in languages[name, key] if x != "en"}:
            for model, scores in scored.items():
                values[script][model].append(scores["p_at_1"])
    rows = [
        [script, max(map(len, by.values())), *(_mean(by.get(model, [])) for model in by_model)]
        for script, by in sorted(values.items())
    ]
    return Table("Retrieval by script", ["script", "directions", *by_model], rows, "Mean P@1.")


def _script(language: str) -> str:
    return "+".join(language_scripts(language)) or "unknown"


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _heat_maps(sets: Sequence[TestSet], scores: AllScores) -> Iterator[Plot]:
    for test_set in sets:
        if isinstance(test_set, AllPairsSet):
            by_model = {
                model: {
                    (source, target): by_set[test_set.name][f"{source}-{target}"]["xsim_error"]
                    for source in test_set.languages
                    for target in test_set.languages
                    if source != target
                }
                for model, by_set in scores[test_set.kind].items()
            }
            figure = draw_heat_map(by_model, test_set.AXIS)
            yield Plot(f"{test_set.name}: {test_set.AXIS}", figure, "Lower is better.")


def _projections(
    sets: Sequence[TestSet], embedded: Mapping[str, Sequence[Embeddings]]
) -> Iterator[Plot]:
    """Project the sets whose sides are aligned line by line."""
    for number, test_set in enumerate(sets):
        if isinstance(test_set, RetrievalSet):
            languages = [test_set.pairs.source_language, test_set.pairs.target_language]
        elif isinstance(test_set, AlignedSet):
            languages = test_set.languages
        else:
            continue
        vectors = {model: by_set[number].vectors for model, by_set in embedded.items()}
        yield Plot(
            f"{test_set.name}: {', '.join(languages)}",
            draw_projection(vectors, languages),
            f"The first {MAX_SENTENCES} sentences in the plane of most variance; lines join "
            "translations.",
        )
