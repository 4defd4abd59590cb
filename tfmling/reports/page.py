"""HTML pages from templates, in which everything is escaped and an unknown name is an error."""

import base64
import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tfmling.core import files
from tfmling.core.printed import printable
from tfmling.reports.sections import Section

if TYPE_CHECKING:
    import jinja2
    import matplotlib.figure

_TEMPLATE = Path(__file__).parent / "page.html.j2"
_DOTS_PER_INCH = 150


def write_page(path: str, *, title: str, subtitle: str = "", sections: Sequence[Section]) -> None:
    """Write sections below one another as an HTML page.

    Args:
        path: of the page, which may be remote; it appears whole or not at all.
        title: the heading.
        subtitle: a note below it.
        sections: in their order.

    Example:
        >>> from tfmling.reports import Table
        >>> table = Table("F1", ["set", "F1"], [["tatoeba", 0.5]])
        >>> write_page("scores.html", title="Scores", sections=[table])
        >>> "0.500" in files.read_text("scores.html")
        True
    """
    text = load_template(_TEMPLATE).render(title=title, subtitle=subtitle, sections=sections)
    files.write_text(path, text)


def load_template(path: Path) -> "jinja2.Template":
    """Load a template, which may extend `frame.html.j2` of this folder.

    Example:
        >>> _ = open("greeting.html.j2", "w").write("<p>{{ name }}</p>")
        >>> load_template(Path("greeting.html.j2")).render(name="Ali & Amina")
        '<p>Ali &amp; Amina</p>'
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([path.parent, Path(__file__).parent]),
        autoescape=True,
        finalize=_finalize,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = format_cell
    environment.filters["duration"] = lambda seconds: str(timedelta(seconds=round(seconds)))
    environment.filters["number"] = lambda number: f"{number:,}"
    environment.filters["picture"] = as_data_uri
    environment.filters["words"] = lambda name: name.replace("_", " ")
    return environment.get_template(path.name)


def _finalize(value: object) -> object:
    """Remove control characters from foreign text; our own markup is not a plain str."""
    return printable(value) if type(value) is str else value


def format_cell(value: object) -> str:
    """Format a table cell: grouped integers, floats with three decimals or three digits if tiny.

    Example:
        >>> format_cell(12345), format_cell(0.5), format_cell(0.00012), format_cell(None)
        ('12,345', '0.500', '0.00012', '')
    """
    match value:
        case None:
            return ""
        case int() if not isinstance(value, bool):
            return f"{value:,}"
        case float():
            return f"{value:,.3f}" if value == 0 or abs(value) >= 0.001 else f"{value:.3g}"
        case _:
            return str(value)


def disable_math(figure: "matplotlib.figure.Figure") -> None:
    """Show dollar signs in the texts of a figure literally instead of as formulas.

    Example:
        >>> from tfmling.reports.plot import new_axes
        >>> axes = new_axes(7, 4, "between $5 and $10")
        >>> disable_math(axes.figure)
        >>> axes.xaxis.label.get_parse_math()
        False
    """
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        text.set_parse_math(False)


def as_data_uri(figure: "matplotlib.figure.Figure") -> str:
    """Render a figure as the data URI of a PNG.

    Example:
        >>> from tfmling.reports.plot import new_axes
        >>> as_data_uri(new_axes(2, 1).figure)[:22]
        'data:image/png;base64,'
    """
    file = io.BytesIO()
    disable_math(figure)
    figure.savefig(file, format="png", dpi=_DOTS_PER_INCH)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
