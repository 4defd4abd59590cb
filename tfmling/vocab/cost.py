"""What a sentence costs in pretraining, by a model of multiply-adds.

More pieces make words shorter and the softmax wider: the one cost falls, the other rises.
"""

from tfmling.vocab.curve_settings import Cost


def sentence_cost(pieces_per_word: float, vocabulary_size: int, cost: Cost) -> float:
    """Multiply-adds of the forward pass of one sentence in masked language modelling.

    With T tokens, [CLS] and [SEP] among them, D the width, F the inner width, n layers and V
    pieces: n T (4 D^2 + 2 D F + 2 T D) in the layers (projections, feed-forward, attention), and
    D^2 + D V for each of the masked tokens in the head. Looking up an embedding costs none; the
    backward pass takes twice as much of both, so it changes no comparison.
    """
    tokens = cost.words_per_sentence * pieces_per_word + 2
    width = cost.hidden_dim
    of_token = 4 * width**2 + 2 * width * cost.intermediate_dim + 2 * tokens * width
    of_guess = width**2 + width * vocabulary_size
    return tokens * (cost.num_layers * of_token + cost.mask_rate * of_guess)
