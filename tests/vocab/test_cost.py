"""What a sentence costs, by hand."""

from tfmling.vocab.cost import sentence_cost
from tfmling.vocab.curve_settings import Cost


def test_by_hand() -> None:
    cost = Cost(num_layers=2, hidden_dim=4, intermediate_dim=8, words_per_sentence=4, mask_rate=0.5)
    # T = 4 * 2 + 2 = 10 tokens; of each, a layer: 4 * 16 + 2 * 4 * 8 + 2 * 10 * 4 = 208;
    # the head: half of (16 + 4 * 100); 10 * (2 * 208 + 208)
    assert sentence_cost(2.0, 100, cost) == 6240


def test_base_bert_costs_what_its_weights_say() -> None:
    # 12 layers x 7.08 M weights, without attention over 1 token and a head that guesses nothing
    cost = Cost(words_per_sentence=1e-9, mask_rate=0.0)
    assert 2 * 12 * 7_077_888 < sentence_cost(1.0, 1, cost) < 2 * 12 * 7_077_888 * 1.001
