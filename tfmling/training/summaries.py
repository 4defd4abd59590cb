"""Event files for TensorBoard, which agree with the step that a training resumes from."""

from collections.abc import Iterator, Mapping

import tensorflow as tf

from tfmling.core import files
from tfmling.records import tfrecord


def write_summaries(
    writer: tf.summary.SummaryWriter, step: int, values: Mapping[str, tf.Tensor]
) -> None:
    """Writes scalars by name, and waits until they are in the file."""
    with writer.as_default(step):
        for name, value in values.items():
            tf.summary.scalar(name, value)
    writer.flush()


def cut_summaries(folder: str, step: int) -> None:
    """Removes what event files below a folder hold of later steps, or cannot be read."""
    for path in files.find(folder):
        kept = b"".join(tfrecord.frame(record) for record in _until(path, step))
        if len(kept) != files.size(path):
            files.write_bytes(path, kept)


def _until(path: str, step: int) -> Iterator[bytes]:
    try:
        for record in tfrecord.read(path):
            if tf.compat.v1.Event.FromString(record).step <= step:
                yield record
    except tfrecord.CorruptRecordError:  # a killed process was writing
        return
