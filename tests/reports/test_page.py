"""Pages show everything, escaped, in one file."""

import base64
import re

import pytest
from matplotlib.figure import Figure

from tfmling.reports import Plot, Samples, Table, Text, write_page
from tfmling.reports.page import format_cell


def page_of(tmp_path, *sections):
    path = tmp_path / "page.html"
    write_page(str(path), title="A <title>", subtitle="of today", sections=sections)
    return path.read_text(encoding="utf-8")


def test_text_is_escaped(tmp_path):
    page = page_of(tmp_path, Text("Why", ["a < b & c", "second"]), Samples("Rejects", ["<b>سلام"]))
    assert "<title>A &lt;title&gt;</title>" in page
    assert "<p>a &lt; b &amp; c</p>" in page
    assert "<p>second</p>" in page
    assert '<li dir="auto">&lt;b&gt;سلام</li>' in page


def test_columns_of_numbers_are_right_aligned_and_grouped(tmp_path):
    rows = [("sw", 1234567, 0.25), ("am", None, 3e-5)]
    page = page_of(tmp_path, Table("Kept", ("language", "kept", "share"), rows, note="of all"))
    assert "<th>language</th>" in page
    assert '<th class="n">kept</th>' in page
    assert '<td>sw</td><td class="n">1,234,567</td><td class="n">0.250</td>' in page
    assert '<td>am</td><td class="n"></td><td class="n">3e-05</td>' in page
    assert '<p class="note">of all</p>' in page


def test_a_row_of_another_length_is_rejected():
    with pytest.raises(ValueError, match=r"row 2: expected 2 cells \(a, b\), got 1"):
        Table("T", ("a", "b"), [(1, 2), (1,)])


def test_a_plot_is_embedded_in_the_page(tmp_path):
    drawing = Figure(figsize=(2, 1))
    drawing.subplots().plot([1, 2])
    page = page_of(tmp_path, Plot("Lengths", drawing))
    found = re.search(r'src="data:image/png;base64,([^"]+)" alt="Lengths"', page)
    assert base64.b64decode(found[1]).startswith(b"\x89PNG")
    assert "http" not in page


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0, "0"),
        (-12345, "-12,345"),
        (0.0, "0.000"),
        (1234.5, "1,234.500"),
        (True, "True"),
    ],
)
def test_cells(value, text):
    assert format_cell(value) == text
