"""The loop: strategy, optimizer, steps, checkpoints, resume."""
