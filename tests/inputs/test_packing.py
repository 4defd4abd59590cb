"""Packing: nothing is lost or truncated, and padding is small."""

import gzip
import itertools

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tests.inputs.test_dataset import write_sentences
from tfmling.inputs.dataset import training_dataset
from tfmling.inputs.packing import assign_rows, pack_rows, restarted_positions
from tfmling.objectives.masked_lm_inputs import MaskedLMInputs
from tfmling.objectives.settings import MaskedLM
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary


def test_rows_by_hand():
    # longest first: 6 opens row a, 5 row b, 4 fits a (leaves 0) and b (leaves 1): a; 3 fits b
    # (leaves 2), 2 fits b (leaves 0); 1 opens row c. By first example: b is 0, a is 1, c is 2.
    rows = assign_rows(np.array([5, 6, 3, 1, 4, 2]), 10)
    assert rows.tolist() == [0, 1, 0, 2, 1, 0]


def test_rows_are_nearly_full_and_never_overflow():
    lengths = np.random.default_rng(1).integers(3, 65, 1000)
    filled = np.bincount(assign_rows(lengths, 64), lengths)
    assert filled.max() <= 64
    assert lengths.sum() / (64 * len(filled)) > 0.97


def test_no_examples_need_no_rows():
    assert len(assign_rows(np.zeros(0, np.int64), 8)) == 0


def test_too_long_example_is_rejected():
    with pytest.raises(ValueError, match="9 tokens, but a row only 8"):
        assign_rows(np.array([3, 9]), 8)


def test_features_of_the_rows():
    examples = {
        "input_word_ids": tf.ragged.constant([[2, 7, 3], [2, 8, 9, 3], [2, 3]], tf.int32),
        "input_type_ids": tf.ragged.constant([[0, 0, 1], [0, 0, 0, 1], [0, 1]], tf.int32),
    }
    rows = {name: rows.numpy().tolist() for name, rows in pack_rows(examples, 6).items()}
    # 4 and 2 tokens share a row, which comes second: its first example is the second one
    assert rows == {
        "input_word_ids": [[2, 7, 3, 0, 0, 0], [2, 8, 9, 3, 2, 3]],
        "input_type_ids": [[0, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 1]],
        "input_sentence_ids": [[1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 2, 2]],
        "input_mask": [[1, 1, 1, 0, 0, 0], [1] * 6],
    }


def test_positions_restart_where_a_number_changes():
    sentences = tf.constant([[1, 1, 1, 2, 2, 0], [1, 1, 1, 1, 1, 1]])
    types = tf.constant([[0, 0, 0, 0, 1, 0], [0, 0, 1, 1, 1, 1]])
    assert restarted_positions(sentences).numpy().tolist() == [[0, 1, 2, 0, 1, 0], [*range(6)]]
    assert restarted_positions(sentences, types).numpy().tolist() == [
        [0, 1, 2, 0, 0, 0],
        [0, 1, 0, 1, 2, 3],
    ]


def _masked_lm(records: str, **changes) -> MaskedLM:
    inputs = tiny.inputs("sentences", records, packed=True, global_batch_size=4) | changes
    values = dict(name="mlm", kind="masked_lm", max_predictions=8, inputs=inputs)
    return MaskedLM.model_validate(values, context={"check_inputs": False})


def _batches(settings: MaskedLM, vocabulary: WordPieceVocabulary, count: int, first: int = 0):
    reader = MaskedLMInputs(settings, vocabulary)
    dataset = training_dataset(
        settings.inputs, 3, lengths=reader.lengths, prepare=reader.prepare, pack=reader.pack,
        first_batch=first,
    )  # fmt: skip
    return list(itertools.islice(dataset.as_numpy_iterator(), count))


@pytest.fixture
def folder(tmp_path) -> str:
    letters = tiny.LETTERS
    texts = [" ".join(letters[(n + k) % 16] for k in range(1 + n % 9)) for n in range(200)]
    return write_sentences(tmp_path, {"qaa": texts})


def _examples(batch: dict[str, np.ndarray]):
    """Unmasked ids and positions of each sentence of a packed batch."""
    for row, numbers in enumerate(batch["input_sentence_ids"]):
        ids = np.array(batch["input_word_ids"][row])
        hidden = batch["masked_lm_weights"][row] > 0
        ids[batch["masked_lm_positions"][row][hidden]] = batch["masked_lm_ids"][row][hidden]
        for number in range(1, numbers.max() + 1):
            own = numbers == number
            yield ids[own].tolist(), batch["input_positions"][row][own].tolist()


def test_every_sentence_is_whole_in_one_row(folder):
    batches = _batches(_masked_lm(folder), tiny.VOCABULARY, 6)
    assert all(batch["input_word_ids"].shape == (4, 24) for batch in batches)
    examples = [example for batch in batches for example in _examples(batch)]
    assert len(examples) > 6 * 4 * 2
    for (first, *ids, last), positions in examples:
        assert (first, last) == (tiny.VOCABULARY.cls_id, tiny.VOCABULARY.sep_id)
        letters = [tiny.LETTERS.index(tiny.VOCABULARY.pieces[i]) for i in ids]
        assert letters == [(letters[0] + k) % 16 for k in range(len(letters))]
        assert positions == list(range(len(ids) + 2))


def test_a_resumed_run_sees_the_same_rows_and_masks(folder):
    settings = _masked_lm(folder)
    whole, resumed = (_batches(settings, tiny.VOCABULARY, 7 - first, first) for first in (0, 4))
    for expected, got in zip(whole[4:], resumed, strict=True):
        for name in expected:
            np.testing.assert_array_equal(expected[name], got[name], err_msg=name)


def test_masks_are_new_in_each_epoch(tmp_path):
    folder = write_sentences(tmp_path, {"qaa": ["a b c d e f g h i j"] * 40})
    first, *_, last = _batches(_masked_lm(folder), tiny.VOCABULARY, 9)
    assert (first["masked_lm_positions"] != last["masked_lm_positions"]).any()


@pytest.mark.parametrize(
    "layout",
    [{"packed": True}, {"packed": False, "length_buckets": list(range(4, 129, 2))}],
    ids=["packed", "buckets"],
)
def test_real_text_has_little_padding(shared_data, tmp_path, layout, multilingual):
    texts = {
        "swa": _lines(shared_data, "ntrex/newstest2019-ref.swa*"),
        "am": [line.split("\t")[1] for line in _lines(shared_data, "bible/Amharic*")],
        "sw": _lines(shared_data, "ted/Swahili*"),
    }
    settings = _masked_lm(
        write_sentences(tmp_path, texts), **({"max_length": 128, "global_batch_size": 16} | layout)
    )
    batches = _batches(settings, multilingual, 30)
    tokens = sum(batch["input_mask"].sum() for batch in batches)
    assert 1 - tokens / sum(batch["input_mask"].size for batch in batches) < 0.05


def _lines(shared_data, pattern: str) -> list[str]:
    (path,) = shared_data.glob(pattern)
    return gzip.decompress(path.read_bytes()).decode().rstrip("\n").split("\n")[:1500]


@pytest.fixture(scope="module")
def multilingual(shared_data) -> WordPieceVocabulary:
    text = gzip.decompress((shared_data / "vocab/bert_multi_cased.txt.gz").read_bytes()).decode()
    return WordPieceVocabulary(tuple(text.rstrip("\n").split("\n")), lowercase=False)
