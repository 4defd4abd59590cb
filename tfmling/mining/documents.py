"""Pair documents that translate each other, so that sentences are mined only within the pairs.

Uszkoreit et al. (2010), "Large Scale Parallel Document Mining for Machine Translation": documents
are paired cheaply first, then sentences within them. Documents are paired by name, by a list, or by
the mean of their sentences' vectors.

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
from tfmling.mining.neighbors import neighbors_both_ways
from tfmling.mining.pairs import candidate_pairs, one_to_one
from tfmling.mining.quantization import cosines, quantize
from tfmling.mining.vectors import DocumentRows, VectorFolder, VectorsError

DocumentPair = tuple[DocumentRows, DocumentRows]


class ByName(config.Settings):
    """Pair documents whose names are equal after a pattern is removed.

    A name is the document's URI, or file and line if it has none.

    Example:
        >>> by_name = ByName(kind="name", remove="/(en|sw)(?=/)")
        >>> re.sub(by_name.remove, "", "https://a.org/sw/news")
        'https://a.org/news'
    """

    kind: Literal["name"]
    remove: str
    r"""A regular expression whose matches are removed. With `[/.](en|sw)\\b`,
    `https://a.org/en/news` and `https://a.org/sw/news` have the same name.
    """

    @pydantic.field_validator("remove")
    @classmethod
    def _is_a_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"expected a regular expression, got {pattern!r}: {error}") from None
        return pattern

    def match(self, source: VectorFolder, target: VectorFolder) -> list[DocumentPair]:
        """Return all pairs of equal names."""
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
    """Pair documents as listed in a file.

    Example:
        >>> files.write_text("pairs.tsv", "en/1.txt\\tsw/1.txt\\n")
        >>> ByList(kind="list", path="pairs.tsv").read()
        [('en/1.txt', 'sw/1.txt')]
    """

    kind: Literal["list"]
    path: config.InputPath
    """File with the names of a source and a target document per line, separated by a tab."""

    def match(self, source: VectorFolder, target: VectorFolder) -> list[DocumentPair]:
        """Return the distinct listed pairs whose documents both exist.

        Raises:
            VectorsError: a line is not two names, or no listed pair exists.
        """
        sources, targets = (_by_name(side.documents()) for side in (source, target))
        # a duplicate pair would give each sentence the same neighbors twice
        named = list(dict.fromkeys(self.read()))
        found = [(sources[a], targets[b]) for a, b in named if a in sources and b in targets]
        if not found:
            known = [*sorted(sources)[:1], *sorted(targets)[:1]]
            raise VectorsError(
                f"{self.path}: of {len(named)} different pairs, none exists; names look "
                f"like {', '.join(map(repr, known))}"
            )
        return found

    def read(self) -> list[tuple[str, str]]:
        """Read the names in the list.

        Raises:
            VectorsError: a line is not two names.
        """
        pairs = []
        for number, line in enumerate(files.read_lines(self.path), start=1):
            cells = line.removesuffix("\r").split("\t")
            if len(cells) != 2:
                raise VectorsError(
                    f"{self.path}:{number}: expected two names separated by a tab, got {line!r}"
                )
            pairs.append((cells[0], cells[1]))
        return pairs


class ByVectors(config.Settings):
    """Pair the documents with the nearest mean vectors, by ratio margin, one to one.

    Example:
        >>> by_vectors = ByVectors(kind="vectors", min_margin=1.1)
        >>> by_vectors.neighbors
        4
    """

    kind: Literal["vectors"]
    min_margin: float = 1.0
    """Pairs with a lower ratio are dropped."""
    neighbors: int = pydantic.Field(4, ge=1)
    """Number of neighbors in the margin."""

    def match(self, source: VectorFolder, target: VectorFolder) -> list[DocumentPair]:
        """Return the best pair first, then the best remaining one, and so on."""
        sources, targets = source.documents(), target.documents()
        own_ND, other_MD = mean_vectors(source, sources), mean_vectors(target, targets)
        both = neighbors_both_ways(own_ND, other_MD, self.neighbors)
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
        folder: the folder of their vectors.
        documents: each within one shard.

    Example:
        >>> from tfmling.core import manifest
        >>> from tfmling.mining import arrays, vectors
        >>> arrays.write_array("sw/00000-of-00001.vectors.npy", quantize(np.eye(2)))
        >>> vectors.write_description("sw", vectors.Description("sw", "5f1c", True, 2, rows=(2,)))
        >>> manifest.write_manifest("sw", command="mine_bitext")
        >>> mean_vectors(VectorFolder("sw"), [DocumentRows("news", first=0, count=2)]).tolist()
        [[2896, 2896]]
    """
    means = np.zeros((len(documents), folder.description.width), np.float64)
    opened = functools.lru_cache(maxsize=1)(folder.vectors)  # documents come shard by shard
    for number, document in enumerate(documents):
        shard, start = folder.place(document.first)
        means[number] = opened(shard)[start : start + document.count].sum(axis=0)
    return quantize(means)


def _by_name(documents: Sequence[DocumentRows]) -> dict[str, DocumentRows]:
    return {document.name: document for document in documents}
