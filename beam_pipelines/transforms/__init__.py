"""The steps of the pipelines: DoFns take batches and call plain functions."""
