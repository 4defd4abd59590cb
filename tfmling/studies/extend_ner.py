"""The study of EXTEND by its own measure: entities, found on frozen encoders.

Wang et al. (2020), 2004.13640: the same tagger (mix of layers, BiLSTM, CRF) is trained on each
language over the base, over the extended encoder and over one trained on two languages from
scratch (B-BERT). Does the extension help the new languages, and leave the old ones as they were?
"""

from typing import Any, Literal

import pydantic

from tfmling.core.config import Settings
from tfmling.recipes.settings import Name, Stage
from tfmling.studies.cell import Cell
from tfmling.studies.free_settings import Tagger
from tfmling.studies.measure import Measure, PaperFigure
from tfmling.studies.settings import Study, expect_known

TEST = "test"  # its name in scores.json
Role = Literal["new", "old", "other"]


class TaggedLanguage(Settings):
    """Labelled corpora of one language, as `train_tagger` takes them."""

    role: Role = pydantic.Field(
        description="new: the encoder was extended to it; old: the base knows it; other: neither"
    )
    train: dict[str, Any]
    development: dict[str, Any]
    test: dict[str, Any]


class ExtendNer(Study):
    """An arm is an encoder; a cell trains a tagger on it for each language."""

    kind: Literal["extend_ner"]
    encoders: dict[Name, str] = pydantic.Field(min_length=2, description="arm -> encoder folder")
    languages: dict[Name, TaggedLanguage] = pydantic.Field(min_length=1)
    tagger: Tagger = pydantic.Field(
        description="settings of train_tagger, the same for all cells: head, fit, dtype"
    )
    scheme: str = pydantic.Field("BIOUL", description="of the labels, as the corpora give them out")
    paper: dict[Name, dict[Name, PaperFigure]] = pydantic.Field(
        {}, description="arm -> language -> what the paper says"
    )

    def cells(self) -> list[Cell]:
        """Every encoder with the first seed, then with the next."""
        return [
            Cell(arm, seed, tuple(self._stage(arm, name, seed) for name in self.languages))
            for seed in self.seeds
            for arm in self.encoders
        ]

    def measures(self) -> list[Measure]:
        """The F1 of each language."""
        return [
            Measure(
                name=figure_of(name),
                title=f"Entity F1, {name} ({own.role})",
                stage=stage_of(name),
                path=f"scores.{TEST}.figures.f1",
                paper={arm: said[name] for arm, said in self.paper.items() if name in said},
            )
            for name, own in self.languages.items()
        ]

    def sections(self, results: Any) -> list[Any]:
        """The question answered for new, old and other languages."""
        from tfmling.studies.extend_sections import answers  # statistics only now

        return [answers(self, results)]

    def of_role(self, role: Role) -> list[str]:
        """The languages of one role."""
        return [name for name, own in self.languages.items() if own.role == role]

    def _stage(self, arm: str, language: str, seed: int) -> Stage:
        data = self.languages[language]
        config = {
            **self.tagger,
            "encoder": {"kind": "directory", "path": self.encoders[arm]},
            "task": {
                "kind": "entities",
                "scheme": self.scheme,
                "train": [data.train],
                "development": [data.development],
                "test": {TEST: data.test},
            },
            "fit": {**self.tagger.get("fit", {}), "seed": seed},
        }
        return Stage(name=stage_of(language), module="tfmling.train_tagger", config=config)

    @pydantic.model_validator(mode="after")
    def _arms_are_encoders(self) -> "ExtendNer":
        expect_known("baseline", [str(self.baseline)], self.encoders)
        expect_known("paper", self.paper, self.encoders)
        for arm, said in self.paper.items():
            expect_known(f"paper.{arm}", said, self.languages)
        return self


def stage_of(language: str) -> str:
    """The name of the stage that trains a language's tagger."""
    return f"ner_{language}"


def figure_of(language: str) -> str:
    """The name of a language's figure."""
    return f"f1_{language}"
