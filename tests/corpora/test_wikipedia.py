"""Dumps of wikis: articles with their addresses, everything else counted by reason."""

import bz2
import collections
import html

import pytest

from tfmling.corpora.documents import Document, Rejected

HEAD = """<mediawiki version="0.11" xml:lang="sw">
  <siteinfo><dbname>swwiki</dbname><base>https://sw.wikipedia.org/wiki/Mwanzo</base>
  <namespaces><namespace key="6" case="first-letter">Picha</namespace>
  <namespace key="14">Jamii</namespace></namespaces></siteinfo>
"""


def page(title, text, before="", ns=0, model="wikitext"):
    return (
        f"<page><title>{title}</title><ns>{ns}</ns><id>1</id>{before}<revision>"
        f"<model>{model}</model><text bytes='1'>{text}</text></revision></page>\n"
    )


@pytest.fixture
def read(write, monolingual, read_all):
    def read(pages, name="dump.xml.bz2", **settings):
        data = "".join([HEAD, *pages, "</mediawiki>\n"]).encode()
        path = write(name, bz2.compress(data) if name.endswith("bz2") else data)
        return path, read_all(monolingual(format="wikipedia", path=path, **settings))

    return read


def test_an_article(read):
    path, items = read([page("Dar es Salaam", "Ni '''jiji'''.\n\n[[Picha:a.jpg]]\nKubwa.")])
    assert items == [
        Document(
            path, "sw", ("Ni jiji.", "Kubwa."), (1, 1),
            uri="https://sw.wikipedia.org/wiki/Dar_es_Salaam", license="CC-BY-SA-4.0",
        )
    ]  # fmt: skip


def test_settings_come_before_what_the_dump_says(read):
    _, (document,) = read([page("A", "Moja.")], language="swh", license="mine")
    assert (document.language, document.license) == ("sw", "mine")


def test_what_is_no_article_is_counted_and_the_rest_read(read):
    pages = [
        page("A", "Moja."),
        page("B", "#REDIRECT [[A]]", before='<redirect title="A" />'),
        page("C", "#redirect [[A]]"),
        page("Jamii:D", "Mbili.", ns=14),
        page("E", "{{Disambiguation}}\n* [[A]]"),
        page("F", "p {}", model="css"),
        page("G", "{{stub}}"),
        page("H", "bro<ken"),
        page("I", "&undefined;"),
        page("J", "Tatu."),
    ]
    path, items = read(pages)
    assert [item.paragraphs for item in items if isinstance(item, Document)] == [
        ("Moja.",),
        ("Tatu.",),
    ]
    rejected = [(item.location, item.reason) for item in items if isinstance(item, Rejected)]
    reasons = ["redirect", "redirect", "other_namespace", "disambiguation", "not_wikitext",
               "no_text", "broken_xml", "broken_xml"]  # fmt: skip
    assert rejected == [(f"{path}:{n}", reason) for n, reason in enumerate(reasons, start=2)]
    assert {item.language for item in items} == {"sw"}


def test_of_a_history_the_last_revision(read):
    two = page("A", "Zamani.").replace(
        "</revision>", "</revision><revision><text>Sasa.</text></revision>"
    )
    _, (document,) = read([two])
    assert document.paragraphs == ("Sasa.",)


def test_entities_that_a_document_type_declares_are_not_expanded(write, monolingual, read_all):
    bomb = '<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    text = f"{bomb}{HEAD}{page('A', '&a;')}{page('B', '&f;')}{page('C', 'Moja.')}</mediawiki>"
    items = read_all(monolingual(format="wikipedia", path=write("a.xml", text)))
    assert [getattr(item, "reason", None) for item in items] == ["broken_xml", "broken_xml", None]


def counted(items):
    return collections.Counter(getattr(item, "reason", "document") for item in items)


def test_real_dumps(shared_data, monolingual, read_all):
    def read(name):
        return read_all(monolingual(format="wikipedia", path=f"{shared_data}/web/{name}"))

    # 206 <page>: 99 have <redirect> in the article namespace, 1 has <ns>4; of the other 106 the
    # nine with a disambiguation template are lists of links
    items = read("enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2")
    counts = counted(items)
    # of some 20,000 sentences, those with formulas and code too
    assert 0 < counts.pop("template_in_sentence") < 120
    assert counts == {
        "document": 97, "redirect": 99, "other_namespace": 1, "disambiguation": 9,
    }  # fmt: skip
    items = [item for item in items if getattr(item, "reason", "") != "template_in_sentence"]
    assert items[1].uri == "https://en.wikipedia.org/wiki/Anarchism"
    assert items[1].paragraphs[0].startswith("Anarchism is a political philosophy that advocates")
    # UTF-16 with a byte-order mark; two of three pages are in the namespace 4
    items = read("bgwiki-latest-pages-articles-shortened.xml.bz2")
    assert counted(items) == {"document": 1, "other_namespace": 2}
    article = next(item for item in items if isinstance(item, Document))
    assert article.language == "bg"
    assert article.paragraphs[0].startswith("Григорианският календар (понякога наричан")
    # no <siteinfo>: the address is not known; tables are gone
    items = read("enwiki-table-markup.xml.bz2")
    assert counted(items) == {"document": 5, "template_in_sentence": 1}
    items = [item for item in items if isinstance(item, Document)]
    assert {item.uri for item in items} == {None}
    text = " ".join(p for item in items for p in item.paragraphs)
    assert not any(mark in text for mark in ("{|", "|-", "|}", "class="))


