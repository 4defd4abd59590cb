"""What tables of a study say under their rows, of metrics made by hand."""

from tfmling.studies.metrics import Metric
from tfmling.studies.results import Results
from tfmling.studies.tables import metric_table, overview

METRIC = Metric(name="p", title="P@1", stage="scores", path="p")


def note(values: dict[str, dict[int, float]]) -> str:
    """Under the table of variants, all with the same seeds, against `plain`."""
    folders = {(variant, seed): {} for variant, by_seed in values.items() for seed in by_seed}
    results = Results(list(values), [METRIC], {"p": values}, {"p": {}}, {}, {}, folders)
    return metric_table(results, METRIC, "plain").note


def test_the_fewer_of_variants_and_figures_are_columns():
    other = Metric(name="q", title="xsim", stage="scores", path="q")
    values = {"p": {"plain": {1: 0.5, 2: 0.7}}, "q": {"plain": {1: 1.0}}}
    folders = {("plain", 1): {}, ("plain", 2): {}}
    nothing = {"p": {}, "q": {}}
    few = Results(["plain"], [METRIC, other], values, nothing, {}, {}, folders)
    assert overview(few).header == ["", "plain"]
    assert overview(few).rows == [["P@1", "0.600 ± 0.141"], ["xsim", "1.000 (one seed)"]]
    many = Results(["plain", "more"], [METRIC], values, nothing, {}, {}, folders)
    assert overview(many).header == ["", "P@1"]
    assert overview(many).rows == [["plain", "0.600 ± 0.141"], ["more", ""]]
    assert [row[0] for row in metric_table(many, METRIC, None).rows] == ["plain"]


def test_without_the_baseline_nothing_is_compared():
    assert note({"more": {1: 0.5, 2: 0.6}}) == (
        "Higher is better. Nothing is compared, since plain lacks this metric."
    )


def test_the_words_of_a_difference_are_explained():
    usual = note({"plain": {1: 0.5, 2: 0.6}, "more": {1: 0.6, 2: 0.7}})
    assert "Nothing is compared" not in usual
    assert "“No difference”" in usual
    assert "“Identical for all seeds”" not in usual
    assert "“Identical for all seeds”" in note(
        {"plain": {1: 0.5, 2: 0.5}, "more": {1: 0.6, 2: 0.6}}
    )
