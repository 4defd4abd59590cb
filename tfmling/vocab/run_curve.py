"""A whole vocabulary curve: sizes that an unfinished run measured are not measured again."""

import sys

from tqdm import tqdm

from tfmling.core import files, outputs, unfinished
from tfmling.core.errors import UserError
from tfmling.core.json_values import read_json_object
from tfmling.core.manifest import hash_json
from tfmling.reports import write_page
from tfmling.tokenizers.vocabulary_files import read_vocabulary_file
from tfmling.tokenizers.word_piece_vocabulary import (
    SPECIAL_PIECES,
    VocabularyError,
    WordPieceVocabulary,
    require_word_piece,
)
from tfmling.vocab.curve import Point, measure_point, vocabulary_of_size
from tfmling.vocab.curve_page import advised, curve_sections
from tfmling.vocab.curve_settings import VocabularyCurve
from tfmling.vocab.held_out_counts import read_held_out
from tfmling.vocab.settings import EmptyBase
from tfmling.vocab.word_counts import WordCounts, check_words, read_word_counts

_POINT = ".point.json"


def run_curve(settings: VocabularyCurve) -> int:
    """Measure all sizes, publish curve.html and curve.json, print the recommended size.

    Returns:
        The recommended size.

    Raises:
        VocabularyError: counted words that cannot be used, or languages without words to measure
            on.
        ConfigError: other settings or inputs began the unfinished run.
    """
    base = _base(settings)
    learned_from = _read(settings.word_counts, base)
    measured_on = _measured_on(settings, base)
    _check_languages(learned_from, measured_on)
    with unfinished.keep(settings, _describe_progress) as state:
        points = [
            _measured(size, settings, state.folder, base, learned_from, measured_on)
            for size in tqdm(settings.sizes, desc="sizes")
        ]
        of_base = measure_point(base, measured_on, settings.cost)
        _publish(settings, of_base, points, list(learned_from))
        state.remove()
    size = advised(settings, points)
    print(f"recommended: {size:,} pieces; see {settings.output}/curve.html")
    return size


def _base(settings: VocabularyCurve) -> WordPieceVocabulary:
    if isinstance(settings.base, EmptyBase):
        return WordPieceVocabulary(SPECIAL_PIECES, settings.base.lowercase)
    path = files.resolve_package(settings.base.path)
    found = read_vocabulary_file(path, settings.base.lowercase)
    return require_word_piece(found, "vocabulary_curve")


def _read(paths: list[str], base: WordPieceVocabulary) -> dict[str, WordCounts]:
    return _checked(read_word_counts(paths), base)


def _measured_on(settings: VocabularyCurve, base: WordPieceVocabulary) -> dict[str, WordCounts]:
    if settings.measured_on:
        return _read(settings.measured_on, base)
    return _checked(read_held_out(settings.word_counts), base)


def _checked(
    by_language: dict[str, WordCounts], base: WordPieceVocabulary
) -> dict[str, WordCounts]:
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
    folder: str,
    base: WordPieceVocabulary,
    learned_from: dict[str, WordCounts],
    measured_on: dict[str, WordCounts],
) -> Point:
    """The point of one size, read where an unfinished run measured it."""
    path = files.join(folder, f"{size}{_POINT}")
    if files.exists(path) and (known := _read_point(path)) is not None:
        return known
    vocabulary = vocabulary_of_size(size, base, learned_from, settings)
    point = measure_point(vocabulary, measured_on, settings.cost)
    files.write_json(path, {"point": point, "sha256": hash_json(point)})
    return point


def _read_point(path: str) -> Point | None:
    """A point that was measured; None, and a line, where its file is damaged."""
    try:
        values = read_json_object(path)
        if values["sha256"] == hash_json(values["point"]):
            return values["point"]
        what = f"{path}: its checksum is wrong"
    except (UserError, KeyError, TypeError) as error:
        what = str(error) if isinstance(error, UserError) else f"{path}: holds no point"
    print(f"measured again, as the file is damaged: {what}", file=sys.stderr)
    return None


def _describe_progress(folder: str) -> str | None:
    done = len(files.find(folder, _POINT)) if files.exists(folder) else 0
    return f"with {done} sizes measured" if done else None


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
