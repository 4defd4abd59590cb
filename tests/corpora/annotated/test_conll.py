import pytest

from tfmling.core import config
from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.corpora.corpus import CorpusError

NER = {"scheme": "IOB2", "names": ["PER", "LOC"]}
GOOD = "Ken B-PER\nWiwa I-PER\n, O\n\n\nLagos B-LOC\n"


def problems(corpus):
    """file:line: reason of everything that is wrong, without the folder."""
    return [
        (p.location.rsplit("/", 1)[-1], p.reason)
        for task in corpus.tasks()
        for p in corpus.read(*task)
        if not isinstance(p, TaggedSentence)
    ]


@pytest.mark.parametrize("separator", [" ", "\t", "  "])
def test_sentences_with_their_lines(write, tagged, separator):
    path = write("a.txt.gz", GOOD.replace(" ", separator))
    sentences, counts = tagged(format="conll", path=path, language="sw", tags=NER).read_all()
    assert sentences == [
        TaggedSentence(("Ken", "Wiwa", ","), ("B-PER", "I-PER", "O"), f"{path}:1"),
        TaggedSentence(("Lagos",), ("B-LOC",), f"{path}:6"),
    ]
    assert not counts


def test_columns_by_setting(write, tagged):
    # CoNLL-2003: word, part of speech, chunk, entity, in IOB1, documents between
    path = write("a.txt", "-DOCSTART- -X- -X- O\n\nEU NNP I-NP I-ORG\nrejects VBZ I-VP O\n")
    corpus = tagged(format="conll", path=path, language="en", tags={"scheme": "IOB1"})
    assert corpus.read_all()[0][0].labels == ("I-ORG", "O")
    pos = tagged(format="conll", path=path, language="en", label_column=1)
    assert pos.read_all()[0][0].labels == ("NNP", "VBZ")
    swapped = tagged(format="conll", path=path, language="en", word_column=1, label_column=0)
    assert swapped.read_all()[0][0].words == ("NNP", "VBZ")


def test_given_out_in_another_scheme(write, tagged):
    tags = NER | {"convert_to": "BIOUL"}
    sentences, _ = tagged(
        format="conll", path=write("a.txt", GOOD), language="sw", tags=tags
    ).read_all()
    assert [s.labels for s in sentences] == [("B-PER", "L-PER", "O"), ("U-LOC",)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a O\nb\n", [("a.txt:2", "missing_columns")]),
        ("b\n\na O\n", [("a.txt:1", "missing_columns")]),
        ("a O\nb c O\n", [("a.txt:2", "too_many_columns")]),
        ("a O\nb\tO\n", [("a.txt:2", "mixed_separators")]),
        ("a\tO\nb O\n", [("a.txt:2", "mixed_separators")]),
        ("a O\nb B-ORG\n", [("a.txt:2", "unknown_label")]),
        ("a O\nb S-PER\n", [("a.txt:2", "label_of_another_scheme")]),
        ("a O\nb B_PER\n", [("a.txt:2", "label_of_another_scheme")]),
        ("a O\nb I-PER\n", [("a.txt:2", "label_out_of_order")]),
        ("\tO\n", [("a.txt:1", "missing_word")]),
        ("a\tO\n\u200b\tO\n", [("a.txt:2", "missing_word")]),
        ("a\tO\n\ufeff\u00ad\tO\n", [("a.txt:2", "missing_word")]),
        ("a\tO\nb\t\n", [("a.txt:2", "missing_label")]),
        (b"a O\nb\xff O\n", [("a.txt:2", "not_utf8")]),
        ("a O\nb" + "b" * 2000 + " O\n", [("a.txt:2", "line_too_long")]),
    ],
)
def test_bad_lines_are_named(write, tagged, text, found):
    path = write("a.txt", text)
    corpus = tagged(format="conll", path=path, language="sw", tags=NER, max_line_bytes=1000)
    assert problems(corpus) == found
    with pytest.raises(CorpusError, match=f"{found[0][0]}: {found[0][1]}: expected .*, got "):
        corpus.read_all()


