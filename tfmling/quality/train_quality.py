"""Train a quality classifier, measure it on held-out pages, and publish both."""

import sys
from collections.abc import Sequence
from typing import Any

from tfmling.core import files, outputs
from tfmling.quality.examples import Example, ExampleReader
from tfmling.quality.features import FeatureExtractor
from tfmling.quality.fit import fit_encoder_model, fit_ngram_model
from tfmling.quality.measure import Metrics, measure
from tfmling.quality.models import ANY, QualityModel, probabilities, save_models
from tfmling.quality.report import write_report
from tfmling.quality.results import Results
from tfmling.quality.settings import EncoderClassifier, TrainQuality
from tfmling.quality.split import split_examples


def train_quality(settings: TrainQuality) -> Results:
    """Train, measure and publish a classifier; report progress on stderr.

    Raises:
        CorpusError: a source cannot be read, or a class is missing in training or test.
    """
    reader = ExampleReader(settings)
    split = split_examples(reader.read(), settings)
    _log(f"{len(split.train):,} sentences for training, {len(split.test):,} held out")
    models = fit_models(settings, split.train)
    texts, languages = [each.text for each in split.test], [each.language for each in split.test]
    found_N = probabilities(models, texts, languages)
    results = Results(settings, reader.counts, split, found_N)
    for name, scored in results.sets.items():
        results.metrics[name] = measure(scored, settings.threshold, settings.seed)
        _log(_line(name, results.metrics[name]))
    with outputs.publish(settings) as folder:
        save_models(folder, models)
        files.write_json(files.join(folder, "scores.json"), _values(results, sorted(models)))
        write_report(files.join(folder, "report.html"), results)
    print(f"{settings.output}/report.html")
    return results


def fit_models(settings: TrainQuality, train: Sequence[Example]) -> dict[str, QualityModel]:
    """Fit a model of all languages and, if requested, one per language with enough pages.

    Example:
        >>> page = {"kind": "pages", "name": "a", "path": folder, "language": "sw"}
        >>> sources, small = [page | {"main": {"kind": "element"}}], {"kind": "ngrams", "bits": 8}
        >>> settings = TrainQuality(output="out", sources=sources, classifier=small)
        >>> texts = {"Habari ya leo.": True, "Nyumbani": False}
        >>> train = [Example(text, "sw", good, "a.html", 0) for text, good in texts.items()]
        >>> (fit_models(settings, train)[ANY].probabilities(list(texts)) > 0.5).tolist()
        [True, False]
    """
    models: dict[str, QualityModel] = {ANY: _fit(settings, train, ANY)}
    languages = sorted({example.language for example in train}) if settings.per_language else []
    for language in languages:
        own = [example for example in train if example.language == language]
        if min(_pages(own, good) for good in (True, False)) >= settings.min_pages:
            models[language] = _fit(settings, own, language)
        else:
            _log(f"{language}: fewer than {settings.min_pages} pages; no model of its own")
    return models


def _fit(settings: TrainQuality, examples: Sequence[Example], name: str) -> QualityModel:
    _log(f"training: {name}, {len(examples):,} sentences")
    texts, good = [example.text for example in examples], [example.good for example in examples]
    kind = settings.classifier
    if isinstance(kind, EncoderClassifier):
        return fit_encoder_model(kind, texts, good, balanced=settings.balanced)
    features = FeatureExtractor(kind.max_order, kind.bits)
    return fit_ngram_model(
        features, texts, good, strength=kind.strength, balanced=settings.balanced
    )


def _pages(examples: Sequence[Example], good: bool) -> int:
    return len({example.page for example in examples if example.good == good})


def _values(results: Results, languages: Sequence[str]) -> dict[str, Any]:
    return {
        "threshold": results.settings.threshold,
        "models": list(languages),
        "read": {name: dict(counts) for name, counts in results.counts.items()},
        "train": {
            "good": sum(e.good for e in results.split.train),
            "bad": sum(not e.good for e in results.split.train),
        },
        "test": results.metrics,
    }


def _line(name: str, metrics: Metrics) -> str:
    shown = [
        f"{key} {metrics[key]:.3f}" for key in ("precision", "recall", "auc") if key in metrics
    ]
    return f"{name}: {metrics['good']:,} good, {metrics['bad']:,} bad; {', '.join(shown)}"


def _log(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
