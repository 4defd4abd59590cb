"""Unusable records are reported in one line before the first step."""

import pydantic
import pytest

from tests import tiny
from tests.written import finish_output
from tfmling.core.config import ConfigError, build
from tfmling.objectives.settings import Distillation, DualEncoder
from tfmling.records import tfrecord
from tfmling.records.folder import shard_path
from tfmling.records.schemas import sentence, sentence_pair
from tfmling.training.data_checks import check_data
from tfmling.training.settings import Train

PAIRS = [("a b", "c"), ("b", "d e"), ("c c c c c c c c", "e"), ("d", "f")]


def records(folder, pairs, key="qaa-qab") -> str:
    if not pairs:
        (folder / "sentence_pairs").mkdir(parents=True, exist_ok=True)
    encoded = [sentence_pair.encode(*pair, *key.split("-")) for pair in pairs]
    tfrecord.write(shard_path(str(folder), "sentence_pairs", key, 0, 1), encoded)
    finish_output(str(folder))
    return str(folder)


def check(folder: str, **inputs) -> None:
    chosen = tiny.inputs("sentence_pairs", folder, global_batch_size=2) | inputs
    task = {"name": "dual", "kind": "dual_encoder", "inputs": chosen}
    values = {
        "output": "out",
        "encoder": {"kind": "new", "vocabulary": "v"},
        "tasks": [task],
        "steps": 5,
    }
    settings = build(Train, values, "test", check_inputs=False)
    objective = tiny.dual_encoder(tiny.tiny_encoder(), inputs=chosen)
    check_data(settings, {"dual": objective})


def test_valid_records_pass(tmp_path):
    check(records(tmp_path, PAIRS))
    check(records(tmp_path, PAIRS), length_buckets=[12, 24])


def test_a_batch_of_repeated_records_is_noted(tmp_path, capsys):
    folder = records(tmp_path, PAIRS)
    check(folder, global_batch_size=4)
    assert capsys.readouterr().err == ""
    check(folder, global_batch_size=10)
    noted = "tasks.0.inputs.global_batch_size is 10, more than all 4 records: a batch repeats"
    assert capsys.readouterr().err.startswith(f"{noted} a record 2.5 times on average")


@pytest.mark.parametrize("empty", ["", "  ", "\u3000\n"])
@pytest.mark.parametrize("side", [0, 1])
def test_an_empty_text_is_named(tmp_path, empty, side):
    pair = ("a", empty) if side else (empty, "a")
    folder = records(tmp_path, [*PAIRS, pair])
    name = "target" if side else "source"
    expected = rf"inputs.records: qaa-qab: expected text, found an empty {name}: .*record 4 "
    with pytest.raises(ConfigError, match=expected):
        check(folder)


def test_missing_language(tmp_path):
    with pytest.raises(ConfigError, match=r"tasks.0.inputs: no records of \['qaa-qac'\] in"):
        check(records(tmp_path, PAIRS), languages=["qaa-qac"])


def test_missing_record_kind(tmp_path):
    tfrecord.write(
        shard_path(str(tmp_path), "sentences", "qaa", 0, 1), [sentence.encode("a", "qaa")]
    )
    finish_output(str(tmp_path))
    with pytest.raises(ConfigError, match=r"tasks.0.inputs: .*: no sentence_pairs"):
        check(str(tmp_path))


def test_files_without_records(tmp_path):
    with pytest.raises(ConfigError, match=r"expected records of qaa-qab, found none"):
        check(records(tmp_path, []))


@pytest.mark.parametrize("pairs", [PAIRS[:1] * 5, [("a", "c"), ("b", "c")], [("a", "b")]])
def test_records_that_cannot_be_ranked(tmp_path, pairs):
    with pytest.raises(ConfigError, match=r"at least 2 different texts on each side to rank, fo"):
        check(records(tmp_path, pairs))


def test_pairs_of_one_language_that_cannot_be_ranked(tmp_path):
    records(tmp_path, PAIRS)
    folder = records(tmp_path, PAIRS[:1], "qaa-qac")
    check(folder)  # a batch mixes both
    with pytest.raises(ConfigError, match=r"at least 2 different texts"):
        check(folder, batch_languages="one")


def test_more_buckets_than_records(tmp_path):
    folder = records(tmp_path, PAIRS)
    with pytest.raises(ConfigError, match=r"at most as many buckets as records \(4\), found 5"):
        check(folder, length_buckets=[4, 5, 6, 7, 24])


def test_buckets_of_one_pair_each(tmp_path):
    folder = records(tmp_path, [*PAIRS[:3], ("p " * 20, "a")])
    check(folder, length_buckets=[12, 24])  # a quarter of the records are alone in their bucket
    folder = records(tmp_path / "few", [PAIRS[0], ("p " * 20, "a")])
    expected = r"texts on each side in a length bucket to rank, found 1, for 2 of 2 records"
    with pytest.raises(ConfigError, match=expected):
        check(folder, length_buckets=[12, 24])


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (DualEncoder, {"kind": "dual_encoder"}),
        (DualEncoder, {"kind": "dual_encoder", "gradient_cache_batch_size": 1}),
        (
            Distillation,
            {
                "kind": "distillation",
                "teacher": "t",
                "student_sides": ["target"],
                "ranking": {"margin": 0.1},
            },
        ),
    ],
)
def test_a_batch_of_one_pair_is_rejected(model, changes):
    values = {"name": "a", "inputs": tiny.inputs("sentence_pairs", "r", global_batch_size=1)}
    context = {"check_inputs": False}
    with pytest.raises(pydantic.ValidationError, match=r"expected at least 2; got 1"):
        model.model_validate(values | changes, context=context)
    if "ranking" in changes:
        model.model_validate(values | changes | {"ranking": None}, context=context)
