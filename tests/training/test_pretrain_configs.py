"""Every config of configs/pretrain/ trains: its tasks, optimizer and settings, at a tiny size."""

import gzip
import json
from pathlib import Path

import pytest

from tests import tiny
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core import config, manifest
from tfmling.training.run_training import run_training
from tfmling.training.settings import Train

FOLDER = Path(__file__).resolve().parents[2] / "configs" / "pretrain"
RECIPES = {"records"}
# the others are slow tests
SLOW = {"bbert", "labse_3", "labse_6", "labse_12"}
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem not in RECIPES)
PARAMETERS = [pytest.param(n, marks=[pytest.mark.slow] * (n in SLOW)) for n in NAMES]


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pretrain")
    tiny.VOCABULARY.write(str(folder / "vocab.txt"))
    save_encoder(tiny.tiny_encoder(), str(folder / "base"))
    return {
        "records": tiny.write_records(folder / "records"),
        "vocabulary": str(folder / "vocab.txt"),
        "base": str(folder / "base"),
    }


def _encoder(given: dict, data: dict[str, str]) -> dict:
    """A tiny encoder of the same kind."""
    if given["kind"] == "directory":
        return {"kind": "directory", "path": data["base"]}
    if given["kind"] == "stacked":
        return {"kind": "stacked", "path": data["base"], "num_layers": 4}
    sizes = {"num_layers": 1, "hidden_dim": 16, "num_heads": 2, "intermediate_dim": 32}
    return given | sizes | {"vocabulary": data["vocabulary"], "max_sequence_length": 32}


def _overrides(name: str, data: dict[str, str], output: Path) -> list[str]:
    values = config.load(Train, str(FOLDER / f"{name}.yaml"), check_inputs=False).model_dump()
    chosen: dict[str, object] = {
        "output": str(output),
        "encoder": _encoder(values["encoder"], data),
        "steps": 2,
        "checkpoint_every": 1,
        "runtime.steps_per_loop": 1,
    }
    for number, task in enumerate(values["tasks"]):
        inputs = {"records": [data["records"]], "languages": None, "max_length": 24}
        inputs["global_batch_size"] = 8
        chosen |= {f"tasks.{number}.inputs.{key}": value for key, value in inputs.items()}
        chosen[f"tasks.{number}.max_predictions"] = 4
        if task["vocabulary_chunk"] is not None:
            chosen[f"tasks.{number}.vocabulary_chunk"] = 10
    return [f"{key}={json.dumps(value)}" for key, value in chosen.items()]


@pytest.mark.parametrize("name", PARAMETERS)
def test_it_trains(name, data, tmp_path):
    path = str(FOLDER / f"{name}.yaml")
    run_training(config.load(Train, path, _overrides(name, data, tmp_path / "out")))
    entries = [json.loads(line) for line in (tmp_path / "out/history.jsonl").open()]
    assert [entry["step"] for entry in entries] == [1, 2]
    # chance is ln 37 = 3.6 per task, random heads are slightly worse
    assert all(1 < entry["loss"] < 30 for entry in entries)
    assert load_encoder(str(tmp_path / "out")).vocabulary == tiny.VOCABULARY


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))


@pytest.mark.slow
def test_records_are_made(tmp_path, monkeypatch):
    monkeypatch.chdir(FOLDER.parents[1])
    data = tmp_path / "data"
    english = [f"the {n} brown foxes jump over {n} lazy dogs" for n in range(40)]
    swahili = [f"mbweha {n} wanaruka juu ya mbwa {n} wavivu" for n in range(40)]
    amharic = [f"ሰላም ለዓለም ሁሉ ይሁን {n}" for n in range(40)]
    verses = {"English-KJV": english, "Swahili-NT": swahili, "Amharic-NT": amharic}
    for name, lines in verses.items():
        _write(data / f"bible/{name}.tsv.gz", [f"b.{n}\t{line}" for n, line in enumerate(lines)])
    for name, lines in {"Swahili": swahili, "Amharic": amharic}.items():
        _write(data / f"ted/{name}.txt.gz", lines)
    _write(data / "lafand/en-swa/train.en.gz", english)
    _write(data / "lafand/en-swa/train.swa.gz", swahili)
    _write(data / "vocab/bert_multi_cased.txt.gz", list(tiny.VOCABULARY.pieces))
    changes = [f"output={tmp_path / 'out'}", f"variables.data={data}"]
    arguments = [part for change in changes for part in ("--set", change)]
    main(["run", str(FOLDER / "records.yaml"), *arguments])
    for name in ("text", "bitext", "words", "scratch", "extended", "large"):
        manifest.require_complete(str(tmp_path / "out" / name))
    extended = (tmp_path / "out/extended/vocab.txt").read_text().splitlines()
    assert tuple(extended[: len(tiny.VOCABULARY)]) == tiny.VOCABULARY.pieces
    assert any("ሰ" in piece for piece in extended)
