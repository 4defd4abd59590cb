"""Sampling rows to judge, reading judged rows, and all of calibrate_threshold."""

import json

import numpy as np
import pytest
import yaml

from tfmling.cli.main import main
from tfmling.corpora.corpus import CorpusError
from tfmling.mining.calibration.labels import read_labels
from tfmling.mining.calibration.sample import allocate, draw_rows, strata
from tfmling.mining.calibration.settings import Sample


@pytest.mark.parametrize(
    ("sizes", "total", "expected"),
    [
        ([10, 10, 10], 9, [3, 3, 3]),
        ([10, 10, 10], 10, [3, 3, 4]),  # what does not divide goes to the highest
        ([1, 10, 10], 9, [1, 4, 4]),
        ([0, 2, 1], 9, [0, 2, 1]),
    ],
)
def test_allocation(sizes, total, expected):
    assert allocate(np.array(sizes), total).tolist() == expected


def test_strata_of_equal_number_and_of_equal_width():
    score = np.array([0, 1, 2, 3, 4, 5, 6, 100.0])
    assert strata(score, Sample(strata=2, by="rank")).tolist() == [0] * 4 + [1] * 4
    assert strata(score, Sample(strata=2, by="score")).tolist() == [0] * 7 + [1]


def test_weights_are_the_numbers_of_represented_rows():
    score = np.random.default_rng(1).normal(size=5000)
    chosen = draw_rows(score, Sample(size=100, strata=10), np.random.default_rng(2))
    assert len(chosen) == 100
    assert sum(weight for _, weight in chosen.values()) == pytest.approx(5000)
    # a weighted mean over the sample is nearly that of all rows
    mean = sum(score[n] * weight for n, (_, weight) in chosen.items()) / 5000
    assert mean == pytest.approx(score.mean(), abs=0.1)


def test_weights_of_unjudged_rows_go_to_the_others(write):
    rows = ["1\t.1\t5\ta", "\t.2\t5\ta", "no\t.3\t2\tb"]
    labels = read_labels(write("l.tsv", "\n".join(["good\tscore\tweight\tstratum", *rows])))
    assert labels.weight.tolist() == [10, 2]
    assert labels.good.tolist() == [True, False]
    assert labels.not_judged == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a\tb\n1\t2\n", "l.tsv:1: expected a header with score and good"),
        ("score\tgood\n.5\tmaybe\n", "l.tsv:2: good: expected 1 or 0, got 'maybe'"),
        ("score\tgood\n.5\t1\nhigh\t0\n", "l.tsv:3: score: expected a number, got 'high'"),
        ("score\tgood\n.5\t1\n.4\n", "l.tsv:3: expected 2 columns, got 1"),
        ("score\tgood\n.5\t\n", "no row is judged"),
        ("score\tgood\tweight\n.5\t1\t0\n", "l.tsv:2: weight: expected a number, got '0'"),
    ],
)
def test_malformed_labels(text, error, write):
    with pytest.raises(CorpusError, match=error):
        read_labels(write("l.tsv", text))


@pytest.fixture
def settings(tmp_path, write):
    """A config over 3,000 scored rows; a row is good from 0.5 on."""
    rows = [f"{n / 3000:.4f}\tsource {n}\ttarget {n}" for n in range(3000)]
    values = {
        "output": str(tmp_path / "out"),
        "labels": str(tmp_path / "labels.tsv"),
        "scored": {"path": write("scored.tsv", "\n".join(rows) + "\n")},
        "sample": {"size": 200},
        "resamples": 200,
    }
    return write("config.yaml", yaml.safe_dump(values))


def judge(path):
    head, *rows = path.read_text().splitlines()
    judged = [f"{int(float(row.split(chr(9))[1]) >= 0.5)}{row}" for row in rows]
    path.write_text("\n".join([head, *judged]) + "\n")


def test_sample_judge_calibrate(settings, tmp_path, capsys):
    main(["calibrate_threshold", "--config", settings, "--write-sample"])
    judge(tmp_path / "labels.tsv")
    main(["calibrate_threshold", "--config", settings])
    found = json.loads((tmp_path / "out" / "threshold.json").read_text())
    # good from .5 on: above t < .5 the share is .5 / (1 - t), which is .8 at t = .375
    assert found["threshold_low"] <= 0.375 <= found["threshold_high"]
    assert found["threshold"] == pytest.approx(0.375, abs=0.02)
    assert found["kept_rows"] == pytest.approx(3000 * (1 - found["threshold"]), abs=1)
    assert found["judged"] == 200
    assert "Share of good rows by threshold" in (tmp_path / "out" / "report.html").read_text()
    assert "0.37" in capsys.readouterr().out


def test_judgements_are_not_overwritten(settings, tmp_path):
    main(["calibrate_threshold", "--config", settings, "--write-sample"])
    with pytest.raises(SystemExit, match="may contain judgements"):
        main(["calibrate_threshold", "--config", settings, "--write-sample"])


def test_missing_labels(settings):
    with pytest.raises(SystemExit, match="Run with --write-sample first"):
        main(["calibrate_threshold", "--config", settings])
