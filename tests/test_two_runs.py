"""Two undisturbed runs of a command write the same bytes, except for varying files."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.quality.conftest import make_page
from tests.tiny import LETTERS, inputs, tiny_encoder, write_records
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.core import manifest

ROOT = Path(__file__).parents[1]
FAST = ("construct_corpus", "build_monolingual", "convert_encoder")
CHEAP_TO_TRAIN = {"steps": 4, "checkpoint_every": 2, "runtime": {"steps_per_loop": 2}}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Corpora, an encoder and records, small and of our own."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "encoder").mkdir()
    save_encoder(tiny_encoder(), str(folder / "encoder"))
    write_records(folder / "records")
    words = [f"{a}{b} {c}{a}{d} {b}{c}." for a in LETTERS for b in "ae" for c in "io" for d in "u"]
    (folder / "en").write_text("".join(f"{text}\n" for text in words))
    (folder / "sw").write_text("".join(f"{text[::-1]}\n" for text in words))
    (folder / "sw.tsv").write_text("habari\t6\nza\t3\nsasa\t1\n")
    (folder / "pages").mkdir()
    for number in range(20):
        (folder / "pages" / f"{number}.html").write_text(make_page("a", number)[0])
    return folder


def settings_of(name, data):
    """The settings of a command, but for its output."""

    def corpus(language, **more):
        return {"format": "plain_text", "language": language, "path": f"{data}/{language}"} | more

    pairs = {"format": "moses", "source": f"{data}/en", "target": f"{data}/sw"}
    pairs |= {"source_language": "en", "target_language": "sw"}
    encoder = {"encoder": f"{data}/encoder"}
    tasks = [
        {"name": "mlm", "kind": "masked_lm", "inputs": inputs("sentences", f"{data}/records")},
        {
            "name": "d",
            "kind": "dual_encoder",
            "inputs": inputs("sentence_pairs", f"{data}/records"),
        },
    ]
    main = {"kind": "element", "selector": "main"}
    pages = {"kind": "pages", "name": "a", "path": f"{data}/pages/*.html", "language": "sw"}
    return {
        "construct_corpus": {"seed": 1, "sentences_a": 30, "sentences_b": 20, "train_pairs": 10}
        | {"test_pairs": 6, "contrasts": 2, "queries": 2},
        "build_monolingual": {"corpora": [corpus("en"), corpus("sw")], "num_shards": 2},
        "build_bitext": {"corpora": [pairs], "num_shards": 2},
        "count_words": {"records": [f"{data}/records"]},
        "convert_encoder": encoder | {"layout": "hugging_face"},
        "extend_vocab": {
            "base": {"kind": "encoder", "path": f"{data}/encoder"},
            "word_counts": [f"{data}/sw.tsv"],
            "embedding_init": {"kind": "subword_mean"},
            "learner": {"kind": "bpe", "vocabulary_size": 60},
        },
        "evaluate": {
            "models": {"one": f"{data}/encoder"},
            "sets": [{"kind": "retrieval", "name": "words", "pairs": pairs}],
        },
        "probe": encoder
        | {"probes": [{"kind": "translation_vector", "name": "vector", "pairs": [pairs]}]},
        "train": CHEAP_TO_TRAIN
        | {
            "encoder": {"kind": "directory", "path": f"{data}/encoder", "dropout": 0.1},
            "tasks": tasks,
            "optimizer": {"learning_rate": 0.01, "warmup_steps": 2},
        },
        "mine_negatives": encoder
        | {"records": [f"{data}/records"], "negatives": 2, "candidates": 4, "pool": 40},
        "train_quality": {"sources": [pages | {"main": main}]},
        "export_tfhub": encoder | {"max_length": 16},
        "export_lite": encoder | {"max_length": 16, "weights": "float32"},
        "export_onnx": encoder | {"max_length": 16},
        "nearest": {
            "model": f"{data}/hub",
            "queries": corpus("en", document_break="line"),
            "candidates": corpus("sw", document_break="line"),
        },
    }[name]


def run(name, settings, folder):
    """Runs a command in a process of its own, whose hashes are seeded anew; gives the manifest."""
    folder.mkdir()
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump({"output": "out"} | settings))
    environment = {key: text for key, text in os.environ.items() if key != "PYTHONHASHSEED"}
    done = subprocess.run(
        [sys.executable, "-m", "tfmling", name, "--config", str(config)],
        env=environment | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return manifest.require_complete(f"{folder}/out")


COMMANDS = (
    *FAST,
    *("build_bitext", "count_words", "extend_vocab", "evaluate", "probe", "train"),
    *("mine_negatives", "train_quality", "export_tfhub", "export_lite", "export_onnx"),
)


@pytest.mark.parametrize(
    "name",
    [name if name in FAST else pytest.param(name, marks=pytest.mark.slow) for name in COMMANDS],
)
def test_two_runs_write_the_same_bytes(data, tmp_path, name):
    if name == "export_onnx":
        pytest.importorskip("tf2onnx", reason="the extra `onnx` is not installed")
    old_umask = os.umask(0o027)
    try:
        one, other = (run(name, settings_of(name, data), tmp_path / each) for each in ("1", "2"))
    finally:
        os.umask(old_umask)
    kept = [{f: e for f, e in run.files.items() if not run.is_varying(f)} for run in (one, other)]
    assert kept[0] == kept[1]
    varying = [file for file in one.files if one.is_varying(file)]
    assert len(varying) < len(one.files) / 2  # the rule is equal bytes
    paths = [path for path in (tmp_path / "1" / "out").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o640}
