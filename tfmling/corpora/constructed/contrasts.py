"""Meanings that differ in one thing only: who does it to whom, when, how many, or whether at all.

A sentence and its contrast share nearly all their words, so only a model that reads word order and
affixes tells them apart.
"""

import dataclasses
import random

from tfmling.corpora.constructed.concepts import FIELD_OF_NOUN
from tfmling.corpora.constructed.meaning import MANY, TENSES, Event


def contrast(event: Event, generator: random.Random) -> Event:
    """The event with one thing changed, drawn at random from what can be changed in it."""
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
        raise ValueError(f"nobody is acted on in {event}; ask `_can_swap` first")
    deed = dataclasses.replace(event.deed, patient=event.agent)
    return dataclasses.replace(event, agent=patient, deed=deed)
