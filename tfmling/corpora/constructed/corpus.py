"""Draws the texts of a constructed corpus, and keeps what is tested out of everything else."""

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tfmling.corpora.constructed.contrasts import contrast
from tfmling.corpora.constructed.language import Language
from tfmling.corpora.constructed.meaning import Event
from tfmling.corpora.constructed.sampling import MeaningSampler
from tfmling.corpora.constructed.settings import ConstructCorpus
from tfmling.corpora.constructed.sov_language import SovLanguage
from tfmling.corpora.constructed.svo_language import SvoLanguage

MIN_WORDS, MAX_WORDS = 3, 12  # of a sentence, in both languages

Pair = tuple[str, str]


@dataclass(frozen=True)
class ConstructedCorpus:
    """Documents of sentences in A and in B; pairs of A and B.

    Each odd line of `contrasts` differs from the even line before in one thing that is said.
    """

    documents_a: list[list[str]]
    documents_b: list[list[str]]
    train: list[Pair]
    test: list[Pair]
    contrasts: list[Pair]


def construct(settings: ConstructCorpus) -> ConstructedCorpus:
    """Draws a corpus; equal settings give equal texts, on any machine.

    No sentence that is tested stands anywhere else, in either language; all pairs are different.
    """
    translator = Translator(settings.seed)
    test = distinct_pairs(translator.documents("test"), settings.test_pairs, set())
    contrasts = distinct_couples(translator.contrasts(), settings.contrasts, _texts(test))
    tested = _texts(test + contrasts)
    documents_a, documents_b = translator.documents("a"), translator.documents("b")
    return ConstructedCorpus(
        documents_a=one_side(documents_a, 0, settings.sentences_a, tested),
        documents_b=one_side(documents_b, 1, settings.sentences_b, tested),
        train=distinct_pairs(translator.documents("train"), settings.train_pairs, tested),
        test=test,
        contrasts=contrasts,
    )


def _texts(pairs: Iterable[Pair]) -> set[str]:
    return {text for pair in pairs for text in pair}


class Translator:
    """Says the same meanings in both languages."""

    def __init__(self, seed: int):
        self._seed = seed
        self.a: Language = SvoLanguage(self._generator("words of A"))
        self.b: Language = SovLanguage(self._generator("words of B"))

    def documents(self, purpose: str) -> Iterator[list[Pair]]:
        """Endless documents of sentences of 3 to 12 words; other purposes, other meanings."""
        for events in MeaningSampler(self._generator(purpose)).documents():
            yield [self._say(event) for event in events if self._fits(event)]

    def contrasts(self) -> Iterator[list[Pair]]:
        """Endless couples: a pair and another that says nearly the same."""
        generator = self._generator("other side of contrasts")
        for events in MeaningSampler(self._generator("contrasts")).documents():
            for event in events:
                couple = [event, contrast(event, generator)]
                if all(map(self._fits, couple)):
                    yield list(map(self._say, couple))

    def _generator(self, purpose: str) -> random.Random:
        return random.Random(f"{self._seed} {purpose}")  # strings are hashed by SHA-512

    def _fits(self, event: Event) -> bool:
        counts = [len(language.words(event)) for language in (self.a, self.b)]
        return min(counts) >= MIN_WORDS and max(counts) <= MAX_WORDS

    def _say(self, event: Event) -> Pair:
        return self.a.sentence(event), self.b.sentence(event)


def distinct_pairs(documents: Iterable[list[Pair]], count: int, reserved: set[str]) -> list[Pair]:
    """The first `count` pairs of which neither side was said before, nor is reserved."""
    said = set(reserved)
    pairs: list[Pair] = []
    for pair in itertools.chain.from_iterable(documents):
        if len(pairs) == count:
            break
        if said.isdisjoint(pair):
            said.update(pair)
            pairs.append(pair)
    return pairs


def distinct_couples(couples: Iterable[list[Pair]], count: int, reserved: set[str]) -> list[Pair]:
    """The pairs of the first `count` couples in which nothing was said before or is reserved."""
    said = set(reserved)
    pairs: list[Pair] = []
    for couple in couples:
        if len(pairs) == 2 * count:
            break
        texts = _texts(couple)
        if len(texts) == 4 and said.isdisjoint(texts):
            said |= texts
            pairs += couple
    return pairs


def one_side(
    documents: Iterator[list[Pair]], side: int, count: int, reserved: set[str]
) -> list[list[str]]:
    """Documents of one language, `count` sentences in all; reserved pairs are left out."""
    kept: list[list[str]] = []
    missing = count
    while missing:
        sentences = [pair[side] for pair in next(documents) if reserved.isdisjoint(pair)][:missing]
        missing -= len(sentences)
        kept += [sentences] if sentences else []
    return kept
