"""Measure a whole vocabulary curve; an interrupted run resumes with the sizes it has measured."""

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
from tfmling.vocab.curve import Point, measure_point, recommend, vocabulary_of_size
from tfmling.vocab.curve_page import curve_sections
from tfmling.vocab.curve_settings import VocabularyCurve
from tfmling.vocab.settings import EmptyBase
from tfmling.vocab.word_counts import WordCounts, check_words, read_held_out, read_word_counts

_POINT = ".point.json"


def run_curve(settings: VocabularyCurve) -> int:
    """Measure all sizes, publish curve.html and curve.json, print the recommended size.

    Returns:
        The recommended size.

    Raises:
        VocabularyError: word counts cannot be used, or a language has no words to measure on.
        ConfigError: the unfinished run has other settings or inputs.

    Example:
        >>> files.write_text("sw.tsv", "ab\\t9\\n")
        >>> settings = VocabularyCurve(
        ...     output="out", base={"kind": "empty", "lowercase": True}, word_counts=["sw.tsv"],
        ...     measured_on=["sw.tsv"], sizes=[2, 4, 8])
        >>> size = run_curve(settings)  # 2: a, ##b; 4: and ab, ##ab; nothing else to learn
        recommended: 4 pieces; see out/curve.html
    """
    base = _load_base(settings)
    learned_from = read_word_counts(settings.word_counts)
    measured_on = (
        read_word_counts(settings.measured_on)
        if settings.measured_on
        else read_held_out(settings.word_counts)
    )
    for counts in (*learned_from.values(), *measured_on.values()):
        check_words(counts, base.lowercase)
    _check_languages(learned_from, measured_on)
    with unfinished.keep(settings, _describe_progress) as state:
        points = [
            _read_or_measure(size, settings, state.folder, base, learned_from, measured_on)
            for size in tqdm(settings.sizes, desc="sizes")
        ]
        base_point = measure_point(base, measured_on, settings.cost)
        _publish(settings, base_point, points, list(learned_from))
        state.remove()
    size = recommend(settings, points)
    print(f"recommended: {size:,} pieces; see {settings.output}/curve.html")
    return size


def _load_base(settings: VocabularyCurve) -> WordPieceVocabulary:
    if isinstance(settings.base, EmptyBase):
        return WordPieceVocabulary(SPECIAL_PIECES, settings.base.lowercase)
    path = files.resolve_package(settings.base.path)
    found = read_vocabulary_file(path, settings.base.lowercase)
    return require_word_piece(found, "vocabulary_curve")


def _check_languages(
    learned_from: dict[str, WordCounts], measured_on: dict[str, WordCounts]
) -> None:
    if missing := sorted(set(learned_from) - set(measured_on)):
        raise VocabularyError(
            f"measured_on: no words in {', '.join(missing)}, which is in word_counts; expected "
            "words in every language to measure on, or held-out words from count_words (held_out "
            "above 0)"
        )


def _read_or_measure(
    size: int,
    settings: VocabularyCurve,
    folder: str,
    base: WordPieceVocabulary,
    learned_from: dict[str, WordCounts],
    measured_on: dict[str, WordCounts],
) -> Point:
    path = files.join(folder, f"{size}{_POINT}")
    if files.exists(path) and (known := _read_point(path)) is not None:
        return known
    vocabulary = vocabulary_of_size(size, base, learned_from, settings)
    point = measure_point(vocabulary, measured_on, settings.cost)
    files.write_json(path, {"point": point, "sha256": hash_json(point)})
    return point


def _read_point(path: str) -> Point | None:
    """Read a saved point; None if its file is damaged, which is reported."""
    try:
        values = read_json_object(path)
        if values["sha256"] == hash_json(values["point"]):
            return values["point"]
        problem = f"{path}: wrong checksum"
    except (UserError, KeyError, TypeError) as error:
        problem = str(error) if isinstance(error, UserError) else f"{path}: not a saved point"
    print(f"measuring again, since the file is damaged: {problem}", file=sys.stderr)
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
        result = {
            "recommended": recommend(settings, points),
            "base": base,
            "sizes": dict(zip(map(str, settings.sizes), points, strict=True)),
        }
        files.write_json(files.join(folder, "curve.json"), result)
