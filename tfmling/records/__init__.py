"""The contract between Beam and training: what a record holds, encode, parse, and where shards lie.

Records hold text, so that a new vocabulary rebuilds no corpus. `encode` needs no TensorFlow, so
that Beam workers need none; `parse` is TensorFlow, for tf.data.
"""
