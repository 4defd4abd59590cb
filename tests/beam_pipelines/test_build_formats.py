"""Formats of the web and of translators through the pipelines: text in, records and counts out."""

from tests.corpora.archives import members, pages, record
from tests.corpora.fuzzed import COUNT, FORMATS

LANGUAGES = {"source_language": "en", "target_language": "sw"}


def test_bitext_of_three_formats(run_bitext, read_records, read_counts, write):
    memory, messages = FORMATS["tmx"], FORMATS["po"]
    corpora = [
        {"format": "tmx", "path": write("a.tmx.gz", memory.file())},
        {"format": "po", "path": write("a.po", messages.file() + b'\nmsgid "x"\nmsgstr ""\n')},
        {"format": "moses", "source": write("a.en", "One.\n"), "target": write("a.sw", "Moja.\n")},
    ]
    output = run_bitext({"corpora": [corpus | LANGUAGES for corpus in corpora]})
    counts = read_counts(output)["en-sw"]
    assert counts["read"]["pairs"] == 2 * COUNT + 1
    assert counts["unusable"] == {"untranslated": 1}
    # the memory and the messages have the same pairs
    assert counts["dropped"] == {"duplicate": COUNT}
    assert len(read_records(output, "sentence_pairs")["en-sw"]) == COUNT + 1


def test_pages_and_dumps(run_monolingual, read_records, read_counts, write, tmp_path):
    archive = tmp_path / "a.warc.gz"
    archive.write_bytes(members([record("x", "warcinfo"), *pages(3)]))
    corpora = [
        {"format": "warc", "path": str(archive), "language": "en"},
        {"format": "wikipedia", "path": write("a.xml", FORMATS["wikipedia"].file())},
    ]
    output = run_monolingual({"corpora": corpora, "segment_pairs": None})
    counts = read_counts(output)
    assert counts["en"]["read"]["documents"] == 3
    assert counts["en"]["unusable"] == {"not_a_response": 1}
    assert counts["sw"]["read"]["documents"] == COUNT
    # a heading and a sentence of each page
    assert len(read_records(output, "sentences")["en"]) == 6
