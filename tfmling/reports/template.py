"""Templates of pages: everything is escaped, a name that is not given is an error."""

import base64
import io
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tfmling.core.printed import printable

if TYPE_CHECKING:
    import jinja2
    import matplotlib.figure

_DOTS_PER_INCH = 150


def template(path: Path) -> "jinja2.Template":
    """A template that may extend `frame.html.j2` of this folder."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([path.parent, Path(__file__).parent]),
        autoescape=True,
        finalize=_printable,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = cell
    environment.filters["duration"] = lambda seconds: str(timedelta(seconds=round(seconds)))
    environment.filters["number"] = lambda number: f"{number:,}"
    environment.filters["picture"] = picture
    environment.filters["words"] = lambda name: name.replace("_", " ")
    return environment.get_template(path.name)


def _printable(value: object) -> object:
    """Texts of strangers without control characters; markup is our own."""
    return printable(value) if type(value) is str else value


def cell(value: object) -> str:
    """A cell of a table: whole numbers grouped, others with three places or, if tiny, digits."""
    match value:
        case None:
            return ""
        case bool() | str():
            return str(value)
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.3f}" if value == 0 or abs(value) >= 0.001 else f"{value:.3g}"
        case _:
            return str(value)


def plain_labels(figure: "matplotlib.figure.Figure") -> None:
    """Draw texts as they stand: a dollar sign in a name begins no formula."""
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        text.set_parse_math(False)


def picture(figure: "matplotlib.figure.Figure") -> str:
    """A figure as the data URI of a PNG."""
    file = io.BytesIO()
    plain_labels(figure)
    figure.savefig(file, format="png", dpi=_DOTS_PER_INCH)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
