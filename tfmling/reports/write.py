"""Writes a page."""

from collections.abc import Sequence
from pathlib import Path

from tfmling.core import files
from tfmling.reports.sections import Plot, Samples, Table, Text
from tfmling.reports.template import template

Section = Text | Table | Plot | Samples

_TEMPLATE = Path(__file__).parent / "page.html.j2"


def write_page(path: str, *, title: str, subtitle: str = "", sections: Sequence[Section]) -> None:
    """Writes sections one under the other, whole or not at all; `path` may be remote."""
    text = template(_TEMPLATE).render(title=title, subtitle=subtitle, sections=sections)
    files.write_text(path, text)
