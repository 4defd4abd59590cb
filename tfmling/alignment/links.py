"""Links between the words of sentence pairs.

Shapes: P pairs, K links.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

Link = tuple[int, int]  # source position, target position, from 0


@dataclasses.dataclass(frozen=True)
class Links:
    """The links of all pairs, sorted by pair, source and target position.

    Attributes:
        pair: int64 [K], 0 to P - 1.
        source: int64 [K], positions from 0.
        target: the same.
        pairs: P.

    Example:
        >>> links = Links.from_sets([{(0, 1)}, {(2, 0)}])
        >>> links.pair.tolist(), links.source.tolist(), links.target.tolist()
        ([0, 1], [0, 2], [1, 0])
    """

    pair: np.ndarray
    source: np.ndarray
    target: np.ndarray
    pairs: int

    @classmethod
    def build(
        cls, pair_K: np.ndarray, source_K: np.ndarray, target_K: np.ndarray, pairs: int
    ) -> "Links":
        """Sort distinct links."""
        order = np.lexsort((target_K, source_K, pair_K))
        return cls(pair_K[order], source_K[order], target_K[order], pairs)

    @classmethod
    def from_sets(cls, links: Sequence[Iterable[Link]]) -> "Links":
        """Build from the links of each pair.

        Example:
            >>> Links.from_sets([{(0, 1)}, set()]).swapped().sets()
            [frozenset({(1, 0)}), frozenset()]
        """
        rows = [(n, *link) for n, own in enumerate(links) for link in own]
        pair_K, source_K, target_K = np.array(rows, np.int64).reshape(-1, 3).T
        return cls.build(pair_K, source_K, target_K, len(links))

    def swapped(self) -> "Links":
        """Exchange source and target."""
        return Links.build(self.pair, self.target, self.source, self.pairs)

    def sets(self) -> list[frozenset[Link]]:
        """The links of each pair."""
        both = list(zip(self.source.tolist(), self.target.tolist(), strict=True))
        counts = np.bincount(self.pair, minlength=self.pairs)
        ends = np.cumsum(counts)
        starts = ends - counts
        return [frozenset(both[start:end]) for start, end in zip(starts, ends, strict=True)]


def as_text(links: Iterable[Link]) -> str:
    """Format the links of one pair like Pharaoh.

    Example:
        >>> as_text({(1, 2), (0, 0)})
        '0-0 1-2'
    """
    return " ".join(f"{source}-{target}" for source, target in sorted(links))


def one_to_one(links: Iterable[Link]) -> frozenset[Link]:
    """Keep links whose words have no other link.

    Example:
        >>> one_to_one({(0, 0), (1, 1), (1, 2)})
        frozenset({(0, 0)})
    """
    links = frozenset(links)
    sources = Counter(source for source, _ in links)
    targets = Counter(target for _, target in links)
    return frozenset(
        (source, target)
        for source, target in links
        if sources[source] == 1 and targets[target] == 1
    )
