"""Text to sentences, words and fingerprints: plain functions, no TensorFlow."""
