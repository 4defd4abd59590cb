"""The study of EXTEND: the same tagger over each encoder, and gains worked out by hand."""

import pytest
import yaml

from tfmling.core.config import ConfigError
from tfmling.studies.extend_sections import gains_by_role
from tfmling.studies.plan import load_study, plan_study
from tfmling.studies.results import Results


@pytest.fixture
def extend(tmp_path):
    """Two new languages, one old."""
    encoder = tmp_path / "encoder"
    encoder.mkdir()
    (tmp_path / "data.txt").write_text("a U-LOC\n\n" * 5)
    corpus = {"format": "conll", "path": str(tmp_path / "data.txt"), "tags": {"scheme": "BIOUL"}}
    roles = {"sw": "new", "ha": "new", "en": "old"}
    languages = {
        name: {"role": role}
        | {part: corpus | {"language": name} for part in ("train", "development", "test")}
        for name, role in roles.items()
    }
    values = {
        "kind": "extend_ner",
        "output": str(tmp_path / "out"),
        "title": "EXTEND",
        "question": "Does it help?",
        "seeds": [1, 2, 3],
        "baseline": "base",
        "variables": {"base": str(encoder)},
        "encoders": {"base": "${base}", "extended": str(encoder), "bbert": str(encoder)},
        "languages": languages,
        "tagger": {"head": {"kind": "bilstm_crf"}, "fit": {"epochs": 4}},
        "paper": {"extended": {"sw": {"says": "+23 F1", "tag": "P"}}},
    }
    path = tmp_path / "extend.yaml"
    path.write_text(yaml.safe_dump(values, sort_keys=False))
    return path


def test_a_run_trains_the_same_tagger_for_each_language(extend, tmp_path):
    planned = plan_study(load_study(str(extend)), "extend.yaml")
    assert [c.run.variant for c in planned.runs][:3] == ["base", "extended", "bbert"]
    assert len(planned.runs) == 9
    taggers = [stage.settings for stage in planned.runs[4].stages]
    assert [tagger.task.train[0].language for tagger in taggers] == ["sw", "ha", "en"]
    assert {(t.fit.seed, t.fit.epochs, t.task.scheme) for t in taggers} == {(2, 4, "BIOUL")}
    assert taggers[0].encoder.path == str(tmp_path / "encoder")


def test_the_baseline_is_an_encoder(extend):
    with pytest.raises(ConfigError, match="baseline: expected one of base, extended, bbert, got"):
        load_study(str(extend), ["baseline=none"])


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("paper.more={sw: {says: x, tag: P}}", "paper: expected one of base, extended, bbert, got"),
        (
            "paper.bbert={yo: {says: x, tag: P}}",
            "paper.bbert: expected one of sw, ha, en, got 'yo'",
        ),
    ],
)
def test_the_paper_s_figures_are_of_encoders_and_languages(extend, override, said):
    with pytest.raises(ConfigError, match=said):
        load_study(str(extend), [override])


def test_gains_are_means_of_languages_paired_by_seed(extend):
    study = load_study(str(extend))
    by_seed = {1: 0.0, 2: 0.01, 3: 0.02}

    def near(mean):
        return {seed: mean + spread for seed, spread in by_seed.items()}

    values = {
        "f1_sw": {"base": near(0.3), "extended": near(0.6), "bbert": {1: 0.2, 2: 0.2}},
        "f1_ha": {"base": near(0.3), "extended": near(0.4), "bbert": {1: 0.2, 3: 0.4}},
        "f1_en": {"base": near(0.7), "extended": near(0.705)},
    }
    found = Results(list(study.encoders), study.list_metrics(), values, {}, {}, {}, {})
    rows = {(row[0], row[1][:3]): row[2:] for row in gains_by_role(study, found).rows}
    assert rows["base", "sw,"] == ["0.310 ± 0.010", "", "", ""]
    # .3 and .1 more, in each seed alike
    assert rows["extended", "sw,"][1:] == ["+0.200", "+0.200 to +0.200", "better"]
    assert rows["extended", "en:"][1:] == ["+0.005", "+0.005 to +0.005", "no difference"]
    # of B-BERT only seed 1 has both: .2 against .3
    assert rows["bbert", "sw,"][:2] == ["0.200 (one seed)", "-0.100"]
    assert ("bbert", "en:") not in rows
