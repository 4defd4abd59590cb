"""Hidden states of the pieces of words, by layer, of any encoder in memory.

Shapes: B sentences of a batch, X pieces of a sentence, L length of the batch, D width.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tfmling.alignment.contextual import WordVectors
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.subword_tokenizer import round_up_length


class WordStates:
    """Computes the hidden states of the pieces of sentences that are split into words.

    Args:
        encoder: with its vocabulary.
        layers: numbers from 1; None: all.
        max_length: pieces read per sentence, with [CLS] and [SEP]; None: as many as the encoder
            reads.
        batch_size: sentences per batch.

    Attributes:
        layers: in the given order.
        sentences: number of sentences so far.
        truncated: how many of them were longer than `max_length`.

    Raises:
        ValueError: the encoder has no such layer.

    Example:
        >>> states = WordStates(encoder, layers=[2])
        >>> [(layer,)] = states([["ab", "c"]])  # "ab" becomes a ##b
        >>> layer.word.tolist(), layer.vector.shape
        ([0, 0, 1], (3, 16))
    """

    def __init__(
        self,
        encoder: Encoder,
        layers: Sequence[int] | None = None,
        max_length: int | None = None,
        batch_size: int = 32,
    ):
        count = encoder.backbone.num_layers
        self.layers = tuple(layers or range(1, count + 1))
        wrong = [layer for layer in self.layers if not 1 <= layer <= count]
        if wrong:
            raise ValueError(f"layers: expected 1 to {count}, which the encoder has, got {wrong}")
        longest = encoder.max_sequence_length
        self._max_length = longest if max_length is None else min(max_length, longest)
        self._batch_size = batch_size
        self.sentences = self.truncated = 0
        self._tokenizer = build_tokenizer(encoder.vocabulary)
        self._states = tf.function(
            lambda inputs: [encoder(inputs)["encoder_outputs"][n - 1] for n in self.layers],
            reduce_retracing=True,
        )

    def __call__(
        self, sentences: Sequence[Sequence[str]], progress: str | None = None
    ) -> Iterator[tuple[WordVectors, ...]]:
        """Yield one `WordVectors` per layer for each sentence, in order.

        A word without a piece (white space, control characters) has no vector.

        Args:
            sentences: as words.
            progress: label of the progress bar; None: no bar.
        """
        with tqdm(total=len(sentences), desc=progress, disable=progress is None) as bar:
            for start in range(0, len(sentences), self._batch_size):
                batch = sentences[start : start + self._batch_size]
                yield from self._batch(batch)
                bar.update(len(batch))

    def _batch(self, sentences: Sequence[Sequence[str]]) -> Iterator[tuple[WordVectors, ...]]:
        words = tf.constant([word for words in sentences for word in words], tf.string)
        pieces = tf.RaggedTensor.from_row_lengths(
            self._tokenizer(words), [len(words) for words in sentences]
        )
        ids = pieces.merge_dims(1, 2)
        longest = int(tf.reduce_max(ids.row_lengths())) + 2
        self.sentences += len(sentences)
        self.truncated += int(
            tf.reduce_sum(tf.cast(ids.row_lengths() + 2 > self._max_length, tf.int32))
        )
        length = round_up_length(longest, self._max_length)
        layers_BLD = [state.numpy() for state in self._states(self._tokenizer.pack(ids, length))]
        for number, lengths in enumerate(pieces.row_lengths(axis=2).to_list()):
            word_X = np.repeat(np.arange(len(lengths)), lengths)[: length - 2]
            rows = slice(1, 1 + len(word_X))  # after [CLS]
            yield tuple(WordVectors(state[number, rows], word_X) for state in layers_BLD)
