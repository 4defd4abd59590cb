"""The main from an encoder folder and files to scores.json and a page."""

import json

import numpy as np
import pytest
import yaml

from tests.tiny import LETTERS, tiny_encoder
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.corpora.corpus import CorpusError
from tfmling.probes.folder_encoder import FolderEncoder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("encoder") / "encoder"
    save_encoder(tiny_encoder(), str(found))
    return str(found)


def write_config(tmp_path, folder) -> list[str]:
    draw = np.random.default_rng(1)
    texts = [" ".join(draw.choice(list(LETTERS), 5)) for _ in range(40)]
    (tmp_path / "en").write_text("".join(f"{text}\n" for text in texts))
    (tmp_path / "qaa").write_text("".join(f"{text[::-1]}\n" for text in texts))
    sentences = [
        {"format": "plain_text", "document_break": "line", "language": name,
         "path": str(tmp_path / name)}
        for name in ("en", "qaa")
    ]  # fmt: skip
    pairs = {"format": "moses", "source_language": "qaa", "target_language": "en",
             "source": str(tmp_path / "qaa"), "target": str(tmp_path / "en")}  # fmt: skip
    (tmp_path / "gold").write_text("a b\tc d\t0-0 1-1\na b\tc d\t2-2\n")
    gold = {"format": "xl_wa", "source_language": "qaa", "target_language": "en",
            "path": str(tmp_path / "gold"), "bad_lines": "skip"}  # fmt: skip
    words = [{"kind": "texts", "pairs": {"name": "gold", "gold": gold}}]
    values = {
        "output": str(tmp_path / "out"),
        "encoder": folder,
        "probes": [
            {"kind": "translation_vector", "name": "vector", "pairs": [pairs]},
            {"kind": "isotropy", "name": "isotropy", "sentences": sentences},
            {"kind": "word_retrieval", "name": "words", "words": words},
        ],
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(values))
    return ["--config", str(tmp_path / "config.yaml")]


def test_scores_and_page(tmp_path, folder, capsys):
    main(["probe", *write_config(tmp_path, folder)])
    out = tmp_path / "out"
    assert (out / "MANIFEST.json").exists()
    scores = json.loads((out / "scores.json").read_text())
    assert set(scores["vector"]) == {"qaa-en", "en-qaa"}
    assert 0 < scores["vector"]["qaa-en"]["layer-2"]["accuracy"] <= 1
    assert set(scores["isotropy"]["en"]) == {"layer-1", "layer-2", "last"}
    page = (out / "report.html").read_text()
    assert page.count("data:image/png") == 3
    assert "Isotropy" in page
    assert "[2/3] isotropy" in capsys.readouterr().err
    counts = json.loads((out / "counts.json").read_text())
    assert counts["vector"] == {}
    lengths = json.loads((out / "lengths.json").read_text())
    assert {name: own["truncated"] for name, own in lengths.items()} == dict.fromkeys(lengths, 0)
    assert "Truncated sentences" in page
    assert counts["words"] == {"qaa-en": {"pairs_of_gold": 1, "bad_link": 1}}


def test_two_probes_of_one_name_are_rejected(tmp_path, folder, capsys):
    arguments = write_config(tmp_path, folder)
    with pytest.raises(SystemExit):
        main(["probe", *arguments, "--set", "probes.1.name=vector"])
    assert (
        "expected names of probes that differ, got several times: vector" in capsys.readouterr().err
    )


def test_sentences_are_means_of_their_pieces(folder):
    encoder = FolderEncoder(folder)
    (layers,) = encoder.words([["ab", "c"]])
    assert [len(own.vector) for own in layers] == [3, 3]
    vectors = encoder.sentences(["ab c", "d"])
    assert vectors.shape == (2, 2, 16)
    np.testing.assert_allclose(vectors[1, 0], layers[1].vector.mean(axis=0), atol=1e-5)
    assert encoder.sentences(["ab c", "d"]) is vectors
    assert encoder.cut("ab") == ["a", "##b"]
    with pytest.raises(CorpusError, match=r"of at least one piece, got '\\x01', which has none"):
        encoder.sentences(["ab c", "\u0001"])


@pytest.mark.parametrize(
    ("fit", "said"),
    [
        (
            {"inputs": {"max_length": 64}},
            "probe pos: fit.inputs.max_length: expected at most 32, the maximum of the encoder",
        ),
        (
            {"inputs": {"max_length": 16, "overlap": 2}, "cache": {"max_gib": 1e-9}},
            "fit.cache: expected states of",
        ),
    ],
)
def test_what_cannot_be_trained_is_reported_in_one_sentence(tmp_path, folder, capsys, fit, said):
    arguments = write_config(tmp_path, folder)
    (tmp_path / "tagged").write_text("a X\nb Y\n")
    tagged = {"format": "conll", "language": "en", "path": str(tmp_path / "tagged")}
    task = {"kind": "words", "train": [tagged], "development": [tagged], "test": {"en": tagged}}
    values = yaml.safe_load((tmp_path / "config.yaml").read_text())
    head = {"kind": "bilstm_crf", "width": 4, "num_layers": 1}
    values["probes"] = [
        values["probes"][0],
        {"kind": "zero_shot", "name": "pos", "tasks": {"en": task}, "head": head, "fit": fit},
    ]
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(values))
    with pytest.raises(SystemExit, match=said):
        main(["probe", *arguments])
    # rows that are too long are seen before the first probe, states that are too large are not
    assert ("[1/2] vector" in capsys.readouterr().err) == ("cache" in said)


def test_what_is_truncated_is_counted_by_hand(tmp_path, folder):
    """[CLS] and [SEP] leave one piece of three; each letter is a piece."""
    lines = ["a b", "a", "c"]
    (tmp_path / "en").write_text("\n".join(lines) + "\n")
    (tmp_path / "qaa").write_text("d\ne f\ng h\n")
    values = {
        "output": str(tmp_path / "out"),
        "encoder": folder,
        "max_length": 3,
        "probes": [
            {
                "kind": "isotropy",
                "name": "isotropy",
                "sentences": [
                    {"format": "plain_text", "language": name, "document_break": "line",
                     "path": str(tmp_path / name)}
                    for name in ("en", "qaa")
                ],
            }
        ],
    }  # fmt: skip
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(values))
    main(["probe", "--config", str(tmp_path / "config.yaml")])
    lengths = json.loads((tmp_path / "out" / "lengths.json").read_text())
    assert lengths == {"isotropy": {"read": 6, "truncated": 3}}
