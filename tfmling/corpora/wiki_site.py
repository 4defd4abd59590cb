"""The language, address and namespaces of a wiki, from the head of its dump."""

import dataclasses
import html
import re
from urllib.parse import quote

from tfmling.corpora.corpus import known_language

_LANGUAGE = re.compile(r"""<mediawiki\b[^>]*\bxml:lang=["']([\w-]+)["']""")
_BASE = re.compile(r"<base>\s*([^<]+?)\s*</base>")
_NAMESPACE = re.compile(r"""<namespace key=["'](-?\d+)["'][^>]*>([^<]*)</namespace>""")
# Numbers of namespaces: links to files and categories are not shown, links to media are
_FILE, _CATEGORY, _MEDIA = "6", "14", "-2"
# English names are valid in every wiki; the others are names that dumps lack, in other scripts of
# the wiki or in its fallback language
_KNOWN_NAMESPACES = frozenset({
    "file", "image", "category", "分类", "分類", "категорија", "kategorija", "kategoria",
    "kategorie", "kategori", "categoria", "categoría", "catégorie", "категория", "категорія",
    "санат", "sanat", "kat", "cat", "к",
})  # fmt: skip
_WIKIPEDIA = re.compile(r"https?://[\w-]+\.(?:m\.)?wikipedia\.org/")


@dataclasses.dataclass(frozen=True)
class Site:
    """A wiki.

    Attributes:
        language: BCP-47 code, `und` if unknown.
        address: the address of a page before its title; "" if unknown.
        namespaces: lower-case names of files and categories, whose links show no text.
        media: lower-case names of media, whose links show their text.

    Example:
        >>> Site("sw", "https://sw.wikipedia.org/wiki/").license
        'CC-BY-SA-4.0'
    """

    language: str
    address: str
    namespaces: frozenset[str] = _KNOWN_NAMESPACES
    media: frozenset[str] = frozenset({"media"})

    @property
    def license(self) -> str | None:
        """The license of Wikipedia's texts; None for other wikis, where it is unknown."""
        return "CC-BY-SA-4.0" if _WIKIPEDIA.match(self.address) else None

    def uri(self, title: str) -> str | None:
        """Return the address of a page, None if the wiki's is unknown.

        Example:
            >>> Site("sw", "https://sw.wikipedia.org/wiki/").uri("Dar es Salaam")
            'https://sw.wikipedia.org/wiki/Dar_es_Salaam'
        """
        return self.address + quote(title.replace(" ", "_"), "/:,@()'!*;") if self.address else None


def read_site(head: bytes, language: str | None) -> Site:
    """Parse the head of a dump, before its first page; `language` overrides that of the dump.

    Example:
        >>> base = b"<base>https://sw.wikipedia.org/wiki/Mwanzo</base>"
        >>> site = read_site(b'<mediawiki xml:lang="sw">' + base, language=None)
        >>> site.language, site.address
        ('sw', 'https://sw.wikipedia.org/wiki/')
    """
    text = head.decode(errors="replace")
    base = html.unescape(_first(_BASE, text))
    names = [(key, html.unescape(name).lower()) for key, name in _NAMESPACE.findall(text)]
    return Site(
        language or known_language(_first(_LANGUAGE, text)),
        base[: base.rfind("/") + 1] if base.startswith("http") else "",
        _KNOWN_NAMESPACES | {name for key, name in names if key in (_FILE, _CATEGORY)},
        frozenset({"media", *(name for key, name in names if key == _MEDIA)}),
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
