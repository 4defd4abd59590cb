"""The whole main on small real encoders: files in, scores.json, scores.md and scores.png out."""

import json
import unicodedata

import keras
import keras_hub
import numpy as np
import pytest
import yaml

from tests.tiny import tiny_encoder
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.embedding.load_embedder import load_embedder
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary

WORDS = ("habari", "asante", "maji", "moto", "hello", "thanks", "water", "fire")
SOURCE, TARGET = WORDS[:4], WORDS[4:]


def small_encoder(seed: int) -> Encoder:
    keras.utils.set_random_seed(seed)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(SPECIAL_PIECES) + len(WORDS),
        num_layers=1,
        num_heads=2,
        hidden_dim=32,
        intermediate_dim=32,
        max_sequence_length=8,
    )
    return Encoder(
        backbone, WordPieceVocabulary((*SPECIAL_PIECES, *WORDS), lowercase=False), pooling="mean"
    )


@pytest.fixture
def settings(tmp_path) -> dict:
    """`after` is `before` with each word's row moved onto its translation's."""
    encoder = small_encoder(1)
    save_encoder(encoder, str(tmp_path / "before"))
    table = encoder.embedding_table.numpy()
    first = len(SPECIAL_PIECES)
    table[first : first + 4] = table[first + 4 :]
    encoder.embedding_table.assign(table)
    save_encoder(encoder, str(tmp_path / "after"))
    (tmp_path / "s").write_text("".join(f"{word}\n" for word in SOURCE), encoding="utf-8")
    (tmp_path / "t").write_text("".join(f"{word}\n" for word in TARGET), encoding="utf-8")
    pairs = {"format": "moses", "source_language": "swh", "target_language": "eng"}
    english = {"format": "plain_text", "language": "en", "path": f"{tmp_path}/t"}
    return {
        "output": f"{tmp_path}/scores",
        "models": {"before": f"{tmp_path}/before", "after": f"{tmp_path}/after"},
        "sets": [
            {
                "kind": "retrieval",
                "name": "words",
                "pairs": pairs | {"source": f"{tmp_path}/s", "target": f"{tmp_path}/t"},
            },
            {"kind": "similarity", "name": "english", "sentences": english, "reference": "before"},
        ],
    }


def run(tmp_path, settings: dict) -> None:
    (tmp_path / "evaluate.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    main(["evaluate", "--config", f"{tmp_path}/evaluate.yaml"])


def test_scores_of_two_models(tmp_path, settings, capsys):
    run(tmp_path, settings)
    output = tmp_path / "scores"
    assert {path.name for path in output.iterdir()} == {
        "scores.json",
        "scores.md",
        "scores.png",
        "scores.html",
        "config.yaml",
        "MANIFEST.json",
    }
    scores = json.loads((output / "scores.json").read_text())
    assert scores["retrieval"]["after"]["words"]["sw-en"]["p_at_1"] == 1.0
    assert scores["retrieval"]["after"]["words"]["en-sw"]["p_at_1_margin"] == 1.0
    assert scores["retrieval"]["before"]["words"]["sw-en"]["p_at_1"] < 1.0
    # only the source words' rows were changed: the English ones have not moved
    assert scores["similarity"].keys() == {"after"}
    assert scores["similarity"]["after"]["english"]["en"]["mean_cosine"] == pytest.approx(
        1, abs=1e-5
    )
    assert "| words | sw-en | 4 |" in capsys.readouterr().out


def test_the_share_that_is_truncated_by_hand(tmp_path, settings, capsys):
    """The encoders read 8 pieces, [CLS] and [SEP] among them: seven words are one too many."""
    lines = ["habari " * 6, "asante " * 7, "maji", "moto " * 30]
    (tmp_path / "s").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings["sets"] = settings["sets"][:1]
    run(tmp_path, settings)
    scores = json.loads((tmp_path / "scores" / "scores.json").read_text())["retrieval"]
    assert scores["after"]["words"]["sw-en"]["truncated"] == 2 / 8
    assert capsys.readouterr().out.count("25.0 %") == 4  # two models, two directions
    assert "25.0 %" in (tmp_path / "scores" / "scores.html").read_text()
    run(tmp_path, settings | {"output": f"{tmp_path}/three", "max_length": 3})
    scores = json.loads((tmp_path / "three" / "scores.json").read_text())["retrieval"]
    assert scores["after"]["words"]["en-sw"]["truncated"] == 3 / 8


def test_the_form_of_a_text_changes_no_score(tmp_path, settings):
    """é, ọ́ and a soft hyphen: as records have them, and as files may."""
    words = ["caf\u00e9", "\u1ecdj\u1ecd\u0301"]
    vocabulary = WordPieceVocabulary((*SPECIAL_PIECES, *words, "hello"), lowercase=False)
    encoder = tiny_encoder(2, vocabulary=vocabulary)
    save_encoder(encoder, str(tmp_path / "yoruba"))
    composed = [*words, "hello"]
    decomposed = [unicodedata.normalize("NFD", word) for word in words] + ["hel\u00ad\ufefflo"]
    pairs = {"format": "moses", "source_language": "yo", "target_language": "en"}
    for name, lines in {"s": composed, "t": composed, "d": decomposed}.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings["models"] = {"m": f"{tmp_path}/yoruba"}
    settings["sets"] = [
        {"kind": "retrieval", "name": n, "pairs": pairs | {"source": f"{tmp_path}/{s}",
                                                          "target": f"{tmp_path}/t"}}
        for n, s in (("composed", "s"), ("decomposed", "d"))
    ]  # fmt: skip
    run(tmp_path, settings)
    scores = json.loads((tmp_path / "scores" / "scores.json").read_text())["retrieval"]["m"]
    assert scores["composed"]["yo-en"]["p_at_1"] == 1.0
    assert scores["decomposed"]["yo-en"]["p_at_1"] == 1.0
    embedder = load_embedder(f"{tmp_path}/yoruba", None, 8)
    np.testing.assert_array_equal(embedder.encode(composed), embedder.encode(decomposed))


def test_a_broken_set_is_said_in_one_line_and_nothing_is_written(tmp_path, settings):
    (tmp_path / "s").write_text("habari\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"t:2: line_without_partner"):
        run(tmp_path, settings)
    assert not (tmp_path / "scores").exists()


def test_a_folder_that_is_no_model_is_said_before_any_is_loaded(tmp_path, settings, monkeypatch):
    monkeypatch.delattr("tfmling.evaluation.run_evaluation.load_embedder")
    (tmp_path / "nothing").mkdir()
    settings["models"]["nothing"] = f"{tmp_path}/nothing"
    with pytest.raises(SystemExit, match=r"nothing/config.json: no such file; expected an encoder"):
        run(tmp_path, settings)
    (tmp_path / "nothing" / "config.json").write_text('{"model_type": "t5"}')
    with pytest.raises(SystemExit, match=r"nothing: expected a BERT or an XLM-R, got t5"):
        run(tmp_path, settings)
    assert not (tmp_path / "scores").exists()


def test_a_model_without_the_head_that_a_set_asks_is_said_in_one_line(tmp_path, settings):
    english = settings["sets"][1]["sentences"]
    settings["sets"] = [{"kind": "masked_lm", "name": "words", "sentences": english}]
    with pytest.raises(SystemExit, match="has no masked-LM head"):
        run(tmp_path, settings)
    assert not (tmp_path / "scores").exists()
