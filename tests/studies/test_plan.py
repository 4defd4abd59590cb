"""A study is checked as a whole before anything runs, and errors say where."""

import pytest

from tfmling.cli.main import main
from tfmling.core.config import ConfigError
from tfmling.studies.plan import load_study, plan_study


def plan(path, *overrides):
    return plan_study(load_study(str(path), overrides), "study.yaml")


def test_folders_of_shared_stages_and_runs(study, tmp_path):
    planned = plan(study)
    assert [stage.output for stage in planned.shared] == [f"{tmp_path}/out/shared/corpus"]
    assert [run.stages[0].output for run in planned.runs] == [
        f"{tmp_path}/out/runs/{variant}/{seed}/score"
        for seed in (1, 2)
        for variant in ("plain", "better")
    ]
    assert [str(run.run) for run in planned.runs][:2] == ["plain, seed 1", "better, seed 1"]


def test_a_variant_may_have_its_own_seeds(study):
    planned = plan(study, "variants.plain.seeds=[7]")
    assert [(c.run.variant, c.run.seed) for c in planned.runs] == [
        ("better", 1),
        ("better", 2),
        ("plain", 7),
    ]


def test_only_some_variants(study):
    planned = plan(study, "only=[better]")
    assert [(c.run.variant, c.run.seed) for c in planned.runs] == [("better", 1), ("better", 2)]


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("kind=comparisn", "kind: unknown kind of study 'comparisn'; did you mean 'comparison'?"),
        ("variants.plain.sett=1", "variants.plain.sett: unknown key; did you mean 'set'?"),
        ("baseline=none", "baseline: expected one of plain, better, got 'none'"),
        ("only=[best]", "only: expected one of plain, better, got 'best'"),
        ("only=[]", "only: list should have at least 1 item"),
        ("variants.plain.seeds=[]", "variants.plain.seeds: list should have at least 1 item"),
        (
            "variants.plain.stages=[train]",
            "variants.plain.stages: expected one of score, got 'train'",
        ),
        ("metrics.p.stage=scor", "metrics.p.stage: expected one of corpus, score, got 'scor'"),
        (
            "metrics.p.variants=[best]",
            "metrics.p.variants: expected one of plain, better, got 'best'",
        ),
        (
            "metrics.p.paper={best: {says: more, tag: P}}",
            "metrics.p.paper: expected one of plain, better, got 'best'",
        ),
        (
            "metrics=[{name: p, title: a, stage: score, path: a}, "
            "{name: p, title: b, stage: score, path: b}]",
            "metrics need different names; repeated: p",
        ),
        ("curves.0.stage=scor", "curves: 'Loss': stage: expected one of corpus, score, got 'scor'"),
        (
            "variants.plain.variables={}",
            r"variants.plain: stages.score.config.nested: ${variant.nested} has no value",
        ),
        (
            "variants.better.set={skore.config.gain: 1}",
            "variants.better: stages.skore.config.gain: stages is a list of 1",
        ),
        ("seeds=[1,1]", "seeds: expected different seeds"),
        (
            "variants.better.set={score.config.gian: 1}",
            "better, seed 1: stages.score.config: gian: unknown key; did you mean 'gain'",
        ),
        (
            "stages.score.config.source=${stages.corpse}/text.txt",
            "score.config.source: ${stages.corpse} has no value; did you mean 'stages.corpus'",
        ),
        ("shared.corpus.name=score", "need different names; repeated: plain, seed 1: score"),
    ],
)
def test_errors_say_where(study, override, said):
    with pytest.raises(ConfigError) as caught:
        plan(study, override)
    assert said in str(caught.value)


def test_a_wrong_key_exits_with_2_before_anything_runs(study, calls, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["study", str(study), "--set", "variants.better.set={score.config.gian: 1}"])
    assert caught.value.code == 2
    assert "did you mean 'gain'" in capsys.readouterr().err
    assert calls() == []


def test_an_unknown_key_that_a_variant_sets_is_named(study):
    said = r"study.yaml: variants.plain: stages.score: cxonfig: unknown key; did you mean 'config'"
    with pytest.raises(ConfigError, match=said):
        plan(study, "variants.plain.set={score.cxonfig: {}}")
