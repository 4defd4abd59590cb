"""Language A: subject verb object, prepositions, adjective before noun, Latin letters.

Time first, then the subject: [numeral adjective noun-PLURAL of owner who does]; not
verb-TENSE-PLURAL, object, at place.
"""

import random

from tfmling.corpora.constructed import concepts
from tfmling.corpora.constructed.language import Language
from tfmling.corpora.constructed.meaning import MANY, TENSES, Deed, Event, Thing
from tfmling.corpora.constructed.words import WordMaker

CONSONANTS = "bdfgklmnprstvz"
VOWELS = "aeiou"
SYLLABLES = [consonant + vowel for consonant in CONSONANTS for vowel in VOWELS]
TEN = 10


class SvoLanguage(Language):
    """Says meanings with words that `generator` invents.

    Numerals are decimal and two words from 11 on: ten three = 13, two ten = 20. Verbs agree with
    the subject in number; nouns are plural after a numeral.
    """

    full_stop = "."

    def __init__(self, generator: random.Random):
        maker = WordMaker(SYLLABLES, generator)
        self._not, self._of, self._who, self._at = (maker.invent([1]) for _ in range(4))
        self._numerals = {number: maker.invent([2]) for number in range(1, TEN + 1)}
        self._lexicon = (
            maker.lexicon(concepts.ALL_NOUNS, [2, 3])
            | maker.lexicon(concepts.ALL_ACTIONS, [2, 3])
            | maker.lexicon(concepts.QUALITIES, [2, 3])
            | maker.lexicon(concepts.TIMES, [2, 3])
        )
        # suffixes end in a consonant, stems in a vowel
        plural, agreement, *tenses = generator.sample(CONSONANTS, 2 + len(TENSES))
        self._noun_plural, self._verb_plural = f"e{plural}", f"i{agreement}"
        self._tenses = {
            tense: end + generator.choice(VOWELS) for tense, end in zip(TENSES, tenses, strict=True)
        }

    def words(self, event: Event) -> list[str]:
        """Time first, then subject, verb, object and place."""
        return [
            *([self._lexicon[event.time]] if event.time else []),
            *self._noun_phrase(event.agent),
            *self._verb_phrase(event.deed, event.agent),
            *([self._at, *self._noun_phrase(event.place)] if event.place else []),
        ]

    def _noun_phrase(self, thing: Thing) -> list[str]:
        noun = self._lexicon[thing.noun] + (self._noun_plural if thing.count != 1 else "")
        return [
            *self._numeral(thing.count),
            *([self._lexicon[thing.quality]] if thing.quality else []),
            noun,
            *([self._of, *self._noun_phrase(thing.owner)] if thing.owner else []),
            *([self._who, *self._verb_phrase(thing.relative, thing)] if thing.relative else []),
        ]

    def _verb_phrase(self, deed: Deed, agent: Thing) -> list[str]:
        plural = self._verb_plural if agent.count != 1 else ""
        return [
            *([self._not] if deed.negated else []),
            self._lexicon[deed.action] + self._tenses[deed.tense] + plural,
            *(self._noun_phrase(deed.patient) if deed.patient else []),
        ]

    def _numeral(self, count: int) -> list[str]:
        if count in (MANY, 1):
            return []
        tens, unit = divmod(count, TEN)
        parts = [tens] * (tens > 1) + [TEN] * (tens > 0) + [unit] * (unit > 0)
        return [self._numerals[part] for part in parts]
