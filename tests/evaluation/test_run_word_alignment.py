"""The main from files to links, scores and a page; a model that knows the answer scores 0."""

import json

import pytest

from tests.alignment.test_fast_align import constructed_pairs
from tests.tiny import tiny_encoder
from tfmling.cli.main import main
from tfmling.conversion import encoder_folder as encoder_folders
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.records import example, tfrecord
from tfmling.records.folder import shards


@pytest.fixture(scope="module")
def encoder_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoder") / "encoder"
    save_encoder(tiny_encoder(), str(folder))
    return str(folder)


def write_config(tmp_path, encoder_folder, gold):
    pairs = constructed_pairs(count=300, words=16)
    text = "".join(f"{' '.join(s)}\t{' '.join(t)}\n" for s, t in pairs)
    (tmp_path / "text.tsv").write_text(text)
    (tmp_path / "gold.tsv").write_text(gold)
    columns = "source_language: qaa, target_language: qab"
    (tmp_path / "config.yaml").write_text(
        f"""
output: {tmp_path}/out
aligners:
  fast_align: {{kind: fast_align, methods: [intersect, union]}}
  tiny: {{kind: contextual, encoder: {encoder_folder}, max_length: 32}}
sets:
  - name: scored
    gold: {{format: xl_wa, {columns}, path: {tmp_path}/gold.tsv}}
    texts: [{{bitext: {{format: tsv_pairs, {columns}, path: {tmp_path}/text.tsv}}}}]
  - name: unscored
    texts: [{{bitext: {{format: tsv_pairs, {columns}, path: {tmp_path}/text.tsv}}}}]
"""
    )
    return ["--config", str(tmp_path / "config.yaml")]


def test_links_scores_and_page(tmp_path, encoder_folder, capsys):
    gold = "a b c\taa bb cc\t0-0 1-1 2-2\nb d\tdd bb\t0-1 1-0\n"
    main(["align_words", *write_config(tmp_path, encoder_folder, gold)])
    out = tmp_path / "out"
    assert (out / "MANIFEST.json").exists()
    assert (out / "scored" / "words.txt").read_text() == "a b c ||| aa bb cc\nb d ||| dd bb\n"
    links = (out / "scored" / "fast_align.intersect.txt").read_text()
    assert links == "0-0 1-1 2-2\n0-1 1-0\n"
    rows = json.loads((out / "scores.json").read_text())
    scored = {(r["aligner"], r["variant"]): r for r in rows if r["set"] == "scored"}
    assert set(scored) == {
        ("fast_align", "intersect"),
        ("fast_align", "union"),
        ("tiny", "layer-1"),
        ("tiny", "layer-2"),
    }
    best = scored["fast_align", "intersect"]
    assert (best["aer"], best["precision"], best["recall"], best["learned_from"]) == (0, 1, 1, 302)
    for name in ("fast_align.union", "tiny.layer-2"):
        lines = (out / "unscored" / f"{name}.txt").read_text().splitlines()
        assert len(lines) == 300
    counts = json.loads((out / "counts.json").read_text())
    assert counts["scored"] == {"pairs_of_texts": 300, "pairs_of_gold": 2}
    page = (out / "report.html").read_text()
    assert "Alignment error rate" in page
    assert "data:image/png" in page
    assert "intersect" in capsys.readouterr().out


def test_a_broken_gold_file_is_named_and_nothing_is_written(tmp_path, encoder_folder):
    arguments = write_config(tmp_path, encoder_folder, "a b\taa\t0-7\n")
    with pytest.raises(SystemExit, match=r"gold\.tsv:1: bad_link"):
        main(["align_words", *arguments])
    assert not (tmp_path / "out").exists()


def with_records(tmp_path, encoder_folder, **changes) -> list[str]:
    arguments = write_config(tmp_path, encoder_folder, "a b c\taa bb cc\t0-0 1-1 2-2\n")
    records = {"aligner": "fast_align", "max_words": 5, "shards": 2} | changes
    return [*arguments, "--set", f"records={json.dumps(records)}"]


@pytest.mark.parametrize("variant", ["intersect", "union"])
def test_links_of_texts_become_records(tmp_path, encoder_folder, variant):
    main(["align_words", *with_records(tmp_path, encoder_folder, variant=variant)])
    by_key = shards(str(tmp_path / "out"), "aligned_pairs")
    assert {key: len(paths) for key, paths in by_key.items()} == {"qaa-qab": 2}
    found = [example.deserialize(r) for path in by_key["qaa-qab"] for r in tfrecord.read(path)]
    counts = json.loads((tmp_path / "out" / "counts.json").read_text())["records"]
    short = [pair for pair in constructed_pairs(count=300, words=16) if len(pair[0]) <= 5]
    assert len(found) == len(short) == counts["recorded_pairs"]
    assert counts["recorded_pairs"] + counts["too_many_words_for_a_record"] == 300
    words = (tmp_path / "out" / "unscored" / "words.txt").read_text().splitlines()
    # constructed words are their translations doubled, so that a right link is seen
    right = 0
    for record in found:
        source, target = record["source"].split(), record["target"].split()
        links = [tuple(map(int, link.split("-"))) for link in record["links"].split()]
        assert len({i for i, _ in links}) == len({j for _, j in links}) == len(links)
        assert f"{' '.join(source)} ||| {' '.join(target)}" in words
        right += sum(2 * source[i] == target[j] for i, j in links)
    assert right >= 0.9 * counts["recorded_links"] > 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"aligner": "other"}, "expected one of fast_align, tiny, got 'other'"),
        ({"variant": "grow-diag"}, "fast_align does not produce 'grow-diag'"),
        ({"aligner": "tiny", "variant": "intersect"}, "tiny does not produce 'intersect'"),
    ],
)
def test_records_of_what_is_not_there_are_rejected(
    tmp_path, encoder_folder, capsys, changes, message
):
    with pytest.raises(SystemExit):
        main(["align_words", *with_records(tmp_path, encoder_folder, **changes)])
    assert message in capsys.readouterr().err


def test_an_encoder_is_loaded_once_for_all_sets(tmp_path, encoder_folder, monkeypatch):
    loaded = []
    whole = encoder_folders.load_encoder

    def counting(path, **options):
        loaded.append(path)
        return whole(path, **options)

    monkeypatch.setattr(encoder_folders, "load_encoder", counting)
    main(["align_words", *write_config(tmp_path, encoder_folder, "a b c\taa bb cc\t0-0 1-1 2-2\n")])
    assert loaded == [encoder_folder]
