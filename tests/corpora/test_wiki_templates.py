"""Templates in sentences: what they show, where they leave a gap, and the time that they take."""

import time

import pytest

from tfmling.corpora.wiki_site import Site
from tfmling.corpora.wiki_templates import GAP
from tfmling.corpora.wikitext import paragraphs_of


def read(wikitext):
    return paragraphs_of(wikitext, Site("en", ""))


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("The {{lang|de|Ziege}} sleeps.", "The Ziege sleeps."),
        ("The {{lang-sw|''mbuzi''}} sleeps.", "The mbuzi sleeps."),
        ("It is {{convert|5|km|mi|abbr=on}} long.", "It is 5 km long."),
        ("It is {{cvt|5|to|10|km}} long.", "It is 5 to 10 km long."),
        ("It is {{Convert|6|ft|2|in|m}} long.", "It is 6 ft 2 in long."),
        ("It has {{formatnum:1234567}} goats.", "It has 1234567 goats."),
        ("It has {{nowrap|25&nbsp;{{abbr|kg|kilogram}}}} now.", "It has 25 kg now."),
        ("It is {{transl|ar|DIN|mā'iz}} or {{IPA|/ɡoʊt/}}.", "It is mā'iz or /ɡoʊt/."),
        ("Goats{{snd}}they{{'s}} {{frac|1|2}} {{nbsp}}old.", "Goats – they's 1/2 old."),
        ("{{lc:GOATS}} {{ucfirst:eat}}.", "goats Eat."),
        ("A {{nowrap|[[goat|small goat]]}} eats.", "A small goat eats."),
        ("A {{small|1=x=y}} eats.", "A x=y eats."),
    ],
)
def test_what_templates_show(wikitext, expected):
    assert read(wikitext) == [expected]


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("A [[goat]]{{sfn|A|2001}} sleeps.{{cn}} It eats{{other|x}}.", "A goat sleeps. It eats."),
        ("{{Short description|x}}{{other}}'''Goats''' eat.", "Goats eat."),
        ("{{Other\n|a=b}}\nGoats eat.", "Goats eat."),
        ("Goats eat. {{other}}", "Goats eat."),
        ("Goats ({{other|x}}; born {{circa|1900}}) eat.", "Goats (born c. 1900) eat."),
        ("Goats (1900, {{other}}) eat. {{other}} They sleep.", "Goats (1900) eat. They sleep."),
        ("Goats, sheep,{{other}} cows", "Goats, sheep, cows"),
        ('"Goats"{{other}} eat.', '"Goats" eat.'),
        ("它们睡觉{{来源請求}}。", "它们睡觉。"),
    ],
)
def test_where_templates_leave_no_gap(wikitext, expected):
    assert read(wikitext) == [expected]


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("'''Goats''' eat {{other|x}} grass.", "Goats eat _ grass."),
        ("{{Other|x}} eats grass.", "_ eats grass."),
        ("{{Other|x}}, a goat, eats.", "_, a goat, eats."),
        ("* It eats. {{other|x}} eats too.", "It eats. _ eats too."),
        ('They eat "{{other}}" and {{#if:x|y}}', 'They eat "_" and _'),
        ("They eat as follows: {{other}} and more.", "They eat as follows: _ and more."),
        ("山羊吃{{未知|x}}草。", "山羊吃_草。"),
        ("{{nowrap|1={{other}}}} eats.", "_ eats."),
        ("Goats eat {{lang|de}} grass.", "Goats eat _ grass."),
        ("Goats eat {{other}}{{other}} {{other}} grass.", "Goats eat _ grass."),
    ],
)
def test_where_templates_leave_a_gap(wikitext, expected):
    assert read(wikitext) == [expected.replace("_", GAP)]


def test_a_page_cannot_forge_a_gap():
    assert read(f"Goats{GAP} eat.") == ["Goats eat."]


MARKS = [
    "{{nowrap|",
    "-{",
    "-{a:",
    "[[File:a.jpg|",
    "{{a}} ",
    "{{a}}",
    " {{a}}\n",
    "-{a}-",
    "( {{a}}",
]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("end", ["", "}}", "]]", "}-", "|a}}"])
def test_time_grows_with_length(mark, end):
    started = time.process_time()
    count = 200_000 // len(mark)
    read(mark * count + end * count)
    assert time.process_time() - started < 5
