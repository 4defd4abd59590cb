import pytest

from tfmling.corpora.documents import Document, Rejected


def test_blank_lines_part_documents(write, monolingual, read_all):
    path = write("a.txt.gz", "\n \nmoja\nmbili\n\n\ntatu\n")
    corpus = monolingual(format="plain_text", path=path, language="swh")
    assert read_all(corpus) == [
        Document(path, "sw", ("moja", "mbili"), (3, 4)),
        Document(path, "sw", ("tatu",), (7,)),
    ]


def test_each_line_a_document(write, monolingual, read_all):
    path = write("a.txt", "moja\n\nmbili\n")
    corpus = monolingual(
        format="plain_text", path=path, language="sw", document_break="line", split_sentences=False
    )
    assert read_all(corpus) == [
        Document(path, "sw", ("moja",), (1,), split_sentences=False),
        Document(path, "sw", ("mbili",), (3,), split_sentences=False),
    ]


def test_wrapped_lines_are_joined(write, monolingual, read_all):
    path = write("a.txt", "Nilikuwa na\nmiaka kumi.\n\nBasi.\n")
    corpus = monolingual(format="plain_text", path=path, language="sw", join_lines=True)
    assert read_all(corpus) == [
        Document(path, "sw", ("Nilikuwa na miaka kumi.",), (1,)),
        Document(path, "sw", ("Basi.",), (4,)),
    ]


def test_long_documents_are_cut_at_a_line(write, monolingual, read_all):
    path = write("a.txt", "abcd\n" * 5)
    corpus = monolingual(format="plain_text", path=path, language="sw", max_document_characters=8)
    assert [len(d.paragraphs) for d in read_all(corpus)] == [2, 2, 1]


def test_a_bad_line_is_reported_and_its_document_goes_on(write, monolingual, read_all):
    path = write("a.txt", b"moja\n\xff\nmbili\n")
    corpus = monolingual(format="plain_text", path=path, language="sw")
    assert read_all(corpus) == [
        Rejected(f"{path}:2", "sw", "not_utf8", "\\xff"),
        Document(path, "sw", ("moja", "mbili"), (1, 3)),
    ]


def test_a_pattern_names_each_file_a_task(write, monolingual, tmp_path):
    paths = [write(name, "a\n") for name in ("b.txt", "a.txt")]
    corpus = monolingual(format="plain_text", path=f"{tmp_path}/*.txt", language="sw")
    assert corpus.tasks() == [(paths[1],), (paths[0],)]


def test_a_folder_is_refused(monolingual, tmp_path):
    corpus = monolingual(format="plain_text", path=str(tmp_path), language="sw")
    with pytest.raises(ValueError, match=r"a folder; use a file or a pattern"):
        corpus.tasks()
