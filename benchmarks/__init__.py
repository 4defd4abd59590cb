"""Benchmarks: ours and other libraries do the same work on the same threads, in turn.

python -m benchmarks.input_pipeline
python -m benchmarks.pretraining
python -m benchmarks.dual_encoder_step
"""
