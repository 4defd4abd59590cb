import pytest

from beam_pipelines.settings import Sampling
from beam_pipelines.transforms.sampling import allot


@pytest.mark.parametrize(
    ("number", "expected"),
    [(50, 50), (100, 100), (400, 200), (10_000, 1000), (1_000_000, 1500)],
)
def test_above_a_size_shares_grow_by_the_exponent(number, expected):
    sampling = Sampling(exponent=0.5, keep_whole=100, cap=1500)
    assert sampling.target(number) == expected  # 100 * sqrt(number / 100)


def test_a_cap_alone_keeps_what_is_below_it():
    sampling = Sampling(cap=7)
    assert [sampling.target(number) for number in (0, 7, 8)] == [0, 7, 7]


def test_shards_get_their_part_and_the_sum_is_exact():
    sizes = [((("sw",), 0), 5), ((("sw",), 1), 3), ((("sw",), 2), 2), ((("am",), 0), 4)]
    allotted = allot(sizes, Sampling(cap=7))
    # of 7: 3.5, 2.1, 1.4, the missing one to the largest remainder
    assert allotted == {(("sw",), 0): 4, (("sw",), 1): 2, (("sw",), 2): 1, (("am",), 0): 4}
    assert allot(sizes[::-1], Sampling(cap=7)) == allotted
