"""Corpora of the constructed languages: settings, sampling, and their text files."""

import itertools
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pydantic

from tfmling.core import files, outputs
from tfmling.core.config import OutputPath, Seed, Settings
from tfmling.corpora.constructed.languages import Language, SovLanguage, SvoLanguage
from tfmling.corpora.constructed.meaning import Event
from tfmling.corpora.constructed.sampling import MeaningSampler, contrast


class ConstructCorpus(Settings):
    """A corpus of two constructed languages: documents, bitext, test pairs, queries.

        tfmling construct_corpus --config configs/construct_corpus.yaml --set seed=2

    Writes `a.txt` and `b.txt` (documents, with a blank line between them); `train.a`, `train.b`,
    `test.a`, `test.b`, `contrasts.a` and `contrasts.b` (line i of one translates line i of the
    other; each second line of the contrasts differs in one thing from the line before);
    `queries.txt` (B sentences whose translations are in `test.a`).

    Example:
        >>> settings = ConstructCorpus(output="corpus", train_pairs=100, test_pairs=20)
        >>> settings.sentences_a, settings.train_pairs
        (10000, 100)
    """

    output: OutputPath
    """The folder to write."""
    seed: Seed = 1
    """Seed of words, affixes and meanings."""
    sentences_a: int = pydantic.Field(10000, ge=1)
    """Monolingual, in documents."""
    sentences_b: int = pydantic.Field(10000, ge=1)
    """Sentences of text in B, with other meanings."""
    train_pairs: int = pydantic.Field(8_000, ge=1)
    """Sentence pairs for training."""
    test_pairs: int = pydantic.Field(500, ge=1)
    """Meanings that occur nowhere else."""
    contrasts: int = pydantic.Field(250, ge=1)
    """Couples of test pairs with one difference."""
    queries: int = pydantic.Field(5, ge=1)
    """B sentences of the test set, as queries."""

    @pydantic.model_validator(mode="after")
    def _queries_are_test_sentences(self) -> "ConstructCorpus":
        if self.queries > self.test_pairs:
            raise ValueError(
                f"queries: expected at most the {self.test_pairs} test_pairs, from which they are "
                f"taken, got {self.queries}"
            )
        return self


MIN_WORDS, MAX_WORDS = 3, 12  # of a sentence in either language

Pair = tuple[str, str]


@dataclass(frozen=True)
class ConstructedCorpus:
    """Documents of sentences in A and in B, and sentence pairs.

    `contrasts` holds couples of consecutive pairs whose meanings have one difference.

    Example:
        >>> ali, dogs = ("Ali sleeps.", "Ali analala."), ("Dogs sleep.", "Mbwa wanalala.")
        >>> corpus = ConstructedCorpus([["Ali sleeps."]], [["Mbwa wanalala."]], [ali], [dogs], [])
        >>> corpus.train
        [('Ali sleeps.', 'Ali analala.')]
    """

    documents_a: list[list[str]]
    documents_b: list[list[str]]
    train: list[Pair]
    test: list[Pair]
    contrasts: list[Pair]


