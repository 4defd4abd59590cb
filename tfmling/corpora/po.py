"""Translations of software (gettext PO)."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from tfmling.core import config, extras
from tfmling.corpora.corpus import BitextCorpus, Task, expand_files
from tfmling.corpora.documents import Rejected, SentencePair, Unit, excerpt
from tfmling.corpora.limits import UnreadableError
from tfmling.corpora.lines import bounded_lines
from tfmling.corpora.web_encodings import codec_of, decode_as

_CHARSET = re.compile(rb"Content-Type:[^\n]*charset=([\w.-]+)", re.IGNORECASE)
_LINE = re.compile(
    r'\s*(?:#.*|(?:msg(?:id|id_plural|ctxt|str(?:\[\d+\])?)\s*)?"(?:[^"\\]|\\.)*"|)\s*'
)


class Po(BitextCorpus):
    """A pair per message: `msgid` in the source language, `msgstr` in the target language.

    Counted, not read: `fuzzy`, `untranslated`, `obsolete`, `plural`, `broken_po`, `not_<charset>`.
    Pairs' `line` is the first line of the entry. Entries are separated by blank lines, as gettext
    writes them, and parsed one by one, so that a broken one costs only itself.

    Attributes:
        max_line_bytes: a longer entry is counted and skipped.

    Example:
        >>> messages = ['msgid "house"\\nmsgstr "nyumba"\\n', 'msgid "dog"\\nmsgstr ""\\n']
        >>> _ = open("sw.po", "w").write("\\n".join(messages))
        >>> corpus = Po(format="po", path="sw.po", source_language="en", target_language="sw")
        >>> pair, rejected = corpus.read("sw.po")
        >>> pair.target, rejected.reason
        ('nyumba', 'untranslated')
    """

    needs: ClassVar = ("polib",)

    format: Literal["po"]
    path: config.InputPath
    """A file or a pattern."""

    def tasks(self) -> list[Task]:
        """List the files, each a task."""
        return [(path,) for path in expand_files(self.path)]

    def read(self, *paths: str) -> Iterator[SentencePair | Rejected]:
        """Yield the pairs of one file in order, and the messages without one."""
        (path,) = paths
        charset = "utf-8"
        for entry in _entries(path, self.max_line_bytes):
            if entry.problem:
                yield entry.rejected(path, self.languages)
                continue
            if b'msgid ""' in entry.data and (declared := _CHARSET.search(entry.data)):
                charset = _known(declared[1].decode()) or charset
            yield from self._messages(path, entry, charset)

    def _messages(self, path: str, entry: "_Entry", charset: str) -> Iterator[Any]:
        try:
            text = decode_as(entry.data, codec_of(charset) or charset)
        except (UnicodeError, ValueError):
            yield entry.rejected(path, self.languages, f"not_{charset.replace('-', '')}")
            return
        for number, message in enumerate(_parse(text)):
            if isinstance(message, str):
                yield entry.rejected(path, self.languages, message)
            elif message.msgid:  # an empty one is the header
                yield self._pair(path, entry.number + number, message)

    def _pair(self, path: str, line: int, message: Any) -> SentencePair | Rejected:
        if reason := _why_no_pair(message):
            return Rejected(f"{path}:{line}", self.languages, reason, excerpt(message.msgid))
        source, target = (" ".join(text.split()) for text in (message.msgid, message.msgstr))
        return self.pair(path, line, source, target)


@dataclasses.dataclass(frozen=True, slots=True)
class _Entry(Unit):
    """The lines between two blank lines; `number` is the first of them."""

    number: int
    data: bytes
    problem: str | None = None

    @property
    def shown(self) -> str:
        return excerpt(self.data[:1000].decode(errors="backslashreplace"))


def _entries(path: str, max_bytes: int) -> Iterator[_Entry]:
    begun, first, number = bytearray(), 1, 0
    try:
        for number, line in enumerate(bounded_lines(path, max_bytes), start=1):
            if line.strip():
                first = first if begun else number
                begun += line[: max_bytes + 1 - len(begun)] + b"\n"
            elif begun:
                yield _entry(first, begun, max_bytes)
                begun = bytearray()
        if begun:
            yield _entry(first, begun, max_bytes)
    except UnreadableError as error:
        yield _Entry(number + 1, str(error).encode(), error.reason)


def _entry(line: int, data: bytearray, max_bytes: int) -> _Entry:
    too_long = "record_too_long" if len(data) > max_bytes else None
    return _Entry(line, bytes(data), too_long)


def _parse(text: str) -> list[Any]:
    """Return the messages of an entry, or [`broken_po`]."""
    polib = extras.load("polib", "web")
    if not all(_LINE.fullmatch(line) for line in text.split("\n")):
        return ["broken_po"]  # polib would accept a string that is not closed
    try:
        return list(polib.pofile(f"{text}\n"))
    except (OSError, ValueError, LookupError, AttributeError, TypeError):
        return ["broken_po"]


def _why_no_pair(message: Any) -> str | None:
    if message.obsolete:
        return "obsolete"
    if message.fuzzy:
        return "fuzzy"
    if message.msgid_plural:
        return "plural"
    return None if message.msgstr else "untranslated"


def _known(charset: str) -> str | None:
    """Return the lower-case name of a charset; None if unknown, UTF-16 or UTF-32."""
    name = charset.lower()
    # gettext's templates have charset=CHARSET
    return None if name.startswith(("utf-16", "utf-32")) or codec_of(name) is None else name
