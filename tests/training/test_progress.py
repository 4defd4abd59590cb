"""Reports of a run: times, history after a resume, NaN."""

import json
import re
import time

import pytest
import tensorflow as tf

from tfmling.training.not_finite import NotFiniteError
from tfmling.training.progress import Progress, format_seconds


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0:00"), (59.6, "1:00"), (125, "2:05"), (3725, "1:02:05")]
)
def test_times(seconds, text):
    assert format_seconds(seconds) == text


def test_line_has_step_metrics_and_time_left(tmp_path, capsys):
    step = tf.Variable(0, dtype=tf.int64)
    progress = Progress(str(tmp_path / "history.jsonl"), step, steps=40)
    step.assign(10)
    progress({"mlm/masked_lm_loss": tf.constant(2.5), "mlm/tokens": tf.constant(100.0)})
    line = capsys.readouterr().err
    assert line.startswith("step 10/40  mlm/masked_lm_loss 2.5")
    assert "tokens/s" in line
    assert "ETA" in line


def test_monitor_time_counts_for_eta_but_not_for_throughput(tmp_path, capsys, monkeypatch):
    seconds = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: seconds[0])

    def measure(number: int) -> dict[str, float]:
        seconds[0] += 10
        return {}

    step = tf.Variable(0, dtype=tf.int64)
    progress = Progress(str(tmp_path / "history.jsonl"), step, 40, measure)
    for took in (2, 5):
        seconds[0] += took
        step.assign_add(10)
        progress({"mlm/tokens": tf.constant(100.0)})
    first, second = map(json.loads, (tmp_path / "history.jsonl").read_text().splitlines())
    assert first["tokens_per_second"] == 100 * 10 / 2
    assert second["tokens_per_second"] == 100 * 10 / 5
    # half of the steps, with one measurement, took 2 + 10 + 5 seconds
    assert "ETA 0:17" in capsys.readouterr().err


def test_lines_after_the_checkpoint_are_dropped(tmp_path):
    path = tmp_path / "history.jsonl"
    # a kill truncated the last line
    path.write_text('{"step": 5}\n{"step": 10}\n{"step": 15}\n{"step": 2')
    Progress(str(path), tf.Variable(10, dtype=tf.int64), steps=40)
    assert [json.loads(line)["step"] for line in path.read_text().splitlines()] == [5, 10]


def test_nan_names_the_metric(tmp_path):
    step = tf.Variable(0, dtype=tf.int64)
    progress = Progress(str(tmp_path / "history.jsonl"), step, steps=40)
    step.assign(3)
    with pytest.raises(NotFiniteError, match=r"step 3.*mlm/loss"):
        progress({"mlm/loss": tf.constant(float("nan"))})


def test_long_steps_are_announced_between_reports(tmp_path, capsys):
    def next_lines():
        """What is printed next, by the watching thread."""
        for _ in range(1000):
            if lines := capsys.readouterr().err.splitlines():
                return lines
            time.sleep(0.03)
        raise AssertionError("nothing was printed")

    step = tf.Variable(10, dtype=tf.int64)
    progress = Progress(str(tmp_path / "history.jsonl"), step, steps=40)
    with progress.watched(interval=0.01):
        assert next_lines()[0].startswith("step 10/40  compiling and running the first step, ")
        step.assign(20)
        capsys.readouterr()
        lines = [*next_lines(), *next_lines()]
        assert re.fullmatch(r"step 20/40  \S+ s/step  ETA \d:\d\d", lines[-1])
    capsys.readouterr()
    time.sleep(0.1)
    assert capsys.readouterr().err == ""
