"""A study is checked as a whole before anything runs, and errors say where."""

import pytest

from tfmling import study as main
from tfmling.core.config import ConfigError
from tfmling.studies.plan import load_study, plan_study


def plan(path, *overrides):
    return plan_study(load_study(str(path), overrides), "study.yaml")


def test_folders_of_shared_stages_and_cells(study, tmp_path):
    planned = plan(study)
    assert [stage.output for stage in planned.shared] == [f"{tmp_path}/out/shared/corpus"]
    assert [cell.stages[0].output for cell in planned.cells] == [
        f"{tmp_path}/out/cells/{arm}/{seed}/score" for seed in (1, 2) for arm in ("plain", "better")
    ]
    assert [str(cell.cell) for cell in planned.cells][:2] == ["plain, seed 1", "better, seed 1"]


def test_an_arm_may_have_its_own_seeds(study):
    planned = plan(study, "arms.plain.seeds=[7]")
    assert [(c.cell.arm, c.cell.seed) for c in planned.cells] == [
        ("better", 1),
        ("better", 2),
        ("plain", 7),
    ]


def test_only_some_arms(study):
    planned = plan(study, "only=[better]")
    assert [(c.cell.arm, c.cell.seed) for c in planned.cells] == [("better", 1), ("better", 2)]


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("kind=comparisn", "kind: unknown kind of study 'comparisn'; did you mean 'comparison'?"),
        ("arms.plain.sett=1", "arms.plain.sett: unknown key; did you mean 'set'?"),
        ("baseline=none", "baseline: expected one of plain, better, got 'none'"),
        ("only=[best]", "only: expected one of plain, better, got 'best'"),
        ("only=[]", "only: list should have at least 1 item"),
        ("arms.plain.seeds=[]", "arms.plain.seeds: list should have at least 1 item"),
        ("arms.plain.stages=[train]", "arms.plain.stages: expected one of score, got 'train'"),
        ("figures.p.stage=scor", "figures.p.stage: expected one of corpus, score, got 'scor'"),
        ("figures.p.arms=[best]", "figures.p.arms: expected one of plain, better, got 'best'"),
        (
            "figures.p.paper={best: {says: more, tag: P}}",
            "figures.p.paper: expected one of plain, better, got 'best'",
        ),
        (
            "figures=[{name: p, title: a, stage: score, path: a}, "
            "{name: p, title: b, stage: score, path: b}]",
            "figures need different names; twice: p",
        ),
        ("curves.0.stage=scor", "curves: 'Loss': stage: expected one of corpus, score, got 'scor'"),
        (
            "arms.plain.variables={}",
            r"arms.plain: stages.score.config.nested: ${arm.nested} has no value",
        ),
        (
            "arms.better.set={skore.config.gain: 1}",
            "arms.better: stages.skore.config.gain: stages is a list of 1",
        ),
        ("seeds=[1,1]", "seeds: expected different seeds"),
        (
            "arms.better.set={score.config.gian: 1}",
            "better, seed 1: stages.score.config: gian: unknown key; did you mean 'gain'",
        ),
        (
            "stages.score.config.source=${stages.corpse}/text.txt",
            "score.config.source: ${stages.corpse} has no value; did you mean ${stages.corpus}",
        ),
        ("shared.corpus.name=score", "need different names; twice: plain, seed 1: score"),
    ],
)
def test_errors_say_where(study, override, said):
    with pytest.raises(ConfigError) as caught:
        plan(study, override)
    assert said in str(caught.value)


def test_a_wrong_key_exits_with_2_before_anything_runs(study, calls, capsys):
    with pytest.raises(SystemExit) as caught:
        main.main([str(study), "--set", "arms.better.set={score.config.gian: 1}"])
    assert caught.value.code == 2
    assert "did you mean 'gain'" in capsys.readouterr().err
    assert calls() == []
