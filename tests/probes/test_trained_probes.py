"""Probes that train: on constructed text a right tagger is sure, and so are its wrong answers."""

import numpy as np
import pytest

from tests.probes.test_word_probes import conllu
from tests.tiny import LETTERS, tiny_encoder
from tfmling.core.config import build
from tfmling.core.config_errors import ConfigError
from tfmling.corpora.corpus import CorpusError
from tfmling.probes.entity_overlap import EntityOverlap
from tfmling.probes.other_text import OtherText
from tfmling.probes.transfer import ZeroShotMatrix, correlation_of
from tfmling.probes.typology import Typology

FIT = {
    "epochs": 8,
    "optimizer": {"learning_rate": 0.01, "warmup_steps": 2},
    "inputs": {"max_length": 16, "overlap": 2, "batch_size": 10, "length_step": None},
}
CYRILLIC = dict(zip("abdefg", "абдефг", strict=True))


class TinyEncoder:
    """The tiny encoder as probes see it; every word is one letter, and so one piece."""

    def __init__(self):
        self.loaded = 0

    def load(self):
        self.loaded += 1
        return tiny_encoder(dropout=0.0)

    def cut(self, word: str) -> list[str]:
        return [word]


def words(count: int, seed: int, letters: str = LETTERS[:8]) -> list[list[str]]:
    draw = np.random.default_rng(seed)
    return [draw.choice(list(letters), 6).tolist() for _ in range(count)]


def tag(letter: str, swapped: bool = False) -> str:
    return "NOUN" if (letter in "aceg") != swapped else "VERB"


def treebank(folder, name: str, sentences, **changes) -> dict[str, str]:
    tagged = {f"s{n}": [(w, tag(w, **changes)) for w in own] for n, own in enumerate(sentences)}
    (folder / name).write_text(conllu(tagged))
    return {"format": "conllu", "language": "en", "path": str(folder / name)}


def task(folder, test: dict) -> dict:
    train = treebank(folder, "train.conllu", words(40, 1))
    return {"kind": "words", "train": [train], "development": [train], "test": test}


def test_languages_of_equal_and_of_opposite_labels(tmp_path):
    tests = {
        "en": treebank(tmp_path, "en.conllu", words(20, 2)),
        "fr": treebank(tmp_path, "fr.conllu", words(20, 3)),
        "tr": treebank(tmp_path, "tr.conllu", words(20, 4), swapped=True),
        "ja": treebank(tmp_path, "ja.conllu", words(20, 5), swapped=True),
    }
    rows = [(code, feature, value) for code, feature, value in (
        ("eng", "81A", "SVO"), ("fra", "81A", "SVO"), ("tur", "81A", "SOV"), ("jpn", "81A", "SOV"),
        ("eng", "87A", "AN"), ("fra", "87A", "NA"), ("tur", "87A", "AN"), ("jpn", "87A", "AN"),
        ("eng", "85A", "Pre"), ("fra", "85A", "Pre"), ("tur", "85A", "Post"),
        ("jpn", "85A", "Post"),
    )]  # fmt: skip
    table = ["iso639p3\tfeature_id\tvalue", *("\t".join(row) for row in rows)]
    (tmp_path / "wals.tsv").write_text("\n".join(table) + "\n")
    values = {
        "name": "pos", "kind": "typology", "tasks": {"en": task(tmp_path, tests)},
        "fit": FIT, "wals": str(tmp_path / "wals.tsv"),
    }  # fmt: skip
    probe = build(Typology, values, "test")
    encoder = TinyEncoder()
    found = probe.run(encoder, probe.read())
    assert encoder.loaded == 1
    by_language = {row["tested_on"]: row for row in found}
    assert {name: row["score"] for name, row in by_language.items()} == {
        "en": 1.0, "fr": 1.0, "tr": 0.0, "ja": 0.0
    }  # fmt: skip
    assert by_language["fr"]["count"] == 120
    assert [by_language[name]["shared_features"] for name in tests] == [3, 2, 1, 1]
    summary = probe.summary(found)
    assert summary["81A SVO to SVO"] == 1.0
    assert summary["81A SVO to SOV"] == 0.0
    assert summary["pearson"] == pytest.approx(1.0)
    titles = [own.title for own in probe.tables(found)]
    assert titles[1:] == [
        "shared_features and score", "order of subject, object, verb", "order of adjective, noun"
    ]  # fmt: skip
    assert len(probe.draw(found).axes[0].lines) == 3


