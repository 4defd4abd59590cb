"""Pages: what people look at, as one HTML file that needs no other."""

from tfmling.pages.sections import Figure, Samples, Table, Text
from tfmling.pages.write import write_page

__all__ = ["Figure", "Samples", "Table", "Text", "write_page"]
