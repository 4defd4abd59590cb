import gzip
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from beam_pipelines.settings import BuildMonolingual
from tfmling.core import config

FILTERS = [{"kind": "characters", "min": 3}, {"kind": "script"}]


def plain_text(path, language="swh", **values):
    return {"format": "plain_text", "path": path, "language": language} | values


@pytest.fixture
def small(write):
    """Two Swahili files that share a sentence, and an Amharic one."""
    first = write("1.txt.gz", "Habari ya leo?  Nzuri sana.\nA.\n\nሰላም ነው።\n")
    second = write("2.txt", "Asante sana.\nHabari ya leo?\n")
    third = write("3.jsonl", '{"text": "ሰላም ነው። ደህና ነኝ።"}\n{"text": 3}\n')
    return {
        "corpora": [
            plain_text(first),
            plain_text(second, "swa"),
            {"format": "jsonl", "path": third, "language": "amh"},
        ],
        "filters": FILTERS,
        "num_shards": 3,
    }


def test_sentences_by_language_without_repetitions(run_monolingual, read_records, small):
    output = run_monolingual(small)
    records = read_records(output, "sentences")
    texts = {key: sorted(r["text"] for r in rows) for key, rows in records.items()}
    assert texts == {
        "am": ["ሰላም ነው።", "ደህና ነኝ።"],
        "sw": ["Asante sana.", "Habari ya leo?", "Nzuri sana."],
    }
    assert {r["language"] for r in records["sw"]} == {"sw"}


def test_every_drop_has_a_reason_a_count_and_a_sample(
    run_monolingual, read_counts, read_rejected, small
):
    output = run_monolingual(small)
    counts = read_counts(output)
    assert counts["sw"]["read"] == {"characters": 30 + 6 + 26, "documents": 3, "sentences": 6}
    assert counts["sw"]["dropped"] == {"duplicate": 1, "script": 1, "too_few_characters": 1}
    assert counts["sw"]["kept"]["sentences"] == 3
    assert counts["am"]["unusable"] == {"no_text": 1}
    samples = {(r["reason"], Path(r["location"]).name, r["excerpt"]) for r in read_rejected(output)}
    assert samples == {
        ("duplicate", "2.txt:2", "Habari ya leo?"),
        ("script", "1.txt.gz:4", "ሰላም ነው።"),
        ("too_few_characters", "1.txt.gz:2", "A."),
        ("no_text", "3.jsonl:2", '{"text": 3}'),
    }


def test_the_folder_is_complete_and_carries_its_settings(run_monolingual, small):
    output = Path(run_monolingual(small))
    names = sorted(file.name for file in (output / "sentences").iterdir())
    assert names == [f"{key}-0000{i}-of-00003.tfrecord" for key in ("am", "sw") for i in range(3)]
    assert (output / "MANIFEST.json").exists()
    values = yaml.safe_load((output / "config.yaml").read_text())
    assert config.build(BuildMonolingual, values, "config.yaml").num_shards == 3


def documents(count):
    return "\n\n".join("\n".join(f"Hati {d} sentensi {s}." for s in range(9)) for d in range(count))


def test_segment_pairs_are_true_to_their_documents(run_monolingual, read_records, write):
    corpus = plain_text(write("a.txt", documents(40)))
    settings = {"corpora": [corpus], "segment_pairs": {"max_characters": 60}, "num_shards": 2}
    pairs = read_records(run_monolingual(settings), "segment_pairs")["sw"]

    def place(sentence):
        _, document, _, number = sentence.strip(".").split()
        return int(document), int(number)

    for pair in pairs:
        last, first = pair["first"].split(". ")[-1], pair["second"].split(". ")[0]
        (document, number), follower = place(last), place(first)
        assert pair["is_next"] == (follower == (document, number + 1))
        assert pair["is_next"] or follower[0] != document
    assert len(pairs) > 60
    assert 0.3 < sum(pair["is_next"] for pair in pairs) / len(pairs) < 0.7


def test_neither_order_nor_retries_change_a_byte(run_monolingual, contents, write):
    corpora = [plain_text(write(f"{i}.txt", documents(20 + i))) for i in range(3)]
    settings = {"corpora": corpora, "num_shards": 2, "rejected_samples": 5}
    expected = contents(run_monolingual(settings, name="a"))
    backwards = settings | {"corpora": corpora[::-1]}
    assert contents(run_monolingual(backwards, name="b")) == expected
    retried = run_monolingual(settings, "--direct_runner_bundle_repeat=1", name="c")
    assert contents(retried) == expected
    assert len(expected) == 2 + 2 + 3


