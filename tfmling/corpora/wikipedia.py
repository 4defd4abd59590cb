"""Wikipedia and other wikis: the dumps of their pages (pages-articles.xml.bz2)."""

import dataclasses
import html
import re
from collections.abc import Iterator
from typing import ClassVar, Literal
from urllib.parse import quote
from xml.etree import ElementTree

import pydantic

from tfmling.corpora.corpus import UNKNOWN_LANGUAGE, MaxLineBytes, MonolingualCorpus
from tfmling.corpora.document import Document
from tfmling.corpora.rejected import Rejected
from tfmling.corpora.wikitext import paragraphs_of
from tfmling.corpora.xml_records import BrokenRecordError, XmlRecord, XmlRecords, parse_record
from tfmling.languages import Language, normalise_language

_LANGUAGE = re.compile(r"""<mediawiki\b[^>]*\bxml:lang=["']([\w-]+)["']""")
_BASE = re.compile(r"<base>\s*([^<]+?)\s*</base>")
# keys 6 and 14: files and categories, whatever they are called in the wiki's language
_NAMESPACE = re.compile(r"""<namespace key=["'](?:6|14)["'][^>]*>([^<]*)</namespace>""")
_ENGLISH_NAMESPACES = frozenset({"file", "image", "category"})
_REDIRECT = re.compile(r"\s*#\s*redirect\b", re.IGNORECASE)
_WIKIPEDIA = re.compile(r"https?://[\w-]+\.(?:m\.)?wikipedia\.org/")


@dataclasses.dataclass(frozen=True)
class Site:
    """What the beginning of a dump says of the wiki.

    Attributes:
        language: BCP-47 code, `und` where the dump does not say.
        address: what stands before a page's title in its address; "" where it is not known.
        namespaces: names, in lower case, of files and categories.
    """

    language: str
    address: str
    namespaces: frozenset[str]

    @property
    def licence(self) -> str | None:
        """Wikipedia's texts have had one licence since 2023; that of another wiki is not known."""
        return "CC-BY-SA-4.0" if _WIKIPEDIA.match(self.address) else None

    def uri(self, title: str) -> str | None:
        """The address of a page."""
        return self.address + quote(title.replace(" ", "_"), "/:,@()'!*;") if self.address else None


class Wikipedia(MonolingualCorpus):
    """A MediaWiki XML dump, of which the articles are read, each page a document.

    Counted, not read: `redirect`, `other_namespace`, `disambiguation`, `not_wikitext`, `no_text`,
    and what is broken. Each page's licence is `licence`, or CC-BY-SA-4.0 where the dump says that
    it is of a Wikipedia.

    Attributes:
        language: of all pages; null for what the dump says.
        disambiguation: a page is one if it has a template whose name contains one of these.
        max_line_bytes: a longer page is counted and skipped.
    """

    needs: ClassVar = ("mwparserfromhell",)

    format: Literal["wikipedia"]
    language: Language | None = None
    disambiguation: tuple[str, ...] = (
        "disambig", "hndis", "geodis", "dab}}", "homonym", "begriffsklärung", "desambig",
        "doorverwijspagina", "неоднозначност", "многозначност", "пояснение", "maana",
    )  # fmt: skip
    max_line_bytes: MaxLineBytes = pydantic.Field(1 << 24)

    @property
    def first_line(self) -> None:
        """Pages hold running text."""

    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yields the pages of one dump in order; their `lines` are numbers of pages."""
        records = XmlRecords(
            path, root="mediawiki", record="page", part="revision", max_bytes=self.max_line_bytes
        )
        site: Site | None = None
        for record in records:
            site = site or read_site(records.head, self.language)
            if record.problem:
                yield record.rejected(path, site.language)
            else:
                yield self._page(path, record, site)

    def _page(self, path: str, record: XmlRecord, site: Site) -> Document | Rejected:
        try:
            page = parse_record(record.xml)
        except BrokenRecordError as error:
            return record.rejected(path, site.language, str(error))
        text = _last_text(page)
        if reason := self._why_no_article(page, text):
            return record.rejected(path, site.language, reason)
        paragraphs = list(paragraphs_of(text, site.namespaces))
        if not paragraphs:
            return record.rejected(path, site.language, "no_text")
        return self.document(
            path,
            site.language,
            paragraphs,
            record.number,
            uri=site.uri((page.findtext("title") or "").strip()),
            licence=self.licence or site.licence,
        )

    def _why_no_article(self, page: ElementTree.Element, text: str) -> str | None:
        if (page.findtext("ns") or "0").strip() != "0":
            return "other_namespace"
        if page.find("redirect") is not None or _REDIRECT.match(text):
            return "redirect"
        if (page.findtext("revision/model") or "wikitext").strip() != "wikitext":
            return "not_wikitext"
        return "disambiguation" if self._is_disambiguation(text) else None

    def _is_disambiguation(self, text: str) -> bool:
        if "__DISAMBIG__" in text:
            return True
        names = (part.partition("|")[0].lower() for part in text.split("{{")[1:])
        return any(word in name[:80] for name in names for word in self.disambiguation)


def read_site(head: bytes, language: str | None) -> Site:
    """What stands before the first page; `language` comes before the dump's own."""
    text = head.decode(errors="replace")
    base = html.unescape(_first(_BASE, text))
    namespaces = {html.unescape(name).lower() for name in _NAMESPACE.findall(text)}
    return Site(
        language or _known_language(_first(_LANGUAGE, text)),
        base[: base.rfind("/") + 1] if base.startswith("http") else "",
        _ENGLISH_NAMESPACES | namespaces,
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _known_language(code: str) -> str:
    try:
        return normalise_language(code) if code else UNKNOWN_LANGUAGE
    except ValueError:
        return UNKNOWN_LANGUAGE


def _last_text(page: ElementTree.Element) -> str:
    """Of a page with its history the last revision."""
    texts = page.findall("revision/text")
    return (texts[-1].text or "") if texts else ""
