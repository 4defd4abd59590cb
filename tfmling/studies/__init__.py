"""Studies: several trainings that answer one question, over seeds, with tables and plots.

A kind of study is one class in one file, and one line here.
"""

from typing import Union

import pydantic

from tfmling.studies.comparison import Comparison
from tfmling.studies.extend_ner import ExtendNer
from tfmling.studies.ner_transfer import NerTransfer
from tfmling.studies.probing import Probing
from tfmling.studies.settings import Study

KINDS: dict[str, type[Study]] = {
    "comparison": Comparison,
    "probing": Probing,
    "ner_transfer": NerTransfer,
    "extend_ner": ExtendNer,
}


class AnyStudy(pydantic.RootModel):
    """A study of any kind, for the JSON Schema."""

    root: Union[tuple(KINDS.values())]  # type: ignore[valid-type]  # noqa: UP007
