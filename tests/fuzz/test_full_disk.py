"""Limits of the system: a full disk, a limit of file sizes, few open files.

They affect every library, including those that write from C++.
"""

import os
import subprocess
import sys

import pytest
import yaml

from tests.fuzz.test_artifacts import write_encoder

RUN = """
import resource, sys
from tfmling.cli.main import main
import tfmling.core.config
kind, limit = getattr(resource, sys.argv[1]), int(sys.argv[2])
if limit:
    import keras, tensorflow, tfmling.conversion.encoder_folder  # they open files themselves
    resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))
main(sys.argv[3:])
"""


def run(tmp_path, command, settings, limit=("RLIMIT_FSIZE", 0)):
    """The exit status, and the lines on stderr after what TensorFlow says of the machine."""
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump(settings))
    done = subprocess.run(
        [sys.executable, "-c", RUN, limit[0], str(limit[1]), command, str(path)],
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
    )
    return done.returncode, done.stderr


def check(code, said, names):
    assert code == 1, said
    assert "Traceback" not in said
    assert any(name in said.splitlines()[-1].lower() for name in names), said


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 2 MB in memory, which only root can mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no right to mount a disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.slow
def test_a_full_disk(tmp_path, small_disk):
    (tmp_path / "in.txt").write_text("".join(f"The goat {n} sleeps.\n" for n in range(90_000)))
    corpus = {"format": "plain_text", "path": "in.txt", "language": "en", "document_break": "line"}
    settings = {"output": f"{small_disk}/out", "corpora": [corpus], "segment_pairs": None}
    code, said = run(tmp_path, "build_monolingual", settings)
    check(code, said, ["no space left on device"])
    assert f"while writing {small_disk}/out" in said
    assert os.listdir(small_disk) == []


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["keras_hub", "hugging_face", "sentence_transformers"])
@pytest.mark.parametrize("limit", [("RLIMIT_FSIZE", 500), ("RLIMIT_FSIZE", 9000)])
def test_an_encoder_that_cannot_be_written(tmp_path, layout, limit):
    write_encoder(tmp_path / "encoder", "preset")
    settings = {"output": "out", "encoder": "encoder", "layout": layout}
    code, said = run(tmp_path, "convert_encoder", settings, limit)
    check(code, said, ["file too large"])
    assert sorted(os.listdir(tmp_path)) == ["a.yaml", "encoder"]


@pytest.mark.slow
def test_too_few_open_files(tmp_path):
    write_encoder(tmp_path / "encoder", "preset")
    settings = {"output": "out", "encoder": "encoder", "layout": "hugging_face"}
    code, said = run(tmp_path, "convert_encoder", settings, ("RLIMIT_NOFILE", 4))
    check(code, said, ["too many open files"])
    assert sorted(os.listdir(tmp_path)) == ["a.yaml", "encoder"]
