"""Encoders from settings."""

import pydantic
import pytest

from tfmling.conversion.encoder_folder import build_encoder
from tfmling.conversion.settings import NewEncoder, PretrainedEncoder


def test_a_new_encoder_has_the_sizes_and_the_vocabulary(hugging_face_folder):
    settings = NewEncoder(
        kind="new",
        vocabulary=str(hugging_face_folder),
        lowercase=True,
        num_layers=2,
        hidden_dim=8,
        num_heads=2,
        intermediate_dim=16,
        max_sequence_length=12,
    )
    encoder = build_encoder(settings, pooling="cls")
    assert encoder.embedding_table.shape == (40, 8)
    assert len(encoder.backbone.transformer_layers) == 2
    assert (encoder.pooling, encoder.max_sequence_length) == ("cls", 12)


def test_the_pooling_setting_replaces_the_folders(hugging_face_folder):
    settings = PretrainedEncoder(kind="directory", path=str(hugging_face_folder), dropout=0.0)
    assert build_encoder(settings).pooling == "cls"
    assert build_encoder(settings, pooling="mean").pooling == "mean"


def test_heads_that_do_not_divide_the_width(hugging_face_folder):
    with pytest.raises(pydantic.ValidationError, match="multiple of num_heads"):
        NewEncoder(kind="new", vocabulary=str(hugging_face_folder), hidden_dim=10, num_heads=3)
