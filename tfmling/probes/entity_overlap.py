"""Zero-shot transfer of entities, beside the share of their word pieces that languages share.

Pires, Schlinger and Garrette (2019), "How Multilingual is Multilingual BERT?", section 3: the
overlap is |E ∩ E'| / |E ∪ E'|, where E is the set of word pieces in the entities of a data set.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pydantic

from tfmling.core.config import Name
from tfmling.core.intervals import Scores
from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.corpora.annotated.schemes import Scheme, to_spans
from tfmling.probes.probe import ProbedEncoder, Row
from tfmling.probes.transfer import (
    TransferProbe,
    correlation_of,
    correlation_table,
    draw_against,
    transfers,
)
from tfmling.reports import Table
from tfmling.tagging.settings import EntityCorpora

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tfmling.tagging.tasks import EntityTask


class EntityOverlap(TransferProbe):
    """The zero-shot matrix of entities, with the overlap of their word pieces.

    Example:
        >>> _ = open("en.txt", "w").write("Berlin B-LOC\\n")
        >>> corpus = dict(format="conll", path="en.txt", language="en")
        >>> task = dict(kind="entities", train=[corpus], development=[corpus], test={"de": corpus})
        >>> probe = EntityOverlap(kind="entity_overlap", name="overlap", tasks={"en": task})
        >>> values = {"de": 0.3, "nl": 0.2, "sw": 0.1}  # overlap with English, and F1
        >>> rows = [{"trained_on": "en", "tested_on": language, "overlap": value, "score": value}
        ...         for language, value in values.items()]
        >>> probe.summary(rows)["spearman"]
        1.0
    """

    TITLE: ClassVar = "Zero-shot F1 and overlap of the entities' word pieces"

    kind: Literal["entity_overlap"]
    tasks: Mapping[Name, EntityCorpora] = pydantic.Field(min_length=1)
    """Corpora with entities, by name."""

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """Return `score` as in the zero-shot matrix, and `overlap`."""
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
        """Return the correlation of overlap and F1 over all transfers."""
        return correlation_of(transfers(rows), "overlap")

    def tables(self, rows: Sequence[Row]) -> list[Table]:
        """Return the matrix and the correlation."""
        return [*super().tables(rows), *correlation_table("overlap", self.summary(rows))]

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """Draw a dot per transfer."""
        return draw_against(transfers(rows), "overlap", "overlap of the entities' pieces")


def _overlaps(task: "EntityTask", cut: Callable[[str], list[str]]) -> dict[str, float]:
    trained = entity_pieces(task.train, task.scheme, cut)
    return {
        tested: overlap(trained, entity_pieces(items, task.scheme, cut))
        for tested, items in task.test.items()
    }


def entity_pieces(
    sentences: Iterable[TaggedSentence], scheme: Scheme, cut: Callable[[str], list[str]]
) -> frozenset[str]:
    """Return the distinct pieces in all entities.

    Args:
        sentences: with entity labels.
        scheme: of the labels.
        cut: splits a word into pieces.

    Example:
        >>> sentence = TaggedSentence(("in", "Berlin"), ("O", "B-LOC"), "train.txt:1")
        >>> sorted(entity_pieces([sentence], "IOB2", lambda word: [word[:3], f"##{word[3:]}"]))
        ['##lin', 'Ber']
    """
    return frozenset(
        piece
        for sentence in sentences
        for span in to_spans(sentence.labels, scheme)
        for word in sentence.words[span.start : span.end]
        for piece in cut(word)
    )


def overlap(first: Set[str], second: Set[str]) -> float:
    """Return |first ∩ second| / |first ∪ second|, or 0 if both are empty.

    Example:
        >>> overlap({"Ber", "##lin"}, {"Ber", "##n"}) == 1 / 3
        True
    """
    either = len(first | second)
    return len(first & second) / either if either else 0.0
