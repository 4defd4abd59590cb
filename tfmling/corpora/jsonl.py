"""JSON lines: each line an object with a text, and its language beside it or known."""

import itertools
import json
from collections.abc import Iterator
from typing import Any, Literal

import pydantic

from tfmling.core.languages import Language, normalize_language
from tfmling.corpora.corpus import UNKNOWN_LANGUAGE, CorpusError, MaxLineBytes, MonolingualCorpus
from tfmling.corpora.documents import Document, Rejected, excerpt
from tfmling.corpora.lines import Line, read_lines

_NOT_JSON = object()
_KEY_LINES, _SHOWN_KEYS = 1000, 20


class Jsonl(MonolingualCorpus):
    """A document a line, compressed or not; lines of its text are paragraphs.

    Attributes:
        text_key: the key of the text.
        language: the language of all documents; or
        language_key: the key of each document's language.
    """

    format: Literal["jsonl"]
    text_key: str = "text"
    language: Language | None = None
    language_key: str | None = None
    max_line_bytes: MaxLineBytes = 1 << 24

    @pydantic.model_validator(mode="after")
    def _one_source_of_language(self) -> "Jsonl":
        if (self.language is None) == (self.language_key is None):
            raise ValueError("expected either language or language_key, and not both")
        return self

    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yields a document for each line, or why there is none.

        Raises:
            CorpusError: there is no document, because no line has one of the keys.
        """
        found_document = False
        for line in read_lines(path, self.max_line_bytes):
            if line.problem:
                yield line.rejected(path, self.language or UNKNOWN_LANGUAGE)
            elif line.text and not line.text.isspace():
                item = self._document(path, line)
                found_document = found_document or isinstance(item, Document)
                yield item
        if not found_document:
            self._require_keys(path)

    def _require_keys(self, path: str) -> None:
        """Raises CorpusError where lines are objects and none of them has a key that is named."""
        seen: dict[str, None] = {}
        for line in itertools.islice(read_lines(path, self.max_line_bytes), _KEY_LINES):
            values = None if line.problem else _parse(line.text)
            seen |= dict.fromkeys(values) if isinstance(values, dict) else {}
        for key in filter(None, (self.text_key, self.language_key)):
            if seen and key not in seen:
                raise CorpusError(
                    f"{path}: no line has the key {key!r}; the keys are "
                    f"{', '.join(map(repr, itertools.islice(seen, _SHOWN_KEYS)))}"
                )

    def _document(self, path: str, line: Line) -> Document | Rejected:
        location, language = f"{path}:{line.number}", self.language or UNKNOWN_LANGUAGE
        values = _parse(line.text)
        if values is _NOT_JSON:
            return Rejected(location, language, "not_json", excerpt(line.text))
        if not isinstance(values, dict):
            return Rejected(location, language, "not_an_object", excerpt(line.text))
        text = values.get(self.text_key)
        if not isinstance(text, str) or not text.strip():
            return Rejected(location, language, "no_text", excerpt(line.text))
        if not text.isascii() and not _is_unicode(text):
            return Rejected(location, language, "not_unicode", excerpt(line.text))
        try:
            language = self._language_of(values)
        except ValueError:
            return Rejected(location, language, "unknown_language", excerpt(line.text))
        paragraphs = [p for p in text.split("\n") if p and not p.isspace()]
        return self.document(path, language, paragraphs, line.number)

    def _language_of(self, values: dict[str, Any]) -> str:
        if self.language is not None:
            return self.language
        return normalize_language(str(values.get(self.language_key or "")))


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _is_unicode(text: str) -> bool:
    """Whether a text has no lone surrogates, which JSON can escape and UTF-8 cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
