"""A run that keeps nothing fails, says why, and leaves what was there before."""

import json
import logging
from pathlib import Path

import pytest

from beam_pipelines.reports.counts import EmptyResultError, refuse_empty_result


def plain(path, **values):
    return {"format": "plain_text", "path": path, "language": "sw"} | values


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", "", r"a\.txt: expected text, found a file of 0 bytes"),
        ("a.txt", " \n\n", "no sentences left: the input is empty"),
        ("a.txt.gz", "", "no sentences left: the input is empty"),
        ("a.txt", b"m\xff\nb\xfe\n", r"2 of 2 rejected for not_utf8, such as .*a\.txt:[12]: '"),
        ("a.txt", "мбузи\n".encode("utf-16-le"), r"1 of 1 .* utf16_without_bom.* iconv"),
        ("a.tar", b"PK\x03\x04", r"a\.tar: expected a corpus, .* found a zip archive"),
    ],
)
def test_a_corpus_without_text(run_monolingual, write, tmp_path, name, data, said):
    data = data if isinstance(data, bytes) else data.encode()
    path = write(name, data)
    with pytest.raises(SystemExit, match=said):
        run_monolingual({"corpora": [plain(path)], "segment_pairs": None})
    assert not Path(tmp_path / "out").exists()
    assert not list(tmp_path.glob("out.*.tmp"))


@pytest.mark.parametrize("flags", [[], ["--direct_running_mode=multi_processing"]])
def test_a_refused_file_is_one_line(run_monolingual, write, capfd, flags):
    path = write("a.tar", b"PK\x03\x04")
    with pytest.raises(SystemExit) as caught:
        run_monolingual({"corpora": [plain(path)], "segment_pairs": None}, *flags)
    assert str(caught.value).count("\n") == 0
    assert str(caught.value).endswith("use the resulting files")
    if not flags:
        assert "Traceback" not in capfd.readouterr().err


def test_filters_that_leave_nothing(run_monolingual, write):
    settings = {
        "corpora": [plain(write("a.txt", "Moja mbili.\nTatu nne.\n"))],
        "filters": [{"kind": "words", "min": 5}],
    }
    with pytest.raises(
        SystemExit, match="no sentences left: 2 of 2 rejected for too_few_words, such as"
    ):
        run_monolingual(settings)


def test_a_wrong_key_is_an_error_among_other_corpora(run_monolingual, write):
    rows = write("a.jsonl", '{"body": "Moja."}\n')
    corpora = [plain(write("b.txt", "Mbili.\n")), plain(rows, format="jsonl")]
    with pytest.raises(SystemExit, match=r"a\.jsonl: no line has the key 'text'.*'body'"):
        run_monolingual({"corpora": corpora})


def test_pairs_of_which_none_is_left(run_bitext, write):
    corpus = {
        "format": "moses", "source": write("a", "one\n"), "target": write("b", "\n"),
        "source_language": "en", "target_language": "sw",
    }  # fmt: skip
    with pytest.raises(SystemExit, match=r"no pairs left: 1 of 1 rejected for target\.empty"):
        run_bitext({"corpora": [corpus]})


def test_words_that_are_all_rare(run_count_words, run_monolingual, write):
    records = run_monolingual({"corpora": [plain(write("a.txt", "Moja mbili."))]}, name="records")
    settings = {"records": [records], "min_count": 9}
    with pytest.raises(SystemExit, match=r"no distinct words left: 3 of 3 .* rare_distinct_words"):
        run_count_words(settings)


def test_one_language_of_several_is_a_warning(tmp_path, caplog):
    counts = {
        "en": {"kept": {"sentences": 3}},
        "sw": {"read": {"sentences": 2}, "dropped": {"script": 2}},
    }
    (tmp_path / "counts.json").write_text(json.dumps(counts))
    with caplog.at_level(logging.WARNING):
        refuse_empty_result(str(tmp_path), "sentences")
    assert caplog.messages == ["sw: no sentences left: 2 of 2 rejected for script"]
    del counts["en"]
    (tmp_path / "counts.json").write_text(json.dumps(counts))
    with pytest.raises(EmptyResultError):
        refuse_empty_result(str(tmp_path), "sentences")
