"""WARC and WET to documents; every real file, broken or not, ends in what it is."""

import collections
import gzip
import tracemalloc
import zlib

import pytest

from tests.corpora.archives import PAGE, members, pages, record, response, texts
from tfmling.corpora.documents import Document, Rejected


@pytest.fixture
def read(tmp_path, monolingual, read_all):
    def read(records, format="warc", **settings):
        path = tmp_path / "a.warc.gz"
        path.write_bytes(members(records))
        return read_all(monolingual(format=format, path=str(path), **settings))

    return read


def outcomes(items):
    return [getattr(item, "reason", "document") for item in items]


def test_a_page(read, tmp_path):
    html = (
        '<html><head><title>No</title></head><body><nav><a href="/">Home</a></nav><main>'
        "<h1>Habari</h1><p>Hii ni  sentensi.</p><p>Na hii pia.</p></main><footer>About us "
        '<a rel="license" href="http://creativecommons.org/licenses/by-nc/3.0/">CC</a></footer>'
    )
    (item,) = read([record(response(html), uri="http://a.org/x")], language="swh")
    assert item == Document(
        str(tmp_path / "a.warc.gz"), "sw", ("Habari", "Hii ni sentensi.", "Na hii pia."), (0, 0, 0),
        uri="http://a.org/x", license="CC-BY-NC-3.0",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (response("{}", content_type="application/json"), "not_html"),
        (response(PAGE, status="301 Moved"), "redirect"),
        (response(PAGE, status="404 Not Found"), "http_error"),
        (response("<html><body></body></html>"), "no_text"),
        (response(b"<p>\x81\x8d\x8f\x90\x9d</p>" * 9), "unknown_encoding"),
        (b"no http at all", "broken_http"),
        (b"", "broken_http"),
        (response(PAGE, content_type=None), "document"),
        (response(PAGE, content_type="application/xhtml+xml"), "document"),
        (response(PAGE, content_type="text/html, text/html; charset=utf-8"), "document"),
        (response("{}", content_type="application/json, text/html"), "not_html"),
        (response(gzip.compress(PAGE.encode()), Content_Encoding="gzip"), "document"),
        (response(zlib.compress(PAGE.encode()), Content_Encoding="deflate"), "document"),
        (
            response("5\r\n<p>ab\r\n7\r\nc d</p>\r\n0\r\n\r\n", Transfer_Encoding="chunked"),
            "document",
        ),
        # chunks of wrong length; bytes that are no gzip; pages that a crawler has decoded
        (response("55\r\n<p>ab</p>\r\n0\r\n\r\n", Transfer_Encoding="chunked"), "broken_body"),
        (response("3\r\n<p>ab</p>\r\n0\r\n\r\n", Transfer_Encoding="chunked"), "broken_body"),
        (response("rubbish", Content_Encoding="gzip"), "broken_body"),
        (response("rubbish", Content_Encoding="unheard-of"), "encoded_by_another_coding"),
        (response("rubbish", Content_Encoding="compress"), "encoded_by_compress"),
        (response(PAGE, Transfer_Encoding="chunked"), "document"),
        (response(PAGE, Content_Encoding="gzip"), "document"),
        (response("<div>" * 5000 + "deep"), "nested_too_deeply"),
        (response(gzip.compress(bytes(20_000_000)), Content_Encoding="gzip"), "record_too_long"),
    ],
)
def test_what_is_counted(read, block, expected):
    after = pages(1)[0]
    assert outcomes(read([record(block), after])) == [expected, "document"]


