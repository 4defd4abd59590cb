"""The steps of the pipelines. A DoFn takes batches and is thin around a plain function."""
