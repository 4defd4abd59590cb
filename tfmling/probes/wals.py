"""Word order of languages, from the World Atlas of Language Structures (Dryer and Haspelmath 2013).

The table has one row per language and feature: `wals_code, iso639p3, language, feature_id,
feature, value_number, value`, tab-separated, with a header (https://wals.info, CC BY 4.0).
"""

from collections.abc import Iterable, Mapping

from tfmling.core.languages import normalize_language
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.table import read_rows

# order of: subject, object and verb; adposition and noun; genitive and noun; adjective and noun;
# demonstrative and noun; numeral and noun: the features of Pires et al. (2019), section 4.3
WORD_ORDER = ("81A", "85A", "86A", "87A", "88A", "89A")
SUBJECT_OBJECT_VERB, ADJECTIVE_NOUN = "81A", "87A"

_COLUMNS = ("iso639p3", "feature_id", "value")
_MAX_LINE_BYTES = 1 << 20

Features = Mapping[str, str]  # feature -> value


def read_features(path: str, features: Iterable[str] = WORD_ORDER) -> dict[str, dict[str, str]]:
    """Read the values of features by language (BCP 47).

    Rows without a registered ISO 639-3 code are skipped. A feature in which varieties with the
    same code differ is left out.

    Raises:
        CorpusError: a line is unreadable, or the header lacks a column.

    Example:
        >>> rows = "iso639p3\\tfeature_id\\tvalue\\nswh\\t81A\\tSVO\\nswh\\t87A\\tNoun-Adjective\\n"
        >>> _ = open("wals.tsv", "w").write(rows)
        >>> read_features("wals.tsv")
        {'sw': {'81A': 'SVO', '87A': 'Noun-Adjective'}}
    """
    found: dict[str, dict[str, set[str]]] = {}
    wanted = set(features)
    rows = read_rows(path, _COLUMNS, header=True, quoted=False, max_line_bytes=_MAX_LINE_BYTES)
    for row in rows:
        if row.line.problem:
            raise CorpusError(
                f"{path}:{row.line.number}: {row.line.problem}: expected the columns "
                f"{', '.join(_COLUMNS)}, got {row.line.text!r}"
            )
        code, feature, value = row.cells
        language = _language(code)
        if language and feature in wanted:
            found.setdefault(language, {}).setdefault(feature, set()).add(value)
    return {
        language: {feature: min(values) for feature, values in own.items() if len(values) == 1}
        for language, own in found.items()
    }


def _language(code: str) -> str | None:
    try:
        return normalize_language(code) if code else None
    except ValueError:
        return None


def features_of(language: str, known: Mapping[str, Features]) -> Features:
    """Return the features of a language, ignoring region and script (pt-BR, zh-Hans).

    Args:
        language: a normalized code.
        known: as `read_features` returns it.

    Returns:
        Feature -> value, empty for unknown languages.

    Example:
        >>> features_of("pt-BR", {"pt": {"81A": "SVO"}})
        {'81A': 'SVO'}
    """
    return known.get(language) or known.get(language.partition("-")[0], {})


def shared_features(first: Features, second: Features, features: Iterable[str] = WORD_ORDER) -> int:
    """Count the features with the same known value in both languages.

    Example:
        >>> shared_features({"81A": "SVO", "85A": "Prepositions"}, {"81A": "SVO"})
        1
    """
    return sum(
        feature in first and feature in second and first[feature] == second[feature]
        for feature in features
    )
