"""How many word pieces the entities of two data sets share.

Pires, Schlinger and Garrette (2019), "How Multilingual is Multilingual BERT?", section 3: the
overlap is |E ∩ E'| / |E ∪ E'|, where E is the set of the word pieces in the entities of one set.
Its correlation with zero-shot F1 is `tfmling.evaluation.correlation.correlation_scores`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pydantic

from tfmling.core.config import Name
from tfmling.core.intervals import Scores
from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.corpora.annotated.schemes import Scheme, to_spans
from tfmling.evaluation.correlation import correlation_scores
from tfmling.probes.probe import ProbedEncoder, Row
from tfmling.probes.transfer import TransferProbe, transfers
from tfmling.reports import Table
from tfmling.tagging.settings import EntityCorpora

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tfmling.tagging.tasks import EntityTask

_LEAST = 3  # points, of which a correlation says something


class EntityOverlap(TransferProbe):
    """The zero-shot matrix of entities, and how many pieces of entities languages share."""

    TITLE: ClassVar = "Zero-shot F1 and overlap of the entities' word pieces"

    kind: Literal["entity_overlap"]
    tasks: Mapping[Name, EntityCorpora] = pydantic.Field(min_length=1)

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """`score` as the zero-shot matrix has it, and `overlap`."""
        overlaps = {
            (trained, tested): value
            for trained, task in data.items()
            for tested, value in _overlaps(task, encoder.cut).items()
        }
        return [
            {**row, "overlap": overlaps[str(row["trained_on"]), str(row["tested_on"])]}
            for row in super().run(encoder, data)
        ]

    def summary(self, rows: Sequence[Row]) -> Scores:
        """The correlation of overlap and F1 over all transfers, with its interval."""
        return correlation_of(transfers(rows), "overlap")

    def tables(self, rows: Sequence[Row]) -> list[Table]:
        """The matrix, and the correlation."""
        return [*super().tables(rows), *correlation_table("overlap", self.summary(rows))]

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """A dot for each transfer."""
        return draw_against(transfers(rows), "overlap", "overlap of the entities' pieces")


def _overlaps(task: "EntityTask", cut: Callable[[str], list[str]]) -> dict[str, float]:
    """By the language tested on."""
    trained = entity_pieces(task.train, task.scheme, cut)
    return {
        tested: overlap(trained, entity_pieces(items, task.scheme, cut))
        for tested, items in task.test.items()
    }


def correlation_of(rows: Sequence[Row], column: str) -> Scores:
    """Spearman's and Pearson's correlation of a column with `score`; nothing of two rows or fewer.

    Keys as `tfmling.evaluation.correlation.correlation_scores` gives them.
    """
    values = np.array([float(row[column]) for row in rows])
    scores = np.array([float(row["score"]) for row in rows])
    if len(rows) < _LEAST or len(set(values)) == 1 or len(set(scores)) == 1:
        return {}
    return correlation_scores(values, scores)


def correlation_table(column: str, figures: Scores) -> list[Table]:
    """One row a kind of correlation; no table where there is none."""
    rows = [
        [name, figures[name], f"{figures[f'{name}_low']:.3f}–{figures[f'{name}_high']:.3f}",
         figures["count"]]
        for name in ("spearman", "pearson")
        if figures
    ]  # fmt: skip
    header = ("correlation", "value", "95 % interval", "transfers")
    return [Table(f"{column} and score", header, rows)] if rows else []


def draw_against(rows: Sequence[Row], column: str, label: str) -> "Figure":
    """A dot for each row, named by its languages: a column against `score`."""
    from matplotlib.figure import Figure  # only where something is drawn

    figure = Figure(figsize=(6.5, 4.5), layout="constrained")
    axes = figure.subplots()
    for row in rows:
        axes.plot(row[column], row["score"], "o", color="#0072B2", alpha=0.7)
        name = f"{row['trained_on']}→{row['tested_on']}"
        axes.annotate(name, (row[column], row["score"]), fontsize=7, xytext=(3, 3),
                      textcoords="offset points")  # fmt: skip
    axes.set_xlabel(label)
    axes.set_ylabel("score")
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def entity_pieces(
    sentences: Iterable[TaggedSentence], scheme: Scheme, cut: Callable[[str], list[str]]
) -> frozenset[str]:
    """The distinct pieces in all entities.

    Args:
        sentences: with labels of entities.
        scheme: of their labels.
        cut: splits a word into pieces, such as `SubwordVocabulary.tokenize`.
    """
    return frozenset(
        piece
        for sentence in sentences
        for span in to_spans(sentence.labels, scheme)
        for word in sentence.words[span.start : span.end]
        for piece in cut(word)
    )


def overlap(first: Set[str], second: Set[str]) -> float:
    """|first ∩ second| / |first ∪ second|, 0 to 1; 0 where both are empty."""
    either = len(first | second)
    return len(first & second) / either if either else 0.0
