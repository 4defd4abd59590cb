"""Language B: subject object verb, suffixes, adjective and numeral after the noun, in Ethiopic.

Subject first: [who-does owner-GEN noun-PLURAL adjective-CLASS numeral], then time, place-LOC,
object-ACC and NOT-verb-TENSE-CLASS.
"""

import random

from tfmling.corpora.constructed import concepts
from tfmling.corpora.constructed.language import Language
from tfmling.corpora.constructed.meaning import MANY, MAX_COUNT, TENSES, Deed, Event, Thing
from tfmling.corpora.constructed.words import WordMaker

# Each Ethiopic letter is a consonant (a row of eight code points) with a vowel (its place there).
ROWS = [ord(letter) for letter in "ሀለመረሰሸቀበተቸነከወዘደገፈፐ"]
VOWELS = range(7)
BACK_VOWELS = frozenset((0, 1, 3, 6))
BACK, FRONT = 3, 4  # the vowels that an affix takes
LETTERS = [chr(row + vowel) for row in ROWS for vowel in VOWELS]
NOUN_CLASSES = 3
BASE = 10


class SovLanguage(Language):
    """Says meanings with words that `generator` invents.

    Affixes are one letter whose vowel is in harmony with the letter before. Nouns fall into three
    classes: adjectives and verbs agree with them. Numerals are one word, the unit before the ten
    (three-ten = 13), and leave the noun in the singular.
    """

    full_stop = "።"

    def __init__(self, generator: random.Random):
        maker = WordMaker(LETTERS, generator)
        self._lexicon = (
            maker.lexicon(concepts.ALL_NOUNS, [2, 3])
            | maker.lexicon(concepts.ALL_ACTIONS, [2, 3])
            | maker.lexicon(concepts.QUALITIES, [2, 3])
            | maker.lexicon(concepts.TIMES, [2, 3])
        )
        self._numerals = {number: maker.invent([2]) for number in (*range(1, BASE + 1), MAX_COUNT)}
        self._class = {noun: generator.randrange(NOUN_CLASSES) for noun in concepts.ALL_NOUNS}
        rows = iter(generator.sample(ROWS, 8 + len(TENSES) + NOUN_CLASSES))
        self._negation, self._plural, self._participle, self._ten = (next(rows) for _ in range(4))
        self._accusative, self._locative, self._genitive, self._many = (
            next(rows) for _ in range(4)
        )
        self._tenses = {tense: next(rows) for tense in TENSES}
        self._classes = [next(rows) for _ in range(NOUN_CLASSES)]

    def words(self, event: Event) -> list[str]:
        """Subject first, then time, place, object and verb."""
        return [
            *self._noun_phrase(event.agent, None),
            *([self._lexicon[event.time]] if event.time else []),
            *(self._noun_phrase(event.place, self._locative) if event.place else []),
            *self._verb_phrase(event.deed, self._agreement(event.agent)),
        ]

    def _noun_phrase(self, thing: Thing, case: int | None) -> list[str]:
        noun = _attach(self._lexicon[thing.noun], self._plural if thing.count == MANY else None)
        agreement = self._classes[self._class[thing.noun]]
        return [
            *(self._relative_clause(thing.relative) if thing.relative else []),
            *(self._noun_phrase(thing.owner, self._genitive) if thing.owner else []),
            _attach(noun, case),
            *([_attach(self._lexicon[thing.quality], agreement)] if thing.quality else []),
            *([self._numeral(thing.count)] if thing.count > 1 else []),
        ]

    def _relative_clause(self, deed: Deed) -> list[str]:
        return self._verb_phrase(deed, [self._participle])

    def _verb_phrase(self, deed: Deed, endings: list[int]) -> list[str]:
        verb = _attach(self._lexicon[deed.action], self._tenses[deed.tense], *endings)
        return [
            *(self._noun_phrase(deed.patient, self._accusative) if deed.patient else []),
            chr(self._negation + BACK) + verb if deed.negated else verb,
        ]

    def _agreement(self, agent: Thing) -> list[int]:
        own = self._classes[self._class[agent.noun]]
        return [own] if agent.count == 1 else [own, self._many]

    def _numeral(self, count: int) -> str:
        if count in self._numerals:
            return self._numerals[count]
        return _attach(self._numerals[count % BASE], self._ten)


def _attach(stem: str, *affixes: int | None) -> str:
    """Adds suffixes (rows of the script), each in vowel harmony with what stands before it."""
    for affix in affixes:
        if affix is not None:
            vowel = BACK if _vowel_of(stem[-1]) in BACK_VOWELS else FRONT
            stem += chr(affix + vowel)
    return stem


def _vowel_of(letter: str) -> int:
    return ord(letter) % 8
