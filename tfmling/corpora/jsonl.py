"""JSON lines: an object with a text per line."""

import itertools
import json
from collections.abc import Iterator
from typing import Any, Literal

import pydantic

from tfmling.core.languages import Language, normalize_language
from tfmling.core.text_encoding import is_encodable
from tfmling.corpora.corpus import UNKNOWN_LANGUAGE, MonolingualCorpus, split_paragraphs
from tfmling.corpora.documents import Document, Rejected
from tfmling.corpora.limits import CorpusError, MaxLineBytes
from tfmling.corpora.lines import Line, read_lines

_NOT_JSON = object()
_KEY_LINES, _SHOWN_KEYS = 1000, 20


class Jsonl(MonolingualCorpus):
    """A document per line, compressed or not; the lines of its text are paragraphs.

    Example:
        >>> _ = open("a.jsonl", "w").write('{"text": "Habari ya leo?", "lang": "swh"}\\n')
        >>> corpus = Jsonl(format="jsonl", path="a.jsonl", language_key="lang")
        >>> [(document.language, document.paragraphs) for document in corpus.read("a.jsonl")]
        [('sw', ('Habari ya leo?',))]
    """

    format: Literal["jsonl"]
    text_key: str = "text"
    """The key of the text."""
    language: Language | None = None
    """Language of all documents; or give `language_key`."""
    language_key: str | None = None
    """The key of each document's language."""
    max_line_bytes: MaxLineBytes = 1 << 24
    """Longer lines are counted and skipped."""

    @pydantic.model_validator(mode="after")
    def _one_source_of_language(self) -> "Jsonl":
        if (self.language is None) == (self.language_key is None):
            raise ValueError("expected either language or language_key, and not both")
        return self

    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yield a document for each line, or why there is none.

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
        """Raise CorpusError if lines are objects and none of them has one of the keys."""
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
        language = self.language or UNKNOWN_LANGUAGE
        values = _parse(line.text)
        if reason := self._problem(values):
            return line.rejected(path, language, reason)
        try:
            if self.language is None:
                language = normalize_language(str(values.get(self.language_key or "")))
        except ValueError:
            return line.rejected(path, language, "unknown_language")
        return self.document(path, language, split_paragraphs(values[self.text_key]), line.number)

    def _problem(self, values: Any) -> str | None:
        if values is _NOT_JSON:
            return "not_json"
        if not isinstance(values, dict):
            return "not_an_object"
        text = values.get(self.text_key)
        if not isinstance(text, str) or not text.strip():
            return "no_text"
        return None if text.isascii() or is_encodable(text) else "not_unicode"


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NOT_JSON
