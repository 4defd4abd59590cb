import pytest

from tfmling.core import config
from tfmling.corpora.annotated.examples import LabeledPair
from tfmling.corpora.corpus import CorpusError

HEAD = "premise\thypothesis\tlabel\tgenre\n"


def test_pairs_by_name_and_by_number(write, labeled_pairs):
    path = write("a.tsv.gz", HEAD + "Sie kam.\tSie ging.\tcontradiction\tgovernment\n")
    expected = LabeledPair("Sie kam.", "Sie ging.", "contradiction", f"{path}:2")
    pairs, counts = labeled_pairs(format="xnli", path=path, language="de").read_all()
    assert pairs == [expected]
    assert not counts
    path = write("b.tsv", "neutral\tSie kam.\tSie ging.\n")
    columns = {"premise_column": 1, "hypothesis_column": 2, "label_column": 0, "header": False}
    pairs, _ = labeled_pairs(format="xnli", path=path, language="de", **columns).read_all()
    assert pairs == [LabeledPair("Sie kam.", "Sie ging.", "neutral", f"{path}:1")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a\tb\n", "a.tsv:2: missing_columns: expected tab-separated columns, premise, hypo"),
        ("a\tb\tmaybe\tx\n", "a.tsv:2: unknown_label: expected one of entailment, neutral"),
        ("\tb\tneutral\tx\n", "a.tsv:2: empty_sentence"),
        (b"\xff\tb\tneutral\tx\n", "a.tsv:2: not_utf8"),
    ],
)
def test_bad_rows_are_named(write, labeled_pairs, row, message):
    data = HEAD.encode() + (row if isinstance(row, bytes) else row.encode())
    corpus = labeled_pairs(format="xnli", path=write("a.tsv", data), language="de")
    with pytest.raises(CorpusError, match=message):
        corpus.read_all()


def test_a_header_without_the_column_is_refused(write, labeled_pairs):
    corpus = labeled_pairs(format="xnli", path=write("a.tsv", "a\tb\tc\n"), language="de")
    with pytest.raises(CorpusError, match="no column 'premise' in the header"):
        corpus.read_all()


def test_names_need_a_header(write, labeled_pairs):
    with pytest.raises(config.ConfigError, match="needs header: true"):
        labeled_pairs(format="xnli", path=write("a.tsv", "x\n"), language="de", header=False)


@pytest.mark.parametrize("settings", [{}, {"language_column": "language"}])
def test_rows_of_other_languages_are_counted(write, labeled_pairs, settings):
    """XNLI's test file holds its fifteen languages, one after the other."""
    rows = ["en\tneutral\ta\tb", "swa\tneutral\tc\td", "fr\tneutral\te\tf", "??\tneutral\tg\th"]
    path = write("a.tsv", "\n".join(["language\tlabel\tpremise\thypothesis", *rows, ""]))
    pairs, counts = labeled_pairs(format="xnli", path=path, language="sw", **settings).read_all()
    assert pairs == [LabeledPair("c", "d", "neutral", f"{path}:3")]
    assert counts == {"other_language": 3}


def test_contradictory_is_the_label_of_translated_training_files(write, labeled_pairs):
    path = write("a.tsv", "premise\thypo\tlabel\na\tb\tcontradictory\n")
    settings = {"format": "xnli", "path": path, "language": "de", "hypothesis_column": "hypo"}
    pairs, _ = labeled_pairs(**settings).read_all()
    assert [pair.label for pair in pairs] == ["contradiction"]
    own = labeled_pairs(**settings, labels=["contradictory", "neutral"]).read_all()[0]
    assert [pair.label for pair in own] == ["contradictory"]
