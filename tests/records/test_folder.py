import pytest

from tests.written import finish_output
from tfmling.core import manifest
from tfmling.records import folder, tfrecord


def write_shards(root, kind, key, indices, count):
    (root / kind).mkdir(parents=True, exist_ok=True)
    for index in indices:
        tfrecord.write(folder.shard_path(str(root), kind, key, index, count), [])


def test_shards_by_key_in_order(tmp_path):
    write_shards(tmp_path, "sentences", "sw", [1, 0], 2)
    write_shards(tmp_path, "sentences", "zh-Hans", [0], 1)
    write_shards(tmp_path, "sentence_pairs", folder.pair_key("en", "sw"), [0], 1)
    finish_output(str(tmp_path))
    assert folder.shards(str(tmp_path), "sentences") == {
        "sw": [f"{tmp_path}/sentences/sw-0000{i}-of-00002.tfrecord" for i in (0, 1)],
        "zh-Hans": [f"{tmp_path}/sentences/zh-Hans-00000-of-00001.tfrecord"],
    }
    assert list(folder.shards(str(tmp_path), "sentence_pairs")) == ["en-sw"]


def test_an_unfinished_folder_is_refused(tmp_path):
    write_shards(tmp_path, "sentences", "sw", [0], 1)
    with pytest.raises(manifest.IncompleteError, match=r"MANIFEST\.json"):
        folder.shards(str(tmp_path), "sentences")


def test_nothing_of_the_kind_is_refused(tmp_path):
    finish_output(str(tmp_path))
    with pytest.raises(folder.RecordsError, match="no segment_pairs"):
        folder.shards(str(tmp_path), "segment_pairs")


def test_missing_numbers_are_named(tmp_path):
    write_shards(tmp_path, "sentences", "sw", [0, 3], 4)
    finish_output(str(tmp_path))
    with pytest.raises(folder.RecordsError, match=r"sw lack shards \[1, 2\] of 4"):
        folder.shards(str(tmp_path), "sentences")


def test_two_numberings_of_one_key_are_refused(tmp_path):
    write_shards(tmp_path, "sentences", "sw", [0], 1)
    write_shards(tmp_path, "sentences", "sw", [0, 1], 2)
    finish_output(str(tmp_path))
    with pytest.raises(folder.RecordsError, match="two numbers of shards"):
        folder.shards(str(tmp_path), "sentences")


def test_a_strange_name_is_refused(tmp_path):
    write_shards(tmp_path, "sentences", "sw", [0], 1)
    (tmp_path / "sentences" / "more.tfrecord").write_bytes(b"")
    finish_output(str(tmp_path))
    with pytest.raises(folder.RecordsError, match="expected a name like"):
        folder.shards(str(tmp_path), "sentences")


@pytest.mark.parametrize("key", ["sw", "am"])
def test_a_shard_that_was_added_later_is_refused(tmp_path, key):
    write_shards(tmp_path, "sentences", "sw", [0], 1)
    finish_output(str(tmp_path))
    added = 0 if key == "am" else 1
    write_shards(tmp_path, "sentences", key, [added], added + 1)
    with pytest.raises(manifest.DamagedError, match="found a file that is not in its MANIFEST"):
        folder.shards(str(tmp_path), "sentences")
