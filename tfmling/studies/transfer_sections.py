"""What a transfer study shows: answers in words, a heat map, the few-shot curves.

Figures are entity F1, from 0 to 1; what is said of a difference follows the rules of
`tfmling.studies.statistics`.
"""

from collections.abc import Sequence

from tfmling.reports import Plot, Table
from tfmling.studies.crossing import find_crossing
from tfmling.studies.draw_transfer import draw_few_shot, draw_matrix
from tfmling.studies.ner_transfer import ALL, NerTransfer, only_arm, together_arm
from tfmling.studies.results import Results
from tfmling.studies.statistics import Summary, compare, summarise
from tfmling.studies.transfer_figures import few_shot_curve, figures


def transfer_sections(study: NerTransfer, results: Results) -> list[Table | Plot]:
    """The sections in the order of the page; what has no result yet is left out."""
    curves = [
        Plot(
            f"Few-shot: {language}",
            draw_few_shot(study, results, language),
            "Points: seeds; line: their mean; bands: one standard deviation to each side.",
        )
        for language in study.few_shot
        if few_shot_curve(study, results, language)
    ]
    note = "Mean over seeds. A row is what was trained on, a column the test data."
    heat = Plot("Trained on, tested on", draw_matrix(study, results), note)
    return [answers(study, results), heat, *curves]


def answers(study: NerTransfer, results: Results) -> Table:
    """The study's questions, answered from its numbers."""
    rows = [
        *_zero_shot(study, results),
        *(_few_shot(study, results, language) for language in study.few_shot),
        *(
            row
            for names in study.together
            for row in _gains(study, results, together_arm(names), names)
        ),
        *_gains(study, results, ALL, list(study.languages)),
    ]
    return Table("Answers", ("question", "answer"), rows)


def _zero_shot(study: NerTransfer, results: Results) -> list[tuple[str, str]]:
    source = only_arm(study.source)
    own = figures(results, study.source, source)
    rows = []
    for test in study.tests:
        other = figures(results, test, source)
        if test == study.source or not (own and other):
            continue
        told = f"F1 {_told(summarise(other))}, on {study.source} itself {_told(summarise(own))}"
        at_home = figures(results, test, only_arm(test)) if test in study.languages else {}
        if at_home:
            told += f"; trained on {test} ({study.number_of(test)} sentences) "
            told += f"{_told(summarise(at_home))}"
        rows.append((f"Zero-shot: does {study.source} serve {test}?", told))
    return rows


def _few_shot(study: NerTransfer, results: Results, language: str) -> tuple[str, str]:
    question = f"Few-shot: how many sentences of {language} are better than {study.source} alone?"
    curve = few_shot_curve(study, results, language)
    zero = figures(results, language, only_arm(study.source))
    if not (curve and zero):
        return question, "no result"
    level = summarise(zero).mean
    crossing = find_crossing({n: summarise(own).mean for n, own in curve.items()}, level)
    reached = f"{crossing} (zero-shot {level:.3f}, means of seeds)"
    each = []
    for seed in sorted(zero):
        points = {n: own[seed] for n, own in curve.items() if seed in own}
        if points:
            each.append(f"seed {seed}: {find_crossing(points, zero[seed])}")
    return question, "; ".join([reached, *each])


def _gains(
    study: NerTransfer, results: Results, arm: str, languages: Sequence[str]
) -> list[tuple[str, str]]:
    """What training together gives each of the languages, against its own share alone."""
    rows = []
    for language in languages:
        own = figures(results, language, only_arm(language))
        found = compare(figures(results, language, arm), own)
        if found is not None:
            question = f"{arm}: does it give {language} more than its own share alone?"
            told = f"{found.mean:+.3f} ({found.verdict})"
            if found.low is not None:
                told += f", 95 % interval {found.low:+.3f} to {found.high:+.3f}"
            rows.append((question, told))
    outside = [name for name in study.tests if name not in languages]
    for test in outside:
        zero = figures(results, test, only_arm(study.source))
        found = compare(figures(results, test, arm), zero)
        if found is not None:
            question = f"{arm}: is it better on {test} than {study.source} alone?"
            rows.append((question, f"{found.mean:+.3f} ({found.verdict})"))
    return rows


def _told(summary: Summary) -> str:
    spread = "" if summary.deviation is None else f" ± {summary.deviation:.3f}"
    return f"{summary.mean:.3f}{spread}"
