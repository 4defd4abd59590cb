"""The message and the exit status of a command, for each kind of error."""

import errno
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tfmling.core.config import ConfigError
from tfmling.core.errors import Terminated, UserError
from tfmling.core.extras import MissingPackageError
from tfmling.core.report_errors import report_user_errors
from tfmling.corpora.corpus import CorpusError


def outcome(error, capsys, arguments=()):
    """The exit status of a command that raises `error`, and what it prints to stderr."""

    @report_user_errors
    def main(arguments=None):
        raise error

    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    said = capsys.readouterr().err
    assert str(caught.value) in said
    return caught.value.code, said


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ConfigError("a.yaml: steps: expected a number"), 2),
        (CorpusError("a.yaml: steps: expected a number"), 2),
        (UserError("a.yaml: steps: expected a number"), 1),
        (MissingPackageError("a.yaml: steps: expected a number"), 1),
    ],
)
def test_a_user_error_is_its_message(error, status, capsys):
    assert outcome(error, capsys) == (status, "a.yaml: steps: expected a number\n")


@pytest.mark.parametrize(
    ("error", "status", "begins"),
    [
        (FileNotFoundError(errno.ENOENT, "x", "a/b"), 2, "a/b: no such file or directory; check"),
        (PermissionError(errno.EACCES, "x", "a/b"), 1, "a/b: permission denied; check its owner"),
        (NotADirectoryError(errno.ENOTDIR, "x", "a/b"), 2, "a/b: not a directory; a part of"),
        (IsADirectoryError(errno.EISDIR, "x", "a/b"), 2, "a/b: is a directory; expected a file"),
        (OSError(errno.ENAMETOOLONG, "x", "a/b"), 2, "a/b: file name too long; name a shorter"),
        (OSError(errno.ENOSPC, "x"), 1, "no space left on device; free some space"),
        (OSError(errno.EROFS, "x", b"a/b"), 1, "a/b: read-only file system; name an output"),
        (OSError(errno.EMFILE, "x", "a/b"), 1, "a/b: too many open files; raise the limit"),
        (OSError(errno.EIO, "x", "a", None, "b"), 1, "a -> b: input/output error; the disk"),
        (OSError("Unable to open file (file signature not found)"), 1, "Unable to open file"),
        (MemoryError(), 1, "out of memory: use smaller batches"),
        (json.JSONDecodeError("Expecting value", "{", 1), 2, "not readable as JSON: Expecting"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), 2, "a text in another encoding: "),
        (ModuleNotFoundError("x", name="tensorflow_text.a"), 1,
         "the package tensorflow_text is not installed; install it with: pip install "
         "-e '.[train]'"),
    ],
)  # fmt: skip
def test_an_error_of_the_system_is_one_line(error, status, begins, capsys):
    code, said = outcome(error, capsys)
    assert code == status
    assert said.startswith(begins)
    assert said.endswith(" (--debug shows the traceback)\n")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [(KeyboardInterrupt(), 130, "interrupted\n"), (Terminated(), 143, "terminated\n")],
)
def test_an_interruption_is_one_line(error, status, said, capsys):
    assert outcome(error, capsys) == (status, said)


def test_a_line_is_cut(capsys):
    assert outcome(UserError("x" * 5000 + "\nb"), capsys)[1] == "x" * 1000 + "…\nb\n"


def test_debug_shows_the_traceback_too(capsys):
    code, said = outcome(ConfigError("a.yaml: no"), capsys, ["--debug"])
    assert code == 2
    assert said.startswith("Traceback (most recent call last):")
    assert said.endswith("\na.yaml: no\n")
    assert "Traceback" not in outcome(ConfigError("no"), capsys, ["--", "--debug"])[1]


def test_escape_sequences_do_not_reach_the_terminal(capsys):
    assert outcome(UserError("a\x1b[2Jb\rc\nd ጤና"), capsys)[1] == "a\\x1b[2Jb\\rc\nd ጤና\n"


@pytest.mark.parametrize("kind", [ValueError, ImportError, KeyError, AssertionError])
def test_a_bug_keeps_its_traceback_and_asks_for_a_report(kind):
    @report_user_errors
    def main(arguments=None):
        raise kind("x")

    with pytest.raises(kind) as caught:
        report_user_errors(main)([])
    (note,) = caught.value.__notes__
    assert note.startswith("This is a bug in tfmling. Please report it")


def test_a_main_inside_a_main_reports_once(capsys):
    @report_user_errors
    def inner(arguments=None):
        raise ConfigError("no")

    with pytest.raises(SystemExit):
        report_user_errors(lambda arguments=None: inner(arguments))([])
    assert capsys.readouterr().err == "no\n"


def python(code, **options):
    start = "import sys, time\nfrom tfmling.core.report_errors import report_user_errors\n"
    command = f"{start}@report_user_errors\ndef main(arguments=None):\n{code}\nmain()\n"
    return subprocess.Popen([sys.executable, "-c", command], text=True, **options)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_run_the_cleanup_and_do_not_wait_for_threads(number, status):
    process = python(
        "    import threading\n"
        "    threading.Thread(target=time.sleep, args=[60]).start()\n"
        "    try:\n"
        "        print('begun', flush=True)\n"
        "        time.sleep(60)\n"
        "    finally:\n"
        "        print('cleaned', flush=True)",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline() == "begun\n"
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == status
    assert out == "cleaned\n"
    assert err == ("interrupted\n" if status == 130 else "terminated\n")
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    "code",
    [
        "    for n in range(200_000): print(n)",
        "    print(1)",  # still in the buffer at the end
        "    import tqdm\n    for n in tqdm.tqdm(range(200_000), mininterval=0): print(n)",
        "    print('x' * 100_000)\n    raise SystemExit(0)",
    ],
)
def test_an_output_that_nobody_reads_any_more_ends_quietly(code):
    reader, writer = os.pipe()
    os.close(reader)
    process = python(code, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    errors = process.communicate(timeout=60)[1]
    assert process.returncode == 1
    assert "Traceback" not in errors
    assert "Broken" not in errors


def test_neither_output_is_read_any_more():
    reader, writer = os.pipe()
    os.close(reader)
    code = "    for n in range(200_000): print(n, file=sys.stderr)\n    raise KeyError('bug')"
    process = python(code, stdout=writer, stderr=writer)
    os.close(writer)
    assert process.wait(timeout=60) == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_one_line():
    with open("/dev/full", "w") as full:
        process = python("    print(1)", stdout=full, stderr=subprocess.PIPE)
        errors = process.communicate(timeout=60)[1]
    assert process.returncode == 1
    assert errors.startswith("no space left on device; free some space")
    assert errors.count("\n") == 1


def test_a_terminal_of_another_encoding_gets_escapes():
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    process = python(
        "    print('ጤና')", stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert process.communicate(timeout=60) == ("\\u1324\\u1293\n", "")
    assert process.returncode == 0
