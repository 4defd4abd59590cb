"""The pictures of a transfer study: who serves whom, and the few-shot curves."""

import numpy as np
from matplotlib.figure import Figure as Picture

from tfmling.studies.ner_transfer import ALL, NerTransfer, few_shot_arm, only_arm
from tfmling.studies.plot import COLOURS
from tfmling.studies.results import Results
from tfmling.studies.statistics import summarise
from tfmling.studies.transfer_figures import few_shot_curve, figures


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
