"""BUCC's shared task: threshold from train, scores of test, by hand."""

import gzip

import numpy as np
import pytest

from tfmling.core import config
from tfmling.corpora.corpus import CorpusError
from tfmling.evaluation.bucc import BuccSet, mining_scores
from tfmling.evaluation.test_set import EmbeddedSet
from tfmling.mining.pairs import Pairs


def pairs(*rows: tuple[int, int, float]) -> Pairs:
    source, target, score = zip(*rows, strict=True)
    return Pairs(np.array(source), np.array(target), np.array(score, np.float32))


def test_the_threshold_of_train_judges_test():
    # train: both true pairs are above 1.1, so the threshold is halfway between 1.2 and 1.0
    train = pairs((0, 0, 1.4), (1, 1, 1.2), (2, 2, 1.0))
    test = pairs((0, 5, 1.5), (1, 1, 1.3), (2, 2, 1.15), (3, 3, 1.05))
    figures = mining_scores(train, {(0, 0), (1, 1)}, test, {(1, 1), (2, 2), (3, 3), (4, 4)})
    assert figures["threshold"] == pytest.approx(1.1)
    # three are extracted, two of them right, of four true ones
    assert (figures["extracted"], figures["count"]) == (3, 4)
    assert figures["precision"] == pytest.approx(2 / 3)
    assert figures["recall"] == pytest.approx(2 / 4)
    assert figures["f1"] == pytest.approx(2 * 2 / (3 + 4))
    for name in ("f1", "precision", "recall"):
        assert figures[f"{name}_low"] < figures[name] < figures[f"{name}_high"]


def test_nothing_right_in_train_extracts_nothing():
    figures = mining_scores(pairs((0, 1, 1.4)), {(0, 0)}, pairs((0, 0, 2.0)), {(0, 0)})
    assert (figures["extracted"], figures["f1"], figures["recall"]) == (0, 0.0, 0.0)
    assert figures["precision"] == 1.0


@pytest.fixture
def settings(tmp_path) -> BuccSet:
    """Train: s1-t2. Test: s1-t1, and s2, t2 without a translation."""
    write(tmp_path / "train.fr", "fr-1\tun\n", "fr-2\tdeux\n")
    write(tmp_path / "train.en", "en-1\thouse\n", "en-2\tone\n")
    write(tmp_path / "train.gold", "fr-1\ten-2\n")
    write(tmp_path / "test.fr", "fr-8\ttrois\n", "fr-9\tchat\n")
    write(tmp_path / "test.en", "en-8\tthree\n", "en-9\tdog\n")
    write(tmp_path / "test.gold", "fr-8\ten-8\n")
    parts = {
        part: {
            side: f"{tmp_path}/{part}.{ending}.gz"
            for side, ending in (("source", "fr"), ("target", "en"), ("gold", "gold"))
        }
        for part in ("train", "test")
    }
    values = {"kind": "bucc", "name": "bucc", "source_language": "fra", "target_language": "en"}
    return config.build(BuccSet, values | parts, "test")


def write(path, *lines: str) -> None:
    with gzip.open(f"{path}.gz", "wt", encoding="utf-8") as file:
        file.writelines(lines)


def test_a_whole_set(settings):
    assert settings.keys == ["fr-en", "en-fr"]
    texts = settings.read()
    assert texts == (["un", "deux"], ["house", "one"], ["trois", "chat"], ["three", "dog"])
    one, two = np.eye(2, dtype=np.float32)
    between = (one + two) / np.sqrt(2, dtype=np.float32)
    vectors = [(one, between), (-one, one), (two, between), (two, -two)]
    scored = EmbeddedSet(texts, tuple(np.stack(v) for v in vectors), None, 1, "")
    figures = settings.score(scored)
    assert figures.keys() == {"fr-en", "en-fr"}
    # forward, k = 1: `un` has ratio 1 with `one`, `deux` .71 / ((.71 + 1) / 2) = .83 with it
    assert figures["fr-en"]["threshold"] == pytest.approx((1 + 0.8284) / 2, abs=1e-3)
    assert (figures["fr-en"]["f1"], figures["fr-en"]["extracted"]) == (1.0, 1)


def test_a_gold_id_that_no_sentence_has(settings, tmp_path):
    write(tmp_path / "test.gold", "fr-8\ten-8\n", "fr-7\ten-8\n")
    with pytest.raises(CorpusError, match=r"test.gold.gz:2: expected the id .* got 'fr-7'"):
        settings.read()


def test_gold_without_a_pair(settings, tmp_path):
    write(tmp_path / "test.gold", "\n")
    with pytest.raises(CorpusError, match=r"test.gold.gz: expected lines `id TAB id`, found none"):
        settings.read()


def test_a_tab_within_a_sentence(settings, tmp_path):
    write(tmp_path / "test.fr", "fr-8\ttrois\tchats\n", "fr-9\tchat\n")
    with pytest.raises(CorpusError, match=r"test.fr.gz:1: expected two columns by tab, got 3"):
        settings.read()


def test_an_empty_side(settings, tmp_path):
    write(tmp_path / "test.fr")
    with pytest.raises(CorpusError, match="expected lines `id TAB sentence`"):
        settings.read()


@pytest.mark.parametrize("side", ["train.fr", "test.en"])
def test_a_repeated_id(settings, tmp_path, side):
    name = side[-2:]
    write(tmp_path / side, f"{name}-1\tun\r\n", f"{name}-2\tdeux\r\n", f"{name}-1\ttrois\r\n")
    with pytest.raises(CorpusError) as caught:
        settings.read()
    path = f"{tmp_path}/{side}.gz"
    assert str(caught.value).startswith(
        f"{path}:3: the id '{name}-1' occurs twice, first at {path}:1"
    )


def test_windows_line_ends_and_a_byte_order_mark_are_no_part_of_ids(settings, tmp_path):
    write(tmp_path / "train.gold", "\ufefffr-1\ten-2\r\n")
    write(tmp_path / "train.fr", "\ufefffr-1\tun\r\n", "fr-2\tdeux\r\n")
    assert settings.train.read_gold() == {(0, 1)}
    assert settings.read()[0] == ["un", "deux"]
