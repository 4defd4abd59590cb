"""extend_vocab on an XLM-R, from word counts to loading the written folder."""

import json

import numpy as np
import pytest
import tensorflow as tf
import yaml

from tests.sentence_piece import LINES, trained_model
from tests.tiny import tiny_encoder
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import MaskedLMHead, read_weights
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary

COUNTS = {
    "asubuhini": 60,
    "mwanafunzi": 40,
    "wanafunzi": 30,
    "mwalimu": 25,
    "walimu": 20,
    "ﬁlimu": 9,
}


@pytest.fixture(scope="module")
def base() -> Encoder:
    vocabulary = SentencePieceVocabulary(trained_model())
    backbone = tiny_encoder(vocabulary=vocabulary, max_sequence_length=64).backbone
    encoder = Encoder(backbone, vocabulary, layer_norm_epsilon=1e-5)
    encoder.head_weights.update(read_weights(MaskedLMHead(encoder)))
    encoder.head_weights["masked_lm/bias"] = np.arange(len(vocabulary), dtype=np.float32)
    return encoder


@pytest.fixture(scope="module")
def output(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("extended")
    save_encoder(base, str(folder / "base"))
    (folder / "sw.tsv").write_text("".join(f"{word}\t{n}\n" for word, n in COUNTS.items()))
    settings = {
        "output": str(folder / "output"),
        "base": {"kind": "encoder", "path": str(folder / "base")},
        "word_counts": [str(folder / "sw.tsv")],
        "learner": {"kind": "unigram", "vocabulary_size": 40},
        "embedding_init": {"kind": "subword_mean"},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(settings))
    main(["extend_vocab", "--config", str(folder / "config.yaml")])
    return folder / "output"


@pytest.fixture(scope="module")
def extended(output) -> Encoder:
    return load_encoder(str(output))


def test_new_words_are_split_into_new_pieces(base, output, extended) -> None:
    old, new = base.vocabulary, extended.vocabulary
    assert new.pieces[: len(old)] == old.pieces
    assert new.mask_id == old.mask_id
    assert "▁mwanafunzi" in new.pieces[len(old) :]
    assert len(new.tokenize("mwanafunzi")) == 1 < len(old.tokenize("mwanafunzi"))
    # counted as "ﬁlimu", learned as the model's normalizer leaves it
    assert not any("ﬁ" in piece for piece in new.pieces)
    fertility = json.loads((output / "fertility.json").read_text())["languages"]["sw"]
    assert fertility["after"]["pieces_per_word"] < fertility["before"]["pieces_per_word"]


def test_embeddings_are_the_means_of_old_pieces(base, extended) -> None:
    old, new = base.vocabulary, extended.vocabulary
    rows, table = extended.embedding_table.numpy(), base.embedding_table.numpy()
    np.testing.assert_array_equal(rows[: len(old)], table)
    # the longest old piece first, again and again: by hand for one that is known
    word, parts = "▁asubuhini", []
    assert word in new
    while word:
        part = next(word[:n] for n in range(len(word), 0, -1) if word[:n] in old)
        parts.append(old.piece_to_id(part))
        word = word.removeprefix(part)
    np.testing.assert_allclose(
        rows[new.piece_to_id("▁asubuhini")], table[parts].mean(axis=0), atol=1e-6
    )
    bias = extended.head_weights["masked_lm/bias"]
    np.testing.assert_array_equal(bias[: len(old)], np.arange(len(old)))
    assert not bias[len(old) :].any()


def test_old_text_keeps_its_vectors(base, extended) -> None:
    ids = [build_tokenizer(one.vocabulary)(tf.constant(LINES)) for one in (base, extended)]
    same = [
        n for n in range(len(LINES)) if ids[0][n].numpy().tolist() == ids[1][n].numpy().tolist()
    ]
    assert len(same) >= 5  # without Latin letters, nothing new can cut a line
    packed = [
        build_tokenizer(one.vocabulary).pack(tf.gather(own, same), 64)
        for one, own in zip((base, extended), ids, strict=True)
    ]
    np.testing.assert_array_equal(base.embed(packed[0]), extended.embed(packed[1]))
    assert extended.layer_norm_epsilon == 1e-5


def test_extending_again_keeps_all(extended) -> None:
    again = extended.vocabulary.with_pieces({"▁zaidi": -5.0})
    assert again.pieces[:-1] == extended.vocabulary.pieces
    assert again.is_extension_of(len(extended.vocabulary), extended.vocabulary.sha256)
