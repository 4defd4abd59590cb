"""Masked language modelling: MLM over a sentence or BERT's segment pair, TLM over a translation.

Devlin et al. 2019, section 3.1; TLM: Conneau and Lample 2019 (no language ids, as in LaBSE).
Shapes: B batch on this replica, L length, P predictions, D width, V vocabulary.
"""

import tensorflow as tf

from tfmling.inputs.masking import mask_tokens
from tfmling.inputs.text_batches import Texts
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import MaskedLMHead, NextSentenceHead
from tfmling.objectives.masked_lm_softmax import chunked_cross_entropy
from tfmling.objectives.objective import Metrics
from tfmling.objectives.replicas import sum_over_replicas
from tfmling.objectives.settings import MaskedLM
from tfmling.objectives.sides import NAMES
from tfmling.objectives.summed_objective import SummedObjective
from tfmling.vocab.tokenizer import Tokenizer

SEGMENTS = {
    "sentences": ("text",),
    "segment_pairs": ("first", "second"),
    "sentence_pairs": ("source", "target"),
}


class MaskedLMObjective(SummedObjective):
    """Cross-entropy at the hidden positions, plus next sentence where asked."""

    def __init__(self, settings: MaskedLM, encoder: Encoder):
        super().__init__(encoder, settings.name, settings.micro_batches)
        self.settings = settings
        self.tokenizer = Tokenizer(encoder.vocabulary)
        self.head = MaskedLMHead(encoder)
        self.next_sentence = NextSentenceHead(encoder) if settings.next_sentence else None
        self.metric_names = ("loss", "masked_lm_loss", "masked_lm_accuracy")
        if settings.next_sentence:
            self.metric_names += ("next_sentence_loss", "next_sentence_accuracy")

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

    def with_shares(self, features: Metrics) -> Metrics:
        """`masked_lm_weights` and `next_sentence_weights` that sum to 1 over the global batch."""
        features = features | {"masked_lm_weights": _shares(features["masked_lm_weights"])}
        if self.next_sentence is not None:
            ones_B = tf.ones_like(features["next_sentence_label"], dtype=tf.float32)
            features["next_sentence_weights"] = _shares(ones_B)
        return features

    def sums(self, features: Metrics, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """The mean cross-entropy over all predictions of the global batch; the share guessed."""
        outputs = self.encoder({name: features[name] for name in NAMES}, training=training)
        loss, accuracy = self._masked_lm(outputs["sequence_output"], features)
        metrics = {"masked_lm_loss": loss, "masked_lm_accuracy": accuracy}
        if self.next_sentence is not None:
            logits_B2 = self.next_sentence(outputs["pooled_output"])
            losses_B, guesses_B = _cross_entropy(logits_B2, features["next_sentence_label"])
            next_loss, next_accuracy = _weighted(
                losses_B,
                guesses_B == features["next_sentence_label"],
                features["next_sentence_weights"],
            )
            metrics |= {"next_sentence_loss": next_loss, "next_sentence_accuracy": next_accuracy}
            loss += next_loss
        return loss, {"loss": loss} | metrics

    def _masked_lm(self, states_BLD: tf.Tensor, features: Metrics) -> tuple[tf.Tensor, tf.Tensor]:
        hidden_BPD = tf.gather(states_BLD, features["masked_lm_positions"], batch_dims=1)
        labels_BP, table_VD = features["masked_lm_ids"], self.encoder.embedding_table
        if self.settings.vocabulary_chunk is None:
            losses_BP, guesses_BP = _cross_entropy(self.head(hidden_BPD, table_VD), labels_BP)
        else:
            losses_BP, guesses_BP = chunked_cross_entropy(
                self.head.transform(hidden_BPD),
                tf.convert_to_tensor(table_VD),
                tf.convert_to_tensor(self.head.bias),
                labels_BP,
                self.settings.vocabulary_chunk,
            )
        return _weighted(losses_BP, guesses_BP == labels_BP, features["masked_lm_weights"])


def _shares(weights: tf.Tensor) -> tf.Tensor:
    """Weights divided by their sum over the global batch."""
    return weights / tf.maximum(sum_over_replicas(tf.reduce_sum(weights)), 1.0)


def _cross_entropy(logits: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Losses and best guesses of labels [..] by logits [.., V]."""
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    return losses, tf.argmax(logits, axis=-1, output_type=labels.dtype)


def _weighted(
    losses: tf.Tensor, right: tf.Tensor, shares: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """This replica's share of the mean loss and of the share of right guesses."""
    return tf.reduce_sum(losses * shares), tf.reduce_sum(tf.cast(right, tf.float32) * shares)
