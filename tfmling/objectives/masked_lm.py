"""Masked language modelling: MLM over a sentence or BERT's segment pair, TLM over a translation.

Devlin et al. 2019, section 3.1; TLM: Conneau and Lample 2019 (no language ids, as in LaBSE).
Shapes: B batch on this replica, L length, P predictions, D width, V vocabulary.
"""

import tensorflow as tf

from tfmling.inputs.masking import mask_tokens
from tfmling.inputs.text_batches import Texts
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import MaskedLMHead, NextSentenceHead
from tfmling.objectives.objective import Metrics, Objective
from tfmling.objectives.replicas import sum_over_replicas
from tfmling.objectives.settings import MaskedLM
from tfmling.objectives.sides import NAMES
from tfmling.vocab.tokenizer import Tokenizer

SEGMENTS = {
    "sentences": ("text",),
    "segment_pairs": ("first", "second"),
    "sentence_pairs": ("source", "target"),
}


class MaskedLMObjective(Objective):
    """Cross-entropy at the hidden positions, plus next sentence where asked."""

    def __init__(self, settings: MaskedLM, encoder: Encoder):
        super().__init__(encoder, settings.name)
        self.settings = settings
        self.tokenizer = Tokenizer(encoder.vocabulary)
        self.head = MaskedLMHead(encoder)
        self.next_sentence = NextSentenceHead(encoder) if settings.next_sentence else None

    def lengths(self, texts: Texts) -> tf.Tensor:
        """Tokens of all segments with specials, int32 [N]."""
        fields = SEGMENTS[self.settings.inputs.kind]
        counts = [self.tokenizer(texts[field]).row_lengths() for field in fields]
        return tf.cast(tf.add_n(counts), tf.int32) + 1 + len(fields)

    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Metrics:
        """Packed and masked inputs [B, length], predictions [B, P], `next_sentence_label` [B]."""
        segments = [self.tokenizer(texts[field]) for field in SEGMENTS[self.settings.inputs.kind]]
        features = self.tokenizer.pack(segments[0], length, *segments[1:])
        features |= self._mask(features, seed)
        if self.next_sentence is not None:
            features["next_sentence_label"] = 1 - tf.cast(texts["is_next"], tf.int32)
        return features

    def _mask(self, features: Metrics, seed: tf.Tensor) -> Metrics:
        vocabulary = self.encoder.vocabulary
        ids_BL = features["input_word_ids"]
        special_BL = (ids_BL == vocabulary.cls_id) | (ids_BL == vocabulary.sep_id)
        continues_BL = tf.gather(self.tokenizer.continues_word, ids_BL)
        starts_BL = ~continues_BL if self.settings.whole_word else tf.ones_like(continues_BL)
        return mask_tokens(
            ids_BL,
            (features["input_mask"] > 0) & ~special_BL,
            starts_BL,
            mask_rate=self.settings.mask_rate,
            max_predictions=self.settings.max_predictions,
            mask_id=vocabulary.mask_id,
            vocabulary_size=len(vocabulary.pieces),
            seed=seed,
        )

    def call(self, features: Metrics, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """The mean cross-entropy over all predictions of the global batch; the share guessed."""
        outputs = self.encoder({name: features[name] for name in NAMES}, training=training)
        loss, accuracy = self._masked_lm(outputs["sequence_output"], features)
        metrics = {"masked_lm_loss": loss, "masked_lm_accuracy": accuracy}
        if self.next_sentence is not None:
            logits_B2 = self.next_sentence(outputs["pooled_output"])
            next_loss, next_accuracy = _next_sentence(logits_B2, features["next_sentence_label"])
            metrics |= {"next_sentence_loss": next_loss, "next_sentence_accuracy": next_accuracy}
            loss += next_loss
        return loss, {"loss": loss} | metrics

    def _masked_lm(self, states_BLD: tf.Tensor, features: Metrics) -> tuple[tf.Tensor, tf.Tensor]:
        hidden_BPD = tf.gather(states_BLD, features["masked_lm_positions"], batch_dims=1)
        logits_BPV = self.head(hidden_BPD, self.encoder.embedding_table)
        return _mean_cross_entropy(
            logits_BPV, features["masked_lm_ids"], features["masked_lm_weights"]
        )


def _next_sentence(logits_B2: tf.Tensor, labels_B: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    weights_B = tf.ones_like(labels_B, dtype=tf.float32)
    return _mean_cross_entropy(logits_B2, labels_B, weights_B)


def _mean_cross_entropy(
    logits: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """This replica's share of the weighted mean loss and of the share of right guesses."""
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    total = tf.maximum(tf.stop_gradient(sum_over_replicas(tf.reduce_sum(weights))), 1.0)
    right = tf.cast(tf.argmax(logits, axis=-1, output_type=labels.dtype) == labels, tf.float32)
    return tf.reduce_sum(losses * weights) / total, tf.reduce_sum(right * weights) / total
