"""The study of alignment on constructed languages: all its mains, and words that come nearer."""

import json
import subprocess
import sys

import numpy as np
import pytest
import yaml

from tests.tiny import LETTERS, tiny_encoder
from tfmling.conversion.encoder_folder import save_encoder

TRAIN = {
    "format": "moses",
    "source_language": "qab",
    "target_language": "qaa",
    "source": "${folder}/train.b",
    "target": "${folder}/train.a",
}
TEST = TRAIN | {"source": "${folder}/test.b", "target": "${folder}/test.a"}
TASK = {
    "name": "alignment",
    "kind": "alignment",
    "towards": "${variant.towards}",
    "inputs": {
        "kind": "aligned_pairs",
        "records": ["${stages.links}"],
        "max_length": 32,
        "global_batch_size": 16,
    },
}
WORDS = {"kind": "texts", "pairs": {"name": "test", "texts": [{"bitext": TEST}]}}
STUDY = {
    "kind": "comparison",
    "title": "Alignment of constructed languages",
    "question": "Do words come nearer to their translations?",
    "seeds": [1],
    "baseline": "before",
    "shared": [
        {
            "name": "links",
            "command": "align_words",
            "config": {
                "aligners": {"fast_align": {"kind": "fast_align", "methods": ["intersect"]}},
                "sets": [{"name": "train", "texts": [{"bitext": TRAIN}]}],
                "records": {"aligner": "fast_align", "shards": 1},
            },
        },
    ],
    "stages": [
        {
            "name": "align",
            "command": "train",
            "config": {
                "seed": "${seed}",
                "encoder": {"kind": "directory", "path": "${base}", "dropout": 0.0},
                "tasks": [TASK],
                "optimizer": {"learning_rate": 1.0e-3, "schedule": "constant", "clip_norm": 1.0e9},
                "runtime": {"steps_per_loop": 60},
                "steps": 60,
                "checkpoint_every": 60,
            },
        },
        {
            "name": "probes",
            "command": "probe",
            "config": {
                "encoder": "${variant.encoder}",
                "max_length": 32,
                "probes": [
                    {"kind": "word_retrieval", "name": "words", "words": [WORDS], "max_links": 200},
                    {"kind": "translation_vector", "name": "vector", "pairs": [TEST]},
                    {
                        "kind": "rotation",
                        "name": "rotation",
                        "train": TRAIN,
                        "words": WORDS,
                        "sentences": TEST,
                        "max_queries": 200,
                    },
                ],
            },
        },
    ],
    "variants": {
        "before": {"variables": {"encoder": "${base}", "towards": "start"}, "stages": ["probes"]},
        "released": {"variables": {"encoder": "${stages.align}", "towards": "start"}},
        "paper": {"variables": {"encoder": "${stages.align}", "towards": "trained"}},
    },
    "metrics": [
        {
            "name": "words",
            "title": "Words",
            "stage": "probes",
            "path": "words.qab-qaa.csls.forward.all.layer-2.accuracy",
        },
        {
            "name": "rotated",
            "title": "Rotated",
            "stage": "probes",
            "path": "rotation.words.forward.yes.layer-2.accuracy",
        },
    ],
}


def write_texts(folder, name: str, count: int, seed: int) -> None:
    """Words of one letter, a to h, each translated by the letter that is eight further."""
    draw = np.random.default_rng(seed)
    numbers = [draw.integers(0, 8, 6) for _ in range(count)]
    for side, shift in (("a", 0), ("b", 8)):
        lines = (" ".join(LETTERS[n + shift] for n in own) + "\n" for own in numbers)
        (folder / f"{name}.{side}").write_text("".join(lines))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_alignment_from_bitext_to_the_report(tmp_path, project_root):
    save_encoder(tiny_encoder(), str(tmp_path / "base"))
    write_texts(tmp_path, "train", 400, seed=1)
    write_texts(tmp_path, "test", 100, seed=2)
    values = STUDY | {
        "output": str(tmp_path / "out"),
        "variables": {"base": str(tmp_path / "base"), "folder": str(tmp_path)},
    }
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(values, sort_keys=False))
    command = [sys.executable, "-m", "tfmling", "study", str(tmp_path / "study.yaml")]
    done = subprocess.run(command, cwd=project_root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    results = json.loads((tmp_path / "out/results.json").read_text())
    variants = results["metrics"]["words"]["variants"]
    assert set(variants) == {"before", "released", "paper"}
    for variant in ("released", "paper"):
        assert variants[variant]["mean"] > variants["before"]["mean"] + 0.1
    history = (tmp_path / "out/runs/released/1/align/history.jsonl").read_text()
    assert "alignment/linked_distance" in history
    assert results["failures"] == []
    assert (tmp_path / "out/report.html").stat().st_size > 10_000
