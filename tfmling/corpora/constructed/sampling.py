"""Draws meanings at random, in documents that keep to a topic."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tfmling.corpora.constructed import concepts
from tfmling.corpora.constructed.meaning import MANY, MAX_COUNT, TENSES, Deed, Event, Tense, Thing

# how often something is said; together they give sentences of 3 to 12 words, 7 in the middle
QUALITY_RATE = 0.35
OWNER_RATE = 0.15
RELATIVE_RATE = 0.15
PLACE_RATE = 0.3
TIME_RATE = 0.3
NEGATION_RATE = 0.12
OFF_TOPIC_RATE = 0.25  # a noun or tense from outside the document's topic
COUNT_RATES = {"one": 0.6, "many": 0.2, "counted": 0.2}
NOUNS_A_TOPIC = {"person": 2, "animal": 2, "food": 1, "tool": 2, "plant": 1, "place": 2}
SENTENCES_A_DOCUMENT = (4, 10)


@dataclass(frozen=True)
class Topic:
    """What a document keeps coming back to."""

    nouns: Mapping[str, Sequence[str]]
    tense: Tense


class MeaningSampler:
    """Draws events; the same generator state draws the same events."""

    def __init__(self, generator: random.Random):
        self._random = generator

    def documents(self) -> Iterator[list[Event]]:
        """Endless documents: 4 to 10 events each, about the same few things."""
        while True:
            topic = self.topic()
            count = self._random.randint(*SENTENCES_A_DOCUMENT)
            yield [self.event(topic) for _ in range(count)]

    def topic(self) -> Topic:
        """A few nouns of each field and a tense."""
        nouns = {
            field: self._random.sample(concepts.NOUN_FIELDS[field], count)
            for field, count in NOUNS_A_TOPIC.items()
        }
        return Topic(nouns, self._random.choice(TENSES))

    def event(self, topic: Topic) -> Event:
        """A whole sentence's meaning."""
        agent = self._thing(topic, self._random.choice(concepts.AGENT_FIELDS))
        place = self._plain(topic, concepts.PLACE_FIELD) if self._chance(PLACE_RATE) else None
        time = self._random.choice(concepts.TIMES) if self._chance(TIME_RATE) else None
        return Event(agent, self._deed(topic), place, time)

    def _deed(self, topic: Topic) -> Deed:
        action, field = self._action()
        patient = self._thing(topic, field) if field else None
        return Deed(action, self._tense(topic), patient, self._chance(NEGATION_RATE))

    def _action(self) -> tuple[str, str | None]:
        field = self._random.choice(list(concepts.ACTIONS))
        return self._random.choice(concepts.ACTIONS[field]), field

    def _thing(self, topic: Topic, field: str) -> Thing:
        noun, count = self._noun(topic, field), self._count()
        quality = self._random.choice(concepts.QUALITIES) if self._chance(QUALITY_RATE) else None
        if self._chance(OWNER_RATE):
            return Thing(noun, count, quality, owner=self._plain(topic, "person"))
        if field in concepts.AGENT_FIELDS and self._chance(RELATIVE_RATE):
            return Thing(noun, count, quality, relative=self._relative(topic))
        return Thing(noun, count, quality)

    def _relative(self, topic: Topic) -> Deed:
        action, field = self._action()
        patient = self._plain(topic, field) if field else None
        return Deed(action, self._tense(topic), patient)

    def _plain(self, topic: Topic, field: str) -> Thing:
        """A thing without adjective, owner and relative clause: nothing nests twice."""
        return Thing(self._noun(topic, field), self._random.choice((1, 1, MANY)))

    def _noun(self, topic: Topic, field: str) -> str:
        all_nouns = self._chance(OFF_TOPIC_RATE)
        return self._random.choice(concepts.NOUN_FIELDS[field] if all_nouns else topic.nouns[field])

    def _count(self) -> int:
        kind = self._random.choices(list(COUNT_RATES), list(COUNT_RATES.values()))[0]
        return {"one": 1, "many": MANY, "counted": self._random.randint(2, MAX_COUNT)}[kind]

    def _tense(self, topic: Topic) -> Tense:
        return self._random.choice(TENSES) if self._chance(OFF_TOPIC_RATE) else topic.tense

    def _chance(self, rate: float) -> bool:
        return self._random.random() < rate