def test_a_bad_line_costs_its_sentence_and_is_counted(write, tagged):
    path = write("a.txt", "a O\nb\n\nc O\n\nd X\ne Y\n")
    corpus = tagged(format="conll", path=path, language="sw", tags=NER, bad_lines="skip")
    sentences, counts = corpus.read_all()
    assert [s.words for s in sentences] == [("c",)]
    assert counts == {"missing_columns": 1, "label_of_another_scheme": 2}


def test_an_error_says_what_was_expected(write, tagged):
    corpus = tagged(format="conll", path=write("a.txt", "a O\nb I-PER\n"), language="sw", tags=NER)
    with pytest.raises(CorpusError) as error:
        corpus.read_all()
    assert "a label that IOB2 allows after 'O' (or repair: true), got 'I-PER'" in str(error.value)
    corpus = tagged(format="conll", path=write("a.txt", "a S-PER\n"), language="sw", tags=NER)
    with pytest.raises(CorpusError, match=r"expected O, B-… or I-… \(IOB2\), got 'S-PER'"):
        corpus.read_all()


def test_many_bad_lines_are_listed_in_part(write, tagged):
    corpus = tagged(format="conll", path=write("a.txt", "a X\n\n" * 9), language="sw", tags=NER)
    with pytest.raises(CorpusError, match=r"(?s)a\.txt:9: .*and 4 more"):
        corpus.read_all()


def test_order_is_mended_by_setting_and_counted(write, tagged):
    path = write("a.txt", "a I-PER\nb I-PER\nc I-LOC\n\nd O\n")
    corpus = tagged(format="conll", path=path, language="sw", tags=NER | {"repair": True})
    sentences, counts = corpus.read_all()
    assert sentences[0].labels == ("B-PER", "I-PER", "B-LOC")
    assert len(sentences) == 2
    assert counts == {"repaired_label": 2}


def test_comments_on_top_are_no_words_but_below_they_are(write, tagged):
    path = write("a.txt", "# id 1\n# O\nb O\n\n# id 2\n\nc O\n")
    assert problems(tagged(format="conll", path=path, language="en")) == [
        ("a.txt:2", "missing_columns"),
        ("a.txt:3", "missing_columns"),
        ("a.txt:7", "missing_columns"),
    ]
    commented = tagged(format="conll", path=path, language="en", comment="# id")
    sentences, counts = commented.read_all()
    assert [s.words for s in sentences] == [("#", "b"), ("c",)]
    assert counts == {"wordless_sentence": 1}


def test_a_no_break_space_is_part_of_a_word(write, tagged):
    path = write("a.txt", "10\u00a0000 NUM\n")
    sentences, _ = tagged(format="conll", path=path, language="fr").read_all()
    assert sentences[0].words == ("10\u00a0000",)


def test_a_file_without_sentences_is_refused(write, tagged):
    with pytest.raises(CorpusError, match="found none"):
        tagged(format="conll", path=write("a.txt", "\n\n"), language="sw").read_all()


def test_an_empty_label_is_none_also_where_all_are_taken(write, tagged):
    with pytest.raises(CorpusError, match=r"a\.txt:1: missing_label: expected a label in"):
        tagged(format="conll", path=write("a.txt", "cat\t\n"), language="en").read_all()


def test_repair_needs_a_scheme(write, tagged):
    with pytest.raises(config.ConfigError, match="repair needs a scheme"):
        tagged(format="conll", path=write("a.txt", GOOD), language="sw", tags={"repair": True})


def test_comments_that_are_taken_for_words_are_named(write, tagged):
    """As MultiCoNER has them: tabs in the comment, spaces in the words."""
    path = write("a.txt", "# id 7\tdomain=sw\na _ _ B-PER\n")
    settings = {"format": "conll", "path": path, "language": "sw", "tags": NER}
    with pytest.raises(
        CorpusError, match=r"a.txt:2: missing_columns: .* \(or set comment: '# ', if"
    ):
        tagged(**settings).read_all()
    assert len(tagged(**settings, comment="# ").read_all()[0]) == 1
