"""A model of two languages that only knows numbers, and corpora of numbered sentences."""

import json
from pathlib import Path

import pytest
import tensorflow as tf
import yaml

from tfmling.cli.main import main

WIDTH = 64


class Numbers(tf.Module):
    """Texts to unit vectors: one direction for each number, whatever the words around it."""

    def __init__(self, width: int = WIDTH, seed: int = 1):
        super().__init__()
        self.frequencies_D = tf.Variable(tf.random.stateless_uniform([width], [seed, 2]) * 900)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, text_B: tf.Tensor) -> tf.Tensor:
        digits_B = tf.strings.join(["0", tf.strings.regex_replace(text_B, "[^0-9]", "")])
        number_B1 = tf.strings.to_number(digits_B)[:, None] + 1
        words_B1 = tf.cast(tf.strings.length(text_B), tf.float32)[:, None] / 200
        words_BD = tf.sin(words_B1 * self.frequencies_D) / 8
        noisy_BD = tf.sin(number_B1 * self.frequencies_D) + words_BD
        return tf.math.l2_normalize(noisy_BD, axis=1)


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """A SavedModel with the real signature: strings [B] to float32 [B, D]."""
    folder = str(tmp_path_factory.mktemp("model"))
    tf.saved_model.save(Numbers(), folder)
    return folder


def side(language, path):
    corpus = {"format": "plain_text", "language": language, "path": path, "document_break": "line"}
    return {"language": language, "corpora": [corpus | {"split_sentences": False}]}


def write_lines(path, lines):
    path.write_text("\n".join(lines))
    return str(path)


@pytest.fixture(scope="session")
def settings(model, tmp_path_factory):
    """Sixty pairs among as many sentences without a translation on either side."""
    folder = tmp_path_factory.mktemp("corpora")
    english = [f"There are {n} of them." for n in range(60)]
    english += [f"Nobody knows {n} any more." for n in range(1000, 1060)]
    swahili = [f"Kuna {n}." for n in reversed(range(60))]
    swahili += [f"Hakuna {n}." for n in range(2000, 2060)]
    return {
        "model": model,
        "source": side("sw", write_lines(folder / "sw.txt", swahili)),
        "target": side("en", write_lines(folder / "en.txt", english)),
        "neighbors": 3,
        "threshold": {"kind": "value", "min_score": 1.4},
        "vector_shards": 3,
        "num_shards": 2,
    }


def mine(folder, settings, *flags):
    """Runs the command; returns its output folder."""
    output = str(folder / "out")
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump({"output": output} | settings))
    main(["mine_bitext", "--config", str(config), "--", *flags])
    return output


@pytest.fixture(scope="session")
def output(settings, tmp_path_factory):
    """What `settings` give, mined once for all tests; its vectors lie beside."""
    return mine(tmp_path_factory.mktemp("mined"), settings)


@pytest.fixture(scope="session")
def embedded(settings, output):
    """The same settings with vectors that stand already."""
    sides = {
        name: {"language": settings[name]["language"], "vectors": f"{output}.vectors/{name}"}
        for name in ("source", "target")
    }
    return settings | sides


@pytest.fixture
def run_mining(run):
    return lambda settings, *flags, **kw: run("mine_bitext", settings, *flags, **kw)


@pytest.fixture
def mined():
    """The lines of scores.tsv: (score, source, target)."""

    def mined(output):
        rows = [line.split("\t") for line in Path(output, "scores.tsv").read_text().splitlines()]
        assert rows[0] == ["score", "source_place", "target_place", "source", "target"]
        return [(float(row[0]), row[3], row[4]) for row in rows[1:]]

    return mined


@pytest.fixture
def mining():
    return lambda output: json.loads(Path(output, "mining.json").read_text())
