"""`tfmling report`: the page of an output."""

import sys
import webbrowser
from pathlib import Path

from tfmling.core.errors import MissingFileError
from tfmling.core.printed import one_line


def open_page(path: str) -> None:
    """Print where the page of an output is, and open it in a browser.

        tfmling report runs/quickstart

    No browser is opened if the output of this command is not a terminal.

    Args:
        path: an output, or a page in it.

    Raises:
        MissingFileError: the folder has no page.

    Example:
        >>> _ = Path("report.html").write_text("<p>Scores</p>")
        >>> open_page(".")
        report.html
    """
    page = _find_page(path)
    print(one_line(page))
    if sys.stdout.isatty():
        webbrowser.open(Path(page).resolve().as_uri())


def _find_page(path: str) -> str:
    if Path(path).is_file():
        return path
    pages = sorted(Path(path).glob("*.html"), key=lambda page: (page.name != "report.html", page))
    if pages:
        return str(pages[0])
    found = sorted(each.name for each in Path(path).iterdir()) if Path(path).is_dir() else []
    below = sorted(str(each.parent) for each in Path(path).glob("*/*.html"))
    hint = f"; did you mean {below[0]}?" if below else ""
    listed = ", ".join(found[:10]) or "no such folder"
    raise MissingFileError(f"{path}: expected a page (*.html), found {listed}{hint}")
