"""What a command prints: all of it, the result's path alone, or one JSON object."""

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Literal

from tfmling.core import files
from tfmling.core.json_values import read_json

Printed = Literal["all", "path", "json"]
# files in which commands write numbers about their output
_NUMBERS = (
    "scores",
    "counts",
    "fertility",
    "trimming",
    "curve",
    "threshold",
    "mining",
    "verification",
    "report",
)


@contextlib.contextmanager
def printing(printed: Printed, command: str, output: str) -> Iterator[None]:
    """Run a command, and print no more than was asked for.

    Args:
        printed: `all`: what the command prints; `path`: the output's path; `json`: one JSON object
            with the command, the output, the seconds, and the numbers of its JSON files. Progress
            then goes to standard error. Errors are printed in any case.
        command: a key of `COMMANDS`.
        output: the folder that the command writes.

    Example:
        >>> with printing("path", "train", "runs/encoder"):
        ...     print("step 1")
        runs/encoder
    """
    started = time.monotonic()
    if printed == "all":
        yield
        return
    with contextlib.ExitStack() as stack:
        if printed == "json":
            stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        else:
            nothing = stack.enter_context(open(os.devnull, "w", encoding="utf-8"))
            stack.enter_context(contextlib.redirect_stdout(nothing))
            stack.enter_context(contextlib.redirect_stderr(nothing))
        yield
    if printed == "path":
        print(output)
        return
    seconds = round(time.monotonic() - started, 3)
    result = {"command": command, "output": output, "seconds": seconds}
    print(json.dumps(result | _numbers(output), ensure_ascii=False))


def _numbers(output: str) -> dict[str, object]:
    paths = {name: files.join(output, f"{name}.json") for name in _NUMBERS}
    return {name: read_json(path) for name, path in paths.items() if files.exists(path)}
