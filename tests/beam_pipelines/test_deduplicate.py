"""Near-duplicates, sentences of other records, and sampling, in whole pipelines."""

import itertools
from pathlib import Path

import pytest

NUMBERS = ("moja", "mbili", "tatu", "nne", "tano", "sita", "saba", "nane", "tisa", "kumi")
WORDS = (*NUMBERS, "jua", "mwezi", "nyota", "mvua", "upepo")
LONG = " ".join(WORDS * 2)


def sentences(count):
    """Sentences of which no two are near-duplicates."""
    chosen = itertools.islice(itertools.combinations(WORDS, 4), 0, None, 7)
    return [" ".join(words) for words in itertools.islice(chosen, count)]


@pytest.fixture
def settings(write):
    def settings(texts, **more):
        path = write("a.txt", "\n".join(texts))
        lines = {"document_break": "line", "split_sentences": False}
        corpus = {"format": "plain_text", "path": path, "language": "swh"} | lines
        return {"corpora": [corpus], "segment_pairs": None, "num_shards": 3} | more

    return settings


@pytest.fixture
def texts_of(read_records):
    def texts_of(output):
        return sorted(r["text"] for r in read_records(output, "sentences")["sw"])

    return texts_of


def test_of_near_duplicates_one_stays(run_monolingual, settings, texts_of, read_counts):
    near = [LONG + ".", LONG + "!", LONG.upper(), LONG, LONG]
    values = settings([*sentences(20), *near], near_duplicates={})
    output = run_monolingual(values)
    kept = texts_of(output)
    assert set(sentences(20)) < set(kept)
    assert len(kept) == 21
    assert kept != sentences(20)
    assert not (Path(output) / "shuffle").exists()
    dropped = read_counts(output)["sw"]["dropped"]
    assert dropped == {"duplicate": 1, "near_duplicate": 3}


def test_near_duplicates_of_pairs_are_alike_on_both_sides(run_bitext, read_counts, write):
    rows = [f"{LONG} one\t{LONG}", f"{LONG} one.\t{LONG}.", f"{LONG} one\t{' '.join(WORDS[::-1])}"]
    corpus = {"format": "tsv_pairs", "path": write("a.tsv", "\n".join(rows))}
    corpus |= {"source_language": "eng", "target_language": "swh"}
    counts = read_counts(run_bitext({"corpora": [corpus], "near_duplicates": {}}))["en-sw"]
    assert counts["dropped"] == {"near_duplicate": 1}


def test_what_stands_in_bitext_is_left_out(
    run_monolingual, run_bitext, settings, texts_of, read_counts, write
):
    pairs = write("a.tsv", "One\tHabari  ya leo.\nmoja\tOther\n")
    languages = {"source_language": "eng", "target_language": "swh"}
    bitext = run_bitext({"corpora": [{"format": "tsv_pairs", "path": pairs} | languages]}, name="b")
    texts = ["Habari ya leo.", "Habari ya leo.", "moja", "mbili"]
    output = run_monolingual(settings(texts, exclude_records=[bitext]))
    assert texts_of(output) == ["mbili", "moja"]  # the other "moja" is English there
    assert read_counts(output)["sw"]["dropped"] == {"duplicate": 1, "in_excluded_records": 1}


def test_a_cap_is_exact_and_the_rest_is_counted(run_monolingual, settings, texts_of, read_counts):
    output = run_monolingual(settings(sentences(100), sampling={"cap": 37}))
    assert len(texts_of(output)) == 37
    counts = read_counts(output)["sw"]
    assert counts["kept"]["sentences"] == 37
    assert counts["dropped"] == {"over_cap": 63}


def test_a_smaller_cap_keeps_a_part_of_what_a_greater_keeps(run_monolingual, settings, texts_of):
    one_shard = {"num_shards": 1}
    small = run_monolingual(settings(sentences(60), sampling={"cap": 10}, **one_shard), name="s")
    great = run_monolingual(settings(sentences(60), sampling={"cap": 20}, **one_shard), name="g")
    assert set(texts_of(small)) < set(texts_of(great))


def test_documents_are_sampled_whole(run_monolingual, read_records, read_counts, write):
    documents = "\n\n".join(
        "\n".join(f"Hati {d} sentensi {s}." for s in range(5)) for d in range(200)
    )
    corpus = {"format": "plain_text", "path": write("a.txt", documents), "language": "swh"}
    values = {"corpora": [corpus], "sampling": {"cap": 500}, "num_shards": 2}
    values["segment_pairs"] = {"max_characters": 1000, "random_next_rate": 0.0}
    output = run_monolingual(values)
    pairs = read_records(output, "segment_pairs")["sw"]
    assert 60 < len(pairs) < 140  # one a document of 200, of which half are wanted
    for pair in pairs:
        assert f"{pair['first']} {pair['second']}".count("sentensi") == 5
    left_out = read_counts(output)["sw"]["not_paired"]["sentences_over_cap"]
    assert left_out == 5 * (200 - len(pairs))


def test_neither_order_nor_retries_change_a_byte(run_monolingual, contents, settings, write):
    texts = [*sentences(80), *(f"{LONG} {n}" for n in range(20))]
    more = {"near_duplicates": {}, "sampling": {"cap": 50}, "segment_pairs": {}}
    values = settings(texts, **more)
    half = {"document_break": "line", "split_sentences": False, "language": "swh"}
    parts = [write("x.txt", "\n".join(texts[:50])), write("y.txt", "\n".join(texts[50:]))]
    values["corpora"] = [{"format": "plain_text", "path": path} | half for path in parts]
    expected = contents(run_monolingual(values, name="a"))
    backwards = values | {"corpora": values["corpora"][::-1]}
    assert contents(run_monolingual(backwards, name="b")) == expected
    retried = run_monolingual(values, "--direct_runner_bundle_repeat=2", name="c")
    assert contents(retried) == expected
