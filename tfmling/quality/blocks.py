"""Split an HTML page into blocks of text, which block-level elements separate.

A block is main content if it is in a main element of the page, or in a reference text.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import regex

from tfmling.core import extras
from tfmling.core.config import ConfigError

_NOT_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_LONG = 30  # letters and digits; a block this long does not occur in a text by chance
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
class TextBlock:
    """A block's text, and whether it is inside a main element.

    Example:
        >>> TextBlock("Habari ya leo.", in_main=True).text
        'Habari ya leo.'
    """

    text: str
    in_main: bool


def read_blocks(html: str, main_selector: str | None = None) -> list[TextBlock]:
    """The blocks of a page, in order, with white space collapsed; empty blocks are dropped.

    Args:
        html: the page.
        main_selector: CSS selector of main elements; None if there are none.

    Raises:
        ConfigError: the selector is not valid CSS.

    Example:
        >>> html = "<nav>Nyumbani</nav><main><p>Habari <b>ya</b> leo.</p></main>"
        >>> [(block.text, block.in_main) for block in read_blocks(html, "main")]
        [('Nyumbani', False), ('Habari ya leo.', True)]
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


# a text, or None at the end of a block; whether it is in a main element
_Piece = tuple[str | None, bool]


def _pieces(root: Any, main: set[Any]) -> Iterator[_Piece]:
    """Walk the tree without recursion, since pages may be nested thousands deep."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, in_main = stack.pop()
        if node is None:
            yield None, in_main
        elif node.node_name == "#text":
            yield node.node_value, in_main
        elif (tag := node.node_name.lower()) not in _UNSEEN:
            inside = in_main or node in main
            is_block = tag in _BLOCK_LEVEL
            if is_block:
                yield None, in_main
                stack.append((None, in_main))
            elif tag == "br":
                yield " ", in_main
            stack.extend((child, inside) for child in reversed(list(node.child_nodes)))


def _joined(pieces: Iterator[_Piece]) -> Iterator[TextBlock]:
    parts: list[str] = []
    inside = False
    for text, in_main in pieces:
        if text is not None:
            parts.append(text)
            inside = in_main
            continue
        if block := " ".join("".join(parts).split()):
            yield TextBlock(block, inside)
        parts = []
    if block := " ".join("".join(parts).split()):
        yield TextBlock(block, inside)


def extract_main(html: str) -> str:
    """Extract the main content of a page by Resiliparse's rules, with line breaks between blocks.

    Example:
        >>> extract_main("<nav>Nyumbani</nav><main><p>Habari ya leo.</p><p>Nzuri.</p></main>")
        'Habari ya leo.\\n\\nNzuri.'
    """
    html2text = extras.load("resiliparse.extract.html2text", "web")
    return html2text.extract_plain_text(
        html, main_content=True, preserve_formatting=True, list_bullets=False, alt_texts=False
    )


class MainText:
    """The main content of a page, whose line breaks may differ from the page's blocks.

    Args:
        text: the main content.

    Example:
        >>> "Habari ya leo" in MainText("Habari\\nya leo")
        False
        >>> "Habari!" in MainText("Habari\\nya leo")
        True
    """

    def __init__(self, text: str):
        self._lines = {_normalize(line) for line in text.splitlines()}
        self._whole = _normalize(text)

    def __contains__(self, block: str) -> bool:
        """Whether a block is part of the text, comparing letters and digits only.

        A short block must be a whole line, since "Home" may occur anywhere.
        """
        normalized = _normalize(block)
        if len(normalized) < _LONG:
            return bool(normalized) and normalized in self._lines
        return normalized in self._whole


def _normalize(text: str) -> str:
    return _NOT_WORD.sub("", text.casefold())
