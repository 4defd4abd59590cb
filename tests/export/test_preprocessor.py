"""The preprocessor: ids by hand, segments, lengths."""

from pathlib import Path

import pytest
import tensorflow as tf

# the vocabulary of conftest: [CLS] 2, [SEP] 3, habari 5, good 6, morning 7, "." 8
CLS, SEP, HABARI, GOOD, MORNING, STOP = 2, 3, 5, 6, 7, 8


@pytest.fixture(scope="module")
def model(exported):
    return tf.saved_model.load(str(Path(exported) / "preprocessor"))


def listed(inputs: dict[str, tf.Tensor], name: str) -> list[list[int]]:
    return inputs[name].numpy().tolist()


def test_one_text(model):
    inputs = model(["Good morning."])
    assert listed(inputs, "input_word_ids") == [[CLS, GOOD, MORNING, STOP, SEP] + [0] * 7]
    assert listed(inputs, "input_mask") == [[1] * 5 + [0] * 7]
    assert listed(inputs, "input_type_ids") == [[0] * 12]


def test_no_text(model):
    assert model(tf.constant([], tf.string))["input_word_ids"].shape == (0, 12)


def test_tokenize_keeps_words_apart(model):
    # "goodb" = good + ##b; letters a.. are 11.., ##a.. are 37..
    assert model.tokenize(["goodb morning", ""]).to_list() == [[[GOOD, 38], [MORNING]], []]


def test_pack_two_segments(model):
    first, second = model.tokenize(["good morning"]), model.tokenize(["habari."])
    inputs = model.bert_pack_inputs([first, second], seq_length=8)
    assert listed(inputs, "input_word_ids") == [[CLS, GOOD, MORNING, SEP, HABARI, STOP, SEP, 0]]
    assert listed(inputs, "input_type_ids") == [[0, 0, 0, 0, 1, 1, 1, 0]]
    assert listed(inputs, "input_mask") == [[1] * 7 + [0]]


def test_pack_truncates_the_longer_segment(model):
    first, second = model.tokenize(["good " * 9]), model.tokenize(["habari"])
    inputs = model.bert_pack_inputs([first, second], seq_length=tf.constant(7))
    assert listed(inputs, "input_word_ids") == [[CLS, GOOD, GOOD, GOOD, SEP, HABARI, SEP]]


def test_pack_uses_the_default_length(model):
    tokens = model.tokenize(["good"])
    assert listed(model.bert_pack_inputs([tokens]), "input_word_ids") == [
        [CLS, GOOD, SEP] + [0] * 9
    ]


def test_pack_takes_pieces_that_are_not_grouped_by_word(model):
    tokens = model.tokenize(["goodb morning"]).merge_dims(1, 2)
    inputs = model.bert_pack_inputs([tokens], seq_length=5)
    assert listed(inputs, "input_word_ids") == [[CLS, GOOD, 38, MORNING, SEP]]


def test_special_tokens(model):
    special = {k: int(v) for k, v in model.tokenize.get_special_tokens_dict().items()}
    assert special == {
        "start_of_sequence_id": 2,
        "end_of_segment_id": 3,
        "padding_id": 0,
        "mask_id": 4,
        "vocab_size": 63,
    }


def test_signature_names(model):
    signature = model.signatures["serving_default"]
    assert signature.structured_input_signature[1].keys() == {"text"}
    assert {name: spec.shape.as_list() for name, spec in signature.structured_outputs.items()} == {
        "input_word_ids": [None, 12],
        "input_mask": [None, 12],
        "input_type_ids": [None, 12],
    }
