"""Few file systems are supported, and validation of settings contacts none of them."""

import socket
import threading

import pytest

from tfmling.core import config, files
from tfmling.core.config import ConfigError, InputPath, OutputPath, Settings
from tfmling.core.storage import SCHEMES, UnsupportedPathError, check_path, scheme_of


class Job(Settings):
    output: OutputPath
    source: InputPath


@pytest.fixture
def listener():
    """A port of this machine, and the connections that were made to it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        seen, stop = [], threading.Event()

        def accept():
            while not stop.is_set():
                try:
                    connection, peer = server.accept()
                except TimeoutError:
                    continue
                seen.append(peer)
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1], seen
        stop.set()
        thread.join()


URLS = [
    "http://127.0.0.1:{port}/a.txt",
    "HTTP://127.0.0.1:{port}/a.txt",
    "https://127.0.0.1:{port}/a.txt",
    "ftp://127.0.0.1:{port}/a.txt",
    "sftp://127.0.0.1:{port}/a.txt",
    "ssh://127.0.0.1:{port}/a.txt",
    "webhdfs://127.0.0.1:{port}/a.txt",
    "zip://a.txt::http://127.0.0.1:{port}/a.zip",
    "simplecache::http://127.0.0.1:{port}/a.txt",
    "memory://a::http://127.0.0.1:{port}/a.txt",
    "github://a:b@main/a.txt",
]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("key", ["source", "output"])
def test_other_schemes_are_rejected_by_name_and_not_contacted(url, key, listener):
    port, seen = listener
    values = {"source": __file__, "output": "out"} | {key: url.format(port=port)}
    with pytest.raises(ConfigError) as caught:
        config.build(Job, values, "f.yaml")
    said = str(caught.value)
    assert said.startswith(f"f.yaml: {key}: {values[key]}: expected a local path or one of file://")
    assert "\n" not in said
    with pytest.raises(UnsupportedPathError):
        files.exists(values[key])
    assert seen == []


def test_a_remote_file_system_is_not_contacted_in_validation(listener, monkeypatch):
    port, seen = listener
    monkeypatch.setitem(SCHEMES, "http", None)  # in place of a bucket
    url = f"http://127.0.0.1:{port}/a.txt"
    settings = config.build(Job, {"source": url, "output": "out"}, "f.yaml")
    assert seen == []
    with pytest.raises(ConfigError, match=f"^{url}: "):
        config.require_remote_inputs(settings)


def test_schemes():
    assert scheme_of("gs://a/b") == "gs"
    for local in ("a/b", "/a", "a:b", "./x://y", "a::b", "data:x", ""):
        assert scheme_of(local) == "file"


@pytest.mark.parametrize("name", ["a::b", "data:x", "github:x", "zip::a", "a:b"])
def test_a_colon_in_a_local_name_is_no_scheme(name, tmp_path):
    path = f"{tmp_path}/{name}"
    check_path(path)
    files.write_text(path, "x")
    assert (tmp_path / name).read_text() == "x"
    assert files.read_text(path) == "x"
    assert list(files.read_lines(path)) == ["x"]
    assert files.expand(path) == [path]
    assert files.filesystem(path)[1] == path


@pytest.mark.parametrize("path", ["file://localhost/x", "file://tmp/x", "file://", "file://x"])
def test_a_file_url_with_a_host_is_no_relative_path(path):
    with pytest.raises(UnsupportedPathError, match="expected file:/// and an absolute path"):
        check_path(path)
    check_path("file:///tmp/x")