def test_the_seed_changes_segment_pairs_only(run_monolingual, contents, write):
    settings = {"corpora": [plain_text(write("a.txt", documents(20)))]}
    one = contents(run_monolingual(settings | {"segment_pairs": {"seed": 1}}, name="a"))
    two = contents(run_monolingual(settings | {"segment_pairs": {"seed": 2}}, name="b"))
    differing = {name.partition("/")[0] for name in one if one[name] != two[name]}
    assert differing <= {"segment_pairs", "counts.json"}
    assert "segment_pairs" in differing


def test_segment_pairs_can_be_left_out(run_monolingual, small):
    output = Path(run_monolingual(small | {"segment_pairs": None}))
    assert not (output / "segment_pairs").exists()


def test_damaged_files_cost_only_what_is_damaged(
    run_monolingual, read_records, read_counts, write, tmp_path
):
    text = "".join(f"Mstari wa {i}.\n" for i in range(3000))
    whole = gzip.compress(text.encode())
    truncated = tmp_path / "truncated.txt.gz"
    truncated.write_bytes(whole[: len(whole) // 2])
    long = write("long.txt.gz", "Kabla ya mstari.\n" + "x" * 50_000_000 + "\nBaada ya mstari.\n")
    latin = write("latin.txt", "Nzuri sana.\nna\xefve\nMbaya sana.\n".encode("latin-1"))
    corpora = [plain_text(path, document_break="line") for path in (str(truncated), long, latin)]
    output = run_monolingual({"corpora": corpora, "segment_pairs": None})
    counts = read_counts(output)["sw"]
    assert counts["unusable"] == {"line_too_long": 1, "not_utf8": 1, "truncated_gzip": 1}
    texts = {record["text"] for record in read_records(output, "sentences")["sw"]}
    assert {"Kabla ya mstari.", "Baada ya mstari.", "Nzuri sana.", "Mbaya sana."} <= texts
    assert {f"Mstari wa {i}." for i in range(500)} <= texts


def test_a_failing_run_leaves_nothing(run_monolingual, write, tmp_path):
    corpus = {"format": "tsv", "path": write("a.tsv", "en\tswa\n"), "language": "sw"}
    settings = {"corpora": [corpus | {"header": True, "column": "sw"}]}
    with pytest.raises(SystemExit, match=r"a\.tsv:1: no column 'sw'"):
        run_monolingual(settings)
    assert not list(tmp_path.glob("out*/"))


def test_beam_needs_no_tensorflow(write, tmp_path):
    settings = {"output": str(tmp_path / "out"), "corpora": [plain_text(write("a.txt", "Moja."))]}
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(settings))
    code = (
        "import sys; from tfmling.cli.main import main; "
        f"main(['build_monolingual', '--config', {str(tmp_path / 'a.yaml')!r}]); "
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_a_wrong_key_is_answered_without_beam(write, tmp_path):
    (tmp_path / "a.yaml").write_text("output: x\ncorpora: []\nfilter: []\n")
    code = (
        "import sys; from tfmling.cli.main import main\n"
        f"try: main(['build_monolingual', '--config', {str(tmp_path / 'a.yaml')!r}])\n"
        "except SystemExit as e: assert e.code == 2; assert 'apache_beam' not in sys.modules\n"
        "else: raise AssertionError"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "did you mean 'filters'" in done.stderr


@pytest.mark.slow
def test_worker_processes_write_the_same_bytes(run_monolingual, contents, shared_data):
    corpora = [
        plain_text(f"{shared_data}/ted/{name}.txt.gz", language, join_lines=True)
        for name, language in (("Swahili", "sw"), ("Amharic", "am"), ("Uyghur", "ug"))
    ]
    settings = {"corpora": corpora, "filters": FILTERS}
    expected = contents(run_monolingual(settings, name="a"))
    workers = ("--direct_running_mode=multi_processing", "--direct_num_workers=2")
    assert contents(run_monolingual(settings, *workers, name="b")) == expected


def test_wrong_decodings_are_mended_if_asked(run_monolingual, read_records, write):
    corpus = plain_text(write("a.txt", "naÃ¯ve rafiki\n"))
    texts = {
        fix: read_records(
            run_monolingual({"corpora": [corpus], "fix_mojibake": fix}, name=name), "sentences"
        )
        for fix, name in ((False, "a"), (True, "b"))
    }
    found = {fix: [r["text"] for r in rows["sw"]] for fix, rows in texts.items()}
    assert found == {False: ["naÃ¯ve rafiki"], True: ["naïve rafiki"]}


def test_what_a_filter_does_not_know_is_counted(run_monolingual, read_counts, write):
    corpus = plain_text(write("a.txt", "Nanga def? Maa ngi fi.\n"), language="wol")
    language = {"kind": "language", "identifier": {"kind": "py3langid"}}
    counts = read_counts(run_monolingual({"corpora": [corpus], "filters": [language]}))["wo"]
    assert counts["not_judged"] == {"unknown_to_py3langid": 2}
    assert counts["kept"]["sentences"] == 2
