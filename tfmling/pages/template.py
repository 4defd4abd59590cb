"""Templates of pages: everything is escaped, a name that is not given is an error."""

import base64
import io
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

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


def picture(figure: "matplotlib.figure.Figure") -> str:
    """A figure as the data URI of a PNG."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=_DOTS_PER_INCH)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
