import random

import pytest

from tfmling.corpora.constructed.meaning import MANY, TENSES, Deed, Event, Thing
from tfmling.corpora.constructed.sampling import contrast

DOG, CAT, HOUSE = Thing("animal1"), Thing("animal2", count=3), Thing("place1")


def contrasts(event):
    """Everything that may come out."""
    return {contrast(event, random.Random(seed)) for seed in range(100)}


def test_an_event_without_patient_has_four_contrasts():
    event = Event(DOG, Deed("act1", "past"), place=HOUSE, time="time1")
    assert contrasts(event) == {
        Event(DOG, Deed("act1", "present"), HOUSE, "time1"),
        Event(DOG, Deed("act1", "future"), HOUSE, "time1"),
        Event(DOG, Deed("act1", "past", negated=True), HOUSE, "time1"),
        Event(Thing("animal1", count=MANY), Deed("act1", "past"), HOUSE, "time1"),
    }


def test_who_does_it_to_whom_is_swapped_within_a_field():
    swapped = Event(CAT, Deed("act_on_animal1", "past", DOG))
    assert swapped in contrasts(Event(DOG, Deed("act_on_animal1", "past", CAT)))


@pytest.mark.parametrize("patient", [HOUSE, DOG, Thing("person1")])
def test_nothing_is_swapped_with_another_field_or_with_itself(patient):
    event = Event(DOG, Deed("act1", "past", patient))
    assert event not in contrasts(event)
    assert {found.agent.noun for found in contrasts(event)} == {DOG.noun}
    assert {found.deed.patient for found in contrasts(event)} == {patient}


def test_several_become_one():
    event = Event(CAT, Deed("act1", TENSES[0], negated=True))
    agents = {found.agent for found in contrasts(event)}
    assert agents == {CAT, Thing("animal2", count=1)}
    assert {found.deed.negated for found in contrasts(event)} == {True, False}
