"""Wikitext to paragraphs: what a reader of the page would read as running text.

What holds no running text is cut out first: comments, references, formulas, galleries, templates,
tables, headings. mwparserfromhell reads the links, tags and entities of what is left, and of that
only the blocks that have any: so it is many times as fast as it is on whole pages, whose templates
cost it most. Everything of ours takes time in proportion to the length.
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
# of these, what a reader sees as a part of the sentence
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
_HOLE = re.compile(r"\([ ,;:–-]{0,9}\)")  # what templates leave: "(; )"
_OTHER_WIKI = re.compile(
    r"[a-z]{2,3}(-[a-z-]{1,12})?|simple"
)  # links to other languages, as of old
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
_WITHIN = ",;:–—-/、，"  # no sentence begins with these
_OPENING_MARKS = "“«„‘‹「『–—/=<>$€£"
_LOOK_BACK = 20
_NO_SPACES = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_MAX_TEMPLATE_DEPTH = 20
_SPACES = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n")
# mwparserfromhell's time grows with the square, or worse, of marks that are opened and not closed:
# 7,000 of "<b " took it 40 s. No paragraph of the dumps at hand had more than 60 marks.
_MAX_MARKS = 100
_OPENING, _BRACKET = re.compile(r"[<\[]"), re.compile(r"[\[\]]")


def paragraphs_of(wikitext: str, site: Site) -> list[str]:
    """The paragraphs of a page, in order; list items are paragraphs of their own.

    A GAP stands where a template showed something within a sentence that is not known.

    Args:
        wikitext: the source of a page.
        site: where the page comes from.
    """
    text = _without_elements(_literally(wikitext.replace(GAP, "").translate(_NO_LITERAL)))
    text = _without_braces(text)
    text = _MAGIC_WORD.sub("", _STYLE.sub("", _SIMPLE_LINK.sub(r"\1", text)))
    text = _without_links(choose_variants(text, site.language), site)
    text = text.replace("[[:", "[[")  # shows what would otherwise be a file, a category ...
    text = _only_gaps(_HEADING.sub("\n", text))
    text = _BREAK.sub("\n", _HOLE.sub("", text))
    units = (unit for block in _BLANK_LINES.split(text) for unit in _units(block))
    return [text.translate(_FROM_LITERAL) for unit in units if unit and (text := _as_read(unit))]


def _literally(text: str) -> str:
    """Hides the marks in `nowiki` elements, which are text there, from all that follows."""
    if _NOWIKI_END not in text:
        return text
    *parts, rest = text.split(_NOWIKI_END)
    shown = []
    for part in parts:
        before, begin, inside = part.partition(_NOWIKI)
        shown += [before, inside.translate(_LITERAL) if begin else ""]
    return "".join([*shown, rest])


def _without_elements(text: str) -> str:
    """Cuts out comments and elements without running text; formulas and code leave a GAP."""
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
            unclosed.add(name)  # so that no second search runs through all the rest
    return "".join([*kept, text[at:]])


@functools.cache
def _end_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\s*>" if name else "-->", re.IGNORECASE)


def _without_braces(text: str) -> str:
    """Shows templates, cuts out tables.

    Of what is closed alone only the mark is cut; of what is never closed also the lines that are
    parameters or rows.
    """
    opened: list[tuple[str, list[str]]] = [("", [])]  # mark and the parts of what is inside
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
    """What is read behind a mark that opens a template or a table and is never closed."""
    if not mark:
        return inside
    first, line_end, others = inside.partition("\n")
    if mark == "{|":  # its attributes stand in the first line
        return line_end + _ROW.sub("", others)
    if _PARAMETER.match(others):
        return line_end + _PARAMETER.sub("", others)
    return (GAP if "|" in first else "") + first + line_end + others


def _without_links(text: str, site: Site) -> str:
    """Cuts out links that show no text: files, categories, other languages.

    A file is known by its ending, since its namespace has other names in each wiki (Bild, Image).
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
        if found[0] == "\n\n":  # no link goes on behind a blank line
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
    """Leaves the marks of templates only where they leave a gap in a sentence."""
    return _GAPS.sub(_gap_or_nothing, text) if GAP in text else text


def _gap_or_nothing(found: re.Match[str]) -> str:
    before, after = found["before"], found["after"]
    gap = GAP if _leaves_gap(found.string, found.span(), bool(before), bool(after)) else ""
    return f"{before}{gap}{after}" if gap else before or after


def _leaves_gap(text: str, span: tuple[int, int], space_before: bool, space_after: bool) -> bool:
    """Whether a template, which stood here with the spaces around it, was part of a sentence."""
    start, end = span
    line = text[max(0, start - _LOOK_BACK) : start].rpartition("\n")[2]
    begins_line = not line.strip("*#:; \t") and len(line) < min(start + 1, _LOOK_BACK)
    previous, following = text[start - 1 : start], text[end : end + 1] or "\n"
    if begins_line or previous in _SENTENCE_ENDS:
        return following.islower() or (following != "\n" and following in _WITHIN)
    if previous in "([（" or (following in ")]）" and previous in ",;、，"):
        return False  # what is left of the brackets is put right elsewhere
    if space_before or previous in _OPENING_MARKS:
        return True
    if previous in "\"'":  # does it open or close?
        return not text[start - 2 : start - 1].strip()
    # attached to a word or a comma, as notes are; where words have no spaces, between two words
    return _NO_SPACES.match(previous) is not None and following.isalnum() and not space_after


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


def _as_read(unit: str) -> str:
    """The text of a paragraph without markup; "" where nothing is left to read."""
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
