"""The settings that all corpora share.

A corpus is its own settings: the files, the languages, and `read` for one task. A task is read by
one worker: a file, or the files of a bitext that belong together.
"""

import abc
from collections.abc import Iterator, Sequence
from typing import ClassVar

import pydantic

from tfmling.core import config, extras, files
from tfmling.core.languages import Language, normalize_language
from tfmling.corpora.documents import Document, Rejected, SentencePair
from tfmling.corpora.limits import CorpusError, MaxLineBytes

__all__ = ["CorpusError", "MaxLineBytes"]

Task = tuple[str, ...]  # the files that are read together

UNKNOWN_LANGUAGE = "und"  # BCP 47: undetermined


class _Corpus(config.Settings, abc.ABC):
    """Checks that the packages of the extra `web` that a format needs are installed."""

    needs: ClassVar[tuple[str, ...]] = ()

    @pydantic.model_validator(mode="after")
    def _packages_are_installed(self) -> "_Corpus":
        for package in self.needs:
            try:
                extras.require(package, "web")
            except ImportError as error:
                raise ValueError(str(error)) from None
        return self


class MonolingualCorpus(_Corpus):
    """One or more files of documents."""

    path: config.InputPath
    """A file or a pattern."""
    split_sentences: bool = True
    """Whether paragraphs are running text; otherwise each is one sentence."""
    license: str | None = None
    """License of documents that state none, such as CC-BY-4.0; null: unknown."""
    max_line_bytes: MaxLineBytes = 1 << 20
    """A longer line is counted and skipped."""

    def tasks(self) -> list[Task]:
        """List the files, each a task."""
        return [(path,) for path in expand_files(self.path)]

    @property
    def first_line(self) -> int | None:
        """The line of the first sentence, if each line or row has its own; otherwise None."""
        return 1

    @abc.abstractmethod
    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yield the documents of one file, and what could not be read."""

    def document(
        self,
        path: str,
        language: str,
        paragraphs: Sequence[str],
        lines: int | Sequence[int],
        *,
        uri: str | None = None,
        license: str | None = None,
    ) -> Document:
        """Make a document of this corpus.

        Args:
            path: the file.
            language: BCP-47 code.
            paragraphs: in order.
            lines: where each begins in the file; one number if all begin in one place.
            uri: the source of the text.
            license: of this document, None for that of the corpus.
        """
        lines = (lines,) * len(paragraphs) if isinstance(lines, int) else tuple(lines)
        license = license or self.license
        return Document(
            path, language, tuple(paragraphs), lines, self.split_sentences, uri, license
        )


class BitextCorpus(_Corpus):
    """One or more files of sentence pairs."""

    source_language: Language
    """BCP-47 code."""
    target_language: Language
    """BCP-47 code."""
    license: str | None = None
    """License of all pairs, such as CC-BY-4.0; null: unknown."""
    max_line_bytes: MaxLineBytes = 1 << 20
    """A longer line is counted and skipped."""

    @abc.abstractmethod
    def tasks(self) -> list[Task]:
        """List the files that are read together, in the order of the arguments of `read`."""

    @abc.abstractmethod
    def read(self, *paths: str) -> Iterator[SentencePair | Rejected]:
        """Yield the pairs of one task, and what could not be read."""

    @property
    def languages(self) -> str:
        """The key of its pairs in files and counts: en-sw."""
        return f"{self.source_language}-{self.target_language}"

    def pair(self, path: str, line: int, source: str, target: str) -> SentencePair:
        """Make a pair of this corpus."""
        languages = (self.source_language, self.target_language)
        return SentencePair(path, line, source, target, *languages, license=self.license)


def known_language(code: str) -> str:
    """Return the BCP-47 code of a language that a file names, `und` if it is none.

    Example:
        >>> known_language("swh"), known_language("no language")
        ('sw', 'und')
    """
    try:
        return normalize_language(code) if code else UNKNOWN_LANGUAGE
    except ValueError:
        return UNKNOWN_LANGUAGE


def split_paragraphs(text: str) -> list[str]:
    """Return the lines of a text that are not blank.

    Example:
        >>> split_paragraphs("Habari ya leo?\\n\\nNzuri.\\n")
        ['Habari ya leo?', 'Nzuri.']
    """
    return [line for line in text.split("\n") if line and not line.isspace()]


def expand_files(pattern: str) -> list[str]:
    """List the files of a path or pattern.

    Raises:
        CorpusError: there is none, or a folder.

    Example:
        >>> for name in ("b.txt", "a.txt", "a.tsv"):
        ...     _ = open(name, "w").write("Habari\\n")
        >>> expand_files("*.txt")
        ['a.txt', 'b.txt']
    """
    found = files.expand(pattern)
    folders = [path for path in found if files.is_folder(path)]
    if folders or not found:
        raise CorpusError(
            f"{pattern}: expected files, found {folders[0] + ', a folder' if folders else 'none'}; "
            "use a file or a pattern such as corpora/*.txt.gz"
        )
    return found


def paired_files(source: str, target: str) -> list[Task]:
    """Pair the files of two patterns in the order of their names.

    Raises:
        CorpusError: the patterns match different numbers of files.

    Example:
        >>> for name in ("a.en", "a.sw", "b.en", "b.sw"):
        ...     _ = open(name, "w").write("Amani\\n")
        >>> paired_files("*.en", "*.sw")
        [('a.en', 'a.sw'), ('b.en', 'b.sw')]
    """
    sources, targets = expand_files(source), expand_files(target)
    if len(sources) != len(targets):
        raise CorpusError(
            f"{source} matches {len(sources)} files and {target} {len(targets)}; expected the same "
            "number"
        )
    return list(zip(sources, targets, strict=True))
