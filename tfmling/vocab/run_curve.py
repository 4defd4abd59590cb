"""A whole vocabulary curve: sizes that were measured before a run broke are not measured again."""

import glob
import hashlib
import json
import shutil

from tqdm import tqdm

from tfmling import config, files, outputs
from tfmling.json_values import read_json
from tfmling.pages import write_page
from tfmling.vocab.curve import Point, measure_point, vocabulary_of_size
from tfmling.vocab.curve_page import advised, curve_sections
from tfmling.vocab.curve_settings import VocabularyCurve
from tfmling.vocab.held_out_counts import read_held_out
from tfmling.vocab.settings import EmptyBase
from tfmling.vocab.vocabulary import (
    SPECIAL_PIECES,
    Vocabulary,
    VocabularyError,
    as_word_pieces,
)
from tfmling.vocab.vocabulary_files import read_vocabulary_file
from tfmling.vocab.word_counts import WordCounts, check_words, read_word_counts


def run_curve(settings: VocabularyCurve) -> int:
    """Measures all sizes, publishes curve.html and curve.json; returns the recommended size.

    Raises:
        VocabularyError: counted words that cannot be used, or languages without words to measure
            on.
    """
    base = _base(settings)
    learned_from = _read(settings.word_counts, base)
    measured_on = _measured_on(settings, base)
    _check_languages(learned_from, measured_on)
    points = [
        _measured(size, settings, base, learned_from, measured_on)
        for size in tqdm(settings.sizes, desc="sizes")
    ]
    _publish(settings, measure_point(base, measured_on, settings.cost), points, list(learned_from))
    for folder in glob.glob(glob.escape(settings.output.rstrip("/")) + ".running-*"):
        shutil.rmtree(folder)
    return advised(settings, points)


def _base(settings: VocabularyCurve) -> Vocabulary:
    if isinstance(settings.base, EmptyBase):
        return Vocabulary(SPECIAL_PIECES, settings.base.lowercase)
    path = files.resolve_package(settings.base.path)
    found = read_vocabulary_file(path, settings.base.lowercase)
    return as_word_pieces(found, "vocabulary_curve")


def _read(paths: list[str], base: Vocabulary) -> dict[str, WordCounts]:
    return _checked(read_word_counts(paths), base)


def _measured_on(settings: VocabularyCurve, base: Vocabulary) -> dict[str, WordCounts]:
    if settings.measured_on:
        return _read(settings.measured_on, base)
    return _checked(read_held_out(settings.word_counts), base)


def _checked(by_language: dict[str, WordCounts], base: Vocabulary) -> dict[str, WordCounts]:
    for counts in by_language.values():
        check_words(counts, base.lowercase)
    return by_language


def _check_languages(
    learned_from: dict[str, WordCounts], measured_on: dict[str, WordCounts]
) -> None:
    if missing := sorted(set(learned_from) - set(measured_on)):
        raise VocabularyError(
            f"measured_on: no words of {', '.join(missing)}, which word_counts holds; expected "
            "words of every language that is learned from, or that count_words held some out "
            "(held_out above 0)"
        )


def _measured(
    size: int,
    settings: VocabularyCurve,
    base: Vocabulary,
    learned_from: dict[str, WordCounts],
    measured_on: dict[str, WordCounts],
) -> Point:
    """The point of one size, read where an earlier run of the same settings measured it."""
    digest = hashlib.sha256(config.dump(settings).encode()).hexdigest()[:8]
    path = f"{settings.output.rstrip('/')}.running-{digest}/{size}.json"
    if files.exists(path):
        return read_json(path)
    vocabulary = vocabulary_of_size(size, base, learned_from, settings)
    point = measure_point(vocabulary, measured_on, settings.cost)
    files.write_text(path, json.dumps(point))
    return point


def _publish(
    settings: VocabularyCurve, base: Point, points: list[Point], languages: list[str]
) -> None:
    with outputs.publish(settings) as folder:
        write_page(
            files.join(folder, "curve.html"),
            title="Vocabulary curve",
            subtitle=f"{', '.join(languages)}: {settings.learner}, from a base of "
            f"{base['vocabulary_size']:,} pieces",
            sections=curve_sections(settings, base, points),
        )
        found = {
            "recommended": advised(settings, points),
            "base": base,
            "sizes": dict(zip(map(str, settings.sizes), points, strict=True)),
        }
        files.write_json(files.join(folder, "curve.json"), found)
