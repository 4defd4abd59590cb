"""Meanings of sentences, independent of any language: events, participants, concepts."""

from dataclasses import dataclass
from typing import Literal

Tense = Literal["past", "present", "future"]
TENSES: tuple[Tense, ...] = ("past", "present", "future")

MANY = 0  # a count that is not given
MAX_COUNT = 20


@dataclass(frozen=True)
class Deed:
    """An action: what a main clause and a relative clause have in common.

    Example:
        >>> Deed("act_on_food0", "past", Thing("food0")).patient.noun
        'food0'
    """

    action: str
    tense: Tense
    patient: "Thing | None" = None
    negated: bool = False


@dataclass(frozen=True)
class Thing:
    """A participant: `count` is 1, 2 to MAX_COUNT, or MANY.

    Example:
        >>> dogs = Thing("animal0", count=MANY, owner=Thing("person0"))
        >>> dogs.owner.count
        1
    """

    noun: str
    count: int = 1
    quality: str | None = None
    owner: "Thing | None" = None
    relative: Deed | None = None


@dataclass(frozen=True)
class Event:
    """The meaning of a sentence: who does what, where and when.

    Example:
        >>> event = Event(Thing("person0"), Deed("act0", "past"), time="time0")
        >>> event.deed.tense, event.place
        ('past', None)
    """

    agent: Thing
    deed: Deed
    place: Thing | None = None
    time: str | None = None


# Concepts by field. Actions belong to the field of their patient (one eats food, not tools), so
# that words predict their neighbors, as in real languages.
def _numbered(name: str, count: int) -> tuple[str, ...]:
    return tuple(f"{name}{number}" for number in range(count))


NOUN_FIELDS = {
    name: _numbered(name, count)
    for name, count in {
        "person": 36,
        "animal": 30,
        "food": 28,
        "tool": 32,
        "plant": 20,
        "place": 28,
    }.items()
}
AGENT_FIELDS = ("person", "animal")
PLACE_FIELD = "place"

# field of the patient -> actions; None for actions without a patient
ACTIONS = {
    None: _numbered("act", 24),
    "person": _numbered("act_on_person", 14),
    "animal": _numbered("act_on_animal", 10),
    "food": _numbered("act_on_food", 10),
    "tool": _numbered("act_on_tool", 12),
    "plant": _numbered("act_on_plant", 8),
    "place": _numbered("act_on_place", 8),
}
QUALITIES = _numbered("quality", 44)
TIMES = _numbered("time", 14)

ALL_NOUNS = tuple(noun for nouns in NOUN_FIELDS.values() for noun in nouns)
ALL_ACTIONS = tuple(action for actions in ACTIONS.values() for action in actions)
FIELD_OF_NOUN = {noun: field for field, nouns in NOUN_FIELDS.items() for noun in nouns}
