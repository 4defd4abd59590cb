"""What tables of a study say under their rows, of figures made by hand."""

from tfmling.studies.measure import Measure
from tfmling.studies.results import Results
from tfmling.studies.tables import measure_table, overview

MEASURE = Measure(name="p", title="P@1", stage="scores", path="p")


def note(values: dict[str, dict[int, float]]) -> str:
    """Under the table of arms, all with the same seeds, against `plain`."""
    folders = {(arm, seed): {} for arm, by_seed in values.items() for seed in by_seed}
    results = Results(list(values), [MEASURE], {"p": values}, {"p": {}}, {}, {}, folders)
    return measure_table(results, MEASURE, "plain").note


def test_the_fewer_of_arms_and_figures_are_columns():
    other = Measure(name="q", title="xsim", stage="scores", path="q")
    values = {"p": {"plain": {1: 0.5, 2: 0.7}}, "q": {"plain": {1: 1.0}}}
    folders = {("plain", 1): {}, ("plain", 2): {}}
    nothing = {"p": {}, "q": {}}
    few = Results(["plain"], [MEASURE, other], values, nothing, {}, {}, folders)
    assert overview(few).header == ["", "plain"]
    assert overview(few).rows == [["P@1", "0.600 ± 0.141"], ["xsim", "1.000 (one seed)"]]
    many = Results(["plain", "more"], [MEASURE], values, nothing, {}, {}, folders)
    assert overview(many).header == ["", "P@1"]
    assert overview(many).rows == [["plain", "0.600 ± 0.141"], ["more", ""]]
    assert [row[0] for row in measure_table(many, MEASURE, None).rows] == ["plain"]


def test_without_the_baseline_nothing_is_compared():
    assert note({"more": {1: 0.5, 2: 0.6}}) == (
        "Higher is better. Nothing is compared, since plain has no such figure."
    )


def test_the_words_of_a_difference_are_explained():
    usual = note({"plain": {1: 0.5, 2: 0.6}, "more": {1: 0.6, 2: 0.7}})
    assert "Nothing is compared" not in usual
    assert "“No difference”" in usual
    assert "“No seed changes it”" not in usual
    assert "“No seed changes it”" in note({"plain": {1: 0.5, 2: 0.5}, "more": {1: 0.6, 2: 0.6}})
