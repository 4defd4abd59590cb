"""Train an encoder: strategy, optimizer, steps, checkpoints, resume, monitors, dry runs."""
