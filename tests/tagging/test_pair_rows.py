"""Pairs to rows: both segments, labels, and counts of truncated pairs."""

from tests import tiny
from tfmling.corpora.annotated.examples import LabeledPair
from tfmling.tagging.batches import stack_rows
from tfmling.tagging.rows import pair_rows
from tfmling.tagging.settings import TaggingInputs
from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer


def test_pairs_are_two_segments_and_cut_ones_are_counted():
    pairs = [LabeledPair("a b", "c", "no", "x:1"), LabeledPair("a b c d e f", "g", "yes", "x:2")]
    rows, cut = pair_rows(
        pairs,
        WordPieceTokenizer(tiny.VOCABULARY),
        {"no": 0, "yes": 1},
        TaggingInputs(max_length=8, overlap=0),
    )
    assert cut == 1
    # [CLS]=2, [SEP]=3, a=5; the longer segment loses its end
    assert rows[0]["input_word_ids"].tolist() == [2, 5, 6, 3, 7, 3]
    assert rows[0]["input_type_ids"].tolist() == [0, 0, 0, 0, 1, 1]
    assert rows[1]["input_word_ids"].tolist() == [2, 5, 6, 7, 8, 3, 11, 3]
    batch = stack_rows(rows, TaggingInputs(batch_size=3, max_length=8, overlap=0, length_step=4))
    assert batch["pair_label"].tolist() == [0, 1, -100]
    assert batch["input_mask"][0].tolist() == [1, 1, 1, 1, 1, 1, 0, 0]
