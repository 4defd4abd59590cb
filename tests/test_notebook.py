"""The notebook runs from top to bottom, and its encoder learns the language."""

import json
from pathlib import Path

NOTEBOOK = Path(__file__).parents[1] / "examples" / "add_a_language.ipynb"


def test_the_notebook_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    names = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            exec("".join(cell["source"]), names)
    for direction, scores in names["after"].items():
        assert names["before"][direction]["p_at_1"] < 0.2
        assert scores["p_at_1"] > 0.8
