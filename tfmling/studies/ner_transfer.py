"""The study of transfer: one tagger, trained on other languages and on ever more of the own one.

After the study of XLM-R on PAN-X (Tunstall, von Werra and Wolf 2022, chapter 4): zero-shot,
few-shot, multilingual and all languages, with the same hyperparameters throughout. An arm is what a
tagger is trained on; every tagger is scored on the test data of every language.
"""

from collections.abc import Sequence
from typing import Any, Literal

import pydantic

from tfmling.core.config import Settings
from tfmling.recipes.settings import Name, Stage
from tfmling.studies.cell import Cell
from tfmling.studies.free_settings import SampledCorpus, Tagger
from tfmling.studies.measure import Measure, PaperFigure
from tfmling.studies.settings import Study, expect_known

STAGE = "tagger"
ALL = "all"


class LanguageData(Settings):
    """Labelled corpora of one language, as `train_tagger` takes them."""

    train: SampledCorpus = pydantic.Field(description="of which the seed draws the share")
    development: dict[str, Any]
    test: dict[str, Any]


class NerTransfer(Study):
    """Arms `only_<language>`, `few_<language>_<number>`, `<language>_and_<language>` and `all`.

    The baseline is `only_<source>`, whose figures on the other languages are the zero-shot ones.
    """

    kind: Literal["ner_transfer"]
    languages: dict[Name, LanguageData] = pydantic.Field(min_length=2)
    source: Name = pydantic.Field(description="the language of which zero-shot is asked")
    sentences: int = pydantic.Field(ge=1, description="for training, of all languages together")
    shares: dict[Name, float] | None = pydantic.Field(
        None, description="of `sentences` by language, together 1; null: the same of each"
    )
    few_shot: dict[Name, list[int]] = pydantic.Field(
        description="language -> numbers of its sentences, the points of its curve"
    )
    together: list[list[Name]] = pydantic.Field(
        [], description="languages that are trained on together, besides all of them"
    )
    more_tests: dict[Name, dict[str, Any]] = pydantic.Field(
        {}, description="corpora on which every tagger is scored too"
    )
    tagger: Tagger = pydantic.Field(
        description="settings of train_tagger, the same for all arms: encoder, head, fit, dtype"
    )
    scheme: str = "IOB2"
    paper: dict[str, dict[Name, PaperFigure]] = pydantic.Field(
        {}, description="arm -> test -> what the paper says"
    )

    @property
    def tests(self) -> list[str]:
        """All test sets, the languages' own first."""
        return [*self.languages, *self.more_tests]

    def number_of(self, language: str) -> int:
        """How many training sentences a language has where it is trained on."""
        shares = self.shares or dict.fromkeys(self.languages, 1 / len(self.languages))
        return max(1, round(self.sentences * shares[language]))

    def trained_on(self) -> dict[str, dict[str, int]]:
        """Arm -> language -> number of sentences."""
        arms = {only_arm(name): {name: self.number_of(name)} for name in self.languages}
        for name, numbers in self.few_shot.items():
            arms |= {few_shot_arm(name, number): {name: number} for number in numbers}
        mixed = {together_arm(names): names for names in self.together} | {ALL: [*self.languages]}
        for arm, names in mixed.items():
            arms[arm] = {name: self.number_of(name) for name in names}
        return arms

    def cells(self) -> list[Cell]:
        """Every arm with the first seed, then with the next."""
        return [
            Cell(arm, seed, (self._stage(numbers, seed),))
            for seed in self.seeds
            for arm, numbers in self.trained_on().items()
        ]

    def measures(self) -> list[Measure]:
        """The F1 of each test set."""
        return [
            Measure(
                name=f"f1_{test}",
                title=f"Entity F1, {test}",
                stage=STAGE,
                path=f"scores.{test}.figures.f1",
                paper={arm: said[test] for arm, said in self.paper.items() if test in said},
            )
            for test in self.tests
        ]

    def sections(self, results: Any) -> list[Any]:
        """Answers in words, heat map, curves."""
        from tfmling.studies.transfer_sections import transfer_sections  # matplotlib only now

        return transfer_sections(self, results)

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
        return Stage(
            name=STAGE,
            module="tfmling.train_tagger",
            config={**self.tagger, "task": task, "fit": fit},
        )

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
    def _arms_are_trained(self) -> "NerTransfer":
        arms = self.trained_on()
        expect_known("baseline", [str(self.baseline)], arms)
        expect_known("paper", self.paper, arms)
        for arm, said in self.paper.items():
            expect_known(f"paper.{arm}", said, self.tests)
        return self

    @pydantic.model_validator(mode="before")
    @classmethod
    def _zero_shot_is_the_baseline(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("baseline") is None:
            return {**values, "baseline": only_arm(str(values.get("source")))}
        return values


def only_arm(language: str) -> str:
    """The arm that is trained on one language's share."""
    return f"only_{language}"


def few_shot_arm(language: str, number: int) -> str:
    """The arm that is trained on so many sentences of one language."""
    return f"few_{language}_{number}"


def together_arm(languages: Sequence[str]) -> str:
    """The arm that is trained on some languages."""
    return "_and_".join(languages)


def _sampled(corpus: dict[str, Any], number: int, seed: int) -> dict[str, Any]:
    """A corpus of which the seed draws a number of sentences, behind samples of its own."""
    drawn = {"seed": seed, "count": number}
    return {**corpus, "sample": [*corpus.get("sample", []), drawn]}
