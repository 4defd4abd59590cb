"""Progressive stacking: a deep encoder starts from copies of a shallower one's layers.

Gong et al. 2019, "Efficient Training of BERT by Progressively Stacking"; LaBSE (2007.01852,
section 3.3) goes from 3 to 6 to 12 layers. Layer i of the new encoder is layer i mod n of the old.
"""

import keras
import keras_hub

from tfmling.modeling.encoder import Encoder


def stack_layers(encoder: Encoder, num_layers: int) -> Encoder:
    """A deeper encoder with the same vocabulary, table, pooler and pretraining heads.

    Args:
        encoder: of n layers; left as it is.
        num_layers: of the new one, a multiple of n.

    Raises:
        ValueError: `num_layers` is no multiple of n.
    """
    old = encoder.backbone
    if num_layers % old.num_layers:
        raise ValueError(
            f"encoder.num_layers: expected a multiple of the {old.num_layers} layers that are "
            f"stacked; got {num_layers}"
        )
    new = keras_hub.models.BertBackbone.from_config(old.get_config() | {"num_layers": num_layers})
    _copy_layers(old, new)
    _copy_the_rest(old, new)
    return encoder.with_backbone(new)


def _copy_layers(old: keras_hub.models.BertBackbone, new: keras_hub.models.BertBackbone) -> None:
    for number, layer in enumerate(new.transformer_layers):
        _copy(old.transformer_layers[number % old.num_layers].weights, layer.weights)


def _copy_the_rest(old: keras_hub.models.BertBackbone, new: keras_hub.models.BertBackbone) -> None:
    _copy(_outside_layers(old), _outside_layers(new))


def _outside_layers(backbone: keras_hub.models.BertBackbone) -> list[keras.Variable]:
    within = {id(w) for layer in backbone.transformer_layers for w in layer.weights}
    return [weight for weight in backbone.weights if id(weight) not in within]


def _copy(sources: list[keras.Variable], targets: list[keras.Variable]) -> None:
    for source, target in zip(sources, targets, strict=True):
        target.assign(source)
