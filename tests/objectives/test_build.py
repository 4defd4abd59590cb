"""Settings are checked against the encoders that they name."""

import pytest

from tests import tiny
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.core.config import ConfigError


def test_texts_longer_than_the_encoders_positions_are_rejected() -> None:
    inputs = tiny.inputs("sentences", max_length=33)
    with pytest.raises(
        ConfigError, match=r"tasks\.mlm\.inputs\.max_length: expected at most 32.*encoder.* got 33"
    ):
        tiny.masked_lm(tiny.tiny_encoder(), inputs=inputs)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"max_sequence_length": 23}, "max_length: expected at most 23.*teacher.* got 24"),
        (
            {"hidden_dim": 8},
            r"tasks\.distil\.teacher: expected embeddings of width 16.* got 8 from",
        ),
    ],
)
def test_a_teacher_of_other_sizes_is_rejected(tmp_path, sizes, message) -> None:
    save_encoder(tiny.tiny_encoder(**sizes), str(tmp_path))
    with pytest.raises(ConfigError, match=message):
        tiny.distillation(tiny.tiny_encoder(), str(tmp_path))
