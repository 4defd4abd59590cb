"""The choice of hard negatives, by hand."""

import numpy as np

from tfmling.training.negatives.choose import choose_negatives

# two sources with four candidates each; true cosines are 0.8 and 0.5, so with ratio 0.9
# negatives must be below 0.72 and 0.45
SIMILARITY = np.array([[0.8, 0.75, 0.7, 0.6], [0.9, 0.44, 0.43, 0.1]])
INDEX = np.array([[5, 1, 2, 3], [0, 7, 8, 9]])
TRUE = np.array([0.8, 0.5])
# 5 is the translation itself; 8 is known as another translation of source 1
IS_TRANSLATION = np.array([[True, False, False, False], [False, False, True, False]])


def test_near_and_known_translations_are_skipped():
    chosen = choose_negatives(SIMILARITY, INDEX, TRUE, IS_TRANSLATION, negatives=2, max_ratio=0.9)
    assert chosen.rows == [[2, 3], [7, 9]]
    assert (chosen.translations, chosen.too_near) == (2, 2)


def test_nearest_come_first_up_to_the_maximum():
    chosen = choose_negatives(SIMILARITY, INDEX, TRUE, IS_TRANSLATION, negatives=1, max_ratio=1.0)
    assert chosen.rows == [[1], [7]]


def test_a_source_may_have_none():
    chosen = choose_negatives(
        SIMILARITY[:1], INDEX[:1], np.array([0.0]), IS_TRANSLATION[:1], negatives=2, max_ratio=0.9
    )
    assert chosen.rows == [[]]
