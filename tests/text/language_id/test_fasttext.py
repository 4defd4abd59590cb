"""A model of one's own, against probabilities worked out by hand."""

import math

import pydantic
import pytest

from tests.text.language_id.tiny_fasttext import write_model
from tfmling.core import config
from tfmling.text.language_id import LanguageId

WORDS = {"</s>": 0.0, "habari": 4.0, "hello": -4.0, "ya": -2.0}
LABELS = {"__label__swh_Latn": 1.0, "__label__eng_Latn": -1.0, "__label__srp_Latn": -10.0}


class _Holder(config.Settings):
    identifier: LanguageId


def build(**values):
    return config.build(_Holder, {"identifier": {"kind": "fasttext"} | values}, "test").identifier


@pytest.fixture
def model(tmp_path):
    return build(path=write_model(tmp_path / "model.bin", WORDS, LABELS))


def test_probabilities_by_hand(model):
    # h is the mean with the end's 0. habari: 2, logits 2, -2, -20; habari ya: (4 - 2) / 3
    both = [math.exp(2), math.exp(-2), math.exp(-20)]
    one = [math.exp(2 / 3), math.exp(-2 / 3), math.exp(-20 / 3)]
    scores = model.identify(["habari", "habari\nya"])
    assert [language for language, _ in scores] == ["sw", "sw"]
    expected = [both[0] / sum(both), one[0] / sum(one)]
    assert [score for _, score in scores] == pytest.approx(expected, abs=1e-4)
    # h = 0: all labels alike
    (even,) = model.identify(["habari hello"])
    assert even[1] == pytest.approx(1 / 3, abs=1e-4)


def test_comparison_with_the_strongest_rival(model):
    plausible, not_so = model.compare(["habari", "hello"], "en")
    assert plausible.rival == "sw"
    assert plausible.plausibility == pytest.approx(1 / (1 + math.exp(4)), abs=1e-4)
    # hello: h = -2, logits -2 (sw), 2 (en), 20 (sr-Latn)
    assert not_so.rival == "sr-Latn"
    assert not_so.plausibility == pytest.approx(1 / (1 + math.exp(18)), abs=1e-4)


def test_unknown_words_leave_all_labels_alike(model):
    assert model.compare(["zzz", ""], "sw")[0].plausibility == pytest.approx(0.5, abs=1e-4)


def test_labels_are_bcp_47_and_can_be_restricted(model):
    assert model.languages == {"sw", "en", "sr-Latn"}
    assert model.resolve("wo") is None
    only = build(path=model.path, only=["swh", "eng"])
    assert only.languages == {"sw", "en"}
    (comparison,) = only.compare(["hello"], "en")  # which is likelier sr-Latn
    assert comparison.rival == "sw"


def test_labels_of_one_language_add_up(tmp_path):
    labels = {"__label__arb_Arab": 1.0, "__label__ara": 1.0, "__label__eng_Latn": 1.0}
    model = build(path=write_model(tmp_path / "arabic.bin", WORDS, labels))
    ((language, probability),) = model.identify(["habari"])
    assert (language, probability) == ("ar", pytest.approx(2 / 3, abs=1e-4))


def test_what_is_no_model_is_said(tmp_path):
    (tmp_path / "text.bin").write_text("not a model")
    with pytest.raises(ValueError, match=r"text\.bin: not a fastText model"):
        build(path=str(tmp_path / "text.bin")).identify(["habari"])


def test_the_file_must_be_there_and_local():
    with pytest.raises(config.ConfigError, match="no such file"):
        build(path="nowhere.bin")
    with pytest.raises(pydantic.ValidationError, match="expected a local file"):
        _Holder.model_validate(
            {"identifier": {"kind": "fasttext", "path": "memory://bucket/model.bin"}},
            context={"check_inputs": False},
        )


def test_any_of_asks_the_next_only_where_the_first_doubts(tmp_path):
    first = write_model(tmp_path / "first.bin", {"</s>": 0.0, "habari": 4.0, "jambo": -4.0}, LABELS)
    labels = {"__label__swh_Latn": 1.0, "__label__wol_Latn": -1.0}
    words = {"</s>": 1.0, "habari": -9.0, "jambo": 1.0}
    second = write_model(tmp_path / "second.bin", words, labels)
    identifiers = [{"kind": "fasttext", "path": path} for path in (first, second)]
    values = {"identifier": {"kind": "any_of", "identifiers": identifiers}}
    any_of = config.build(_Holder, values, "test").identifier
    assert any_of.languages == {"sw", "en", "sr-Latn", "wo"}
    # first: habari is sw by e^4, jambo is not; second: jambo, h = 1, is sw by e^2
    found = any_of.compare(["habari", "jambo"], "sw")
    expected = [1 / (1 + math.exp(-4)), 1 / (1 + math.exp(-2))]
    assert [each.plausibility for each in found] == pytest.approx(expected, abs=1e-4)
    assert [each.rival for each in found] == ["en", "wo"]
    # only the second knows Wolof; habari: h = -4
    (wolof,) = any_of.compare(["habari"], "wo")
    assert wolof.plausibility == pytest.approx(1 / (1 + math.exp(-8)), abs=1e-3)
    assert any_of.identify(["habari"]) == any_of.identifiers[0].identify(["habari"])
