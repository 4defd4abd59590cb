"""Untrusted text cannot control a terminal, a page or a table."""

import io
import logging
import subprocess
import sys

import pytest
from matplotlib.figure import Figure

from tfmling.core import config_errors
from tfmling.core.errors import UserError
from tfmling.core.printed import (
    PrintableStream,
    markdown_text,
    one_line,
    printable,
    printable_bytes,
    printable_output,
)
from tfmling.core.report_errors import report_user_errors
from tfmling.reports.markdown import markdown_table
from tfmling.reports.page import as_data_uri, load_template

RED, CLEAR, TITLE = "\x1b[31m", "\x1b[2J", "\x1b]0;owned\x07"
SAFE = "Häuser, ጤና, ไทย, می‌خواهم, שלום\u200f, 👩‍👩‍👧"  # joiners and marks belong to their scripts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RED, "\\x1b[31m"),
        (TITLE, "\\x1b]0;owned\\x07"),
        ("a\rb", "a\\rb"),
        ("\x9b31m", "\\x9b31m"),  # C1: the same as ESC [
        ("\x85\x7f\x00\b", "\\x85\\x7f\\x00\\x08"),
        ("a\u202egpj.exe", "a\\u202egpj.exe"),
        ("\u2066a\u2069", "\\u2066a\\u2069"),
        ("a\u2028b", "a\\u2028b"),
        ("\udcff", "\\udcff"),  # a file name that is not UTF-8
        ("a\tb\nc", "a\tb\nc"),
        (SAFE, SAFE),
    ],
)
def test_control_characters_are_made_visible(text, expected):
    assert printable(text) == expected
    assert printable(printable(text)) == expected


def test_one_line():
    assert one_line("a\tb\nc" + RED) == "a\\tb\\nc\\x1b[31m"


def test_bytes_of_another_process():
    assert printable_bytes(b"\x1b[2Ja\r\n\t\xc2\x9b") == b"\\x1b[2Ja\r\n\t\\xc2\\x9b"
    assert printable_bytes(SAFE.encode()) == SAFE.encode()


def test_all_that_is_printed_within_a_command(capsys):
    @report_user_errors
    def command(arguments=None):
        print(f"found {CLEAR}")
        print(f"to stderr {CLEAR}", file=sys.stderr)
        logger = logging.getLogger("tests.printed")
        handler = logging.StreamHandler()
        logger.addHandler(handler)
        logger.propagate = False  # handlers that other tests left may be closed
        logger.warning("logged %s", TITLE)
        logger.removeHandler(handler)
        raise UserError(f"{CLEAR}: no such file")

    with pytest.raises(SystemExit) as ended:
        command()
    out, err = capsys.readouterr()
    assert out == "found \\x1b[2J\n"
    said = "\\x1b[2J: no such file"
    assert err == f"to stderr \\x1b[2J\nlogged \\x1b]0;owned\\x07\n{said}\n"
    assert str(ended.value) == said


def test_a_traceback_of_a_command_is_printable():
    code = (
        "from tfmling.core.report_errors import report_user_errors\n@report_user_errors\n"
        "def main(arguments=None): raise ValueError('\\x1b[2J')\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"ValueError: \\x1b[2J" in done.stderr
    assert b"\x1b" not in done.stderr


def test_a_progress_bar_draws_itself_again():
    stream = io.StringIO()
    PrintableStream(stream).write("\r 50%")
    PrintableStream(stream).writelines(["a\r", "b"])
    assert stream.getvalue() == "\r 50%a\\rb"


def test_streams_are_given_back():
    before = sys.stdout, sys.stderr
    with printable_output(), printable_output():
        assert not isinstance(sys.stdout._stream, PrintableStream)
    assert (sys.stdout, sys.stderr) == before


def test_file_names_and_keys_in_errors_of_settings(tmp_path):
    import tfmling.core.config as config
    from tfmling.vocab.settings import ExtendVocab

    with pytest.raises(config_errors.ConfigError) as caught:
        config.build(ExtendVocab, {"out\nput\x1b[2J": 1}, "f.yaml")
    assert "out\\nput\\x1b[2J: unknown key" in str(caught.value)


def test_cells_of_markdown():
    assert markdown_text("a|b\n<img src=x>[c](javascript:d)\\") == (
        "a\\|b\\n\\<img src=x>\\[c\\](javascript:d)\\\\"
    )
    rows = markdown_table(["name"], [["x | y\n| z <script>"]])
    assert rows[2:] == ["| x \\| y\\n\\| z \\<script> |"]


def test_pages_escape_markup_and_control_characters(tmp_path):
    (tmp_path / "a.html.j2").write_text("{{ text }}")
    page = load_template(tmp_path / "a.html.j2").render(text=f"<script>{RED}\u202e")
    assert page == "&lt;script&gt;\\x1b[31m\\u202e"


def test_a_dollar_sign_in_a_name_begins_no_formula():
    figure = Figure()
    figure.subplots().set_title("a $\\frac{ b$")
    assert as_data_uri(figure).startswith("data:image/png")


def test_nearest_prints_one_line_a_sentence():
    from export.nearest import format_nearest

    near = [{"text": "b\r\n\x1b[2J", "cosine": 0.5}]
    assert (
        format_nearest([{"text": "a\nb", "nearest": near}]) == "a\\nb\n    0.500  b\\r\\n\\x1b[2J"
    )
