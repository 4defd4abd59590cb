"""Settings of a stage inside a study, to whose parts the study adds some of its own."""

from collections.abc import Callable
from typing import Annotated, Any

import pydantic


def _part(key: str, kind: type, expected: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def check(values: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(values.get(key, kind()), kind):
            raise ValueError(f"{key}: expected {expected}, got {values[key]!r:.80}")
        return values

    return check


# Of train_tagger: a study sets `fit.seed`.
Tagger = Annotated[dict[str, Any], pydantic.AfterValidator(_part("fit", dict, "a mapping of keys"))]
# Labelled sentences: a study appends to `sample`.
SampledCorpus = Annotated[
    dict[str, Any], pydantic.AfterValidator(_part("sample", list, "a list of samples"))
]
