"""WordPiece and SentencePiece tokenizers, shared by training, evaluation and export."""
