"""Progressive stacking: initialize a deep encoder with copies of a shallower one's layers.

Gong et al. 2019, "Efficient Training of BERT by Progressively Stacking"; LaBSE (2007.01852,
section 3.3) goes from 3 to 6 to 12 layers. Layer i of the new encoder is layer i mod n of the old.
"""

import keras
import keras_hub

from tfmling.modeling.encoder import Encoder


def stack_layers(encoder: Encoder, num_layers: int) -> Encoder:
    """Build a deeper encoder with the same vocabulary, embeddings, pooler and pretraining heads.

    Args:
        encoder: with n layers; it does not change.
        num_layers: of the new encoder, a multiple of n.

    Raises:
        ValueError: if `num_layers` is not a multiple of n.

    Example:
        >>> stack_layers(encoder, num_layers=4).backbone.num_layers
        4
    """
    old = encoder.backbone
    if num_layers % old.num_layers:
        raise ValueError(
            f"encoder.num_layers: expected a multiple of the {old.num_layers} layers that are "
            f"stacked; got {num_layers}"
        )
    new = keras_hub.models.BertBackbone.from_config(old.get_config() | {"num_layers": num_layers})
    for number, layer in enumerate(new.transformer_layers):
        _copy(old.transformer_layers[number % old.num_layers].weights, layer.weights)
    _copy(_other_weights(old), _other_weights(new))
    return encoder.with_backbone(new)


def _other_weights(backbone: keras_hub.models.BertBackbone) -> list[keras.Variable]:
    within = {id(w) for layer in backbone.transformer_layers for w in layer.weights}
    return [weight for weight in backbone.weights if id(weight) not in within]


def _copy(sources: list[keras.Variable], targets: list[keras.Variable]) -> None:
    for source, target in zip(sources, targets, strict=True):
        target.assign(source)
