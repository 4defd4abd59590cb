"""The data card: sources, licenses and content of a folder of records.

After "Datasheets for Datasets" (Gebru et al. 2021), as far as a program can answer. It has no time
and no machine, so that the same sources give the same card.
"""

import importlib.metadata
import platform
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from beam_pipelines.transforms.read_corpora import SOURCES
from tfmling import __version__
from tfmling.core import config, files
from tfmling.core.json_values import read_json
from tfmling.core.printed import markdown_text

_PACKAGES = ("apache-beam", "numpy", "regex", "sentencex")
_NOT_STATED = "not stated"


def write_data_card(folder: str, title: str, settings: config.Settings) -> None:
    """Write `data_card.json` and `data_card.md` from the counts and sources of a folder.

    Example:
        >>> class Build(config.Settings):
        ...     corpora: list = []
        >>> files.write_json("out/sources.json", []); files.write_json("out/counts.json", {})
        >>> write_data_card("out", "Sentences for training", Build())
        >>> files.read_text("out/data_card.md").splitlines()[0]
        '# Sentences for training'
    """
    values = settings.model_dump(mode="json")
    sources = read_json(files.join(folder, SOURCES))
    card = {
        "title": title,
        "sources": [describe(source, values["corpora"]) for source in sources],
        "counts": read_json(files.join(folder, "counts.json")),
        "versions": versions(),
        "config": values,
    }
    files.write_json(files.join(folder, "data_card.json"), card)
    files.write_text(files.join(folder, "data_card.md"), "\n".join(_markdown(card)) + "\n")
    files.remove(files.join(folder, SOURCES))


def describe(source: Mapping[str, Any], corpora: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the entry of a source file, with the license and languages of its corpus.

    Example:
        >>> source = {"corpus": 0, "file": "a.txt", "bytes": 6, "sha256": None}
        >>> card = describe(source, [{"format": "plain_text", "language": "sw"}])
        >>> card["file"], card["languages"], card["license"]
        ('a.txt', ['sw'], None)
    """
    corpus = corpora[source["corpus"]]
    languages = [corpus.get(key) for key in ("language", "source_language", "target_language")]
    return {
        "file": source["file"],
        "format": corpus["format"],
        "languages": [language for language in languages if isinstance(language, str)],
        "license": corpus.get("license"),
        "bytes": source["bytes"],
        "sha256": source["sha256"],
    }


def versions() -> dict[str, str]:
    """Return the versions of Python, tfmling and the packages that affect the result.

    Example:
        >>> list(versions())[:3]
        ['python', 'tfmling', 'apache-beam']
    """
    packages = {name: importlib.metadata.version(name) for name in _PACKAGES}
    return {"python": platform.python_version(), "tfmling": __version__} | packages


def _markdown(card: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"# {card['title']}", "", "## Sources", "")
    header = ("file", "format", "languages", "license", "bytes", "SHA-256")
    rows = [
        (
            source["file"],
            source["format"],
            "-".join(source["languages"]) or "by document",
            source["license"] or _NOT_STATED,
            f"{source['bytes']:,}",
            f"`{source['sha256']}`" if source["sha256"] else "not computed",
        )
        for source in card["sources"]
    ]
    yield from _table(header, rows)
    yield from ("", "## Counts", "")
    yield from _table(("language", "section", "name", "number"), list(_count_rows(card["counts"])))
    yield from ("", "## Versions", "")
    yield from (f"- {name} {version}" for name, version in card["versions"].items())
    yield from ("", "## Settings", "", "`config.yaml` beside this card, and `data_card.json`.")


def _count_rows(counts: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for language, sections in counts.items():
        for section, names in sections.items():
            for name, number in names.items():
                yield language, section, name, f"{number:,}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(map(markdown_text, row))} |"
