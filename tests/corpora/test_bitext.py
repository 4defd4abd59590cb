"""The formats of sentence pairs: moses, tsv_pairs, joined_tsv."""

import gzip

import pytest

from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.documents import Rejected, SentencePair


def test_moses_lines_belong_together(write, bitext, read_all):
    source, target = write("a.en.gz", "one\ntwo\n"), write("a.sw", "moja\nmbili\n")
    corpus = bitext(format="moses", source=source, target=target)
    assert read_all(corpus) == [
        SentencePair(source, 1, "one", "moja", "en", "sw"),
        SentencePair(source, 2, "two", "mbili", "en", "sw"),
    ]


def test_a_bad_line_keeps_the_others_aligned(write, bitext, read_all):
    source, target = write("a.en", "one\ntwo\nthree\n"), write("a.sw", b"moja\nmb\xffili\ntatu\n")
    first, rejected, third = read_all(bitext(format="moses", source=source, target=target))
    assert (first.source, first.target) == ("one", "moja")
    assert rejected == Rejected(f"{target}:2", "en-sw", "not_utf8", "mb\\xffili")
    assert (third.source, third.target) == ("three", "tatu")


def test_moses_files_of_different_length(write, bitext, read_all):
    source, target = write("a.en", "one\ntwo\nthree\n"), write("a.sw", "moja\n")
    pair, *rest = read_all(bitext(format="moses", source=source, target=target))
    assert (pair.source, pair.target) == ("one", "moja")
    assert rest == [
        Rejected(f"{source}:2", "en-sw", "line_without_partner", "two"),
        Rejected(f"{source}:3", "en-sw", "line_without_partner", "three"),
    ]


def test_a_truncated_side(write, bitext, read_all, tmp_path):
    numbers = [str(i) for i in range(20_000)]
    source = write("a.en", "\n".join(numbers) + "\n")
    target = tmp_path / "a.sw.gz"
    whole = gzip.compress(("\n".join(numbers) + "\n").encode())
    target.write_bytes(whole[: len(whole) // 2])
    items = read_all(bitext(format="moses", source=source, target=str(target)))
    pairs = [item for item in items if isinstance(item, SentencePair)]
    reasons = [item.reason for item in items if isinstance(item, Rejected)]
    assert len(pairs) > 1000
    assert all(pair.source == pair.target for pair in pairs)
    assert reasons[0] == "truncated_gzip"
    # the source line at which the target ends is lost with it; those after it have no partner
    assert reasons[1:] == ["line_without_partner"] * (20_000 - len(pairs) - 1)


def test_moses_patterns_of_different_length_are_refused(write, bitext, tmp_path):
    write("a.en", ""), write("b.en", ""), write("a.sw", "")
    corpus = bitext(format="moses", source=f"{tmp_path}/*.en", target=f"{tmp_path}/*.sw")
    with pytest.raises(CorpusError, match=r"matches 2 files and .* 1; expected the same number"):
        corpus.tasks()


def test_tsv_pairs_with_ids_and_with_names(write, bitext, read_all):
    path = write("a.tsv", "id\ten\tswa\n1\tone\tmoja\n2\ttwo\n")
    by_number = bitext(format="tsv_pairs", path=path, source_column=1, target_column=2, header=True)
    by_name = bitext(
        format="tsv_pairs", path=path, source_column="en", target_column="swa", header=True
    )
    expected = [
        SentencePair(path, 2, "one", "moja", "en", "sw"),
        Rejected(f"{path}:3", "en-sw", "missing_columns", "2\ttwo"),
    ]
    assert read_all(by_number) == read_all(by_name) == expected


def test_joined_tsv_joins_by_id(write, bitext, read_all):
    source = write("en.tsv", "v1\tone\nv2\ttwo\nv3\tthree\nv3\tagain\n")
    target = write("sw.tsv.gz", "v3\ttatu\nv1\tmoja\nv4\tnne\nbroken\n")
    items = read_all(bitext(format="joined_tsv", source=source, target=target))
    pairs = [item for item in items if isinstance(item, SentencePair)]
    assert pairs == [
        SentencePair(source, 1, "one", "moja", "en", "sw"),
        SentencePair(source, 3, "three", "tatu", "en", "sw"),
    ]
    rejected = {(item.location, item.reason) for item in items if isinstance(item, Rejected)}
    assert rejected == {
        (f"{target}:4", "missing_columns"),
        (f"{source}:2", "id_without_partner"),
        (f"{source}:4", "repeated_id"),
        (f"{target}:3", "id_without_partner"),
    }
