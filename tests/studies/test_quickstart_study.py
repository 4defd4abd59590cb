"""A study with real trainings on constructed languages: killed, with one broken variant."""

import json
import signal
import subprocess
import sys
import time

import pytest
import yaml

CORPUS = {"sentences_a": 400, "sentences_b": 400, "train_pairs": 100, "test_pairs": 50}
STUDY = {
    "kind": "comparison",
    "title": "Learning rates",
    "question": "Does a training that learns learn more than one that does not?",
    "seeds": [1, 2],
    "baseline": "still",
    "shared": [
        {"name": "corpus", "command": "construct_corpus", "config": CORPUS},
        {
            "name": "text",
            "command": "build_monolingual",
            "config": {
                "corpora": [
                    {"format": "plain_text", "language": "qaa", "path": "${stages.corpus}/a.txt"}
                ],
                "filters": [],
                "segment_pairs": None,
            },
        },
        {
            "name": "words",
            "command": "count_words",
            "config": {"records": ["${stages.text}"], "lowercase": True},
        },
        {
            "name": "vocabulary",
            "command": "extend_vocab",
            "config": {
                "base": {"kind": "empty", "lowercase": True},
                "word_counts": ["${stages.words}"],
                "learner": {"kind": "bpe", "vocabulary_size": 300},
            },
        },
    ],
    "stages": [
        {
            "name": "train",
            "command": "train",
            "config": {
                "seed": "${seed}",
                "encoder": {
                    "kind": "new",
                    "vocabulary": "${stages.vocabulary}",
                    "lowercase": True,
                    "num_layers": 1,
                    "hidden_dim": 32,
                    "num_heads": 2,
                    "intermediate_dim": 64,
                    "max_sequence_length": 32,
                    "dropout": 0.0,
                },
                "tasks": [
                    {
                        "name": "mlm",
                        "kind": "masked_lm",
                        "max_predictions": 5,
                        "inputs": {
                            "kind": "sentences",
                            "records": ["${stages.text}"],
                            "max_length": 24,
                            "global_batch_size": 32,
                        },
                    }
                ],
                "optimizer": {"learning_rate": 3.0e-3},
                "runtime": {"steps_per_loop": 20},
                "steps": 100,
                "checkpoint_every": 20,
            },
        },
        {
            "name": "scores",
            "command": "evaluate",
            "config": {
                "models": {"model": "${variant.result}"},
                "sets": [
                    {
                        "kind": "masked_lm",
                        "name": "test",
                        "sentences": {
                            "format": "plain_text",
                            "language": "qaa",
                            "document_break": "line",
                            "path": "${stages.corpus}/test.a",
                        },
                    }
                ],
            },
        },
    ],
    "variants": {
        "still": {
            "variables": {"result": "${stages.train}"},
            "set": {"train.config.optimizer.learning_rate": 1.0e-9},
        },
        "learning": {"variables": {"result": "${stages.train}"}},
        # a vocabulary is no model: its evaluation fails
        "broken": {"variables": {"result": "${stages.vocabulary}"}, "stages": ["scores"]},
    },
    "metrics": [
        {
            "name": "loss",
            "title": "Loss a hidden word",
            "stage": "scores",
            "path": "masked_lm.model.test.qaa.loss_per_word",
            "better": "lower",
        }
    ],
    "curves": [{"title": "Loss", "stage": "train", "y": "mlm/masked_lm_loss"}],
}


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_variants_two_seeds_a_kill_and_a_broken_variant(tmp_path, project_root):
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump(STUDY | {"output": str(tmp_path / "out")}, sort_keys=False))
    command = [sys.executable, "-m", "tfmling", "study", str(path)]
    first = subprocess.Popen(command, cwd=project_root, stdout=subprocess.DEVNULL)
    log = tmp_path / "out/runs/learning/1/logs/train.log"
    wait_until(lambda: log.exists() and "step 40/100" in log.read_text())
    first.send_signal(signal.SIGKILL)
    first.wait()
    time.sleep(1)  # the system ends the stage
    again = subprocess.run(command, cwd=project_root, capture_output=True, text=True)
    assert again.returncode == 1
    assert "2 of 6 runs failed" in again.stderr
    assert "train: run: resumes, was stopped" in again.stdout
    results = json.loads((tmp_path / "out/results.json").read_text())
    variants = results["metrics"]["loss"]["variants"]
    assert set(variants) == {"still", "learning"}
    assert variants["learning"]["difference"]["mean"] < -0.5
    assert variants["learning"]["difference"]["verdict"].startswith("better")
    assert [(f["variant"], f["seed"]) for f in results["failures"]] == [
        ("broken", 1),
        ("broken", 2),
    ]
    history = (tmp_path / "out/runs/learning/1/train/history.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in history] == [20, 40, 60, 80, 100]


def wait_until(true):
    end = time.monotonic() + 900
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)
