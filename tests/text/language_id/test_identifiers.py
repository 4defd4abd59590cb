"""The identifiers that come with their models, on sentences that nobody can mistake."""

import pytest

from tfmling.core import config, extras
from tfmling.core.languages import normalize_language
from tfmling.text.language_id import LanguageId
from tfmling.text.language_id.identifier import Comparison, compare, language_of

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
    assert compare({"sw": 0.3, "rw": 0.1, "en": 0.2}, {"sw"}) == Comparison(0.3 / 0.5, "en")
    assert compare({"en": 0.2}, {"sw"}) == Comparison(0.0, "en")
    assert compare({"sw": 0.2}, {"sw"}) == Comparison(1.0, "und")
    assert compare({}, {"sw"}) == Comparison(0.5, "und")


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


def test_names_of_one_language_add_up():
    found = compare({"no": 0.2, "nb": 0.3, "da": 0.25}, {"no", "nb"})
    assert found == Comparison(pytest.approx(0.5 / 0.75), "da")


# Sentences of the same news in the forms in which corpora label them
VARIETIES = {
    "zh-TW": "政府昨天提出了新的教育計畫，準備增加學校的經費與老師的人數。",
    "zh-HK": "政府昨天提出了新的教育計劃，準備增加學校的經費和老師的人數。",
    "zh-MO": "政府昨天提出了新的教育計劃，準備增加學校的經費和老師的人數。",
    "zh-Hant": "政府昨天提出了新的教育計畫，準備增加學校的經費與老師的人數。",
    "zh-CN": "政府昨天提出了新的教育计划，准备增加学校的经费和老师的人数。",
    "zh": "政府昨天提出了新的教育计划，准备增加学校的经费和老师的人数。",
    "sr-Latn": "Vlada je juče predstavila novi plan za škole i više novca za nastavnike u selima.",
    "sr-ME": "Vlada je juče predstavila novi plan za škole i više novca za nastavnike u selima.",
    "sh": "Vlada je jučer predstavila novi plan za škole i više novca za nastavnike u selima.",
    "sr": "Влада је јуче представила нови план за школе и више новца за наставнике у селима.",
    "nb": "Regjeringen la i går fram en ny plan for skolene og mer penger til lærerne.",
    "no": "Regjeringa la i går fram ein ny plan for skulane og meir pengar til lærarane.",
    "iw": "הממשלה הציגה אתמול תוכנית חדשה לבתי הספר ועוד כסף למורים.",
    "in": "Pemerintah kemarin menyampaikan rencana baru untuk sekolah dan uang bagi para guru.",
    "tl": "Iniharap kahapon ng pamahalaan ang bagong plano para sa mga paaralan at mga guro.",
    "fil": "Iniharap kahapon ng pamahalaan ang bagong plano para sa mga paaralan at mga guro.",
    "ku": "Hikûmetê duh ji bo dibistanan planeke nû pêşkêş kir û dê zêdetir pere bide mamosteyan.",
    "kmr": "Hikûmetê duh ji bo dibistanan planeke nû pêşkêş kir û dê zêdetir pere bide mamosteyan.",
    "ckb": "حکومەت دوێنێ پلانێکی نوێی بۆ قوتابخانەکان پێشکەش کرد و پارەی زیاتر دەدات.",
    "fa-AF": "دولت دیروز برنامه تازه‌ای برای مکتب‌ها و پول بیشتری برای معلمان پیشنهاد کرد.",
    "pt-BR": "O governo apresentou ontem um novo plano para as escolas e mais dinheiro.",
    "tw": "Aban no de nhyehyɛe foforo bae nnɛra maa sukuu ahorow, na wɔde sika pii bɛma wɔn.",
    "uz-Cyrl": "Ҳукумат кеча мактаблар учун янги режа тақдим этди ва кўпроқ пул беради.",
    "az-Cyrl": "Һөкумәт дүнән мәктәбләр үчүн јени план тәгдим етди вә мүәллимләрә пул верәҹәк.",
    "mo": "Guvernul a prezentat ieri un nou plan pentru școli și mai mulți bani pentru profesori.",
    "ji": "די רעגירונג האט נעכטן פארגעלייגט א נייעם פלאן פאר די שולן און מער געלט פאר די לערער.",
    "jw": "Pamaréntah wingi ngaturaké rancangan anyar kanggo sekolah lan dhuwit kanggo para guru.",
}