def typology(folder, trained: str, tested: str) -> Typology:
    (folder / "wals.tsv").write_text("iso639p3\tfeature_id\tvalue\neng\t81A\tSVO\npor\t81A\tSVO\n")
    tests = {tested: treebank(folder, "test.conllu", words(2, 2))}
    values = {"name": "pos", "kind": "typology", "tasks": {trained: task(folder, tests)}}
    return build(Typology, {**values, "wals": str(folder / "wals.tsv")}, "test")


def test_a_language_without_word_order_is_rejected_instead_of_sharing_none(tmp_path):
    with pytest.raises(
        CorpusError, match=r"wals\.tsv: expected .* of all languages, .* none of ga;"
    ):
        typology(tmp_path, "en", "ga").read()
    _, features = typology(tmp_path, "en", "pt-BR").read()
    assert features == {"en": {"81A": "SVO"}, "pt-BR": {"81A": "SVO"}}


def test_languages_have_one_name(tmp_path):
    with pytest.raises(ConfigError, match="expected the names en, sw, got eng, swa"):
        typology(tmp_path, "eng", "swa")


def test_other_letters_are_unknown_and_romanized_ones_are_not(tmp_path):
    pytest.importorskip("uroman")
    tested = words(20, 6, "".join(CYRILLIC))
    other = [[CYRILLIC[letter] for letter in own] for own in tested]
    tags = [[tag(letter) for letter in own] for own in tested]
    named = {
        f"s{n}": list(zip(own, labels, strict=True))
        for n, (own, labels) in enumerate(zip(other, tags, strict=True))
    }
    (tmp_path / "ru.conllu").write_text(conllu(named))
    russian = {"format": "conllu", "language": "ru", "path": str(tmp_path / "ru.conllu")}
    latin = treebank(tmp_path, "en.conllu", tested)
    values = {
        "name": "other", "kind": "other_text", "task": task(tmp_path, {"ru": russian}), "fit": FIT,
        "romanized": ["ru"],
        "switched": {"en": {"rates": [1.0], "pairs": {
            "kind": "treebanks", "source": latin, "target": russian}}},
    }  # fmt: skip
    probe = build(OtherText, values, "test")
    found = {
        (row["test"], row["text"]): row["score"] for row in probe.run(TinyEncoder(), probe.read())
    }
    assert found["ru", "romanized"] == 1.0
    assert found["en", "original"] == 1.0
    assert found["ru", "original"] < 0.8
    # linked words have become Cyrillic, which is [UNK] to the tagger
    assert found["en", "switched_100"] < 0.8


def test_what_is_romanized_must_be_tested(tmp_path):
    values = {
        "name": "other",
        "kind": "other_text",
        "task": task(tmp_path, {}),
        "romanized": ["ru"],
    }
    with pytest.raises(ConfigError, match=r"expected test sets of the task, got \['ru'\]"):
        build(OtherText, values, "test")


def test_a_crf_is_not_for_pairs(tmp_path):
    own = {"format": "xnli", "language": "en", "path": "none"}
    task = {"kind": "pairs", "train": [own], "development": [own], "test": {"en": own}}
    values = {"name": "xnli", "kind": "zero_shot", "tasks": {"en": task}}
    with pytest.raises(ConfigError, match=r"pairs needs head.kind linear; got bilstm_crf"):
        build(ZeroShotMatrix, {**values, "head": {"kind": "bilstm_crf"}}, "t", check_inputs=False)


def test_switched_words_with_labels_that_training_never_saw_are_counted(tmp_path):
    probe = switched(tmp_path, "words")
    (tmp_path / "train.conllu").write_text(conllu({"s0": [("a", "NOUN")]}))
    train = {"format": "conllu", "language": "en", "path": str(tmp_path / "train.conllu")}
    values = probe.model_dump()
    values["task"] |= {"train": [train], "development": [train]}
    found = build(OtherText, values, "test")
    counts = found.counts(found.read())
    verbs = sum(tag(word) == "VERB" for own in words(2, 1) for word in own)
    assert counts["en_de"] == {"items": 2, "unknown_gold_labels": verbs}
    assert counts["tested"]["unknown_gold_labels"] == verbs
    assert "unknown_gold_labels" not in counts["development"]


