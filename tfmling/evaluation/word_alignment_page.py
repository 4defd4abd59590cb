"""The page of word alignments: error rates in a table, and by layer of an encoder in a figure."""

from collections.abc import Iterator, Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tfmling.reports import Plot, Table, Text
from tfmling.reports.write import Section

Row = Mapping[str, str | int | float]

_LAYER = "layer-"


def sections(rows: Sequence[Row], counts: Mapping[str, Mapping[str, int]]) -> list[Section]:
    """What stands on the page.

    Args:
        rows: as in scores.json.
        counts: as in counts.json.
    """
    scored = [row for row in rows if "aer" in row]
    return [*_scores(scored), *_by_layer(scored), *_links(rows), _counts(counts)]


def _scores(rows: Sequence[Row]) -> Iterator[Section]:
    if not rows:
        return
    yield Text(
        "What the figures say",
        [
            "Alignment error rate (AER): 0 where the links are those that people drew, lower is "
            "better; with its 95 % interval over the pairs of the set. Precision: share of the "
            "links that people find possible. Recall: share of the sure links that were found.",
            "Learned from: sentence pairs that a statistical aligner was trained on, those of the "
            "set among them, without their links. Contextual aligners learn from none.",
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
    drawing = Figure(figsize=(8, 4), layout="constrained")
    axes = drawing.subplots()
    colours: dict[str, str] = {}  # by set; an aligner is a style of line
    styles: dict[str, str] = {}
    for name in dict.fromkeys((str(row["set"]), str(row["aligner"])) for row in layered):
        colour = colours.setdefault(name[0], f"C{len(colours)}")
        style = styles.setdefault(name[1], ("-", "--", ":", "-.")[len(styles) % 4])
        own = [row for row in layered if (row["set"], row["aligner"]) == name]
        layers = [int(str(row["variant"]).removeprefix(_LAYER)) for row in own]
        errors, label = [row["aer"] for row in own], f"{name[0]}, {name[1]}"
        axes.plot(layers, errors, style, color=colour, marker="o", label=label)
    axes.set_xlabel("layer")
    axes.set_ylabel("AER, lower is better")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    drawing.legend(loc="outside right upper", frameon=False, fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    yield Plot("By layer", drawing)


def _links(rows: Sequence[Row]) -> Iterator[Section]:
    header = ("set", "aligner", "variant", "pairs", "links", "seconds")
    yield Table("Links", header, [[row[name] for name in header] for row in rows])


def _counts(counts: Mapping[str, Mapping[str, int]]) -> Section:
    cells = [(name, what, number) for name, own in counts.items() for what, number in own.items()]
    return Table("What was read", ("set", "what", "count"), cells)
