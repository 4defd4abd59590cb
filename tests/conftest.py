"""What all tests share: the real data, and a TensorFlow that is quiet and keeps to few threads."""

import os
from pathlib import Path

import pytest

# before anything imports TensorFlow; processes that tests start inherit it
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "2")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")
os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ.setdefault("MPLBACKEND", "Agg")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds setup.py and configs/."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real corpora and test sets, which are not part of the project; skips where they are missing.

    $TFMLING_DATA names the folder; without it, ../shared/data beside the project.
    """
    folder = Path(os.environ.get("TFMLING_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set TFMLING_DATA to its folder")
    return folder
