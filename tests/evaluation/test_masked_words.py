"""Which words are hidden, and what a model makes of them, by hand."""

import numpy as np
import pytest

from tests.tiny import VOCABULARY, masked_lm, tiny_encoder, tiny_texts
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.evaluation.masked_lm import MaskedLMSet
from tfmling.evaluation.masked_words import (
    Masking,
    WordLosses,
    choose_words,
    describe,
    mask_words,
    score_words,
)
from tfmling.modeling.heads import named_weights, read_weights

PAD, CLS, SEP, MASK = (VOCABULARY.piece_to_id(p) for p in ("[PAD]", "[CLS]", "[SEP]", "[MASK]"))
CHOICE = {"mask_rate": 0.3, "max_length": 12, "seed": 1}
SENTENCES = [[[10], [11, 12], [13], [14, 15, 16], [17], [18]], [[20, 21]]]


def test_the_choice_depends_on_the_words_number_and_nothing_else() -> None:
    chosen = choose_words(20, 0.15, (1, 7))
    assert len(chosen) == 3
    assert chosen == sorted(set(chosen)) == choose_words(20, 0.15, (1, 7))
    assert chosen != choose_words(20, 0.15, (1, 8))
    assert choose_words(1, 0.15, (1, 7)) == [0]
    assert choose_words(0, 0.15, (1, 7)) == []


def test_whole_words_are_hidden_in_their_places() -> None:
    batch = mask_words(SENTENCES, [3, 5], VOCABULARY, **CHOICE)
    words = choose_words(6, 0.3, (1, 3))
    assert len(words) == 2
    plain = [[CLS, *range(10, 19), SEP], [CLS, 20, 21, SEP] + [PAD] * 7]
    starts = [1, 2, 4, 5, 8, 9]  # of the first sentence's words, after [CLS]
    hidden = [(0, starts[w] + k) for w in words for k in range(len(SENTENCES[0][w]))]
    hidden += [(1, 1), (1, 2)]
    assert list(zip(batch.row, batch.position, strict=True)) == hidden
    assert batch.label.tolist() == [plain[row][position] for row, position in hidden]
    for row, position in hidden:
        plain[row][position] = MASK
    # the rows are as long as max_length allows: 12, the next multiple of 16 being longer
    assert batch.inputs["input_word_ids"].tolist() == [[*row, PAD] for row in plain]
    assert batch.inputs["input_mask"].tolist() == [[1] * 11 + [0], [1] * 4 + [0] * 8]
    sizes = [len(SENTENCES[0][w]) for w in words] + [2]
    assert np.bincount(batch.word).tolist() == sizes


def test_another_cutting_hides_the_same_words() -> None:
    longer = [[[30 + number] for number in range(6)], [[36]]]  # every word is one piece
    batch = mask_words(longer, [3, 5], VOCABULARY, **CHOICE)
    assert batch.label.tolist() == [30 + word for word in choose_words(6, 0.3, (1, 3))] + [36]


def test_words_that_are_cut_off_are_not_asked_for() -> None:
    sentence = [[[10], [11, 12, 13]]]
    both = {"mask_rate": 0.9, "seed": 1}
    assert mask_words(sentence, [0], VOCABULARY, max_length=6, **both).label.tolist() == [
        10, 11, 12, 13,
    ]  # fmt: skip
    cut = mask_words(sentence, [0], VOCABULARY, max_length=5, **both)
    assert cut.label.tolist() == [10]
    assert cut.inputs["input_word_ids"].tolist() == [[CLS, MASK, 11, 12, SEP]]


def test_figures_by_hand() -> None:
    words = WordLosses(
        np.array([1.0, 2.0, 3.0]),
        np.array([True, False, False]),
        np.array([1, 2, 3]),
        np.array([False, False, True]),
    )
    figures = describe(words)
    assert (figures["count"], figures["accuracy"]) == (3, 1 / 3)
    assert (figures["loss_per_word"], figures["loss_per_piece"]) == (2.0, 1.0)
    assert figures["pieces_per_word"] == 2.0
    assert figures["unknown"] == pytest.approx(1 / 3)
    # a deviation of 1 over the root of 3 words, 1.96 times
    assert figures["loss_per_word_high"] == pytest.approx(2 + 1.959964 / 3**0.5)


@pytest.fixture
def test_set(tmp_path) -> MaskedLMSet:
    texts = [text.decode() for text in tiny_texts()["text"].numpy()]
    (tmp_path / "text.txt").write_text("\n".join(texts))
    return MaskedLMSet.model_validate(
        {
            "kind": "masked_lm",
            "name": "old",
            "sentences": {
                "format": "plain_text",
                "language": "qaa",
                "document_break": "line",
                "path": str(tmp_path / "text.txt"),
            },
            "max_length": 24,
            "batch_size": 5,
        }
    )


def save_model_that_says(piece: str, folder: str) -> None:
    encoder = tiny_encoder()
    head = masked_lm(encoder).head
    for name, weight in named_weights(head).items():
        weight.assign(np.zeros(weight.shape) if "gamma" in name or "beta" in name else weight)
    bias = np.zeros(len(VOCABULARY), np.float32)
    bias[VOCABULARY.piece_to_id(piece)] = 50.0
    head.bias.assign(bias)
    encoder.head_weights.update(read_weights(head))
    save_encoder(encoder, folder)


def test_a_head_that_says_one_piece_only(tmp_path, test_set) -> None:
    """Its loss is nothing on that piece and the distance of the logits on all others."""
    save_model_that_says("a", str(tmp_path / "model"))
    texts = test_set.read()[0]
    found = score_words(str(tmp_path / "model"), texts, Masking(0.15, 24, 5, 1))
    words = [text.split() for text in texts]
    hidden = [words[n][w] for n in range(12) for w in choose_words(len(words[n]), 0.15, (1, n))]
    # a word is as many pieces as letters; only a first letter "a" is guessed
    expected = [50.0 * (len(word) - (word[0] == "a")) for word in hidden]
    np.testing.assert_allclose(sorted(found.loss), sorted(expected), atol=1e-3)
    assert 100.0 in expected
    assert not found.correct.any()
    assert not found.unknown.any()


def test_sentences_are_cut_to_the_positions_of_the_model(tmp_path) -> None:
    save_model_that_says("a", str(tmp_path / "model"))  # 32 positions: [CLS], 30 pieces, [SEP]
    masking = Masking(mask_rate=0.99, max_length=128)
    found = score_words(str(tmp_path / "model"), ["b " * 40], masking)
    hidden = [word for word in choose_words(40, 0.99, (1, 0)) if word < 30]
    assert len(found.loss) == len(hidden)


def test_unknown_words_are_never_guessed_right(tmp_path) -> None:
    save_model_that_says("[UNK]", str(tmp_path / "model"))
    found = score_words(str(tmp_path / "model"), ["ሀ ለ", "a b"], Masking())
    assert found.unknown.tolist() == [True, False]
    assert found.loss[0] == pytest.approx(0, abs=1e-3)  # and it says nothing
    assert not found.correct.any()


def test_a_model_without_head_is_rejected(tmp_path) -> None:
    save_encoder(tiny_encoder(), str(tmp_path / "model"))
    with pytest.raises(ValueError, match="has no masked-LM head"):
        score_words(str(tmp_path / "model"), ["a"], Masking())
