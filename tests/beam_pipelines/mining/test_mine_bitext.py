"""The whole pipeline with a real SavedModel, on hidden pairs."""

import re
from pathlib import Path

import pytest


def numbers(text):
    return int(re.search(r"\d+", text)[0])


def test_hidden_pairs_are_found(output, mined, read_records, read_counts):
    pairs = mined(output)
    assert len(pairs) > 50
    assert all(numbers(source) == numbers(target) for _, source, target in pairs)
    assert [score for score, *_ in pairs] == sorted((s for s, *_ in pairs), reverse=True)
    records = read_records(output, "sentence_pairs")
    assert list(records) == ["sw-en"]
    found = [(record["source"], record["target"]) for record in records["sw-en"]]
    assert sorted(found) == sorted((source, target) for _, source, target in pairs)
    counts = read_counts(output)
    assert counts["sw"]["kept"]["sentences"] == counts["en"]["kept"]["sentences"] == 120
    both = counts["sw-en"]
    assert both["read"]["pairs"] == both["kept"]["pairs"] + sum(both["dropped"].values())
    assert both["kept"]["pairs"] == len(pairs)


def test_report_shows_scores_and_samples(output):
    report = Path(output, "report.html").read_text()
    assert "Kept, from place 1 of" in report
    assert "Rejected: below_threshold" in report
    assert "data:image/png" in report


def test_the_result_depends_on_no_setting_of_size(run_mining, contents, settings, output, embedded):
    sizes = {"vector_shards": 7, "batch_size": 5, "index": {"kind": "exact", "block": 64}}
    other = run_mining(settings | sizes, name="other")
    # sides in three and in seven shards
    kept = embedded | {"source": {"language": "sw", "vectors": f"{other}.vectors/source"}}
    mixed = run_mining(kept, name="mixed")
    expected = contents(output)
    same = [name for name in expected if not name.startswith("neighbors/")]
    for found in (contents(other), contents(mixed)):
        assert {name: found[name] for name in same} == {name: expected[name] for name in same}


TWO_WORKERS = ["--direct_running_mode=multi_processing", "--direct_num_workers=2"]


def test_two_workers_and_retries_give_the_same_bytes(run_mining, contents, output, embedded):
    expected = contents(output)
    assert contents(run_mining(embedded, *TWO_WORKERS, name="b")) == expected
    retried = run_mining(embedded, "--direct_runner_bundle_repeat=1", name="c")
    assert contents(retried) == expected


@pytest.mark.slow  # both workers load TensorFlow
def test_two_workers_embed_the_same_bytes(run_mining, contents, settings, output):
    assert contents(run_mining(settings, *TWO_WORKERS, name="b")) == contents(output)
    assert contents("b.vectors") == contents(f"{output}.vectors")


@pytest.mark.parametrize(
    "index", [{"kind": "ivf", "probes": 50}, {"kind": "hnsw", "search_width": 200}]
)
def test_an_approximate_index_that_looks_everywhere_is_exact(
    run_mining, contents, output, embedded, index
):
    expected = contents(output)
    found = contents(run_mining(embedded | {"index": index}))
    assert expected.pop("report.html") != found.pop("report.html")  # it names the index
    assert found == expected


def test_records_can_be_mined(run_mining, run_monolingual, mined, settings, output):
    corpora = [*settings["source"]["corpora"], *settings["target"]["corpora"]]
    records = run_monolingual({"corpora": corpora, "segment_pairs": None}, name="records")
    sides = {
        side: {"language": language, "records": [records]}
        for side, language in (("source", "sw"), ("target", "en"))
    }
    assert mined(run_mining(settings | sides)) == mined(output)


def test_filters_of_pairs_are_counted(run_mining, read_counts, embedded):
    filters = {"pair_filters": [{"kind": "length_ratio", "max": 1.01, "slack": 0}]}
    counts = read_counts(run_mining(embedded | filters))["sw-en"]
    assert counts["dropped"]["length_ratio"] > 50
    assert counts["read"]["pairs"] == counts["kept"].get("pairs", 0) + sum(
        counts["dropped"].values()
    )


def test_gold_gives_a_threshold_and_scores(run_mining, mined, mining, write, embedded):
    # the last pair is not among the sentences: it can only be missed
    source = write("gold.sw", "".join(f"Kuna {n}.\n" for n in [*range(60), 77]))
    target = write("gold.en", "".join(f"There are {n} of them.\n" for n in [*range(60), 77]))
    languages = {"source_language": "sw", "target_language": "en"}
    pairs = [{"format": "moses", "source": source, "target": target} | languages]
    gold = {"pairs": pairs, "complete": True}
    output = run_mining(embedded | {"gold": gold, "threshold": {"kind": "learned"}})
    found = mining(output)["gold"]
    assert (found["pairs"], found["both_sides_there"]) == (61, 60)
    best = max(found["curve"], key=lambda point: point["f1"])
    right = sum(numbers(source) == numbers(target) for _, source, target in mined(output))
    assert best["right"] == right
    assert best["extracted"] == len(mined(output))
    assert best["recall"] == pytest.approx(right / 61)
    assert len(found["compared"]) == 16
    for each in found["compared"]:
        assert each["first"]["gold"] + each["second"]["gold"] == 61
    assert "Precision and recall" in Path(output, "report.html").read_text()


def test_only_within_documents(run_mining, mined, write, settings):
    # number 5 is in documents that do not match, so it must not be found
    texts = {
        "sw": {"a": "Kuna 1.\nKuna 2.\nKuna 5.", "b": "Kuna 3.\nKuna 4."},
        "en": {"b": "There are 5 of them.\nThere are 3 of them.", "a": "There are 1 of them."},
    }
    sides = {}
    for name, language in (("source", "sw"), ("target", "en")):
        for document, text in texts[language].items():
            write(f"{document}.{language}", text)
        pattern = write("unused", "").replace("unused", f"[ab].{language}")
        corpus = {"format": "plain_text", "language": language, "path": pattern}
        corpora = {"language": language, "corpora": [corpus | {"split_sentences": False}]}
        sides[name] = corpora
    documents = {"documents": {"kind": "name", "remove": r"\.(en|sw)"}, "neighbors": 1}
    threshold = {"threshold": {"kind": "value", "min_score": 0.5}}
    values = settings | sides | documents | threshold | {"margin": "absolute"}
    output = run_mining(values | {"vector_shards": 4})
    found = {(numbers(source), numbers(target)) for _, source, target in mined(output)}
    assert (1, 1) in found
    assert (3, 3) in found
    assert not {(5, 5), (2, 5), (4, 1)} & found
