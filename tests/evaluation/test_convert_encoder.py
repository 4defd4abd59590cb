"""convert_encoder from a configuration to a folder."""

import numpy as np
import pytest
import yaml

from tests.tiny import tiny_encoder
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import load_encoder, save_encoder


@pytest.mark.parametrize("layout", ["hugging_face", "keras_hub"])
def test_what_is_written_is_the_same_encoder(tmp_path, layout: str) -> None:
    encoder = tiny_encoder()
    (tmp_path / "encoder").mkdir()
    save_encoder(encoder, str(tmp_path / "encoder"))
    settings = {
        "encoder": str(tmp_path / "encoder"),
        "output": str(tmp_path / "out"),
        "layout": layout,
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(settings))
    main(["convert_encoder", "--config", str(tmp_path / "config.yaml")])
    assert (tmp_path / "out" / "MANIFEST.json").exists()
    assert (tmp_path / "out" / "model.safetensors").exists() == (layout == "hugging_face")
    again = load_encoder(str(tmp_path / "out"))
    np.testing.assert_array_equal(again.embedding_table, encoder.embedding_table)
    ids = np.array([[2, 5, 6, 3]], np.int32)
    inputs = {
        "input_word_ids": ids,
        "input_mask": np.ones_like(ids),
        "input_type_ids": np.zeros_like(ids),
    }
    np.testing.assert_allclose(
        again(inputs)["sequence_output"], encoder(inputs)["sequence_output"], atol=1e-6
    )
