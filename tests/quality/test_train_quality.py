"""train_quality from pages and corpora to a model, on pages with known main content."""

import json

import numpy as np
import pytest
import tensorflow as tf

from tests.quality.conftest import make_page
from tfmling import filters
from tfmling.core import config
from tfmling.quality.examples import ExampleReader
from tfmling.quality.models import load_models
from tfmling.quality.settings import TrainQuality
from tfmling.quality.split import split_examples


class _Holder(config.Settings):
    filters: list[filters.AnySentenceFilter]


def read(sources, **values):
    settings = config.build(TrainQuality, {"output": "x", "sources": sources} | values, "test")
    reader = ExampleReader(settings)
    return settings, reader.read(), reader.counts


def texts(examples, good):
    return sorted(e.text for e in examples if e.good == good)


@pytest.fixture
def gold_folder(tmp_path):
    folder = tmp_path / "gold"
    folder.mkdir()
    for number in range(4):  # not of the fifth page
        _, main, _ = make_page("a", number)
        (folder / f"{number}.txt").write_text("\n".join(main), encoding="utf-8")
    return folder


def test_elements_and_gold_files_agree(write_pages, pages_source, gold_folder):
    folder = write_pages("a", 5)
    _, by_element, _ = read([pages_source(folder)])
    gold = {"kind": "gold", "folder": str(gold_folder)}
    _, by_gold, counts = read([pages_source(folder, main=gold)])
    pages = [make_page("a", number) for number in range(5)]
    assert texts(by_element, True) == sorted(t for _, main, _ in pages for t in main)
    assert texts(by_element, False) == sorted(t for _, _, around in pages for t in around)
    assert texts(by_gold, True) == sorted(t for _, main, _ in pages[:4] for t in main)
    assert texts(by_gold, False) == sorted(t for _, _, around in pages[:4] for t in around)
    assert counts["a"] == {"pages": 4, "good": 16, "bad": 12, "not used: no main content": 1}


def test_extraction_nearly_agrees(write_pages, pages_source):
    folder = write_pages("a", 30)
    _, found, _ = read([pages_source(folder, main={"kind": "extraction"})])
    _, truth, _ = read([pages_source(folder)])
    true_kind = {(e.page, e.text): e.good for e in truth}
    agree = [true_kind[e.page, e.text] == e.good for e in found]
    assert len(agree) > 100
    assert sum(agree) / len(agree) > 0.9


def test_no_page_is_on_both_sides(write_pages, pages_source):
    settings, examples, _ = read([pages_source(write_pages("a", 40))], test_share=0.3)
    split = split_examples(examples, settings)
    assert not {e.page for e in split.train} & {e.page for e in split.test}
    assert {e.page for e in split.train} | {e.page for e in split.test} == {
        e.page for e in examples
    }
    trained = {e.text for e in split.train}
    assert [e.text in trained for e in split.test] == split.seen


def test_a_text_counts_once_per_class(write_pages, pages_source, tmp_path):
    for number in range(20):
        (tmp_path / f"{number}.html").write_text(
            f"<main>Ukurasa wa {number}.</main><p>Home</p><p>Home</p>", encoding="utf-8"
        )
    source = pages_source(tmp_path, name="same")
    settings, examples, _ = read([source], test_share=0.5)
    assert texts(examples, False) == ["Home"] * 40
    assert texts(split_examples(examples, settings).train, False) == ["Home"]


def test_training_finds_main_content_on_another_site(write_pages, pages_source, train):
    known, other = write_pages("a", 40), write_pages("b", 20)
    output = train([pages_source(known), pages_source(other, use="test")])
    scores = json.loads((output / "scores.json").read_text())
    other_site = scores["test"]["source b"]
    assert (other_site["good"], other_site["pages"]) == (80, 20)
    assert other_site["auc"] > 0.99
    assert other_site["precision"] > 0.95
    assert other_site["recall"] > 0.95
    assert other_site["auc_low"] <= other_site["auc"] <= other_site["auc_high"]
    assert (output / "MANIFEST.json").exists()
    assert "Other text that is kept" in (output / "report.html").read_text()
    quality = {"kind": "quality", "model": str(output), "min": 0.5}
    (only,) = config.build(_Holder, {"filters": [quality]}, "test").filters
    _, main, around = make_page("b", 99)
    assert [only.accepts(only.score(text, "sw")) for text in main + around] == [True] * 4 + [
        False
    ] * 3


