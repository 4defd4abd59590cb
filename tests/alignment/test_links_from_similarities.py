"""Links from similarities, worked out by hand."""

import math

import numpy as np
import pytest

from tfmling.alignment.contextual import (
    cosine,
    dot,
    itermax,
    mutual_argmax,
    softmax_links,
)


def places(links_XY):
    return set(zip(*(axis.tolist() for axis in np.nonzero(links_XY)), strict=True))


# rows prefer columns 0, 0, 1; columns prefer rows 0, 2, 1
SIMILARITY = np.array([[0.9, 0.1, 0.2], [0.8, 0.3, 0.7], [0.4, 0.6, 0.5]])


def test_argmax_by_hand():
    assert places(mutual_argmax(SIMILARITY)) == {(0, 0), (2, 1)}


def test_itermax_by_hand():
    # left is (1,2). Scaled: row 1 is .9, .65, .85; factors .9, .9, 1 -> .81, .585, .85: column 2.
    # Column 2 scaled .6, .85, .75; factors .9, 1, .9: row 1. Mutual, so (1,2) is added.
    assert places(itermax(SIMILARITY, 2, 0.9)) == {(0, 0), (2, 1), (1, 2)}
    assert places(itermax(SIMILARITY, 1, 0.9)) == {(0, 0), (2, 1)}


def test_itermax_may_give_a_word_a_second_link_but_never_joins_two_linked():
    # (0,0) first. Then row 1 against column 0: (1 + .8) / 2 * .9 = .81, its best; column 0 has
    # row 0 at factor 0 (both linked), so its best is row 1: linked.
    similarity = np.array([[0.9], [0.8]])
    assert places(itermax(similarity, 2, 0.9)) == {(0, 0), (1, 0)}
    # now everything has a link: a third time adds nothing
    assert places(itermax(similarity, 3, 0.9)) == {(0, 0), (1, 0)}


def test_itermax_adds_nothing_if_all_have_links():
    # all factors are 0 then, and among equal ones the first, (0,0), would be each other's best
    similarity = np.array([[0.1, 0.9], [0.9, 0.1]])
    assert places(itermax(similarity, 2, 0.9)) == {(0, 1), (1, 0)}


def test_softmax_by_hand():
    # rows: e^2 : 1 : 1 etc.; (0,0): row .787, column e^2 / (e^2 + 2) = .787
    similarity = np.array([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 2.0]])
    own = math.exp(2) / (math.exp(2) + 2)
    assert places(softmax_links(similarity, own - 1e-9)) == {(0, 0), (1, 1), (2, 2)}
    assert places(softmax_links(similarity, own + 1e-9)) == set()
    assert len(places(softmax_links(similarity, 0.1))) == 9


def test_softmax_requires_both_directions():
    # both rows give column 0 nearly all; column 0 gives row 1 only e^-4
    similarity = np.array([[4.0, -9.0], [0.0, -9.0]])
    assert places(softmax_links(similarity, 0.05)) == {(0, 0)}


def test_similarities():
    source, target = np.array([[3.0, 4.0], [0.0, 0.0]]), np.array([[4.0, 3.0]])
    np.testing.assert_allclose(cosine(source, target), [[0.96], [0.0]])
    np.testing.assert_allclose(dot(source, target), [[24.0], [0.0]])


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_no_vectors(shape):
    empty = np.zeros(shape)
    for links in (mutual_argmax(empty), itermax(empty, 2, 0.9), softmax_links(empty, 0.001)):
        assert links.shape == shape
