"""A web page: the text of its main content, and the license that it states.

Resiliparse finds the main content. Compared with trafilatura (docs/benchmarks_corpora.md) it is
eight times as fast, and as exact or more with lists of running text made paragraphs, which it would
take for menus. Where a layout names nothing, menus stay; the filters of sentences are for them.
"""

import contextlib
import re
from typing import Any

from tfmling.core import extras
from tfmling.corpora.web_encodings import codec_of, decode_as, decode_by_mark

_MAX_DEPTH = 2000  # of elements in each other; extraction takes time with the square of it
_TAG = re.compile(r"<(/?)(?!(?:p|li|dt|dd|br|img|hr|input|meta|link|tr|td|th|option)\b)[a-zA-Z]")
_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/(?:licenses/(?P<terms>[a-z-]+)/(?P<version>\d\.\d)"
    r"|publicdomain/zero/(?P<zero>\d\.\d))",
    re.IGNORECASE,
)
_META_BYTES = 1 << 14
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_META = re.compile(rb"<meta\b[^<>]{0,500}>?", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""\s*<\?xml\b[^<>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_C1_CONTROL = re.compile("[\x80-\x9f]")  # where windows-1252 has no character
_BROKEN = re.compile("[\x80-\x9f\ufffd]")
_MAX_BROKEN_SHARE = 0.01
_LIST = re.compile(r"<(ul|ol)\b[^<>]*>((?:[^<]++|<(?!/?(?:ul|ol)\b))*+)</\1\s*>", re.IGNORECASE)
_LIST_ITEM = re.compile(r"<(/?)li\b", re.IGNORECASE)
_LINK = re.compile(r"<a\b[^<>]*>((?:[^<]++|<(?!/?a\b))*+)</a\s*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_PARAGRAPH = r"<\1p"
_MIN_LIST_CHARACTERS, _MAX_LINK_SHARE = 60, 0.3


def decode(body: bytes, declared: str | None) -> str | None:
    """The text of a page, as the WHATWG standard decodes it.

    A byte-order mark decides. Otherwise the encodings that HTTP names, that the page names and that
    its bytes look like are tried in this order. If none fits, the first is taken for all but a few
    broken characters.

    Args:
        body: the page.
        declared: what the HTTP header says, if it does.

    Returns:
        None where more than 1 % of the characters are in none of these.
    """
    marked = decode_by_mark(body)
    if marked is not None:
        return marked
    encodings = extras.load("resiliparse.parse.encoding", "web")
    detected = encodings.detect_encoding(body, from_html_meta=False)
    named = [declared, _named_by_page(body), detected, "utf-8"]
    known = [codec for name in named if name and (codec := codec_of(name))]
    for codec in known:
        with contextlib.suppress(UnicodeError):
            text = decode_as(body, codec)
            if not _too_many(_C1_CONTROL, text):
                return text
    text = body.decode(known[0], errors="replace")
    return None if _too_many(_BROKEN, text) else text


def _named_by_page(body: bytes) -> str | None:
    """What its first meta element with an encoding says, or else its XML declaration.

    A page in which either can be read is not in UTF-16. What is commented out says nothing.
    """
    head = _COMMENT.sub(b"", body[:_META_BYTES])
    named = (_named_by_meta(found[0]) for found in _META.finditer(head))
    name = next(filter(None, named), None)
    if name is None and (declared := _XML_ENCODING.match(head)):
        name = declared[1]
    if name is None:
        return None
    text = name.decode("ascii", "replace")
    return "utf-8" if text.lower().startswith("utf-16") else text


def _named_by_meta(element: bytes) -> bytes | None:
    """The encoding of `<meta charset=...>` or `<meta http-equiv=content-type content=...>`."""
    attributes = {
        found[1].lower(): found[2] or found[3] or found[4] or b""
        for found in _ATTRIBUTE.finditer(element)
    }
    if charset := attributes.get(b"charset", b"").strip():
        return charset[:40]
    if attributes.get(b"http-equiv", b"").strip().lower() != b"content-type":
        return None
    found = _CHARSET.search(attributes.get(b"content", b""))
    return found[1] if found else None


def _too_many(characters: re.Pattern[str], text: str) -> bool:
    return not text.isascii() and len(characters.findall(text)) > len(text) * _MAX_BROKEN_SHARE


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

    def license(self) -> str | None:
        """The license that its links with rel=license name; None if there is not exactly one."""
        selector = 'a[rel~="license"], link[rel~="license"]'
        links = self._tree.document.query_selector_all(selector)
        found = {license_name(link.getattr("href") or "") for link in links}
        return found.pop() or None if len(found) == 1 else None


def _list_of_text(found: re.Match[str]) -> str:
    """A list with items to read as paragraphs, since Resiliparse takes every list for a menu."""
    inside = found[2]
    read = len(_ANY_TAG.sub("", inside).strip())
    linked = sum(len(_ANY_TAG.sub("", text)) for text in _LINK.findall(inside))
    if read < _MIN_LIST_CHARACTERS or linked > read * _MAX_LINK_SHARE:
        return found[0]
    return f"<div>{_LIST_ITEM.sub(_PARAGRAPH, inside)}</div>"


def license_name(address: str) -> str:
    """The SPDX name of a Creative Commons license; of others the address."""
    found = _CREATIVE_COMMONS.match(address.strip())
    if not found:
        return address.strip()
    if found["zero"]:
        return f"CC0-{found['zero']}"
    return f"CC-{found['terms'].upper()}-{found['version']}"
