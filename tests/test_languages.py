import pydantic
import pytest

from tfmling import languages


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
    ],
)
def test_one_tag_for_one_language(code, tag):
    assert languages.normalise_language(code) == tag


@pytest.mark.parametrize("code", ["", "swahili", "xx!", "xyz"])
def test_what_is_no_language_is_refused(code):
    with pytest.raises(ValueError, match="language code"):
        languages.normalise_language(code)


def test_settings_normalise_their_languages():
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
        ("qaa", ()),
        ("qaa-Thai", ("Thai",)),
    ],
)
def test_scripts_of_a_language(language, scripts):
    assert languages.language_scripts(language) == scripts
