"""Safe printing of untrusted text: sentences, file names, keys.

A terminal interprets escape sequences, a carriage return hides the start of a line, and a
bidirectional override reorders letters. Such characters are escaped.
"""

import contextlib
import re
import sys
from collections.abc import Iterator
from typing import Any, TextIO

# C0 except tab and line feed, DEL and C1; line and paragraph separators; embeddings, overrides and
# isolates; the byte-order mark; lone surrogates, which cannot be encoded; tags
_UNSAFE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f"
)
_CONTROL = re.compile(f"[{_UNSAFE}]")
_NOT_OF_A_LINE = re.compile(f"[{_UNSAFE}\t\n]")
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]")
_MARKDOWN = re.compile(r"([\\\[\]<|])")


def printable(text: str) -> str:
    """Escape the control characters of a text, except tabs and line ends.

    Example:
        >>> printable("a\\x1b[31mb")
        'a\\\\x1b[31mb'
    """
    return _CONTROL.sub(_escaped, text)


def one_line(text: str) -> str:
    """Like `printable`, with tabs and line ends escaped too.

    Example:
        >>> print(one_line("a\\nb"))
        a\\nb
    """
    return _NOT_OF_A_LINE.sub(_escaped, text)


def printable_bytes(output: bytes) -> bytes:
    """Escape the control bytes in the output of a process, except tab, line end and return.

    Args:
        output: UTF-8, possibly cut within a character.

    Example:
        >>> print(printable_bytes(b"a\\x1b[31mb").decode())
        a\\x1b[31mb
    """
    return _CONTROL_BYTES.sub(lambda found: repr(found[0])[2:-1].encode(), output)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def markdown_text(text: str) -> str:
    """Escape a text for Markdown, such as a table cell: no markup, no HTML, no line end.

    Example:
        >>> print(markdown_text("a|b <i>"))
        a\\|b \\<i>
    """
    return one_line(_MARKDOWN.sub(r"\\\1", text))


class PrintableStream:
    """Wraps a text stream so that all writes are printable.

    A carriage return at the start of a write is kept, because progress bars of tqdm use it.

    Example:
        >>> print("a\\x1b[31mb", file=PrintableStream(sys.stdout))
        a\\x1b[31mb
    """

    def __init__(self, stream: TextIO):
        self._stream = stream

    def write(self, text: str) -> int:
        """Write `printable(text)`."""
        bar = "\r" if text.startswith("\r") else ""
        self._stream.write(bar + printable(text.removeprefix("\r")))
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write each line."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def printable_output() -> Iterator[None]:
    """Make everything printed or logged in the context printable, and tracebacks too.

    Example:
        >>> with printable_output():
        ...     print("a\\x1b[31mb")
        a\\x1b[31mb
    """
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _print_traceback
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_wrapped(stream) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _print_traceback(*exception: Any) -> None:
    with printable_output():
        sys.__excepthook__(*exception)


def _wrapped(stream: Any) -> Any:
    return (
        stream if stream is None or isinstance(stream, PrintableStream) else PrintableStream(stream)
    )
