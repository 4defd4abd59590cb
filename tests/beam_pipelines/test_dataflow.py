"""A job for Dataflow, made whole without Google: what would be uploaded and posted is looked at.

Three things are replaced: the upload of a file, a question about a bucket, the posting of the job.
"""

import base64
import io
import os
import subprocess
import sys
import tarfile
from unittest import mock

import pytest
import yaml

from beam_pipelines import runner
from beam_pipelines.settings import BuildMonolingual
from beam_pipelines.transforms.build_records import add_monolingual_steps
from tfmling.core import config

LANGUAGES = [f"qa{a}-x-{b}{c}" for a in "abcdefghijk" for b in "abcde" for c in "ab"]
FILTERS = ("characters", "words", "letters", "script", "repetition", "symbols", "digits")
FLAGS = (
    "--runner=DataflowRunner",
    "--no_auth",
    "--project=a-project",
    "--region=europe-west4",
    "--job_name=corpora",
    "--temp_location=gs://a-bucket/temp",
    "--staging_location=gs://a-bucket/staging",
    "--sdk_container_image=europe-west4-docker.pkg.dev/a-project/a/tfmling-worker:0.1.0",
    "--dataflow_service_options=enable_prime",
)
LOAD_PAYLOADS = """
import base64, sys
from apache_beam.internal import pickler
for line in sys.stdin:
    name, payload = line.split()
    try:
        pickler.loads(base64.b64decode(payload))
    except Exception as error:
        sys.exit(f"{name}: {type(error).__name__}: {error}")
print("all loaded")
"""


@pytest.fixture
def largest(tmp_path):
    """110 languages, everything that can be asked for."""
    (tmp_path / "a.txt").touch()
    corpora = [
        {"format": "plain_text", "path": str(tmp_path / "a.txt"), "language": language}
        for language in LANGUAGES
    ]
    values = {
        "output": "gs://a-bucket/corpora",
        "corpora": corpora,
        "filters": [{"kind": kind} for kind in FILTERS],
        "near_duplicates": {},
        "sampling": {"exponent": 0.7, "cap": 1_000_000},
        "num_shards": 256,
    }
    return config.build(BuildMonolingual, values, "test")


class Submitted:
    """What a submission uploaded and posted."""

    def __init__(self):
        self.files = {}
        self.requests = []

    def stage(self, _client, location, name, stream, *args, **kw):
        self.files[name] = stream.read()

    def create(self, _client, request=None, **kw):
        self.requests.append(request)
        return mock.Mock(id="1", client_request_id=request.job.client_request_id, current_state=0)

    @property
    def graph(self):
        from apache_beam.portability.api import beam_runner_api_pb2

        (found,) = [data for name, data in self.files.items() if name.endswith("pipeline.pb")]
        return beam_runner_api_pb2.Pipeline.FromString(found)


@pytest.fixture
def submit(monkeypatch, project_root):
    dataflow = pytest.importorskip("google.cloud.dataflow_v1beta3", reason="needs the extra gcs")
    import apache_beam as beam
    from apache_beam.options.pipeline_options import GoogleCloudOptions
    from apache_beam.runners.dataflow.internal import apiclient

    submitted = Submitted()
    quiet = "_warn_if_soft_delete_policy_enabled"
    client = apiclient.DataflowApplicationClient
    monkeypatch.setattr(client, "stage_file", lambda *a, **kw: submitted.stage(*a, **kw))
    monkeypatch.setattr(GoogleCloudOptions, quiet, lambda self, name: None)
    monkeypatch.setattr(
        dataflow.JobsV1Beta3Client, "create_job", lambda *a, **kw: submitted.create(*a, **kw)
    )

    def submit(settings, *flags):
        options = runner.pipeline_options([*FLAGS, f"--setup_file={project_root}/setup.py", *flags])
        pipeline = beam.Pipeline(options=options)
        add_monolingual_steps(pipeline, settings, "gs://a-bucket/corpora.tmp")
        pipeline.run()
        return submitted

    return submit


