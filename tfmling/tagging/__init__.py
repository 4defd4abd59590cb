"""Labels of words and sentence pairs: data, models, training, scores."""
