"""encode and parse of each kind: parse(encode(x)) = x."""

import pytest

from tfmling.records.schemas import (
    aligned_pair,
    hard_negatives,
    segment_pair,
    sentence,
    sentence_pair,
)

tf = pytest.importorskip("tensorflow")


def decoded(parsed):
    values = {name: tensor.numpy().tolist() for name, tensor in parsed.items()}
    return {
        name: [v.decode() if isinstance(v, bytes) else v for v in column]
        for name, column in values.items()
    }


def test_sentences():
    records = [sentence.encode("Habari", "sw"), sentence.encode("ሰላም", "am")]
    assert decoded(sentence.parse(tf.constant(records))) == {
        "text": ["Habari", "ሰላም"],
        "language": ["sw", "am"],
    }


def test_sentence_pairs():
    records = [sentence_pair.encode("peace", "amani", "en", "sw")]
    assert decoded(sentence_pair.parse(tf.constant(records))) == {
        "source": ["peace"],
        "target": ["amani"],
        "source_language": ["en"],
        "target_language": ["sw"],
    }


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, [["vita"], [""]]), (3, [["vita", "njaa", ""], ["", "", ""]])],
)
def test_hard_negatives(count, expected):
    records = [
        hard_negatives.encode("peace", "amani", "en", "sw", ["vita", "njaa"]),
        hard_negatives.encode("one", "moja", "en", "sw", []),
    ]
    parsed = hard_negatives.parse(tf.constant(records), count)
    assert parsed["negatives"].shape[1] == count
    negatives = [[text.decode() for text in row] for row in parsed["negatives"].numpy().tolist()]
    assert negatives == expected
    assert decoded({"target": parsed["target"]}) == {"target": ["amani", "moja"]}


def test_segment_pairs():
    records = [
        segment_pair.encode("Moja.", "Mbili.", True, "sw"),
        segment_pair.encode("Moja.", "Nane.", False, "sw"),
    ]
    parsed = segment_pair.parse(tf.constant(records))
    assert parsed["is_next"].dtype == tf.int64
    assert decoded(parsed) == {
        "first": ["Moja.", "Moja."],
        "second": ["Mbili.", "Nane."],
        "is_next": [1, 0],
        "language": ["sw", "sw"],
    }


def test_records_of_another_kind_are_refused():
    with pytest.raises(tf.errors.InvalidArgumentError):
        sentence.parse(tf.constant([sentence_pair.encode("a", "b", "en", "sw")]))


def test_parse_works_inside_tf_data():
    records = [sentence.encode(str(i), "sw") for i in range(4)]
    dataset = tf.data.Dataset.from_tensor_slices(records).batch(2).map(sentence.parse)
    assert [b["text"].numpy().tolist() for b in dataset] == [[b"0", b"1"], [b"2", b"3"]]


RECORD = aligned_pair.encode(["a", "bc"], ["x", "y", "z"], "en", "sw", {(1, 0), (0, 2)})


def test_aligned_pairs():
    found = {
        name: value.numpy()[0].decode() for name, value in aligned_pair.parse([RECORD]).items()
    }
    assert found == {
        "source": "a bc",
        "target": "x y z",
        "source_language": "en",
        "target_language": "sw",
        "links": "0-2 1-0",
    }


def test_an_aligned_pair_can_be_parsed_as_a_sentence_pair():
    assert sentence_pair.parse([RECORD])["target"].numpy() == [b"x y z"]


@pytest.mark.parametrize(
    ("source", "links", "message"),
    [
        (["a b"], [], "without white space"),
        (["a", ""], [], "without white space"),
        (["a"], [(1, 0)], "between 1 and 1 words"),
    ],
)
def test_words_with_spaces_and_links_out_of_range_are_rejected(source, links, message):
    with pytest.raises(ValueError, match=message):
        aligned_pair.encode(source, ["x"], "en", "sw", links)
