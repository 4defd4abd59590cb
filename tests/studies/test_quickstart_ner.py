"""Both studies of entities with real trainings, on constructed tags and a very small encoder."""

import json

import pytest
import yaml

from tests import tiny
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import save_encoder

FIT = {
    "epochs": 8,
    "inputs": {"max_length": 24, "overlap": 2, "batch_size": 8, "length_step": None},
    "optimizer": {"learning_rate": 0.01, "weight_decay": 0.0},
}


@pytest.fixture(scope="module")
def encoder(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("encoder")
    save_encoder(tiny.tiny_encoder(), str(folder))
    return str(folder)


def corpus(folder, language: str, tag: str = "B-A") -> dict:
    """Sentences of one to nine letters, of which the first three of eight are entities."""
    first = 0 if language == "qaa" else 8
    lines = []
    for number in range(48):
        letters = [(3 * number + k) % 8 for k in range(1 + number % 9)]
        words = [f"{tiny.LETTERS[first + n]} {tag if n < 3 else 'O'}" for n in letters]
        lines.append("\n".join(words))
    path = folder / f"{language}.txt"
    path.write_text("\n\n".join(lines) + "\n")
    tags = {"scheme": "IOB2"} if tag == "B-A" else {"scheme": "BIOUL"}
    return {"format": "conll", "language": language, "path": str(path), "tags": tags}


def run(folder, values: dict) -> dict:
    path = folder / "study.yaml"
    common = {"output": str(folder / "out"), "title": "Tags", "question": "How far?", "seeds": [1]}
    path.write_text(yaml.safe_dump(common | values))
    main(["study", str(path)])
    assert "<img" in (folder / "out" / "report.html").read_text()
    return json.loads((folder / "out" / "results.json").read_text())


@pytest.mark.slow
def test_transfer(tmp_path, encoder):
    languages = {
        name: dict.fromkeys(("train", "development", "test"), corpus(tmp_path, name))
        for name in ("qaa", "qab")
    }
    values = {
        "kind": "ner_transfer",
        "source": "qaa",
        "sentences": 80,
        "few_shot": {"qab": [4]},
        "languages": languages,
        "tagger": {
            "encoder": {"kind": "directory", "path": encoder},
            "head": {"kind": "linear", "dropout": 0.0},
            "fit": FIT,
        },
    }
    found = run(tmp_path, values)
    on_qab = {
        variant: own["mean"] for variant, own in found["metrics"]["f1_qab"]["variants"].items()
    }
    assert set(on_qab) == {"only_qaa", "only_qab", "few_qab_4", "all"}
    # the languages share no letter: what was not trained on cannot be known
    assert on_qab["all"] > 0.8
    assert on_qab["only_qab"] > on_qab["only_qaa"]
    report = (tmp_path / "out" / "results.md").read_text()
    assert "| Zero-shot: how well does qaa transfer to qab? | F1 " in report
    assert "| Few-shot: how many sentences of qab beat zero-shot from qaa? | " in report


@pytest.mark.slow
def test_extend(tmp_path, encoder):
    own = corpus(tmp_path, "qaa", "U-A")
    values = {
        "kind": "extend_ner",
        "baseline": "base",
        "encoders": {"base": encoder, "extended": encoder},
        "languages": {
            "qaa": {"role": "new", "train": own, "development": own, "test": own},
        },
        "tagger": {
            "head": {"kind": "bilstm_crf", "width": 16, "num_layers": 1, "dropout": 0.0},
            "fit": FIT,
        },
    }
    variants = run(tmp_path, values)["metrics"]["f1_qaa"]["variants"]
    assert variants["base"]["mean"] > 0.8
    assert variants["extended"]["difference"]["mean"] == pytest.approx(
        0, abs=1e-6
    )  # the same encoder
    assert (
        "| extended | qaa: the languages it was extended to |"
        in (tmp_path / "out" / "results.md").read_text()
    )
