import hypothesis
from hypothesis import strategies

from beam_pipelines.transforms.items import (
    Item,
    by_shard,
    deduplicate,
    pack,
    unpack,
)
from tfmling.text.fingerprints import fingerprint


def item(text, path="a", line=1):
    return Item(fingerprint(text), path, line, line, 0, (text,))


def test_the_first_in_file_and_line_is_kept():
    items = [item("moja", "b", 1), item("moja", "a", 10), item("moja", "a", 9), item("mbili")]
    kept, repeated = deduplicate(items)
    assert sorted(each.location for each in kept) == ["a:1", "a:9"]
    assert sorted(each.location for each in repeated) == ["a:10", "b:1"]


@hypothesis.given(
    strategies.lists(strategies.tuples(strategies.sampled_from("abcd"), strategies.integers(1, 9))),
    strategies.randoms(use_true_random=False),
)
def test_the_order_does_not_matter(places, rng):
    items = [item(text, line=line) for text, line in places]
    expected = deduplicate(items)
    rng.shuffle(items)
    assert deduplicate(items) == expected
    assert {i.fingerprint for i in expected[0]} == {i.fingerprint for i in items}
    assert len(expected[0]) + len(expected[1]) == len(items)


def test_equal_texts_come_to_one_shard_of_their_language():
    keyed = [(("sw",), item("moja")), (("am",), item("moja")), (("sw",), item("moja", "b"))]
    shards = by_shard(keyed, 7)
    assert sorted(len(items) for items in shards.values()) == [1, 2]
    assert {languages for languages, _ in shards} == {("am",), ("sw",)}
    many = by_shard(((("sw",), item(str(number))) for number in range(100)), 7)
    assert {shard for _, shard in many} == set(range(7))


PATHS = strategies.sampled_from(["a.txt", "b\n.txt", "gs://x/ሰላም.gz:3"])
NUMBERS = strategies.integers(0, 2**40)


def parts_of_items(texts):
    text = strategies.text(strategies.characters(exclude_categories=["Cs"]))
    one = strategies.builds(
        Item,
        strategies.binary(min_size=16, max_size=16),
        PATHS,
        NUMBERS,
        NUMBERS,
        NUMBERS,
        strategies.tuples(*[text] * texts),
    )
    return strategies.lists(strategies.lists(one, max_size=5), max_size=3)


@hypothesis.given(parts_of_items(1) | parts_of_items(2))
def test_unpacked_is_what_was_packed(parts):
    assert unpack(pack(parts)) == [item for part in parts for item in part]
