"""The network: encoder, pooling, sentence layers and pretraining heads."""
