"""The labels of a corpus: which are allowed, and how their scheme is checked and converted."""

from typing import Literal

import pydantic

from tfmling.core import config
from tfmling.corpora.annotated import schemes
from tfmling.corpora.annotated.examples import REPAIRED, Problem
from tfmling.corpora.annotated.schemes import OUTSIDE, Scheme

# https://universaldependencies.org/u/pos/ (version 2)
UPOS = (
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN",
    "PUNCT", "SCONJ", "SYM", "VERB", "X",
)  # fmt: skip

LabelNames = Literal["upos"] | tuple[str, ...]


class Tags(config.Settings):
    """The labels of a corpus.

    Example:
        >>> tags = Tags(names=["PER", "LOC"], scheme="IOB2")
        >>> tags.problem("B-LOC"), tags.problem("B-ORG")
        (None, ('unknown_label', 'one of PER, LOC'))
    """

    names: LabelNames | None = None
    """Allowed labels or, with a scheme, types of entities (PER, LOC). `upos`: the 17 of Universal
    Dependencies; null: any.
    """
    scheme: Scheme | None = None
    """Scheme of labels that mark entities; null: plain labels."""
    repair: bool = False
    """Whether to repair and count invalid sequences of labels; otherwise they are bad lines."""
    convert_to: Scheme | None = None
    """Scheme of the result; null: `scheme` is kept."""

    @pydantic.model_validator(mode="after")
    def _entities_need_a_scheme(self) -> "Tags":
        for name in ("repair", "convert_to"):
            if getattr(self, name) and self.scheme is None:
                raise ValueError(f"{name} needs a scheme: that of the labels in the file")
        return self

    def problem(self, label: str) -> tuple[str, str] | None:
        """Return (reason, expected) for a label that is not allowed, None for others."""
        if self.scheme is not None and not schemes.belongs(label, self.scheme):
            return "label_of_another_scheme", schemes.expected_prefixes(self.scheme)
        is_outside = self.scheme is not None and label == OUTSIDE
        name = schemes.split_label(label)[1] if self.scheme is not None else label
        allowed = UPOS if self.names == "upos" else self.names
        if allowed is None or is_outside or name in allowed:
            return None
        return "unknown_label", f"one of {', '.join(allowed)}"

    def finish(self, labels: list[str], locations: list[str]) -> tuple[list[str], list[Problem]]:
        """Return the converted labels of a sentence, and the problems of their order.

        Args:
            labels: labels that are allowed one by one.
            locations: the line of each.
        """
        if self.scheme is None:
            return labels, []
        problems = self._order_problems(labels, locations)
        if problems and not self.repair:
            return labels, problems
        if problems:
            labels, changed = schemes.repair(labels, self.scheme)
            first = problems[0]
            problems = [Problem(first.location, REPAIRED, first.expected, first.got, changed)]
        return schemes.convert(labels, self.scheme, self.convert_to or self.scheme), problems

    def _order_problems(self, labels: list[str], locations: list[str]) -> list[Problem]:
        assert self.scheme is not None, "only entities have an order"
        return [
            _order_problem(labels, locations, number, self.scheme)
            for number in schemes.violations(labels, self.scheme)
        ]


def _order_problem(labels: list[str], locations: list[str], number: int, scheme: Scheme) -> Problem:
    before = f"after {labels[number - 1]!r}" if number else "at the beginning of a sentence"
    came = labels[number] if number < len(labels) else "the end of the sentence"
    location = locations[min(number, len(locations) - 1)]
    expected = f"a label that {scheme} allows {before} (or repair: true)"
    return Problem(location, "label_out_of_order", expected, came)
