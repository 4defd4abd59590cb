"""`hf://` downloads from a hub; a server on this machine takes its place."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import tfmling
from tests.tiny import tiny_encoder
from tfmling.api.sentence_encoder import SentenceEncoder
from tfmling.conversion.hugging_face_hub import HubError, download_if_remote

COMMIT = "1" * 40


@pytest.fixture
def hub(tmp_path):
    """The address of a hub with one repository, `me/tiny`, and the paths that were asked for."""
    folder = tmp_path / "repository"
    SentenceEncoder(tiny_encoder()).save(str(folder / "hub"))
    files = {p.relative_to(folder / "hub").as_posix(): p.read_bytes()
             for p in (folder / "hub").rglob("*") if p.is_file()}  # fmt: skip
    files["pytorch_model.bin"] = b"a pickle"
    asked = []

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if "/tree/" in self.path:
                tree = [
                    {"type": "file", "path": name, "size": len(content), "oid": COMMIT}
                    for name, content in files.items()
                ]
                return self._send(json.dumps(tree).encode(), {"Content-Type": "application/json"})
            if self.path.startswith("/api/models/me/tiny"):
                siblings = [{"rfilename": name} for name in files]
                info = {"id": "me/tiny", "sha": COMMIT, "siblings": siblings}
                return self._send(json.dumps(info).encode(), {"Content-Type": "application/json"})
            name = self.path.partition(f"/me/tiny/resolve/{COMMIT}/")[2]
            if name not in files:
                return self._send(b"{}", {"X-Error-Code": "RepoNotFound"}, 404)
            tag = hashlib.sha256(files[name]).hexdigest()
            return self._send(files[name], {"ETag": f'"{tag}"', "X-Repo-Commit": COMMIT})

        do_HEAD = do_GET

        def _send(self, content, headers, status=200):
            self.send_response(status)
            for key, value in (headers | {"Content-Length": str(len(content))}).items():
                self.send_header(key, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()


def download(path, address, tmp_path):
    """Download in a process of its own: huggingface_hub reads its environment when imported."""
    code = (
        "import sys; from tfmling.conversion.hugging_face_hub import *\n"
        "try: print(download_if_remote(sys.argv[1]))\n"
        "except HubError as error: print('HubError', error)"
    )
    environment = os.environ | {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-c", code, path]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return done.stdout.strip()


def test_an_encoder_is_downloaded_once_and_without_pickles(hub, tmp_path):
    address, asked = hub
    folder = download("hf://me/tiny", address, tmp_path)
    assert tfmling.load_encoder(folder).embedding_dim == 16
    assert not any("pytorch_model.bin" in path for path in asked)
    before = len([path for path in asked if "/resolve/" in path])
    assert download("hf://me/tiny", address, tmp_path) == folder
    assert len([path for path in asked if "/resolve/" in path]) == before


def test_what_is_not_there_is_one_line(hub, tmp_path):
    said = download("hf://me/absent", hub[0], tmp_path)
    assert said.startswith("HubError hf://me/absent: cannot be downloaded: ")
    assert "\n" not in said


@pytest.mark.parametrize("path", ["hf://tiny", "hf://a/b/c", "hf://../x/y", "hf://me/tiny@"])
def test_names_are_checked(path):
    with pytest.raises(HubError, match="expected hf://owner/name"):
        download_if_remote(path)
