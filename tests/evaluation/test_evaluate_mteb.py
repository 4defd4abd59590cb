"""MTEB's own code on a model of ours gives the score that we give."""

import importlib.util
import json
import subprocess
import sys

import pytest
import yaml

from tests.tiny import tiny_encoder, tiny_texts
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.core import config
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.evaluation.retrieval import retrieval_scores
from tfmling.evaluation.settings import EvaluateMteb


def test_something_must_be_asked():
    values = {"output": "o", "model": "m"}
    with pytest.raises(config.ConfigError, match=r"expected `tasks` .* or `bitext`"):
        config.build(EvaluateMteb, values, "test", check_inputs=False)


@pytest.mark.slow  # importing mteb takes a minute where PyTorch is cold
@pytest.mark.skipif(importlib.util.find_spec("mteb") is None, reason="extra mteb is missing")
def test_accuracy_is_p_at_1(tmp_path, project_root):
    encoder, texts = tiny_encoder(), tiny_texts(24)
    save_encoder(encoder, f"{tmp_path}/encoder")
    sides = {name: [text.decode() for text in texts[name].numpy()] for name in ("source", "target")}
    # every second target is its source again, with one word more, and so easy to find
    sides["target"][::2] = [f"{source} p" for source in sides["source"][::2]]
    for name, side in sides.items():
        (tmp_path / name).write_text("".join(f"{text}\n" for text in side))
    pairs = {"format": "moses", "source_language": "sw", "target_language": "en"}
    pairs |= {name: f"{tmp_path}/{name}" for name in sides}
    settings = {
        "output": f"{tmp_path}/out", "model": f"{tmp_path}/encoder",
        "bitext": [{"name": "local", "pairs": pairs}],
    }  # fmt: skip
    (tmp_path / "mteb.yaml").write_text(yaml.safe_dump(settings))
    # a process of its own: PyTorch and TensorFlow in the process of all tests do not get along
    command = [
        sys.executable,
        "-m",
        "tfmling",
        "evaluate_mteb",
        "--config",
        f"{tmp_path}/mteb.yaml",
    ]
    done = subprocess.run(command, cwd=project_root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    result = json.loads((tmp_path / "out" / "local.json").read_text())
    (scores,) = result["scores"]["test"]
    embedder = KerasEmbedder(encoder, 64)
    ours, _ = retrieval_scores(
        embedder.encode(sides["source"]),
        embedder.encode(sides["target"]),
        sides["source"],
        sides["target"],
    )
    assert scores["accuracy"] == pytest.approx(ours["p_at_1_by_line"])
    assert 0 < scores["accuracy"] < 1
