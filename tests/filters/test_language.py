"""The required plausibility by length, with a fake identifier."""

import logging
import math
from typing import Literal

import pytest

from tests.text.language_id.tiny_fasttext import write_model
from tfmling import filters
from tfmling.core import config
from tfmling.filters.filter import Sentence, judge_sentences, not_judged

# p(sw) of "aa" = 1 / (1 + e^2) = 0.119 against en
WORDS = {"</s>": -1.0, "aa": -1.0}
LABELS = {"__label__swh_Latn": 1.0, "__label__eng_Latn": -1.0}
PLAUSIBILITY = 1 / (1 + math.exp(2))


class _Holder(config.Settings):
    filters: list[filters.AnySentenceFilter]


@pytest.fixture
def build(tmp_path):
    path = write_model(tmp_path / "tiny.bin", WORDS, LABELS)

    def built(kind: Literal["fasttext", "cld2", "py3langid"] = "fasttext", **values):
        identifier = {"kind": kind} | ({"path": path} if kind == "fasttext" else {})
        each = {"kind": "language", "identifier": identifier} | values
        return config.build(_Holder, {"filters": [each]}, "test").filters[0]

    return built


def test_longer_texts_need_a_higher_plausibility(build):
    language = build(full_length=10, min_plausibility=0.5)
    # 2 characters need 0.1, 5 need 0.25, 11 as all long ones 0.5
    needed = {"aa": 0.1, "aa aa": 0.25, "aa aa aa aa": 0.5}
    scores = [language.score(text, "sw") for text in needed]
    assert scores == pytest.approx([PLAUSIBILITY / n for n in needed.values()], rel=1e-3)
    assert [language.accepts(score) for score in scores] == [True, False, False]
    assert language.reason(scores[1]) == "language"


def test_short_texts_are_distinguished_from_neighbors(build):
    near = build(full_length=10, neighbors={"sw": ["eng"]})
    assert near.score("aa", "sw") == pytest.approx(PLAUSIBILITY / 0.5, rel=1e-3)
    assert near.score("aa", "en") == pytest.approx((1 - PLAUSIBILITY) / 0.1, rel=1e-3)


def test_a_batch_of_several_languages_keeps_its_order(build):
    language = build()
    items = [Sentence("aa", "sw"), Sentence("aa aa", "en"), Sentence("aa", "wo")]
    assert language.scores(items) == [language.score(text, code) for text, code, _ in items]
    assert language.scores([]) == []


def test_an_unknown_language_is_reported_and_kept(build, caplog):
    language = build()
    with caplog.at_level(logging.WARNING):
        assert judge_sentences([language], [Sentence("Nanga def", "ff")]) == [None]
    assert "fasttext does not know ff; all of it is kept without a check" in caplog.text
    assert not_judged([language], ("ff",), "") == {"unknown_to_fasttext"}
    assert not_judged([language], ("sw",), "") == set()


def test_an_unknown_language_is_dropped_on_request(build):
    language = build(unknown="drop")
    ((reason, score),) = judge_sentences([language], [Sentence("Nanga def", "wo")])
    assert (reason, math.isnan(score)) == ("unknown_to_fasttext", True)
    assert not_judged([language], ("wo",), "") == set()


@pytest.mark.parametrize(("kind", "short"), [("cld2", 0.96), ("py3langid", 0.96)])
def test_short_good_swahili_survives_and_other_languages_do_not(build, kind, short, shared_data):
    from tfmling.corpora.lines import read_lines

    def read(name, number):
        path = str(shared_data / name)
        return [line.text for line in read_lines(path, 10_000)][:number]

    language = build(kind)
    swahili = [t for t in read("tatoeba/tatoeba.swh-eng.swh.gz", 390) if len(t) < 25]
    others = read("ntrex/newstest2019-ref.som.txt.gz", 200) + read(
        "ntrex/newstest2019-ref.deu.txt.gz", 200
    )
    kept = [language.accepts(s) for s in language.scores([Sentence(t, "sw") for t in swahili])]
    wrong = [language.accepts(s) for s in language.scores([Sentence(t, "sw") for t in others])]
    assert sum(kept) / len(kept) >= short
    assert sum(wrong) / len(wrong) < 0.02
