"""tf.data: records of text to batches of ids, the same for every epoch order, run and resume."""
