"""The identifiers that come with their models, on sentences that nobody can mistake."""

import pytest

from tfmling import config, extras
from tfmling.text.language_id import LanguageId
from tfmling.text.language_id.comparison import Comparison, compare
from tfmling.text.language_id.identifier import language_of

SENTENCES = {
    "sw": "Watoto wote walikwenda shuleni asubuhi na mapema kabla ya mvua kunyesha.",
    "en": "All the children went to school early in the morning before the rain.",
    "de": "Alle Kinder gingen am frühen Morgen vor dem Regen zur Schule.",
    "am": "ልጆቹ ሁሉ ከዝናቡ በፊት በማለዳ ወደ ትምህርት ቤት ሄዱ።",
    "he": "כל הילדים הלכו לבית הספר מוקדם בבוקר לפני הגשם.",
    "ja": "子供たちはみんな雨が降る前に朝早く学校へ行きました。",
}
NOT_WORDS = ["", "123 45", "\x00\x07 7", "\ud800", "\ufffe"]


class _Holder(config.Settings):
    identifier: LanguageId


def build(kind):
    return config.build(_Holder, {"identifier": {"kind": kind}}, "test").identifier


@pytest.fixture(params=["cld2", "py3langid"])
def identifier(request):
    return build(request.param)


def test_comparison_by_hand():
    assert compare({"sw": 0.3, "rw": 0.1, "en": 0.2}, "sw") == Comparison(0.3 / 0.5, "en")
    assert compare({"en": 0.2}, "sw") == Comparison(0.0, "en")
    assert compare({"sw": 0.2}, "sw") == Comparison(1.0, "und")
    assert compare({}, "sw") == Comparison(0.5, "und")


@pytest.mark.parametrize(
    ("label", "language"),
    [
        ("swh_Latn", "sw"),
        ("iw", "he"),
        ("arb_Arab", "ar"),
        ("zho_Hans", "zh"),
        ("zho_Hant", "zh-Hant"),
        ("srp_Cyrl", "sr"),
        ("srp_Latn", "sr-Latn"),
        ("kor_Hang", "ko"),
        ("und_Latn", None),
        ("zzp", None),
    ],
)
def test_labels_to_languages(label, language):
    assert language_of(label) == language


def test_the_language_of_a_sentence(identifier):
    found = identifier.scores(list(SENTENCES.values()))
    assert [language for language, _ in found] == list(SENTENCES)
    assert all(0 < probability <= 1 for _, probability in found)


def test_the_expected_language_is_plausible_and_no_other(identifier):
    texts = list(SENTENCES.values())
    for expected in SENTENCES:
        plausibilities = [c.plausibility for c in identifier.compare(texts, expected)]
        agreed = dict(zip(SENTENCES, plausibilities, strict=True))
        assert agreed.pop(expected) > 0.5
        assert max(agreed.values()) < 0.5


def test_texts_without_words_are_neither_refused_nor_an_error(identifier):
    assert len(identifier.scores(NOT_WORDS)) == len(NOT_WORDS)
    assert all(0 <= c.plausibility <= 1 for c in identifier.compare(NOT_WORDS, "sw"))


def test_names_of_languages(identifier):
    assert identifier.resolve("zh-Hans") == "zh"
    assert identifier.resolve("qaa") is None
    assert {"he", "sw", "id"} <= identifier.known
    assert {identifier.resolve("nb"), identifier.resolve("no")} <= {"nb", "no"}


def test_a_hint_makes_short_text_plausible():
    cld2 = build("cld2")
    # "I do not know you": Lithuanian without a hint, Swahili with it
    assert cld2.scores(["Sikujui."])[0][0] == "lt"
    assert cld2.compare(["Sikujui."], "sw") == [(0.5, "lt")]
    assert cld2.compare(["Good morning my friend"], "sw")[0].plausibility == 0


def test_what_identifiers_do_not_know():
    assert (build("cld2").resolve("wo"), build("py3langid").resolve("wo")) == ("wo", None)


def test_neighbours_are_related_languages():
    naive_bayes = build("py3langid")
    bantu = {"rw", "sn", "lg", "zu", "xh", "ki", "ln", "st", "nso"}
    assert set(naive_bayes.neighbours("sw", 5)) <= bantu
    assert naive_bayes.neighbours("sw", 1) == ["rw"]
    assert naive_bayes.neighbours("cs", 1) == ["sk"]


def test_a_missing_package_names_its_extra(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(config.ConfigError, match=r"pycld2 is not installed.*tfmling\[clean\]"):
        build("cld2")
    with pytest.raises(ImportError, match=r"pip install 'tfmling\[clean\]'"):
        extras.load("pycld2", "clean")
