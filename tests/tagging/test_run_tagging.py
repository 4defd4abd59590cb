"""Whole trainings of taggers at a very small scale, of all three kinds, saved and loaded."""

import json

import pytest

from tests import tiny
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.core import files, manifest
from tfmling.core.config import ConfigError, build
from tfmling.corpora.corpus import CorpusError
from tfmling.tagging.run_tagging import run_tagging
from tfmling.tagging.settings import TrainTagger
from tfmling.tagging.tagger_folder import load_tagger
from tfmling.tagging.tasks import read_task
from tfmling.tagging.train_and_score import Predictor
from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer

# letters a to d are of an entity, the others not; sentences of 1 to 12 words
ENTITIES = "\n\n".join(
    "\n".join(f"{tiny.LETTERS[(3 * n + k) % 16]} {'B-A' if (3 * n + k) % 16 < 4 else 'O'}"
              for k in range(1 + n % 12))
    for n in range(48)
)  # fmt: skip
WORDS = ENTITIES.replace(" B-A", " NOUN").replace(" O", " VERB")
PAIRS = "premise\thypothesis\tlabel\n" + "".join(
    f"{a} b\t{tiny.LETTERS[n % 16]} c\t{'neutral' if n % 16 < 8 else 'entailment'}\n"
    for n, a in enumerate(tiny.LETTERS * 3)
)
LINEAR = {"kind": "linear", "dropout": 0.0}
CRF = {"kind": "bilstm_crf", "width": 16, "num_layers": 1, "dropout": 0.0}


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("base")
    save_encoder(tiny.tiny_encoder(), str(folder))
    return str(folder)


def settings(base, folder, kind, text, head, **fit) -> TrainTagger:
    path = folder / "data.txt"
    path.write_text(text)
    tags = {"scheme": "IOB2"} if kind == "entities" else {}
    corpus = {"format": "conll", "language": "sw", "path": str(path), "tags": tags}
    if kind == "pairs":
        corpus = {"format": "xnli", "language": "sw", "path": str(path)}
    values = {
        "output": str(folder / "out"),
        "encoder": {"kind": "directory", "path": base},
        "head": head,
        "task": {"kind": kind, "train": [corpus], "development": [corpus], "test": {"sw": corpus}},
        "fit": {
            "optimizer": {"learning_rate": 0.01, "weight_decay": 0.0},
            "inputs": {"max_length": 8, "overlap": 2, "batch_size": 8, "length_step": None},
            **fit,
        },
    }
    return build(TrainTagger, values, "test")


@pytest.mark.parametrize(
    ("kind", "text", "head", "measure", "epochs"),
    [
        ("entities", ENTITIES, CRF, "f1", 6),
        ("words", WORDS, LINEAR, "accuracy", 6),
        ("pairs", PAIRS, LINEAR, "accuracy", 16),
    ],
    ids=["entities", "words", "pairs"],
)
def test_a_tagger_learns_is_saved_and_loaded(base, tmp_path, kind, text, head, measure, epochs):
    chosen = settings(base, tmp_path, kind, text, head, epochs=epochs)
    run_tagging(chosen)
    manifest.require_complete(chosen.output)
    result = json.loads(files.read_text(f"{chosen.output}/scores.json"))
    figures = result["scores"]["sw"]["overall"]
    assert result["metric"] == measure
    assert figures[measure] > 0.85
    assert figures[f"{measure}_low"] <= figures[measure] <= figures[f"{measure}_high"] + 1e-9
    assert "<img" in files.read_text(f"{chosen.output}/report.html")
    counts = json.loads(files.read_text(f"{chosen.output}/counts.json"))
    assert counts["train"]["items"] == 48
    if kind != "pairs":
        assert counts["train"]["windowed_sentences"] == 24  # of 7 to 12 words, half of all
    tagger, config = load_tagger(chosen.output)
    task = read_task(chosen.task)
    assert config == task.config(chosen.head)
    items = task.test["sw"]
    inputs = chosen.fit.inputs
    prepared = task.prepare(items, WordPieceTokenizer(tagger.encoder.vocabulary), inputs)
    again = task.score(items, prepared.join(Predictor(tagger, inputs)(prepared.rows)))
    assert again.overall == figures


def test_bad_lines_are_named_before_anything_is_trained(base, tmp_path):
    text = ENTITIES.replace("B-A", "B-A\nx I-B", 1)
    chosen = settings(base, tmp_path, "entities", text, CRF)
    with pytest.raises(CorpusError, match=r"data.txt:2: label_out_of_order"):
        run_tagging(chosen)
    assert not files.exists(chosen.output)


def test_data_without_entities_is_rejected_before_anything_is_trained(base, tmp_path):
    chosen = settings(base, tmp_path, "entities", "a O\n\nb O\n", CRF)
    with pytest.raises(CorpusError, match=r"data.txt:1 and the 1 sentences after it: expected ent"):
        run_tagging(chosen)


def test_labels_of_another_scheme_are_named(base, tmp_path):
    chosen = settings(base, tmp_path, "entities", ENTITIES, CRF)
    other = chosen.model_copy(update={"task": chosen.task.model_copy(update={"scheme": "BIOUL"})})
    with pytest.raises(CorpusError, match=r"data.txt:1: the labels .* break BIOUL; set tags"):
        run_tagging(other)


def with_other_test(chosen, folder, text):
    (folder / "other.txt").write_text(text)
    corpus = chosen.task.test["sw"].model_copy(update={"path": str(folder / "other.txt")})
    return chosen.task.model_copy(update={"test": {**chosen.task.test, "other": corpus}})


@pytest.mark.parametrize(
    ("kind", "text", "other", "unknown"),
    [
        ("entities", ENTITIES, "a B-A\nb I-A\nc B-DATE\nd I-DATE\n\ne O\n", 2),
        ("words", WORDS, "a NOUN\nb ADJ\n\nc PRON\nd ADJ\n", 3),
    ],
    ids=["entities", "words"],
)
def test_labels_that_training_never_saw_are_counted(base, tmp_path, kind, text, other, unknown):
    chosen = settings(base, tmp_path, kind, text, LINEAR)
    counts = read_task(with_other_test(chosen, tmp_path, other)).counts
    assert counts["other"]["unknown_gold_labels"] == unknown
    assert "unknown_gold_labels" not in counts["sw"]


def test_pairs_whose_labels_training_never_saw_are_rejected(base, tmp_path):
    chosen = settings(base, tmp_path, "pairs", PAIRS, LINEAR)
    other = "premise\thypothesis\tlabel\na\tb\tneutral\n" + 2 * "a\tb\tcontradiction\n"
    expected = r"other.txt:3: .* entailment, neutral; got 'contradiction', and 2 such pairs in all"
    with pytest.raises(CorpusError, match=expected):
        read_task(with_other_test(chosen, tmp_path, other))


def test_rows_longer_than_the_encoder_reads_are_rejected(base, tmp_path):
    inputs = {"max_length": 64, "batch_size": 8}
    chosen = settings(base, tmp_path, "words", WORDS, LINEAR, inputs=inputs)
    with pytest.raises(ConfigError, match=r"fit.inputs.max_length: expected at most 32"):
        run_tagging(chosen)


def test_a_folder_without_a_tagger(base):
    with pytest.raises(FileNotFoundError, match=r"expected tagger.json, which train_tagger"):
        load_tagger(base)
