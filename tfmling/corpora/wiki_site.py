"""What the beginning of a MediaWiki dump says of the wiki."""

import dataclasses
import html
import re
from urllib.parse import quote

from tfmling.core.languages import normalize_language
from tfmling.corpora.corpus import UNKNOWN_LANGUAGE

_LANGUAGE = re.compile(r"""<mediawiki\b[^>]*\bxml:lang=["']([\w-]+)["']""")
_BASE = re.compile(r"<base>\s*([^<]+?)\s*</base>")
_NAMESPACE = re.compile(r"""<namespace key=["'](-?\d+)["'][^>]*>([^<]*)</namespace>""")
# Their numbers: files and categories are not shown, a link to a medium is
_FILE, _CATEGORY, _MEDIA = "6", "14", "-2"
# English ones hold in every wiki; the others are such as a dump does not name: those of the wiki's
# other scripts, or of the language from which its messages come
_KNOWN_NAMESPACES = frozenset({
    "file", "image", "category", "分类", "分類", "категорија", "kategorija", "kategoria",
    "kategorie", "kategori", "categoria", "categoría", "catégorie", "категория", "категорія",
    "санат", "sanat", "kat", "cat", "к",
})  # fmt: skip
_WIKIPEDIA = re.compile(r"https?://[\w-]+\.(?:m\.)?wikipedia\.org/")


@dataclasses.dataclass(frozen=True)
class Site:
    """What the beginning of a dump says of the wiki.

    Attributes:
        language: BCP-47 code, `und` where the dump does not say.
        address: what stands before a page's title in its address; "" where it is not known.
        namespaces: names, in lower case, of files and categories.
        media: names, in lower case, under which links to files show their text.
    """

    language: str
    address: str
    namespaces: frozenset[str] = _KNOWN_NAMESPACES
    media: frozenset[str] = frozenset({"media"})

    @property
    def license(self) -> str | None:
        """Wikipedia's texts have had one license since 2023; that of another wiki is not known."""
        return "CC-BY-SA-4.0" if _WIKIPEDIA.match(self.address) else None

    def uri(self, title: str) -> str | None:
        """The address of a page."""
        return self.address + quote(title.replace(" ", "_"), "/:,@()'!*;") if self.address else None


def read_site(head: bytes, language: str | None) -> Site:
    """What stands before the first page; `language` comes before the dump's own."""
    text = head.decode(errors="replace")
    base = html.unescape(_first(_BASE, text))
    names = [(key, html.unescape(name).lower()) for key, name in _NAMESPACE.findall(text)]
    return Site(
        language or _known_language(_first(_LANGUAGE, text)),
        base[: base.rfind("/") + 1] if base.startswith("http") else "",
        _KNOWN_NAMESPACES | {name for key, name in names if key in (_FILE, _CATEGORY)},
        frozenset({"media", *(name for key, name in names if key == _MEDIA)}),
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _known_language(code: str) -> str:
    try:
        return normalize_language(code) if code else UNKNOWN_LANGUAGE
    except ValueError:
        return UNKNOWN_LANGUAGE
