"""Reading word counts, and weighting languages."""

from pathlib import Path

import pytest

from tests.written import finish_output
from tfmling.core.manifest import IncompleteError
from tfmling.tokenizers.word_piece_vocabulary import VocabularyError
from tfmling.vocab.language_sampling import drop_rare_words, join_languages, language_shares
from tfmling.vocab.word_counts import (
    check_spaced_words,
    check_words,
    read_all_words,
    read_held_out,
    read_word_counts,
)


def write(path: Path, text: str) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_files_of_one_language_are_added_up(tmp_path: Path) -> None:
    first = write(tmp_path / "one" / "sw.tsv", "ya\t3\nna\t2\n")
    second = write(tmp_path / "two" / "sw.tsv", "ya\t4\n\u2028\t1\n")
    am = write(tmp_path / "one" / "am.tsv", "ነው\t1\n")
    counts = read_word_counts([first, second, am])
    assert counts == {"am": {"ነው": 1}, "sw": {"ya": 7, "na": 2, "\u2028": 1}}
    assert list(counts) == ["am", "sw"]


def test_counts_of_a_repeated_word_are_added_up(tmp_path: Path) -> None:
    path = write(tmp_path / "sw.tsv", "ya\t3\nna\t2\nya\t4\n")
    assert read_word_counts([path]) == {"sw": {"ya": 7, "na": 2}}


def test_a_byte_order_mark_is_no_part_of_a_word(tmp_path: Path) -> None:
    path = write(tmp_path / "sw.tsv", "\ufeffya\t3\n")
    assert read_word_counts([path]) == {"sw": {"ya": 3}}


def test_a_folder_of_count_words(tmp_path: Path) -> None:
    write(tmp_path / "counts" / "sw.tsv", "ya\t3\n")
    write(tmp_path / "counts" / "ha.tsv", "da\t2\n")
    write(tmp_path / "counts" / "counts.json", "{}")
    with pytest.raises(IncompleteError):
        read_word_counts([str(tmp_path / "counts")])
    finish_output(str(tmp_path / "counts"))
    assert read_word_counts([str(tmp_path / "counts")]) == {"ha": {"da": 2}, "sw": {"ya": 3}}


@pytest.mark.parametrize("line", ["ya", "ya\t", "ya\t0", "ya\t-1", "\t3", "ya\tthree", "ya\t1\t2"])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = write(tmp_path / "sw.tsv", f"na\t2\n{line}\n")
    with pytest.raises(VocabularyError, match=r"sw\.tsv:2: expected a word, a tab and a count"):
        read_word_counts([path])


def test_an_empty_file_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match=r"sw\.tsv: no words"):
        read_word_counts([write(tmp_path / "sw.tsv", "")])


def test_a_folder_without_counts_is_rejected(tmp_path: Path) -> None:
    finish_output(str(tmp_path / "counts"))
    with pytest.raises(VocabularyError, match=r"no <language>\.tsv found"):
        read_word_counts([str(tmp_path / "counts")])


def test_exponent_one_keeps_counts() -> None:
    languages = {"sw": {"ya": 64, "a": 1}, "ha": {"a": 35}}
    assert join_languages(languages, 1.0) == {"ya": 64, "a": 36}


def test_an_exponent_upsamples_the_small_language() -> None:
    # sizes 64 and 36; roots 8 and 6; so of the 100 words 100 * 8/14 = 57.1 and 100 * 6/14 = 42.9
    assert join_languages({"sw": {"ya": 64}, "ha": {"da": 36}}, 0.5) == {"ya": 57, "da": 43}
    assert join_languages({"sw": {"ya": 64}, "ha": {"da": 36}}, 0.0) == {"ya": 50, "da": 50}


def test_rare_words_are_dropped_before_weighting() -> None:
    languages = {"sw": {"ya": 9, "a": 1, "na": 1}, "ha": {"da": 1, "a": 1}, "am": {"ነው": 1}}
    assert drop_rare_words(languages, 1) == languages
    assert drop_rare_words(languages, 2) == {"sw": {"ya": 9, "a": 1}, "ha": {"a": 1}}
    with pytest.raises(VocabularyError, match="no word occurs 10 times"):
        drop_rare_words(languages, 10)


def test_shares_of_one_budget() -> None:
    languages = {"sw": {"ya": 60, "na": 4}, "ha": {"da": 36}}
    assert language_shares(languages, 0.5) == {"sw": 8 / 14, "ha": 6 / 14}
    assert language_shares(languages, 1.0) == {"sw": 0.64, "ha": 0.36}


def test_no_word_is_lost_by_weighting() -> None:
    # each language gets a third of the 10,002 words: Swahili's counts are divided by three
    joined = join_languages({"sw": {"ya": 9999, "na": 1}, "ha": {"da": 1}, "am": {"ነው": 1}}, 0.0)
    assert joined == {"ya": 3334, "na": 1, "da": 3334, "ነው": 3334}


def test_words_must_be_counted_as_text_is_split() -> None:
    check_words({"ya": 1, "Habari": 1, "é": 1, ",": 1}, lowercase=False)
    check_words({"ya": 1, "habari": 1}, lowercase=True)
    with pytest.raises(VocabularyError, match=r"'Habari' becomes \['habari'\] with lower"):
        check_words({"ya": 1, "Habari": 1}, lowercase=True)
    with pytest.raises(VocabularyError, match=r"becomes \['a', ',', 'b'\]"):
        check_words({"a,b": 1}, lowercase=False)


def test_held_out_words_are_found_beside_counted_ones(tmp_path: Path) -> None:
    counts = tmp_path / "counts"
    sw = write(counts / "sw.tsv", "ya\t3\nna\t1\n")
    write(counts / "ha.tsv", "da\t2\n")
    finish_output(str(counts), "count_words")
    assert read_held_out([str(counts)]) == {}
    write(counts / "held_out" / "sw.tsv", "ya\t1\nla\t5\n")
    finish_output(str(counts), "count_words")
    assert read_held_out([str(counts)]) == {"sw": {"ya": 1, "la": 5}}
    assert read_held_out([sw]) == {"sw": {"ya": 1, "la": 5}}
    assert read_held_out([str(counts), sw]) == {"sw": {"ya": 1, "la": 5}}  # not twice
    assert read_word_counts([str(counts)]) == {"ha": {"da": 2}, "sw": {"ya": 3, "na": 1}}
    assert read_all_words([str(counts)]) == {"ha": {"da": 2}, "sw": {"ya": 4, "na": 1, "la": 5}}


def test_words_counted_for_sentence_piece() -> None:
    check_spaced_words({"ya,": 1, "(Habari": 1, "-": 1, "\u2014": 1})
    check_spaced_words({"ya": 1, "na": 1})
    check_spaced_words({"ng'ombe": 1, ",": 1})
    with pytest.raises(
        VocabularyError,
        match=r"punctuation \(','\) is counted only as separate words.* tokenizer: sent",
    ):
        check_spaced_words({"ya": 1, ",": 4, ".": 2})
    with pytest.raises(VocabularyError, match=r"'a\\u2003b' becomes \['a', 'b'\]"):
        check_spaced_words({"a\u2003b": 1})
    with pytest.raises(VocabularyError, match="becomes"):
        check_spaced_words({"e\u0301": 1})
