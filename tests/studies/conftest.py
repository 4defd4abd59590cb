"""A study of tiny stages that run in milliseconds: a shared copy, then a score in each run."""

from pathlib import Path

import pytest
import yaml

from tests.recipes.conftest import calls, tiny_commands  # noqa: F401
from tfmling.core.commands import COMMANDS, Command

SCORE_SETTINGS = """

class Score(config.Settings):
    output: config.OutputPath
    source: config.InputPath
    seed: int
    gain: float = 0.0
    nested: dict = {}
"""

# Writes `gain` + `seed` / 100 to output/scores.json, and a curve. Says in `calls.txt` which run it
# was. Obeys files in the study's folder: `hang-<variant>-<seed>` and `break-<variant>-<seed>`.
SCORE = """
import json, os, sys, time
from pathlib import Path
from tfmling.core import outputs

def score(settings):
    here, run = Path(os.environ["TINY_FOLDER"]), "-".join(Path(settings.output).parts[-3:-1])
    with open(here / "calls.txt", "a") as calls:
        calls.write(run + "\\n")
    if (here / f"break-{run}").exists():
        sys.exit("broken on purpose")
    if (here / f"hang-{run}").exists():
        time.sleep(60)
    value = settings.gain + settings.seed / 100
    with outputs.publish(settings) as folder:
        scores = {"after": {"p_at_1": value, "items": [value - 0.01, value + 0.01]}}
        Path(folder, "scores.json").write_text(json.dumps(scores))
        losses = [{"step": 10 * n, "mlm/loss": 4.0 - n - settings.gain} for n in (1, 2, 3)]
        Path(folder, "history.jsonl").write_text("".join(json.dumps(e) + "\\n" for e in losses))
"""


@pytest.fixture
def study(tmp_path, tiny_commands, monkeypatch) -> Path:  # noqa: F811
    """Two variants, two seeds: `plain` scores .01 and .02, `better` .5 more."""
    settings = tiny_commands / "settings.py"
    settings.write_text(settings.read_text() + SCORE_SETTINGS)
    (tiny_commands / "score.py").write_text(SCORE)
    score = Command("tiny_commands.score:score", "tiny_commands.settings:Score", "")
    monkeypatch.setitem(COMMANDS, "score", score)
    (tmp_path / "start.txt").write_text("a")
    values = {
        "kind": "comparison",
        "output": str(tmp_path / "out"),
        "title": "Gains",
        "question": "Does a gain gain?",
        "variables": {"data": str(tmp_path)},
        "seeds": [1, 2],
        "baseline": "plain",
        "shared": [
            {
                "name": "corpus",
                "command": "copy",
                "config": {"source": "${data}/start.txt"},
            }
        ],
        "stages": [
            {
                "name": "score",
                "command": "score",
                "config": {
                    "source": "${stages.corpus}/text.txt",
                    "seed": "${seed}",
                    "nested": "${variant.nested}",
                },
            }
        ],
        "variants": {
            "plain": {"variables": {"nested": {"of": "${stages.corpus}"}}},
            "better": {"variables": {"nested": {}}, "set": {"score.config.gain": 0.5}},
        },
        "metrics": [
            {"name": "p", "title": "P@1", "stage": "score", "path": "after.p_at_1"},
        ],
        "curves": [{"title": "Loss", "stage": "score", "y": "mlm/loss", "reach": [2.1, 0.2]}],
    }
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump(values, sort_keys=False))
    return path
