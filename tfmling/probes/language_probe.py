"""Can a linear classifier identify the language from a sentence's mean state?

With a language-neutral encoder its accuracy would be chance (Libovický, Rosa and Fraser 2020, "On
the Language Neutrality of Pre-trained Multilingual Representations", section 3.1).

Shapes: N sentences, D width.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pydantic

from tfmling.core.intervals import share_with_interval
from tfmling.evaluation.aligned_set import CorpusPerLanguage
from tfmling.evaluation.read_texts import read_line_by_line
from tfmling.probes.probe import Probe, ProbedEncoder, Row, draw_by_layer

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class LanguageProbe(Probe):
    """Logistic regression on sentence vectors, by layer.

    Sentences are translations of one another, so that languages do not differ in topic; training
    and test sentences differ.

    Example:
        >>> _ = open("en", "w").write("Hello.\\nPeace.\\n")
        >>> _ = open("sw", "w").write("Habari.\\nAmani.\\n")
        >>> sides = [dict(format="plain_text", path=x, language=x) for x in ("en", "sw")]
        >>> LanguageProbe(kind="language_probe", name="language", sentences=sides).read()
        [['Hello.', 'Peace.'], ['Habari.', 'Amani.']]
    """

    TITLE: ClassVar = "Language identified by a linear classifier (95 % Wilson interval)"
    PLACE: ClassVar = ("layer",)

    kind: Literal["language_probe"]
    sentences: CorpusPerLanguage = pydantic.Field(min_length=2)
    """One corpus per language, line i of each the same sentence."""
    max_sentences: int = pydantic.Field(1000, ge=2)
    """The first sentences are used."""
    train_share: float = pydantic.Field(0.5, gt=0, lt=1)
    """Share of the sentences to train on; the others are tested."""
    regularization: float = pydantic.Field(1.0, gt=0)
    """C of logistic regression, on standardized vectors."""

    def read(self) -> list[list[str]]:
        """Read the sentences of each language."""
        sides = read_line_by_line(self.name, self.sentences)
        return [side[: self.max_sentences] for side in sides]

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """Return `accuracy`, `count` of test sentences, and `chance`."""
        by_language = [encoder.sentences(texts) for texts in data]
        train = round(self.train_share * len(data[0]))
        rows: list[Row] = []
        for number, layer in enumerate(encoder.layers):
            right_N = identified_languages(
                [own[number] for own in by_language], train, self.regularization
            )
            figures = share_with_interval("accuracy", int(right_N.sum()), len(right_N))
            rows.append({"layer": layer, **figures, "count": len(right_N), "chance": 1 / len(data)})
        return rows

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """Draw accuracy by layer, with chance as a dotted line."""
        figure = draw_by_layer(rows, "accuracy", [], "language identified")
        figure.axes[0].axhline(float(rows[0]["chance"]), color="#999999", linestyle=":")
        figure.axes[0].set_ylim(0, 1.05)
        return figure


def identified_languages(
    by_language: Sequence[np.ndarray], train: int, regularization: float = 1.0
) -> np.ndarray:
    """Return whether the language of each test vector is identified, bool.

    Args:
        by_language: float32 [N, D] each.
        train: number of vectors of each language, from the first, to train on.
        regularization: C of logistic regression.

    Example:
        >>> english, swahili = np.zeros((3, 1)), np.ones((3, 1))
        >>> identified_languages([english, swahili], train=2).tolist()  # the third of each
        [True, True]
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def joined(part: slice) -> tuple[np.ndarray, np.ndarray]:
        parts = [own[part] for own in by_language]
        return np.concatenate(parts), np.repeat(np.arange(len(parts)), [len(p) for p in parts])

    model = make_pipeline(StandardScaler(), LogisticRegression(C=regularization, max_iter=1000))
    vectors, languages = joined(slice(None, train))
    model.fit(vectors, languages)
    vectors, languages = joined(slice(train, None))
    return model.predict(vectors) == languages
