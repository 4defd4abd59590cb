"""Pull words towards their translations, while the anchor language keeps its vectors.

Steven Cao, Nikita Kitaev and Dan Klein (2020), "Multilingual Alignment of Contextual Word
Representations", 2002.03518, section 3.1. With f the encoder, f0 its frozen initial copy, and
(i, j) linked words of a sentence and its translation in the anchor language (English in the paper),
the loss is

    |f(other)_i - f(anchor)_j|^2 + weight * |f(anchor)_j - f0(anchor)_j|^2

with the first term over linked words and the second over all tokens of the anchor language. Their
released code uses f0(anchor)_j in the first term, too; this is `towards: start`, the default, since
the paper's results come from the code. As in that code, [CLS] and [SEP] are linked to each other, a
word is represented by its last piece in the last layer, and each sum is divided by the number of
its terms.

Shapes: B pairs on this replica, L length, K links of a pair, D width.
"""

import tensorflow as tf

from tfmling.inputs.dataset import Features
from tfmling.inputs.text_batches import Texts
from tfmling.inputs.word_links import last_pieces, linked_pieces, pieces_of_words, read_links
from tfmling.modeling.encoder import Encoder
from tfmling.objectives.objective import Metrics, TextObjective
from tfmling.objectives.replicas import sum_over_replicas
from tfmling.objectives.sentence_features import NAMES, SPECIALS, select_side
from tfmling.objectives.settings import Alignment
from tfmling.tokenizers.build_tokenizer import build_tokenizer

SIDES = ("source", "target")


class AlignmentObjective(TextObjective):
    """Squared distances between linked words, and between the anchor language and its start.

    Args:
        settings: of the task.
        encoder: the trained encoder.
        start: f0, a copy of the initial encoder; it is frozen.

    Example:
        >>> inputs = {"kind": "aligned_pairs", "records": [folder], "global_batch_size": 1}
        >>> task = Alignment(name="align", kind="alignment", inputs=inputs)
        >>> objective = AlignmentObjective(task, encoder, start=encoder.frozen_copy())
        >>> texts = {"source": "a b", "target": "a b", "links": "0-0 1-1"}
        >>> texts = {name: tf.constant([text]) for name, text in texts.items()}
        >>> loss, _ = objective(objective.prepare(texts, tf.constant([1, 2]), 4))
        >>> abs(float(loss)) < 1e-6  # equal sentences have equal vectors
        True
    """

    def __init__(self, settings: Alignment, encoder: Encoder, start: Encoder):
        super().__init__(encoder, settings.name)
        self.settings = settings
        self.start = start
        self.start.trainable = False
        self.tokenizer = build_tokenizer(encoder.vocabulary)
        self.anchor = settings.anchor
        self.other = "target" if self.anchor == "source" else "source"

    def lengths(self, texts: Texts) -> tf.Tensor:
        """Tokens of the longer side, int32 [N]."""
        counts = [self._pieces(texts, side).merge_dims(1, 2).row_lengths() for side in SIDES]
        return tf.cast(tf.maximum(*counts), tf.int32) + SPECIALS

    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Features:
        """Both sides padded to [B, length], and the positions of linked words."""
        features: Features = {}
        last: Features = {}
        for side in SIDES:
            pieces = self._pieces(texts, side)
            packed = self.tokenizer.pack(pieces.merge_dims(1, 2), length)
            features |= {f"{side}_{name}": packed[name] for name in NAMES}
            last[side] = last_pieces(pieces, length)
        return features | self._link_features(texts["links"], features, last)

    def _pieces(self, texts: Texts, side: str) -> tf.RaggedTensor:
        return pieces_of_words(self.tokenizer, texts[side])

    def _link_features(self, links_B: tf.Tensor, features: Features, last: Features) -> Features:
        """`source_positions`, `target_positions` int32 and `link_weights` float32, [B, K + 2]."""
        links_BK2 = read_links(links_B, self.settings.max_links)
        *positions, weights_BK = linked_pieces(links_BK2, last["source"], last["target"])
        specials = [_cls_and_sep(features[f"{side}_input_mask"]) for side in SIDES]
        linked = {
            f"{side}_positions": tf.concat([specials_B2, positions_BK], axis=1)
            for side, specials_B2, positions_BK in zip(SIDES, specials, positions, strict=True)
        }
        ones_B2 = tf.ones_like(specials[0], tf.float32)
        return linked | {"link_weights": tf.concat([ones_B2, weights_BK], axis=1)}

    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """The weighted sum of both distances, as means over the global batch."""
        states = self._states(features, training)
        anchor_features = select_side(features, self.anchor)
        start_BLD = tf.stop_gradient(self.start(anchor_features)["sequence_output"])
        target_BLD = start_BLD if self.settings.towards == "start" else states[self.anchor]
        linked = mean_squared_distance(
            tf.gather(states[self.other], features[f"{self.other}_positions"], batch_dims=1),
            tf.gather(target_BLD, features[f"{self.anchor}_positions"], batch_dims=1),
            features["link_weights"],
        )
        moved = mean_squared_distance(
            states[self.anchor], start_BLD, tf.cast(anchor_features["input_mask"], tf.float32)
        )
        loss = linked + self.settings.regularization * moved
        return loss, {"loss": loss, "linked_distance": linked, "anchor_distance": moved}

    def _states(self, features: Features, training: bool) -> dict[str, tf.Tensor]:
        """Last hidden states of both sides, float32 [B, L, D], from one call of the encoder."""
        sides = [select_side(features, side) for side in SIDES]
        both = {name: tf.concat([side[name] for side in sides], axis=0) for name in NAMES}
        states = self.encoder(both, training=training)["sequence_output"]
        return dict(zip(SIDES, tf.split(states, 2), strict=True))


def _cls_and_sep(mask_BL: tf.Tensor) -> tf.Tensor:
    """Positions of [CLS] and [SEP], int32 [B, 2]."""
    length_B = tf.reduce_sum(mask_BL, axis=1)
    return tf.stack([tf.zeros_like(length_B), length_B - 1], axis=1)


def mean_squared_distance(
    first_BKD: tf.Tensor, second_BKD: tf.Tensor, weights_BK: tf.Tensor
) -> tf.Tensor:
    """This replica's share of the mean of |first - second|^2 over the global batch.

    Args:
        first_BKD: vectors.
        second_BKD: vectors to compare them with.
        weights_BK: 1 for vectors that count, else 0.

    Example:
        >>> first, second = tf.constant([[[3.0], [9.0]]]), tf.constant([[[1.0], [1.0]]])
        >>> float(mean_squared_distance(first, second, tf.constant([[1.0, 0.0]])))
        4.0
    """
    distance_BK = tf.reduce_sum(tf.math.squared_difference(first_BKD, second_BKD), axis=-1)
    total = tf.stop_gradient(sum_over_replicas(tf.reduce_sum(weights_BK)))
    return tf.reduce_sum(distance_BK * weights_BK) / tf.maximum(total, 1.0)
