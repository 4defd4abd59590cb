"""Two artificial languages, whose sentences are generated from meanings."""

import abc
import random
from collections.abc import Iterable, Sequence

from tfmling.corpora.constructed.meaning import (
    ALL_ACTIONS,
    ALL_NOUNS,
    MANY,
    MAX_COUNT,
    QUALITIES,
    TENSES,
    TIMES,
    Deed,
    Event,
    Thing,
)

_MAX_TRIALS = 10_000


class Language(abc.ABC):
    """Base class of the constructed languages."""

    full_stop: str

    @abc.abstractmethod
    def words(self, event: Event) -> list[str]:
        """Return the words that express an event, in order, without punctuation."""

    def sentence(self, event: Event) -> str:
        """Return the sentence of an event, capitalized and with a full stop."""
        text = " ".join(self.words(event))
        return text[0].upper() + text[1:] + self.full_stop


class WordMaker:
    """Invents distinct words from syllables.

    No word is a prefix of another, so that stems and suffixes can be separated.

    Example:
        >>> maker = WordMaker(["na"], random.Random(1))
        >>> maker.invent([3])
        'nanana'
    """

    def __init__(self, syllables: Sequence[str], generator: random.Random):
        self._syllables = syllables
        self._random = generator
        self._words: set[str] = set()
        self._beginnings: set[str] = set()

    def invent(self, syllables: Sequence[int]) -> str:
        """Return a new word; its number of syllables is one of `syllables`.

        Raises:
            ValueError: nearly all words of that length are used.
        """
        for _ in range(_MAX_TRIALS):
            count = self._random.choice(syllables)
            word = "".join(self._random.choice(self._syllables) for _ in range(count))
            if self._is_new(word):
                self._words.add(word)
                self._beginnings.update(_beginnings(word))
                return word
        raise ValueError(
            f"no new word of {list(syllables)} syllables in {_MAX_TRIALS} trials, after "
            f"{len(self._words)} words; allow more syllables"
        )

    def lexicon(self, concepts: Iterable[str], syllables: Sequence[int]) -> dict[str, str]:
        """Return a new word for each concept."""
        return {concept: self.invent(syllables) for concept in concepts}

    def all_concepts(self) -> dict[str, str]:
        """Return words of two or three syllables for all nouns, actions, qualities and times."""
        return self.lexicon([*ALL_NOUNS, *ALL_ACTIONS, *QUALITIES, *TIMES], [2, 3])

    def _is_new(self, word: str) -> bool:
        return word not in self._beginnings and self._words.isdisjoint(_beginnings(word))


def _beginnings(word: str) -> list[str]:
    return [word[:length] for length in range(1, len(word) + 1)]


_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"
_SYLLABLES = [consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS]
_TEN = 10


class SvoLanguage(Language):
    """Language A: subject verb object, prepositions, adjective before noun, Latin letters.

    time [numeral adjective noun-PLURAL of owner who does] not verb-TENSE-PLURAL object at place.

    Numerals are decimal and two words from 11 on: ten three = 13, two ten = 20. Verbs agree with
    the subject in number; nouns are plural after a numeral.

    Example:
        >>> language = SvoLanguage(random.Random(1))
        >>> subject, verb = language.words(Event(Thing("animal0"), Deed("act_on_food0", "past")))
        >>> eating = Deed("act_on_food0", "past", Thing("food0"))
        >>> language.words(Event(Thing("animal0"), eating))[:2] == [subject, verb]
        True
    """

    full_stop = "."

    def __init__(self, generator: random.Random):
        maker = WordMaker(_SYLLABLES, generator)
        self._not, self._of, self._who, self._at = (maker.invent([1]) for _ in range(4))
        self._numerals = {number: maker.invent([2]) for number in range(1, _TEN + 1)}
        self._lexicon = maker.all_concepts()
        # plural suffixes end in a consonant, stems in a vowel
        plural, agreement, *tenses = generator.sample(_CONSONANTS, 2 + len(TENSES))
        self._noun_plural, self._verb_plural = f"e{plural}", f"i{agreement}"
        self._tenses = {
            tense: end + generator.choice(_VOWELS)
            for tense, end in zip(TENSES, tenses, strict=True)
        }

    def words(self, event: Event) -> list[str]:
        """Return time, subject, verb, object and place."""
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
        tens, unit = divmod(count, _TEN)
        parts = [tens] * (tens > 1) + [_TEN] * (tens > 0) + [unit] * (unit > 0)
        return [self._numerals[part] for part in parts]


# Each Ethiopic letter is a consonant (a row of eight code points) with a vowel (its index).
_ROWS = [ord(letter) for letter in "ሀለመረሰሸቀበተቸነከወዘደገፈፐ"]
_BACK_VOWELS = frozenset((0, 1, 3, 6))
_BACK, _FRONT = 3, 4  # the vowels that an affix takes
_LETTERS = [chr(row + vowel) for row in _ROWS for vowel in range(7)]
_NOUN_CLASSES = 3
_BASE = 10


class SovLanguage(Language):
    """Language B: subject object verb, suffixes, adjective and numeral after noun, Ethiopic.

    [who-does owner-GEN noun-PLURAL adjective-CLASS numeral] time place-LOC object-ACC
    NOT-verb-TENSE-CLASS.

    Affixes are one letter, in vowel harmony with the previous letter. Nouns fall into three
    classes: adjectives and verbs agree with them. Numerals are one word, the unit before the ten
    (three-ten = 13), and leave the noun in the singular.

    Example:
        >>> language = SovLanguage(random.Random(1))
        >>> subject, verb = language.words(Event(Thing("animal0"), Deed("act_on_food0", "past")))
        >>> eating = Deed("act_on_food0", "past", Thing("food0"))
        >>> language.words(Event(Thing("animal0"), eating))[::2] == [subject, verb]
        True
    """

    full_stop = "።"

    def __init__(self, generator: random.Random):
        maker = WordMaker(_LETTERS, generator)
        self._lexicon = maker.all_concepts()
        self._numerals = {number: maker.invent([2]) for number in (*range(1, _BASE + 1), MAX_COUNT)}
        self._class = {noun: generator.randrange(_NOUN_CLASSES) for noun in ALL_NOUNS}
        rows = iter(generator.sample(_ROWS, 8 + len(TENSES) + _NOUN_CLASSES))
        self._negation, self._plural, self._participle, self._ten = (next(rows) for _ in range(4))
        self._accusative, self._locative, self._genitive, self._many = (
            next(rows) for _ in range(4)
        )
        self._tenses = {tense: next(rows) for tense in TENSES}
        self._classes = [next(rows) for _ in range(_NOUN_CLASSES)]

    def words(self, event: Event) -> list[str]:
        """Return subject, time, place, object and verb."""
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
            chr(self._negation + _BACK) + verb if deed.negated else verb,
        ]

    def _agreement(self, agent: Thing) -> list[int]:
        own = self._classes[self._class[agent.noun]]
        return [own] if agent.count == 1 else [own, self._many]

    def _numeral(self, count: int) -> str:
        if count in self._numerals:
            return self._numerals[count]
        return _attach(self._numerals[count % _BASE], self._ten)


def _attach(stem: str, *affixes: int | None) -> str:
    """Add suffixes (rows of the script), each in vowel harmony with the letter before it."""
    for affix in affixes:
        if affix is not None:
            vowel = _BACK if _vowel_of(stem[-1]) in _BACK_VOWELS else _FRONT
            stem += chr(affix + vowel)
    return stem


def _vowel_of(letter: str) -> int:
    return ord(letter) % 8