def construct(settings: ConstructCorpus) -> ConstructedCorpus:
    """Generate a corpus; equal settings give equal texts on any machine.

    Test sentences occur nowhere else, in either language, and all pairs are distinct.

    Example:
        >>> settings = ConstructCorpus(output="corpus", sentences_a=9, sentences_b=9,
        ...                            train_pairs=8, test_pairs=4, contrasts=2, queries=1)
        >>> corpus = construct(settings)
        >>> len(corpus.train), len(corpus.test), len(corpus.contrasts)  # 2 couples of 2 pairs
        (8, 4, 4)
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
    """Expresses meanings in both languages.

    Example:
        >>> from tfmling.corpora.constructed.meaning import Deed, Thing
        >>> event = Event(Thing("person0"), Deed("act0", "past"))  # a subject and a verb
        >>> translator = Translator(seed=1)
        >>> len(translator.a.words(event)), len(translator.b.words(event))
        (2, 2)
    """

    def __init__(self, seed: int):
        self._seed = seed
        self.a: Language = SvoLanguage(self._generator("words of A"))
        self.b: Language = SovLanguage(self._generator("words of B"))

    def documents(self, purpose: str) -> Iterator[list[Pair]]:
        """Yield documents of sentence pairs without end; each purpose has its own meanings."""
        for events in MeaningSampler(self._generator(purpose)).documents():
            yield [self._say(event) for event in events if self._fits(event)]

    def contrasts(self) -> Iterator[list[Pair]]:
        """Yield couples without end: a pair, and its contrast."""
        generator = self._generator("other side of contrasts")
        for events in MeaningSampler(self._generator("contrasts")).documents():
            for event in events:
                couple = [event, contrast(event, generator)]
                if all(map(self._fits, couple)):
                    yield list(map(self._say, couple))

    def _generator(self, purpose: str) -> random.Random:
        return random.Random(f"{self._seed} {purpose}")

    def _fits(self, event: Event) -> bool:
        counts = [len(language.words(event)) for language in (self.a, self.b)]
        return min(counts) >= MIN_WORDS and max(counts) <= MAX_WORDS

    def _say(self, event: Event) -> Pair:
        return self.a.sentence(event), self.b.sentence(event)


def distinct_pairs(documents: Iterable[list[Pair]], count: int, reserved: set[str]) -> list[Pair]:
    """Return the first `count` pairs of which neither side is reserved or repeated.

    Example:
        >>> document = [("dog", "mbwa"), ("dog", "umbwa"), ("cat", "paka"), ("house", "nyumba")]
        >>> distinct_pairs([document], count=2, reserved={"paka"})
        [('dog', 'mbwa'), ('house', 'nyumba')]
    """
    used = set(reserved)
    pairs: list[Pair] = []
    for pair in itertools.chain.from_iterable(documents):
        if len(pairs) == count:
            break
        if used.isdisjoint(pair):
            used.update(pair)
            pairs.append(pair)
    return pairs


def distinct_couples(couples: Iterable[list[Pair]], count: int, reserved: set[str]) -> list[Pair]:
    """Return the pairs of the first `count` couples without reserved or repeated sentences.

    Example:
        >>> couple = [("It sleeps.", "Inalala."), ("It slept.", "Ililala.")]
        >>> other = [("It eats.", "Inakula."), ("It ate.", "Ilikula.")]
        >>> distinct_couples([couple, other], count=1, reserved={"It slept."})
        [('It eats.', 'Inakula.'), ('It ate.', 'Ilikula.')]
    """
    used = set(reserved)
    pairs: list[Pair] = []
    for couple in couples:
        if len(pairs) == 2 * count:
            break
        texts = _texts(couple)
        if len(texts) == 4 and used.isdisjoint(texts):
            used |= texts
            pairs += couple
    return pairs


def one_side(
    documents: Iterator[list[Pair]], side: int, count: int, reserved: set[str]
) -> list[list[str]]:
    """Return documents of one language with `count` sentences in all, without reserved pairs.

    Example:
        >>> documents = [[("dog", "mbwa"), ("cat", "paka")], [("house", "nyumba"), ("tree", "mti")]]
        >>> one_side(iter(documents), side=1, count=2, reserved={"cat"})
        [['mbwa'], ['nyumba']]
    """
    kept: list[list[str]] = []
    missing = count
    while missing:
        sentences = [pair[side] for pair in next(documents) if reserved.isdisjoint(pair)][:missing]
        missing -= len(sentences)
        kept += [sentences] if sentences else []
    return kept


SENTENCES_A_PARAGRAPH = 3


def write_corpus(settings: ConstructCorpus) -> None:
    """Draw a corpus of two constructed languages and publish its files.

    Example:
        >>> settings = ConstructCorpus(output="corpus", sentences_a=9, sentences_b=9,
        ...                            train_pairs=8, test_pairs=4, contrasts=2, queries=1)
        >>> write_corpus(settings)
        >>> len(list(open("corpus/train.a"))), len(list(open("corpus/test.b")))
        (8, 4)
    """
    texts = as_files(construct(settings), settings.queries)
    with outputs.publish(settings) as folder:
        for name, text in texts.items():
            files.write_text(files.join(folder, name), text)
    print(
        f"{settings.output}: {settings.sentences_a} + {settings.sentences_b} sentences, "
        f"{settings.train_pairs} training and {settings.test_pairs} test pairs",
        file=sys.stderr,
    )


def as_files(corpus: ConstructedCorpus, queries: int) -> dict[str, str]:
    """Return name -> text of each file, for the readers of plain text and Moses pairs.

    The queries are sentences of B, evenly spread over the test set.

    Example:
        >>> pairs = [("Ali sleeps.", "Ali analala."), ("Dogs sleep.", "Mbwa wanalala.")]
        >>> files_of = as_files(ConstructedCorpus([], [], pairs, pairs, []), queries=1)
        >>> files_of["train.a"], files_of["queries.txt"]
        ('Ali sleeps.\\nDogs sleep.\\n', 'Ali analala.\\n')
    """
    test_b = [b for _, b in corpus.test]
    return {
        "a.txt": _documents(corpus.documents_a),
        "b.txt": _documents(corpus.documents_b),
        "train.a": _lines([a for a, _ in corpus.train]),
        "train.b": _lines([b for _, b in corpus.train]),
        "test.a": _lines([a for a, _ in corpus.test]),
        "test.b": _lines(test_b),
        "contrasts.a": _lines([a for a, _ in corpus.contrasts]),
        "contrasts.b": _lines([b for _, b in corpus.contrasts]),
        "queries.txt": _lines([test_b[n * len(test_b) // queries] for n in range(queries)]),
    }


def _documents(documents: Sequence[Sequence[str]]) -> str:
    """Write a paragraph per line, and a blank line between documents."""
    return "\n".join(_lines(_paragraphs(sentences)) for sentences in documents)


def _paragraphs(sentences: Sequence[str]) -> list[str]:
    starts = range(0, len(sentences), SENTENCES_A_PARAGRAPH)
    return [" ".join(sentences[start : start + SENTENCES_A_PARAGRAPH]) for start in starts]


def _lines(texts: Sequence[str]) -> str:
    return "".join(f"{text}\n" for text in texts)
