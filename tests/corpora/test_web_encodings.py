"""Labels of encodings decoded as the WHATWG standard says; expected values from its tables."""

import pytest

from tfmling.corpora.web_encodings import codec_of, decode_as, decode_by_mark
from tfmling.corpora.web_page import decode

PAGE = b"<!DOCTYPE html><html><head>%s</head><body><p>%s</p></body></html>"

# label, bytes, the characters that the standard's index has for them
BYTES = [
    ("iso-8859-1", b"\x93caf\xe9\x94 \x805", "“café” €5"),
    ("latin1", b"\x85\x92", "…’"),
    ("us-ascii", b"\x96", "–"),
    ("ISO-8859-9", b"\xdd\xfe\xf0\x94", "İşğ”"),
    ("latin5", b"\xfd\x91", "ı‘"),
    ("shift_jis", b"\x87\x40\xee\xe0\x8b\xb4", "①髙橋"),
    ("x-sjis", b"\x87\x41\x81\x60", "②～"),
    ("euc-kr", b"\x8c\x63\xb9\xe6", "똠방"),
    ("ks_c_5601-1987", b"\xbc\x84", "펲"),
    ("gb2312", b"\xd6\xec\xe9\x46\xbb\xf9", "朱镕基"),
    ("gbk", b"\x81\x30\x84\x36", "¥"),
    ("big5", b"\xa4\xa4\x87\x40", "中䏰"),
    ("euc-jp", b"\xad\xa1\xb9\xe2", "①高"),
    ("tis-620", b"\xa1\xd2\x85", "กา…"),
    ("koi8-u", b"\xa4\xd0", "єп"),
    ("macintosh", b"\x8e\xd2", "é“"),
    ("iso-8859-8-i", b"\xe0\xe1", "אב"),
    ("windows-1252", b"\x81\x8d", "\x81\x8d"),
]


@pytest.mark.parametrize(("label", "data", "text"), BYTES)
def test_labels(label, data, text):
    codec = codec_of(f' "{label}"\t')
    assert decode_as(data, codec) == text


@pytest.mark.parametrize("label", ["klingon", "utf-7", "iso-2022-kr", "hz-gb-2312", ""])
def test_what_the_web_does_not_know(label):
    assert codec_of(label) is None


@pytest.mark.parametrize(
    ("label", "data", "text"), [case for case in BYTES if case[0] != "windows-1252"]
)
def test_pages_by_their_header_or_meta_element(label, data, text):
    words = b"Goats sleep at night in the village. " * 3
    assert text in decode(PAGE % (b"", words + data), label)
    meta = f'<meta charset="{label}">'.encode()
    assert text in decode(PAGE % (meta, words + data), None)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_comes_before_the_header(codec):
    assert decode("<p>мбузи</p>".encode(codec), "windows-1251") == "<p>мбузи</p>"
    assert decode_by_mark(b"<p>") is None


@pytest.mark.parametrize(
    "head",
    [
        '<!-- <meta charset="iso-8859-1"> --><meta charset="utf-8">',
        "<!-- <meta charset=iso-8859-1> -->",
        '<meta name="description" content="a charset=iso-8859-1 page"><meta charset="utf-8">',
        '<meta name=keywords content="charset=latin1">',
        "<meta http-equiv='Content-Type' content='text/html;charset=UTF-8'><meta charset=latin1>",
    ],
)
def test_only_a_meta_element_that_counts_names_an_encoding(head):
    """A wrong single-byte encoding decodes any text, and nothing would notice."""
    text = "Les chèvres dorment près de l'été."
    page = PAGE % (head.encode(), text.encode())
    assert text in decode(page, None)


@pytest.mark.parametrize("head", ['<meta content="charset=koi8-r" http-equiv="content-type">', ""])
def test_a_meta_element_without_a_type_and_an_xml_declaration_name_one(head):
    declaration = b"" if head else b'<?xml version="1.0" encoding="koi8-r"?>'
    page = declaration + PAGE % (head.encode(), "Козы".encode("koi8-r"))
    assert "Козы" in decode(page, None)
