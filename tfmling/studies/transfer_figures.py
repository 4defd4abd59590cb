"""The numbers of a transfer study as its words and its pictures ask for them."""

from collections.abc import Mapping

from tfmling.studies.ner_transfer import NerTransfer, few_shot_arm, only_arm
from tfmling.studies.results import Results

BySeed = Mapping[int, float]


def figures(results: Results, test: str, arm: str) -> BySeed:
    """Seed -> F1 of an arm; empty where none has finished."""
    return results.values[f"f1_{test}"].get(arm, {})


def few_shot_curve(study: NerTransfer, results: Results, language: str) -> dict[int, BySeed]:
    """Number of sentences -> seed -> F1 on the language's own test data; its share among them."""
    arms = {number: few_shot_arm(language, number) for number in study.few_shot[language]}
    arms.setdefault(study.number_of(language), only_arm(language))
    found = {number: figures(results, language, arms[number]) for number in sorted(arms)}
    return {number: by_seed for number, by_seed in found.items() if by_seed}
