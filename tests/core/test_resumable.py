"""Which keys of settings may change while a run is unfinished."""

from typing import Annotated, Any, get_args

import pydantic
import pytest

from tests import tiny
from tfmling.core import config
from tfmling.core.resumable import Resumable, differences, is_resumable
from tfmling.tagging.settings import TrainTagger
from tfmling.training.settings import Runtime, Train
from tfmling.vocab.curve_settings import VocabularyCurve

# every other key changes the result, or the state that leads to it
FREE = {
    Train: {
        "output",
        "steps",
        "monitor",
        "checkpoint_every",
        "keep_checkpoints",
        "continue_from",
        "runtime.steps_per_loop",
        "runtime.tpu_address",
    },
    TrainTagger: {
        "output",
        "fit.epochs",
        "fit.patience",
        "fit.cache.where",
        "fit.cache.max_gib",
    },
    VocabularyCurve: {"output", "sizes", "min_saving"},
}


def models_in(annotation: Any) -> list[type[pydantic.BaseModel]]:
    """The settings classes that an annotation holds."""
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        return [annotation]
    return [model for own in get_args(annotation) for model in models_in(own)]


def keys(model: type[pydantic.BaseModel], prefix: str = "") -> dict[str, bool]:
    """Every key below a settings class, and whether it is marked."""
    found = {}
    for name, field in model.model_fields.items():
        key = f"{prefix}{name}"
        found[key] = is_resumable(field)
        for nested in models_in(field.annotation) if not found[key] else ():
            found |= keys(nested, f"{key}.")
    return found


@pytest.mark.parametrize("model", FREE, ids=lambda model: model.__name__)
def test_every_key_is_decided(model):
    found = keys(model)
    assert {key for key, free in found.items() if free} == FREE[model]
    assert len(found) > (15 if model is VocabularyCurve else 40)


def values(**changes) -> dict:
    inputs = tiny.inputs("sentences")
    chosen = {
        "output": "runs/out",
        "encoder": {"kind": "new", "vocabulary": "vocab.txt"},
        "tasks": [{"name": "mlm", "kind": "masked_lm", "inputs": inputs}],
        "optimizer": {"learning_rate_multipliers": {"bias": 0.5}},
        "steps": 8,
        "runtime": {"steps_per_loop": 2},
    }
    return chosen | changes


def built(model=Train, **changes) -> Train:
    return config.build(model, values(**changes), "test", check_inputs=False)


def found(model=Train, **changes) -> list[str]:
    return differences(built(model, **changes), built().model_dump(mode="json"))


def other(value: Any) -> Any:
    """A value that differs."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return "other" if value is None or isinstance(value, str) else None


def leaves(plain: Any, path: tuple = ()) -> list[tuple]:
    if isinstance(plain, dict) and plain:
        return [leaf for key, own in plain.items() for leaf in leaves(own, (*path, key))]
    if isinstance(plain, list) and plain:
        return [leaf for key, own in enumerate(plain) for leaf in leaves(own, (*path, key))]
    return [path]


def changed(plain: Any, path: tuple) -> Any:
    if not path:
        return other(plain)
    copy = dict(plain) if isinstance(plain, dict) else list(plain)
    copy[path[0]] = changed(plain[path[0]], path[1:])
    return copy


def test_every_key_but_the_resumable_ones_is_a_difference():
    settings = built()
    plain = settings.model_dump(mode="json")
    for path in leaves(plain):
        changes = differences(settings, changed(plain, path))
        key = ".".join(str(part) for part in path)
        free = key in FREE[Train] - {"steps", "continue_from"}  # 9 steps before, 8 now
        free |= key == "continue_from"  # not named any more
        assert bool(changes) != free, key
        assert not changes or key in changes[0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"steps": 9}, []),
        ({"steps": 7}, ["steps: 8, now 7"]),
        ({"seed": 2}, ["seed: 1, now 2"]),
        ({"continue_from": "a.unfinished"}, ["continue_from: null, now a.unfinished"]),
        (
            {"optimizer": {"learning_rate_multipliers": {}}},
            ["optimizer.learning_rate_multipliers.bias: 0.5, now null"],
        ),
        ({"freeze": ["a"]}, ["freeze: [], now ['a']"]),
        (
            {"encoder": {"kind": "new", "vocabulary": "v2", "num_layers": 3}},
            ["encoder.vocabulary: vocab.txt, now v2", "encoder.num_layers: 12, now 3"],
        ),
        ({"runtime": {"steps_per_loop": 5, "strategy": "one_device"}, "checkpoint_every": 5}, []),
    ],
    ids=str,
)
def test_what_differs_is_named(changes, expected):
    assert found(**changes) == expected


def test_another_kind_is_one_difference():
    encoder = {"kind": "directory", "path": "base"}
    assert found(encoder=encoder) == ["encoder.kind: new, now directory"]


class LaterRuntime(Runtime):
    """As a later version may have it."""

    new: bool = False


class LaterTrain(Train):
    """As a later version may have it."""

    runtime: LaterRuntime = LaterRuntime()
    also_new: list[str] = pydantic.Field([])
    free: Annotated[int, Resumable()] = 1


def test_a_new_setting_at_its_default_resumes_an_old_training():
    assert found(LaterTrain) == []
    assert found(LaterTrain, free=2) == []
    assert found(LaterTrain, also_new=["a"]) == ["also_new: [], now ['a']"]
    changes = found(LaterTrain, runtime={"steps_per_loop": 2, "new": True})
    assert changes == ["runtime.new: False, now True"]


def test_a_removed_key_is_a_difference():
    earlier = built().model_dump(mode="json") | {"dropped": 3}
    assert differences(built(), earlier) == ["dropped: 3, now unknown"]
