"""Trains, measures on held-out pages, and publishes the model with scores.json and report.html."""

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfmling.core import files, outputs
from tfmling.quality.examples import Example, Examples
from tfmling.quality.fit import fit_encoder_model, fit_ngram_model
from tfmling.quality.measure import measure
from tfmling.quality.models import ANY, QualityModel, save_models
from tfmling.quality.ngram_model import Features
from tfmling.quality.report import write_report
from tfmling.quality.results import Results
from tfmling.quality.settings import Encoder, TrainQuality
from tfmling.quality.split import split_examples


def run_training(settings: TrainQuality) -> Results:
    """Trains and publishes; prints where the time goes.

    Raises:
        CorpusError: a source cannot be read.
        ValueError: training or test lacks good or bad sentences.
    """
    reader = Examples(settings)
    split = split_examples(reader.read(), settings)
    _say(f"{len(split.train):,} sentences to learn from, {len(split.test):,} held out")
    models = fit_models(settings, split.train)
    results = Results(settings, reader.counts, split, probabilities(models, split.test))
    for name, scored in results.sets.items():
        results.figures[name] = measure(scored, settings.threshold, settings.seed)
        _say(_line(name, results.figures[name]))
    with outputs.publish(settings) as folder:
        save_models(folder, models)
        files.write_json(files.join(folder, "scores.json"), _values(results, sorted(models)))
        write_report(files.join(folder, "report.html"), results)
    print(f"{settings.output}/report.html")
    return results


def fit_models(settings: TrainQuality, train: Sequence[Example]) -> dict[str, QualityModel]:
    """A model of all languages, and where wanted one of each that has pages enough."""
    models: dict[str, QualityModel] = {ANY: _fit(settings, train, ANY)}
    languages = sorted({example.language for example in train}) if settings.per_language else []
    for language in languages:
        own = [example for example in train if example.language == language]
        if min(_pages(own, good) for good in (True, False)) >= settings.min_pages:
            models[language] = _fit(settings, own, language)
        else:
            _say(f"{language}: fewer than {settings.min_pages} pages; the model of all serves it")
    return models


def _fit(settings: TrainQuality, examples: Sequence[Example], name: str) -> QualityModel:
    _say(f"training: {name}, {len(examples):,} sentences")
    texts, good = [example.text for example in examples], [example.good for example in examples]
    kind = settings.classifier
    if isinstance(kind, Encoder):
        return fit_encoder_model(kind, texts, good, balanced=settings.balanced)
    features = Features(kind.max_order, kind.bits)
    return fit_ngram_model(
        features, texts, good, strength=kind.strength, balanced=settings.balanced
    )


def _pages(examples: Sequence[Example], good: bool) -> int:
    return len({example.page for example in examples if example.good == good})


def probabilities(models: dict[str, QualityModel], examples: Sequence[Example]) -> np.ndarray:
    """What the model of each sentence's language says, float64 [N]."""
    own = np.array([e.language if e.language in models else ANY for e in examples])
    found_N = np.zeros(len(examples))
    for name in dict.fromkeys(own.tolist()):
        texts = [e.text for e, its in zip(examples, own, strict=True) if its == name]
        found_N[own == name] = models[name].probabilities(texts)
    return found_N


def _values(results: Results, languages: Sequence[str]) -> dict[str, Any]:
    return {
        "threshold": results.settings.threshold,
        "models": list(languages),
        "read": {name: dict(counts) for name, counts in results.counts.items()},
        "train": {
            "good": sum(e.good for e in results.split.train),
            "bad": sum(not e.good for e in results.split.train),
        },
        "test": results.figures,
    }


def _line(name: str, figures: dict[str, float | int]) -> str:
    shown = [
        f"{key} {figures[key]:.3f}" for key in ("precision", "recall", "auc") if key in figures
    ]
    return f"{name}: {figures['good']:,} good, {figures['bad']:,} bad; {', '.join(shown)}"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
