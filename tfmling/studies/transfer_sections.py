"""What a transfer study shows: answers in words, a heat map, the few-shot curves.

Figures are entity F1, from 0 to 1; what is said of a difference follows the rules of
`tfmling.studies.statistics`.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure as Picture

from tfmling.pages import Figure, Table
from tfmling.studies.crossing import find_crossing
from tfmling.studies.ner_transfer import ALL, NerTransfer, few_shot_arm, only_arm, together_arm
from tfmling.studies.plot import COLOURS
from tfmling.studies.results import Results
from tfmling.studies.statistics import Summary, compare, summarise

BySeed = Mapping[int, float]


def transfer_sections(study: NerTransfer, results: Results) -> list[Table | Figure]:
    """The sections in the order of the page; what has no result yet is left out."""
    curves = [
        Figure(
            f"Few-shot: {language}",
            draw_few_shot(study, results, language),
            "Points: seeds; line: their mean; bands: one standard deviation to each side.",
        )
        for language in study.few_shot
        if few_shot_curve(study, results, language)
    ]
    note = "Mean over seeds. A row is what was trained on, a column the test data."
    heat = Figure("Trained on, tested on", draw_matrix(study, results), note)
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


def figures(results: Results, test: str, arm: str) -> BySeed:
    """Seed -> F1 of an arm; empty where none has finished."""
    return results.values[f"f1_{test}"].get(arm, {})


def few_shot_curve(study: NerTransfer, results: Results, language: str) -> dict[int, BySeed]:
    """Number of sentences -> seed -> F1 on the language's own test data; its share among them."""
    arms = {number: few_shot_arm(language, number) for number in study.few_shot[language]}
    arms.setdefault(study.number_of(language), only_arm(language))
    found = {number: figures(results, language, arms[number]) for number in sorted(arms)}
    return {number: by_seed for number, by_seed in found.items() if by_seed}


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


def draw_matrix(study: NerTransfer, results: Results) -> Picture:
    """Mean F1 of every arm but the few-shot ones on every test set."""
    few = {few_shot_arm(name, n) for name, numbers in study.few_shot.items() for n in numbers}
    arms = [arm for arm in study.trained_on() if arm not in few]
    found = [[figures(results, test, arm) for test in study.tests] for arm in arms]
    values = np.array([[summarise(f).mean if f else np.nan for f in row] for row in found])
    size = (2.6 + 0.75 * len(study.tests), 1.4 + 0.42 * len(arms))
    picture = Picture(figsize=size, layout="constrained")
    axes = picture.subplots()
    axes.imshow(values, vmin=0, vmax=1, cmap="cividis", aspect="auto")
    axes.set_xticks(range(len(study.tests)), study.tests)
    axes.set_yticks(range(len(arms)), [arm.replace("_", " ") for arm in arms])
    axes.set_xlabel("tested on")
    axes.set_ylabel("trained on")
    for (row, column), value in np.ndenumerate(values):
        if not np.isnan(value):
            colour = "black" if value > 0.6 else "white"
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=colour)
    return picture


def draw_few_shot(study: NerTransfer, results: Results, language: str) -> Picture:
    """F1 against the number of own sentences, beside zero-shot and the language's whole share."""
    picture = Picture(figsize=(7, 3.6), layout="constrained")
    axes = picture.subplots()
    curve = few_shot_curve(study, results, language)
    numbers = list(curve)
    means = np.array([summarise(own).mean for own in curve.values()])
    spread = np.array([summarise(own).deviation or 0.0 for own in curve.values()])
    for number, own in curve.items():
        axes.plot([number] * len(own), list(own.values()), "o", color=COLOURS[0], alpha=0.6)
    axes.plot(numbers, means, color=COLOURS[0], label=f"{language}, own sentences")
    axes.fill_between(numbers, means - spread, means + spread, color=COLOURS[0], alpha=0.15)
    levels = {f"zero-shot from {study.source}": only_arm(study.source), "all languages": ALL}
    for number, (label, arm) in enumerate(levels.items(), start=1):
        if own := figures(results, language, arm):
            found = summarise(own)
            axes.axhline(found.mean, color=COLOURS[number], linestyle="--", label=label)
            around = (found.mean - (found.deviation or 0), found.mean + (found.deviation or 0))
            axes.axhspan(*around, color=COLOURS[number], alpha=0.1)
    axes.set_xscale("log")
    axes.set_xticks(numbers, [str(number) for number in numbers], minor=False)
    axes.minorticks_off()
    axes.set_xlabel(f"sentences of {language}")
    axes.set_ylabel("entity F1")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)
    return picture
