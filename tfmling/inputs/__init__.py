"""tf.data: records to shuffled, masked and packed batches, the same in a resumed run."""
