"""The grammars, seen in the sentences alone: what changes when one part of a meaning changes."""

import dataclasses
import random
import unicodedata

import pytest

from tfmling.corpora.constructed.languages import SovLanguage, SvoLanguage
from tfmling.corpora.constructed.meaning import ALL_NOUNS, MANY, MAX_COUNT, Deed, Event, Thing

SEEDS = (1, 2, 3)


@pytest.fixture(params=SEEDS)
def a(request):
    return SvoLanguage(random.Random(request.param))


@pytest.fixture(params=SEEDS)
def b(request):
    return SovLanguage(random.Random(request.param))


def event(agent="person1", action="act_on_tool2", patient="tool3", **changes):
    deed = Deed(action, "past", Thing(patient) if isinstance(patient, str) else patient)
    agent = Thing(agent) if isinstance(agent, str) else agent
    return dataclasses.replace(Event(agent, deed), **changes)


def changed(language, one, other):
    """The positions of the words in which two sentences of equal length differ."""
    first, second = language.words(one), language.words(other)
    assert len(first) == len(second)
    return [n for n, pair in enumerate(zip(first, second, strict=True)) if pair[0] != pair[1]]


def test_a_is_subject_verb_object(a):
    assert len(a.words(event())) == 3
    assert changed(a, event(), event(agent="person4")) == [0]
    assert changed(a, event(), event(action="act_on_tool5")) == [1]
    assert changed(a, event(), event(patient="tool6")) == [2]


def test_b_is_subject_object_verb(b):
    assert len(b.words(event())) == 3
    assert 0 in changed(b, event(), event(agent="person4"))  # the verb may agree with another class
    assert changed(b, event(), event(patient="tool6")) == [1]
    assert changed(b, event(), event(action="act_on_tool5")) == [2]


def test_b_marks_the_object_with_a_suffix(b):
    subject = b.words(event(agent="animal1"))[0]
    marked = b.words(event(patient="animal1"))[1]
    assert marked.startswith(subject)
    assert len(marked) == len(subject) + 1


def test_time_comes_first_in_a_and_after_the_subject_in_b(a, b):
    assert a.words(event(time="time1"))[1:] == a.words(event())
    words = b.words(event(time="time1"))
    assert [words[0], *words[2:]] == b.words(event())


def test_a_place_is_a_phrase_at_the_end_of_a_and_one_word_before_the_object_of_b(a, b):
    place = Thing("place1")
    assert a.words(event(place=place))[:3] == a.words(event())
    assert len(a.words(event(place=place))) == 5  # at + noun
    words = b.words(event(place=place))
    assert [words[0], *words[2:]] == b.words(event())


def test_an_adjective_stands_before_the_noun_in_a_and_after_it_in_b(a, b):
    big = event(agent=Thing("person1", quality="quality1"))
    assert a.words(big)[1:] == a.words(event())
    words = b.words(big)
    assert [words[0], *words[2:]] == b.words(event())


def test_adjectives_of_b_have_one_form_for_each_of_three_noun_classes(b):
    words = [b.words(event(agent=Thing(noun, quality="quality1"))) for noun in ALL_NOUNS]
    assert len({sentence[1] for sentence in words}) == 3
    assert len({sentence[-1] for sentence in words}) == 3
    # the verb's ending goes with the adjective's: both agree with the noun
    assert len({(sentence[1], sentence[-1]) for sentence in words}) == 3


def test_verbs_agree_in_number_with_the_subject_and_not_with_the_object(a, b):
    plural_agent = event(agent=Thing("person1", count=MANY))
    plural_patient = event(patient=Thing("tool3", count=MANY))
    assert changed(a, event(), plural_agent) == [0, 1]
    assert changed(a, event(), plural_patient) == [2]
    assert changed(b, event(), plural_agent) == [0, 2]
    assert changed(b, event(), plural_patient) == [1]


def test_numerals_of_a_are_decimal(a):
    def numeral(count):
        return a.words(event(agent=Thing("person1", count=count)))[:-3]

    ten, three = numeral(10), numeral(3)
    assert len(ten) == len(three) == 1
    assert numeral(13) == ten + three
    assert numeral(20) == numeral(2) + ten


def test_numerals_of_b_are_one_word_with_the_unit_first(b):
    def numeral(count):
        return b.words(event(agent=Thing("person1", count=count)))[1]

    assert len({numeral(count) for count in range(2, MAX_COUNT + 1)}) == MAX_COUNT - 1
    assert numeral(13).startswith(numeral(3))
    assert len(numeral(13)) == len(numeral(3)) + 1
    assert not numeral(13).startswith(numeral(10))


def test_a_relative_clause_follows_the_noun_in_a_and_precedes_it_in_b(a, b):
    deed = Deed("act_on_food1", "present", Thing("food1"))
    with_clause = event(agent=Thing("person1", relative=deed))
    words = a.words(with_clause)
    assert len(words) == 6  # noun who verb object, verb, object
    assert [words[0], *words[4:]] == a.words(event())
    words = b.words(with_clause)
    assert words[2:] == b.words(event())  # object and participle stand before


def test_an_owner_follows_in_a_and_precedes_with_a_suffix_in_b(a, b):
    owned = event(agent=Thing("animal1", owner=Thing("person1")))
    words = a.words(owned)
    assert [words[0], *words[3:]] == a.words(event(agent="animal1"))
    words = b.words(owned)
    assert words[1:] == b.words(event(agent="animal1"))
    assert words[0].startswith(b.words(event())[0])


def test_negation_is_a_word_in_a_and_a_prefix_in_b(a, b):
    def negate(positive):
        return dataclasses.replace(positive, deed=dataclasses.replace(positive.deed, negated=True))

    words = a.words(negate(event()))
    assert [words[0], *words[2:]] == a.words(event())
    assert b.words(negate(event()))[2].endswith(b.words(event())[2])
    assert changed(b, negate(event()), event()) == [2]


def test_tenses_differ(a, b):
    for language in (a, b):
        deeds = [Deed("act1", tense) for tense in ("past", "present", "future")]
        assert len({language.sentence(Event(Thing("person1"), deed)) for deed in deeds}) == 3


def test_suffixes_of_b_are_in_harmony(b):
    """A suffix is one consonant with one of two vowels, by the letter before it."""
    marked = [b.words(event(patient=noun))[1] for noun in ALL_NOUNS]
    before, suffix = {ord(w[-2]) % 8 for w in marked}, {w[-1] for w in marked}
    assert len(before) == 7  # every vowel was there
    assert len(suffix) == 2
    assert len({ord(letter) // 8 for letter in suffix}) == 1


def test_each_language_has_its_script_and_its_full_stop(a, b):
    sentence = a.sentence(event())
    assert sentence.endswith(".")
    assert sentence[0].isupper()
    assert all(c.isascii() and c.isalpha() for c in sentence[:-1].replace(" ", ""))
    sentence = b.sentence(event())
    assert sentence.endswith("።")
    assert all(
        unicodedata.name(c).startswith("ETHIOPIC SYLLABLE") for c in sentence[:-1] if c != " "
    )
