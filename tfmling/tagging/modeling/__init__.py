"""Heads that give labels: to words (linear, or frozen encoder with BiLSTM and CRF) and to pairs."""
