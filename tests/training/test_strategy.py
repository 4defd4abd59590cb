"""Batches that cannot be split evenly are rejected before anything is built."""

import pytest

from tests import tiny
from tfmling.core.config import ConfigError, build
from tfmling.training.settings import Train
from tfmling.training.strategy import check_batch_sizes


def _settings(*sizes: int) -> Train:
    tasks = [
        {"name": f"mlm{number}", "kind": "masked_lm",
         "inputs": tiny.inputs("sentences", global_batch_size=size)}
        for number, size in enumerate(sizes)
    ]  # fmt: skip
    values = {"output": "out", "encoder": {"kind": "new", "vocabulary": "v"}, "tasks": tasks}
    return build(Train, values | {"steps": 20}, "test", check_inputs=False)


def test_batch_size_must_be_a_multiple_of_the_replicas() -> None:
    check_batch_sizes(_settings(8, 12), 4)
    with pytest.raises(
        ConfigError,
        match=r"tasks\.mlm1\.inputs\.global_batch_size: expected a multiple of the 4 .* got 10",
    ):
        check_batch_sizes(_settings(8, 10), 4)
