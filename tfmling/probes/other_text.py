"""The same test set in other letters, or with words of another language in it.

Pires, Schlinger and Garrette (2019), 1906.01502, section 4.2 to 4.4, score transliterated and
code-switched text; theirs was written so, ours is made: romanised word for word, or with words
replaced by those that translate them, so that labels stay where they are.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import pydantic

from tfmling.core.config import Name, Settings
from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.probes.code_switch import switch_words
from tfmling.probes.different import require_different
from tfmling.probes.linked_words import LinkedTreebanks, LinkedWords
from tfmling.probes.probe import ProbedEncoder, Row
from tfmling.probes.romanise import romanise
from tfmling.probes.trained_probe import TrainedProbe
from tfmling.tagging.settings import EntityCorpora, WordCorpora

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tfmling.tagging.tasks import WordTask

Rate = Annotated[float, pydantic.Field(gt=0, le=1)]


class Switched(Settings):
    """A test set whose words are replaced: source words of a pair of treebanks by target words."""

    pairs: LinkedTreebanks
    rates: tuple[Rate, ...] = (0.5, 1.0)

    @pydantic.field_validator("rates")
    @classmethod
    def _names_differ(cls, rates: tuple[float, ...]) -> tuple[float, ...]:
        require_different(map(_switched, rates), "rates in whole per cent")
        return rates


class OtherText(TrainedProbe):
    """A tagger of words, scored on text as it was written and as it is made here.

    The seed of `fit` also draws the words that are replaced.

    Attributes:
        task: what is trained, and test sets.
        romanised: which of them are scored in Latin letters too.
        switched: further test sets that are scored as they are and with words replaced, at each
            rate of the words that can be (those linked one to one). Their labels are parts of
            speech, so that the task must be of words.
    """

    TITLE: ClassVar = "Text in other letters, and with words of another language (95 % interval)"
    PLACE: ClassVar = ("test", "text")

    kind: Literal["other_text"]
    task: EntityCorpora | WordCorpora = pydantic.Field(discriminator="kind")
    romanised: tuple[Name, ...] = ()
    switched: dict[Name, Switched] = pydantic.Field({})

    @pydantic.model_validator(mode="after")
    def _romanised_are_tested(self) -> "OtherText":
        if missing := sorted(set(self.romanised) - set(self.task.test)):
            raise ValueError(f"romanised: expected test sets of the task, got {missing}")
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
        """The task, with a test set for each text: `name text`."""
        from tfmling.tagging.tasks import (
            WordTask,
            read_task,  # TensorFlow
        )

        task = read_task(self.task)
        assert isinstance(task, WordTask), "both kinds are of words"
        made = {f"{name} as_it_is": items for name, items in task.test.items()}
        made |= {f"{n} romanised": [_romanised(s) for s in task.test[n]] for n in self.romanised}
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
        yield "as_it_is", sentences
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
        """`score` with its interval of each test set and text."""
        scores = self.scores(data, encoder)
        return [
            {**dict(zip(self.PLACE, name.split(" "), strict=True)), **scores[name]}
            for name in data.test
        ]

    def counts(self, data: Any) -> dict[str, Any]:
        """By part and reason; what was windowed by `name text`."""
        return dict(data.counts)

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """A group of bars for each test set, a bar a text."""
        from matplotlib.figure import Figure  # only where something is drawn

        from tfmling.reports.plot import COLORS as COLOURS

        figure = Figure(figsize=(7.5, 3.5), layout="constrained")
        axes = figure.subplots()
        tests = list(dict.fromkeys(row["test"] for row in rows))
        texts = list(dict.fromkeys(row["text"] for row in rows))
        for number, text in enumerate(texts):
            own = [row for row in rows if row["text"] == text]
            at = [tests.index(row["test"]) + 0.8 * (number / len(texts) - 0.4) for row in own]
            axes.bar(at, [row["score"] for row in own], 0.75 / len(texts), yerr=_whiskers(own),
                     color=COLOURS[number % len(COLOURS)], label=str(text))  # fmt: skip
        axes.set_xticks(range(len(tests)), [str(test) for test in tests])
        axes.set_ylabel("score")
        axes.legend(frameon=False, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        return figure


def _switched(rate: float) -> str:
    return f"switched_{round(100 * rate)}"


def _whiskers(rows: Sequence[Row]) -> np.ndarray:
    """Down and up from each score, float [2, rows]."""
    ends = [[abs(float(row["score"]) - float(row[f"score_{end}"])) for row in rows]
            for end in ("low", "high")]  # fmt: skip
    return np.array(ends)


def _romanised(sentence: TaggedSentence) -> TaggedSentence:
    return dataclasses.replace(sentence, words=tuple(romanise(sentence.words)))
