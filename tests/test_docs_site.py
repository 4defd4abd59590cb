"""The site of the documentation builds without a warning: links, docstrings, keys of commands."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_site_builds_without_warnings(tmp_path):
    pytest.importorskip("sphinx", reason="make docs installs it")
    source = tmp_path / "source"
    source.mkdir()
    for page in ROOT.glob("*.md"):
        shutil.copy(page, source)
    for folder in ("docs", "configs", "examples"):
        shutil.copytree(ROOT / folder, source / folder)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    done = subprocess.run(
        [*command, "-c", source / "docs", source, tmp_path / "site"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "docs/reference/train.html" in first
    page = (tmp_path / "site" / "docs" / "reference" / "train.html").read_text(encoding="utf-8")
    assert "Updates of the weights." in page
