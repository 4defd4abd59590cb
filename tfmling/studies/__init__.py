"""Studies: compare variants of one pipeline over several seeds, with tables and plots.

To add a kind of study, write a subclass of `Study` in a file of its own and add it to `KINDS`; a
kind whose report has sections of its own adds them to `tfmling.studies.sections`.
"""

from typing import Union

import pydantic

from tfmling.studies.comparison import Comparison, Probing
from tfmling.studies.extend_ner import ExtendNer
from tfmling.studies.ner_transfer import NerTransfer
from tfmling.studies.study import Study

KINDS: dict[str, type[Study]] = {
    "comparison": Comparison,
    "probing": Probing,
    "ner_transfer": NerTransfer,
    "extend_ner": ExtendNer,
}


class AnyStudy(pydantic.RootModel):
    """A study: one question, answered by training several variants with several seeds.

        tfmling study configs/studies/embedding_init.yaml
        tfmling study configs/studies/embedding_init.yaml --set seeds=[1,2,3]

    A run is one variant with one seed. Completed runs are skipped, interrupted ones resume, and a
    failed run does not stop the others. The exit status is 1 if a run failed or lacks a metric.
    """

    root: Union[tuple(KINDS.values())] = pydantic.Field(discriminator="kind")  # type: ignore[valid-type]  # noqa: UP007
