import pytest

from tests.written import finish_output
from tfmling.records import folder, sentence, sentence_pair, tfrecord


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


def test_an_unfinished_folder_is_refused(run_count_words, records, tmp_path):
    (tmp_path / "pairs" / "MANIFEST.json").unlink()
    with pytest.raises(SystemExit, match=r"no MANIFEST\.json"):
        run_count_words({"records": records})


def test_a_folder_without_sentences_is_refused(run_count_words, tmp_path):
    (tmp_path / "empty").mkdir()
    finish_output(str(tmp_path / "empty"))
    with pytest.raises(SystemExit, match="holds no sentences"):
        run_count_words({"records": [str(tmp_path / "empty")]})