@pytest.mark.parametrize(
    ("charset", "header", "meta"),
    [
        ("utf-8", "utf-8", ""),
        ("windows-1251", "windows-1251", ""),
        ("windows-1251", None, '<meta charset="windows-1251">'),
        (
            "shift_jis",
            None,
            '<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">',
        ),
        ("utf-8", "iso-8859-77", ""),
        # the header is wrong: the bytes are not UTF-8, the page says what they are
        ("windows-1251", "utf-8", '<meta charset="windows-1251">'),
    ],
)
def test_encodings(read, charset, header, meta):
    text = "日本語の文章です。" if charset == "shift_jis" else "Это предложение на русском языке."
    html = f"<html><head>{meta}</head><body><p>{text}</p></body></html>".encode(charset)
    content_type = f"text/html; charset={header}" if header else "text/html"
    (document,) = read([record(response(html, content_type=content_type))])
    assert document.paragraphs == (text,)


def test_one_broken_byte_costs_no_page(read):
    html = "<p>Sentensi ndefu kidogo ya Kiswahili</p>" * 10
    (document,) = read([record(response(html.encode() + b"<p>\xff</p>"))])
    assert len(document.paragraphs) >= 10


def test_other_records_are_counted(read):
    kinds = ["warcinfo", "request", "metadata", "revisit", "resource", "conversion"]
    items = read([record("text", kind) for kind in kinds])
    assert outcomes(items) == ["not_a_response"] * 6


def test_extracted_text(read):
    headers = {"WARC_Identified_Content_Language": "swa"}
    records = [
        record("Software-Info: x\r\n", "warcinfo", uri=None),
        record("Moja.\n\n  Mbili. \n", "conversion", "http://a.org/1", **headers),
        record("Tatu.", "conversion", "http://a.org/2", WARC_Identified_Content_Language="swa,eng"),
        record(b"\xff", "conversion", "http://a.org/3"),
        record("\n", "conversion", "http://a.org/4"),
    ]
    items = read(records, format="wet", license="terms of Common Crawl")
    assert outcomes(items) == ["not_a_conversion", "document", "document", "not_utf8", "no_text"]
    assert [item.language for item in items[:3]] == ["und", "sw", "und"]
    assert items[1].paragraphs == ("Moja.", "Mbili.")
    assert (items[1].uri, items[1].license) == ("http://a.org/1", "terms of Common Crawl")
    assert len({item.lines for item in items if isinstance(item, Document)}) == 2


def test_a_line_that_is_not_utf8_costs_itself(read):
    items = read([record(b"Moja.\nmb\xffili\nTatu.\n", "conversion")], format="wet")
    assert outcomes(items) == ["not_utf8", "document"]
    assert items[1].paragraphs == ("Moja.", "Tatu.")


def test_memory_does_not_grow_with_the_archive(tmp_path, monolingual, read_all):
    peaks = []
    for count in (200, 2000):
        path = tmp_path / f"{count}.warc.wet.gz"
        path.write_bytes(members(texts(count)))
        corpus = monolingual(format="wet", path=str(path))
        tracemalloc.start()
        assert sum(1 for _ in corpus.read(str(path))) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