def test_languages_have_models_of_their_own(write_pages, pages_source, train, tmp_path):
    # what is good in one language is bad in the other, which no model of both can learn
    lines = {
        kind: [f"{word} {n}" for n in range(60)] for kind, word in (("x", "abc"), ("y", "xyz"))
    }
    sources = []
    for language, good_kind in (("sw", "x"), ("ha", "y")):
        for kind, found in lines.items():
            path = tmp_path / f"{language}.{kind}.txt"
            path.write_text("\n".join(found))
            corpus = dict(format="plain_text", path=str(path), language=language)
            corpus["document_break"] = "line"
            sources.append(
                dict(kind="corpus", name=path.name, good=kind == good_kind, corpus=corpus)
            )
    output = train(sources, per_language=True)
    models = load_models(str(output))
    assert sorted(models) == ["*", "ha", "sw"]
    quality = {"kind": "quality", "model": str(output)}
    (only,) = config.build(_Holder, {"filters": [quality]}, "test").filters
    assert only.score("abc 7", "sw") > 0.9 > 0.1 > only.score("abc 7", "ha")
    assert only.score("abc 7", "fr") == pytest.approx(models["*"].probabilities(["abc 7"])[0])


def test_pages_of_a_web_archive(shared_data, pages_source):
    archive = shared_data / "web/warcio/example-iana.org-chunked.warc"
    extraction = {"kind": "extraction"}
    source = pages_source(archive.parent, path=str(archive), language="en", main=extraction)
    _, examples, counts = read([source])
    assert {e.page for e in examples} == {"http://www.iana.org/"}
    assert counts["warcio"]["pages"] == 1
    assert counts["warcio"]["not used: not_a_response"] == 2  # warcinfo and request
    kinds = {e.text: e.good for e in examples}
    assert kinds["New Root Zone trust anchor being distributed."]
    assert not kinds["Contact Us"]


class _Lengths(tf.Module):
    """An encoder whose vectors have length one and say how long a text is."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, texts):
        angle = tf.cast(tf.strings.length(texts, "UTF8_CHAR"), tf.float32) / 50
        return tf.stack([tf.cos(angle), tf.sin(angle)], axis=1)


def test_an_encoder_classifier(write_pages, pages_source, train, tmp_path):
    encoder = str(tmp_path / "encoder")
    tf.saved_model.save(_Lengths(), encoder)
    classifier = {"kind": "encoder", "model": encoder, "batch_size": 16}
    output = train([pages_source(write_pages("a", 40))], classifier=classifier)
    quality = {"kind": "quality", "model": str(output)}
    (only,) = config.build(_Holder, {"filters": [quality]}, "test").filters
    short, long = only.score("Home 12", "sw"), only.score("Mwalimu " * 8, "sw")
    assert short < 0.5 < long
    saved = json.loads((output / "model.json").read_text())["models"]["*"]
    with np.load(output / "weights.npz") as arrays:
        logit = np.array([np.cos(0.14), np.sin(0.14)]) @ arrays["*.weights"] + saved["bias"]
    assert short == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-6)  # 7 characters: 7 / 50


def test_a_single_class_is_rejected(tmp_path, train):
    (tmp_path / "a.txt").write_text("Moja.\n\nMbili.\n")
    corpus = {"format": "plain_text", "path": str(tmp_path / "a.txt"), "language": "sw"}
    with pytest.raises(SystemExit, match="expected good and bad sentences, got 2 good and 0 bad"):
        train([dict(kind="corpus", name="a", use="train", good=True, corpus=corpus)])


def test_a_folder_without_a_model_is_rejected(tmp_path):
    with pytest.raises(ValueError, match="expected the folder that train_quality wrote"):
        load_models(str(tmp_path))
