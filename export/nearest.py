"""Find the nearest sentences by the vectors of a model."""

import itertools
from typing import Any

import numpy as np

from export.settings import Nearest, SentenceFile
from tfmling.core import files, outputs
from tfmling.core.config import ConfigError
from tfmling.core.printed import one_line
from tfmling.corpora.lines import Line, read_lines
from tfmling.embedding.load_embedder import load_embedder
from tfmling.mining.neighbors import nearest_neighbors
from tfmling.text.normalize import normalize

LONGEST_LINE_BYTES = 1 << 20

Found = list[dict[str, Any]]


def print_nearest(settings: Nearest) -> None:
    """Find the nearest candidates of each query, publish nearest.json and print them."""
    found = find_nearest(settings)
    with outputs.publish(settings) as folder:
        files.write_json(files.join(folder, "nearest.json"), found)
    print(format_nearest(found))


def find_nearest(settings: Nearest) -> Found:
    """Search the candidates for each query.

    Returns:
        For each query, its `text` and `nearest`, a list of `text` and `cosine`.

    Raises:
        ConfigError: if a file lacks the column, there is no sentence, or there are fewer
            candidates than `k`.
    """
    queries = read_sentences("queries", settings.queries)
    candidates = read_sentences("candidates", settings.candidates)
    if settings.k > len(candidates):
        raise ConfigError(f"k: expected at most {len(candidates)} (candidates), got {settings.k}")
    embedder = load_embedder(settings.model)
    found = nearest_neighbors(embedder.encode(queries), embedder.encode(candidates), settings.k)
    return [
        {"text": query, "nearest": _describe(candidates, numbers, cosines)}
        for query, numbers, cosines in zip(queries, found.index, found.similarity, strict=True)
    ]


def _describe(
    candidates: list[str], numbers: np.ndarray, cosines: np.ndarray
) -> list[dict[str, Any]]:
    return [
        {"text": candidates[number], "cosine": round(float(cosine), 6)}
        for number, cosine in zip(numbers, cosines, strict=True)
    ]


def format_nearest(found: Found) -> str:
    """Each query followed by its candidates and their cosines, one per line.

    Example:
        >>> print(format_nearest([{"text": "Maji", "nearest": [{"text": "Water", "cosine": 0.9}]}]))
        Maji
            0.900  Water
    """
    lines = []
    for query in found:
        lines.append(one_line(query["text"]))
        lines += [
            f"    {near['cosine']:.3f}  {one_line(near['text'])}" for near in query["nearest"]
        ]
    return "\n".join(lines)


def read_sentences(key: str, source: list[str] | SentenceFile) -> list[str]:
    """The sentences of a setting, normalized as training text is; `key` names it in errors.

    Example:
        >>> read_sentences("queries", ["Habari  ya asubuhi"])
        ['Habari ya asubuhi']
    """
    sentences = source if isinstance(source, list) else _read_file(source)
    sentences = [normalize(sentence) for sentence in sentences]
    if not sentences:
        raise ConfigError(f"{key}: expected at least one sentence, got none")
    return sentences


def _read_file(source: SentenceFile) -> list[str]:
    lines = (
        (path, line)
        for path in files.expand(source.path)
        for line in read_lines(path, LONGEST_LINE_BYTES)
    )
    return [_sentence(*found, source.column) for found in itertools.islice(lines, source.limit)]


def _sentence(path: str, line: Line, column: int | None) -> str:
    cells = [line.text] if column is None else line.text.split("\t")[column : column + 1]
    if line.problem or not cells:
        problem = line.problem or f"expected a column {column}, counted from 0"
        raise ConfigError(f"{path}:{line.number}: {problem}")
    return cells[0]
