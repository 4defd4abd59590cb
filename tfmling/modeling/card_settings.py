"""Settings of a model card: what the program cannot know, and where it reads the rest."""

import pydantic

from tfmling.core.config import InputPath, Settings
from tfmling.core.languages import Language


class ModelCard(Settings):
    """What README.md in an exported folder says beside the model's own sizes."""

    name: str | None = pydantic.Field(None, description="null: Sentence encoder")
    languages: list[Language] = pydantic.Field([], description="that it was trained on")
    license: str | None = pydantic.Field(None, description="as Hugging Face writes it: apache-2.0")
    base_model: str | None = None
    data: list[InputPath] = pydantic.Field(
        [], description="folders of build_monolingual and build_bitext, with data_card.json"
    )
    scores: InputPath | None = pydantic.Field(None, description="folder that evaluate wrote")
    scored_as: str | None = pydantic.Field(
        None, description="the model's name in the scores; null: the last one"
    )
    limits: list[str] = pydantic.Field([], description="a sentence each")
