import pytest

from tfmling.cli.main import main
from tfmling.core import files

CONFIG = "configs/construct_corpus.yaml"
SMALL = ["sentences_a=30", "sentences_b=20", "train_pairs=10", "test_pairs=6", "contrasts=2"]


def run(output, *overrides):
    assignments = [f"output={output}", *SMALL, "queries=2", *overrides]
    main(["construct_corpus", "--config", CONFIG, *(x for a in assignments for x in ("--set", a))])


def test_writes_all_texts_and_the_settings(tmp_path):
    run(tmp_path / "corpus")
    assert {path.name for path in (tmp_path / "corpus").iterdir()} == {
        *("a.txt", "b.txt", "train.a", "train.b", "test.a", "test.b", "queries.txt"),
        *("contrasts.a", "contrasts.b"),
        *("config.yaml", "MANIFEST.json"),
    }
    assert len((tmp_path / "corpus/train.b").read_text().splitlines()) == 10
    assert "test_pairs: 6" in (tmp_path / "corpus/config.yaml").read_text()


def test_a_failure_leaves_the_old_folder(tmp_path, monkeypatch):
    run(tmp_path / "corpus")
    before = (tmp_path / "corpus/a.txt").read_text()

    def fail(path, text):
        raise OSError("disk full")

    monkeypatch.setattr(files, "write_text", fail)
    with pytest.raises(SystemExit, match="disk full"):
        run(tmp_path / "corpus", "seed=2")
    assert (tmp_path / "corpus/a.txt").read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]


def test_a_wrong_key_ends_with_status_2(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        run(tmp_path / "corpus", "train_pair=3")
    assert caught.value.code == 2
    assert "did you mean 'train_pairs'" in capsys.readouterr().err
