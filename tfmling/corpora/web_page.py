"""The main content of a web page, its encoding and its license.

Resiliparse extracts the main content eight times as fast as trafilatura and at least as exactly
(docs/benchmarks_corpora.md), once lists of running text, which it takes for menus, are made
paragraphs.
"""

import contextlib
import re
from typing import Any

from tfmling.core import extras
from tfmling.corpora.web_encodings import codec_of, decode_as, decode_by_mark

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
_C1_CONTROL = re.compile("[\x80-\x9f]")  # code points that windows-1252 lacks
_BROKEN = re.compile("[\x80-\x9f\ufffd]")
_MAX_BROKEN_SHARE = 0.01
_LIST = re.compile(r"<(ul|ol)\b[^<>]*>((?:[^<]++|<(?!/?(?:ul|ol)\b))*+)</\1\s*>", re.IGNORECASE)
_LIST_ITEM = re.compile(r"<(/?)li\b", re.IGNORECASE)
_LINK = re.compile(r"<a\b[^<>]*>((?:[^<]++|<(?!/?a\b))*+)</a\s*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_PARAGRAPH = r"<\1p"
_MIN_LIST_CHARACTERS, _MAX_LINK_SHARE = 60, 0.3


def decode(body: bytes, declared: str | None) -> str | None:
    """Decode a page as in the WHATWG standard.

    A byte-order mark decides. Otherwise the encodings of the HTTP header, of the page and of
    detection, and UTF-8, are tried in this order. If none fits, the first is used with replacement
    characters.

    Args:
        body: the page.
        declared: the encoding of the HTTP header, if any.

    Returns:
        The text; None if more than 1 % of its characters cannot be decoded.

    Example:
        >>> decode(b"Bem-vindo \\xe0 Angola", declared="latin1")
        'Bem-vindo à Angola'
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
    """Return the encoding of the first meta element that has one, else of the XML declaration.

    A page in which one of them is readable is not in UTF-16. Comments are ignored.
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
    """Return the encoding of `<meta charset=...>` or `<meta http-equiv=content-type ...>`."""
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


class WebPage:
    """A parsed HTML page.

    Example:
        >>> terms = '<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC</a>'
        >>> WebPage(f"<p>Habari ya leo?</p>{terms}").license()
        'CC-BY-4.0'
    """

    def __init__(self, html: str):
        self._tree: Any = extras.load("resiliparse.parse.html", "web").HTMLTree.parse(
            _LIST.sub(_list_of_text, html)
        )

    def main_content(self) -> list[str]:
        """Return the paragraphs of the main content, without menus, footers, comments and forms."""
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
        """Return the license of its links with rel=license; None unless there is exactly one."""
        selector = 'a[rel~="license"], link[rel~="license"]'
        links = self._tree.document.query_selector_all(selector)
        found = {license_name(link.getattr("href") or "") for link in links}
        return found.pop() or None if len(found) == 1 else None


def _list_of_text(found: re.Match[str]) -> str:
    """Replace a list of running text by paragraphs, because Resiliparse takes lists for menus."""
    inside = found[2]
    length = len(_ANY_TAG.sub("", inside).strip())
    linked = sum(len(_ANY_TAG.sub("", text)) for text in _LINK.findall(inside))
    if length < _MIN_LIST_CHARACTERS or linked > length * _MAX_LINK_SHARE:
        return found[0]
    return f"<div>{_LIST_ITEM.sub(_PARAGRAPH, inside)}</div>"


def license_name(address: str) -> str:
    """Return the SPDX name of a Creative Commons license, the address of another.

    Example:
        >>> license_name("https://creativecommons.org/licenses/by-sa/4.0/")
        'CC-BY-SA-4.0'
    """
    found = _CREATIVE_COMMONS.match(address.strip())
    if not found:
        return address.strip()
    if found["zero"]:
        return f"CC0-{found['zero']}"
    return f"CC-{found['terms'].upper()}-{found['version']}"
