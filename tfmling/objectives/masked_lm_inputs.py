"""Inputs of the masked-LM objective: rows of ids with some tokens masked.

MLM: Devlin et al. 2019, section 3.1. TLM: Conneau and Lample 2019, section 3.3, where positions
restart at the second sentence and languages have embeddings. LaBSE has neither; here
`restart_positions` chooses the former, and language embeddings are not offered.

Shapes: N texts, B batch, R rows, L length, P predictions.
"""

import tensorflow as tf

from tfmling.inputs.dataset import Features
from tfmling.inputs.masking import mask_tokens
from tfmling.inputs.packing import SENTENCE_IDS, pack_rows, restarted_positions
from tfmling.inputs.text_batches import Texts
from tfmling.objectives.settings import MaskedLM
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary

SEGMENTS = {
    "sentences": ("text",),
    "segment_pairs": ("first", "second"),
    "sentence_pairs": ("source", "target"),
}


class MaskedLMInputs:
    """Tokenizes, packs and masks texts in tf.data.

    Args:
        settings: of the task.
        vocabulary: of the encoder.

    Example:
        >>> inputs = {"kind": "sentences", "records": [folder], "global_batch_size": 64}
        >>> task = MaskedLM(name="mlm", kind="masked_lm", inputs=inputs)
        >>> masked_lm_inputs = MaskedLMInputs(task, encoder.vocabulary)
        >>> masked_lm_inputs.lengths({"text": tf.constant(["a b c", "a"])}).numpy().tolist()
        [5, 3]
    """

    def __init__(self, settings: MaskedLM, vocabulary: SubwordVocabulary):
        self.settings = settings
        self.vocabulary = vocabulary
        self.tokenizer = build_tokenizer(vocabulary)

    def lengths(self, texts: Texts) -> tf.Tensor:
        """Tokens of all segments with special tokens, int32 [N]."""
        segments = self._segments(texts)
        counts = [segment.row_lengths() for segment in segments]
        return tf.cast(tf.add_n(counts), tf.int32) + self.tokenizer.specials(len(segments))

    def pack(self, texts: Texts, length: int) -> Texts:
        """Pack texts [N] into as few rows [R, L] as possible; see `pack_rows`."""
        word_ids, type_ids = self.tokenizer.combine(self._segments(texts), length)
        rows = pack_rows({"input_word_ids": word_ids, "input_type_ids": type_ids}, length)
        ids_RL = tf.where(rows["input_mask"] > 0, rows["input_word_ids"], self.vocabulary.pad_id)
        return rows | {"input_word_ids": ids_RL}

    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Features:
        """Mask tokens.

        Args:
            texts: [B] each; for packed inputs, the rows from `pack`.
            seed: int [2]; equal seeds mask equal tokens.
            length: of the padded rows.

        Returns:
            Masked inputs [B, L], predictions [B, P], and `next_sentence_label` [B] if needed.
        """
        features = dict(texts) if self.settings.inputs.packed else self._rows(texts, length)
        features |= self._positions(features) | self._mask(features, seed)
        if self.settings.next_sentence:
            features["next_sentence_label"] = 1 - tf.cast(texts["is_next"], tf.int32)
        return features

    def _segments(self, texts: Texts) -> list[tf.RaggedTensor]:
        return [self.tokenizer(texts[field]) for field in SEGMENTS[self.settings.inputs.kind]]

    def _rows(self, texts: Texts, length: "tf.Tensor | int") -> Features:
        first, *second = self._segments(texts)
        return self.tokenizer.pack(first, length, *second)

    def _positions(self, features: Features) -> Features:
        """`input_positions` [B, L], unless positions just count up."""
        numbers_BL = [features[SENTENCE_IDS]] if self.settings.inputs.packed else []
        if self.settings.restart_positions:
            numbers_BL.append(features["input_type_ids"])
        return {"input_positions": restarted_positions(*numbers_BL)} if numbers_BL else {}

    def _mask(self, features: Features, seed: tf.Tensor) -> Features:
        ids_BL = features["input_word_ids"]
        special_BL = (ids_BL == self.vocabulary.cls_id) | (ids_BL == self.vocabulary.sep_id)
        continues_BL = tf.gather(self.tokenizer.continues_word, ids_BL)
        starts_BL = ~continues_BL if self.settings.whole_word else tf.ones_like(continues_BL)
        return mask_tokens(
            ids_BL,
            (features["input_mask"] > 0) & ~special_BL,
            starts_BL,
            mask_rate=self.settings.mask_rate,
            max_predictions=self.settings.max_predictions,
            mask_id=self.vocabulary.mask_id,
            vocabulary_size=len(self.vocabulary.pieces),
            seed=seed,
        )
