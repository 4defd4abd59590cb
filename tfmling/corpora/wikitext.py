"""Extract the paragraphs of running text from wikitext.

Comments, references, formulas, galleries, templates, tables and headings are removed first. Then
mwparserfromhell parses links, tags and entities, only in blocks that have any: this is many times
as fast as parsing whole pages, whose templates take most of its time. All other steps take time
proportional to the length.
"""

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

import regex

from tfmling.core import extras
from tfmling.corpora.wiki_site import Site
from tfmling.corpora.wiki_templates import GAP, show
from tfmling.corpora.wiki_variants import choose_variants

_NO_TEXT = (
    "ref|references|math|chem|ce|gallery|timeline|score|syntaxhighlight|source|pre|templatedata|graph|"
    "imagemap|hiero|mapframe|maplink|templatestyles|categorytree|inputbox|section|"
    "includeonly"
)
_ELEMENT = re.compile(rf"<(?P<name>{_NO_TEXT})\b[^<>]*>|<!--", re.IGNORECASE)
# those that are part of a sentence
_SHOWN_IN_TEXT = frozenset({"math", "chem", "ce", "hiero", "syntaxhighlight", "source"})
_NOWIKI, _NOWIKI_END = "<nowiki>", "</nowiki>"
_LITERAL = {ord(mark): 0xFDD1 + number for number, mark in enumerate("[]{}|<>'=*#:;!")}
_NO_LITERAL = dict.fromkeys(_LITERAL.values())
_FROM_LITERAL = {hidden: mark for mark, hidden in _LITERAL.items()}
_PARAMETER = re.compile(r"^[ \t]*\|[^\n]*\n?", re.MULTILINE)
_ROW = re.compile(r"^[ \t]*[|!][^\n]*\n?", re.MULTILINE)
_BRACES = re.compile(
    r"(?<!-)\{\{|(?<=-)\{\{(?!\{)|(?<=-\{)\{\{"  # not the first brace of -{ before a template
    r"|\}\}|^[ \t:;*#]*\{\||^[ \t]*\|\}(?!\})",
    re.MULTILINE,
)
_SIMPLE_LINK = re.compile(r"\[\[(?:[^\[\]|:{}\n]*\|)?([^\[\]|:{}\n]*)\]\]")
_STYLE = re.compile(r"'{2,5}")
_MAGIC_WORD = re.compile(r"__[^\W\d_]{3,}__")
_HEADING = re.compile(r"^=+[^\n]*=+[ \t]*$", re.MULTILINE)
_MARKUP = re.compile(r"[\[\]<>{}&]")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_BREAK = re.compile(r"<br\b[^<>]{0,100}>", re.IGNORECASE)
_LIST_ITEM = re.compile(r"[*#:;]+[ \t]*|-{4,}")
_HOLE = re.compile(r"\([ ,;:–-]{0,9}\)")  # brackets emptied by templates: "(; )"
_OTHER_WIKI = re.compile(r"[a-z]{2,3}(-[a-z-]{1,12})?|simple")  # old links to other languages
_BRACKET_BEGIN = re.compile(r"([(（])\s*[,;，；]\s*")
_BRACKET_END = re.compile(r"[,;，；]\s*([)）])")
_LINK_MARK = re.compile(r"\[\[|\]\]|\n\n")
_LINK_TITLE = re.compile(r"(?P<prefix>[^\[\]|:{}\n]{1,60}):(?P<name>[^\[\]|\n]{0,300})")
_FILE_NAME = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|tiff?|xcf|djvu?|pdf|og[gav]|opus|webm|mp[34]|mpe?g|wav|flac|midi?|"
    r"stl|bmp|apng|avif|jxl)\s*$",
    re.IGNORECASE,
)
_GAPS = re.compile(rf"(?P<before>[ \t]*){GAP}(?:[ \t]*{GAP})*(?P<after>[ \t]*)")
_SENTENCE_ENDS = ".!?…。！？።፧।॥؟۔።"
_WITHIN = ",;:–—-/、，"  # characters that no sentence begins with
_OPENING_MARKS = "“«„‘‹「『–—/=<>$€£"
_LOOK_BACK = 20
_NO_SPACES = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_MAX_TEMPLATE_DEPTH = 20
_SPACES = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n")
# mwparserfromhell takes at least quadratic time for unclosed marks: 7,000 of "<b " took 40 s.
# No paragraph of the dumps that were tested had more than 60 marks.
_MAX_MARKS = 100
_OPENING, _BRACKET = re.compile(r"[<\[]"), re.compile(r"[\[\]]")


