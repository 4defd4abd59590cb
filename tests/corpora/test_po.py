"""gettext PO: what is translated and reviewed is a pair, everything else a count."""

import pytest

from tfmling.corpora.documents import Rejected, SentencePair

HEADER = 'msgid ""\nmsgstr ""\n"Language: sw\\n"\n"Content-Type: text/plain; charset={}\\n"\n\n'


@pytest.fixture
def read(write, bitext, read_all):
    def read(text, charset="UTF-8", name="a.po"):
        path = write(name, (HEADER.format(charset) + text).encode(charset))
        return path, read_all(bitext(format="po", path=path))

    return read


@pytest.mark.parametrize("charset", ["UTF-8", "ISO-8859-1"])
def test_messages(read, charset):
    text = (
        '# a note\n#: a.c:1\nmsgctxt "menu"\nmsgid "Open \\"%s\\""\nmsgstr "Fungua é \\"%s\\""\n\n'
        'msgid ""\n"Two "\n"lines\\n"\nmsgstr ""\n"Mistari "\n"miwili\\n"\n'
    )
    path, items = read(text, charset, "a.po.gz")
    assert items == [
        SentencePair(path, 6, 'Open "%s"', 'Fungua é "%s"', "en", "sw"),
        SentencePair(path, 12, "Two lines", "Mistari miwili", "en", "sw"),
    ]


def test_what_is_counted_and_the_rest_read(read):
    text = "\n".join([
        'msgid "one"\nmsgstr "moja"\n',
        '#, fuzzy\nmsgid "two"\nmsgstr "tatu"\n',
        'msgid "three"\nmsgstr ""\n',
        'msgid "%d file"\nmsgid_plural "%d files"\nmsgstr[0] "faili %d"\nmsgstr[1] "faili %d"\n',
        '#~ msgid "old"\n#~ msgstr "zamani"\n',
        'msgid "unclosed\nmsgstr "x"\n',
        "rubbish\n",
        '# a comment alone\n',
        'msgid "four"\nmsgstr "nne"\n',
    ])  # fmt: skip
    _, items = read(text)
    assert [i.target for i in items if isinstance(i, SentencePair)] == ["moja", "nne"]
    reasons = [i.reason for i in items if isinstance(i, Rejected)]
    assert reasons == ["fuzzy", "untranslated", "plural", "obsolete", "broken_po", "broken_po"]
    assert {i.language for i in items if isinstance(i, Rejected)} == {"en-sw"}


def test_bytes_in_another_encoding_cost_their_entry(write, bitext, read_all):
    data = HEADER.format("UTF-8").encode() + b'msgid "a"\nmsgstr "\xff"\n\nmsgid "b"\nmsgstr "be"\n'
    path = write("a.po", data)
    rejected, pair = read_all(bitext(format="po", path=path))
    assert (rejected.location, rejected.reason) == (f"{path}:6", "not_utf8")
    assert pair.target == "be"


def test_a_template_names_no_encoding(read):
    _, items = read('msgid "a"\nmsgstr "é"\n'.replace("é", "e"), "UTF-8")
    assert items[0].target == "e"


def test_a_message_that_is_the_name_of_a_file_is_not_opened(write, bitext, read_all, tmp_path):
    other = write("other.po", 'msgid "secret"\nmsgstr "siri"\n')
    path = write("a.po", f"{other}\n")
    (rejected,) = read_all(bitext(format="po", path=path))
    assert rejected.reason == "broken_po"
