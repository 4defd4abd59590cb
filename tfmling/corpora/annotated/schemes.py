"""Schemes of entity labels: IOB1, IOB2 (BIO), BIOES and BIOUL (BILOU).

A label is `O`, or a prefix and a type: `B-PER`. IOB1 and IOB2 are defined by Tjong Kim Sang and
Veenstra (1999), "Representing Text Chunks"; BILOU by Ratinov and Roth (2009), "Design Challenges
and Misconceptions in Named Entity Recognition". BIOES is BIOUL with E for L (last) and S for U
(unit).
"""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Literal

Scheme = Literal["IOB1", "IOB2", "BIOES", "BIOUL"]

OUTSIDE = "O"
_PREFIXES = {"IOB1": "BI", "IOB2": "BI", "BIOES": "BIES", "BIOUL": "BIUL"}
_AS_BIOUL = str.maketrans("ES", "LU")


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Span:
    """An entity: words `start` to `end` - 1, from 0.

    Example:
        >>> words = ["Ali", "anaishi", "Dar", "es", "Salaam"]
        >>> place = Span(2, 5, "LOC")
        >>> words[place.start : place.end]
        ['Dar', 'es', 'Salaam']
    """

    start: int
    end: int
    type: str


def split_label(label: str) -> tuple[str, str]:
    """Split a label into prefix and type.

    Example:
        >>> split_label("B-PER"), split_label("O")
        (('B', 'PER'), ('O', ''))
    """
    prefix, _, entity_type = label.partition("-")
    return prefix, entity_type


def expected_prefixes(scheme: Scheme) -> str:
    """Describe the labels of a scheme for errors: `O, B-… or I-… (IOB2)`.

    Example:
        >>> expected_prefixes("BIOES")
        'O, B-…, I-…, E-… or S-… (BIOES)'
    """
    *first, last = (f"{prefix}-…" for prefix in _PREFIXES[scheme])
    return f"{', '.join([OUTSIDE, *first])} or {last} ({scheme})"


def belongs(label: str, scheme: Scheme) -> bool:
    """Whether a label is valid in a scheme.

    Example:
        >>> belongs("S-PER", "BIOES"), belongs("S-PER", "IOB2")
        (True, False)
    """
    prefix, entity_type = split_label(label)
    return label == OUTSIDE or (
        len(prefix) == 1 and prefix in _PREFIXES[scheme] and entity_type != ""
    )


def may_follow(previous: str | None, label: str | None, scheme: Scheme) -> bool:
    """Whether `label` may follow `previous`; None is the start or the end of a sentence.

    Args:
        previous: a valid label, or None.
        label: a valid label, or None.
        scheme: of both.

    Example:
        >>> may_follow("B-PER", "I-PER", "IOB2"), may_follow("O", "I-PER", "IOB2")
        (True, False)
    """
    before, before_type = split_label(previous or OUTSIDE)
    prefix, entity_type = split_label(label or OUTSIDE)
    same = before_type == entity_type
    if scheme == "IOB1":
        return prefix != "B" or (before != OUTSIDE and same)
    if scheme == "IOB2":
        return prefix != "I" or (before != OUTSIDE and same)
    is_open = before in "BI"
    continues = prefix in "IEL"
    return (is_open and continues and same) or (not is_open and not continues)


def violations(labels: Sequence[str], scheme: Scheme) -> list[int]:
    """Return the positions whose label may not follow the previous one.

    The position after the last label is the end of the sentence.

    Example:
        >>> violations(["O", "I-PER"], "IOB2")
        [1]
    """
    padded = [None, *labels, None]
    return [
        number
        for number in range(len(labels) + 1)
        if not may_follow(padded[number], padded[number + 1], scheme)
    ]


def to_spans(labels: Sequence[str], scheme: Scheme) -> list[Span]:
    """Return the entities of a sentence.

    Invalid sequences are read as by conlleval and seqeval: an entity begins where a label must
    begin one or where the type changes, and ends where no label continues it.

    Example:
        >>> to_spans(["B-PER", "I-PER", "O", "B-LOC"], "IOB2")
        [Span(start=0, end=2, type='PER'), Span(start=3, end=4, type='LOC')]
    """
    spans: list[Span] = []
    before = OUTSIDE
    for number, label in enumerate(labels):
        prefix, entity_type = split_label(label)
        if prefix != OUTSIDE:
            if spans and spans[-1].end == number and _continues(before, label, scheme):
                spans[-1] = dataclasses.replace(spans[-1], end=number + 1)
            else:
                spans.append(Span(number, number + 1, entity_type))
        before = label
    return spans


def _continues(before: str, label: str, scheme: Scheme) -> bool:
    """Whether `label` continues an entity that ends with `before`."""
    (prefix_before, type_before), (prefix, entity_type) = split_label(before), split_label(label)
    ended = scheme in ("BIOES", "BIOUL") and prefix_before in "ELSU"
    begins = prefix in "BSU"
    return type_before == entity_type and not ended and not begins


def from_spans(spans: Iterable[Span], length: int, scheme: Scheme) -> list[str]:
    """Return the labels of a sentence of `length` words with these entities.

    Raises:
        ValueError: entities overlap, are empty or exceed the sentence.

    Example:
        >>> from_spans([Span(0, 2, "PER")], length=3, scheme="IOB2")
        ['B-PER', 'I-PER', 'O']
    """
    labels = [OUTSIDE] * length
    end_before, type_before = 0, ""
    for span in sorted(spans):
        if not end_before <= span.start < span.end <= length:
            raise ValueError(f"expected entities side by side in {length} words, got {span}")
        touches = span.start == end_before and span.type == type_before and span.start > 0
        prefixes = _prefixes(span.end - span.start, touches, scheme)
        labels[span.start : span.end] = [f"{prefix}-{span.type}" for prefix in prefixes]
        end_before, type_before = span.end, span.type
    return labels


def _prefixes(length: int, touches: bool, scheme: Scheme) -> str:
    """Return the prefixes of an entity; `touches`: whether one of its type ends just before it."""
    if scheme == "IOB1":
        return ("B" if touches else "I") + "I" * (length - 1)
    if scheme == "IOB2":
        return "B" + "I" * (length - 1)
    bioes = "S" if length == 1 else "B" + "I" * (length - 2) + "E"
    return bioes if scheme == "BIOES" else bioes.translate(_AS_BIOUL)


def convert(labels: Sequence[str], source: Scheme, target: Scheme) -> list[str]:
    """Convert labels to another scheme, repairing invalid sequences.

    Example:
        >>> convert(["I-PER", "I-PER", "O"], "IOB1", "BIOES")
        ['B-PER', 'E-PER', 'O']
    """
    return from_spans(to_spans(labels, source), len(labels), target)


def repair(labels: Sequence[str], scheme: Scheme) -> tuple[list[str], int]:
    """Return valid labels, and the number of labels that were changed.

    Example:
        >>> repair(["O", "I-PER", "I-PER"], "IOB2")
        (['O', 'B-PER', 'I-PER'], 1)
    """
    repaired = convert(labels, scheme, scheme)
    return repaired, sum(a != b for a, b in zip(labels, repaired, strict=True))