def paragraphs_of(wikitext: str, site: Site) -> list[str]:
    """Return the paragraphs of a page, in order; each list item is a paragraph.

    A GAP replaces the unknown text of a template within a sentence.

    Args:
        wikitext: the source of a page.
        site: the wiki of the page.

    Example:
        >>> text = "'''Dodoma''' ni [[mji]] mkuu.\\n\\n== Historia ==\\n* [[Ujerumani|Wajerumani]]"
        >>> paragraphs_of(text, Site("sw", ""))
        ['Dodoma ni mji mkuu.', 'Wajerumani']
    """
    text = _without_elements(_literally(wikitext.replace(GAP, "").translate(_NO_LITERAL)))
    text = _without_braces(text)
    text = _MAGIC_WORD.sub("", _STYLE.sub("", _SIMPLE_LINK.sub(r"\1", text)))
    text = _without_links(choose_variants(text, site.language), site)
    text = text.replace("[[:", "[[")  # a leading colon shows links to files, categories, ...
    text = _only_gaps(_HEADING.sub("\n", text))
    text = _BREAK.sub("\n", _HOLE.sub("", text))
    units = (unit for block in _BLANK_LINES.split(text) for unit in _units(block))
    return [text.translate(_FROM_LITERAL) for unit in units if unit and (text := _as_read(unit))]


def _literally(text: str) -> str:
    """Hide the marks within `nowiki` elements, which are text, from the following steps."""
    if _NOWIKI_END not in text:
        return text
    *parts, rest = text.split(_NOWIKI_END)
    shown = []
    for part in parts:
        before, begin, inside = part.partition(_NOWIKI)
        shown += [before, inside.translate(_LITERAL) if begin else ""]
    return "".join([*shown, rest])


def _without_elements(text: str) -> str:
    """Remove comments and elements without running text; formulas and code leave a GAP."""
    kept, at, unclosed = [], 0, set()
    while found := _ELEMENT.search(text, at):
        kept.append(text[at : found.start()])
        at = found.end()
        name = (found["name"] or "").lower()
        if found[0].endswith("/>") or name in unclosed:
            continue
        if end := _end_of(name).search(text, at):
            kept.append(GAP if name in _SHOWN_IN_TEXT else "")
            at = end.end()
        else:
            unclosed.add(name)  # so that the rest is not searched again
    return "".join([*kept, text[at:]])


@functools.cache
def _end_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\s*>" if name else "-->", re.IGNORECASE)


def _without_braces(text: str) -> str:
    """Expand templates and remove tables.

    Of unopened templates and tables only the closing mark is removed; of unclosed ones also the
    lines of parameters or rows.
    """
    opened: list[tuple[str, list[str]]] = [("", [])]  # each mark and the parts of its content
    at = 0
    for found in _BRACES.finditer(text):
        opened[-1][1].append(text[at : found.start()])
        at = found.end()
        mark = found[0][-2:]
        if mark in ("{{", "{|"):
            opened.append((mark, []))
        elif len(opened) > 1 and opened[-1][0] == ("{{" if mark == "}}" else "{|"):
            _, inside = opened.pop()
            shallow = len(opened) <= _MAX_TEMPLATE_DEPTH
            template = mark == "}}" and (show("".join(inside)) if shallow else GAP)
            opened[-1][1].append(template or "")
    opened[-1][1].append(text[at:])
    return "".join(_unclosed(mark, "".join(parts)) for mark, parts in opened)


