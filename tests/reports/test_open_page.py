"""`tfmling report` finds the page of an output."""

from pathlib import Path

import pytest

from tfmling.cli.main import main


def write(path):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text("<p>")


def test_the_report_is_preferred(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write("runs/curve.html")
    write("runs/report.html")
    main(["report", "runs"])
    main(["report", "runs/curve.html"])
    assert capsys.readouterr().out == "runs/report.html\nruns/curve.html\n"


def test_without_a_page_it_says_what_is_there(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write("runs/scores/scores.html")
    for path, said in (("runs", "found scores; did you mean runs/scores?"), ("no", "no such fol")):
        with pytest.raises(SystemExit) as caught:
            main(["report", path])
        assert caught.value.code in (1, 2)
        assert said in capsys.readouterr().err
