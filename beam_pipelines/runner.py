"""Run a pipeline: check the runner's flags, publish the output completely or not at all."""

import contextlib
import difflib
import logging
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn, TypeVar

from beam_pipelines import worker_process
from beam_pipelines.reports.counts import summary
from beam_pipelines.worker_failures import exit_if_a_worker_dies, without_step, worker_error
from tfmling.core import config, files, outputs
from tfmling.core.errors import UserError
from tfmling.core.json_values import read_json
from tfmling.core.report_errors import debugging

with contextlib.ExitStack() as _stack:  # Beam warns of each optional package that is missing
    logging.disable(logging.WARNING)
    _stack.callback(logging.disable, logging.NOTSET)
    import apache_beam as beam
    from apache_beam.options import pipeline_options as pipeline_options_module
    from apache_beam.options.pipeline_options import (
        DirectOptions,
        PipelineOptions,
        SetupOptions,
        StandardOptions,
    )
    from apache_beam.runners.portability.fn_api_runner import FnApiRunner
    from apache_beam.transforms.environments import SubprocessSDKEnvironment

_LOGGER = logging.getLogger(__name__)
_DEFAULT_RUNNER = "FnApiRunner"
_NAMES = ("FnApi", "Direct", "Prism", "Portable", "Flink", "Spark", "Dataflow")
_RUNNERS = {name.lower() for name in _NAMES}

SettingsType = TypeVar("SettingsType", bound=config.Settings)


def pipeline_options(flags: Sequence[str]) -> PipelineOptions:
    """Parse the runner's flags; the default is FnApiRunner, in this process.

    DirectRunner is replaced by FnApiRunner, because it first tries to download another runner.

    Raises:
        config.ConfigError: a flag is unknown or invalid, or selects a runner or mode that loses
            records without an error (with Beam 2.77, threads lost elements of a GroupByKey and
            Dask the last bundle of each batch).

    Example:
        >>> options = pipeline_options(["--direct_num_workers=2"])
        >>> options.view_as(DirectOptions).direct_num_workers
        2
    """
    _refuse_unknown(flags)
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
    workers = options.view_as(DirectOptions).direct_num_workers
    if workers < 0:
        raise config.ConfigError(
            f"--direct_num_workers={workers}: expected a number of processes, 0 for one per core"
        )
    standard.runner = _DEFAULT_RUNNER if runner == "DirectRunner" else runner
    return options


def _refuse_unknown(flags: Sequence[str]) -> None:
    """Raise ConfigError for the first flag that no options class of Beam declares."""
    parser = _FlagParser(allow_abbrev=False)
    for declared in dict.fromkeys(PipelineOptions.__subclasses__()):
        declared._add_argparse_args(parser)
    _, unknown = parser.parse_known_args(list(flags))
    if not unknown:
        return
    name = unknown[0].partition("=")[0]
    if name in ("--config", "--set", "--overwrite", "--debug"):
        raise config.ConfigError(f"{name}: an option of this command; put it before the bare --")
    known = [name for action in parser._actions for name in action.option_strings]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise config.ConfigError(f"{name}: the runner has no such flag{hint}")


class _FlagParser(pipeline_options_module._BeamArgumentParser):
    """Beam's parser, which reports invalid values as one line."""

    def error(self, message: str) -> NoReturn:
        raise config.ConfigError(f"after --: {message}")


def _refuse_imports(runner: str, options: PipelineOptions) -> None:
    """Reject other runners and plugins, because Beam would import and run them."""
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
    """Run a pipeline, publish its output and print a summary of its counts.

    Args:
        settings: of the pipeline, with its output folder.
        flags: for the runner.
        build: adds the steps to a pipeline, which write into a folder.
        finish: completes that folder after the run.

    Returns:
        The content of `counts.json`.

    Example:
        >>> class Copy(config.Settings):
        ...     output: config.OutputPath
        >>> def build(pipeline, settings, folder):
        ...     _ = pipeline | beam.Create(["Habari"])
        >>> def finish(settings, folder):
        ...     counts = {"sw": {"read": {"sentences": 1}}}
        ...     files.write_json(files.join(folder, "counts.json"), counts)
        >>> run(Copy(output="out"), [], build, finish)
        language                   number  share
        sw        read  sentences       1
        {'sw': {'read': {'sentences': 1}}}
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
    print(summary(counts))
    return counts


@contextlib.contextmanager
def run_at_the_end(options: PipelineOptions) -> Iterator[beam.Pipeline]:
    """Yield a pipeline that runs when the context ends.

    Raises:
        UserError, OSError, MemoryError: the error of a worker, also one that Beam reports as a
            RuntimeError with the traceback of another process.

    Example:
        >>> with run_at_the_end(pipeline_options([])) as pipeline:
        ...     _ = pipeline | beam.Create(["Habari"]) | beam.Map(len) | "Print" >> beam.Map(print)
        6
    """
    try:
        with _worker_environment(), exit_if_a_worker_dies(), _pipeline(options) as pipeline:
            yield pipeline
    except UserError as error:
        raise type(error)(without_step(str(error))) from None
    except RuntimeError as error:
        reported = worker_error(str(error))
        if reported is None:
            raise
        raise reported from error


def _pipeline(options: PipelineOptions) -> beam.Pipeline:
    """Return a pipeline whose local worker processes, if any, run `worker_process`."""
    direct = options.view_as(DirectOptions)
    is_local = options.view_as(StandardOptions).runner == _DEFAULT_RUNNER
    if not is_local or direct.direct_running_mode != "multi_processing":
        return beam.Pipeline(options=options)
    command = f"{shlex.quote(sys.executable)} -m {worker_process.__name__}"
    environment = SubprocessSDKEnvironment.from_command_string(command_string=command)
    direct.direct_running_mode = None  # otherwise Beam replaces our command by its own
    return beam.Pipeline(runner=FnApiRunner(default_environment=environment), options=options)


@contextlib.contextmanager
def _worker_environment() -> Iterator[None]:
    """Set environment variables for worker processes that start within the context.

    Workers import nothing from the working directory and exit when this process has ended.
    """
    ours = {"PYTHONSAFEPATH": "1"} | worker_process.environment(debugging())
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def log_to_stderr() -> None:
    """Log progress to stderr, without Beam's internal messages.

    Example:
        >>> log_to_stderr()
        >>> logging.getLogger().level == logging.INFO
        True
    """
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr, force=True
    )
    logging.getLogger("apache_beam").setLevel(logging.WARNING)
    if not debugging():  # the traceback of an error that the command reports in one line
        for name in ("common", "worker"):
            logging.getLogger(f"apache_beam.runners.{name}").setLevel(logging.CRITICAL)
    logging.getLogger("apache_beam.runners.portability.local_job_service").setLevel(logging.ERROR)
