"""Gold word alignments: two files, or one table."""

import pytest

from tfmling.corpora.annotated.examples import AlignedPair
from tfmling.corpora.corpus import CorpusError


def two_files(write, aligned, sentences, links, **values):
    paths = {"sentences": write("a.src-tgt", sentences), "links": write("a.gold", links)}
    return aligned(format="pharaoh", **paths, **values)


def test_sure_and_possible_links(write, aligned):
    corpus = two_files(
        write, aligned, "oh , no   ||| oh non  \na ||| b\n", "3-2 1-1 2p2\n\n", first_index=1
    )
    pairs, _ = corpus.read_all()
    sure = frozenset({(2, 1), (0, 0)})
    first = AlignedPair(("oh", ",", "no"), ("oh", "non"), sure, sure | {(1, 1)}, pairs[0].location)
    assert pairs[0] == first
    assert pairs[0].location.endswith("a.gold:1")
    assert pairs[1].possible == frozenset()


@pytest.mark.parametrize(
    ("sentences", "links", "message"),
    [
        ("a b ||| c\n", "3-1\n", "a.gold:1: bad_link: expected links i-j or ipj from 1 to 2 and 1"),
        ("a b ||| c\n", "0-1\n", "a.gold:1: bad_link"),
        ("a b ||| c\n", "1:1\n", "a.gold:1: bad_link"),
        ("a b | c\n", "1-1\n", "a.src-tgt:1: missing_columns: expected source"),
        (" ||| c\n", "1-1\n", "a.gold:1: empty_sentence"),
        ("a ||| c\na ||| c\n", "1-1\n", "a.src-tgt:2: line_without_partner"),
        ("a ||| c\n", "1-1\n1-1\n", "a.gold:2: line_without_partner"),
        (b"\xff ||| c\n", "1-1\n", "a.src-tgt:1: not_utf8"),
    ],
)
def test_bad_lines_are_named(write, aligned, sentences, links, message):
    corpus = two_files(write, aligned, sentences, links, first_index=1)
    with pytest.raises(CorpusError, match=message):
        corpus.read_all()


def test_a_table_of_three_columns(write, aligned):
    corpus = aligned(format="xl_wa", path=write("a.tsv", "a b\tc d\t0-1 1-0\n"))
    pairs, _ = corpus.read_all()
    assert pairs[0].sure == pairs[0].possible == frozenset({(0, 1), (1, 0)})
    with pytest.raises(CorpusError, match=r"b\.tsv:1: missing_columns"):
        aligned(format="xl_wa", path=write("b.tsv", "a b\tc d\n")).read_all()
