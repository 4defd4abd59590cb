"""Which documents translate each other, so that sentences are sought only inside of such pairs.

Jakob Uszkoreit and others (2010), "Large Scale Parallel Document Mining for Machine Translation":
documents are paired first, by cheap means, and sentences inside of the pairs. Here documents are
paired by their names, by a list, or by the mean of their sentences' vectors.

Shape letters: N and M documents, D width.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
import pydantic

from tfmling.core import config, files
from tfmling.mining.grid import cosines, to_grid
from tfmling.mining.neighbours import neighbours_both_ways
from tfmling.mining.pairs import candidate_pairs, one_to_one
from tfmling.mining.vectors import DocumentRows, VectorFolder, VectorsError

DocumentPair = tuple[DocumentRows, DocumentRows]


class ByName(config.Settings):
    """Documents whose names, once a pattern is taken out of them, are the same.

    A name is the document's URI, or file and line where it has none.

    Attributes:
        remove: a regular expression; what it matches is taken out. `[/.](en|sw)\\b` makes one name
            of `https://a.org/en/news` and `https://a.org/sw/news`.
    """

    kind: Literal["name"]
    remove: str

    @pydantic.field_validator("remove")
    @classmethod
    def _is_a_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"expected a regular expression, got {pattern!r}: {error}") from None
        return pattern

    def match(self, source: VectorFolder, target: VectorFolder) -> list[DocumentPair]:
        """All pairs of equal names."""
        pattern = re.compile(self.remove)
        by_name: dict[str, list[DocumentRows]] = defaultdict(list)
        for document in target.documents():
            by_name[pattern.sub("", document.name)].append(document)
        return [
            (document, other)
            for document in source.documents()
            for other in by_name.get(pattern.sub("", document.name), [])
        ]


class ByList(config.Settings):
    """Documents that a file pairs.

    Attributes:
        path: each line a source and a target document by name, with a tab between.
    """

    kind: Literal["list"]
    path: config.InputPath

    def match(self, source: VectorFolder, target: VectorFolder) -> list[DocumentPair]:
        """The pairs of the list that both sides have, each once.

        Raises:
            VectorsError: a line is not two names, or there is no pair of known documents.
        """
        sources, targets = (_by_name(side.documents()) for side in (source, target))
        # given twice, a pair would offer each sentence the same neighbours twice
        named = list(dict.fromkeys(self.read()))
        found = [(sources[a], targets[b]) for a, b in named if a in sources and b in targets]
        if not found:
            known = [*sorted(sources)[:1], *sorted(targets)[:1]]
            raise VectorsError(
                f"{self.path}: of {len(named)} different pairs, expected one of documents that are "
                f"there; names are such as {', '.join(map(repr, known))}"
            )
        return found

    def read(self) -> list[tuple[str, str]]:
        """The names of the list, as they stand there.

        Raises:
            VectorsError: a line is not two names.
        """
        pairs = []
        for number, line in enumerate(files.read_lines(self.path), start=1):
            cells = line.removesuffix("\r").split("\t")
            if len(cells) != 2:
                raise VectorsError(
                    f"{self.path}:{number}: expected two names with a tab between, got {line!r}"
                )
            pairs.append((cells[0], cells[1]))
        return pairs


class ByVectors(config.Settings):
    """Documents whose mean vectors are nearest, by ratio margin, one to one.

    Attributes:
        min_margin: a lower ratio is no pair.
        neighbours: of the margin.
    """

    kind: Literal["vectors"]
    min_margin: float = 1.0
    neighbours: int = pydantic.Field(4, ge=1)

    def match(self, source: VectorFolder, target: VectorFolder) -> list[DocumentPair]:
        """The best pair first, then the best of what is left."""
        sources, targets = source.documents(), target.documents()
        own_ND, other_MD = mean_vectors(source, sources), mean_vectors(target, targets)
        both = neighbours_both_ways(own_ND, other_MD, self.neighbours)
        forward, backward = (
            type(found)(cosines(found.similarity, own_ND.shape[1]), found.index) for found in both
        )
        pairs = candidate_pairs(forward, backward, "ratio", "max")
        pairs = pairs[one_to_one(pairs) & (pairs.score >= self.min_margin)]
        return [
            (sources[a], targets[b])
            for a, b in zip(pairs.source.tolist(), pairs.target.tolist(), strict=True)
        ]


AnyDocumentMatch = Annotated[ByName | ByList | ByVectors, pydantic.Field(discriminator="kind")]


def mean_vectors(folder: VectorFolder, documents: Sequence[DocumentRows]) -> np.ndarray:
    """int16 [N, D]: the direction of the sum of each document's vectors.

    Args:
        folder: where their vectors are.
        documents: a document is never in two shards.
    """
    means = np.zeros((len(documents), folder.description.width), np.float64)
    opened = functools.lru_cache(maxsize=1)(folder.vectors)  # documents come shard by shard
    for number, document in enumerate(documents):
        shard, start = folder.place(document.first)
        means[number] = opened(shard)[start : start + document.count].sum(axis=0)
    return to_grid(means)


def _by_name(documents: Sequence[DocumentRows]) -> dict[str, DocumentRows]:
    return {document.name: document for document in documents}
