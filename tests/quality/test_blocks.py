"""Blocks of a page by hand, and which of them are main content."""

import pytest

from tfmling.quality.blocks import MainText, TextBlock, extract_main, read_blocks

PAGE = """<html><head><title>Habari za leo</title><style>p {color: red}</style></head><body>
<nav><ul><li><a href="/">Nyumbani</a></li><li>Kuhusu  sisi</li></ul></nav>
<main><h1>Mvua</h1><p>Mvua <b>kubwa</b> ilinyesha<br>jana.<script>var x = 1;</script></p>
<!-- unseen --><div>Mito <span>ilifurika</span>.<p>Watu walihama.</p>Baadaye walirudi.</div>
</main>
<footer>Haki zote zimehifadhiwa</footer></body></html>"""


def test_block_level_elements_separate_blocks():
    assert read_blocks(PAGE, "main") == [
        TextBlock("Nyumbani", False),
        TextBlock("Kuhusu sisi", False),
        TextBlock("Mvua", True),
        TextBlock("Mvua kubwa ilinyesha jana.", True),
        TextBlock("Mito ilifurika.", True),
        TextBlock("Watu walihama.", True),
        TextBlock("Baadaye walirudi.", True),
        TextBlock("Haki zote zimehifadhiwa", False),
    ]


def test_without_a_selector_nothing_is_main():
    assert not any(block.in_main for block in read_blocks(PAGE))


def test_an_invalid_selector_is_rejected():
    with pytest.raises(ValueError, match="expected a CSS selector, got 'p\\[\\['"):
        read_blocks(PAGE, "p[[")


def test_deep_nesting_and_no_page_at_all():
    deep = "<div>" * 5000 + "chini kabisa" + "</div>" * 5000
    assert read_blocks(deep) == [TextBlock("chini kabisa", False)]
    assert read_blocks("") == []


def test_a_long_block_is_found_in_the_text_and_a_short_one_as_a_line():
    main = MainText("Home\nMvua kubwa ilinyesha jana, na mito\nilifurika katika mji wa Home.")
    assert "Mvua kubwa ilinyesha jana – na mito ilifurika" in main  # across a line end
    assert "HOME" in main
    assert "mji" not in main  # is part of the text, but not a line of it
    assert "..." not in main


def test_extraction_drops_navigation():
    text = " ".join(["Mvua kubwa ilinyesha jana katika mji wa Mombasa na mito ilifurika."] * 4)
    found = extract_main(f"<body><nav>Nyumbani</nav><article><p>{text}</p></article></body>")
    assert text in found
    assert "Nyumbani" not in found
