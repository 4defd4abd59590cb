"""5,000 mutations of the files in configs/: each is accepted, or rejected in a few lines.

Nothing imports TensorFlow or reads an input.
"""

import random
import time

import pytest
import yaml

from tests.fuzz.mutations import mutate, mutate_text
from tests.test_configs import COMMAND_CONFIGS, CONFIGS, RECIPES, STUDIES, command_of
from tfmling.cli import parser
from tfmling.core import config, outputs
from tfmling.core.commands import COMMANDS, load
from tfmling.core.errors import UserError
from tfmling.recipes.plan import load_recipe, plan_stages
from tfmling.studies.plan import load_study, plan_study

SAMPLE, ALL = 150, 5000
MAX_SECONDS = 10  # of this process, whatever else the machine does
MAX_LINES, MAX_CHARACTERS = 12, 1500


def load_settings(path, name):
    settings = config.load(load(COMMANDS[name].settings), path, check_inputs=False)
    outputs.check_output(settings)
    again = config.build(type(settings), yaml.safe_load(config.dump(settings)), "dumped",
                         check_inputs=False)  # fmt: skip
    assert again == settings


def load_with_inputs(path, name):
    parser.load_settings(name, parser.parse_options(name, [path]))


def plan_recipe(path, name):
    plan_stages(load_recipe(path), path, check_inputs=False)


def plan_cells(path, name):
    plan_study(load_study(path, check_inputs=False), path, check_inputs=False)


def originals():
    """Each shipped file with what loads it."""
    for path in COMMAND_CONFIGS:
        yield path, load_settings, command_of(path)
        yield path, load_with_inputs, command_of(path)
    yield from ((path, plan_recipe, "run") for path in RECIPES)
    yield from ((path, plan_cells, "study") for path in STUDIES)


def draw(path, rng):
    """A mutated text of a file and what was changed in it."""
    text = path.read_text(encoding="utf-8")
    if rng.random() < 0.2:
        return mutate_text(text, rng)
    values, said = yaml.safe_load(text), []
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        values, change = mutate(values, rng)
        said.append(change)
        if not values:
            break
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False), "; ".join(said)


def check(path, load, name):
    """Whether a file was accepted; otherwise its error is short and can be printed."""
    began = time.process_time()
    try:
        load(str(path), name)
        accepted = True
    except UserError as error:
        accepted = False
        lines = str(error).splitlines()
        assert 0 < len(lines) <= MAX_LINES
        assert max(map(len, lines)) <= MAX_CHARACTERS
    assert time.process_time() - began < MAX_SECONDS
    return accepted


@pytest.mark.parametrize(
    ("seed", "number"), [(1, SAMPLE), pytest.param(2, ALL, marks=pytest.mark.slow)]
)
def test_mistakes_in_settings(tmp_path, monkeypatch, seed, number):
    monkeypatch.chdir(tmp_path)
    rng = random.Random(seed)
    known = list(originals())
    accepted = 0
    for case in range(number):
        original, load, name = rng.choice(known)
        text, said = draw(original, rng)
        path = tmp_path / "a.yaml"
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        try:
            accepted += check(path, load, name)
        except Exception as error:
            error.add_note(f"case {case} of seed {seed}: {original.relative_to(CONFIGS)}: {said}")
            raise
    assert 0.02 * number < accepted < 0.9 * number
    assert [each.name for each in tmp_path.iterdir()] == ["a.yaml"]
