"""Dumps of Wikipedia and other wikis (pages-articles.xml.bz2)."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal
from xml.etree import ElementTree

import pydantic

from tfmling.core.languages import Language
from tfmling.corpora.corpus import MonolingualCorpus
from tfmling.corpora.documents import Document, Rejected, excerpt
from tfmling.corpora.limits import MaxLineBytes, UnreadableError, parse_xml
from tfmling.corpora.wiki_site import Site, read_site
from tfmling.corpora.wiki_templates import GAP
from tfmling.corpora.wikitext import paragraphs_of
from tfmling.corpora.xml_records import XmlRecord, XmlRecords
from tfmling.text.sentences import split_sentences

_REDIRECT = re.compile(r"\s*#\s*redirect\b", re.IGNORECASE)


class Wikipedia(MonolingualCorpus):
    """A MediaWiki XML dump: each article is a document.

    Counted, not read: `template_in_sentence` (a template with unknown text), `redirect`,
    `other_namespace`, `disambiguation`, `not_wikitext`, `no_text` and broken pages. The license of
    pages is `license`, or CC-BY-SA-4.0 in a dump of Wikipedia.

    Example:
        >>> revision = "<revision><text>'''Dodoma''' ni [[mji]] mkuu.</text></revision>"
        >>> page = f"<page><title>Dodoma</title>{revision}</page>"
        >>> _ = open("a.xml", "w").write(f'<mediawiki xml:lang="sw">{page}</mediawiki>')
        >>> corpus = Wikipedia(format="wikipedia", path="a.xml")
        >>> [document.paragraphs for document in corpus.read("a.xml")]
        [('Dodoma ni mji mkuu.',)]
    """

    needs: ClassVar = ("mwparserfromhell",)

    format: Literal["wikipedia"]
    language: Language | None = None
    """Language of all pages; null: that of the dump."""
    disambiguation: tuple[str, ...] = (
        "disambig", "hndis", "geodis", "dab}}", "homonym", "begriffsklärung", "desambig",
        "doorverwijspagina", "неоднозначност", "многозначност", "пояснение", "maana",
    )  # fmt: skip
    """Substrings of the names of templates that mark disambiguation pages."""
    max_line_bytes: MaxLineBytes = pydantic.Field(1 << 24)
    """A longer page is counted and skipped."""

    @property
    def first_line(self) -> None:
        """None, as pages are running text."""

    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yield the pages of one dump in order; their `lines` are page numbers."""
        records = XmlRecords(
            path, root="mediawiki", record="page", part="revision", max_bytes=self.max_line_bytes
        )
        site: Site | None = None
        for record in records:
            site = site or read_site(records.head, self.language)
            if record.problem:
                yield record.rejected(path, site.language)
            else:
                yield from self._page(path, record, site)

    def _page(self, path: str, record: XmlRecord, site: Site) -> Iterator[Document | Rejected]:
        try:
            page = parse_xml(record.xml)
        except UnreadableError as error:
            yield record.rejected(path, site.language, error.reason)
            return
        text = _last_text(page)
        if reason := self._why_no_article(page, text):
            yield record.rejected(path, site.language, reason)
            return
        paragraphs, gaps = _without_gaps(paragraphs_of(text, site), site.language)
        for sentence in gaps:
            yield Rejected(
                f"{path}:{record.number}", site.language, "template_in_sentence", excerpt(sentence)
            )
        if not paragraphs:
            yield record.rejected(path, site.language, "no_text")
            return
        yield self.document(
            path,
            site.language,
            paragraphs,
            record.number,
            uri=site.uri((page.findtext("title") or "").strip()),
            license=self.license or site.license,
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


def _last_text(page: ElementTree.Element) -> str:
    """Return the text of the last revision."""
    texts = page.findall("revision/text")
    return (texts[-1].text or "") if texts else ""


def _without_gaps(paragraphs: list[str], language: str) -> tuple[list[str], list[str]]:
    """Separate sentences with a GAP, where a template showed unknown text, from paragraphs."""
    whole: list[str] = []
    gaps: list[str] = []
    for paragraph in paragraphs:
        if GAP in paragraph:
            sentences = split_sentences(paragraph, language)
            gaps += [sentence.replace(GAP, "…") for sentence in sentences if GAP in sentence]
            paragraph = " ".join(sentence for sentence in sentences if GAP not in sentence)
        if paragraph:
            whole.append(paragraph)
    return whole, gaps
