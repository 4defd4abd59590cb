"""Masked language modeling: MLM on sentences or BERT's segment pairs, TLM on translations.

MLM: Devlin et al. 2019, section 3.1. TLM: Conneau and Lample 2019, without language ids, as in
LaBSE. Shapes: B batch on this replica, L length, P predictions, N = B x P, D width, V vocabulary.
"""

import tensorflow as tf

from tfmling.inputs.dataset import Features
from tfmling.inputs.text_batches import Pack, Texts
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import PretrainingHeads
from tfmling.objectives.chunked_softmax import chunked_cross_entropy
from tfmling.objectives.gradient_accumulation import SummedObjective
from tfmling.objectives.masked_lm_inputs import MaskedLMInputs
from tfmling.objectives.objective import Metrics
from tfmling.objectives.replicas import sum_over_replicas
from tfmling.objectives.settings import MaskedLM
from tfmling.objectives.vocabulary_softmax import cross_entropy


class MaskedLMObjective(SummedObjective):
    """Cross-entropy of masked tokens, plus next-sentence prediction if the settings ask for it.

    Args:
        settings: of the task.
        encoder: the trained encoder.
        heads: of the encoder.

    Example:
        >>> inputs = {"kind": "sentences", "records": [folder], "global_batch_size": 1}
        >>> task = MaskedLM(name="mlm", kind="masked_lm", max_predictions=3, inputs=inputs)
        >>> objective = MaskedLMObjective(task, encoder, PretrainingHeads(encoder))
        >>> features = objective.prepare({"text": tf.constant(["a b c"])}, tf.constant([1, 2]), 8)
        >>> features["masked_lm_weights"].numpy().tolist()  # 15% of three tokens, at least one
        [[1.0, 0.0, 0.0]]
    """

    def __init__(self, settings: MaskedLM, encoder: Encoder, heads: PretrainingHeads):
        super().__init__(encoder, settings.name, settings.gradient_accumulation_steps)
        self.settings = settings
        self.inputs = MaskedLMInputs(settings, encoder.vocabulary)
        self.head = heads.masked_lm
        self.next_sentence = heads.next_sentence if settings.next_sentence else None
        self.metric_names = ("loss", "masked_lm_loss", "masked_lm_accuracy")
        if settings.next_sentence:
            self.metric_names += ("next_sentence_loss", "next_sentence_accuracy")

    def lengths(self, texts: Texts) -> tf.Tensor:
        """Tokens of all segments with special tokens, int32 [N]."""
        return self.inputs.lengths(texts)

    @property
    def pack(self) -> Pack:
        """Packs texts [N] into rows [R, length]."""
        return self.inputs.pack

    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Features:
        """Masked inputs [B, length] and predictions [B, P]; see `MaskedLMInputs`."""
        return self.inputs.prepare(texts, seed, length)

    def normalize_weights(self, features: Features) -> Features:
        """`masked_lm_weights` and `next_sentence_weights` that sum to 1 over the global batch."""
        features = features | {"masked_lm_weights": _normalize(features["masked_lm_weights"])}
        if self.next_sentence is not None:
            ones_B = tf.ones_like(features["next_sentence_label"], dtype=tf.float32)
            features["next_sentence_weights"] = _normalize(ones_B)
        return features

    def weighted_sums(
        self, features: Features, training: bool = False
    ) -> tuple[tf.Tensor, Metrics]:
        """Mean cross-entropy and accuracy over all predictions of the global batch."""
        inputs = {name: own for name, own in features.items() if name.startswith("input_")}
        positions_BP = features["masked_lm_positions"]
        outputs = self.encoder.at_positions(inputs, positions_BP, training=training)
        loss, accuracy = self._masked_lm(outputs["states"], outputs["table"], features)
        metrics = {"masked_lm_loss": loss, "masked_lm_accuracy": accuracy}
        if self.next_sentence is not None:
            logits_B2 = self.next_sentence(outputs["pooled_output"])
            label_B = features["next_sentence_label"]
            losses_B = tf.nn.sparse_softmax_cross_entropy_with_logits(label_B, logits_B2)
            next_loss, next_accuracy = _weighted_sums(
                losses_B,
                tf.argmax(logits_B2, axis=-1, output_type=label_B.dtype) == label_B,
                features["next_sentence_weights"],
            )
            metrics |= {"next_sentence_loss": next_loss, "next_sentence_accuracy": next_accuracy}
            loss += next_loss
        return loss, {"loss": loss} | metrics

    def _masked_lm(
        self, states_BPD: tf.Tensor, table_VD: tf.Tensor, features: Features
    ) -> tuple[tf.Tensor, tf.Tensor]:
        hidden_BPD, bias_V = self.head.transform(states_BPD), tf.convert_to_tensor(self.head.bias)
        table_VD = self.head.output_table(table_VD)
        hidden_ND = tf.reshape(hidden_BPD, [-1, hidden_BPD.shape[-1]])
        labels_N = tf.reshape(features["masked_lm_ids"], [-1])
        if (chunk := self.settings.vocabulary_chunk) is None:
            losses_N, correct_N = cross_entropy(hidden_ND, table_VD, bias_V, labels_N)
        else:
            losses_N, correct_N = chunked_cross_entropy(
                hidden_ND, table_VD, bias_V, labels_N, chunk
            )
        return _weighted_sums(losses_N, correct_N, tf.reshape(features["masked_lm_weights"], [-1]))


def _normalize(weights: tf.Tensor) -> tf.Tensor:
    """Divide weights by their sum over the global batch."""
    return weights / tf.maximum(sum_over_replicas(tf.reduce_sum(weights)), 1.0)


def _weighted_sums(
    losses: tf.Tensor, correct: tf.Tensor, weights: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """This replica's shares of mean loss and accuracy."""
    return tf.reduce_sum(losses * weights), tf.reduce_sum(tf.cast(correct, tf.float32) * weights)
