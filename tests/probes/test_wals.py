import gzip

import pytest

from tfmling.corpora.corpus import CorpusError
from tfmling.probes.wals import features_of, read_features, shared_features

HEAD = "wals_code\tiso639p3\tlanguage\tfeature_id\tfeature\tvalue_number\tvalue\n"


def write(tmp_path, rows):
    path = tmp_path / "wals.tsv.gz"
    path.write_bytes(gzip.compress((HEAD + rows).encode()))
    return str(path)


def test_values_by_language(tmp_path):
    rows = [
        "swa\tswh\tSwahili\t81A\torder\t2\tSVO",
        "swa\tswh\tSwahili\t1A\tconsonants\t3\tAverage",  # not asked for
        "ger\tdeu\tGerman\t81A\torder\t7\tNo dominant order",
        "gbl\tdeu\tGerman (Berlin)\t81A\torder\t2\tSVO",  # differs from German
        "ger\tdeu\tGerman\t87A\torder\t1\tAdjective-Noun",
        "xxx\t\tNameless\t81A\torder\t1\tSOV",
    ]
    found = read_features(write(tmp_path, "\n".join(rows) + "\n"))
    assert found == {"sw": {"81A": "SVO"}, "de": {"87A": "Adjective-Noun"}}


def test_broken_lines_are_named(tmp_path):
    with pytest.raises(CorpusError, match=r"wals\.tsv\.gz:2: missing_columns: expected the colu"):
        read_features(write(tmp_path, "swa\tswh\n"))


def test_region_and_script_change_no_word_order():
    known = {"pt": {"81A": "SVO"}, "sr-Latn": {"81A": "SVO"}}
    assert features_of("pt-BR", known) == features_of("pt", known) == {"81A": "SVO"}
    assert features_of("sr-Latn", known) == {"81A": "SVO"}
    assert features_of("sw", known) == {}


def test_shared_features_count_what_is_known_of_both():
    english = {"81A": "SVO", "85A": "Prepositions", "87A": "Adjective-Noun"}
    swahili = {"81A": "SVO", "85A": "Prepositions", "87A": "Noun-Adjective", "88A": "x"}
    assert shared_features(english, swahili) == 2
    assert shared_features(english, swahili, ["81A", "87A"]) == 1
    assert shared_features({}, {}) == 0


def test_real_table(shared_data):
    found = read_features(str(shared_data / "wals" / "word_order_features.tsv.gz"))
    orders = {language: found[language]["81A"] for language in ("en", "fr", "sw", "hi", "ja", "tr")}
    assert orders == dict(en="SVO", fr="SVO", sw="SVO", hi="SOV", ja="SOV", tr="SOV")
    assert found["ja"] == {
        "81A": "SOV",
        "85A": "Postpositions",
        "86A": "Genitive-Noun",
        "87A": "Adjective-Noun",
        "88A": "Demonstrative-Noun",
        "89A": found["ja"]["89A"],
    }
    assert shared_features(found["hi"], found["ja"]) >= 5
    assert shared_features(found["en"], found["ja"]) < shared_features(found["hi"], found["ja"])
