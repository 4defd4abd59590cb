"""Words drawn to their translations, while the anchor language stays where it was.

Steven Cao, Nikita Kitaev and Dan Klein (2020), "Multilingual Alignment of Contextual Word
Representations", 2002.03518, section 3.1: with f the encoder, f0 its frozen start, (i, j) linked
words of a sentence and its translation in the anchor language (there always English),

    |f(other)_i - f(anchor)_j|^2 + weight * |f(anchor)_j - f0(anchor)_j|^2

the first over linked words, the second over all tokens of the anchor language. Their released code
draws to f0(anchor)_j instead; that is `towards: start`, the default, since the figures come from
it. [CLS] with [CLS] and [SEP] with [SEP] count as linked words, a word is its last piece in the
last layer, and each of the two sums is divided by the number of its terms, all as in that code.

Shapes: B pairs on this replica, L length, K links of a pair, D width.
"""

import tensorflow as tf

from tfmling.inputs.text_batches import Texts
from tfmling.inputs.word_links import last_pieces, linked_pieces, pieces_of_words, read_links
from tfmling.modeling.encoder import Encoder
from tfmling.objectives.objective import Metrics
from tfmling.objectives.replicas import sum_over_replicas
from tfmling.objectives.settings import Alignment
from tfmling.objectives.sides import NAMES, SPECIALS, take_side
from tfmling.objectives.text_objective import TextObjective
from tfmling.tokenizers.build_tokenizer import build_tokenizer

SIDES = ("source", "target")


class AlignmentObjective(TextObjective):
    """Squared distances of linked words, and of the anchor language to the frozen start.

    Args:
        settings: of the task.
        encoder: what is trained.
        start: f0, an encoder as `encoder` is before the training; stays as it is.
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
        """The longer side's tokens, int32 [N]."""
        counts = [self._pieces(texts, side).merge_dims(1, 2).row_lengths() for side in SIDES]
        return tf.cast(tf.maximum(*counts), tf.int32) + SPECIALS

    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Metrics:
        """Both sides packed to [B, length], and what is linked: see `_add_links`."""
        features: Metrics = {}
        last: Metrics = {}
        for side in SIDES:
            pieces = self._pieces(texts, side)
            packed = self.tokenizer.pack(pieces.merge_dims(1, 2), length)
            features |= {f"{side}_{name}": packed[name] for name in NAMES}
            last[side] = last_pieces(pieces, length)
        return features | self._add_links(texts["links"], features, last)

    def _pieces(self, texts: Texts, side: str) -> tf.RaggedTensor:
        return pieces_of_words(self.tokenizer, texts[side])

    def _add_links(self, links_B: tf.Tensor, features: Metrics, last: Metrics) -> Metrics:
        """`source_places`, `target_places` int32 and `link_weights` float32, all [B, K + 2]."""
        links_BK2 = read_links(links_B, self.settings.max_links)
        *places, weights_BK = linked_pieces(links_BK2, last["source"], last["target"])
        cls_and_sep = [_cls_and_sep(features[f"{side}_input_mask"]) for side in SIDES]
        found = {
            f"{side}_places": tf.concat([specials, own], axis=1)
            for side, specials, own in zip(SIDES, cls_and_sep, places, strict=True)
        }
        ones_B2 = tf.ones_like(cls_and_sep[0], tf.float32)
        return found | {"link_weights": tf.concat([ones_B2, weights_BK], axis=1)}

    def call(self, features: Metrics, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """The two distances and their weighted sum, means over the global batch."""
        states = self._states(features, training)
        anchor_features = take_side(features, self.anchor)
        start_BLD = tf.stop_gradient(self.start(anchor_features)["sequence_output"])
        wanted_BLD = start_BLD if self.settings.towards == "start" else states[self.anchor]
        linked = mean_squared_distance(
            tf.gather(states[self.other], features[f"{self.other}_places"], batch_dims=1),
            tf.gather(wanted_BLD, features[f"{self.anchor}_places"], batch_dims=1),
            features["link_weights"],
        )
        moved = mean_squared_distance(
            states[self.anchor], start_BLD, tf.cast(anchor_features["input_mask"], tf.float32)
        )
        loss = linked + self.settings.regularisation * moved
        return loss, {"loss": loss, "linked_distance": linked, "anchor_distance": moved}

    def _states(self, features: Metrics, training: bool) -> Metrics:
        """The last layer of both sides, float32 [B, L, D], by one call of the encoder."""
        sides = [take_side(features, side) for side in SIDES]
        both = {name: tf.concat([side[name] for side in sides], axis=0) for name in NAMES}
        states = self.encoder(both, training=training)["sequence_output"]
        return dict(zip(SIDES, tf.split(states, 2), strict=True))


def _cls_and_sep(mask_BL: tf.Tensor) -> tf.Tensor:
    """The places of both, int32 [B, 2]."""
    length_B = tf.reduce_sum(mask_BL, axis=1)
    return tf.stack([tf.zeros_like(length_B), length_B - 1], axis=1)


def mean_squared_distance(
    first_BKD: tf.Tensor, second_BKD: tf.Tensor, weights_BK: tf.Tensor
) -> tf.Tensor:
    """This replica's share of the mean of |first - second|^2 over the global batch.

    Args:
        first_BKD: vectors.
        second_BKD: vectors, place by place.
        weights_BK: 1 where a place counts, else 0.
    """
    distance_BK = tf.reduce_sum(tf.math.squared_difference(first_BKD, second_BKD), axis=-1)
    total = tf.stop_gradient(sum_over_replicas(tf.reduce_sum(weights_BK)))
    return tf.reduce_sum(distance_BK * weights_BK) / tf.maximum(total, 1.0)
