import subprocess
import sys

import pytest

from tests.written import finish_output
from tfmling.core.errors import UnreadableError, UserError, reading
from tfmling.core.extras import MissingPackageError, require
from tfmling.embedding.litert_embedder import LiteRTEmbedder


def test_a_missing_package_is_an_import_error_that_names_the_extra():
    with pytest.raises(ImportError, match=r"no_such_package .* pip install -e '\.\[web\]'"):
        require("no_such_package.part", "web")


def test_a_file_that_a_library_cannot_read_is_named():
    with (
        pytest.raises(
            UnreadableError, match=r"^a\.npz: expected counts, cannot be read: KeyError: 'x'; "
        ),
        reading("a.npz", "counts"),
    ):
        {}["x"]


@pytest.mark.parametrize(
    "error",
    [UserError("said"), FileNotFoundError(2, "no", "x"), MemoryError(), KeyboardInterrupt()],
)
def test_clear_errors_are_kept(error):
    with pytest.raises(type(error)) as caught, reading("a.npz", "counts"):
        raise error
    assert caught.value is error


def test_a_lite_model_without_its_package_names_the_extra(monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingPackageError, match=r"ai_edge_litert .* -e '\.\[train\]'"):
        LiteRTEmbedder(str(tmp_path))


def test_a_worker_reports_corrupt_records(tmp_path):
    (tmp_path / "in" / "sentences").mkdir(parents=True)
    (tmp_path / "in" / "sentences" / "sw-00000-of-00001.tfrecord").write_bytes(b"no records")
    finish_output(str(tmp_path / "in"))
    (tmp_path / "a.yaml").write_text(f"records: [{tmp_path}/in]\noutput: {tmp_path}/out\n")
    call = [sys.executable, "-m", "tfmling", "count_words", "--config", f"{tmp_path}/a.yaml"]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 2
    assert "sw-00000-of-00001.tfrecord: record 0 at byte 0" in done.stderr.splitlines()[-1]
