"""Wikitext to paragraphs: what a reader of the page would read as running text.

What holds no running text is cut out first: comments, references, formulas, galleries, templates,
tables, headings. mwparserfromhell reads the links, tags and entities of what is left, and of that
only the blocks that have any: so it is many times as fast as it is on whole pages, whose templates
cost it most. Everything of ours takes time in proportion to the length.
"""

import functools
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from tfmling import extras

_NO_TEXT = (
    "ref|references|math|chem|ce|gallery|timeline|score|syntaxhighlight|source|pre|templatedata|graph|"
    "imagemap|hiero|mapframe|maplink|templatestyles|categorytree|inputbox|section"
)
_ELEMENT = re.compile(rf"<(?P<name>{_NO_TEXT})\b[^<>]*>|<!--", re.IGNORECASE)
_BRACES = re.compile(r"\{\{|\}\}|^[ \t:;*#]*\{\||^[ \t]*\|\}(?!\})", re.MULTILINE)
_SIMPLE_LINK = re.compile(r"\[\[(?:[^\[\]|:{}\n]*\|)?([^\[\]|:{}\n]*)\]\]")
_STYLE = re.compile(r"'{2,5}")
_MAGIC_WORD = re.compile(r"__[^\W\d_]{3,}__")
_HEADING = re.compile(r"^=+[^\n]*=+[ \t]*$", re.MULTILINE)
_MARKUP = re.compile(r"[\[\]<>{}&]")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_BREAK = re.compile(r"<br\b[^<>]{0,100}>", re.IGNORECASE)
_LIST_ITEM = re.compile(r"[*#:;]+[ \t]*|-{4,}")
_HOLE = re.compile(r"\([ ,;:–-]{0,9}\)")  # what templates leave: "(; )"
_OTHER_WIKI = re.compile(r"[a-z]{2,3}(-[a-z-]{2,12})?")  # links to other languages, as of old
_SPACES = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n")
# mwparserfromhell's time grows with the square, or worse, of marks that are opened and not closed:
# 7,000 of "<b " took it 40 s. No paragraph of the dumps at hand had more than 60 marks.
_MAX_MARKS = 100
_OPENING, _BRACKET = re.compile(r"[<\[]"), re.compile(r"[\[\]]")


def paragraphs_of(wikitext: str, namespaces: Collection[str]) -> list[str]:
    """The paragraphs of a page, in order; list items are paragraphs of their own.

    Args:
        wikitext: the source of a page.
        namespaces: the names, in lower case, of those whose links show no text: files, categories.
    """
    text = _without_braces(_without_elements(wikitext))
    text = _MAGIC_WORD.sub("", _STYLE.sub("", _SIMPLE_LINK.sub(r"\1", text)))
    text = _BREAK.sub("\n", _HEADING.sub("\n", _HOLE.sub("", text)))
    units = (unit for block in _BLANK_LINES.split(text) for unit in _units(block))
    return [text for unit in units if unit and (text := _as_read(unit, namespaces))]


def _without_elements(text: str) -> str:
    """Cuts out comments and elements without running text."""
    kept, at, unclosed = [], 0, set()
    while found := _ELEMENT.search(text, at):
        kept.append(text[at : found.start()])
        at = found.end()
        name = (found["name"] or "").lower()
        if found[0].endswith("/>") or name in unclosed:
            continue
        if end := _end_of(name).search(text, at):
            at = end.end()
        else:
            unclosed.add(name)  # so that no second search runs through all the rest
    return "".join([*kept, text[at:]])


@functools.cache
def _end_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\s*>" if name else "-->", re.IGNORECASE)


def _without_braces(text: str) -> str:
    """Cuts out templates and tables; of what is opened or closed alone only the mark is cut."""
    opened: list[re.Match[str]] = []
    cuts: list[tuple[int, int]] = []
    for found in _BRACES.finditer(text):
        if found[0].endswith(("{{", "{|")):
            opened.append(found)
        elif opened and opened[-1][0][-2:] == ("{{" if found[0] == "}}" else "{|"):
            start = opened.pop().start()
            while cuts and cuts[-1][0] >= start:
                cuts.pop()
            cuts.append((start, found.end()))
        else:
            cuts.append(found.span())
    return _cut(text, sorted([*cuts, *(mark.span() for mark in opened)]))


def _cut(text: str, cuts: list[tuple[int, int]]) -> str:
    kept, at = [], 0
    for start, end in cuts:
        kept.append(text[at:start])
        at = max(at, end)
    return "".join([*kept, text[at:]])


def _units(block: str) -> Iterator[str]:
    """List items one by one; other lines that follow on each other are one paragraph."""
    gathered: list[str] = []
    for line in block.split("\n"):
        text = line.strip()
        if item := _LIST_ITEM.match(text):
            yield " ".join(gathered)
            yield text[item.end() :]
            gathered = []
        else:
            gathered.append(text)
    yield " ".join(gathered)


def _as_read(unit: str, namespaces: Collection[str]) -> str:
    """The text of a paragraph without markup; "" where nothing is left to read."""
    if _MARKUP.search(unit):
        if len(_OPENING.findall(unit)) <= _MAX_MARKS:
            unit = _parsed(unit, namespaces)
        else:
            unit = _BRACKET.sub("", unit)
        unit = _HOLE.sub("", _TAG.sub("", unit))
    unit = _SPACES.sub(" ", unit).strip()
    return unit if any(map(str.isalnum, unit)) else ""


def _parsed(unit: str, namespaces: Collection[str]) -> str:
    code = _parser()(unit, skip_style_tags=True)
    for link in code.filter_wikilinks(recursive=code.RECURSE_OTHERS):
        prefix, colon, _ = str(link.title).strip().partition(":")
        if colon and (prefix.strip().lower() in namespaces or _OTHER_WIKI.fullmatch(prefix)):
            code.remove(link)
    return code.strip_code(normalize=True, collapse=False)


@functools.cache
def _parser() -> Callable[..., Any]:
    return extras.load("mwparserfromhell", "web").parse