def _unclosed(mark: str, inside: str) -> str:
    """Return the text after the mark of an unclosed template or table."""
    if not mark:
        return inside
    first, line_end, others = inside.partition("\n")
    if mark == "{|":  # the first line has its attributes
        return line_end + _ROW.sub("", others)
    if _PARAMETER.match(others):
        return line_end + _PARAMETER.sub("", others)
    return (GAP if "|" in first else "") + first + line_end + others


def _without_links(text: str, site: Site) -> str:
    """Remove links that show no text: files, categories, other languages.

    Files are recognized by their extension, because each wiki names the namespace (Bild, Image).
    """
    kept: list[str] = []
    at = depth = cut_from = 0
    for found in _LINK_MARK.finditer(text):
        if found[0] == "[[":
            depth += 1
            if not cut_from and _shows_nothing(text, found.end(), site):
                kept.append(text[at : found.start()])
                cut_from = depth
        elif depth:
            if cut_from == depth:
                at, cut_from = found.end(), 0
            depth -= 1
        if found[0] == "\n\n":  # no link crosses a blank line
            if cut_from:
                at, cut_from = found.start(), 0
            depth = 0
    return "".join(kept) if cut_from else "".join([*kept, text[at:]])


def _shows_nothing(text: str, at: int, site: Site) -> bool:
    found = _LINK_TITLE.match(text, at)
    if not found:
        return False
    prefix = found["prefix"].strip()
    name = prefix.lower().replace("_", " ")
    if name in site.media:
        return False
    if name in site.namespaces or _OTHER_WIKI.fullmatch(prefix):
        return True
    return _FILE_NAME.search(found["name"]) is not None


def _only_gaps(text: str) -> str:
    """Keep only GAPs within sentences."""
    return _GAPS.sub(_gap_or_nothing, text) if GAP in text else text


def _gap_or_nothing(found: re.Match[str]) -> str:
    before, after = found["before"], found["after"]
    gap = GAP if _leaves_gap(found.string, found.span(), bool(before), bool(after)) else ""
    return f"{before}{gap}{after}" if gap else before or after


def _leaves_gap(text: str, span: tuple[int, int], space_before: bool, space_after: bool) -> bool:
    """Whether a template at `span`, with or without spaces around it, is part of a sentence."""
    start, end = span
    line = text[max(0, start - _LOOK_BACK) : start].rpartition("\n")[2]
    begins_line = not line.strip("*#:; \t") and len(line) < min(start + 1, _LOOK_BACK)
    previous, following = text[start - 1 : start], text[end : end + 1] or "\n"
    if begins_line or previous in _SENTENCE_ENDS:
        return following.islower() or (following != "\n" and following in _WITHIN)
    if previous in "([（" or (following in ")]）" and previous in ",;、，"):
        return False  # brackets are cleaned elsewhere
    if space_before or previous in _OPENING_MARKS:
        return True
    if previous in "\"'":  # opening or closing quote?
        return not text[start - 2 : start - 1].strip()
    # attached to a word or comma, as notes are; in scripts without spaces, between two words
    return _NO_SPACES.match(previous) is not None and following.isalnum() and not space_after


def _units(block: str) -> Iterator[str]:
    """Yield list items, and other consecutive lines joined to paragraphs."""
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


def _as_read(unit: str) -> str:
    """Return the text of a paragraph without markup, "" if it has no letters or digits."""
    if _MARKUP.search(unit):
        if len(_OPENING.findall(unit)) <= _MAX_MARKS:
            unit = _parsed(unit)
        else:
            unit = _BRACKET.sub("", unit)
        unit = _HOLE.sub("", _TAG.sub("", unit))
    if "(" in unit or "（" in unit:
        unit = _BRACKET_END.sub(r"\1", _BRACKET_BEGIN.sub(r"\1", unit))
    unit = _SPACES.sub(" ", unit).strip()
    return unit if any(map(str.isalnum, unit)) else ""


def _parsed(unit: str) -> str:
    code = _parser()(unit, skip_style_tags=True)
    return code.strip_code(normalize=True, collapse=False)


@functools.cache
def _parser() -> Callable[..., Any]:
    return extras.load("mwparserfromhell", "web").parse
