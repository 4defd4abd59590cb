"""Pages: what people look at, as one HTML file that needs no other."""

from tfmling.reports.sections import Plot, Samples, Table, Text
from tfmling.reports.write import write_page

__all__ = ["Plot", "Samples", "Table", "Text", "write_page"]
