"""Lower training steps for a TPU on a machine that has none."""
