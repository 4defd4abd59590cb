"""Random meanings, in documents with a topic, and contrasts of them."""

import dataclasses
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tfmling.corpora.constructed import meaning
from tfmling.corpora.constructed.meaning import (
    FIELD_OF_NOUN,
    MANY,
    MAX_COUNT,
    TENSES,
    Deed,
    Event,
    Tense,
    Thing,
)

# Probabilities of optional parts: most sentences then have 3 to 12 words, with a median of 7
QUALITY_RATE = 0.35
OWNER_RATE = 0.15
RELATIVE_RATE = 0.15
PLACE_RATE = 0.3
TIME_RATE = 0.3
NEGATION_RATE = 0.12
OFF_TOPIC_RATE = 0.25  # of a noun or tense that is not the document's topic
COUNT_RATES = {"one": 0.6, "many": 0.2, "counted": 0.2}
NOUNS_A_TOPIC = {"person": 2, "animal": 2, "food": 1, "tool": 2, "plant": 1, "place": 2}
SENTENCES_A_DOCUMENT = (4, 10)


@dataclass(frozen=True)
class Topic:
    """The topic of a document: a few nouns of each field, and a tense.

    Example:
        >>> topic = MeaningSampler(random.Random(1)).topic()
        >>> len(topic.nouns["person"]), topic.tense in TENSES
        (2, True)
    """

    nouns: Mapping[str, Sequence[str]]
    tense: Tense


class MeaningSampler:
    """Samples events; equal generator states give equal events.

    Example:
        >>> document = next(MeaningSampler(random.Random(1)).documents())
        >>> 4 <= len(document) <= 10
        True
    """

    def __init__(self, generator: random.Random):
        self._random = generator

    def documents(self) -> Iterator[list[Event]]:
        """Yield documents without end, each of 4 to 10 events with one topic."""
        while True:
            topic = self.topic()
            count = self._random.randint(*SENTENCES_A_DOCUMENT)
            yield [self.event(topic) for _ in range(count)]

    def topic(self) -> Topic:
        """Sample a topic."""
        nouns = {
            field: self._random.sample(meaning.NOUN_FIELDS[field], count)
            for field, count in NOUNS_A_TOPIC.items()
        }
        return Topic(nouns, self._random.choice(TENSES))

    def event(self, topic: Topic) -> Event:
        """Sample the meaning of a sentence."""
        agent = self._thing(topic, self._random.choice(meaning.AGENT_FIELDS))
        place = self._plain(topic, meaning.PLACE_FIELD) if self._chance(PLACE_RATE) else None
        time = self._random.choice(meaning.TIMES) if self._chance(TIME_RATE) else None
        return Event(agent, self._deed(topic), place, time)

    def _deed(self, topic: Topic) -> Deed:
        action, field = self._action()
        patient = self._thing(topic, field) if field else None
        return Deed(action, self._tense(topic), patient, self._chance(NEGATION_RATE))

    def _action(self) -> tuple[str, str | None]:
        field = self._random.choice(list(meaning.ACTIONS))
        return self._random.choice(meaning.ACTIONS[field]), field

    def _thing(self, topic: Topic, field: str) -> Thing:
        noun, count = self._noun(topic, field), self._count()
        quality = self._random.choice(meaning.QUALITIES) if self._chance(QUALITY_RATE) else None
        if self._chance(OWNER_RATE):
            return Thing(noun, count, quality, owner=self._plain(topic, "person"))
        if field in meaning.AGENT_FIELDS and self._chance(RELATIVE_RATE):
            return Thing(noun, count, quality, relative=self._relative(topic))
        return Thing(noun, count, quality)

    def _relative(self, topic: Topic) -> Deed:
        action, field = self._action()
        patient = self._plain(topic, field) if field else None
        return Deed(action, self._tense(topic), patient)

    def _plain(self, topic: Topic, field: str) -> Thing:
        """Sample a thing without modifiers, so that nothing nests twice."""
        return Thing(self._noun(topic, field), self._random.choice((1, 1, MANY)))

    def _noun(self, topic: Topic, field: str) -> str:
        all_nouns = self._chance(OFF_TOPIC_RATE)
        return self._random.choice(meaning.NOUN_FIELDS[field] if all_nouns else topic.nouns[field])

    def _count(self) -> int:
        kind = self._random.choices(list(COUNT_RATES), list(COUNT_RATES.values()))[0]
        return {"one": 1, "many": MANY, "counted": self._random.randint(2, MAX_COUNT)}[kind]

    def _tense(self, topic: Topic) -> Tense:
        return self._random.choice(TENSES) if self._chance(OFF_TOPIC_RATE) else topic.tense

    def _chance(self, rate: float) -> bool:
        return self._random.random() < rate


def contrast(event: Event, generator: random.Random) -> Event:
    """Return the event with one change: tense, negation, number, or agent and patient swapped.

    A sentence and its contrast share nearly all words, so that only a model that reads word order
    and affixes can distinguish them.

    Example:
        >>> event = Event(Thing("animal0"), Deed("act0", "past"))
        >>> changed = contrast(event, random.Random(1))
        >>> changed != event, changed.agent.noun, changed.deed.action
        (True, 'animal0', 'act0')
    """
    changed = [_other_tense(event, generator), _other_polarity(event), _other_number(event)]
    if _can_swap(event):
        changed.append(_swapped(event))
    return generator.choice(changed)


def _other_tense(event: Event, generator: random.Random) -> Event:
    tense = generator.choice([tense for tense in TENSES if tense != event.deed.tense])
    return dataclasses.replace(event, deed=dataclasses.replace(event.deed, tense=tense))


def _other_polarity(event: Event) -> Event:
    negated = not event.deed.negated
    return dataclasses.replace(event, deed=dataclasses.replace(event.deed, negated=negated))


def _other_number(event: Event) -> Event:
    count = MANY if event.agent.count == 1 else 1
    return dataclasses.replace(event, agent=dataclasses.replace(event.agent, count=count))


def _can_swap(event: Event) -> bool:
    agent, patient = event.agent, event.deed.patient
    if patient is None or agent == patient:
        return False
    return FIELD_OF_NOUN[agent.noun] == FIELD_OF_NOUN[patient.noun]


def _swapped(event: Event) -> Event:
    patient = event.deed.patient
    if patient is None:
        raise ValueError(f"{event} has no patient; check `_can_swap` first")
    deed = dataclasses.replace(event.deed, patient=event.agent)
    return dataclasses.replace(event, agent=patient, deed=deed)
