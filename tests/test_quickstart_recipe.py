"""The quickstart from raw text to a loaded model, with three seeds; minutes each."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tfmling.recipes.plan import load_recipe, plan_stages

RECIPE = "configs/recipes/quickstart.yaml"
SEEDS = (1, 2, 3)

LOAD_IN_A_CLEAN_PROCESS = """
import sys
import numpy as np, tensorflow_hub as hub, tensorflow_text
model = hub.load(sys.argv[1])
source, target = (open(path, encoding="utf-8").read().splitlines() for path in sys.argv[2:])
similarity = model(source).numpy() @ model(target).numpy().T
print((similarity.argmax(axis=1) == np.arange(len(source))).mean())
"""


def run(project_root: Path, output: Path, seed: int) -> str:
    """What `tfmling run` prints."""
    command = [sys.executable, "-m", "tfmling", "run", str(project_root / RECIPE)]
    command += ["--set", f"output={output}", "--set", f"variables.seed={seed}"]
    done = subprocess.run(
        command, cwd=project_root, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


def test_one_seed_decides_all_that_is_random(project_root):
    recipe = load_recipe(str(project_root / RECIPE), ["variables.seed=7"])
    settings = [stage.settings for stage in plan_stages(recipe, RECIPE, check_inputs=False)]
    seeds = {type(s).__name__: s.seed for s in settings if "seed" in type(s).model_fields}
    assert seeds == {"ConstructCorpus": 7, "ExtendVocab": 7, "Train": 7}


def test_language_b_is_unknown_until_the_vocabulary_is_extended(project_root):
    recipe = load_recipe(str(project_root / RECIPE))
    stages = {s.name: s.settings for s in plan_stages(recipe, RECIPE, check_inputs=False)}
    assert stages["vocabulary"].word_counts == [f"{recipe.output}/words/qaa.tsv"]
    assert [task.inputs.languages for task in stages["pretrain_a"].tasks] == [["qaa"]]
    assert (
        stages["extend"].embedding_init.kind == "random"
    )  # rows made from bitext would give it away


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", SEEDS)
def test_finds_translations_that_were_never_seen(project_root, tmp_path, seed):
    run(project_root, tmp_path / "run", seed)
    report = json.loads((tmp_path / "run/report.json").read_text())["retrieval"]
    assert report["before"]["constructed"]["qab-qaa"]["p_at_1"] < 0.03  # chance: 1 of 500
    assert report["after"]["constructed"]["qab-qaa"]["p_at_1"] >= 0.90
    assert report["after"]["constructed"]["qaa-qab"]["p_at_1"] >= 0.90


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_model_loads_alone_and_a_second_run_does_nothing(project_root, tmp_path):
    output = tmp_path / "run"
    run(project_root, output, 1)
    again = run(project_root, output, 1)
    assert "step " not in again  # no training
    texts = [str(output / "corpus" / name) for name in ("test.b", "test.a")]
    model = str(output / "export" / "sentence_encoder")
    p_at_1 = subprocess.run(
        [sys.executable, "-c", LOAD_IN_A_CLEAN_PROCESS, model, *texts],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(p_at_1.stdout) >= 0.90
