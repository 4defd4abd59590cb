"""Windows: each word scored once, with context, and never more pieces than fit."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfmling.tagging.windows import Window, cut_windows


def test_a_sentence_that_fits_is_one_window():
    assert cut_windows([2, 3, 1], 6, 4) == [Window(0, 3, 0, 3)]
    assert cut_windows([], 6, 4) == [Window(0, 0, 0, 0)]


def test_neighbors_share_words_and_each_scores_its_half():
    # windows of 4 words that share 2: the middle of 2..4 is 3, of 4..6 it is 5
    assert cut_windows([1] * 8, 4, 2) == [
        Window(0, 4, 0, 3),
        Window(2, 6, 3, 5),
        Window(4, 8, 5, 8),
    ]


def test_without_overlap_windows_stand_side_by_side():
    assert cut_windows([1] * 5, 2, 0) == [
        Window(0, 2, 0, 2),
        Window(2, 4, 2, 4),
        Window(4, 5, 4, 5),
    ]


def test_a_long_word_takes_room_from_the_overlap():
    # the word of 5 pieces leaves one piece of 6 for context
    assert cut_windows([1, 1, 1, 1, 5], 6, 3) == [Window(0, 4, 0, 3), Window(3, 5, 3, 5)]


def test_a_word_that_fits_nowhere_is_an_error():
    with pytest.raises(ValueError, match="at most 6 pieces, got one of 7"):
        cut_windows([1, 7], 6, 3)


@given(st.lists(st.integers(1, 7), max_size=60), st.integers(7, 20), st.integers(0, 19))
def test_every_word_is_scored_once_by_a_window_that_holds_it(pieces, budget, overlap):
    windows = cut_windows(pieces, budget, overlap)
    scored = [word for w in windows for word in range(w.scored_start, w.scored_end)]
    assert scored == list(range(len(pieces)))
    for window in windows:
        assert window.start <= window.scored_start <= window.scored_end <= window.end
        assert sum(pieces[window.start : window.end]) <= budget
    for before, after in itertools.pairwise(windows):
        assert before.end < after.end
        assert sum(pieces[after.start : before.end]) <= overlap
