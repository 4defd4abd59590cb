"""Report sections of transfer studies: answers in words, a matrix, few-shot curves.

Scores are entity F1, 0 to 1; differences are judged as in `tfmling.studies.statistics`.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from tfmling.reports import Plot, Section, Table
from tfmling.reports.plot import COLORS, draw_matrix, figure_of, new_axes
from tfmling.studies.ner_transfer import ALL, NerTransfer, few_shot, only, together
from tfmling.studies.results import Results
from tfmling.studies.statistics import Summary, compare, summarize

BySeed = Mapping[int, float]


def transfer_sections(study: NerTransfer, results: Results) -> list[Section]:
    """Return answers, the matrix of training and test languages, and the few-shot curves.

    Example:
        >>> corpus = {"format": "panx", "path": "train.txt", "language": "de"}
        >>> data = dict(train=corpus, development=corpus, test=corpus)
        >>> study = NerTransfer(
        ...     kind="ner_transfer", output="out", title="NER", question="Does German help French?",
        ...     languages={"de": data, "fr": data}, source="de", sentences=100,
        ...     few_shot={}, tagger={},
        ... )
        >>> values = {"f1_de": {"only_de": {1: 0.75}}, "f1_fr": {"only_de": {1: 0.5}}}
        >>> results = Results(["only_de"], study.list_metrics(), values, {}, {}, {}, {})
        >>> answers, matrix = transfer_sections(study, results)
        >>> print(*answers.rows[0])
        Zero-shot: how well does de transfer to fr? F1 0.500, on de itself 0.750
    """
    curves = [
        Plot(
            f"Few-shot: {language}",
            _draw_few_shot(study, results, language),
            "Points: seeds; line: their mean; bands: one standard deviation to each side.",
        )
        for language in study.few_shot
        if _few_shot_curve(study, results, language)
    ]
    note = "Mean over seeds. Rows: training data; columns: test data."
    matrix = Plot("Trained on, tested on", _draw_transfer(study, results), note)
    return [_answers(study, results), matrix, *curves]


def _f1(results: Results, test: str, variant: str) -> BySeed:
    """Seed -> F1 of a variant; empty if no run is completed."""
    return results.values[f"f1_{test}"].get(variant, {})


def _few_shot_curve(study: NerTransfer, results: Results, language: str) -> dict[int, BySeed]:
    """Number of sentences -> seed -> F1 on the language's test data, its full share included."""
    variants = {number: few_shot(language, number) for number in study.few_shot[language]}
    variants.setdefault(study.number_of(language), only(language))
    found = {number: _f1(results, language, variants[number]) for number in sorted(variants)}
    return {number: by_seed for number, by_seed in found.items() if by_seed}


def _answers(study: NerTransfer, results: Results) -> Table:
    rows = [
        *_zero_shot_rows(study, results),
        *(_few_shot_row(study, results, language) for language in study.few_shot),
        *(
            row
            for names in study.together
            for row in _gain_rows(study, results, together(names), names)
        ),
        *_gain_rows(study, results, ALL, list(study.languages)),
    ]
    return Table("Answers", ("question", "answer"), rows)


def _zero_shot_rows(study: NerTransfer, results: Results) -> list[tuple[str, str]]:
    source = only(study.source)
    own = _f1(results, study.source, source)
    rows = []
    for test in study.tests:
        other = _f1(results, test, source)
        if test == study.source or not (own and other):
            continue
        answer = f"F1 {_short(summarize(other))}, on {study.source} itself {_short(summarize(own))}"
        supervised = _f1(results, test, only(test)) if test in study.languages else {}
        if supervised:
            answer += f"; trained on {test} ({study.number_of(test)} sentences) "
            answer += _short(summarize(supervised))
        rows.append((f"Zero-shot: how well does {study.source} transfer to {test}?", answer))
    return rows


def _few_shot_row(study: NerTransfer, results: Results, language: str) -> tuple[str, str]:
    question = f"Few-shot: how many sentences of {language} beat zero-shot from {study.source}?"
    curve = _few_shot_curve(study, results, language)
    zero = _f1(results, language, only(study.source))
    if not (curve and zero):
        return question, "no result"
    level = summarize(zero).mean
    crossing = find_crossing({n: summarize(own).mean for n, own in curve.items()}, level)
    answers = [f"{crossing} (zero-shot {level:.3f}, means of seeds)"]
    for seed in sorted(zero):
        points = {n: own[seed] for n, own in curve.items() if seed in own}
        if points:
            answers.append(f"seed {seed}: {find_crossing(points, zero[seed])}")
    return question, "; ".join(answers)


