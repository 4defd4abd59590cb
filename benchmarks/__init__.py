"""Ours beside its peers: same work, same threads, in turn in one process. Each prints ratios.

python -m benchmarks.input_pipeline
python -m benchmarks.pretraining
python -m benchmarks.dual_encoder_step
"""
