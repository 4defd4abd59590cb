"""`--quiet` prints the output's path alone, `--json` one object."""

import json

import pytest

from tfmling.cli.main import main


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sizes = {"sentences_a": 20, "sentences_b": 20, "train_pairs": 20, "test_pairs": 10}
    sizes |= {"contrasts": 5}
    flags = [word for key, value in sizes.items() for word in (f"--{key}", str(value))]
    return ["construct_corpus", "--output", "corpus", *flags]


def test_quiet(command, capsys):
    main(command)
    everything = capsys.readouterr()
    assert everything.out + everything.err != "corpus\n"
    main([*command, "--quiet"])
    assert tuple(capsys.readouterr()) == ("corpus\n", "")


def test_json(command, capsys):
    main([*command, "--json"])
    result = json.loads(capsys.readouterr().out)
    assert (result["command"], result["output"]) == ("construct_corpus", "corpus")
    assert result["seconds"] >= 0


def test_json_has_the_scores(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sw.tsv").write_text("maji\t9\n")
    flags = ["--base", "{kind: empty, lowercase: true}", "--word_counts", "sw.tsv"]
    main(["extend_vocab", "--output", "out", *flags, "--learner", "{kind: bpe}", "--json"])
    assert "sw" in json.dumps(json.loads(capsys.readouterr().out)["fertility"])


def test_errors_are_printed_in_any_case(command, capsys):
    (main(command), capsys.readouterr())
    with pytest.raises(SystemExit) as caught:
        main(["train_tagger", "--output", "corpus", "--quiet"])
    assert caught.value.code == 2
    assert "command line: encoder: this key is required" in capsys.readouterr().err


def test_quiet_recipes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    sizes = "sentences_a: 20, sentences_b: 20, train_pairs: 20, test_pairs: 10, contrasts: 5"
    stage = f"{{name: corpus, command: construct_corpus, config: {{{sizes}}}}}"
    (tmp_path / "a.yaml").write_text(f"output: runs\nstages: [{stage}]\n")
    main(["run", "a.yaml", "--quiet"])
    assert capsys.readouterr().out == "runs\n"
