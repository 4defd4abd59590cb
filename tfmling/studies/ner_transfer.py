"""Cross-lingual transfer of named entity recognition: zero-shot, few-shot, multilingual.

After the study of XLM-R on PAN-X (Tunstall, von Werra and Wolf 2022, chapter 4). All variants have
the same hyperparameters and differ in their training data; every tagger is scored on the test data
of every language.
"""

from collections.abc import Sequence
from typing import Any, Literal

import pydantic

from tfmling.core.config import Settings
from tfmling.recipes.settings import Identifier, Stage
from tfmling.studies.metrics import Metric, PaperResult
from tfmling.studies.study import Run, SampledCorpus, Study, TaggerSettings, expect_known

STAGE = "tagger"
ALL = "all"


class LanguageData(Settings):
    """Labeled corpora of one language, with the settings of `train_tagger`.

    Example:
        >>> corpus = {"format": "panx", "path": "de.txt", "language": "de"}
        >>> LanguageData(train=corpus, development=corpus, test=corpus).train["path"]
        'de.txt'
    """

    train: SampledCorpus
    """Corpus for training; the seed draws the language's share of it."""
    development: dict[str, Any]
    """Corpus that chooses the best epoch."""
    test: dict[str, Any]
    """Corpus that is scored."""


class NerTransfer(Study):
    """Variants `only_<language>`, `few_<language>_<number>`, `<language>_and_<language>`, `all`.

    The baseline is `only_<source>`; its scores on other languages are the zero-shot scores.

    Example:
        >>> corpus = {"format": "panx", "path": "train.txt", "language": "de"}
        >>> data = dict(train=corpus, development=corpus, test=corpus)
        >>> study = NerTransfer(
        ...     kind="ner_transfer", output="out", title="NER", question="Does German help French?",
        ...     languages={"de": data, "fr": data}, source="de", sentences=100,
        ...     few_shot={"fr": [10]}, tagger={"head": {"kind": "linear"}},
        ... )
        >>> for variant, sentences in study.trained_on().items():
        ...     print(variant, sentences)
        only_de {'de': 50}
        only_fr {'fr': 50}
        few_fr_10 {'fr': 10}
        all {'de': 50, 'fr': 50}
    """

    kind: Literal["ner_transfer"]
    languages: dict[Identifier, LanguageData] = pydantic.Field(min_length=2)
    """Data of each language, by BCP-47 code."""
    source: Identifier
    """The source language of zero-shot transfer."""
    sentences: int = pydantic.Field(ge=1)
    """Training sentences of all languages."""
    shares: dict[Identifier, float] | None = None
    """Share of `sentences` by language, summing to 1; null: equal shares."""
    few_shot: dict[Identifier, list[int]]
    """Language -> numbers of its sentences, the points of its curve."""
    together: list[list[Identifier]] = pydantic.Field([])
    """Groups of languages that are trained on together, besides all of them."""
    more_tests: dict[Identifier, dict[str, Any]] = pydantic.Field({})
    """Further test corpora for every tagger."""
    tagger: TaggerSettings
    """Settings of train_tagger, the same for all variants: encoder, head, fit, dtype."""
    scheme: str = "IOB2"
    """How entities are scored, as in seqeval: IOB2, IOBES, ..."""
    paper: dict[str, dict[Identifier, PaperResult]] = pydantic.Field({})
    """Variant -> test set -> the paper's result."""

    @property
    def tests(self) -> list[str]:
        """All test sets, those of the languages first."""
        return [*self.languages, *self.more_tests]

    def number_of(self, language: str) -> int:
        """Return the number of training sentences of a language's share."""
        shares = self.shares or dict.fromkeys(self.languages, 1 / len(self.languages))
        return max(1, round(self.sentences * shares[language]))

    def trained_on(self) -> dict[str, dict[str, int]]:
        """Return the training data: variant -> language -> number of sentences."""
        variants = {only(name): {name: self.number_of(name)} for name in self.languages}
        for name, numbers in self.few_shot.items():
            variants |= {few_shot(name, number): {name: number} for number in numbers}
        mixed = {together(names): names for names in self.together} | {ALL: [*self.languages]}
        for variant, names in mixed.items():
            variants[variant] = {name: self.number_of(name) for name in names}
        return variants

    def list_runs(self) -> list[Run]:
        """Every variant with the first seed, then with the next."""
        return [
            Run(variant, seed, (self._stage(numbers, seed),))
            for seed in self.seeds
            for variant, numbers in self.trained_on().items()
        ]

    def list_metrics(self) -> list[Metric]:
        """The F1 of each test set."""
        return [
            Metric(
                name=f"f1_{test}",
                title=f"Entity F1, {test}",
                stage=STAGE,
                path=f"scores.{test}.overall.f1",
                paper={variant: of[test] for variant, of in self.paper.items() if test in of},
            )
            for test in self.tests
        ]

    def _stage(self, numbers: dict[str, int], seed: int) -> Stage:
        task = {
            "kind": "entities",
            "scheme": self.scheme,
            "train": [
                _sampled(self.languages[name].train, number, seed)
                for name, number in numbers.items()
            ],
            "development": [self.languages[name].development for name in numbers],
            "test": {name: own.test for name, own in self.languages.items()} | self.more_tests,
        }
        fit = {**self.tagger.get("fit", {}), "seed": seed}
        config = {**self.tagger, "task": task, "fit": fit}
        return Stage(name=STAGE, command="train_tagger", config=config)

    @pydantic.model_validator(mode="after")
    def _languages_are_known(self) -> "NerTransfer":
        named = {"source": [self.source], "few_shot": self.few_shot, "shares": self.shares or {}}
        named |= {"together": [name for names in self.together for name in names]}
        for key, names in named.items():
            expect_known(key, names, self.languages)
        if self.shares and set(self.shares) != set(self.languages):
            raise ValueError(f"shares: expected one for each of {', '.join(self.languages)}")
        if self.shares and abs(sum(self.shares.values()) - 1) > 0.01:
            raise ValueError(f"shares: expected a sum of 1, got {sum(self.shares.values()):.3f}")
        return self

    @pydantic.model_validator(mode="after")
    def _variants_are_trained(self) -> "NerTransfer":
        variants = self.trained_on()
        expect_known("baseline", [str(self.baseline)], variants)
        expect_known("paper", self.paper, variants)
        for variant, results in self.paper.items():
            expect_known(f"paper.{variant}", results, self.tests)
        return self

    @pydantic.model_validator(mode="before")
    @classmethod
    def _zero_shot_is_the_baseline(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("baseline") is None:
            return {**values, "baseline": only(str(values.get("source")))}
        return values


def only(language: str) -> str:
    """Return the variant that is trained on one language's share.

    Example:
        >>> only("de")
        'only_de'
    """
    return f"only_{language}"


def few_shot(language: str, number: int) -> str:
    """Return the variant that is trained on a few sentences of one language.

    Example:
        >>> few_shot("fr", 250)
        'few_fr_250'
    """
    return f"few_{language}_{number}"


def together(languages: Sequence[str]) -> str:
    """Return the variant that is trained on several languages.

    Example:
        >>> together(["de", "fr"])
        'de_and_fr'
    """
    return "_and_".join(languages)


def _sampled(corpus: dict[str, Any], number: int, seed: int) -> dict[str, Any]:
    """Add a sample drawn by the seed after the corpus' own samples."""
    drawn = {"seed": seed, "count": number}
    return {**corpus, "sample": [*corpus.get("sample", []), drawn]}
