"""The runner's flags, and running a pipeline so that its folder appears whole or not at all."""

import contextlib
import logging
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from beam_pipelines.watch_workers import exit_if_a_worker_dies
from tfmling import config, files, outputs
from tfmling.corpora.corpus import CorpusError
from tfmling.json_values import read_json
from tfmling.mining.vectors import VectorsError
from tfmling.records.folder import RecordsError
from tfmling.records.tfrecord import CorruptRecordError

with contextlib.ExitStack() as _stack:  # Beam warns of each optional package that is not there
    logging.disable(logging.WARNING)
    _stack.callback(logging.disable, logging.NOTSET)
    import apache_beam as beam
    from apache_beam.options.pipeline_options import (
        DirectOptions,
        PipelineOptions,
        SetupOptions,
        StandardOptions,
    )

_LOGGER = logging.getLogger(__name__)
_DEFAULT_RUNNER = "FnApiRunner"
_NAMES = ("FnApi", "Direct", "Prism", "Portable", "Flink", "Spark", "Dataflow")
_RUNNERS = {name.lower() for name in _NAMES}
_OF_INPUT = {
    error.__name__: error for error in (CorpusError, CorruptRecordError, RecordsError, VectorsError)
}
_SAID = re.compile(rf"\b({'|'.join(_OF_INPUT)}): (.*)")
_STEP = re.compile(r" \[while running '[^']*'\]")  # which Beam adds to the message

SettingsType = TypeVar("SettingsType", bound=config.Settings)


def pipeline_options(flags: Sequence[str]) -> PipelineOptions:
    """The options that flags name; the runner is FnApiRunner, in this process, unless they say.

    DirectRunner becomes FnApiRunner too, because it would first try to download another one.

    Raises:
        config.ConfigError: for runners and modes that lose records without an error (seen with
            Beam 2.77: threads lost elements of a GroupByKey, Dask the last bundle of each batch).
    """
    options = PipelineOptions(list(flags))
    standard = options.view_as(StandardOptions)
    runner = standard.runner or _DEFAULT_RUNNER
    if "dask" in runner.lower():
        raise config.ConfigError(
            f"--runner={runner}: loses records; expected {_DEFAULT_RUNNER}, DataflowRunner or a "
            "portable runner"
        )
    _refuse_imports(runner, options)
    if options.view_as(DirectOptions).direct_running_mode == "multi_threading":
        raise config.ConfigError(
            "--direct_running_mode=multi_threading: loses records; expected in_memory or "
            "multi_processing"
        )
    standard.runner = _DEFAULT_RUNNER if runner == "DirectRunner" else runner
    return options


def _refuse_imports(runner: str, options: PipelineOptions) -> None:
    """Beam imports a runner of any other name, and every plugin: flags name no code to run."""
    if runner.lower().removesuffix("runner") not in _RUNNERS:
        raise config.ConfigError(
            f"--runner={runner}: expected {', '.join(f'{name}Runner' for name in _NAMES)}"
        )
    if plugins := options.view_as(SetupOptions).beam_plugins:
        raise config.ConfigError(
            f"--beam_plugin={plugins[0]}: Beam would import this module; expected no plugins"
        )


def run(
    settings: SettingsType,
    flags: Sequence[str],
    build: Callable[[beam.Pipeline, SettingsType, str], None],
    finish: Callable[[SettingsType, str], None],
) -> dict:
    """Runs a pipeline and publishes what it wrote.

    Args:
        settings: of the pipeline, which name its output.
        flags: of the runner.
        build: adds the steps to a pipeline that writes into a folder.
        finish: completes that folder after the run.

    Returns:
        What the pipeline wrote as `counts.json`.
    """
    log_to_stderr()
    started = time.monotonic()
    options = pipeline_options(flags)
    with outputs.publish(settings) as folder:
        with run_at_the_end(options) as pipeline:
            build(pipeline, settings, folder)
        finish(settings, folder)
        counts = read_json(files.join(folder, "counts.json"))
    _LOGGER.info(
        "%s: complete after %.1f s", outputs.output_of(settings), time.monotonic() - started
    )
    return counts


@contextlib.contextmanager
def run_at_the_end(options: PipelineOptions) -> Iterator[beam.Pipeline]:
    """A pipeline to fill, which runs when the context ends.

    Raises:
        CorpusError, CorruptRecordError, RecordsError, VectorsError: what a worker says of its
            input, also where Beam gives it as the traceback of another process in a RuntimeError.
    """
    try:
        with _safe_path(), exit_if_a_worker_dies(), beam.Pipeline(options=options) as pipeline:
            yield pipeline
    except tuple(_OF_INPUT.values()) as error:
        raise type(error)(_STEP.sub("", str(error))) from None
    except RuntimeError as error:
        said = _SAID.findall(str(error))
        if not said:
            raise
        name, message = said[-1]
        raise _OF_INPUT[name](_STEP.sub("", message)) from error


@contextlib.contextmanager
def _safe_path() -> Iterator[None]:
    """Worker processes that start here import nothing from the working directory."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


def log_to_stderr() -> None:
    """Progress on stderr, without what Beam says of its own machinery."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr, force=True
    )
    logging.getLogger("apache_beam").setLevel(logging.WARNING)
    # the traceback of an exception that is raised all the same
    logging.getLogger("apache_beam.runners.common").setLevel(logging.CRITICAL)
    logging.getLogger("apache_beam.runners.portability.local_job_service").setLevel(logging.ERROR)
