"""extend_vocab, from its settings to its output."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import build_encoder, load_encoder, save_encoder
from tfmling.conversion.layout_files import UnsupportedLayoutError
from tfmling.conversion.settings import NewEncoder
from tfmling.core.manifest import DamagedError
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary

BASE = WordPieceVocabulary((*SPECIAL_PIECES, "h", "##a", "##b", "##r", "##i", "z"), lowercase=True)
COUNTS = "habari\t6\nza\t3\nsasa\t1\n"


def write_config(folder: Path, **values: Any) -> str:
    (folder / "sw.tsv").write_text(COUNTS)
    BASE.write(str(folder / "vocab.txt"))
    settings = {
        "output": str(folder / "output"),
        "base": {"kind": "vocabulary", "path": str(folder / "vocab.txt"), "lowercase": True},
        "word_counts": [str(folder / "sw.tsv")],
        "learner": {"kind": "bpe", "vocabulary_size": 20},
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(settings | values))
    return str(path)


def test_a_vocabulary(tmp_path: Path) -> None:
    main(["extend_vocab", "--config", write_config(tmp_path)])
    output = tmp_path / "output"
    pieces = (output / "vocab.txt").read_text().split()
    assert tuple(pieces[: len(BASE)]) == BASE.pieces
    assert {"habari", "za", "s"} <= set(pieces[len(BASE) :])
    added = [line.split("\t") for line in (output / "added.tsv").read_text().splitlines()]
    numbered = [[piece, str(number)] for number, piece in enumerate(pieces)]
    assert [line[:2] for line in added] == numbered[len(BASE) :]
    assert {line[0]: line[2] for line in added}["habari"] == "sw:6"
    assert (output / "MANIFEST.json").exists()
    assert yaml.safe_load((output / "config.yaml").read_text())["min_uses"] == 1


def test_fertility_by_hand(tmp_path: Path) -> None:
    main(["extend_vocab", "--config", write_config(tmp_path)])
    fertility = json.loads((tmp_path / "output" / "fertility.json").read_text())
    # before: habari 6 pieces, za 2, sasa unknown: (6 * 6 + 3 * 2 + 1) / 10; after: sasa is sa ##sa
    # or one piece, all others are one
    assert fertility["vocabulary_size"]["before"] == len(BASE)
    assert set(fertility["languages"]) == {"sw"}
    swahili = fertility["languages"]["sw"]
    assert swahili["words"] == 10
    assert swahili["before"] == {"pieces_per_word": 4.3, "unknown_rate": 0.1}
    assert swahili["after"]["pieces_per_word"] in (1.0, 1.1)
    assert swahili["after"]["unknown_rate"] == 0


def test_fertility_on_held_out_words_by_hand(tmp_path: Path) -> None:
    """In words that nothing was learned from: zaza and sasa, of which `sasa` was never counted."""
    (tmp_path / "held_out").mkdir()
    (tmp_path / "held_out" / "sw.tsv").write_text("habari\t3\nzaza\t2\n")
    config = write_config(tmp_path)
    (tmp_path / "sw.tsv").write_text("habari\t6\nza\t3\n")
    main(["extend_vocab", "--config", config])
    output = tmp_path / "output"
    swahili = json.loads((output / "fertility.json").read_text())["languages"]["sw"]
    assert (swahili["words"], swahili["measured_on"]) == (5, "held out")
    # before: habari 6 pieces, zaza has no ##z: (3 * 6 + 2 * 1) / 5
    assert swahili["before"] == {"pieces_per_word": 4.0, "unknown_rate": 0.4}
    # after: habari is one piece; ##z was never seen within a word, so zaza stays unknown
    assert swahili["after"] == {"pieces_per_word": 1.0, "unknown_rate": 0.4}
    assert "| sw | 5 | held out |" in (output / "fertility.md").read_text()
    assert "learned from" not in (output / "fertility.md").read_text()


def test_the_table_notes_missing_held_out_words(tmp_path: Path, capsys) -> None:
    main(["extend_vocab", "--config", write_config(tmp_path)])
    output = tmp_path / "output"
    swahili = json.loads((output / "fertility.json").read_text())["languages"]["sw"]
    assert swahili["measured_on"] == "words learned from"
    warning = "sw: measured on the words that the pieces were learned from"
    assert warning in (output / "fertility.md").read_text()
    assert warning in capsys.readouterr().out


def test_fertility_on_other_words(tmp_path: Path) -> None:
    (tmp_path / "ha.tsv").write_text("habari\t1\nxyz\t1\n")
    config = write_config(tmp_path, measured_on=[str(tmp_path / "ha.tsv")])
    main(["extend_vocab", "--config", config])
    (language, measured), *others = json.loads(
        (tmp_path / "output" / "fertility.json").read_text()
    )["languages"].items()
    assert (language, others) == ("ha", [])
    # habari: 6 pieces before, then 1; xyz stays unknown
    assert measured["before"] == {"pieces_per_word": 3.5, "unknown_rate": 0.5}
    assert measured["after"] == {"pieces_per_word": 1.0, "unknown_rate": 0.5}
    assert measured["budget_share"] == 0


def test_shares_refer_to_training_words(tmp_path: Path) -> None:
    # of ha 3 words in 100 are frequent enough, of sw 9 in 10
    (tmp_path / "ha.tsv").write_text("za\t3\n" + "".join(f"rare{n}\t1\n" for n in range(97)))
    counts = [str(tmp_path / "sw.tsv"), str(tmp_path / "ha.tsv")]
    config = write_config(tmp_path, word_counts=counts)
    main(["extend_vocab", "--config", config, "--set", "learner.min_count=2"])
    fertility = json.loads((tmp_path / "output" / "fertility.json").read_text())
    shares = {name: own["budget_share"] for name, own in fertility["languages"].items()}
    assert shares == {"sw": 9 / 12, "ha": 3 / 12}


def test_from_scratch(tmp_path: Path) -> None:
    config = write_config(tmp_path, base={"kind": "empty", "lowercase": False})
    main(["extend_vocab", "--config", config, "--set", "max_added=9"])
    vocabulary = WordPieceVocabulary.read(str(tmp_path / "output" / "vocab.txt"), lowercase=False)
    assert vocabulary.pieces[:5] == SPECIAL_PIECES
    assert len(vocabulary) == 5 + 9


def test_an_encoder(tmp_path: Path) -> None:
    config = write_config(
        tmp_path,
        base={"kind": "encoder", "path": str(tmp_path / "base")},
        embedding_init={"kind": "subword_mean"},
    )
    sizes = {"num_layers": 1, "hidden_dim": 8, "num_heads": 2, "intermediate_dim": 8}
    settings = NewEncoder(
        kind="new",
        vocabulary=str(tmp_path / "vocab.txt"),
        lowercase=True,
        max_sequence_length=8,
        **sizes,
    )
    base = build_encoder(settings)
    (tmp_path / "base").mkdir()
    save_encoder(base, str(tmp_path / "base"))
    main(["extend_vocab", "--config", config])
    extended = load_encoder(str(tmp_path / "output"))
    assert extended.vocabulary.pieces[: len(BASE)] == BASE.pieces
    assert extended.vocabulary.lowercase
    old, new = np.array(base.embedding_table), np.array(extended.embedding_table)
    np.testing.assert_array_equal(new[: len(BASE)], old)
    row = new[extended.vocabulary.piece_to_id("za")]
    expected = (old[BASE.piece_to_id("z")] + old[BASE.piece_to_id("##a")]) / 2
    np.testing.assert_allclose(row, expected, rtol=1e-6)


def _base_encoder(folder: Path) -> str:
    BASE.write(str(folder / "vocab.txt"))
    sizes = {"num_layers": 1, "hidden_dim": 8, "num_heads": 2, "intermediate_dim": 8}
    given = {"vocabulary": str(folder / "vocab.txt"), "lowercase": True, "max_sequence_length": 8}
    (folder / "base").mkdir()
    save_encoder(build_encoder(NewEncoder(kind="new", **given, **sizes)), str(folder / "base"))
    return str(folder / "base")


def _extend(folder: Path, base: str, name: str, words: str) -> str:
    config = write_config(
        folder,
        base={"kind": "encoder", "path": base},
        embedding_init={"kind": "subword_mean"},
        output=str(folder / name),
    )
    (folder / "sw.tsv").write_text(words)
    main(["extend_vocab", "--config", config])
    return str(folder / name)


def test_extending_twice(tmp_path: Path) -> None:
    base = _base_encoder(tmp_path)
    once = _extend(tmp_path, base, "once", "habari\t6\n")
    twice = _extend(tmp_path, once, "twice", "zarib\t6\nhabari\t2\n")
    old, first, second = (load_encoder(folder) for folder in (base, once, twice))
    assert first.vocabulary.pieces[: len(BASE)] == BASE.pieces
    assert second.vocabulary.pieces[: len(first.vocabulary)] == first.vocabulary.pieces
    assert "habari" in first.vocabulary.pieces
    assert "zarib" in second.vocabulary.pieces[len(first.vocabulary) :]
    tables = [np.array(encoder.embedding_table) for encoder in (old, first, second)]
    np.testing.assert_array_equal(tables[1][: len(BASE)], tables[0])
    np.testing.assert_array_equal(tables[2][: len(first.vocabulary)], tables[1])


def test_an_extended_encoder_rejects_its_old_vocabulary(tmp_path: Path) -> None:
    base = _base_encoder(tmp_path)
    once = _extend(tmp_path, base, "once", "habari\t6\n")
    (tmp_path / "once" / "vocab.txt").write_bytes((tmp_path / "base" / "vocab.txt").read_bytes())
    with pytest.raises(DamagedError, match=r"vocab\.txt: damaged"):
        load_encoder(once)
    (tmp_path / "once" / "MANIFEST.json").unlink()
    with pytest.raises(UnsupportedLayoutError, match="not the vocabulary these weights were"):
        load_encoder(once)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"embedding_init": {"kind": "random"}},
            "embedding_init: base.kind vocabulary has no embeddings; remove this key",
        ),
        ({"learner": {"kind": "wordpiece"}}, "learner"),
        ({"word_counts": []}, "word_counts"),
    ],
)
def test_wrong_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["extend_vocab", "--config", write_config(tmp_path, **values)])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_settings_are_judged_without_tensorflow(tmp_path: Path) -> None:
    config = write_config(tmp_path, max_aded=3)
    program = (
        "import sys\nfrom tfmling.cli.main import main\n"
        f"try:\n    main(['extend_vocab', '--config', {config!r}])\n"
        "finally:\n    assert 'tensorflow' not in sys.modules\n"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert shown.returncode == 2
    assert "did you mean 'max_added'?" in shown.stderr


def test_words_counted_with_capitals_for_an_uncased_base(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    (tmp_path / "sw.tsv").write_text("Habari\t3\n")
    with pytest.raises(SystemExit, match="run count_words with that setting"):
        main(["extend_vocab", "--config", config])
    assert not (tmp_path / "output").exists()
