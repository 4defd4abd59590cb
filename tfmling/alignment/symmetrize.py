"""Symmetrize the alignments of both directions.

Franz Josef Och and Hermann Ney (2003), "A Systematic Comparison of Various Statistical Alignment
Models", section 4.3, for intersection, union and growing; Philipp Koehn, Franz Josef Och and Daniel
Marcu (2003), "Statistical Phrase-Based Translation", for what became grow-diag-final; words are
visited in the order of the pseudo-code in the Moses training manual.
"""

from collections.abc import Callable, Iterable, Iterator

from tfmling.alignment.links import Link, Links
from tfmling.alignment.settings import Method

PairLinks = frozenset[Link]

# by target, by source
_NEIGHBORS = ((-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


def symmetrize(forward: Links, backward: Links, method: Method) -> Links:
    """Combine two alignments of the same pairs.

    Args:
        forward: each target word has at most one link.
        backward: each source word has at most one link; positions as in `forward`.
        method: `intersect` keeps links of both, `union` links of either. `grow-diag` adds
            neighboring links of the union to the intersection if one of their words has no link
            yet. `-final` then adds links if one of their words has none, `-final-and` if both
            have none.

    Raises:
        ValueError: the alignments have different numbers of pairs.

    Example:
        >>> forward = Links.from_sets([{(0, 0), (1, 1)}])
        >>> backward = Links.from_sets([{(0, 0)}])
        >>> symmetrize(forward, backward, "intersect").sets()
        [frozenset({(0, 0)})]
    """
    if forward.pairs != backward.pairs:
        raise ValueError(
            f"expected two alignments of the same pairs, got {forward.pairs} and {backward.pairs}"
        )
    if method in ("forward", "backward"):
        return forward if method == "forward" else backward
    join = METHODS[method]
    both = zip(forward.sets(), backward.sets(), strict=True)
    return Links.from_sets([join(one, other) for one, other in both])


def intersect(forward: PairLinks, backward: PairLinks) -> PairLinks:
    """Keep links of both.

    Example:
        >>> intersect(frozenset({(0, 0), (0, 1)}), frozenset({(0, 0)}))
        frozenset({(0, 0)})
    """
    return forward & backward


def union(forward: PairLinks, backward: PairLinks) -> PairLinks:
    """Keep links of either.

    Example:
        >>> sorted(union(frozenset({(0, 0)}), frozenset({(1, 1)})))
        [(0, 0), (1, 1)]
    """
    return forward | backward


def grow_diag(forward: PairLinks, backward: PairLinks) -> PairLinks:
    """Grow the intersection by neighboring links that give a word its first link.

    Example:
        >>> sorted(grow_diag(frozenset({(0, 0), (1, 1)}), frozenset({(0, 0)})))
        [(0, 0), (1, 1)]
    """
    return frozenset(_GrowingAlignment(forward, backward).grow().links)


def grow_diag_final(forward: PairLinks, backward: PairLinks) -> PairLinks:
    """Like `grow_diag`, then add links that give either word its first link.

    Example:
        >>> sorted(grow_diag_final(frozenset({(0, 0), (0, 2)}), frozenset({(0, 0)})))
        [(0, 0), (0, 2)]
    """
    growing = _GrowingAlignment(forward, backward).grow()
    for direction in (forward, backward):
        growing.finish(direction, any)
    return frozenset(growing.links)


def grow_diag_final_and(forward: PairLinks, backward: PairLinks) -> PairLinks:
    """Like `grow_diag`, then add links that give both words their first link.

    Example:
        >>> forward = frozenset({(0, 0), (2, 2), (0, 3)})  # word 0 has a link before (0, 3)
        >>> sorted(grow_diag_final_and(forward, frozenset({(0, 0)})))
        [(0, 0), (2, 2)]
    """
    growing = _GrowingAlignment(forward, backward).grow()
    for direction in (forward, backward):
        growing.finish(direction, all)
    return frozenset(growing.links)


METHODS: dict[str, Callable[[PairLinks, PairLinks], PairLinks]] = {
    "intersect": intersect,
    "union": union,
    "grow-diag": grow_diag,
    "grow-diag-final": grow_diag_final,
    "grow-diag-final-and": grow_diag_final_and,
}


class _GrowingAlignment:
    """An alignment that grows from the intersection."""

    def __init__(self, forward: PairLinks, backward: PairLinks):
        self.links = set(forward & backward)
        self._left = set(forward | backward) - self.links
        self._sources = {source for source, _ in self.links}
        self._targets = {target for _, target in self.links}

    def grow(self) -> "_GrowingAlignment":
        """Add neighbors until no more can be added.

        Links are visited by target, then source, including those just added.
        """
        visited = sorted(self.links | self._left, key=_by_target)
        grown = bool(self._left)
        while grown:
            grown = False
            for link in visited:
                if link in self.links:
                    for neighbor in self._neighbors(link):
                        grown |= self._add(neighbor, any)
        return self

    def finish(self, direction: PairLinks, needed: Callable[[Iterable[bool]], bool]) -> None:
        """Add links of one direction if any (or all) of their two words have no link yet."""
        for link in sorted(direction & self._left, key=_by_target):
            self._add(link, needed)

    def _neighbors(self, link: Link) -> Iterator[Link]:
        for by_target, by_source in _NEIGHBORS:
            neighbor = link[0] + by_source, link[1] + by_target
            if neighbor in self._left:
                yield neighbor

    def _add(self, link: Link, needed: Callable[[Iterable[bool]], bool]) -> bool:
        is_first = needed((link[0] not in self._sources, link[1] not in self._targets))
        if is_first:
            self.links.add(link)
            self._left.discard(link)
            self._sources.add(link[0])
            self._targets.add(link[1])
        return is_first


def _by_target(link: Link) -> Link:
    return link[1], link[0]
