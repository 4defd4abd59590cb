"""An HTML page to blocks of text: runs of words that no block-level element interrupts.

Which blocks are main content is told by the page's own elements, or by a text that holds it.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import regex

from tfmling.core import extras
from tfmling.core.config import ConfigError

_NOT_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_LONG = 30  # letters and digits: a block of so many does not occur in a text by chance
# fmt: off
_UNSEEN = frozenset([
    "script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "canvas",
    "audio", "video", "textarea"
])
_BLOCK_LEVEL = frozenset([
    "address", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html",
    "label", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre",
    "search", "section", "select", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul"
])
# fmt: on


@dataclasses.dataclass(frozen=True)
class Block:
    """A text, and whether it stands in one of the main elements."""

    text: str
    in_main: bool


def read_blocks(html: str, main_selector: str | None = None) -> list[Block]:
    """The blocks of a page in order; white space is collapsed, blocks of white space are left out.

    Args:
        html: the page.
        main_selector: CSS selector of main elements; None: no block is in one.

    Raises:
        ConfigError: the selector is no CSS selector.
    """
    parser = extras.load("resiliparse.parse.html", "web")
    body = parser.HTMLTree.parse(html).body
    if body is None:
        return []
    try:
        main = set(body.query_selector_all(main_selector)) if main_selector else set()
    except parser.CSSParserException as error:
        raise ConfigError(f"expected a CSS selector, got {main_selector!r}: {error}") from None
    return list(_joined(_pieces(body, main)))


# a text, or None where a block ends; whether it is in a main element
_Piece = tuple[str | None, bool]


def _pieces(root: Any, main: set[Any]) -> Iterator[_Piece]:
    """Walks the tree without recursion: pages may be nested thousands deep."""
    waiting: list[tuple[Any, bool]] = [(root, False)]
    while waiting:
        node, in_main = waiting.pop()
        if node is None:
            yield None, in_main
        elif node.node_name == "#text":
            yield node.node_value, in_main
        elif (tag := node.node_name.lower()) not in _UNSEEN:
            inside = in_main or node in main
            apart = tag in _BLOCK_LEVEL
            if apart:
                yield None, in_main
                waiting.append((None, in_main))
            elif tag == "br":
                yield " ", in_main
            waiting.extend((child, inside) for child in reversed(list(node.child_nodes)))


def _joined(pieces: Iterator[_Piece]) -> Iterator[Block]:
    gathered: list[str] = []
    inside = False
    for text, in_main in pieces:
        if text is not None:
            gathered.append(text)
            inside = in_main
            continue
        if block := " ".join("".join(gathered).split()):
            yield Block(block, inside)
        gathered = []
    if block := " ".join("".join(gathered).split()):
        yield Block(block, inside)


def extract_main(html: str) -> str:
    """The main content of a page, a line for each block, by Resiliparse's rules."""
    html2text = extras.load("resiliparse.extract.html2text", "web")
    return html2text.extract_plain_text(
        html, main_content=True, preserve_formatting=True, list_bullets=False, alt_texts=False
    )


class MainText:
    """Tells whether a block is part of a text, which may break lines elsewhere.

    Args:
        text: the main content of a page.
    """

    def __init__(self, text: str):
        self._lines = {_loose(line) for line in text.splitlines()}
        self._whole = _loose(text)

    def __contains__(self, block: str) -> bool:
        """Letters and digits decide; a short block must be a line: "Home" occurs by chance."""
        loose = _loose(block)
        if len(loose) < _LONG:
            return bool(loose) and loose in self._lines
        return loose in self._whole


def _loose(text: str) -> str:
    return _NOT_WORD.sub("", text.casefold())
