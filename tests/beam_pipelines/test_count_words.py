import pytest

from tests.written import finish_output
from tfmling.records import folder, tfrecord
from tfmling.records.schemas import sentence, sentence_pair


@pytest.fixture
def records(tmp_path):
    """Two completed folders: Swahili sentences, and English-Swahili pairs."""
    first, second = str(tmp_path / "sentences"), str(tmp_path / "pairs")
    shard = folder.shard_path(first, "sentences", "sw", 0, 1)
    tfrecord.write(shard, [sentence.encode(t, "sw") for t in ("Moja, mbili.", "moja Tatu tatu")])
    shard = folder.shard_path(second, "sentence_pairs", "en-sw", 0, 1)
    tfrecord.write(shard, [sentence_pair.encode("One one", "Mója", "en", "sw")])
    for path in (first, second):
        finish_output(path)
    return [first, second]


def table(output, language):
    with open(f"{output}/{language}.tsv") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def test_words_of_both_kinds_cased(run_count_words, read_counts, records):
    output = run_count_words({"records": records})
    # equal counts in the order of code points
    assert table(output, "sw") == [[w, "1"] for w in (",", ".", "Moja", "Mója", "Tatu")] + [
        [w, "1"] for w in ("mbili", "moja", "tatu")
    ]
    assert table(output, "en") == [["One", "1"], ["one", "1"]]
    assert read_counts(output)["sw"]["read"] == {"sentences": 3, "words": 8}


def test_lower_case_and_rare_words(run_count_words, read_counts, records):
    output = run_count_words({"records": records, "lowercase": True, "min_count": 2})
    assert table(output, "sw") == [["moja", "3"], ["tatu", "2"]]
    assert read_counts(output)["sw"]["kept"] == {"distinct_words": 2}
    assert read_counts(output)["sw"]["dropped"] == {"rare_distinct_words": 3}


def test_chosen_languages(run_count_words, records, tmp_path):
    run_count_words({"records": records, "languages": ["eng"]})
    assert [path.name for path in (tmp_path / "out").glob("*.tsv")] == ["en.tsv"]


def test_a_language_that_is_not_there_is_named(run_count_words, records):
    with pytest.raises(SystemExit, match=r"no records of ha in .*; expected some of en, sw"):
        run_count_words({"records": records, "languages": ["sw", "ha"]})


def test_an_unfinished_folder_is_refused(run_count_words, records, tmp_path):
    (tmp_path / "pairs" / "MANIFEST.json").unlink()
    with pytest.raises(SystemExit, match=r"no MANIFEST\.json"):
        run_count_words({"records": records})


def test_a_folder_without_sentences_is_refused(run_count_words, tmp_path):
    (tmp_path / "empty").mkdir()
    finish_output(str(tmp_path / "empty"))
    with pytest.raises(SystemExit, match="no sentences"):
        run_count_words({"records": [str(tmp_path / "empty")]})


@pytest.fixture
def many(tmp_path):
    """A folder of 400 sentences, and the sentences."""
    path = str(tmp_path / "many")
    texts = [f'Neno{n}, "neno" la (mwisho).' for n in range(400)]
    shard = folder.shard_path(path, "sentences", "sw", 0, 1)
    tfrecord.write(shard, [sentence.encode(text, "sw") for text in (*texts, *texts)])
    finish_output(path)
    return path, texts


def test_sentences_are_held_out_whole(run_count_words, read_counts, many):
    path, texts = many
    output = run_count_words({"records": [path], "held_out": 0.25, "min_count": 2})
    kept, held_out = (
        {word: int(count) for word, count in table(output, name)} for name in ("sw", "held_out/sw")
    )
    numbers = [{word for word in own if word.startswith("Neno")} for own in (kept, held_out)]
    # a word of one sentence, which occurs twice, is on one side with both copies
    assert not numbers[0] & numbers[1]
    assert len(numbers[0] | numbers[1]) == len(texts)
    assert 60 <= len(numbers[1]) <= 140  # a quarter of 400, within four standard deviations
    assert set(held_out.values()) >= {2}
    assert held_out["mwisho"] == 2 * len(numbers[1])
    counts = read_counts(output)["sw"]
    assert counts["read"]["sentences"] == 800
    assert counts["kept"]["held_out_words"] == sum(held_out.values())


def test_no_word_of_held_out_text_is_too_rare(run_count_words, many):
    path, _ = many
    output = run_count_words({"records": [path], "held_out": 0.25, "min_count": 3})
    assert all(int(count) > 2 for _, count in table(output, "sw"))
    assert any(int(count) == 2 for _, count in table(output, "held_out/sw"))


def test_words_as_sentence_piece_sees_them(run_count_words, records):
    output = run_count_words({"records": records, "tokenizer": "sentencepiece"})
    assert table(output, "sw") == [
        [w, "1"] for w in ("Moja,", "Mója", "Tatu", "mbili.", "moja", "tatu")
    ]


def test_a_sentence_piece_model_decides_on_case_itself(run_count_words, records):
    with pytest.raises(SystemExit):
        run_count_words({"records": records, "tokenizer": "sentencepiece", "lowercase": True})
