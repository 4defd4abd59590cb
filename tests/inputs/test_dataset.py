"""Batches: resumable, complete, by language, bucketed by length."""

import itertools
import os

import numpy as np
import pytest
import tensorflow as tf

from tests.written import finish_output
from tfmling.inputs.dataset import training_dataset
from tfmling.inputs.settings import Inputs
from tfmling.inputs.text_batches import text_batches
from tfmling.records import tfrecord
from tfmling.records.folder import RecordsError, shard_path
from tfmling.records.schemas import sentence


def write_sentences(folder, texts_by_language: dict[str, list[str]]) -> str:
    os.makedirs(folder / "sentences", exist_ok=True)
    for language, texts in texts_by_language.items():
        for shard in range(2):
            tfrecord.write(
                shard_path(str(folder), "sentences", language, shard, 2),
                (sentence.encode(text, language) for text in texts[shard::2]),
            )
    finish_output(str(folder))
    return str(folder)


def _words(texts):
    return tf.cast(tf.strings.split(texts["text"]).row_lengths(), tf.int32)


def _first(settings: Inputs, count: int, seed: int = 1):
    return list(itertools.islice(text_batches(settings, seed, _words), count))


@pytest.fixture
def folder(tmp_path):
    return write_sentences(tmp_path, {"sw": [f"s{n}" for n in range(40)]})


def test_an_epoch_holds_every_sentence_once(folder):
    settings = Inputs(kind="sentences", records=[folder], global_batch_size=8)
    texts = np.concatenate([texts["text"].numpy() for texts, _ in _first(settings, 5)])
    assert sorted(texts) == sorted(f"s{n}".encode() for n in range(40))
    assert list(texts) != sorted(texts)


def test_the_order_follows_the_seed(folder):
    settings = Inputs(kind="sentences", records=[folder], global_batch_size=8)
    first, again, other = (
        [texts["text"].numpy().tolist() for texts, _ in _first(settings, 8, seed)]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def _numbered(texts, seed, length):
    return {"text": texts["text"], "seed": tf.repeat(seed[tf.newaxis], 8, axis=0)}


def test_resumed_run_reads_the_same_batches(folder):
    settings = Inputs(kind="sentences", records=[folder], global_batch_size=8)

    def batches(first: int, count: int):
        dataset = training_dataset(
            settings, 3, lengths=_words, prepare=_numbered, first_batch=first
        )
        return list(itertools.islice(dataset.as_numpy_iterator(), count))

    whole, resumed = batches(0, 9), batches(6, 3)
    for expected, got in zip(whole[6:], resumed, strict=True):
        np.testing.assert_array_equal(expected["text"], got["text"])
        np.testing.assert_array_equal(expected["seed"], got["seed"])
    # the masks of a batch depend on its number
    assert [batch["seed"][0].tolist() for batch in whole] == [[3, n] for n in range(9)]


def test_languages_share_batches_by_size_and_exponent(tmp_path):
    texts = {"en": ["e" * 50] * 400, "sw": ["s" * 50] * 100}
    folder = write_sentences(tmp_path, texts)
    settings = Inputs(
        kind="sentences", records=[folder], sampling_exponent=0.5, global_batch_size=100
    )
    languages = np.concatenate([b["language"].numpy() for b, _ in _first(settings, 30)])
    # sqrt(4) : sqrt(1) = 2 : 1; 3,000 draws have a standard deviation of 0.0086
    assert np.mean(languages == b"en") == pytest.approx(2 / 3, abs=0.035)


def test_size_cap(tmp_path):
    folder = write_sentences(tmp_path, {"en": ["e" * 50] * 400, "sw": ["s"] * 100})
    settings = Inputs(
        kind="sentences", records=[folder], sampling_exponent=1.0, size_cap=200,
        global_batch_size=100,
    )  # fmt: skip
    languages = np.concatenate([b["language"].numpy() for b, _ in _first(settings, 30)])
    # 200 : 100 records, regardless of bytes; 3,000 draws have a standard deviation of 0.0086
    assert np.mean(languages == b"en") == pytest.approx(2 / 3, abs=0.035)


@pytest.mark.parametrize("buckets", [[], [4, 8]])
def test_batches_of_one_language(tmp_path, buckets):
    texts = {"en": ["e e e"] * 40, "sw": ["s " * 6] * 40, "ha": ["h"] * 40}
    folder = write_sentences(tmp_path, texts)
    settings = Inputs(
        kind="sentences", records=[folder], sampling_exponent=0.0, batch_languages="one",
        length_buckets=buckets, max_length=8, global_batch_size=6,
    )  # fmt: skip
    languages = [set(b["language"].numpy().tolist()) for b, _ in _first(settings, 60)]
    assert all(len(own) == 1 for own in languages)
    # one third each; 60 draws have a standard deviation of 3.7
    for language in (b"en", b"sw", b"ha"):
        assert sum(language in own for own in languages) == pytest.approx(20, abs=13)


def test_only_the_chosen_languages(tmp_path):
    folder = write_sentences(tmp_path, {"en": ["e"] * 20, "sw": ["s"] * 20})
    settings = Inputs(kind="sentences", records=[folder], languages=["sw"], global_batch_size=10)
    assert set(_first(settings, 1)[0][0]["language"].numpy()) == {b"sw"}
    missing = settings.model_copy(update={"languages": ["ha"]})
    with pytest.raises(ValueError, match=r"no records of \['ha'\]"):
        text_batches(missing, 1, _words)


def test_buckets_hold_texts_of_about_equal_length(tmp_path):
    texts = [" ".join(["w"] * (1 + n % 9)) for n in range(90)]
    folder = write_sentences(tmp_path, {"sw": texts})
    settings = Inputs(
        kind="sentences",
        records=[folder],
        global_batch_size=5,
        max_length=8,
        length_buckets=[3, 5, 8],
    )
    seen = set()
    for batch, length in _first(settings, 40):
        longest = max(text.count(b"w") for text in batch["text"].numpy())
        shortest = min(text.count(b"w") for text in batch["text"].numpy())
        below = {3: 0, 5: 3, 8: 5}[int(length)]
        assert below < shortest
        assert longest <= int(length) or int(length) == 8
        assert len(batch["text"]) == 5
        seen.add(int(length))
    assert seen == {3, 5, 8}


def test_unfinished_folder_is_rejected(tmp_path):
    folder = write_sentences(tmp_path, {"sw": ["a"]})
    os.remove(tmp_path / "MANIFEST.json")
    settings = Inputs(kind="sentences", records=[folder], global_batch_size=1)
    with pytest.raises((RecordsError, FileNotFoundError), match=r"MANIFEST\.json"):
        text_batches(settings, 1, _words)
