import pytest

from tests import tiny
from tfmling.config import ConfigError, build
from tfmling.modeling.encoder_folder import save_encoder
from tfmling.training.same_inputs import require_same_inputs
from tfmling.training.settings import Train


@pytest.fixture
def settings(tmp_path) -> Train:
    records = tiny.write_records(tmp_path / "records")
    save_encoder(tiny.tiny_encoder(), str(tmp_path / "base"))
    values = {
        "output": str(tmp_path / "out"),
        "encoder": {"kind": "directory", "path": str(tmp_path / "base")},
        "tasks": [{"name": "m", "kind": "masked_lm", "inputs": tiny.inputs("sentences", records)}],
        "optimizer": {"learning_rate": 0.01, "warmup_steps": 2},
        "steps": 8,
    }
    return build(Train, values, "test")


def test_a_training_goes_on_with_its_inputs(settings, tmp_path):
    for _ in range(2):
        require_same_inputs(settings, str(tmp_path / "running"))


def test_the_training_that_it_continues_may_go_on(settings, tmp_path):
    (tmp_path / "other").mkdir()
    settings = settings.model_copy(update={"continue_from": str(tmp_path / "other")})
    require_same_inputs(settings, str(tmp_path / "running"))
    (tmp_path / "other" / "more").write_text("x")
    require_same_inputs(settings, str(tmp_path / "running"))


@pytest.mark.parametrize("change", ["longer", "renamed"])
def test_it_does_not_go_on_with_others(settings, tmp_path, change):
    require_same_inputs(settings, str(tmp_path / "running"))
    shard = next((tmp_path / "records").rglob("*.tfrecord"))
    if change == "longer":
        shard.write_bytes(shard.read_bytes() * 2)
    else:
        shard.rename(shard.with_name(f"b{shard.name}"))
    with pytest.raises(ConfigError, match=r"records: expected .*/running began with.* remove that"):
        require_same_inputs(settings, str(tmp_path / "running"))
