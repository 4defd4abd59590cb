import hypothesis
import pytest
from hypothesis import strategies

from tfmling.records import example

FEATURES = {"text": "Habari ya asubuhi, ሰላም", "language": "sw", "is_next": 1}


def test_bytes_of_one_feature_by_hand():
    # Example.features(1) > entry(1) > key(1)="a", value(2) > bytes_list(1) > value(1)="b"
    entry = b"\x0a\x01a" + b"\x12\x05" + b"\x0a\x03" + b"\x0a\x01b"
    expected = b"\x0a\x0c" + b"\x0a\x0a" + entry
    assert example.serialize({"a": "b"}) == expected


def test_order_of_features_does_not_matter():
    backwards = dict(reversed(list(FEATURES.items())))
    assert example.serialize(backwards) == example.serialize(FEATURES)


@hypothesis.given(
    strategies.dictionaries(
        strategies.text(min_size=1, max_size=5),
        strategies.text() | strategies.integers(-(2**63), 2**63 - 1),
    )
)
def test_deserialize_inverts_serialize(features):
    assert example.deserialize(example.serialize(features)) == features


def test_the_bytes_are_those_of_tensorflow():
    tf = pytest.importorskip("tensorflow")
    theirs = tf.train.Example()
    theirs.features.feature["text"].bytes_list.value.append(FEATURES["text"].encode())
    theirs.features.feature["language"].bytes_list.value.append(b"sw")
    theirs.features.feature["is_next"].int64_list.value.append(1)
    assert example.serialize(FEATURES) == theirs.SerializeToString(deterministic=True)
