"""Damaged files in outputs that another command reads: an error of a few lines, or the same values.

Damage in an output with a manifest is always an error. In a folder without one, such as a published
model, damaged weights may give other numbers, but no traceback.
"""

import random
import shutil

import numpy as np
import pytest

from tests.fuzz.damage import damage
from tests.mining.folders import write_folder
from tests.written import finish_output
from tfmling.core import files, manifest
from tfmling.core.report_errors import describe
from tfmling.mining.vectors import VectorFolder
from tfmling.quality.features import FeatureExtractor
from tfmling.quality.fit import fit_ngram_model
from tfmling.quality.models import ANY, load_models, save_models
from tfmling.records import folder as records
from tfmling.records import tfrecord
from tfmling.records.schemas import sentence
from tfmling.vocab.word_counts import read_word_counts

TEXTS = ["a b c", "", "b p", "ก a"]


def write_encoder(folder, layout):
    from tests.tiny import tiny_encoder
    from tfmling.conversion.encoder_folder import save_encoder
    from tfmling.conversion.hugging_face.write import write as write_hugging_face
    from tfmling.conversion.sentence_transformers import write as write_sentence_transformers

    folder.mkdir()
    {
        "preset": save_encoder,
        "hugging_face": write_hugging_face,
        "sentence_transformers": write_sentence_transformers,
    }[layout](tiny_encoder(), str(folder))


def use_encoder(folder):
    from tfmling.conversion.encoder_folder import load_encoder
    from tfmling.embedding.keras_embedder import KerasEmbedder

    return KerasEmbedder(load_encoder(str(folder)), max_length=16).encode(TEXTS)


def write_records(folder):
    for shard in range(2):
        made = [sentence.encode(f"Goat {n} of {shard}.", "en") for n in range(20)]
        tfrecord.write(records.shard_path(str(folder), "sentences", "en", shard, 2), made)
    files.write_json(f"{folder}/counts.json", {"en": {"kept": {"sentences": 40}}})


def use_records(folder):
    found = records.shards(str(folder), "sentences")
    return {key: [list(tfrecord.read(path)) for path in paths] for key, paths in found.items()}


def write_vectors(folder):
    write_folder(folder, [5, 3], documents=[[("f", 0, 5)], [("g", 0, 3)]])


def use_vectors(folder):
    found = VectorFolder(str(folder))
    return [
        *(np.array(found.vectors(shard)) for shard in range(found.num_shards)),
        *(list(found.sentences(shard)) for shard in range(found.num_shards)),
        found.documents(),
    ]


def write_counts(folder):
    folder.mkdir()
    for language in ("sw", "en"):
        words = "".join(f"{language}word{n}\t{n + 1}\n" for n in range(200))
        (folder / f"{language}.tsv").write_text(words)


def use_counts(folder):
    is_output = manifest.has_manifest(str(folder))
    return read_word_counts([str(folder) if is_output else f"{folder}/*.tsv"])


def write_quality(folder):
    good = [f"Watoto {n} walikwenda shuleni." for n in range(20)]
    bad = [f"Nyumbani | Ukurasa {n} >>" for n in range(20)]
    labels = [True] * 20 + [False] * 20
    model = fit_ngram_model(FeatureExtractor(4, 10), good + bad, labels, strength=10, balanced=True)
    folder.mkdir()
    save_models(str(folder), {ANY: model})


def use_quality(folder):
    models = load_models(str(folder))
    return {language: model.probabilities(TEXTS) for language, model in models.items()}


def write_saved_model(folder):
    """Of texts, as mining and evaluation load it."""
    import tensorflow as tf

    class Model(tf.Module):
        def __init__(self):
            self.table = tf.Variable(tf.random.stateless_normal([256, 4], [1, 2]))

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def __call__(self, texts):
            bytes_NB = tf.io.decode_raw(texts, tf.uint8, fixed_length=8)
            return tf.reduce_sum(tf.gather(self.table, tf.cast(bytes_NB, tf.int32)), 1)

    tf.saved_model.save(Model(), str(folder))


def use_saved_model(folder):
    from tfmling.embedding.saved_model_embedder import SavedModelEmbedder

    return SavedModelEmbedder(str(folder)).encode(TEXTS)


# name: what writes a folder, and what uses it
ARTIFACTS = {
    "records": (write_records, use_records),
    "vectors": (write_vectors, use_vectors),
    "word counts": (write_counts, use_counts),
    "quality model": (write_quality, use_quality),
    "preset": (lambda folder: write_encoder(folder, "preset"), use_encoder),
    "hugging_face": (lambda folder: write_encoder(folder, "hugging_face"), use_encoder),
    "sentence_transformers": (
        lambda folder: write_encoder(folder, "sentence_transformers"),
        use_encoder,
    ),
    "saved model": (write_saved_model, use_saved_model),
}
NEED_MANIFEST = ("records", "vectors")
WITH = [(name, True) for name in ARTIFACTS]
WITHOUT = [(name, False) for name in ARTIFACTS if name not in NEED_MANIFEST]


def same(a, b):
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return a == b


def outcome(use, folder):
    """The result of a use, or the message of its error; a bug is raised."""
    try:
        return use(folder), ""
    except Exception as error:
        said = describe(error)
        if said is None:
            raise
        assert 0 < len(said) < 1500
        assert said.count("\n") < 3
        return None, said


def check_artifact(name, has_manifest, number, seed, tmp_path):
    write, use = ARTIFACTS[name]
    whole = tmp_path / "whole"
    write(whole)
    if has_manifest and not manifest.has_manifest(str(whole)):
        finish_output(str(whole), "train")
    elif not has_manifest:
        (whole / manifest.MANIFEST).unlink(missing_ok=True)
    expected = use(whole)
    rng, refused = random.Random(f"{seed} {name} {has_manifest}"), 0
    for case in range(number):
        folder = tmp_path / f"case{case}"
        shutil.copytree(whole, folder)
        what = damage(folder, rng)
        try:
            result, said = outcome(use, folder)
            refused += bool(said)
            if has_manifest and not said:
                assert same(result, expected), "other values"
        except BaseException as error:
            error.add_note(f"case {case} of seed {seed}: {name}: {what}")
            raise
        shutil.rmtree(folder)
    return refused


@pytest.mark.parametrize("name", ["records", "vectors", "word counts", "quality model"])
def test_a_sample_of_damage(name, tmp_path):
    assert check_artifact(name, True, 15, 1, tmp_path) > 5


@pytest.mark.slow
@pytest.mark.parametrize(("name", "has_manifest"), WITH + WITHOUT)
def test_damage(name, has_manifest, tmp_path):
    assert check_artifact(name, has_manifest, 75, 2, tmp_path) > 10
