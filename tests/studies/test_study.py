"""A study runs each variant with each seed, resumes when killed, and reports failures."""

import json
import re
import signal
import subprocess
import sys
import time

import pytest

from tfmling.cli.main import main

RUNS = ["plain-1", "better-1", "plain-2", "better-2"]


def results(tmp_path):
    return json.loads((tmp_path / "out/results.json").read_text())


def test_every_variant_with_every_seed_then_the_report(study, calls, tmp_path, capfd):
    main(["study", str(study)])
    assert calls() == ["corpus 0", *RUNS]
    variants = results(tmp_path)["metrics"]["p"]["variants"]
    assert variants["plain"]["values"] == {"1": 0.01, "2": 0.02}
    assert variants["plain"]["mean"] == pytest.approx(0.015)
    assert variants["better"]["difference"]["mean"] == pytest.approx(0.5)
    assert variants["better"]["difference"]["verdict"] == "better"
    said = capfd.readouterr().out
    assert re.search(r"\[run 2/4\] better, seed 1; ETA \d:\d\d:\d\d", said)
    assert f"report: {tmp_path}/out/report.html" in said
    assert (
        "better | 0.510, 0.520 | 0.515 ± 0.007 | +0.500"
        in (tmp_path / "out/results.md").read_text()
    )
    assert (tmp_path / "out/report.html").stat().st_size > 10_000  # pictures are inside


def test_variants_fill_in_values_of_any_shape(study, calls, tmp_path):
    main(["study", str(study)])
    config = (tmp_path / "out/runs/plain/1/configs/score.yaml").read_text()
    assert f"nested:\n  of: {tmp_path}/out/shared/corpus\n" in config
    assert "seed: 1\n" in config


def test_what_is_unchanged_is_skipped_and_one_variant_changes_alone(study, calls):
    main(["study", str(study)])
    calls()
    main(["study", str(study)])
    assert calls() == []
    main(["study", str(study), "--set", "variants.better.set={score.config.gain: 0.25}"])
    assert calls() == ["better-1", "better-2"]


def test_a_failed_run_is_shown_and_the_others_run(study, calls, tmp_path):
    (tmp_path / "break-better-1").touch()
    with pytest.raises(SystemExit, match="1 of 4 runs failed"):
        main(["study", str(study)])
    assert calls() == ["corpus 0", *RUNS]
    assert results(tmp_path)["metrics"]["p"]["variants"]["better"]["values"] == {"2": 0.52}
    (failure,) = results(tmp_path)["failures"]
    assert (failure["variant"], failure["seed"]) == ("better", 1)
    assert "logs/score.log" in failure["why"]
    assert "0.520, failed (seed 1)" in (tmp_path / "out/results.md").read_text()
    (tmp_path / "break-better-1").unlink()
    main(["study", str(study)])
    assert calls() == ["better-1"]


def test_a_variant_that_fails_altogether_keeps_its_row(study, tmp_path):
    for seed in (1, 2):
        (tmp_path / f"break-plain-{seed}").touch()
    with pytest.raises(SystemExit):
        main(["study", str(study)])
    assert (
        "| plain | failed (seed 1), failed (seed 2) |" in (tmp_path / "out/results.md").read_text()
    )


def test_a_figure_that_is_not_there_is_missing_and_the_others_count(study, tmp_path):
    more = "[{name: p, title: P@1, stage: score, path: after.p_at_1}, "
    more += "{name: five, title: P@5, stage: score, path: after.p_at_5, variants: [plain]}]"
    with pytest.raises(SystemExit, match="2 metrics are missing"):
        main(["study", str(study), "--set", f"metrics={more}"])
    found = results(tmp_path)
    assert found["failures"] == []
    assert [(m["metric"], m["variant"], m["seed"]) for m in found["missing"]] == [
        ("five", "plain", 1),
        ("five", "plain", 2),
    ]
    why = found["missing"][0]["why"]
    assert "scores.json: no 'p_at_5' of after.p_at_5; there: p_at_1, items" in why
    assert found["metrics"]["p"]["variants"]["better"]["difference"]["pairs"] == 2
    text = (tmp_path / "out/results.md").read_text()
    assert "| plain | missing (seed 1), missing (seed 2) |" in text
    assert "| plain | 0.015 ± 0.007 | 2 missing |" in text
    assert "## Missing metrics" in text


def test_a_figure_of_some_variants(study, tmp_path):
    main(["study", str(study), "--set", "metrics.p.variants=[better]", "--set", "baseline=null"])
    assert set(results(tmp_path)["metrics"]["p"]["variants"]) == {"better"}
    assert "| plain | 0.0" not in (tmp_path / "out/results.md").read_text()


def test_figures_by_item_are_bootstrapped_over_items(study, tmp_path):
    overrides = ["--set", "metrics.p.items=after.items", "--set", "variants.plain.seeds=[1]"]
    main(["study", str(study), *overrides])
    difference = results(tmp_path)["metrics"]["p"]["variants"]["better"]["difference"]
    assert difference["method"].startswith("paired bootstrap over test items")
    # both items differ by the same: .500 with seed 1, .510 with seed 2
    assert difference["low"] == pytest.approx(0.505)
    assert difference["high"] == pytest.approx(0.505)


def test_a_variant_that_no_seed_changes_is_compared_with_every_seed(study, tmp_path):
    main(["study", str(study), "--set", "variants.plain.seeds=[1]"])
    difference = results(tmp_path)["metrics"]["p"]["variants"]["better"]["difference"]
    assert difference["pairs"] == 2
    assert difference["mean"] == pytest.approx((0.51 - 0.01 + 0.52 - 0.01) / 2)


def test_numbers_are_kept_where_a_picture_breaks(study, tmp_path, monkeypatch):
    def broken(*_):
        raise RuntimeError("no picture")

    monkeypatch.setattr("tfmling.studies.sections.curve_sections", broken)
    with pytest.raises(RuntimeError, match="no picture"):
        main(["study", str(study)])
    assert results(tmp_path)["metrics"]["p"]["variants"]["plain"]["values"] == {
        "1": 0.01,
        "2": 0.02,
    }
    assert "| plain | 0.010, 0.020 |" in (tmp_path / "out/results.md").read_text()


RUN = "import sys; from tfmling.cli.main import main; main(['study', sys.argv[1]])"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a killed run leaves its stage")
def test_a_killed_study_resumes_its_run(study, calls, tmp_path):
    (tmp_path / "hang-plain-2").touch()
    process = subprocess.Popen([sys.executable, "-c", RUN, str(study)])
    log = tmp_path / "calls.txt"
    wait_until(lambda: log.exists() and "plain-2" in log.read_text())
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert calls() == ["corpus 0", *RUNS[:3]]
    assert not (tmp_path / "out/results.json").exists()
    (tmp_path / "hang-plain-2").unlink()
    run_when_free(study)
    assert calls() == ["plain-2", "better-2"]
    assert results(tmp_path)["failures"] == []


def run_when_free(study):
    """The killed stage holds the lock until the system has ended it."""
    for _ in range(50):
        try:
            return main(["study", str(study)])
        except SystemExit:
            time.sleep(0.1)
    return main(["study", str(study)])


def wait_until(true):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
