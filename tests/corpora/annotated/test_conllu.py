import pytest

from tfmling.corpora.corpus import CorpusError


def line(number, word, upos):
    return "\t".join([number, word, "_", upos, *["_"] * 6]) + "\n"


def read(write, tagged, text, **values):
    corpus = tagged(format="conllu", path=write("a.conllu", text), language="fr", **values)
    return corpus.read_all()


def test_ranges_and_empty_nodes_are_no_words(write, tagged):
    text = (
        "# sent_id = n1\n# text = Au revoir\n"
        + line("1-2", "Au", "_")
        + line("1", "À", "ADP")
        + line("2", "le", "DET")
        + line("2.1", "(vu)", "VERB")
        + line("3", "10 000", "NUM")
        + "\n# comment only\n\n"
        + line("1", "#", "SYM")
    )
    sentences, counts = read(write, tagged, text)
    assert [s.words for s in sentences] == [("À", "le", "10 000"), ("#",)]
    assert sentences[0].labels == ("ADP", "DET", "NUM")
    assert [s.sent_id for s in sentences] == ["n1", ""]
    assert counts == {"wordless_sentence": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1\tÀ\tADP\n", "a.conllu:1: missing_columns: expected 10 columns by tab, got "),
        (line("1", "À", "ADP").replace("\t", " "), "a.conllu:1: mixed_separators"),
        (line("2", "À", "ADP"), "a.conllu:1: wrong_word_number: expected 1 in column 0"),
        (line("x", "À", "ADP"), "a.conllu:1: wrong_word_number"),
        (line("1", "À", "Prep"), "a.conllu:1: unknown_label: expected one of ADJ, ADP"),
        (line("1", "À", "_"), "a.conllu:1: unknown_label"),
        (line("1", "", "ADP"), "a.conllu:1: missing_word"),
        (line("1", "À", "ADP").encode("latin-1"), "a.conllu:1: not_utf8"),
    ],
)
def test_bad_lines_are_named(write, tagged, text, message):
    with pytest.raises(CorpusError, match=message):
        read(write, tagged, text)


def test_a_file_of_comments_is_refused(write, tagged):
    with pytest.raises(CorpusError, match="found none"):
        read(write, tagged, "# text = nothing\n")
