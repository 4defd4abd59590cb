"""Reports: text, tables, plots and samples on one HTML page that needs no other file."""

from tfmling.reports.page import write_page
from tfmling.reports.sections import Plot, Samples, Section, Table, Text

__all__ = ["Plot", "Samples", "Section", "Table", "Text", "write_page"]
