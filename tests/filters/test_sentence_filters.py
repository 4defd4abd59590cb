"""Scores by hand, and whether each is accepted."""

import pytest

from tfmling import filters
from tfmling.core import config
from tfmling.filters.filter import Sentence, SentenceFilter, judge_sentences, not_judged


class _Holder(config.Settings):
    filters: list[filters.AnySentenceFilter]


def build(kind, **values):
    (only,) = config.build(_Holder, {"filters": [{"kind": kind} | values]}, "test").filters
    return only


def test_characters_count_characters_not_bytes():
    characters = build("characters", min=3, max=5)
    assert characters.score("ሰላም", "am") == 3
    assert [characters.accepts(n) for n in (2, 3, 5, 6)] == [False, True, True, False]
    assert characters.reason(2) == "too_few_characters"
    assert characters.reason(6) == "too_many_characters"


def test_words():
    words = build("words", min=2, max=3)
    assert words.score("habari ya asubuhi", "sw") == 3
    assert [words.accepts(n) for n in (1, 2, 3, 4)] == [False, True, True, False]
    assert (words.reason(1), words.reason(4)) == ("too_few_words", "too_many_words")


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("habari yako", 1.0),
        ("ab 12", 0.5),  # 2 letters of 4 visible
        ("12:30 - 13:45", 0.0),
        ("\u0915\u093f\u0924\u093e\u092c", 1.0),  # vowel signs count as letters
        ("", 0.0),
    ],
)
def test_letters(text, score):
    assert build("letters").score(text, "sw") == score


def test_letters_limit():
    letters = build("letters", min_share=0.5)
    assert letters.accepts(0.5)
    assert not letters.accepts(0.49)


@pytest.mark.parametrize(
    ("text", "language", "score"),
    [
        ("Habari", "sw", 1.0),
        ("Habari ሰላም", "sw", 6 / 9),
        ("Habari ሰላም", "am", 3 / 9),
        ("Ŋdo\u0300 ẹ́", "yo", 1.0),
        ("コーヒー、東京です", "ja", 1.0),
        ("12 + 3", "sw", 1.0),
        ("whatever", "qaa", 1.0),
        ("بسم", "ug", 1.0),
    ],
)
def test_script(text, language, score):
    assert build("script").score(text, language) == pytest.approx(score)


def test_scripts_of_a_language_can_be_configured():
    script_filter = build("script", scripts={"qaa": ["Ethi"], "srp": ["Cyrl", "Latn"]})
    assert script_filter.score("whatever", "qaa") == 0
    assert script_filter.score("добро dobro", "sr") == 1


def test_an_unknown_script_is_rejected():
    with pytest.raises(config.ConfigError, match="expected ISO 15924 codes such as Latn"):
        build("script", scripts={"sw": ["Latein"]})


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("abc", 0.0),
        ("abcdefgh", 0.0),
        ("aaaaaaaa", 4 / 5),  # 5 runs of four, 1 distinct
        ("abcabcabcabc", 6 / 9),  # 9 runs, 3 distinct
    ],
)
def test_repetition(text, score):
    assert build("repetition").score(text, "sw") == pytest.approx(score)


def test_repetition_limit_spares_ordinary_text():
    repetition = build("repetition")
    text = "Nchi hizi mbili zilikuwa sehemu ya himaya ya Wareno na utamaduni wao unafanana sana."
    assert repetition.accepts(repetition.score(text, "sw"))
    assert not repetition.accepts(repetition.score("ha " * 20, "sw"))


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("Habari ya leo?", 0.0),
        ("Nyumbani | Habari", 1 / 15),
        ("5 + 3 = 8", 2 / 5),
        ("***", 1.0),
        ("😀 ndiyo", 1 / 6),
        ("", 0.0),
    ],
)
def test_symbols(text, score):
    symbols = build("symbols", max_share=0.1)
    assert symbols.score(text, "sw") == pytest.approx(score)
    assert symbols.accepts(score) == (score <= 0.1)


@pytest.mark.parametrize(
    ("text", "score"),
    [("mwaka 2020", 4 / 9), ("١٩٩٩", 1.0), ("bila namba", 0.0), ("x²", 0.0), ("", 0.0)],
)
def test_digits(text, score):
    digits = build("digits", max_share=0.3)
    assert digits.score(text, "sw") == pytest.approx(score)
    assert digits.accepts(score) == (score <= 0.3)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("Habari ya leo ni nzuri", 0.0),
        # 3 runs of four words have 8 letters each, of 12 in all; the limit of 4 is 0.16
        ("ha ha ha ha ha ha", 3 * 8 / 12 / 0.16),
        # twice only: below min_count, and shorter than 5 words
        ("kwa sababu hiyo na kwa sababu hiyo pia", 0.0),
        # five words of 10 letters again, of 22 letters; the limit of 5 is 0.15
        ("aa bb cc dd ee x aa bb cc dd ee y", 10 / 22 / 0.15),
        # each letter a word: 5 letters again of 10
        ("今天天气好今天天气好", 5 / 10 / 0.15),
    ],
)
def test_repeated_ngrams(text, score):
    repeated = build("repeated_ngrams")
    assert repeated.score(text, "sw") == pytest.approx(score)
    assert repeated.accepts(score) == (score <= 1)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("Habari ya leo? Nzuri sana; 5 > 3, a|b.", 0),
        ("Nyumbani | Habari | Michezo | Burudani", 1),
        ("Rais alisema jana kwamba […]", 1),
        ("Endelea kusoma →", 1),
        ("« Avant, on allait au bar comme chez son voisin. »", 0),
        ("Écrivez « borchtch » et « chtchi » !", 0),
        ("ce n’est plus le cas. »", 0),
        ("Alisema, “Nitakuja...”", 0),
        ("Nyumbani » Habari » Soma zaidi →", 2),
        ("© 2020 Gazeti. All rights reserved.", 1),
        ("function (a) { return a; }", 1),
        ("Lorem ipsum dolor sit amet", 1),
        ("#habari #leo #tanzania", 1),
        ("Tuma kwa @juma leo", 0),
    ],
)
def test_boilerplate(text, score):
    boilerplate = build("boilerplate")
    assert boilerplate.score(text, "sw") == score
    assert boilerplate.accepts(score) == (score == 0)