def switched(folder, kind: str, **values) -> OtherText:
    path = treebank(folder, "en.conllu", words(2, 1))
    own = {"pairs": {"kind": "treebanks", "source": path, "target": path}, **values}
    tested = {"kind": kind, "train": [path], "development": [path], "test": {"tested": path}}
    values = {"name": "other", "kind": "other_text", "task": tested, "switched": {"en_de": own}}
    return build(OtherText, values, "test")


def test_words_are_switched_in_treebanks_which_have_no_entities(tmp_path):
    assert switched(tmp_path, "words").switched["en_de"].rates == (0.5, 1.0)
    with pytest.raises(ConfigError, match=r"expected task.kind words with them, got entities"):
        switched(tmp_path, "entities")


def test_switched_texts_have_names_of_their_own(tmp_path):
    values = switched(tmp_path, "words").model_dump()
    values["switched"]["tested"] = values["switched"].pop("en_de")
    with pytest.raises(ConfigError, match=r"other names than the task's test sets, \['tested'\]"):
        build(OtherText, values, "test")
    with pytest.raises(ConfigError, match="that differ, got several times: switched_50"):
        switched(tmp_path, "words", rates=[0.5, 0.501])


def entities(folder, name: str, sentences) -> dict:
    blocks = ["".join(f"{w} {'B-PER' if w in 'ace' else 'O'}\n" for w in own) for own in sentences]
    (folder / name).write_text("\n".join(blocks))
    tags = {"scheme": "IOB2", "names": ["PER"]}
    return {"format": "conll", "language": "en", "path": str(folder / name), "tags": tags}


def test_overlap_of_entities_and_f1(tmp_path):
    train = entities(tmp_path, "train", words(40, 1))
    # names are a, c, e; of those the third language has a only, among words that are no names
    tests = {
        "en": entities(tmp_path, "en", words(20, 2)),
        "same": entities(tmp_path, "same", words(20, 3)),
        "part": entities(tmp_path, "part", words(20, 4, "abd")),
    }
    own = {"kind": "entities", "train": [train], "development": [train], "test": tests}
    probe = build(
        EntityOverlap,
        {"name": "ner", "kind": "entity_overlap", "tasks": {"en": own}, "fit": FIT},
        "test",
    )
    data = probe.read()
    found = probe.run(TinyEncoder(), data)
    counts = probe.counts(data)["en"]
    assert {name: own["items"] for name, own in counts.items()} == {
        "train": 40, "development": 40, "en": 20, "same": 20, "part": 20
    }  # fmt: skip
    assert counts["same"]["windowed_sentences"] == 0  # of 6 words and [CLS] and [SEP], 16 fit
    assert {row["tested_on"]: row["score"] for row in found} == {"en": 1, "same": 1, "part": 1}
    overlaps = {row["tested_on"]: row["overlap"] for row in found}
    assert overlaps == {"en": 1.0, "same": 1.0, "part": pytest.approx(1 / 3)}
    assert probe.summary(found) == {}  # two transfers are no correlation
    assert len(probe.draw(found).axes[0].lines) == 2


def test_a_matrix_has_a_cell_for_each_transfer():
    rows = [
        {"trained_on": "en", "tested_on": "de", "score": 0.7},
        {"trained_on": "en", "tested_on": "en", "score": 0.9},
        {"trained_on": "tr", "tested_on": "de", "score": 0.2},
    ]
    axes = ZeroShotMatrix.model_construct().draw(rows).axes[0]
    assert [(t.get_position(), t.get_text()) for t in axes.texts] == [
        ((0, 0), "0.70"), ((1, 0), "0.90"), ((0, 1), "0.20")
    ]  # fmt: skip
    assert [label.get_text() for label in axes.get_yticklabels()] == ["en", "tr"]


def test_a_correlation_by_hand():
    rows = [{"overlap": x, "score": y} for x, y in ((0.1, 0.2), (0.2, 0.4), (0.3, 0.6))]
    found = correlation_of(rows, "overlap")
    assert found["pearson"] == pytest.approx(1.0)
    assert found["spearman"] == pytest.approx(1.0)
    assert found["count"] == 3
