"""What a sentence says, without any language: an event with its participants.

Meanings are immutable and hashable; equal meanings are equal values.
"""

from dataclasses import dataclass
from typing import Literal

Tense = Literal["past", "present", "future"]
TENSES: tuple[Tense, ...] = ("past", "present", "future")

MANY = 0  # a count that is not told
MAX_COUNT = 20


@dataclass(frozen=True)
class Deed:
    """What somebody does: the part that a main clause and a relative clause share."""

    action: str
    tense: Tense
    patient: "Thing | None" = None
    negated: bool = False


@dataclass(frozen=True)
class Thing:
    """A participant: `count` is 1, 2 to MAX_COUNT, or MANY."""

    noun: str
    count: int = 1
    quality: str | None = None
    owner: "Thing | None" = None
    relative: Deed | None = None


@dataclass(frozen=True)
class Event:
    """A whole sentence: who does what, and where and when."""

    agent: Thing
    deed: Deed
    place: Thing | None = None
    time: str | None = None
