"""The same test sets in Latin script, and with words of another language.

Pires, Schlinger and Garrette (2019), 1906.01502, sections 4.2 to 4.4, score transliterated and
code-switched text written by people. Here it is generated: romanized word by word, or with words
replaced by their translations, so that the labels still apply.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import pydantic

from tfmling.alignment.links import Link, one_to_one
from tfmling.core.config import Name, Settings
from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.probes.linked_words import LinkedTreebanks, LinkedWords
from tfmling.probes.probe import ProbedEncoder, Row, require_different
from tfmling.probes.romanize import romanize
from tfmling.probes.trained_probe import TrainedProbe
from tfmling.tagging.settings import EntityCorpora, WordCorpora

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tfmling.tagging.tasks import WordTask

Rate = Annotated[float, pydantic.Field(gt=0, le=1)]


class Switched(Settings):
    """A test set whose words are replaced by their translations from a parallel treebank.

    Example:
        >>> for name, word in {"en": "cat", "sw": "paka"}.items():
        ...     cells = ["1", word, word, "NOUN", *"______"]
        ...     _ = open(name, "w").write("# sent_id = 1\\n" + "\\t".join(cells) + "\\n\\n")
        >>> source, target = (dict(format="conllu", path=x, language=x) for x in ("sw", "en"))
        >>> switched = Switched(pairs=dict(kind="treebanks", source=source, target=target))
        >>> switched.rates, switched.pairs.languages
        ((0.5, 1.0), 'sw-en')
    """

    pairs: LinkedTreebanks
    """Treebanks of both languages, whose words are linked."""
    rates: tuple[Rate, ...] = (0.5, 1.0)
    """Shares of words that are replaced by their translations."""

    @pydantic.field_validator("rates")
    @classmethod
    def _names_differ(cls, rates: tuple[float, ...]) -> tuple[float, ...]:
        require_different(map(_switched, rates), "rates in whole percent")
        return rates


class OtherText(TrainedProbe):
    """A tagger of words, scored on original and on modified text.

    The seed of `fit` also draws the words that are replaced.

    Example:
        >>> _ = open("ru.txt", "w").write("кот NOUN\\n")  # cat
        >>> corpus = dict(format="conll", path="ru.txt", language="ru")
        >>> task = dict(kind="words", train=[corpus], development=[corpus], test={"ru": corpus})
        >>> probe = OtherText(kind="other_text", name="letters", task=task, romanized=["ru"])
        >>> probe.romanized, probe.head.kind
        (('ru',), 'linear')
    """

    TITLE: ClassVar = "Text in other letters, and with words of another language (95 % interval)"
    PLACE: ClassVar = ("test", "text")

    kind: Literal["other_text"]
    task: EntityCorpora | WordCorpora = pydantic.Field(discriminator="kind")
    """Training data and test sets."""
    romanized: tuple[Name, ...] = ()
    """Test sets that are scored in Latin script too."""
    switched: dict[Name, Switched] = pydantic.Field({})
    """Further test sets, scored without and with replaced words, for each rate of replaceable words
    (those linked one to one). Their labels are parts of speech.
    """

    @pydantic.model_validator(mode="after")
    def _romanized_are_tested(self) -> "OtherText":
        if missing := sorted(set(self.romanized) - set(self.task.test)):
            raise ValueError(f"romanized: expected test sets of the task, got {missing}")
        return self

    @pydantic.model_validator(mode="after")
    def _switched_are_further_words(self) -> "OtherText":
        if self.switched and self.task.kind != "words":
            raise ValueError(
                f"switched: treebanks have parts of speech, expected task.kind words with them, "
                f"got {self.task.kind}"
            )
        if tested := sorted(set(self.switched) & set(self.task.test)):
            raise ValueError(f"switched: expected other names than the task's test sets, {tested}")
        return self

    def read(self) -> "WordTask":
        """Read the task, with a test set for each text, named `name text`."""
        from tfmling.tagging.tasks import (
            WordTask,
            read_task,  # imported late: TensorFlow
        )

        task = read_task(self.task)
        assert isinstance(task, WordTask), "both kinds label words"
        made = {f"{name} original": items for name, items in task.test.items()}
        made |= {f"{n} romanized": [_romanized(s) for s in task.test[n]] for n in self.romanized}
        for name, own in self.switched.items():
            sentences, linked = own.pairs.read_sentences()
            task.counts[name] = dict(linked.counts)
            task.count_unknown_labels(name, sentences)
            switched = self._switch(own, sentences, linked)
            made |= {f"{name} {text}": items for text, items in switched}
        task.test = made
        return task

    def _switch(
        self, own: Switched, sentences: list[TaggedSentence], linked: LinkedWords
    ) -> Iterator[tuple[str, list[TaggedSentence]]]:
        yield "original", sentences
        for rate in own.rates:
            draw = np.random.default_rng(self.fit.seed)
            both = zip(sentences, linked.targets, linked.links, strict=True)
            switched = [
                dataclasses.replace(
                    sentence, words=tuple(switch_words(sentence.words, other, links, rate, draw)[0])
                )
                for sentence, other, links in both
            ]
            yield _switched(rate), switched

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """Return `score` with its interval for each test set and text."""
        scores = self.scores(data, encoder)
        return [
            {**dict(zip(self.PLACE, name.split(" "), strict=True)), **scores[name]}
            for name in data.test
        ]

    def counts(self, data: Any) -> dict[str, Any]:
        """Return counts by part and reason; windowed sentences by `name text`."""
        return dict(data.counts)

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """Draw a group of bars per test set, one bar per text."""
        from tfmling.reports.plot import COLORS, figure_of, new_axes  # imported late: matplotlib

        axes = new_axes(7.5, 3.5, y_label="score")
        tests = list(dict.fromkeys(row["test"] for row in rows))
        texts = list(dict.fromkeys(row["text"] for row in rows))
        for number, text in enumerate(texts):
            own = [row for row in rows if row["text"] == text]
            at = [tests.index(row["test"]) + 0.8 * (number / len(texts) - 0.4) for row in own]
            axes.bar(at, [row["score"] for row in own], 0.75 / len(texts), yerr=_whiskers(own),
                     color=COLORS[number % len(COLORS)], label=str(text))  # fmt: skip
        axes.set_xticks(range(len(tests)), [str(test) for test in tests])
        axes.legend(frameon=False, fontsize=8)
        return figure_of(axes)


def _switched(rate: float) -> str:
    return f"switched_{round(100 * rate)}"


def _whiskers(rows: Sequence[Row]) -> np.ndarray:
    """Return distances from each score to its interval ends, float [2, rows]."""
    ends = [[abs(float(row["score"]) - float(row[f"score_{end}"])) for row in rows]
            for end in ("low", "high")]  # fmt: skip
    return np.array(ends)


def _romanized(sentence: TaggedSentence) -> TaggedSentence:
    return dataclasses.replace(sentence, words=tuple(romanize(sentence.words)))


def switch_words(
    source: Sequence[str],
    target: Sequence[str],
    links: Iterable[Link],
    rate: float,
    draw: np.random.Generator,
) -> tuple[list[str], list[int]]:
    """Replace words of a sentence by their translations, so that labels still apply.

    Only words with exactly one link, to a word with exactly one link, can be replaced.

    Args:
        source: words of the sentence.
        target: words of its translation.
        links: between them.
        rate: share of the replaceable words to replace, 0 to 1, rounded to whole words.
        draw: chooses the words.

    Returns:
        The words, and the positions of those that were replaced.

    Raises:
        ValueError: the rate is out of range.

    Example:
        >>> draw = np.random.default_rng(1)
        >>> switch_words(["good", "day"], ["siku", "njema"], [(0, 1), (1, 0)], 1.0, draw)
        (['njema', 'siku'], [0, 1])
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"rate: expected 0 to 1, got {rate}")
    possible = dict(sorted(one_to_one(links)))
    chosen = draw.permutation(list(possible))[: round(rate * len(possible))].tolist()
    words = list(source)
    for position in chosen:
        words[position] = target[possible[position]]
    return words, sorted(chosen)
