"""What the settings of all corpora have in common.

A corpus is its own settings: which files, which languages, and `read` for one task. A task is what
one worker reads without another: one file, or the files of a bitext that belong together.
"""

import abc
from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar

import pydantic

from tfmling.core import config, extras, files
from tfmling.core.errors import InputError
from tfmling.core.languages import Language
from tfmling.corpora.documents import Document, Rejected, SentencePair

Task = tuple[str, ...]  # the files that are read together

UNKNOWN_LANGUAGE = "und"  # BCP 47: undetermined

MaxLineBytes = Annotated[int, pydantic.Field(gt=0)]


class CorpusError(InputError, ValueError):
    """Files that cannot be read as the corpus they are said to be."""


class _Corpus(config.Settings, abc.ABC):
    """What all formats share: that the packages of the extra `web` which they need are there."""

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
    """One or more files of documents.

    Attributes:
        path: a file or a pattern.
        split_sentences: whether paragraphs are running text; otherwise each is one sentence.
        license: of all documents, where their format does not say it of each.
        max_line_bytes: a longer line is counted and skipped.
    """

    path: config.InputPath
    split_sentences: bool = True
    license: str | None = None
    max_line_bytes: MaxLineBytes = 1 << 20

    def tasks(self) -> list[Task]:
        """Each file is read by itself."""
        return [(path,) for path in expand_files(self.path)]

    @property
    def first_line(self) -> int | None:
        """The line or row of the first sentence, where each stands on its own; None elsewhere."""
        return 1

    @abc.abstractmethod
    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yields the documents of one file, and what could not be read."""

    def document(
        self,
        path: str,
        language: str,
        paragraphs: Sequence[str],
        places: int | Sequence[int],
        *,
        uri: str | None = None,
        license: str | None = None,
    ) -> Document:
        """A document of this corpus, under its license where it has none of its own.

        Args:
            path: the file.
            language: BCP-47 code.
            paragraphs: in order.
            places: where in the file each begins; one number where all begin in one place.
            uri: where the text comes from.
            license: what the format says of this document.
        """
        lines = (places,) * len(paragraphs) if isinstance(places, int) else tuple(places)
        return Document(
            path,
            language,
            tuple(paragraphs),
            lines,
            self.split_sentences,
            uri,
            license or self.license,
        )


class BitextCorpus(_Corpus):
    """One or more files of sentence pairs.

    Attributes:
        source_language: the language that is translated, as its files are labelled.
        target_language: the language of the translations.
        license: of all pairs.
        max_line_bytes: a longer line is counted and skipped.
    """

    source_language: Language
    target_language: Language
    license: str | None = None
    max_line_bytes: MaxLineBytes = 1 << 20

    @abc.abstractmethod
    def tasks(self) -> list[Task]:
        """The files that are read together, in the order in which `read` takes them."""

    @abc.abstractmethod
    def read(self, *paths: str) -> Iterator[SentencePair | Rejected]:
        """Yields the pairs of one task, and what could not be read."""

    @property
    def languages(self) -> str:
        """The key under which pairs are stored and counted: en-sw."""
        return f"{self.source_language}-{self.target_language}"


def expand_files(pattern: str) -> list[str]:
    """The files of a path or pattern; raises CorpusError where there is none."""
    found = files.expand(pattern)
    folders = [path for path in found if files.is_folder(path)]
    if folders or not found:
        raise CorpusError(
            f"{pattern}: expected files, found {folders[0] + ', a folder' if folders else 'none'}; "
            "give a file or a pattern such as corpora/*.txt.gz"
        )
    return found


def paired_files(source: str, target: str) -> list[Task]:
    """The files of two patterns, one of each, in the order of their names.

    Raises:
        CorpusError: one pattern names more files than the other.
    """
    sources, targets = expand_files(source), expand_files(target)
    if len(sources) != len(targets):
        raise CorpusError(
            f"{source} names {len(sources)} files and {target} {len(targets)}; expected as many"
        )
    return list(zip(sources, targets, strict=True))
