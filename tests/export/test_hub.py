"""As a stranger uses it: `hub.load` of a folder, and of an address that serves the archive."""

import http.server
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

pytest.importorskip("tensorflow_hub")

ONE_LINE = (
    "import tensorflow as tf, tensorflow_text, tensorflow_hub as hub; "
    "print(hub.load({!r})(tf.constant(['habari ya asubuhi','good morning'])).shape)"
)


def run(code: str, folder: Path, **environment: str) -> str:
    """Runs code in a new process, elsewhere: nothing of this project is importable there."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=os.environ | environment | {"PYTHONPATH": "", "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_load_from_a_folder(exported, tmp_path):
    printed = run(ONE_LINE.format(f"{exported}/sentence_encoder"), tmp_path)
    assert printed.strip() == "(2, 16)"


@pytest.fixture
def address(exported):
    """A server that answers MODEL?tf-hub-format=compressed with MODEL.tar.gz, as TF Hub's do."""

    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            path, _, query = self.path.partition("?")
            body = Path(f"{exported}{path}.tar.gz").read_bytes()
            self.send_response(200 if query == "tf-hub-format=compressed" else 404)
            self.send_header("Content-Type", "application/gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_load_from_a_server_is_kept_in_the_cache(address, tmp_path):
    url, asked = address
    code = "\n".join([ONE_LINE.format(f"{url}/sentence_encoder")] * 2)
    printed = run(code, tmp_path, TFHUB_CACHE_DIR=str(tmp_path / "cache"), no_proxy="127.0.0.1")
    assert printed.split("\n")[:2] == ["(2, 16)", "(2, 16)"]
    assert list((tmp_path / "cache").glob("*/saved_model.pb"))
    assert asked == ["/sentence_encoder?tf-hub-format=compressed"]  # once
