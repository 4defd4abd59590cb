"""The page of the vocabulary curve: the recommended size, a plot, and a table per language."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tfmling.reports import Plot, Table, Text
from tfmling.vocab.curve import Point, recommend, recommended_size, saving_per_doubling
from tfmling.vocab.curve_settings import Cost, VocabularyCurve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLUMNS = (
    "pieces learned",
    "vocabulary",
    "pieces per word",
    "saved by a doubling, %",
    "unknown words, %",
    "bytes per piece",
    "cost of a sentence, G",
)
# measure, axis label, factor
_PANELS = (
    ("pieces_per_word", "pieces per word", 1.0),
    ("unknown_rate", "unknown words, %", 100.0),
    ("bytes_per_token", "bytes per piece", 1.0),
    ("cost_per_sentence", "cost of a sentence, G multiply-adds", 1e-9),
)


def curve_sections(
    settings: VocabularyCurve, base: Point, points: Sequence[Point]
) -> list[Text | Plot | Table]:
    """The sections of the page.

    Args:
        settings: with the sizes of the points, in their order.
        base: the base vocabulary, measured like the points.
        points: one per size.

    Example:
        >>> measured = dict(unknown_rate=0.0, bytes_per_token=2.5, cost_per_sentence=1e9)
        >>> languages = [{"sw": {"pieces_per_word": n, **measured}} for n in (2.0, 1.5)]
        >>> points = [{"vocabulary_size": 2000, "languages": each} for each in languages]
        >>> settings = VocabularyCurve(output="out", base={"kind": "empty", "lowercase": True},
        ...                            word_counts=[folder], sizes=[1000, 2000])
        >>> [section.title for section in curve_sections(settings, points[0], points)]
        ['Recommended: 2,000 pieces', 'Curves', 'sw']
    """
    tables = [_table(language, settings, base, points) for language in base["languages"]]
    return [_recommendation(settings, points), Plot("Curves", _draw(settings, points)), *tables]


def _recommendation(settings: VocabularyCurve, points: Sequence[Point]) -> Text:
    size = recommend(settings, points)
    paragraphs = [
        f"From this size on, doubling the vocabulary saves less than {settings.min_saving:.0%} of "
        "the pieces (mean over languages, on words that nothing was learned from).",
        "A word that the vocabulary cannot spell becomes [UNK], which is one piece: read pieces "
        "per word together with unknown words.",
        _explain_cost(settings.cost),
    ]
    if size == settings.sizes[-1]:
        paragraphs.insert(1, "Even the last step was worthwhile: larger sizes may be better still.")
    return Text(f"Recommended: {size:,} pieces", paragraphs)


def _explain_cost(cost: Cost) -> str:
    return (
        "Cost: multiply-adds of the forward pass of a masked language model over a sentence of "
        f"{cost.words_per_sentence:g} words: T tokens, {cost.num_layers} layers of width "
        f"D = {cost.hidden_dim} and inner width F = {cost.intermediate_dim}, V pieces: "
        f"{cost.num_layers} T (4 D² + 2 D F + 2 T D) in the layers and {cost.mask_rate:g} T "
        "(D² + D V) in the head."
    )


def _table(language: str, settings: VocabularyCurve, base: Point, points: Sequence[Point]) -> Table:
    pieces = [point["languages"][language]["pieces_per_word"] for point in points]
    savings = [None, *saving_per_doubling(settings.sizes, pieces)]
    rows = [_row("base", base, language, None)]
    rows += [
        _row(f"{size:,}", point, language, saving)
        for size, point, saving in zip(settings.sizes, points, savings, strict=True)
    ]
    own = recommended_size(settings.sizes, pieces, settings.min_saving)
    return Table(language, _COLUMNS, rows, note=f"For this language alone: {own:,} pieces.")


def _row(
    name: str, point: Point, language: str, saving: float | None
) -> list[str | int | float | None]:
    measured = point["languages"][language]
    return [
        name,
        point["vocabulary_size"],
        measured["pieces_per_word"],
        None if saving is None else 100 * saving,
        100 * measured["unknown_rate"],
        measured["bytes_per_token"],
        measured["cost_per_sentence"] / 1e9,
    ]


def _draw(settings: VocabularyCurve, points: Sequence[Point]) -> "Figure":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 7), layout="constrained")
    for axes, (name, label, factor) in zip(figure.subplots(2, 2).flat, _PANELS, strict=True):
        for language in points[0]["languages"]:
            values = [factor * point["languages"][language][name] for point in points]
            axes.plot(settings.sizes, values, marker=".", label=language)
        axes.axvline(recommend(settings, points), color="grey", linestyle=":")
        axes.set_xscale("log")
        axes.set_xlabel("pieces learned (dotted: recommended)")
        axes.set_ylabel(label)
        axes.grid(alpha=0.3)
        axes.legend()
    return figure
