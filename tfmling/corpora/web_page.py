"""A web page: the text of its main content, and the licence that it states.

Resiliparse finds the main content. It was measured beside trafilatura (docs/benchmarks.md): eight
times as fast, and with lists of running text made paragraphs, which it would take for menus, as
exact or more. Where a layout names nothing, menus stay; the filters of sentences are for them.
"""

import re
from typing import Any

from tfmling import extras

_MAX_DEPTH = 2000  # of elements in each other; extraction takes time with the square of it
_TAG = re.compile(r"<(/?)(?!(?:p|li|dt|dd|br|img|hr|input|meta|link|tr|td|th|option)\b)[a-zA-Z]")
_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/(?:licenses/(?P<terms>[a-z-]+)/(?P<version>\d\.\d)"
    r"|publicdomain/zero/(?P<zero>\d\.\d))",
    re.IGNORECASE,
)
_MAX_REPLACED_SHARE = 0.01
_LIST = re.compile(r"<(ul|ol)\b[^<>]*>((?:[^<]++|<(?!/?(?:ul|ol)\b))*+)</\1\s*>", re.IGNORECASE)
_LIST_ITEM = re.compile(r"<(/?)li\b", re.IGNORECASE)
_LINK = re.compile(r"<a\b[^<>]*>((?:[^<]++|<(?!/?a\b))*+)</a\s*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_PARAGRAPH = r"<\1p"
_MIN_LIST_CHARACTERS, _MAX_LINK_SHARE = 60, 0.3


def decode(body: bytes, declared: str | None) -> str | None:
    """The text of a page.

    The encodings that HTTP names, that the page names and that its bytes look like are tried in
    this order. If none fits, the first is taken for all but a few broken characters.

    Args:
        body: the page.
        declared: what the HTTP header says, if it does.

    Returns:
        None where more than 1 % of the characters are in none of these.
    """
    encodings = extras.load("resiliparse.parse.encoding", "web")
    named = [declared, encodings.detect_encoding(body, from_html_meta=True), "utf-8"]
    known = [name for name in named if name and _is_encoding(name)]
    for name in known:
        try:
            return body.decode(name).removeprefix("\ufeff")
        except (UnicodeError, ValueError):
            continue
    text = body.decode(known[0], errors="replace")
    return text if text.count("\ufffd") <= len(text) * _MAX_REPLACED_SHARE else None


def _is_encoding(name: str) -> bool:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return False
    return True


def is_nested_too_deeply(html: str) -> bool:
    """Whether more elements are in each other than pages have and extraction can bear."""
    if html.count("<") <= _MAX_DEPTH:
        return False
    depth = 0
    for found in _TAG.finditer(html):
        depth += -1 if found[1] else 1
        if depth > _MAX_DEPTH:
            return True
        depth = max(depth, 0)
    return False


class WebPage:
    """A parsed page."""

    def __init__(self, html: str):
        self._tree: Any = extras.load("resiliparse.parse.html", "web").HTMLTree.parse(
            _LIST.sub(_list_of_text, html)
        )

    def main_content(self) -> list[str]:
        """The paragraphs of the main content: no menus, footers, comments and forms."""
        extract = extras.load("resiliparse.extract.html2text", "web").extract_plain_text
        text = extract(
            self._tree,
            main_content=True,
            list_bullets=False,
            alt_texts=False,
            comments=False,
        )
        lines = (" ".join(line.split()) for line in text.split("\n"))
        return [line for line in lines if line]

    def licence(self) -> str | None:
        """The licence that its links with rel=license name; None if there is not exactly one."""
        selector = 'a[rel~="license"], link[rel~="license"]'
        links = self._tree.document.query_selector_all(selector)
        found = {licence_name(link.getattr("href") or "") for link in links}
        return found.pop() or None if len(found) == 1 else None


def _list_of_text(found: re.Match[str]) -> str:
    """A list with items to read as paragraphs, since Resiliparse takes every list for a menu."""
    inside = found[2]
    read = len(_ANY_TAG.sub("", inside).strip())
    linked = sum(len(_ANY_TAG.sub("", text)) for text in _LINK.findall(inside))
    if read < _MIN_LIST_CHARACTERS or linked > read * _MAX_LINK_SHARE:
        return found[0]
    return f"<div>{_LIST_ITEM.sub(_PARAGRAPH, inside)}</div>"


def licence_name(address: str) -> str:
    """The SPDX name of a Creative Commons licence; of others the address."""
    found = _CREATIVE_COMMONS.match(address.strip())
    if not found:
        return address.strip()
    if found["zero"]:
        return f"CC0-{found['zero']}"
    return f"CC-{found['terms'].upper()}-{found['version']}"
