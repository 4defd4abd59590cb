"""Records of linked pairs: what is encoded is parsed, and what cannot be is refused."""

import pytest

from tfmling.records import aligned_pair, sentence_pair

RECORD = aligned_pair.encode(["a", "bc"], ["x", "y", "z"], "en", "sw", {(1, 0), (0, 2)})


def test_parse_gives_what_was_encoded():
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


def test_it_is_a_sentence_pair_too():
    assert sentence_pair.parse([RECORD])["target"].numpy() == [b"x y z"]


@pytest.mark.parametrize(
    ("source", "links", "message"),
    [
        (["a b"], [], "without white space"),
        (["a", ""], [], "without white space"),
        (["a"], [(1, 0)], "between 1 and 1 words"),
    ],
)
def test_what_would_be_read_otherwise_is_refused(source, links, message):
    with pytest.raises(ValueError, match=message):
        aligned_pair.encode(source, ["x"], "en", "sw", links)
