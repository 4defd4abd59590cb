import pytest

from tfmling.records import tfrecord

RECORDS = [b"first", b"", "ሰላም".encode(), bytes(range(256)) * 300]


def test_read_gives_what_was_written(tmp_path):
    path = str(tmp_path / "a.tfrecord")
    assert tfrecord.write(path, RECORDS) == 4
    assert list(tfrecord.read(path)) == RECORDS


def test_tensorflow_reads_what_we_write_and_the_other_way_round(tmp_path):
    tf = pytest.importorskip("tensorflow")
    ours, theirs = str(tmp_path / "ours"), str(tmp_path / "theirs")
    tfrecord.write(ours, RECORDS)
    with tf.io.TFRecordWriter(theirs) as writer:
        for record in RECORDS:
            writer.write(record)
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()
    assert [r.numpy() for r in tf.data.TFRecordDataset(ours)] == RECORDS


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b[:30], lambda b: b[:14] + b"x" + b[15:]]
)
def test_damage_is_named_with_file_and_record(tmp_path, damage):
    path = tmp_path / "a.tfrecord"
    tfrecord.write(str(path), [b"first", b"second"])
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(tfrecord.CorruptRecordError, match=r"a\.tfrecord: record [01] at byte"):
        list(tfrecord.read(str(path)))


def test_count_is_exact_where_all_records_are_read_and_near_it_beyond(tmp_path):
    path = str(tmp_path / "a.tfrecord")
    tfrecord.write(path, [b"x" * (n % 7) for n in range(700)])
    assert tfrecord.estimate_count(path) == pytest.approx(700)
    # the first seven have every size once, as all have
    assert tfrecord.estimate_count(path, sample=7) == pytest.approx(700)
    tfrecord.write(path, [])
    assert tfrecord.estimate_count(path) == 0
