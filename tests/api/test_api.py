"""The Python API: docs/api.md runs as written, and lists train like records."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tfmling
from tests.tiny import tiny_encoder
from tfmling.api.data import DataError, store_pairs, store_texts
from tfmling.core.config_errors import ConfigError
from tfmling.core.manifest import DamagedError
from tfmling.core.output_paths import OutputError

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
WORDS = ["fam", "lok", "ben", "dig", "hom", "pil", "cam", "nob"]
SOURCES = [f"{a} {b} {c}" for a in WORDS for b in WORDS for c in WORDS if a != b != c][:200]
PAIRS = [(text, text.translate(str.maketrans("abeiko", "cdpjgl"))) for text in SOURCES]


@pytest.fixture
def encoder():
    return tfmling.SentenceEncoder(tiny_encoder())


def test_the_page_runs_as_written(encoder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    encoder.save("base")
    Path("swahili.txt").write_text("\n".join(SOURCES))
    Path("pairs.tsv").write_text("\n".join("\t".join(pair) for pair in PAIRS))
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names = {}
    for block in blocks:
        exec(block.replace("steps=500", "steps=5"), names)
    assert names["vectors"].shape == (200, 16)
    assert names["extended"].vocabulary_size > encoder.vocabulary_size
    assert "| retrieval | sw-en | 100 |" in capsys.readouterr().out
    saved = tfmling.load_encoder("folder")
    np.testing.assert_allclose(saved.encode(SOURCES), names["trained"].encode(SOURCES), atol=1e-6)
    assert Path("hub/sentence_encoder/saved_model.pb").exists()


def test_lists_train_like_records(encoder, tmp_path):
    texts = store_texts(SOURCES, str(tmp_path / "texts"))
    pairs = store_pairs(PAIRS, str(tmp_path / "pairs"))
    vectors = [
        tfmling.train(
            encoder,
            [tfmling.DualEncoder(own_pairs, batch_size=8), tfmling.MaskedLM(own_texts)],
            steps=3,
            optimizer={"learning_rate": 0.01},
        ).encode(SOURCES)
        for own_texts, own_pairs in ((SOURCES, PAIRS), (texts, pairs))
    ]
    assert np.array_equal(*vectors)
    assert np.abs(vectors[0] - encoder.encode(SOURCES)).max() > 1e-3


def test_encode_is_normalized_in_order_and_prompted(encoder):
    vectors = encoder.encode(["a b c d", "e", "f g"], batch_size=2)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(encoder.encode("f g"), vectors[2], atol=1e-6)
    np.testing.assert_allclose(encoder.encode(["g"], prompt="f "), vectors[2:], atol=1e-6)
    raw = encoder.encode(["f g"], normalize=False)
    assert abs(np.linalg.norm(raw) - 1) > 1e-3
    np.testing.assert_allclose(raw / np.linalg.norm(raw), vectors[2:], atol=1e-6)


def test_translations_are_mined_best_first(encoder):
    mined = tfmling.mine(encoder, ["a b", "g h", "a b"], ["g h", "a b"], min_score=1.0, neighbors=2)
    assert {(source, target) for _, source, target in mined} == {("a b", "a b"), ("g h", "g h")}
    scores = [pair.score for pair in mined]
    assert scores == sorted(scores, reverse=True)
    assert tfmling.mine(encoder, ["a b", "g h"], ["g h", "a b"], min_score=1000) == []


def test_any_ordered_collection_and_path_is_read(encoder, tmp_path, monkeypatch):
    expected = encoder.encode(["a b", "c"])
    assert np.array_equal(encoder.encode(text for text in ["a b", "c"]), expected)
    assert np.array_equal(encoder.encode(np.array(["a b", "c"])), expected)
    pairs = tfmling.Retrieval(zip(["a b", "c d"], ["a b", "c d"], strict=True))
    first, second = (tfmling.evaluate(encoder, pairs) for _ in range(2))
    assert first["retrieval"]["source-target"]["count"] == 2
    assert first == second
    texts = Path(store_texts(["Habari"], str(tmp_path / "texts")))
    assert tfmling.filter_texts(texts).kept == ["Habari"]
    encoder.save(tmp_path / "saved")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert tfmling.load_encoder("~/saved").embedding_dim == 16
    assert np.array_equal(tfmling.load_encoder(tmp_path / "saved").encode(["a b", "c"]), expected)


def test_saving_replaces_only_what_was_saved_before(encoder, tmp_path):
    folder = tmp_path / "saved"
    encoder.save(folder)
    other = tfmling.SentenceEncoder(tiny_encoder(seed=2))
    other.save(folder)
    assert np.array_equal(tfmling.load_encoder(folder).encode(["a"]), other.encode(["a"]))
    with (folder / "encoder.json").open("a") as file:
        file.write(" ")
    with pytest.raises(DamagedError, match=r"write it again$"):
        tfmling.load_encoder(folder)
    encoder.save(folder)
    (kept,) = tmp_path.glob("saved.old-*")
    assert (kept / "encoder.json").read_text().endswith(" ")
    shutil.rmtree(kept)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="files that tfmling did not write"):
        encoder.save(folder)
    foreign = tmp_path / "base"
    foreign.mkdir()
    (foreign / "config.json").write_text("{}")
    with pytest.raises(OutputError, match="is not empty"):
        encoder.save(foreign)
    assert [path.name for path in foreign.iterdir()] == ["config.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base", "saved"]


@pytest.mark.parametrize("languages", [("zh-Hant", "en"), ("sw", "en")])
def test_lexicon_reads_a_folder_as_it_reads_a_list(encoder, tmp_path, languages):
    folder = store_pairs(PAIRS, str(tmp_path / "pairs"), languages)
    vectors = [
        tfmling.extend_vocabulary(encoder, SOURCES, size=30, init="lexicon", pairs=own).encode(
            SOURCES
        )
        for own in (folder, PAIRS, iter(PAIRS))
    ]
    assert np.array_equal(vectors[0], vectors[1])
    assert np.array_equal(vectors[1], vectors[2])


def test_a_folder_of_several_new_languages_is_refused(encoder, tmp_path):
    folder = store_pairs(PAIRS, str(tmp_path / "pairs"), ("sw", "en"))
    store_pairs(PAIRS, folder, ("am", "en"))
    with pytest.raises(DataError, match="source languages am, sw; expected the new language"):
        tfmling.extend_vocabulary(encoder, SOURCES, size=30, init="lexicon", pairs=folder)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda e: tfmling.extend_vocabulary(e, []), DataError, "texts: expected at least one"),
        (lambda e: tfmling.train(e, [tfmling.MaskedLM(["a", " "])], steps=1), DataError,
         r"texts\[1\]: expected text, got ' '"),
        (lambda e: tfmling.train(e, [tfmling.DualEncoder(["ab"])], steps=1), DataError,
         r"pairs\[0\]: expected \(source, target\), got 'ab'"),
        (lambda e: tfmling.train(e, [tfmling.DualEncoder([("a", "b")] * 9, margn=1)], steps=1),
         ConfigError, "tfmling.train: tasks.0.margn: unknown key; did you mean 'margin'"),
        (lambda e: tfmling.train(e, [tfmling.MaskedLM(["a"])], steps=1, optimiser={}), ConfigError,
         "optimiser: unknown key; did you mean 'optimizer'"),
        (lambda e: tfmling.extend_vocabulary(e, ["a"], init="lexicon"), ConfigError, "needs pairs"),
        (lambda e: tfmling.filter_pairs([("a", "b")], [{"kind": "copid"}]), ConfigError, "copied"),
        (lambda e: tfmling.train(e, tfmling.MaskedLM(["a"]), steps=1), TypeError, "a list, such"),
        (lambda e: tfmling.train(e, [SOURCES], steps=1), TypeError, "tasks: expected a list"),
        (lambda e: tfmling.train(e, [tfmling.MaskedLM(["a"])], steps=1, output="runs/a"),
         ConfigError, "output: the encoder is returned"),
        (lambda e: tfmling.extend_vocabulary(e, ["a"], output="b"), ConfigError, "is returned"),
        (lambda e: tfmling.train("base", [], steps=1), TypeError, "load_encoder, got 'base'"),
        (lambda e: tfmling.mine("base", ["a"], ["b"]), TypeError, "load_encoder, got 'base'"),
        (lambda e: tfmling.mine(e, [], ["b"]), DataError, "source: expected at least one"),
        (lambda e: tfmling.mine(e, ["a"], ["b"], neighbors=0), DataError, "neighbors: expected at"),
        (lambda e: tfmling.mine(e, ["a"], ["b"], strategy="best"), ValueError, "strategy: exp"),
        (lambda e: tfmling.filter_texts({"a"}), DataError, "texts: expected a list, got set"),
        (lambda e: tfmling.filter_texts(["\ud83d"]), DataError, r"texts\[0\]: expected text"),
        (lambda e: tfmling.filter_pairs([{"a", "b"}]), DataError, r"pairs\[0\]: expected \(source"),
        (lambda e: tfmling.filter_pairs([5]), DataError, r"pairs\[0\]: expected \(source"),
        (lambda e: tfmling.filter_pairs([("a", "b")], languages="sw"), DataError, "expected two"),
        (lambda e: tfmling.Retrieval([("a", "b")], languages=("sw", "sw")), DataError, "two, such"),
        (lambda e: tfmling.evaluate(e), ValueError, "sets: expected one or more"),
        (lambda e: tfmling.evaluate(e, [("a", "b")]), TypeError, r"tfmling.Retrieval\(...\), got"),
        (lambda e: e.encode(["a"], batch_size=-1), DataError, "batch_size: expected at least 1"),
        (lambda e: e.encode(["a", "\ud83d"]), DataError, r"sentences\[1\]: expected text"),
        (lambda e: e.encode(None), DataError, "sentences: expected a list, got NoneType"),
        (lambda e: e.save("gs://bucket/a"), ConfigError, "expected a local folder"),
        (lambda e: tfmling.load_encoder("a", dtype="float16"), ValueError, "dtype: exp"),
        (lambda e: e.encode(["a", None]), TypeError, r"sentences\[1\]: expected a string"),
        (lambda e: tfmling.evaluate(e, tfmling.Retrieval([])), DataError, "pairs: expected at"),
        (lambda e: tfmling.load_encoder("hf://x"), OSError, "hf://x: expected hf://owner/name"),
    ],
)  # fmt: skip
def test_mistakes_are_explained(encoder, call, error, said):
    with pytest.raises(error, match=said):
        call(encoder)


def test_importing_loads_no_tensorflow_and_names_are_complete():
    code = "import sys, tfmling; print('numpy' in sys.modules, *dir(tfmling))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded, *names = done.stdout.split()
    assert loaded == "False"
    for name in names:
        assert getattr(tfmling, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'trian'"):
        _ = tfmling.trian


def test_focus_reads_a_folder_in_its_own_language(encoder, tmp_path):
    pytest.importorskip("gensim")
    letters = ["a b c d e f g h"] * 20  # pieces of the base
    folder = store_texts(SOURCES + letters, str(tmp_path / "texts"), "sw")
    extended = tfmling.extend_vocabulary(encoder, folder, size=40, init="focus")
    assert extended.vocabulary_size > encoder.vocabulary_size
