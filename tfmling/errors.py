"""Errors that a person can mend, and how a main tells them."""

import contextlib
from collections.abc import Iterator

from tfmling.printed import printable, printable_output


class UserError(Exception):
    """Base of errors whose message is complete: what was expected, what came, what to do."""


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Ends the process with status 1 and the message alone where a person can mend what went wrong.

    That is a UserError, or a file that is not there. All else is a fault of the code, and keeps its
    traceback.
    """
    try:
        with printable_output():
            yield
    except (UserError, FileNotFoundError) as error:
        raise SystemExit(printable(f"{error}")) from None