# What each real file is, from looking into it: (format, documents, counts by reason).
REAL = {
    # Common Crawl's page with request and metadata; WAT holds metadata only
    "whirlwind/whirlwind.warc": ("warc", 1, {"not_a_response": 3}),
    "whirlwind/whirlwind.warc.gz": ("warc", 1, {"not_a_response": 3}),
    "whirlwind/whirlwind.warc.wat": ("warc", 0, {"not_a_response": 2}),
    "whirlwind/whirlwind.warc.wat.gz": ("warc", 0, {"not_a_response": 2}),
    "whirlwind/whirlwind.warc.wet": ("wet", 1, {"not_a_conversion": 1}),
    "whirlwind/whirlwind.warc.wet.gz": ("wet", 1, {"not_a_conversion": 1}),
    # somebody turned its CR LF into LF: no length in it is right any more
    "cc_net/sample.warc.txt": ("wet", 0, {"wrong_length": 4}),
    # two warcinfo, a response with a page, its request, a revisit, its request
    "warcio/example.warc": ("warc", 1, {"not_a_response": 5}),
    "warcio/example.warc.gz": ("warc", 1, {"not_a_response": 5}),
    # the same in one member of gzip instead of one each
    "warcio/example-bad-non-chunked.warc.gz": ("warc", 1, {"not_a_response": 5}),
    # in one member too; a page, and a response that redirects
    "warcio/example-bad.warc.gz.bad": ("warc", 1, {"not_a_response": 4, "redirect": 1}),
    # requests only
    "warcio/example-digest.warc": ("warc", 0, {"not_a_response": 4}),
    "warcio/example-iana.org-chunked.warc": ("warc", 1, {"not_a_response": 2}),
    "warcio/example-resource.warc.gz": ("warc", 0, {"not_a_response": 3}),
    "warcio/example-space-in-target-uri.warc.gz": ("warc", 0, {"not_a_response": 2}),
    # the response says 973 bytes and has 975
    "warcio/example-trunc.warc": ("warc", 0, {"not_a_response": 3, "wrong_length": 1}),
    "warcio/example-wget-bad-target-uri.warc.gz": ("warc", 1, {"not_a_response": 5}),
    # the block is not the one of which the digest was taken
    "warcio/example-wrong-chunks.warc.gz": ("warc", 0, {"not_a_response": 1, "bad_digest": 1}),
    # three answers in JSON, with their requests
    "warcio/post-test.warc.gz": ("warc", 0, {"not_a_response": 3, "not_html": 3}),
    "warcio/example.arc": ("warc", 0, {"arc_file": 1}),
    "warcio/example.arc.gz": ("warc", 0, {"arc_file": 1}),
    "warcio/example-space-in-url.arc": ("warc", 0, {"arc_file": 1}),
    "warcio/bad.arc": ("warc", 0, {"arc_file": 1}),
    # dumps are read in test_wikipedia.py
    "bgwiki-latest-pages-articles-shortened.xml.bz2": ("wikipedia", 1, {"other_namespace": 2}),
    "enwiki-table-markup.xml.bz2": ("wikipedia", 5, {"template_in_sentence": 1}),
    "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2": (
        "wikipedia",
        97,
        {"redirect": 99, "disambiguation": 9, "other_namespace": 1},
    ),
}


def test_every_real_file_is_what_it_is(shared_data, monolingual, read_all):
    web = shared_data / "web"
    files = {str(path.relative_to(web)) for path in web.rglob("*") if path.is_file()}
    assert {name for name in files if not name.endswith("LICENSE")} == set(REAL)
    for name, (format, documents, reasons) in REAL.items():
        path = f"{web}/{name}"
        items = read_all(monolingual(format=format, path=path))
        counts = collections.Counter(outcomes(items))
        assert counts.pop("document", 0) == documents, name
        if name.startswith("enwiki-latest"):  # how many is bounded in test_wikipedia.py
            assert counts.pop("template_in_sentence") > 0
        assert counts == reasons, name
        assert all(i.location.startswith(f"{path}:") for i in items if isinstance(i, Rejected))


def test_the_real_page(shared_data, monolingual, read_all):
    def document(format, name):
        corpus = monolingual(format=format, path=f"{shared_data}/web/whirlwind/{name}")
        return next(item for item in read_all(corpus) if isinstance(item, Document))

    page = document("warc", "whirlwind.warc.gz")
    extracted = document("wet", "whirlwind.warc.wet.gz")
    assert page.uri == extracted.uri == "https://an.wikipedia.org/wiki/Escopete"
    assert page.license == "CC-BY-SA-4.0"
    first = "Escopete ye un municipio d'a provincia de Guadalachara, en a comunidat autonoma"
    assert any(p.startswith(first) for p in page.paragraphs)
    assert any(p.startswith(first) for p in extracted.paragraphs)
    # menus are not in the main content
    assert "Ir al contenido" in extracted.paragraphs
    assert "Ir al contenido" not in page.paragraphs
