"""Wikitext as it is read, and the time that broken wikitext takes."""

import bz2
import difflib
import re
import time
from xml.etree import ElementTree

import mwparserfromhell
import pytest

from tfmling.corpora.wiki_site import Site
from tfmling.corpora.wiki_templates import GAP
from tfmling.corpora.wikitext import paragraphs_of

SITE = Site("en", "")


def read(wikitext, site=SITE):
    return paragraphs_of(wikitext, site)


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("'''Bold''' and ''not''.", ["Bold and not."]),
        ("A [[link]], [[page|label]], [[Page (a)|]].", ["A link, label, ."]),
        ("See [http://a.org the site] now.", ["See the site now."]),
        ("5&nbsp;km &amp; m<sup>2</sup>", ["5 km & m2"]),
        ("One{{cite|a={{b|c}}}} two.", ["One two."]),
        ("One<ref>no [[x]]</ref><ref name=a /> two<!-- {{ -->.", ["One two."]),
        ("{| class=a\n| cell {{x}}\n{|\n|inner\n|}\n|}\nAfter.", ["After."]),
        ("One.<includeonly> Two.</includeonly><noinclude> Three.</noinclude>", ["One. Three."]),
        ("Text.\n[[simple:Word]]\n[[be-x-old:Word]]", ["Text."]),
        ("[[File:a.jpg|thumb|A [[cat]] here]]Text.", ["Text."]),
        ("Text.\n[[Категория:Б]]\n[[de:Wort]]", ["Text."]),
        ("== Head ==\nOne\nparagraph.\n\nTwo.", ["One paragraph.", "Two."]),
        ("* first\n** second [[x|y]]\n# third", ["first", "second y", "third"]),
        ("Born ({{date}}; ) in 1900.__NOTOC__", ["Born in 1900."]),
        ("One<br/>two", ["One two"]),
        ("<math>x^2</math>\n\n<gallery>\nFile:a.jpg|b\n</gallery>\n\n----\n\n!!", []),
        ("የ'''አዲስ''' [[አበባ|አበባ]] ነው።", ["የአዲስ አበባ ነው።"]),
        # what is opened or closed alone costs its mark only
        ("One <ref> two.", ["One two."]),
        ("{|\nOne.", ["One."]),
        # parameters and rows of what is never closed are no text
        ("{{Box\n| name = Kid\n| image = {{a|b}}\nA kid.\n\nOne.", ["A kid.", "One."]),
        ("One.\n\n{| class=a\n! Year !! Kids\n|-\n| 1990 || 20\n\nTwo.", ["One.", "Two."]),
        # a colon shows a link that would else show nothing
        ("In [[:Category:Kids]] and [[:de:Kitz|there]].", ["In Category:Kids and there."]),
        ("[[:File:a.jpg|A picture]] of it.", ["A picture of it."]),
        # marks that are text
        ("Write <nowiki>[[a|b]], {{c}} ''d''</nowiki> so.", ["Write [[a|b]], {{c}} ''d'' so."]),
        ("a<nowiki />b <nowiki>c", ["ab c"]),
    ],
)
def test_as_it_is_read(wikitext, expected):
    assert read(wikitext) == expected


@pytest.mark.parametrize(
    ("wikitext", "gap"),
    [
        ("The speed is <math>v = 3 t</math> here.", "The speed is … here."),
        ("Water is <chem>H2O</chem>.", "Water is …."),
        ('Call <syntaxhighlight lang="py" inline>f(x)</syntaxhighlight> now.', "Call … now."),
        ("It was {{lang|fr|une.", "It was …lang|fr|une."),
    ],
)
def test_formulas_code_and_templates_without_end_leave_a_gap(wikitext, gap):
    assert read(wikitext) == [gap.replace("…", GAP)]


@pytest.mark.parametrize(
    "mark",
    [
        "<nowiki>",
        "</nowiki>",
        "<math>",
        "{{",
        "}}",
        "[[",
        "<b ",
        "<b>",
        "<ref>",
        "<!--",
        "[http://a ",
        "[[a|",
        "{|\n",
        "''",
        "(",
        "&",
    ],
)
def test_time_grows_with_length_whatever_is_opened(mark):
    started = time.process_time()
    read(mark * (200_000 // len(mark)))
    assert time.process_time() - started < 5


def words(text):
    return re.findall(r"[^\W\d_]{3,}", text)


def test_words_are_those_that_the_library_finds_alone(shared_data):
    """On whole articles mwparserfromhell, slower, gives the words we give in the same order, and
    between them what we cut: captions, categories, headings."""
    name = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
    root = ElementTree.fromstring(bz2.decompress((shared_data / "web" / name).read_bytes()))
    texts = [text.text for text in root.iterfind(".//{*}text") if len(text.text) > 3000][1:5]
    for wikitext in texts:
        code = mwparserfromhell.parse(wikitext)
        for tag in code.filter_tags(matches=lambda node: node.tag == "ref"):
            code.remove(tag)
        theirs = words(code.strip_code(collapse=False))
        ours = words(" ".join(read(wikitext)))
        assert len(ours) > len(theirs) * 0.8
        matcher = difflib.SequenceMatcher(None, theirs, ours, autojunk=False)
        same = sum(block.size for block in matcher.get_matching_blocks())
        assert same > len(ours) * 0.998
