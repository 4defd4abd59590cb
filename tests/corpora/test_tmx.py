"""Translation memories: two of many languages, codes left out, broken units counted."""

import pytest

from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.documents import Rejected, SentencePair

HEAD = (
    '<?xml version="1.0" encoding="{}"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
    '<tmx version="1.4"><header srclang="en" datatype="plaintext" segtype="sentence"/><body>\n'
)
TAIL = "</body></tmx>\n"


def unit(**segments):
    variants = "".join(
        f'<tuv xml:lang="{language.replace("_", "-")}"><seg>{text}</seg></tuv>'
        for language, text in segments.items()
    )
    return f'<tu tuid="1">{variants}</tu>\n'


@pytest.fixture
def read(write, bitext, read_all):
    def read(units, name="a.tmx", encoding="utf-8"):
        path = write(name, (HEAD.format(encoding) + "".join(units) + TAIL).encode(encoding))
        return path, read_all(bitext(format="tmx", path=path, license="CC0-1.0"))

    return read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_two_of_many_languages(read, encoding):
    units = [unit(fr="un", en="one", sw="moja"), unit(sw="mbili", de="zwei", en="two")]
    path, items = read(units, "a.tmx.gz", encoding)
    assert items == [
        SentencePair(path, 1, "one", "moja", "en", "sw", license="CC0-1.0"),
        SentencePair(path, 2, "two", "mbili", "en", "sw", license="CC0-1.0"),
    ]


def test_variants_serve_where_the_language_itself_is_missing(read):
    units = [
        unit(en_GB="colour", en="color", swh="rangi"),
        unit(en_GB="lorry", en_US="truck", sw_KE="lori"),
        unit(EN_gb="lift", SW="lifti"),
        unit(enm="oon", sw="moja"),  # Middle English is another language
    ]
    _, items = read(units)
    assert [(item.source, item.target) for item in items[:3]] == [
        ("color", "rangi"), ("lorry", "lori"), ("lift", "lifti"),
    ]  # fmt: skip
    assert items[3].reason == "missing_language"


def test_a_segment_without_text_is_not_a_language_that_is_missing(read):
    units = [
        unit(en="one", sw=" "),
        '<tu><tuv xml:lang="en">no seg</tuv><tuv xml:lang="sw"><seg>moja</seg></tuv></tu>',
        unit(en="", fr="un"),
        unit(en="", en_GB="two", sw="mbili"),
    ]
    _, items = read(units)
    assert [item.reason for item in items[:3]] == ["empty_segment"] * 2 + ["missing_language"]
    assert items[3].source == "two"


def test_codes_are_no_text(read):
    codes = 'Click <bpt i="1">&lt;b&gt;</bpt>here<ept i="1">&lt;/b&gt;</ept> <hi>now</hi><ph/>.'
    _, (pair,) = read([unit(en=codes, sw="Bofya\n  hapa sasa.")])
    assert (pair.source, pair.target) == ("Click here now.", "Bofya hapa sasa.")


def test_what_is_broken_costs_itself(read):
    units = [
        unit(en="one", sw="moja"),
        unit(en="two"),
        unit(en="a < b", sw="x"),
        unit(en="&undefined;", sw="x"),
        "<tu><tuv>",
        unit(en="three", sw="tatu"),
        "text",
        unit(en="four", sw="nne"),
    ]
    path, items = read(units)
    assert [item.target for item in items if isinstance(item, SentencePair)] == [
        "moja", "tatu", "nne",
    ]  # fmt: skip
    assert [(i.location, i.language, i.reason) for i in items if isinstance(i, Rejected)] == [
        (f"{path}:2", "en-sw", "missing_language"),
        (f"{path}:3", "en-sw", "broken_xml"),
        (f"{path}:4", "en-sw", "broken_xml"),
        (f"{path}:5", "en-sw", "broken_xml"),
        (f"{path}:7", "en-sw", "broken_xml"),
    ]


def test_entities_of_a_document_type_are_not_expanded(write, bitext, read_all):
    entities = '<!DOCTYPE tmx [<!ENTITY a "boom"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    units = [unit(en="&a;", sw="x"), unit(en="&f;", sw="x"), unit(en="one", sw="moja")]
    path = write("a.tmx", f"{entities}<tmx><body>{''.join(units)}{TAIL}")
    first, second, pair = read_all(bitext(format="tmx", path=path))
    assert (first.reason, second.reason, pair.source) == ("broken_xml", "broken_xml", "one")


def test_a_segment_with_tags_in_tags_costs_itself(write, bitext, read_all):
    tags = 1_200
    deep = "<hi>" * tags + "deep" + "</hi>" * tags
    units = [
        f'<tu><tuv xml:lang="en"><seg>{text}</seg></tuv><tuv xml:lang="sw"><seg>x</seg></tuv></tu>'
        for text in ("one", deep, "three")
    ]
    path = write("a.tmx", f"<tmx><body>{''.join(units)}</body></tmx>")
    first, second, third = read_all(bitext(format="tmx", path=path))
    assert (first.source, third.source) == ("one", "three")
    assert (second.location, second.reason) == (f"{path}:2", "nested_too_deeply")


def test_the_first_broken_unit_is_counted(write, bitext, read_all):
    unit = '<tuv xml:lang="en"><seg>{0}</seg></tuv><tuv xml:lang="sw"><seg>{0}</seg></tuv></tu>'
    body = f"<t{unit.format(1)}<tu>{unit.format(2)}"
    path = write("a.tmx", f"<?xml version='1.0'?><tmx><header/><body>{body}</body></tmx>")
    first, second = read_all(bitext(format="tmx", path=path))
    assert (first.location, first.reason) == (f"{path}:1", "broken_xml")
    assert (second.line, second.source) == (2, "2")


def test_a_file_without_the_languages_is_an_error(write, bitext, read_all):
    unit = '<tu><tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="{}"><seg>b</seg></tuv></tu>'
    path = write("a.tmx", f"<tmx>{unit.format('fr')}{unit.format('de-AT')}</tmx>")
    with pytest.raises(CorpusError, match=r"no unit has both en and sw; .* are de-AT, en, fr"):
        read_all(bitext(format="tmx", path=path))
