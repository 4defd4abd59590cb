"""A dry run counts and measures, and writes nothing."""

import re

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.core.config import build, load
from tfmling.training.dry_run import dry_run, measure_batches
from tfmling.training.dry_run_report import DryRun, InputStatistics, StepMemory, StepTime
from tfmling.training.settings import Train
from tfmling.training.step_cost import (
    activation_bytes,
    halve_batches,
    measurable_share,
    relative_work,
    scale_batches,
)


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dry")
    records = tiny.write_records(folder / "records")
    save_encoder(tiny.tiny_encoder(), str(folder / "base"))
    values = {
        "output": str(folder / "out"),
        "encoder": {"kind": "directory", "path": str(folder / "base")},
        "tasks": [
            {"name": "mlm", "kind": "masked_lm",
             "inputs": tiny.inputs("sentences", records, global_batch_size=8)},
            {"name": "dual", "kind": "dual_encoder",
             "inputs": tiny.inputs("sentence_pairs", records, global_batch_size=4)},
        ],
        "freeze": ["position_embedding"],
        "steps": 500,
    }  # fmt: skip
    path = folder / "train.yaml"
    path.write_text(build(Train, values, "test").model_dump_json())
    return path


def everything_below(folder) -> set[str]:
    return {str(path) for path in folder.rglob("*")}


def test_counts_measures_prints_and_writes_nothing(config, capsys):
    before = everything_below(config.parent)
    found = dry_run(load(Train, str(config)))
    assert everything_below(config.parent) == before
    d, v, inner = 16, len(tiny.VOCABULARY), 32
    layer = 4 * (d * d + d) + (d * inner + inner) + (inner * d + d) + 2 * 2 * d
    encoder = (v + 32 + 2) * d + 2 * d + 2 * layer + d * d + d
    head = d * d + d + 2 * d + v
    assert found.parameters == encoder + head
    assert found.trained == encoder + head - 32 * d  # positions are frozen
    assert found.weight_bytes == 4 * found.parameters
    assert found.gradient_bytes == 4 * found.trained
    # two moments; step (int64) and learning rate are small
    assert found.slot_bytes == pytest.approx(8 * found.trained, abs=16)
    printed = capsys.readouterr().out
    assert re.search(r"^mlm: 8 examples and \d+ tokens a step, \d+\.\d% padding", printed, re.M)
    assert re.search(r"^dual: 4 examples and \d+ tokens a step", printed, re.M)
    assert re.search(r"^expected: 500 steps in \d+:\d\d", printed, re.M)


@pytest.mark.parametrize(("flags", "called"), [(["--dry-run"], "dry"), ([], "whole")])
def test_dry_run_flag(config, monkeypatch, flags, called):
    calls = []
    monkeypatch.setattr("tfmling.training.dry_run.dry_run", lambda _: calls.append("dry"))
    monkeypatch.setattr(
        "tfmling.training.run_training.run_training", lambda _: calls.append("whole")
    )
    main(["train", "--config", str(config), *flags])
    assert calls == [called]


def test_padding_of_known_batches():
    mask = np.array([[1, 1, 1, 0], [1, 0, 0, 0]], np.int32)
    features = {"source_input_mask": mask, "target_input_mask": mask[:, :2], "other": mask}
    found = measure_batches(tf.data.Dataset.from_tensors(features).repeat(), 2)
    assert (found.tokens, found.positions) == (4 + 3, 8 + 4)
    assert found.padding_share == pytest.approx(5 / 12)
    assert found.examples_per_second > 0


def test_fewer_large_batches_are_read(monkeypatch):
    monkeypatch.setattr("tfmling.training.dry_run.MAX_SECONDS", 0.0)
    rows = tf.data.Dataset.range(1, 100).map(lambda n: {"input_mask": tf.ones([2, n], tf.int64)})
    found = measure_batches(rows, 2)
    assert found.tokens == (2 * 1 + 2 * 2) / 2  # the first two batches, with one and two columns
    assert found.padding_share == 0


def report(step: StepTime, **changes) -> list[str]:
    values = dict(
        parameters=10, trained=8, weight_bytes=2**20, slot_bytes=2**21, gradient_bytes=2**20,
        activation_bytes={"mlm": 2**22}, memory=StepMemory(2**22, 2**22, 2**30),
        inputs={"mlm": InputStatistics(4, 30.0, 40.0, 100.0)}, measured={"mlm": 4}, step=step,
        steps=8000,
    )  # fmt: skip
    return list(DryRun(**(values | changes)).lines())


def test_the_expected_time_is_steps_times_seconds():
    lines = report(StepTime(1.0, 0.5))
    assert "activations about 4.0 MiB" in lines[1]
    assert "25.0% padding" in lines[2]
    assert lines[3] == "step: 0.500 s (mean of 10), 60 tokens/s"
    assert lines[4] == "expected: 8,000 steps in 1:06:40, and the time of checkpoints"


def test_large_steps_are_extrapolated_and_the_report_says_so():
    # a quarter of the batch in 3 s, an eighth in 2 s: 1 s is fixed, the whole batch takes 8 s more
    step = StepTime(0.25, 3.0, 0.125, 2.0)
    assert (step.fixed_seconds, step.whole_seconds) == (1.0, 9.0)
    lines = report(step, measured={"mlm": 1}, steps=100)
    assert "measured: a step with 1 of 4 of mlm: 3.000 s" in lines[3]
    assert "with about half of them 2.000 s" in lines[3]
    assert lines[4].startswith("extrapolated: a whole step takes 9 s on this device, of which 1.0")
    assert lines[5].startswith("expected: 100 steps in 15:00")


