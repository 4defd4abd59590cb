"""The page of word alignments: error rates as a table, and by layer as a plot."""

from collections.abc import Iterator, Mapping, Sequence

from matplotlib.ticker import MaxNLocator

from tfmling.reports import Plot, Section, Table, Text
from tfmling.reports.plot import figure_of, new_axes

Row = Mapping[str, str | int | float]

_LAYER = "layer-"


def sections(rows: Sequence[Row], counts: Mapping[str, Mapping[str, int]]) -> list[Section]:
    """Return the sections of the page in order.

    Args:
        rows: as in scores.json.
        counts: as in counts.json.

    Example:
        >>> row = {"set": "news", "aligner": "fast_align", "variant": "intersect", "pairs": 9}
        >>> row |= {"links": 50, "seconds": 0.1}
        >>> links, read = sections([row], {"news": {"pairs_of_texts": 9}})
        >>> read.rows
        [('news', 'pairs_of_texts', 9)]
    """
    scored = [row for row in rows if "aer" in row]
    header = ("set", "aligner", "variant", "pairs", "links", "seconds")
    links = Table("Links", header, [[row[name] for name in header] for row in rows])
    counted = [(name, what, number) for name, own in counts.items() for what, number in own.items()]
    read = Table("What was read", ("set", "what", "count"), counted)
    return [*_scores(scored), *_by_layer(scored), links, read]


def _scores(rows: Sequence[Row]) -> Iterator[Section]:
    if not rows:
        return
    yield Text(
        "How to read the scores",
        [
            "Alignment error rate (AER): 0 if the links are those of the annotators, lower is "
            "better, with its 95 % interval over the pairs of the set. Precision: share of the "
            "links that annotators consider possible. Recall: share of the sure links that were "
            "found.",
            "Learned from: the number of sentence pairs that a statistical aligner was trained on, "
            "including those of the set without their links. Contextual aligners learn from none.",
        ],
    )
    header = ("set", "aligner", "variant", "learned from", "AER", "interval", "precision", "recall")
    cells = [
        (
            *(row[name] for name in ("set", "aligner", "variant", "learned_from", "aer")),
            f"{row['aer_low']:.3f}–{row['aer_high']:.3f}",
            row["precision"],
            row["recall"],
        )
        for row in rows
    ]
    yield Table("Alignment error rate", header, cells)


def _by_layer(rows: Sequence[Row]) -> Iterator[Section]:
    layered = [row for row in rows if str(row["variant"]).startswith(_LAYER)]
    if len({row["variant"] for row in layered}) < 2:
        return
    axes = new_axes(8, 4, "layer", "AER, lower is better")
    colors: dict[str, str] = {}  # by set; the line style is the aligner
    styles: dict[str, str] = {}
    for name in dict.fromkeys((str(row["set"]), str(row["aligner"])) for row in layered):
        color = colors.setdefault(name[0], f"C{len(colors)}")
        style = styles.setdefault(name[1], ("-", "--", ":", "-.")[len(styles) % 4])
        own = [row for row in layered if (row["set"], row["aligner"]) == name]
        layers = [int(str(row["variant"]).removeprefix(_LAYER)) for row in own]
        errors, label = [row["aer"] for row in own], f"{name[0]}, {name[1]}"
        axes.plot(layers, errors, style, color=color, marker="o", label=label)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure = figure_of(axes)
    figure.legend(loc="outside right upper", frameon=False, fontsize=8)
    yield Plot("By layer", figure)
