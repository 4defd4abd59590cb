"""Labels of words and sentence pairs: inputs, models, training, scores."""
