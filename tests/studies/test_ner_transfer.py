"""The transfer study: training data of each variant, and answers from hand-made scores."""

import pytest
import yaml

from tfmling.core.config import ConfigError
from tfmling.reports import Plot, Table
from tfmling.studies.plan import load_study, plan_study
from tfmling.studies.results import Results
from tfmling.studies.transfer_sections import transfer_sections

NAMES = ("de", "fr", "it")
VARIANTS = "only_de, only_fr, only_it, few_fr_5, few_fr_10, de_and_fr, all"


def corpus(folder, name, part) -> dict:
    path = folder / f"{name}.{part}.txt"
    path.write_text("".join(f"{name}{n} B-LOC\n\n" for n in range(30)))
    tags = {"scheme": "IOB2"}
    return {"format": "conll", "language": name, "path": str(path), "tags": tags}


@pytest.fixture
def transfer(tmp_path):
    """Three languages, of 100 sentences 60, 30 and 10."""
    encoder = tmp_path / "encoder"
    encoder.mkdir()
    parts = ("train", "development", "test")
    values = {
        "kind": "ner_transfer",
        "output": str(tmp_path / "out"),
        "title": "Transfer",
        "question": "How far?",
        "seeds": [1, 2],
        "source": "de",
        "sentences": 100,
        "shares": {"de": 0.6, "fr": 0.3, "it": 0.1},
        "few_shot": {"fr": [5, 10]},
        "together": [["de", "fr"]],
        "languages": {name: {p: corpus(tmp_path, name, p) for p in parts} for name in NAMES},
        "more_tests": {"other": corpus(tmp_path, "it", "more")},
        "tagger": {
            "encoder": {"kind": "directory", "path": str(encoder)},
            "head": {"kind": "linear"},
            "fit": {"epochs": 2},
        },
        "paper": {"only_de": {"fr": {"says": "0.70", "tag": "P"}}},
    }
    values["languages"]["fr"]["train"]["sample"] = [{"skip": 20}]
    path = tmp_path / "transfer.yaml"
    path.write_text(yaml.safe_dump(values, sort_keys=False))
    return path


def test_variants_and_what_they_are_trained_on(transfer):
    study = load_study(str(transfer))
    assert study.baseline == "only_de"
    assert study.trained_on() == {
        "only_de": {"de": 60},
        "only_fr": {"fr": 30},
        "only_it": {"it": 10},
        "few_fr_5": {"fr": 5},
        "few_fr_10": {"fr": 10},
        "de_and_fr": {"de": 60, "fr": 30},
        "all": {"de": 60, "fr": 30, "it": 10},
    }
    equal = load_study(str(transfer), ["shares=null"])
    assert [equal.number_of(name) for name in NAMES] == [33, 33, 33]


def test_every_variant_has_the_same_hyperparameters_and_tests(transfer):
    planned = plan_study(load_study(str(transfer)), "transfer.yaml")
    assert len(planned.runs) == 7 * 2
    stages = {(c.run.variant, c.run.seed): c.stages[0].settings for c in planned.runs}
    for (_, seed), tagger in stages.items():
        assert (tagger.fit.epochs, tagger.fit.seed) == (2, seed)
        assert list(tagger.task.test) == ["de", "fr", "it", "other"]
    together = stages["de_and_fr", 2].task
    assert [corpus.language for corpus in together.train] == ["de", "fr"]
    assert [corpus.language for corpus in together.development] == ["de", "fr"]
    # the seed draws from what the corpus' own sample leaves
    drawn = [(s.skip, s.count, s.seed) for s in together.train[1].sample]
    assert drawn == [(20, None, 1), (0, 30, 2)]


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("source=en", "source: expected one of de, fr, it, got 'en'"),
        ("few_shot={en: [5]}", "few_shot: expected one of de, fr, it, got 'en'"),
        ("together=[[de, en]]", "together: expected one of de, fr, it, got 'en'"),
        ("baseline=only_en", f"baseline: expected one of {VARIANTS}, got 'only_en'"),
        (
            "paper.few_fr_50={fr: {says: x, tag: P}}",
            f"paper: expected one of {VARIANTS}, got 'few_fr",
        ),
        ("paper.all={en: {says: x, tag: P}}", "paper.all: expected one of de, fr, it, other, got"),
        ("shares={de: 1.0}", "shares: expected one for each of de, fr, it"),
        ("shares={de: 0.6, fr: 0.3, it: 0.3}", "shares: expected a sum of 1, got 1.200"),
    ],
)
def test_errors_name_the_key(transfer, override, said):
    with pytest.raises(ConfigError) as error:
        load_study(str(transfer), [override])
    assert said in str(error.value)


def results(study) -> Results:
    """On fr: zero-shot .5, from 5 sentences .4, from 10 .6, its share .7, with de .8."""
    means = {"only_de": 0.5, "few_fr_5": 0.4, "few_fr_10": 0.6, "only_fr": 0.7, "de_and_fr": 0.8}
    on_fr = {variant: {1: mean - 0.01, 2: mean + 0.01} for variant, mean in means.items()}
    flat = {variant: {1: 0.3, 2: 0.32} for variant in study.trained_on()}
    values = {m.name: flat for m in study.list_metrics()} | {"f1_fr": on_fr}
    return Results(list(study.trained_on()), study.list_metrics(), values, {}, {}, {}, {})


def test_answers_follow_from_the_numbers(transfer):
    study = load_study(str(transfer))
    table, heat, curve = transfer_sections(study, results(study))
    assert isinstance(table, Table)
    assert isinstance(heat, Plot)
    answers = dict(table.rows)
    assert answers["Zero-shot: how well does de transfer to fr?"] == (
        "F1 0.500 ± 0.014, on de itself 0.310 ± 0.014; trained on fr (30 sentences) 0.700 ± 0.014"
    )
    few = answers["Few-shot: how many sentences of fr beat zero-shot from de?"]
    # half way between .4 and .6 over the logarithm: sqrt(50) = 7.07
    assert few.startswith("between 5 and 10 sentences, at about 7 (zero-shot 0.500, means")
    assert "seed 1: between 5 and 10" in few
    gain = answers["de_and_fr: is it better on fr than its own share alone?"]
    assert gain.startswith("+0.100 (better)")
    same = answers["de_and_fr: is it better on de than its own share alone?"]
    assert same.startswith("+0.000 (no difference)")
    labels = [text.get_text() for text in curve.figure.axes[0].get_legend().get_texts()]
    assert labels == ["fr, own sentences", "zero-shot from de"]  # `all` has no result on fr
    runs = [text.get_text() for text in heat.figure.axes[0].texts]
    assert runs[:4] == ["0.31", "0.50", "0.31", "0.31"]


def test_what_is_missing_is_not_said(transfer):
    study = load_study(str(transfer))
    empty = {measure.name: {} for measure in study.list_metrics()}
    nothing = Results(list(study.trained_on()), study.list_metrics(), empty, {}, {}, {}, {})
    table, heat = transfer_sections(study, nothing)
    assert list(table.rows) == [
        ("Few-shot: how many sentences of fr beat zero-shot from de?", "no result")
    ]
    assert not heat.figure.axes[0].texts
