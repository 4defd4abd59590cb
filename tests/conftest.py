"""What all tests share: where the real data lies, and a quiet TensorFlow."""

import gzip
import os
import signal
import subprocess
import sys
import venv
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# a shell starts what it runs in the background with Ctrl-C ignored, and children inherit that
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["tests.bert_folder", "tests.doctest_names"]

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; tests that need it are skipped where it is missing."""
    folder = Path(os.environ.get("TFMLING_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set TFMLING_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds setup.py and configs/."""
    return ROOT


@pytest.fixture
def write(tmp_path):
    """Writes a file, gzip by its name, and returns its path."""

    def write(name, text):
        data = text if isinstance(text, bytes) else text.encode()
        path = tmp_path / name
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return str(path)

    return write


@pytest.fixture(scope="session")
def sdist(project_root, tmp_path_factory) -> Path:
    """The project's sdist, as Beam builds it from --setup_file."""
    pytest.importorskip("build")
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--sdist", f"--outdir={folder}"]
    subprocess.run(command, cwd=project_root, check=True, capture_output=True, timeout=300)
    (path,) = folder.glob("*.tar.gz")
    return path


@pytest.fixture(scope="session")
def clean_python(sdist, project_root, tmp_path_factory) -> str:
    """The Python of an environment that holds the sdist and Beam, but no TensorFlow."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    constraints = f"--constraint={project_root / 'constraints.txt'}"
    install = [python, "-m", "pip", "install", "--quiet", constraints, f"{sdist}[beam,clean]"]
    subprocess.run(install, check=True, timeout=900)
    return python
