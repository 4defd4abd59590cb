"""Low-rank adapters (LoRA, Hu et al. 2021) as Keras has them, for an encoder that must not forget.

What is saved is the sum of a kernel and its adapter: Keras merges them, and the folder is one as
any other.
"""

from tfmling.modeling.encoder import Encoder


def enable_lora(encoder: Encoder, rank: int) -> None:
    """Freezes the layers and gives query and value adapters of a rank; the table stays trainable.

    Biases are frozen too, as in the paper (section 4.2); Keras leaves those of query and value.

    The encoder gives the same outputs as before, until it is trained.
    """
    encoder.backbone.enable_lora(rank)
    for variable in encoder.backbone.trainable_variables:
        variable.trainable = variable.name.startswith("lora_kernel")
    encoder.backbone.token_embedding.trainable = True
