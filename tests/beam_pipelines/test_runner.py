import os

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import StandardOptions

from beam_pipelines import runner
from beam_pipelines.settings import BuildMonolingual
from beam_pipelines.transforms.build_records import add_monolingual_steps
from tfmling.core import config
from tfmling.mining.vectors import VectorsError

OPTIONS = runner.pipeline_options([])


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ([], "FnApiRunner"),
        (["--runner=DirectRunner"], "FnApiRunner"),
        (["--runner", "DataflowRunner"], "DataflowRunner"),
    ],
)
def test_the_runner_is_named(flags, expected):
    assert runner.pipeline_options(flags).view_as(StandardOptions).runner == expected


@pytest.mark.parametrize(
    "flags",
    [
        ["--runner=DaskRunner"],
        ["--runner=apache_beam.runners.dask.dask_runner.DaskRunner"],
        ["--direct_running_mode=multi_threading", "--direct_num_workers=2"],
        ["--direct_running_mode", "multi_threading"],
    ],
)
def test_what_loses_records_is_refused(flags):
    with pytest.raises(config.ConfigError, match="loses records; expected"):
        runner.pipeline_options(flags)


def test_a_negative_number_of_workers_is_refused():
    with pytest.raises(config.ConfigError, match="direct_num_workers=-3: expected a number"):
        runner.pipeline_options(["--direct_num_workers=-3"])


@pytest.mark.parametrize(
    "flag",
    ["--runner=evil.train.Runner", "--runner=evil", "--beam_plugin=evil", "--beam_plugins=evil.a"],
)
def test_flags_import_nothing(flag, tmp_path, monkeypatch):
    (tmp_path / "evil").mkdir()
    for name in ("__init__", "train", "a"):
        (tmp_path / f"evil/{name}.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(config.ConfigError, match=f"^{flag.split('=')[0][:13]}.*: .*expected"):
        runner.pipeline_options([flag])


def test_workers_import_nothing_from_the_working_directory():
    with runner.run_at_the_end(OPTIONS):
        assert os.environ["PYTHONSAFEPATH"] == "1"
    assert "PYTHONSAFEPATH" not in os.environ


TRACEBACK = """Traceback (most recent call last):
  File "tsv.py", line 73, in _index
    raise CorpusError(f"{path}:1: no column {column!r}")
tfmling.corpora.corpus.CorpusError: a.tsv:1: no column 'text'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "common.py", line 1512, in process
tfmling.mining.vectors.VectorsError: a.tsv:1: expected records: got pairs [while running 'Read']
"""


def test_what_a_worker_process_says_of_its_input_is_raised():
    said = r"^a.tsv:1: expected records: got pairs$"
    with pytest.raises(VectorsError, match=said), runner.run_at_the_end(OPTIONS):
        raise RuntimeError(TRACEBACK)
    with pytest.raises(RuntimeError, match="out of something"), runner.run_at_the_end(OPTIONS):
        raise RuntimeError("out of something")


@pytest.mark.slow  # starts worker processes
def test_a_misspelt_column_is_told_by_two_workers(run_monolingual, write):
    table = {"format": "tsv", "language": "sw", "path": write("a.tsv", "body\nhabari\n")}
    settings = {"corpora": [table | {"header": True, "column": "text"}], "segment_pairs": None}
    workers = ["--direct_running_mode=multi_processing", "--direct_num_workers=2"]
    said = r"a\.tsv:1: no column 'text' in the header; it has \['body'\]"
    with pytest.raises(SystemExit, match=said):
        run_monolingual(settings, *workers)


def graph(languages, tmp_path):
    (tmp_path / "a.txt").write_text("Moja.")
    corpora = [
        {"format": "plain_text", "path": str(tmp_path / "a.txt"), "language": language}
        for language in languages
    ]
    filters = [{"kind": kind} for kind in ("characters", "words", "letters", "script")]
    values = {"output": "x", "corpora": corpora, "filters": filters}
    pipeline = beam.Pipeline(options=runner.pipeline_options([]))
    add_monolingual_steps(pipeline, config.build(BuildMonolingual, values, "test"), "x")
    return pipeline.to_runner_api()


def test_languages_are_keys_and_not_branches(tmp_path):
    two = graph(["sw", "am"], tmp_path)
    many = graph([f"qa{a}-x-{b}" for a in "abcdefghij" for b in "abcdefghij"], tmp_path)
    assert len(many.components.transforms) == len(two.components.transforms)
    assert many.ByteSize() < 200_000  # Dataflow refuses 10 MB


def test_workers_need_no_main_session(tmp_path):
    assert b"__main__" not in graph(["sw"], tmp_path).SerializeToString()
