import pydantic
import pytest

from tfmling.core import languages


@pytest.mark.parametrize(
    ("code", "tag"),
    [
        ("swh", "sw"),
        ("swa", "sw"),
        ("deu", "de"),
        ("eng", "en"),
        ("EN", "en"),
        ("iw", "he"),
        ("arb", "ar"),
        ("en_us", "en-US"),
        ("sr-latn", "sr-Latn"),
        ("tw", "tw"),
        ("twi", "tw"),
        ("fat", "fat"),
        ("aka", "ak"),
        ("in", "id"),
        ("tl", "fil"),
        ("qab", "qab"),
        # codes of FLORES, FineWeb and GlotLID: the usual script says nothing
        ("yor_Latn", "yo"),
        ("hau_Latn", "ha"),
        ("swh_Latn", "sw"),
        ("twi_Latn", "tw"),
        ("azj_Latn", "az"),
        ("uig_Arab", "ug"),
        ("srp_Cyrl", "sr"),
        ("ary_Arab", "ary"),
        ("en-Latn-US", "en-US"),
        ("cmn_Hani", "zh"),
        ("yue_Hani", "yue"),
        ("jpn_Jpan", "ja"),
        ("kor_Hang", "ko"),
        # another one does, and so does that of Chinese; a territory may have its own
        ("srp_Latn", "sr-Latn"),
        ("mni_Mtei", "mni-Mtei"),
        ("kas_Deva", "ks-Deva"),
        ("uz-Cyrl", "uz-Cyrl"),
        ("zho_Hans", "zh-Hans"),
        ("zho_Hant", "zh-Hant"),
        ("uz-Arab-AF", "uz-Arab-AF"),
        ("qaa-Thai", "qaa-Thai"),
    ],
)
def test_one_tag_for_one_language(code, tag):
    assert languages.normalize_language(code) == tag


@pytest.mark.parametrize("code", ["", "swahili", "xx!", "xyz"])
def test_unknown_languages_are_rejected(code):
    with pytest.raises(ValueError, match="language code"):
        languages.normalize_language(code)


def test_settings_normalize_their_languages():
    adapter = pydantic.TypeAdapter(languages.Language)
    assert adapter.validate_python("swh") == "sw"
    with pytest.raises(pydantic.ValidationError):
        adapter.validate_python("swahili")


@pytest.mark.parametrize(
    ("language", "scripts"),
    [
        ("sw", ("Latn",)),
        ("am", ("Ethi",)),
        ("ug", ("Arab",)),
        ("sr-Latn", ("Latn",)),
        ("zh", ("Hani",)),
        ("ja", ("Hani", "Hira", "Kana")),
        ("uz-AF", ("Arab",)),
        ("tw", ("Latn",)),
        ("qaa", ()),
        ("qaa-Thai", ("Thai",)),
    ],
)
def test_scripts_of_a_language(language, scripts):
    assert languages.language_scripts(language) == scripts