@pytest.mark.parametrize("code", VARIETIES)
def test_each_variety_is_plausible_or_unknown(identifier, code):
    language = normalize_language(code)
    if identifier.resolve(language) is not None:
        (found,) = identifier.compare([VARIETIES[code]], language)
        assert found.plausibility > 0.5, found


@pytest.mark.parametrize(
    ("kind", "language", "name"),
    [
        ("cld2", "zh-TW", "zh-Hant"), ("cld2", "zh-SG", "zh"), ("cld2", "ku", None),
        ("cld2", "ckb", "ckb"), ("cld2", "tw", "ak"), ("cld2", "yue", None),
        ("cld2", "pt-BR", "pt"), ("cld2", "az-Cyrl", None), ("cld2", "hi-Latn", None),
        ("cld2", "nb", "no"), ("cld2", "sr-Cyrl", "sr"), ("cld2", "fil", "fil"),
        ("py3langid", "zh-TW", "zh"), ("py3langid", "ku", "ku"), ("py3langid", "ckb", "sdh"),
        ("py3langid", "nb", "no"), ("py3langid", "tw", None), ("py3langid", "yue", "yue"),
    ],
)  # fmt: skip
def test_what_a_language_is_called(kind, language, name):
    assert build(kind).resolve(language) == name


def test_other_chinese_is_not_taken_for_the_variety():
    cld2 = build("cld2")
    simplified, traditional = VARIETIES["zh-CN"], VARIETIES["zh-TW"]
    assert cld2.compare([simplified], "zh-TW")[0].plausibility < 0.6
    assert cld2.compare([traditional], "zh-CN")[0].plausibility < 0.6
    assert [found.plausibility for found in cld2.compare([simplified, traditional], "zh")] == [1, 1]


def test_the_language_of_a_sentence(identifier):
    found = identifier.identify(list(SENTENCES.values()))
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
    assert len(identifier.identify(NOT_WORDS)) == len(NOT_WORDS)
    assert all(0 <= c.plausibility <= 1 for c in identifier.compare(NOT_WORDS, "sw"))


def test_names_of_languages(identifier):
    assert identifier.resolve("zh-Hans") == "zh"
    assert identifier.resolve("qaa") is None
    assert {"he", "sw", "id"} <= identifier.languages
    assert {identifier.resolve("nb"), identifier.resolve("no")} <= {"nb", "no"}


def test_a_hint_makes_short_text_plausible():
    cld2 = build("cld2")
    # "I do not know you": Lithuanian without a hint, Swahili with it
    assert cld2.identify(["Sikujui."])[0][0] == "lt"
    assert cld2.compare(["Sikujui."], "sw") == [(0.5, "lt")]
    assert cld2.compare(["Good morning my friend"], "sw")[0].plausibility == 0


def test_what_identifiers_do_not_know():
    assert (build("cld2").resolve("wo"), build("py3langid").resolve("wo")) == ("wo", None)


def test_neighbors_are_related_languages():
    naive_bayes = build("py3langid")
    bantu = {"rw", "sn", "lg", "zu", "xh", "ki", "ln", "st", "nso"}
    assert set(naive_bayes.neighbors("sw", 5)) <= bantu
    assert naive_bayes.neighbors("sw", 1) == ["rw"]
    assert naive_bayes.neighbors("cs", 1) == ["sk"]


def test_a_missing_package_names_its_extra(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(config.ConfigError, match=r"pycld2 is not installed.*-e '\.\[clean\]'"):
        build("cld2")
    with pytest.raises(ImportError, match=r"pip install -e '\.\[clean\]'"):
        extras.load("pycld2", "clean")
