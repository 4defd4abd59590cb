"""The evaluation of EXTEND: named entity recognition on frozen encoders.

Wang et al. (2020), 2004.13640. The same tagger (scalar mix, BiLSTM, CRF) is trained on each
language over the base encoder, the extended encoder and one trained from scratch on two languages
(B-BERT). Does the extension help the new languages, and does it hurt the old ones?
"""

from typing import Any, Literal

import pydantic

from tfmling.core.config import Settings
from tfmling.recipes.settings import Identifier, Stage
from tfmling.studies.metrics import Metric, PaperResult
from tfmling.studies.study import Run, Study, TaggerSettings, expect_known

TEST = "test"  # its key in scores.json
Role = Literal["new", "old", "other"]


class TaggedLanguage(Settings):
    """Labeled corpora of one language, with the settings of `train_tagger`.

    Example:
        >>> corpus = {"format": "panx", "path": "sw.txt", "language": "sw"}
        >>> TaggedLanguage(role="new", train=corpus, development=corpus, test=corpus).role
        'new'
    """

    role: Role
    """new: the encoder was extended to it; old: the base knows it; other: neither."""
    train: dict[str, Any]
    """Corpus for training, as in train_tagger."""
    development: dict[str, Any]
    """Corpus that chooses the best epoch."""
    test: dict[str, Any]
    """Corpus that is scored."""


class ExtendNer(Study):
    """One variant per encoder; a run trains a tagger on it for each language.

    Example:
        >>> corpus = {"format": "panx", "path": "sw.txt", "language": "sw"}
        >>> study = ExtendNer(
        ...     kind="extend_ner", output="out", title="NER", question="Does it help?", seeds=[1],
        ...     encoders={"mbert": "mbert", "extended": "runs/sw"}, baseline="mbert",
        ...     languages={"sw": dict(role="new", train=corpus, development=corpus, test=corpus)},
        ...     tagger={"head": {"kind": "bilstm_crf"}},
        ... )
        >>> [str(run) for run in study.list_runs()]
        ['mbert, seed 1', 'extended, seed 1']
    """

    kind: Literal["extend_ner"]
    encoders: dict[Identifier, str] = pydantic.Field(min_length=2)
    """Variant -> encoder folder."""
    languages: dict[Identifier, TaggedLanguage] = pydantic.Field(min_length=1)
    """Data of each language, by BCP-47 code."""
    tagger: TaggerSettings
    """Settings of train_tagger, the same for all runs: head, fit, dtype."""
    scheme: str = "BIOUL"
    """Scheme of the labels, after the conversion of `tags.convert_to`."""
    paper: dict[Identifier, dict[Identifier, PaperResult]] = pydantic.Field({})
    """Variant -> language -> the paper's result."""

    def list_runs(self) -> list[Run]:
        """Every encoder with the first seed, then with the next."""
        return [
            Run(variant, seed, tuple(self._stage(variant, name, seed) for name in self.languages))
            for seed in self.seeds
            for variant in self.encoders
        ]

    def list_metrics(self) -> list[Metric]:
        """The F1 of each language."""
        return [
            Metric(
                name=f1_metric(name),
                title=f"Entity F1, {name} ({own.role})",
                stage=f"ner_{name}",
                path=f"scores.{TEST}.overall.f1",
                paper={variant: of[name] for variant, of in self.paper.items() if name in of},
            )
            for name, own in self.languages.items()
        ]

    def of_role(self, role: Role) -> list[str]:
        """Return the languages of one role."""
        return [name for name, own in self.languages.items() if own.role == role]

    def _stage(self, variant: str, language: str, seed: int) -> Stage:
        data = self.languages[language]
        config = {
            **self.tagger,
            "encoder": {"kind": "directory", "path": self.encoders[variant]},
            "task": {
                "kind": "entities",
                "scheme": self.scheme,
                "train": [data.train],
                "development": [data.development],
                "test": {TEST: data.test},
            },
            "fit": {**self.tagger.get("fit", {}), "seed": seed},
        }
        return Stage(name=f"ner_{language}", command="train_tagger", config=config)

    @pydantic.model_validator(mode="after")
    def _variants_are_encoders(self) -> "ExtendNer":
        expect_known("baseline", [str(self.baseline)], self.encoders)
        expect_known("paper", self.paper, self.encoders)
        for variant, results in self.paper.items():
            expect_known(f"paper.{variant}", results, self.languages)
        return self


def f1_metric(language: str) -> str:
    """Return the name of a language's metric.

    Example:
        >>> f1_metric("sw")
        'f1_sw'
    """
    return f"f1_{language}"
