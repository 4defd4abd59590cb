"""Can a linear classifier tell the language from a sentence's mean state? N sentences, D width.

What it finds is there to be found: an encoder whose states are the same in all languages would
leave it at chance (Libovický, Rosa and Fraser 2020, "On the Language Neutrality of Pre-trained
Multilingual Representations", section 3.1).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pydantic

from tfmling.core.intervals import share_with_interval
from tfmling.evaluation.aligned_set import CorpusPerLanguage
from tfmling.evaluation.read_texts import read_line_by_line
from tfmling.probes.by_layer import draw_by_layer
from tfmling.probes.probe import Probe, ProbedEncoder, Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class LanguageProbe(Probe):
    """Logistic regression on sentence vectors, by layer.

    Sentences are translations of one another, so that languages do not differ by subject, and
    those that are learned from are not those that are asked about.

    Attributes:
        sentences: one corpus a language, line i of each the same sentence.
        most: the first sentences that are taken.
        learned_share: of them are learned from; the others are asked about.
        regularisation: C of logistic regression, on standardised vectors.
    """

    TITLE: ClassVar = "Language told by a linear classifier (95 % Wilson interval)"
    PLACE: ClassVar = ("layer",)

    kind: Literal["language_probe"]
    sentences: CorpusPerLanguage = pydantic.Field(min_length=2)
    most: int = pydantic.Field(1000, ge=2)
    learned_share: float = pydantic.Field(0.5, gt=0, lt=1)
    regularisation: float = pydantic.Field(1.0, gt=0)

    def read(self) -> list[list[str]]:
        """The sentences of each language."""
        sides = read_line_by_line(self.name, self.sentences)
        return [side[: self.most] for side in sides]

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """`accuracy`, `count` of sentences that were asked about, and `chance`."""
        by_language = [encoder.sentences(texts) for texts in data]
        learned = round(self.learned_share * len(data[0]))
        rows: list[Row] = []
        for number, layer in enumerate(encoder.layers):
            right_N = told_languages(
                [own[number] for own in by_language], learned, self.regularisation
            )
            figures = share_with_interval("accuracy", int(right_N.sum()), len(right_N))
            rows.append({"layer": layer, **figures, "count": len(right_N), "chance": 1 / len(data)})
        return rows

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """The accuracy by layer, from chance to 1."""
        figure = draw_by_layer(rows, "accuracy", [], "language told")
        figure.axes[0].axhline(float(rows[0]["chance"]), color="#999999", linestyle=":")
        figure.axes[0].set_ylim(0, 1.05)
        return figure


def told_languages(
    by_language: Sequence[np.ndarray], learned: int, regularisation: float = 1.0
) -> np.ndarray:
    """Whether the language of each vector that was not learned from is told, bool.

    Args:
        by_language: float32 [N, D] each.
        learned: the first vectors of each language, which are learned from.
        regularisation: C of logistic regression.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def joined(part: slice) -> tuple[np.ndarray, np.ndarray]:
        parts = [own[part] for own in by_language]
        return np.concatenate(parts), np.repeat(np.arange(len(parts)), [len(p) for p in parts])

    model = make_pipeline(StandardScaler(), LogisticRegression(C=regularisation, max_iter=1000))
    vectors, languages = joined(slice(None, learned))
    model.fit(vectors, languages)
    vectors, languages = joined(slice(learned, None))
    return model.predict(vectors) == languages