def _gain_rows(
    study: NerTransfer, results: Results, variant: str, languages: Sequence[str]
) -> list[tuple[str, str]]:
    """Compare joint training with each language's share alone, and with zero-shot elsewhere."""
    rows = []
    for language in languages:
        own = _f1(results, language, only(language))
        found = compare(_f1(results, language, variant), own)
        if found is not None:
            question = f"{variant}: is it better on {language} than its own share alone?"
            answer = f"{found.mean:+.3f} ({found.verdict})"
            if found.low is not None:
                answer += f", 95 % interval {found.low:+.3f} to {found.high:+.3f}"
            rows.append((question, answer))
    for test in (name for name in study.tests if name not in languages):
        zero = _f1(results, test, only(study.source))
        found = compare(_f1(results, test, variant), zero)
        if found is not None:
            question = f"{variant}: is it better on {test} than {study.source} alone?"
            rows.append((question, f"{found.mean:+.3f} ({found.verdict})"))
    return rows


def _short(summary: Summary) -> str:
    spread = "" if summary.deviation is None else f" ± {summary.deviation:.3f}"
    return f"{summary.mean:.3f}{spread}"


@dataclass(frozen=True)
class Crossing:
    """Where a curve of scores by number of sentences reaches a level.

    Attributes:
        below: the largest number whose score is below the level; None if the smallest reaches it.
        above: the next number, from which on the level is reached; None if the largest is below.
        at: the crossing between both, linear in the logarithm of the number; None if either is.

    Example:
        >>> print(Crossing(below=100, above=400, at=200.0))
        between 100 and 400 sentences, at about 200
    """

    below: int | None
    above: int | None
    at: float | None

    def __str__(self) -> str:
        if self.above is None:
            return f"not reached with {self.below} sentences"
        if self.below is None:
            return f"reached with the smallest number, {self.above} sentences"
        return f"between {self.below} and {self.above} sentences, at about {self.at:.0f}"


def find_crossing(curve: Mapping[int, float], level: float) -> Crossing:
    """Find the last place where a curve rises from below a level.

    Args:
        curve: number of sentences -> score, at least one.
        level: the score to be reached.

    Example:
        >>> print(find_crossing({100: 0.6, 400: 0.8}, level=0.7))  # sqrt(100 * 400)
        between 100 and 400 sentences, at about 200
    """
    numbers = sorted(curve)
    if curve[numbers[-1]] < level:
        return Crossing(numbers[-1], None, None)
    rising = [
        (before, after)
        for before, after in itertools.pairwise(numbers)
        if curve[before] < level <= curve[after]
    ]
    if not rising:
        return Crossing(None, numbers[0], None)
    before, after = rising[-1]
    share = (level - curve[before]) / (curve[after] - curve[before])
    at = math.exp(math.log(before) + share * (math.log(after) - math.log(before)))
    return Crossing(before, after, at)


def _draw_transfer(study: NerTransfer, results: Results) -> Figure:
    """Draw the mean F1 of all variants but the few-shot ones on every test set."""
    few = {few_shot(name, n) for name, numbers in study.few_shot.items() for n in numbers}
    variants = [variant for variant in study.trained_on() if variant not in few]
    found = [[_f1(results, test, variant) for test in study.tests] for variant in variants]
    values = np.array([[summarize(f).mean if f else np.nan for f in row] for row in found])
    rows = [variant.replace("_", " ") for variant in variants]
    return draw_matrix(values, rows, study.tests, row="trained on", column="tested on")


def _draw_few_shot(study: NerTransfer, results: Results, language: str) -> Figure:
    """Draw F1 over the number of sentences, beside zero-shot and training on all languages."""
    axes = new_axes(7, 3.6, f"sentences of {language}", "entity F1")
    curve = _few_shot_curve(study, results, language)
    numbers = list(curve)
    means = np.array([summarize(own).mean for own in curve.values()])
    spread = np.array([summarize(own).deviation or 0.0 for own in curve.values()])
    for number, own in curve.items():
        axes.plot([number] * len(own), list(own.values()), "o", color=COLORS[0], alpha=0.6)
    axes.plot(numbers, means, color=COLORS[0], label=f"{language}, own sentences")
    axes.fill_between(numbers, means - spread, means + spread, color=COLORS[0], alpha=0.15)
    levels = {f"zero-shot from {study.source}": only(study.source), "all languages": ALL}
    for number, (label, variant) in enumerate(levels.items(), start=1):
        if own := _f1(results, language, variant):
            level = summarize(own)
            axes.axhline(level.mean, color=COLORS[number], linestyle="--", label=label)
            band = (level.mean - (level.deviation or 0), level.mean + (level.deviation or 0))
            axes.axhspan(*band, color=COLORS[number], alpha=0.1)
    axes.set_xscale("log")
    axes.set_xticks(numbers, [str(number) for number in numbers], minor=False)
    axes.minorticks_off()
    axes.legend(frameon=False, fontsize=8)
    return figure_of(axes)
