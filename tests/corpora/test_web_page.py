"""Pages to main content; markup that would take a parser hours."""

import time

import pytest

from tfmling.corpora.limits import is_nested_too_deeply
from tfmling.corpora.web_page import WebPage, license_name

SENTENCE = "Hii ni sentensi ndefu ya kutosha kwa jaribio hili."


def content(body):
    return WebPage(f"<html><body>{body}</body></html>").main_content()


def test_lists_of_sentences_are_content_and_menus_are_not():
    items = "".join(f"<li>{SENTENCE} {n}</li>" for n in range(3))
    menu = "".join(f'<li><a href="/{n}">Ukurasa wa {n} wa tovuti</a></li>' for n in range(9))
    found = content(
        f"<nav><ul>{menu}</ul></nav><main><p>{SENTENCE}</p><ul>{items}</ul></main>"
        f"<footer><ul>{menu}</ul></footer>"
    )
    assert found == [SENTENCE, *(f"{SENTENCE} {n}" for n in range(3))]


@pytest.mark.parametrize(
    "mark", ["<ul>", "<ul", "<ul><li>", "<ul><a>", "<a>", "<li>", "</ul>", "<p>", "<!--", "<"]
)
def test_time_grows_with_length_whatever_is_opened(mark):
    html = "<ul>" + mark * (20_000 // len(mark))
    started = time.process_time()
    if not is_nested_too_deeply(html):
        content(html)
    assert time.process_time() - started < 5


def test_depth():
    assert is_nested_too_deeply("<div>" * 3000)
    assert not is_nested_too_deeply("<div>" * 1000 + "</div>" * 1000)
    assert not is_nested_too_deeply("<div></div>" * 3000)
    assert not is_nested_too_deeply("<p>" * 3000)


def test_licenses():
    address = "https://creativecommons.org"
    assert license_name(f"{address}/licenses/by-nc-sa/4.0/deed.sw") == "CC-BY-NC-SA-4.0"
    assert license_name(f"{address}/publicdomain/zero/1.0/") == "CC0-1.0"
    assert license_name("/terms") == "/terms"
    two = "".join(
        f'<a rel="license" href="{address}/licenses/{x}/4.0/">x</a>' for x in ("by", "by-sa")
    )
    assert WebPage(f"<body>{two}</body>").license() is None
    assert WebPage(f"<body>{two[: two.index('</a>')]}</a></body>").license() == "CC-BY-4.0"
    assert WebPage("<body></body>").license() is None
