"""vocabulary_curve: its output, and resuming an interrupted run."""

import json
import random
from pathlib import Path

import pytest
import yaml

from tfmling.cli.main import main
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
from tfmling.vocab import run_curve

SIZES = [30, 60, 120]


def _counts(folder: Path, name: str, seed: int) -> str:
    draw = random.Random(seed)
    parts = ["ha", "ba", "ri", "su", "hi", "mo", "ta", "ke"]
    words = {"".join(draw.choices(parts, k=draw.randint(1, 4))) for _ in range(400)}
    (folder / name).mkdir()
    lines = "".join(f"{word}\t{draw.randint(1, 9)}\n" for word in sorted(words))
    (folder / name / "sw.tsv").write_text(lines)
    return str(folder / name / "sw.tsv")


@pytest.fixture
def config_path(tmp_path: Path) -> Path:
    base = WordPieceVocabulary(
        (*SPECIAL_PIECES, *"habrisumotke", *(f"##{c}" for c in "habrisumotke")), False
    )
    base.write(str(tmp_path / "vocab.txt"))
    settings = {
        "output": str(tmp_path / "curve"),
        "base": {"kind": "vocabulary", "path": str(tmp_path / "vocab.txt"), "lowercase": False},
        "word_counts": [_counts(tmp_path, "train", 1)],
        "measured_on": [_counts(tmp_path, "test", 2)],
        "sizes": SIZES,
    }
    path = tmp_path / "curve.yaml"
    path.write_text(yaml.safe_dump(settings))
    return path


def _read(folder: Path) -> dict:
    return json.loads((folder / "curve" / "curve.json").read_text())


def test_what_it_writes(tmp_path: Path, config_path: Path, capsys) -> None:
    main(["vocabulary_curve", "--config", str(config_path)])
    found = _read(tmp_path)
    points = [found["base"], *(found["sizes"][str(size)] for size in SIZES)]
    swahili = [point["languages"]["sw"] for point in points]
    # every piece of the base is one character, so a piece is a byte; later ones are longer
    assert swahili[0]["bytes_per_token"] == 1.0
    pieces = [figures["pieces_per_word"] for figures in swahili]
    assert pieces == sorted(pieces, reverse=True)
    assert pieces[-1] < 0.7 * pieces[0]
    for figures in swahili:  # what a word is long, in pieces and in bytes of a piece
        bytes_of_word = swahili[0]["pieces_per_word"]
        product = figures["pieces_per_word"] * figures["bytes_per_token"]
        assert product == pytest.approx(bytes_of_word)
    assert found["recommended"] in SIZES
    assert f"recommended: {found['recommended']:,} pieces" in capsys.readouterr().out
    page = (tmp_path / "curve" / "curve.html").read_text()
    assert f"Recommended: {found['recommended']:,} pieces" in page
    assert not (tmp_path / "curve.unfinished").exists()


def test_an_interrupted_run_resumes(tmp_path: Path, config_path: Path, monkeypatch) -> None:
    main(["vocabulary_curve", "--config", str(config_path)])
    whole = _read(tmp_path)
    (tmp_path / "curve" / "curve.json").unlink()
    learned = []

    def learn(size, *rest):
        learned.append(size)
        if learned == SIZES[:2]:
            raise KeyboardInterrupt
        return vocabulary_of_size(size, *rest)

    vocabulary_of_size = run_curve.vocabulary_of_size
    monkeypatch.setattr(run_curve, "vocabulary_of_size", learn)
    with pytest.raises(SystemExit) as interrupted:
        main(["vocabulary_curve", "--config", str(config_path)])
    assert interrupted.value.code == 130
    assert (tmp_path / "curve.unfinished" / f"{SIZES[0]}.point.json").exists()
    main(["vocabulary_curve", "--config", str(config_path)])
    assert learned == [SIZES[0], SIZES[1], SIZES[1], SIZES[2]]
    assert _read(tmp_path) == whole


def test_a_language_without_words_to_measure_on(tmp_path: Path, config_path: Path) -> None:
    (tmp_path / "train" / "ha.tsv").write_text("habari\t3\n")
    override = f"word_counts.0={tmp_path}/train/*.tsv"
    with pytest.raises(SystemExit, match="measured_on: no words in ha"):
        main(["vocabulary_curve", "--config", str(config_path), "--set", override])


def test_it_is_measured_on_held_out_words(tmp_path: Path, config_path: Path) -> None:
    main(["vocabulary_curve", "--config", str(config_path)])
    named = _read(tmp_path)
    override = ["--set", "measured_on=[]", "--set", f"output={tmp_path}/held_out_curve"]
    with pytest.raises(SystemExit, match=r"measured_on: no words in sw, .*held-out words"):
        main(["vocabulary_curve", "--config", str(config_path), *override])
    (tmp_path / "test").rename(tmp_path / "train" / "held_out")
    main(["vocabulary_curve", "--config", str(config_path), *override])
    found = json.loads((tmp_path / "held_out_curve" / "curve.json").read_text())
    assert found["sizes"] == named["sizes"]


def test_descending_sizes_are_rejected(config_path: Path, capsys) -> None:
    with pytest.raises(SystemExit):
        main(["vocabulary_curve", "--config", str(config_path), "--set", "sizes=[60, 30]"])
    assert "expected positive sizes in ascending order; got [60, 30]" in capsys.readouterr().err
