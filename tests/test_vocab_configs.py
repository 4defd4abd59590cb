"""Every config of configs/vocab/ runs on invented words in its scripts."""

import gzip
import json
import random
from pathlib import Path

import pytest

from tests import tiny
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core import config, files
from tfmling.recipes.plan import load_recipe, plan_stages
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary

FOLDER = Path(__file__).resolve().parents[1] / "configs" / "vocab"
TESTED = {"curve", "extend_multilingual", "trim"}
LETTERS = {
    "sw": "abehikmorstu", "am": "ሀለመረሰቀበተነአከወ", "ug": "ئابتجخدرزسشغ", "hi": "कखगचजटतदनपबम",
    "kk": "абгдежзиклмн",
}  # fmt: skip
SPEAKS = {
    "ted/Swahili.txt": "sw", "lafand/en-swa/train.swa": "sw", "tico19/en-sw.tsv": "sw",
    "bible/Swahili-NT.tsv": "sw", "ted/Amharic.txt": "am", "bible/Amharic-NT.tsv": "am",
    "ted/Uyghur.txt": "ug", **{
        f"ntrex/newstest2019-{name}.txt": letters for name, letters in (
            ("ref.swa", "sw"), ("ref.amh", "am"), ("ref.uig", "ug"), ("ref.deu", "sw"),
            ("src.eng", "sw"), ("ref.hin", "hi"), ("ref.kaz", "kk"), ("ref.som", "sw"),
        )
    },
}  # fmt: skip


def test_all_of_them_are_tested_here():
    assert {path.stem for path in FOLDER.glob("*.yaml")} == TESTED


def _lines(name: str, count: int = 40) -> list[str]:
    draw = random.Random(name)
    letters = LETTERS[SPEAKS[name]]
    syllables = [a + b for a in letters[:4] for b in letters[4:]]

    def sentence() -> str:
        words = ("".join(draw.choices(syllables[::3], k=draw.randint(1, 3))) for _ in range(8))
        return " ".join(words)

    columns = 3 if name.startswith("tico19") else 2 if name.startswith("bible") else 1
    return ["\t".join(sentence() for _ in range(columns)) for _ in range(count)]


@pytest.fixture(scope="module")
def extended(tmp_path_factory) -> Path:
    """The output of extend_multilingual.yaml, its stages run one by one."""
    folder = tmp_path_factory.mktemp("vocab_configs")
    letters = sorted({letter for own in LETTERS.values() for letter in own})
    base = WordPieceVocabulary(
        (*SPECIAL_PIECES, *letters, *(f"##{c}" for c in letters)), lowercase=False
    )
    written = {name: _lines(name) for name in SPEAKS}
    for name, lines in (written | {"vocab/bert_multi_cased.txt": base.pieces}).items():
        path = folder / "data" / f"{name}.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))
    path = str(FOLDER / "extend_multilingual.yaml")
    chosen = {"variables.data": folder / "data", "output": folder / "out",
              "stages.extend.config.learner.vocabulary_size": 150}  # fmt: skip
    recipe = load_recipe(path, [f"{key}={value}" for key, value in chosen.items()])
    for stage in plan_stages(recipe, path):
        files.write_text(str(folder / f"{stage.name}.yaml"), config.dump(stage.settings))
        main([stage.command, "--config", str(folder / f"{stage.name}.yaml")])
    return folder / "out"


def test_extend_multilingual(extended):
    table = json.loads((extended / "extend" / "fertility.json").read_text())
    before_and_after = {
        code: [table["languages"][code][when]["pieces_per_word"] for when in ("before", "after")]
        for code in ("sw", "am", "ug", "hi")
    }
    assert all(after < 0.8 * before for before, after in
               (before_and_after[code] for code in ("sw", "am", "ug")))  # fmt: skip
    assert before_and_after["hi"][0] == before_and_after["hi"][1]


def _run(name: str, command: str, tmp_path: Path, **chosen: object) -> Path:
    overrides = [f"--set={key.replace('__', '.')}={json.dumps(v)}" for key, v in chosen.items()]
    output = tmp_path / "out"
    main([command, "--config", str(FOLDER / f"{name}.yaml"), f"--set=output={output}", *overrides])
    return output


def test_curve(extended, tmp_path):
    words = {kind: [str(extended / kind / f"{code}.tsv") for code in ("sw", "am")]
             for kind in ("words", "news_words")}  # fmt: skip
    output = _run(
        "curve", "vocabulary_curve", tmp_path, word_counts=words["words"], sizes=[40, 80, 160],
        measured_on=words["news_words"],
        base__path=str(extended.parent / "data" / "vocab" / "bert_multi_cased.txt.gz"),
    )  # fmt: skip
    assert json.loads((output / "curve.json").read_text())["recommended"] in (40, 80, 160)


def test_trim(tmp_path):
    save_encoder(tiny.tiny_encoder(), str(tmp_path / "encoder"))
    (tmp_path / "sw.tsv").write_text("ab\t3\nc\t2\n")
    output = _run(
        "trim", "trim_vocab", tmp_path, encoder=str(tmp_path / "encoder"),
        word_counts=[str(tmp_path / "sw.tsv")],
    )  # fmt: skip
    # all of the tiny vocabulary are characters, which stay
    assert load_encoder(str(output)).vocabulary.pieces == tiny.VOCABULARY.pieces
