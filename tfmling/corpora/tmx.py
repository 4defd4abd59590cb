"""Translation memories (TMX 1.1 to 1.4b)."""

from collections.abc import Iterator
from typing import Literal
from xml.etree import ElementTree

import pydantic

from tfmling.core import config
from tfmling.core.languages import normalize_language
from tfmling.corpora.corpus import BitextCorpus, Task, expand_files
from tfmling.corpora.documents import Rejected, SentencePair
from tfmling.corpora.limits import CorpusError, MaxLineBytes, UnreadableError, parse_xml
from tfmling.corpora.xml_records import XmlRecord, XmlRecords

_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# elements that contain codes of the document's format, not text
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})

_MAX_SHOWN = 20  # languages listed by an error


class Tmx(BitextCorpus):
    """A pair per unit; files may contain more languages than the two.

    A regional variant (en-GB) is used if the unit lacks its language (en); of several segments the
    first is used. Counted: `missing_language`, `empty_segment`, `broken_xml`, `nested_too_deeply`,
    `record_too_long` and how a file is truncated. Pairs' `line` is the number of the unit.

    Example:
        >>> en = '<tuv xml:lang="en"><seg>house</seg></tuv>'
        >>> sw = '<tuv xml:lang="sw"><seg>nyumba</seg></tuv>'
        >>> _ = open("a.tmx", "w").write(f"<tmx><body><tu>{en}{sw}</tu></body></tmx>")
        >>> corpus = Tmx(format="tmx", path="a.tmx", source_language="en", target_language="sw")
        >>> [(pair.source, pair.target) for pair in corpus.read("a.tmx")]
        [('house', 'nyumba')]
    """

    format: Literal["tmx"]
    path: config.InputPath
    """A file or a pattern."""
    max_line_bytes: MaxLineBytes = pydantic.Field(1 << 20)
    """A longer unit is counted and skipped."""

    def tasks(self) -> list[Task]:
        """List the files, each a task."""
        return [(path,) for path in expand_files(self.path)]

    def read(self, *paths: str) -> Iterator[SentencePair | Rejected]:
        """Yield the pairs of one file in order, and the units without one.

        Raises:
            CorpusError: no unit has both languages.
        """
        (path,) = paths
        seen: set[str] = set()
        found_pair = False
        for record in XmlRecords(
            path, root="tmx", record="tu", part="tuv", max_bytes=self.max_line_bytes
        ):
            if record.problem:
                yield record.rejected(path, self.languages)
                continue
            item = self._pair(path, record, seen)
            found_pair = found_pair or isinstance(item, SentencePair)
            yield item
        if seen and not found_pair:
            raise CorpusError(
                f"{path}: no unit has both {self.source_language} and {self.target_language}; the "
                f"languages are {', '.join(sorted(filter(None, seen)))}"
            )

    def _pair(self, path: str, record: XmlRecord, seen: set[str]) -> SentencePair | Rejected:
        try:
            unit = parse_xml(record.xml)
        except UnreadableError as error:
            return record.rejected(path, self.languages, error.reason)
        segments = _segments(unit)
        source = _of_language(segments, self.source_language)
        target = _of_language(segments, self.target_language)
        if not source or not target:
            if all(
                _has(segments, wanted) for wanted in (self.source_language, self.target_language)
            ):
                return record.rejected(path, self.languages, "empty_segment")
            if len(seen) < _MAX_SHOWN:
                seen.update(language for language, _ in segments)
            return record.rejected(path, self.languages, "missing_language")
        return self.pair(path, record.number, source, target)


def _segments(unit: ElementTree.Element) -> list[tuple[str, str]]:
    """Return the language and text of each variant of a unit; unknown languages are empty."""
    found = []
    for variant in unit.iterfind("tuv"):
        code = variant.get(_XML_LANGUAGE) or variant.get("lang") or ""
        segment = variant.find("seg")
        text = "" if segment is None else "".join(_texts(segment))
        found.append((_language(code), " ".join(text.split())))
    return found


def _texts(element: ElementTree.Element) -> Iterator[str]:
    """Yield the text of a segment without the codes of its format."""
    if element.tag not in _CODES:
        yield element.text or ""
        for inner in element:
            yield from _texts(inner)
            yield inner.tail or ""


def _language(code: str) -> str:
    try:
        return normalize_language(code.replace("_", "-")) if code else ""
    except ValueError:
        return ""


def _has(segments: list[tuple[str, str]], wanted: str) -> bool:
    """Whether there is a segment of a language, possibly empty."""
    return any(language == wanted or language.startswith(f"{wanted}-") for language, _ in segments)


def _of_language(segments: list[tuple[str, str]], wanted: str) -> str | None:
    exact = (text for language, text in segments if language == wanted)
    variants = (text for language, text in segments if language.startswith(f"{wanted}-"))
    return next(exact, None) or next(variants, None)
