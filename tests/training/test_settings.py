"""Training settings that are accepted and rejected."""

import pytest

from tests import tiny
from tfmling.core.config import ConfigError, build
from tfmling.training.settings import Train


def _build(name: str = "mlm", **changes) -> Train:
    values = {
        "output": "out",
        "encoder": {"kind": "new", "vocabulary": "vocab.txt"},
        "tasks": [{"name": name, "kind": "masked_lm", "inputs": tiny.inputs("sentences")}],
        "steps": 20,
    }
    return build(Train, values | changes, "test", check_inputs=False)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"freeze": ["layer_[0"]}, r"test: freeze\.0: expected a regular expression, got 'layer_"),
        (
            {"optimizer": {"learning_rate_multipliers": {"(": 2.0}}},
            r"optimizer\.learning_rate_multipliers.*expected a regular expression",
        ),
        (
            {"optimizer": {"learning_rate_multipliers": {"scale": -1.0}}},
            r"optimizer\.learning_rate_multipliers\.scale: .*greater than or",
        ),
        ({"name": "a/b"}, r"tasks\.0\.name: .*got 'a/b'"),
        ({"encoder": {"kind": "directory", "path": "gs://b/base"}}, "expected a local folder"),
    ],
)
def test_invalid_settings_are_rejected(changes, message) -> None:
    with pytest.raises(ConfigError, match=message):
        _build(**changes)


def test_valid_settings_are_accepted() -> None:
    multipliers = {"scale_logit$": 5.0, "dense": 0.0}
    settings = _build(
        name="mlm sw", freeze=["layer_[01]"], optimizer={"learning_rate_multipliers": multipliers}
    )
    assert settings.freeze == ["layer_[01]"]
    assert settings.optimizer.learning_rate_multipliers == multipliers
