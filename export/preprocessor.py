"""Strings to encoder inputs as a SavedModel, with TF Hub's common preprocessing API.

    preprocessor(tf.constant(["a text"]))                       -> encoder inputs
    tokens = preprocessor.tokenize(tf.constant(["a text"]))     -> ids, ragged
    preprocessor.bert_pack_inputs([tokens, more], seq_length=32)  -> encoder inputs of two segments
    preprocessor.tokenize.get_special_tokens_dict()

https://www.tensorflow.org/hub/common_saved_model_apis/text
"""

from itertools import product

import tensorflow as tf

from export.reusable import make_object, save
from export.sentence_encoder import TEXT, Inputs
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer

LENGTH = tf.TensorSpec([], tf.int32, "seq_length")

Segments = list[tf.RaggedTensor]


def save_preprocessor(tokenizer: SubwordTokenizer, max_length: int, path: str) -> None:
    """Write a SavedModel from strings [B] to a dict of int32 [B, max_length]."""
    tokenize, pack = make_tokenize_object(tokenizer), make_pack_object(tokenizer, max_length)

    @tf.function(autograph=False, input_signature=[TEXT])
    def preprocess(text: tf.Tensor) -> Inputs:
        inputs = pack.__call__([tokenize.__call__(text)])
        return {name: tf.ensure_shape(ids, [None, max_length]) for name, ids in inputs.items()}

    root = make_object(preprocess)
    root.tokenize = tokenize
    root.bert_pack_inputs = pack
    save(root, {"serving_default": preprocess}, tokenizer.vocabulary, path)


def make_tokenize_object(tokenizer: SubwordTokenizer) -> tf.train.Checkpoint:
    """Strings [B] to ids int32 [B, (words), (pieces)], as in TF Hub's BERT preprocessors.

    Example:
        >>> from tfmling.tokenizers.build_tokenizer import build_tokenizer
        >>> tokenize = make_tokenize_object(build_tokenizer(encoder.vocabulary))
        >>> tokenize.__call__(tf.constant(["ab c"])).to_list()  # the pieces a and ##b, then c
        [[[5, 22], [7]]]
    """
    vocabulary = tokenizer.vocabulary
    special = {
        "start_of_sequence_id": vocabulary.cls_id,
        "end_of_segment_id": vocabulary.sep_id,
        "padding_id": vocabulary.pad_id,
        "mask_id": vocabulary.mask_id,
        "vocab_size": len(vocabulary),
    }

    @tf.function(autograph=False, input_signature=[])
    def get_special_tokens_dict() -> dict[str, tf.Tensor]:
        return {name: tf.constant(value) for name, value in special.items()}

    root = make_object(tf.function(tokenizer.words, autograph=False, input_signature=[TEXT]))
    root.get_special_tokens_dict = get_special_tokens_dict
    return root


def make_pack_object(tokenizer: SubwordTokenizer, max_length: int) -> tf.train.Checkpoint:
    """A list of one or two segments to encoder inputs of `seq_length` (default: max_length).

    A segment is int32 [B, (pieces)] or [B, (words), (pieces)].
    """

    # traced once for one and once for two segments, whatever the length
    @tf.function(autograph=False)
    def pack_pieces(segments: Segments, length: tf.Tensor) -> Inputs:
        return tokenizer.pack(segments[0], length, *segments[1:])

    @tf.function(autograph=False)
    def pack(inputs: Segments, seq_length: int = max_length) -> Inputs:
        segments = [s.merge_dims(1, -1) if s.shape.rank > 2 else s for s in inputs]
        return pack_pieces(segments, tf.convert_to_tensor(seq_length, tf.int32))

    for count, rank in product((1, 2), (2, 3)):
        segments = [tf.RaggedTensorSpec([None] * rank, tf.int32) for _ in range(count)]
        pack.get_concrete_function(segments)
        pack.get_concrete_function(segments, seq_length=LENGTH)
    return make_object(pack)
