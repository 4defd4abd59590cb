"""The encoder: a BERT backbone, its vocabulary, and how token states become a sentence vector.

Shapes: B batch on this replica, L length, P predictions, D width, E width of the sentence vector,
V vocabulary.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import keras_hub
import numpy as np
import tensorflow as tf

from tfmling.core.errors import InputError
from tfmling.modeling.bert.transformer import Transformer
from tfmling.modeling.pooling import KINDS, OF_FIRST_TOKEN, pool, truncate_vectors
from tfmling.modeling.sentence_layers import SentenceLayer, copy_sentence_layers
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary

BERT_EPSILON = 1e-12

ACTIVATIONS = {
    "gelu": lambda x: keras.activations.gelu(x, approximate=False),
    "gelu_approximate": lambda x: keras.activations.gelu(x, approximate=True),
}


class PoolingError(InputError, ValueError):
    """A pooling that an encoder does not support.

    Example:
        >>> encoder.pooling = "median"  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        PoolingError: pooling: expected mean, cls, pooler, max
    """


class Encoder(keras.Model):
    """Maps token ids to hidden states and to one vector per sentence.

    Args:
        backbone: KerasHub's BERT; its embedding table has a row for every piece.
        vocabulary: the pieces, in the order of their ids.
        pooling: how token states become a sentence vector; see `pooling.pool`.
        hidden_act: `gelu` (exact, as in BERT) or `gelu_approximate` (tanh, as in KerasHub).
        layer_norm_epsilon: added to the variance in all layer norms; 1e-5 for XLM-R.
        head_weights: weights of the pretraining heads, by name; see `tfmling.modeling.heads`.
        sentence_layers: layers applied to the pooled vector, in order.
        has_pooler: whether the backbone's pooler is trained. Without one, `pooled_output` is the
            state of [CLS].
        max_text_length: tokens to read of a text, special tokens included; None means as many as
            there are positions.
        sentence_config: settings that sentence-transformers keeps beside a model: `prompts`,
            `similarity_fn_name`, and `normalize`, whether vectors are L2-normalized.

    Raises:
        ValueError: if the table and the vocabulary differ in size, or the activation is unknown.
        PoolingError: if the pooling is unknown, or is `pooler` without a pooler.

    Example:
        >>> from tfmling.tokenizers.build_tokenizer import build_tokenizer
        >>> tokenizer = build_tokenizer(encoder.vocabulary)
        >>> inputs = tokenizer.pack(tokenizer(["a b c"]), max_length=8)
        >>> encoder(inputs)["sequence_output"].shape.as_list()
        [1, 8, 16]
        >>> encoder.embed(inputs, truncate_dim=4).shape.as_list()
        [1, 4]
    """

    def __init__(
        self,
        backbone: keras_hub.models.BertBackbone,
        vocabulary: SubwordVocabulary,
        *,
        pooling: str = "mean",
        hidden_act: str = "gelu",
        layer_norm_epsilon: float = BERT_EPSILON,
        head_weights: Mapping[str, np.ndarray] | None = None,
        sentence_layers: Sequence[SentenceLayer] = (),
        has_pooler: bool = True,
        max_text_length: int | None = None,
        sentence_config: Mapping[str, Any] | None = None,
    ):
        super().__init__(name="encoder")
        _check(backbone, vocabulary, hidden_act)
        self.backbone = backbone
        self.vocabulary = vocabulary
        self.has_pooler = has_pooler
        self.pooling = pooling
        self.hidden_act = hidden_act
        self.layer_norm_epsilon = layer_norm_epsilon
        self.sentence_layers = list(sentence_layers)
        self.max_text_length = min(
            max_text_length or backbone.max_sequence_length, backbone.max_sequence_length
        )
        self._head_weights = _Untracked(dict(head_weights or {}))
        self._sentence_config = _Untracked(dict(sentence_config or {}))
        _set_activation(backbone, hidden_act)
        _set_epsilon(backbone, layer_norm_epsilon)
        self._transformer = Transformer(backbone, hidden_act == "gelu_approximate")

    def with_backbone(
        self,
        backbone: keras_hub.models.BertBackbone,
        vocabulary: SubwordVocabulary | None = None,
        head_weights: Mapping[str, np.ndarray] | None = None,
    ) -> "Encoder":
        """Build an encoder with the same settings and sentence layers around another backbone.

        Args:
            backbone: of the same width.
            vocabulary: of the backbone; None keeps this one's.
            head_weights: of the pretraining heads; None keeps this one's.
        """
        return Encoder(
            backbone,
            self.vocabulary if vocabulary is None else vocabulary,
            pooling=self.pooling,
            hidden_act=self.hidden_act,
            layer_norm_epsilon=self.layer_norm_epsilon,
            head_weights=self.head_weights if head_weights is None else head_weights,
            sentence_layers=copy_sentence_layers(self.sentence_layers, backbone.hidden_dim),
            has_pooler=self.has_pooler,
            max_text_length=self.max_text_length,
            sentence_config=self.sentence_config,
        )

    def frozen_copy(self) -> "Encoder":
        """Copy the encoder with its current weights, none of them trainable.

        LoRA adapters are not copied: call this before they are trained.
        """
        old = self.backbone
        new = type(old).from_config(old.get_config())
        copied = [weight for weight in old.weights if "lora_" not in weight.path]
        for source, target in zip(copied, new.weights, strict=True):
            target.assign(source)
        copy = self.with_backbone(new, head_weights={})
        copy.trainable = False
        return copy

    def enable_lora(self, rank: int) -> None:
        """Add low-rank adapters to queries and values, and freeze the other layers.

        LoRA (Hu et al. 2021, 2106.09685). The embedding table stays trainable. Biases are frozen
        as in section 4.2 of the paper; Keras alone would train those of query and value. Outputs
        do not change until the encoder is trained. Keras saves the sum of a kernel and its
        adapter, so a saved folder needs no LoRA.
        """
        self.backbone.enable_lora(rank)
        for variable in self.backbone.trainable_variables:
            variable.trainable = variable.name.startswith("lora_kernel")
        self.backbone.token_embedding.trainable = True

    @property
    def pooling(self) -> str:
        """How token states become a sentence vector; see `pooling.pool`."""
        return self._pooling

    @pooling.setter
    def pooling(self, kind: str) -> None:
        if kind not in KINDS:
            raise PoolingError(f"pooling: expected {', '.join(KINDS)}, got {kind!r}")
        if kind == "pooler" and not self.has_pooler:
            raise PoolingError(
                "pooling: expected mean, cls or another of the token states, got pooler; these "
                "weights hold no pooler"
            )
        self._pooling = kind

    @property
    def hidden_dim(self) -> int:
        """Width D of the token states."""
        return self.backbone.hidden_dim

    @property
    def embedding_dim(self) -> int:
        """Width E of the sentence vectors."""
        return self.sentence_layers[-1].width if self.sentence_layers else self.hidden_dim

    @property
    def max_sequence_length(self) -> int:
        """Number of positions, in tokens."""
        return self.backbone.max_sequence_length

    @property
    def head_weights(self) -> dict[str, np.ndarray]:
        """Weights of the pretraining heads, by name."""
        return self._head_weights.value

    @property
    def sentence_config(self) -> dict[str, Any]:
        """Settings that sentence-transformers keeps beside a model."""
        return self._sentence_config.value

    @property
    def embedding_table(self) -> keras.Variable:
        """The embedding table of the pieces [V, D]."""
        return self.backbone.token_embedding.embeddings

    def call(self, inputs: dict[str, tf.Tensor], training: bool = False) -> dict[str, tf.Tensor]:
        """Compute hidden states and sentence vectors.

        Args:
            inputs: `input_word_ids`, `input_mask` and `input_type_ids`, int32 [B, L]; for packed
                rows also the inputs that `Transformer.states` names.
            training: whether to apply dropout.

        Returns:
            `default` [B, E], the sentence vector; `pooled_output` [B, D]; `sequence_output`
            [B, L, D]; `encoder_outputs`, a list of [B, L, D], one per layer. All are float32.
        """
        states_BLD = self._transformer.states(inputs, training)
        layers_BLD = [tf.cast(state, tf.float32) for state in states_BLD]
        pooled_BD = self._pooled(states_BLD[-1][:, 0])
        vectors_BD = pool(self.pooling, layers_BLD[-1], inputs["input_mask"], pooled_BD)
        return {
            "default": self._apply_sentence_layers(vectors_BD),
            "pooled_output": pooled_BD,
            "sequence_output": layers_BLD[-1],
            "encoder_outputs": layers_BLD,
        }

    def at_positions(
        self, inputs: dict[str, tf.Tensor], positions_BP: tf.Tensor, training: bool = False
    ) -> dict[str, tf.Tensor]:
        """Compute the outputs that a masked LM needs, faster than `call`.

        Args:
            inputs: as in `call`.
            positions_BP: positions of the masked pieces, int32.
            training: whether to apply dropout.

        Returns:
            `states` [B, P, D] of the last layer and `pooled_output` [B, D], float32; `table`
            [V, D] for a tied output layer.
        """
        with_first = tf.pad(positions_BP, [[0, 0], [1, 0]])  # position 0 is [CLS]
        states, table_VD = self._transformer.states_at(inputs, with_first, training)
        return {
            "states": tf.cast(states[:, 1:], tf.float32),
            "pooled_output": self._pooled(states[:, 0]),
            "table": table_VD,
        }

    def embed(
        self,
        inputs: dict[str, tf.Tensor],
        training: bool = False,
        truncate_dim: int | None = None,
        normalize: bool = True,
    ) -> tf.Tensor:
        """Compute sentence vectors.

        Args:
            inputs: as in `call`.
            training: whether to apply dropout.
            truncate_dim: keep only the first dimensions, for encoders trained with Matryoshka.
            normalize: whether to L2-normalize them.

        Returns:
            float32 [B, E].
        """
        vectors_BD = self._sentence_vectors(inputs, training)
        if not normalize:
            return vectors_BD[:, :truncate_dim]
        return truncate_vectors(tf.math.l2_normalize(vectors_BD, axis=-1), truncate_dim)

    def _sentence_vectors(self, inputs: dict[str, tf.Tensor], training: bool) -> tf.Tensor:
        """`default` of `call`; if pooling needs [CLS] only, the other last states are skipped."""
        if self.pooling not in OF_FIRST_TOKEN:
            return self(inputs, training=training)["default"]
        first_BD = self._transformer.first_states(inputs, training)
        is_pooler = self.pooling == "pooler"
        pooled_BD = self._pooled(first_BD) if is_pooler else tf.cast(first_BD, tf.float32)
        return self._apply_sentence_layers(pooled_BD)

    def _pooled(self, first_BD: tf.Tensor) -> tf.Tensor:
        pooled_BD = self._transformer.pooled(first_BD) if self.has_pooler else first_BD
        return tf.cast(pooled_BD, tf.float32)

    def _apply_sentence_layers(self, vectors_BD: tf.Tensor) -> tf.Tensor:
        for layer in self.sentence_layers:
            vectors_BD = layer(vectors_BD)
        return vectors_BD


class _Untracked:
    """Holds a dictionary that Keras must not wrap."""

    def __init__(self, value: dict[str, Any]):
        self.value = value


def _check(
    backbone: keras_hub.models.BertBackbone, vocabulary: SubwordVocabulary, hidden_act: str
) -> None:
    if backbone.vocabulary_size != len(vocabulary.pieces):
        raise ValueError(
            f"The embedding table has {backbone.vocabulary_size} rows and the vocabulary "
            f"{len(vocabulary.pieces)} pieces; they must be equal. Use the vocabulary that the "
            "weights were trained with, or `extend_vocab` to enlarge both."
        )
    if hidden_act not in ACTIVATIONS:
        raise ValueError(f"hidden_act must be one of {sorted(ACTIVATIONS)}; got {hidden_act!r}")


def _set_activation(backbone: keras_hub.models.BertBackbone, hidden_act: str) -> None:
    # KerasHub's BERT uses the tanh approximation, which differs from BERT's GELU by 1e-3
    for layer in backbone.transformer_layers:
        layer._feedforward_intermediate_dense.activation = ACTIVATIONS[hidden_act]


def _set_epsilon(backbone: keras_hub.models.BertBackbone, epsilon: float) -> None:
    # BertBackbone has no argument for it
    backbone.embeddings_layer_norm.epsilon = epsilon
    for layer in backbone.transformer_layers:
        layer._self_attention_layer_norm.epsilon = epsilon
        layer._feedforward_layer_norm.epsilon = epsilon