def test_a_truncated_dump_gives_what_was_before(shared_data, write, monolingual, read_all):
    name = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
    whole = read_all(monolingual(format="wikipedia", path=f"{shared_data}/web/{name}"))
    data = (shared_data / "web" / name).read_bytes()
    path = write("cut.xml.bz2", data[: len(data) // 2])
    *kept, last = read_all(monolingual(format="wikipedia", path=path))
    assert len(kept) > 50
    assert [i.paragraphs for i in kept if isinstance(i, Document)] == [
        i.paragraphs for i in whole[: len(kept)] if isinstance(i, Document)
    ]
    assert last.reason == "truncated_bzip2"


FILES = """<siteinfo><base>https://de.wikipedia.org/wiki/X</base><namespaces>
<namespace key="-2">Medium</namespace><namespace key="6">Datei</namespace>
<namespace key="14">Kategorie</namespace></namespaces></siteinfo>"""


def dump(language, *texts):
    pages = "".join(page(f"P{n}", html.escape(text)) for n, text in enumerate(texts))
    return f'<mediawiki xml:lang="{language}">{FILES}{pages}</mediawiki>'


def test_sentences_with_a_gap_are_counted(write, monolingual, read_all):
    text = "Goats eat {{grass|x}} at noon. They sleep. All {{nowrap|25 goats}} do."
    path = write("a.xml", dump("en", text, "Only {{other}} here."))
    gap, document, other, none = read_all(monolingual(format="wikipedia", path=path))
    assert (gap.reason, gap.location) == ("template_in_sentence", f"{path}:1")
    assert gap.excerpt == "Goats eat … at noon."
    assert document.paragraphs == ("They sleep. All 25 goats do.",)
    assert (other.reason, none.reason) == ("template_in_sentence", "no_text")


def test_files_under_any_name_of_their_namespace(write, monolingual, read_all):
    texts = [
        "[[Datei:Z.jpg|mini|hochkant|Eine [[Ziege]]]]\nDie Ziege frisst.",
        "[[Bild:Z.JPG|thumb|250px|Eine ''Ziege'' im [[Stall|kleinen Stall]]]]\nDie Ziege frisst.",
        "[[Image:Z.png|300px]]Die Ziege frisst.[[Kategorie:Tier]]\n[[Category:Tier]]",
        "[[تصویر:Z.svg|بندانگشتی|چپ|یک بز]]\nDie Ziege frisst.",
        "[[Súbor:Z.ogg|náhľad]]Die Ziege frisst.[[en:Goat]]",
        "Die [[Medium:Z.ogg|Ziege]] frisst.",
        "Die [[:Datei:Z.jpg|Ziege]] frisst.",
        "Die [[Ziege (Film): Teil 2|Ziege]] frisst.",
        "Die Ziege frisst.\n\n[[Bild:offen.jpg|mini|ohne Ende",
        "Die [[Io: ein Mond|Ziege]] frisst.",
    ]
    path = write("a.xml", dump("de", *texts))
    found = read_all(monolingual(format="wikipedia", path=path))
    assert [document.paragraphs for document in found] == [("Die Ziege frisst.",)] * len(texts)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "-{zh-hans:软件;zh-hant:軟體}-和-{硬件}-。", "软件和硬件。"),
        ("zh-Hant", "-{zh-hans:软件;zh-hant:軟體}-和-{硬件}-。", "軟體和硬件。"),
        ("zh-TW", "-{zh-cn:网络; zh-tw:網路; zh-hk:網絡;}-好。", "網路好。"),
        ("zh", "-{T|zh-cn:计算机;zh-tw:電腦}-它-{H|zh-cn:网络;zh-tw:網路}-好。", "它好。"),
        ("zh", "-{A|zh-cn:计算机;zh-tw:電腦}-好，-{R|北京}-好。", "计算机好，北京好。"),
        ("zh", "-{zh-hans|北}-好。", "北好。"),
        ("zh", "-{zh-hant:軟體}-好。", "軟體好。"),
        ("zh", "-{zh-hans:a&amp;b; zh-hant:-{c}-d}-好。", "a&b好。"),
        ("sr", "Ово је -{Microsoft Windows}- систем.", "Ово је Microsoft Windows систем."),
        ("sr", "Он је -{sr-ec:добар; sr-el:dobar}-.", "Он је добар."),
        ("sr-Latn", "On je -{sr-ec:добар; sr-el:dobar}-.", "On je dobar."),
        ("zh", "-{{{lang|en|Goat}}}-好。", "Goat好。"),
    ],
)
def test_language_variants(write, monolingual, read_all, language, text, expected):
    path = write("a.xml", dump("zh", text))
    (document,) = read_all(monolingual(format="wikipedia", path=path, language=language))
    assert document.paragraphs == (expected,)
