"""Symmetrization, worked out on paper.

    forward (each target word one source word)    backward (each source word one target word)
        t0 t1 t2 t3                                   t0 t1 t2 t3
    s0  x                                         s0  x
    s1     x  x                                   s1     x
    s2                                            s2     x
    s3           x                                s3        x

Both link (0,0) and (1,1). Growing by target, then source: beside (1,1) are (1,2), whose t2 has no
link yet, and (2,1), whose s2 has none, so both are added. Beside (2,1), at a corner, is (3,2),
whose s3 has none; beside that is (3,3), whose t3 has none.
"""

import pytest

from tfmling.alignment.links import Links, as_text
from tfmling.alignment.symmetrize import METHODS, symmetrize

FORWARD = frozenset({(0, 0), (1, 1), (1, 2), (3, 3)})
BACKWARD = frozenset({(0, 0), (1, 1), (2, 1), (3, 2)})


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("intersect", {(0, 0), (1, 1)}),
        ("union", FORWARD | BACKWARD),
        ("grow-diag", FORWARD | BACKWARD),
    ],
)
def test_by_hand(method, expected):
    assert METHODS[method](FORWARD, BACKWARD) == expected


# Nothing is beside (0,0). Forward alone has (2,2) and (2,3); backward alone has (3,2), (4,2).
FAR_FORWARD = frozenset({(0, 0), (2, 2), (2, 3)})
FAR_BACKWARD = frozenset({(0, 0), (3, 2), (4, 2)})


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("grow-diag", {(0, 0)}),
        # forward: (2,2) is new on both sides, (2,3) on one; backward: s3 and s4 are new
        ("grow-diag-final", {(0, 0), (2, 2), (2, 3), (3, 2), (4, 2)}),
        # both must be new: (2,2) only; then t2 is taken
        ("grow-diag-final-and", {(0, 0), (2, 2)}),
    ],
)
def test_final_by_hand(method, expected):
    assert METHODS[method](FAR_FORWARD, FAR_BACKWARD) == expected


def test_growing_stops_if_both_words_have_links():
    # (1,1) is beside (0,1) and (1,0); (0,0) and (2,2) are linked; all rows and columns are taken
    forward = frozenset({(0, 0), (1, 1), (2, 2), (0, 1)})
    backward = frozenset({(0, 0), (1, 1), (2, 2), (1, 0)})
    assert METHODS["grow-diag"](forward, backward) == {(0, 0), (1, 1), (2, 2)}


def test_growing_continues_from_added_links_in_order():
    # from (0,0): (1,1) touches it at the corner; then (1,2) touches (1,1): t2 is new
    forward = frozenset({(0, 0), (1, 1), (1, 2)})
    assert METHODS["grow-diag"](forward, frozenset({(0, 0)})) == forward


def test_growing_continues_until_nothing_is_added():
    # (2,2) adds (1,1), which was visited before it: only a second pass adds (0,0)
    forward = frozenset({(0, 0), (1, 1), (2, 2)})
    assert METHODS["grow-diag"](forward, frozenset({(2, 2)})) == forward


def test_all_pairs_together():
    forward = Links.from_sets([FORWARD, frozenset(), {(0, 1)}])
    backward = Links.from_sets([BACKWARD, {(2, 0)}, {(0, 1)}])
    joined = symmetrize(forward, backward, "intersect").sets()
    assert joined == [{(0, 0), (1, 1)}, frozenset(), {(0, 1)}]
    assert symmetrize(forward, backward, "backward").sets()[1] == {(2, 0)}
    assert backward.swapped().sets()[1] == {(0, 2)}
    with pytest.raises(ValueError, match="got 3 and 1"):
        symmetrize(forward, Links.from_sets([FORWARD]), "union")


def test_links_as_text():
    assert as_text({(1, 10), (0, 2), (1, 2)}) == "0-2 1-2 1-10"