def test_phrases_of_boilerplate_are_whole_words(tmp_path):
    (tmp_path / "phrases.txt").write_text("# vitufe\nSoma zaidi\n\nshiriki\n")
    boilerplate = build("boilerplate", phrases=str(tmp_path / "phrases.txt"))
    texts = ["Soma  zaidi: habari", "SHIRIKI", "Nilisoma zaidi", "shirikiana", "soma hii zaidi"]
    assert [boilerplate.score(text, "sw") for text in texts] == [1, 1, 0, 0, 0]


def test_listed_words(tmp_path):
    (tmp_path / "list.txt").write_text("mjinga\nmwana haramu\n笨蛋\n")
    listed = build("listed_words", path=str(tmp_path / "list.txt"), name="profanity")
    texts = [
        "Wewe ni Mjinga!",
        "ujinga mjingani",
        "mwana haramu huyu",
        "mwana wangu",
        "你是笨蛋",
        "",
    ]
    expected = [1 / 3, 0, 2 / 3, 0, 2 / 4, 0]
    assert [listed.score(text, "sw") for text in texts] == pytest.approx(expected)
    assert [listed.accepts(score) for score in (0, 0.1)] == [True, False]
    assert listed.reason(1) == "profanity"
    assert build("listed_words", path=str(tmp_path / "list.txt"), max_share=0.5).accepts(1 / 3)


def test_held_out_sentences_are_found_whatever_their_punctuation(tmp_path):
    path = tmp_path / "test.txt"
    path.write_text("Habari ya leo? Nzuri sana.\nAsante.\n")
    corpus = {"format": "plain_text", "path": str(path), "language": "sw"}
    held_out = build("held_out", corpora=[corpus])
    texts = ["habari ya leo", "Habari ya leo, nzuri sana!", "ASANTE", "Asante sana."]
    assert [held_out.score(text, "sw") for text in texts] == [1, 1, 1, 0]
    assert (held_out.accepts(1.0), held_out.accepts(0.0)) == (False, True)


def test_the_first_rejection_is_the_reason():
    chain = [build("characters", min=5), build("words", min=2)]
    sentences = [Sentence(text, "sw") for text in ("aha", "habari", "habari yako")]
    expected = [("too_few_characters", 3), ("too_few_words", 1), None]
    assert judge_sentences(chain, sentences) == expected
    assert judge_sentences([], [Sentence("", "sw")]) == [None]
    assert judge_sentences(chain, []) == []


def test_rules_of_a_language_and_of_a_file():
    chain = [
        build("characters", min=9, except_languages=["jpn"], except_files=["*/titles/*"]),
        build("characters", min=4, languages=["ja"]),
        build("words", min=2, files=["*.tsv", "data/titles/*"]),
    ]
    judged = [
        (Sentence("Habari", "sw", "data/web.txt"), "too_few_characters"),
        (Sentence("Habari", "sw", "data/titles/a.txt"), "too_few_words"),
        (Sentence("Habari yako", "sw", "data/web.tsv"), None),
        (Sentence("コーヒー", "ja", "data/web.txt"), None),
        (Sentence("東京です", "ja", "data/web.tsv"), "too_few_words"),
        (Sentence("東京", "ja", "data/web.txt"), "too_few_characters"),
    ]
    verdicts = judge_sentences(chain, [sentence for sentence, _ in judged])
    assert [v and v[0] for v in verdicts] == [reason for _, reason in judged]


def test_a_filter_is_called_once_per_batch_with_what_earlier_filters_kept():
    asked = []

    class Batched(SentenceFilter):
        kind: str = "batched"

        def score(self, text, language):
            raise AssertionError("asked one by one")

        def scores(self, items):
            asked.append([item.text for item in items])
            return [len(item.text) for item in items]

        def accepts(self, score):
            return score > 1

    texts = [Sentence(text, "sw") for text in ("a", "ab", "", "abc")]
    verdicts = judge_sentences([build("characters", min=1), Batched()], texts)
    assert asked == [["a", "ab", "abc"]]
    assert [v and v[0] for v in verdicts] == ["batched", None, "too_few_characters", None]


def test_unjudged_languages_are_named():
    class Knows(SentenceFilter):
        kind: str = "knows"

        def score(self, text, language):
            return 1.0

        def accepts(self, score):
            return True

        def passes_unjudged(self, language):
            return None if language == "sw" else "unknown_here"

    assert not_judged([Knows()], ("sw",), "a") == set()
    assert not_judged([Knows()], ("sw", "wo"), "a") == {"unknown_here"}
    assert not_judged([Knows(except_languages=["wo"])], ("wo",), "a") == set()
