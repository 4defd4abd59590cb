"""Vocabularies: extend that of an encoder, or learn one for a new encoder."""

import tempfile
from collections import Counter
from typing import Any, Literal

import keras

from tfmling.api.data import (
    LANGUAGE,
    DataError,
    Pairs,
    Texts,
    in_memory,
    read_texts,
    store_pairs,
    store_texts,
)
from tfmling.api.sentence_encoder import SentenceEncoder, check_encoder, load_encoder
from tfmling.conversion.encoder_folder import build_encoder
from tfmling.conversion.settings import NewEncoder
from tfmling.core import config, files
from tfmling.core.config_errors import ConfigError
from tfmling.records.folder import shards
from tfmling.records.read_records import languages_of_pairs
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
from tfmling.vocab.run_extension import publish_extension
from tfmling.vocab.settings import ExtendVocab
from tfmling.vocab.word_counts import words_of

Init = Literal["random", "subword_mean", "lexicon", "focus"]


def extend_vocabulary(
    encoder: SentenceEncoder,
    texts: Texts,
    *,
    size: int = 8000,
    init: Init = "subword_mean",
    pairs: Pairs | None = None,
    seed: int = 1,
    **settings: Any,
) -> SentenceEncoder:
    """Learn pieces of a new language and add those that an encoder lacks.

    It runs as `tfmling extend_vocab` does: a unigram language model learns the pieces (EXTEND,
    2004.13640, section 3), and the embedding table gets a row for each new one.

    Args:
        encoder: to extend; it does not change.
        texts: sentences of the new language, or a folder of `build_monolingual`.
        size: pieces to learn; those that the encoder has already are not added.
        init: embeddings of the new pieces: `random`; `subword_mean`, of the old pieces they were
            split into; `lexicon`, of their translations; `focus`, of similar old pieces.
        pairs: (new language, known language) pairs for `lexicon`, or a folder of `build_bitext`
            whose source side is the new language.
        seed: of the random embeddings.
        settings: further keys of `tfmling extend_vocab`, such as `min_uses=2`.

    Returns:
        The extended encoder.

    Raises:
        DataError: texts or pairs that cannot be used.
        ConfigError: `lexicon` without pairs, or a wrong setting.
        VocabularyError: the pieces cannot be learned.

    Example:
        >>> extended = extend_vocabulary(SentenceEncoder(encoder), ["abab abab"] * 9, size=20)
        >>> extended.vocabulary_size > len(encoder.vocabulary)
        True
    """
    check_encoder(encoder)
    if "output" in settings:
        raise ConfigError(
            "tfmling.extend_vocabulary: output: the encoder is returned; write it with .save"
        )
    texts = in_memory(texts, "texts")
    with tempfile.TemporaryDirectory(prefix="tfmling-") as scratch:
        base, output = files.join(scratch, "encoder"), files.join(scratch, "extended")
        encoder.save(base)
        values = {
            "output": output,
            "base": {"kind": "encoder", "path": base},
            "word_counts": [_counted(texts, encoder.network.vocabulary, scratch)],
            "learner": {"kind": "unigram", "vocabulary_size": size},
            "embedding_init": _init(init, texts, pairs, scratch),
            "seed": seed,
        }
        publish_extension(config.build(ExtendVocab, values | settings, "tfmling.extend_vocabulary"))
        return load_encoder(output)


def new_encoder(
    texts: Texts, *, size: int = 8000, lowercase: bool = True, seed: int = 1, **network: Any
) -> SentenceEncoder:
    """Build an encoder with random weights and a WordPiece vocabulary learned from text.

    Args:
        texts: sentences, or a folder of `build_monolingual`.
        size: pieces to learn.
        lowercase: whether text is lower-cased and accents are stripped.
        seed: of the random weights.
        network: its sizes, as in the YAML of `tfmling train`: `num_layers`, `hidden_dim`,
            `num_heads`, `intermediate_dim`, `max_sequence_length`, `dropout`.

    Raises:
        DataError: texts that cannot be used.
        ConfigError: an unknown key or a wrong value.

    Example:
        >>> sizes = dict(num_layers=1, hidden_dim=8, num_heads=2, intermediate_dim=8)
        >>> new_encoder(["Habari ya asubuhi"] * 5, size=30, **sizes).embedding_dim
        8
    """
    with tempfile.TemporaryDirectory(prefix="tfmling-") as scratch:
        output = files.join(scratch, "vocabulary")
        empty = WordPieceVocabulary(SPECIAL_PIECES, lowercase)
        values: dict[str, Any] = {
            "output": output,
            "base": {"kind": "empty", "lowercase": lowercase},
            "word_counts": [_counted(texts, empty, scratch)],
            "learner": {"kind": "unigram", "vocabulary_size": size},
        }
        publish_extension(config.build(ExtendVocab, values, "tfmling.new_encoder"))
        values = {"kind": "new", "vocabulary": output, "lowercase": lowercase} | network
        settings = config.build(NewEncoder, values, "tfmling.new_encoder")
        keras.utils.set_random_seed(seed)
        return SentenceEncoder(build_encoder(settings))


def _counted(texts: Texts, vocabulary: SubwordVocabulary, folder: str) -> str:
    """Count the words of texts as the tokenizer splits them; return the file of counts."""
    path = files.join(folder, f"{LANGUAGE}.tsv")
    counts = Counter(word for text in read_texts(texts) for word in words_of(text, vocabulary))
    files.write_text(path, "".join(f"{word}\t{n}\n" for word, n in counts.most_common()))
    return path


def _init(init: str, texts: Texts, pairs: Pairs | None, scratch: str) -> dict[str, Any]:
    if init == "lexicon":
        if pairs is None:
            raise ConfigError("tfmling.extend_vocabulary: init='lexicon' needs pairs")
        records = store_pairs(pairs, files.join(scratch, "pairs"))
        return {"kind": init, "records": [records], "language": _new_language(records)}
    if init == "focus":
        records = store_texts(texts, files.join(scratch, "texts"))
        languages = list(shards(records, "sentences"))
        return {"kind": init, "records": [records], "languages": languages}
    return {"kind": init}


def _new_language(records: str) -> str:
    """Return the source language of pairs."""
    first, *others = sorted({source for source, _ in languages_of_pairs(records).values()})
    if others:
        raise DataError(
            f"pairs: {records} has the source languages {', '.join([first, *others])}; expected "
            "the new language alone"
        )
    return first
