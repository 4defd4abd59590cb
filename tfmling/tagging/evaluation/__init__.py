"""Labels predicted and scored: entity F1, accuracy of words, accuracy of pairs."""
