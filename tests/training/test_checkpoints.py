"""Which settings share the state of an unfinished training."""

import pydantic
import pytest

from tests import tiny
from tfmling import config
from tfmling.training.checkpoints import running_folder
from tfmling.training.settings import Runtime, Train


class LaterRuntime(Runtime):
    """As a later version may have it."""

    new: bool = False


class LaterTrain(Train):
    """As a later version may have it."""

    runtime: LaterRuntime = LaterRuntime()
    also_new: list[str] = pydantic.Field([])


def folder(model: type[Train], **changes) -> str:
    values = {
        "output": "runs/out",
        "encoder": {"kind": "new", "vocabulary": "vocab.txt"},
        "tasks": [{"name": "mlm", "kind": "masked_lm", "inputs": tiny.inputs("sentences")}],
        "steps": 8,
        "runtime": {"steps_per_loop": 2},
    }
    return running_folder(config.build(model, values | changes, "test", check_inputs=False))


def test_a_new_setting_at_its_default_goes_on_with_an_old_training():
    assert folder(LaterTrain) == folder(Train)
    assert folder(Train).startswith("runs/out.running-")


@pytest.mark.parametrize(
    "changes",
    [
        {"steps": 9},
        {"also_new": ["a"]},
        {"runtime": {"steps_per_loop": 2, "new": True}},
        {"encoder": {"kind": "new", "vocabulary": "vocab.txt", "num_layers": 3}},
    ],
    ids=str,
)
def test_any_other_change_begins_anew(changes):
    assert folder(LaterTrain, **changes) != folder(LaterTrain)


def test_a_default_that_is_written_down_is_the_same():
    assert folder(Train, seed=1, runtime={"steps_per_loop": 2, "strategy": "one_device"}) == folder(
        Train
    )
