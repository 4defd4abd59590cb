"""Sentence pairs to rows: [CLS] premise [SEP] hypothesis [SEP] and the label of the pair."""

from collections.abc import Mapping, Sequence

import tensorflow as tf

from tfmling.corpora.annotated.examples import LabeledPair
from tfmling.tagging.rows import ENCODER_INPUTS, IGNORED, Row
from tfmling.tagging.settings import TaggingInputs
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer


def pair_rows(
    pairs: Sequence[LabeledPair],
    tokenizer: SubwordTokenizer,
    ids: Mapping[str, int],
    settings: TaggingInputs,
) -> tuple[list[Row], int]:
    """Cuts sentences into pieces.

    Args:
        pairs: at least one.
        tokenizer: of the encoder.
        ids: the number of each label; others are IGNORED.
        settings: how long a row is.

    Returns:
        A row a pair, and how many pairs were too long and lost the end of a sentence.
    """
    premises = tokenizer(tf.constant([pair.premise for pair in pairs]))
    hypotheses = tokenizer(tf.constant([pair.hypothesis for pair in pairs]))
    lengths_N = (premises.row_lengths() + hypotheses.row_lengths()).numpy()
    lengths_N += tokenizer.specials(2)
    packed = tokenizer.pack(premises, settings.max_length, hypotheses)
    arrays = {name: packed[name].numpy() for name in ENCODER_INPUTS}
    rows = [
        {name: array[number, : lengths_N[number]] for name, array in arrays.items()}
        | {"pair_label": tf.constant(ids.get(pair.label, IGNORED)).numpy()}
        for number, pair in enumerate(pairs)
    ]
    return rows, int((lengths_N > settings.max_length).sum())
