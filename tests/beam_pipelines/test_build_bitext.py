import pytest

from beam_pipelines.settings import BuildBitext
from beam_pipelines.transforms.clean import clean_pairs
from beam_pipelines.transforms.stats import Stats
from tfmling.core import config
from tfmling.corpora.documents import SentencePair

LANGUAGES = {"source_language": "eng", "target_language": "swh"}


@pytest.fixture
def small(write):
    source = write("a.en", "Good  morning.\nGood morning.\nGood morning.\nParis\n\nFour\nFive")
    target = write("a.sw", "Habari.\nHabari.\nSalaam.\nParis\nTupu.\nNnenenenenenenenenene\n")
    return {
        "corpora": [{"format": "moses", "source": source, "target": target} | LANGUAGES],
        "sentence_filters": [{"kind": "script"}],
        "pair_filters": [{"kind": "length_ratio", "max": 3}, {"kind": "copied"}],
        "num_shards": 2,
    }


def pairs_of(records):
    return sorted((r["source"], r["target"]) for r in records["en-sw"])


def test_pairs_are_cleaned_and_unique(run_bitext, read_records, small):
    records = read_records(run_bitext(small), "sentence_pairs")
    assert pairs_of(records) == [("Good morning.", "Habari."), ("Good morning.", "Salaam.")]
    languages = {(r["source_language"], r["target_language"]) for r in records["en-sw"]}
    assert languages == {("en", "sw")}


def test_every_drop_is_counted(run_bitext, read_counts, read_rejected, small):
    output = run_bitext(small)
    counts = read_counts(output)["en-sw"]
    assert counts["read"]["pairs"] == 6
    assert counts["kept"]["pairs"] == 2
    assert counts["dropped"] == {"copied": 1, "duplicate": 1, "length_ratio": 1, "source.empty": 1}
    assert counts["unusable"] == {"line_without_partner": 1}
    (copied,) = [r for r in read_rejected(output) if r["reason"] == "copied"]
    assert (copied["score"], copied["excerpt"]) == (1.0, "Paris\tParis")


def test_uniqueness_of_one_side(run_bitext, read_records, small):
    records = read_records(run_bitext(small | {"unique": "source"}), "sentence_pairs")
    assert pairs_of(records) == [("Good morning.", "Habari.")]  # the first in the file


def test_neither_order_nor_retries_change_a_byte(run_bitext, contents, write):
    corpora = [
        {"format": "tsv_pairs", "path": write(f"{i}.tsv", rows)} | LANGUAGES
        for i, rows in enumerate(["a b\tc d\ne\tf\n", "e\tf\ng\th\n", "a b\tc d\n"])
    ]
    expected = contents(run_bitext({"corpora": corpora}, name="a"))
    assert contents(run_bitext({"corpora": corpora[::-1]}, name="b")) == expected
    retried = run_bitext({"corpora": corpora}, "--direct_runner_bundle_repeat=1", name="c")
    assert contents(retried) == expected


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("", "moja", "source.empty"),
        ("one", " \u200e", "target.empty"),
        ("አንድ", "moja", "source.script"),
        ("one", "አንድ", "target.script"),
        ("one", "moja moja moja", "length_ratio"),
        ("one", "moja", None),
    ],
)
def test_the_reason_names_the_side(source, target, reason, write):
    values = {
        "output": "x",
        "corpora": [{"format": "tsv_pairs", "path": write("a.tsv", "")} | LANGUAGES],
        "sentence_filters": [{"kind": "script"}],
        "pair_filters": [{"kind": "length_ratio"}],
    }
    settings, report = config.build(BuildBitext, values, "test"), Stats()
    kept = list(clean_pairs([SentencePair("a", 1, source, target, "en", "sw")], settings, report))
    assert bool(kept) == (reason is None)
    dropped = [key[2] for key, _ in (o.value for o in report.outputs(0)) if key[1] == "dropped"]
    assert dropped == ([reason] if reason else [])
