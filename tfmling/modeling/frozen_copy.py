"""An encoder as it is now, to be compared with while the encoder itself learns on."""

from tfmling.modeling.encoder import Encoder

_ADAPTER = "lora_"  # Keras's names of adapters' weights; new adapters change nothing


def frozen_copy(encoder: Encoder) -> Encoder:
    """An encoder with copies of the weights, none of which is trained.

    Adapters (LoRA) are not copied: call this before they have learned anything.
    """
    old = encoder.backbone
    new = type(old).from_config(old.get_config())
    kept = [weight for weight in old.weights if _ADAPTER not in weight.path]
    for source, target in zip(kept, new.weights, strict=True):
        target.assign(source)
    copy = encoder.with_backbone(new, head_weights={})
    copy.trainable = False
    return copy
