"""Pages: what people look at, as one HTML file that needs no other."""

from tfmling.reports.sections import Figure, Samples, Table, Text
from tfmling.reports.write import write_page

__all__ = ["Figure", "Samples", "Table", "Text", "write_page"]