def test_fixed_seconds_are_clipped():
    assert StepTime(0.5, 3.0, 0.25, 1.0).fixed_seconds == 0.0
    assert StepTime(0.5, 3.0, 0.25, 3.5).whole_seconds == 3.0


def test_memory_of_a_whole_step_is_not_extrapolated():
    assert StepMemory(100, 100, 7).expected_peak == 7
    assert report(StepTime(1.0, 0.5))[-1] == (
        "expected: peak memory of about 1,024.0 MiB (measured; this process: 1,024.0 MiB)"
    )


def test_memory_is_extrapolated_by_activations():
    # 500 + 2 per byte of activations
    memory = StepMemory(1000, 200, 900, 100, 700)
    assert memory.expected_peak == 500 + 2 * 1000
    chunked = StepMemory(50, 200, 900, 100, 700)  # a chunk is less than what was measured
    assert chunked.expected_peak == 600
    assert StepMemory(1000, 200, 900, 200, 900).expected_peak == 900


def test_contradictory_times_are_reported():
    lines = report(StepTime(0.5, 3.0, 0.25, 3.5), measured={"mlm": 2})
    assert lines[4].startswith("disturbed: half of the examples took as long as all of them")
    assert not any(line.startswith("disturbed") for line in report(StepTime(0.5, 3.0, 0.25, 2.9)))


def test_small_steps_are_measured_as_a_whole():
    sizes = {"num_layers": 4, "hidden_dim": 64, "num_heads": 2, "pad_vocabulary_to": 1000}
    encoder = {"kind": "new", "vocabulary": "v"} | sizes
    tasks = [{"name": "mlm", "kind": "masked_lm", "inputs": tiny.inputs("sentences")}]
    assert measurable_share(large(encoder=encoder, tasks=tasks)) == 1.0


def large(**changes) -> Train:
    def inputs(kind: str) -> dict:
        return tiny.inputs(kind, global_batch_size=2048, max_length=512)

    tasks = [
        {"name": "mlm", "kind": "masked_lm", "gradient_accumulation_steps": 8,
         "inputs": inputs("sentences")},
        {"name": "dual", "kind": "dual_encoder", "gradient_cache_batch_size": 8,
         "inputs": inputs("sentence_pairs")},
    ]  # fmt: skip
    values = {"output": "out", "encoder": {"kind": "new", "vocabulary": "v"}, "steps": 5}
    return build(Train, values | {"tasks": tasks} | changes, "test", check_inputs=False)


def test_only_a_part_of_large_batches_is_measured():
    settings = large()
    layers, softmax = 12 * 12 * 768**2, 20 * 150_000 * 768
    # one row of masked LM, and two of the dual encoder, which has no softmax over the vocabulary
    # and embeds everything twice
    work = 2048 * (6 * (512 * layers + softmax) + 8 * 2 * 512 * layers)
    share = measurable_share(settings)
    assert share == pytest.approx(5e11 / work)
    mlm, dual = scale_batches(settings, 8 * share).tasks
    assert mlm.inputs.global_batch_size == dual.inputs.global_batch_size == 4
    assert (mlm.gradient_accumulation_steps, dual.gradient_cache_batch_size) == (1, None)
    assert scale_batches(settings, 1.0).tasks == settings.tasks
    assert [t.inputs.global_batch_size for t in scale_batches(settings, 1e-9).tasks] == [2, 2]


@pytest.mark.parametrize("size", [3, 5, 32, 8192])
def test_linear_times_are_extrapolated_exactly(size):
    # 1 s is fixed, plus 1 s per record of the only task
    inputs = tiny.inputs("sentences", global_batch_size=size, max_length=512)
    tasks = [{"name": "mlm", "kind": "masked_lm", "inputs": inputs}]
    settings = large(tasks=tasks)
    part = scale_batches(settings, 2.6 / size)
    half = halve_batches(part)
    counts = [own.tasks[0].inputs.global_batch_size for own in (part, half)]
    assert counts == [3, 1]
    shares = [relative_work(own, settings) for own in (part, half)]
    step = StepTime(shares[0], 1.0 + counts[0], shares[1], 1.0 + counts[1])
    assert step.fixed_seconds == pytest.approx(1.0)
    assert step.whole_seconds == pytest.approx(1.0 + size)


def test_activations_by_hand():
    encoder = tiny.tiny_encoder()  # 2 layers, 2 heads, width 16
    rows, length = 2048 // 8, 512
    # per layer: 16 numbers per state, 2 per score, and dropout masks of one byte
    states, scores = rows * length * 16, rows * 2 * length**2
    layer = 2 * (16 * states + 2 * scores) + 2 * states + scores
    assert layer == states * 34 + scores * 5  # the paper's s b h (34 + 5 a s / h)
    task = large().tasks[0]
    softmax = 2 * 4 * rows * 20 * len(tiny.VOCABULARY)
    assert activation_bytes(encoder, task, "bfloat16", 1) == 2 * layer + softmax
    chunked = task.model_copy(update={"vocabulary_chunk": 10})
    assert activation_bytes(encoder, chunked, "bfloat16", 1) == 2 * layer + softmax // 37 * 10
    dual = large().tasks[1]  # 8 pairs at a time
    assert activation_bytes(encoder, dual, "bfloat16", 1) == 2 * layer * 16 // 256
