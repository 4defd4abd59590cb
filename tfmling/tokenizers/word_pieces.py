"""Single words to pieces, without TensorFlow: to measure a vocabulary on counted words."""

from tokenizers import models

from tfmling.tokenizers.vocabulary import UNK, Vocabulary


class WordPieces:
    """Greedy longest-match-first segmentation of one word (WordPiece; Devlin et al. 2019)."""

    def __init__(self, vocabulary: Vocabulary):
        ids = {piece: number for number, piece in enumerate(vocabulary.pieces)}
        self._model = models.WordPiece(ids, unk_token=UNK, max_input_chars_per_word=100)

    def __call__(self, word: str) -> list[str]:
        """The pieces of a word that `split_words` gave; ["[UNK]"] where none fit."""
        return [token.value for token in self._model.tokenize(word)]