@pytest.mark.slow
def test_the_job_that_would_be_posted(submit, largest, project_root):
    submitted = submit(largest)
    (request,) = submitted.requests
    assert request.project_id == "a-project"
    assert request.location == "europe-west4"
    assert request.job.type_.name == "JOB_TYPE_BATCH"
    assert request.job.name == "corpora"
    (sdist,) = [data for name, data in submitted.files.items() if name.endswith("workflow.tar.gz")]
    with tarfile.open(fileobj=io.BytesIO(sdist)) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    modules = (project_root / "beam_pipelines").rglob("*.py")
    assert {str(path.relative_to(project_root)) for path in modules} <= held
    assert {"tfmling/reports/page.html.j2", "tfmling/reports/frame.html.j2"} <= held
    images, staged = _environments(submitted.graph)
    assert images == {"europe-west4-docker.pkg.dev/a-project/a/tfmling-worker:0.1.0"}
    assert "workflow.tar.gz" in staged


def _environments(graph):
    from apache_beam.portability.api import beam_runner_api_pb2 as api

    environments = list(graph.components.environments.values())
    dependencies = [d for environment in environments for d in environment.dependencies]
    staged = {
        api.ArtifactStagingToRolePayload.FromString(d.role_payload).staged_name
        for d in dependencies
    }
    docker = [e for e in environments if "docker" in e.urn]
    return {api.DockerPayload.FromString(e.payload).container_image for e in docker}, staged


@pytest.mark.slow
def test_the_graph_of_110_languages_is_small(submit, largest):
    graph = submit(largest).graph
    assert len(largest.corpora) == 110
    assert graph.ByteSize() < 200_000  # Dataflow refuses 10 MB
    assert b"__main__" not in graph.SerializeToString()


@pytest.mark.slow
def test_a_worker_with_the_sdist_alone_loads_every_function(submit, largest, clean_python):
    payloads = [(name, data) for name, data in _payloads(submit(largest).graph) if data]
    assert len(payloads) > 20
    lines = "".join(f"{name} {base64.b64encode(data).decode()}\n" for name, data in payloads)
    done = subprocess.run(
        [clean_python, "-c", LOAD_PAYLOADS], input=lines, capture_output=True, text=True, cwd="/"
    )
    assert done.stdout == "all loaded\n", done.stderr


def _payloads(graph):
    from apache_beam.portability.api import beam_runner_api_pb2 as api

    for transform in graph.components.transforms.values():
        name = transform.unique_name.replace(" ", "_")
        if transform.spec.urn == "beam:transform:pardo:v1":
            yield name, api.ParDoPayload.FromString(transform.spec.payload).do_fn.payload
        elif transform.spec.urn.startswith("beam:transform:combine_per_key"):
            yield name, api.CombinePayload.FromString(transform.spec.payload).combine_fn.payload


@pytest.mark.slow
def test_a_worker_with_the_sdist_alone_runs_the_pipeline(clean_python, tmp_path):
    """The worker is the program that Dataflow starts; it talks to its runner over gRPC."""
    (tmp_path / "a.txt").write_text("Habari ya leo?\nNzuri sana.\nHabari ya leo?\n")
    corpus = {"format": "plain_text", "path": str(tmp_path / "a.txt"), "language": "swh"}
    values = {"corpora": [corpus], "near_duplicates": {}, "sampling": {"cap": 100}}
    outputs = []
    portable = (
        "--runner=PortableRunner",
        "--job_endpoint=embed",
        "--environment_type=beam:env:harness_subprocess_python:v1",
        f"--environment_config={clean_python} -m apache_beam.runners.worker.sdk_worker_main",
    )
    for name, flags in (("portable", portable), ("here", ())):
        outputs.append(tmp_path / name)
        settings = tmp_path / f"{name}.yaml"
        settings.write_text(yaml.safe_dump(values | {"output": str(outputs[-1])}))
        command = [sys.executable, "-m", "tfmling", "build_monolingual", "--config", settings]
        subprocess.run([*command, "--", *flags], check=True, timeout=300, env=os.environ)
    files = [
        {p.name: p.read_bytes() for p in (output / "sentences").iterdir()} for output in outputs
    ]
    assert files[0] == files[1]
    assert (outputs[0] / "counts.json").read_text() == (outputs[1] / "counts.json").read_text()
