"""The vocabulary curve as a page: the recommended size, a figure and a table a language."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tfmling.reports import Plot, Table, Text
from tfmling.vocab.curve import Point, mean_pieces_per_word
from tfmling.vocab.curve_settings import Cost, VocabularyCurve
from tfmling.vocab.knee import recommended_size, saving_per_doubling

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure

_BASE = "base"


def curve_sections(
    settings: VocabularyCurve, base: Point, points: Sequence[Point]
) -> list[Text | Plot | Table]:
    """What stands on the page.

    Args:
        settings: with the sizes of the points, in their order.
        base: the base vocabulary, measured as the points are.
        points: one a size.
    """
    languages = list(base["languages"])
    tables = [_table(language, settings, base, points) for language in languages]
    return [_advice(settings, points), Plot("Curves", _draw(settings, points)), *tables]


def advised(settings: VocabularyCurve, points: Sequence[Point]) -> int:
    """The recommended size, over all languages together."""
    means = mean_pieces_per_word(list(points))
    return recommended_size(settings.sizes, means, settings.min_saving)


def _advice(settings: VocabularyCurve, points: Sequence[Point]) -> Text:
    size = advised(settings, points)
    paragraphs = [
        f"The smallest size from which no doubling saves {settings.min_saving:.0%} of the pieces "
        "any more, in the mean over languages, on words that nothing was learned from.",
        "A word that the vocabulary cannot write becomes [UNK], which is one piece: read pieces a "
        "word together with unknown words.",
        _cost_in_words(settings.cost),
    ]
    if size == settings.sizes[-1]:
        paragraphs.insert(1, "Even the last step was worth it: larger sizes may be better still.")
    return Text(f"Recommended: {size:,} pieces", paragraphs)


def _cost_in_words(cost: Cost) -> str:
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
    rows = [_row(_BASE, base, language, None)]
    rows += [
        _row(f"{size:,}", point, language, saving)
        for size, point, saving in zip(settings.sizes, points, savings, strict=True)
    ]
    own = recommended_size(settings.sizes, pieces, settings.min_saving)
    header = (
        "pieces learned",
        "vocabulary",
        "pieces a word",
        "saved by a doubling, %",
        "unknown words, %",
        "bytes a piece",
        "cost of a sentence, G",
    )
    return Table(language, header, rows, note=f"By itself this language asks for {own:,} pieces.")


def _row(
    name: str, point: Point, language: str, saving: float | None
) -> list[str | int | float | None]:
    figures = point["languages"][language]
    return [
        name,
        point["vocabulary_size"],
        figures["pieces_per_word"],
        None if saving is None else 100 * saving,
        100 * figures["unknown_rate"],
        figures["bytes_per_token"],
        figures["cost_per_sentence"] / 1e9,
    ]


def _draw(settings: VocabularyCurve, points: Sequence[Point]) -> "matplotlib.figure.Figure":
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(10, 7), layout="constrained")
    shown = (
        ("pieces_per_word", "pieces a word", 1.0),
        ("unknown_rate", "unknown words, %", 100.0),
        ("bytes_per_token", "bytes a piece", 1.0),
        ("cost_per_sentence", "cost of a sentence, G multiply-adds", 1e-9),
    )
    for axes, (name, label, factor) in zip(drawing.subplots(2, 2).flat, shown, strict=True):
        for language in points[0]["languages"]:
            values = [factor * point["languages"][language][name] for point in points]
            axes.plot(settings.sizes, values, marker=".", label=language)
        axes.axvline(advised(settings, points), color="grey", linestyle=":")
        _label(axes, label)
    return drawing


def _label(axes: "matplotlib.axes.Axes", label: str) -> None:
    axes.set_xscale("log")
    axes.set_xlabel("pieces learned (dotted: recommended)")
    axes.set_ylabel(label)
    axes.grid(alpha=0.3)
    axes.legend()
