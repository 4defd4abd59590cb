"""The cost of a sentence and the recommended size, by hand."""

import pytest

from tfmling.vocab.curve import recommended_size, saving_per_doubling, sentence_cost
from tfmling.vocab.curve_settings import Cost

SIZES = [1000, 2000, 8000, 16_000]
PIECES = [4.0, 2.0, 1.62, 1.6]
# half in one doubling; 1.62 / 2 = 0.81 in two doublings, 0.9 each; 1.6 / 1.62 = 0.98765
SAVINGS = [0.5, 0.1, 0.012346]


def test_savings() -> None:
    assert saving_per_doubling(SIZES, PIECES) == pytest.approx(SAVINGS, abs=1e-6)


@pytest.mark.parametrize(
    ("min_saving", "size"), [(0.6, 1000), (0.5, 2000), (0.2, 2000), (0.05, 8000), (0.01, 16_000)]
)
def test_the_last_worthwhile_step(min_saving: float, size: int) -> None:
    assert recommended_size(SIZES, PIECES, min_saving) == size


def test_a_dent_does_not_end_the_search() -> None:
    assert recommended_size([1, 2, 4, 8], [4.0, 4.0, 2.0, 2.0], 0.1) == 4


def test_cost_by_hand() -> None:
    cost = Cost(num_layers=2, hidden_dim=4, intermediate_dim=8, words_per_sentence=4, mask_rate=0.5)
    # T = 4 * 2 + 2 = 10 tokens; of each, a layer: 4 * 16 + 2 * 4 * 8 + 2 * 10 * 4 = 208;
    # the head: half of (16 + 4 * 100); 10 * (2 * 208 + 208)
    assert sentence_cost(2.0, 100, cost) == 6240


def test_base_bert_costs_what_its_weights_say() -> None:
    # 12 layers x 7.08 M weights, without attention over 1 token and a head that guesses nothing
    cost = Cost(words_per_sentence=1e-9, mask_rate=0.0)
    assert 2 * 12 * 7_077_888 < sentence_cost(1.0, 1, cost) < 2 * 12 * 7_077_888 * 1.001
