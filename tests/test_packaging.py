"""Pipelines run from the sdist alone, without TensorFlow, as on Beam's workers."""

import json
import os
import subprocess
import tarfile

import pytest

PAIRS = "Hello world, how are you?\tHabari ya dunia, hujambo?\nA short line\tMstari mfupi\n"
CONFIG = """
output: out
corpora:
  - {format: tsv_pairs, source_language: en, target_language: swh, path: pairs.tsv}
num_shards: 2
"""


@pytest.mark.slow
def test_sdist_holds_modules_and_their_data(sdist, project_root):
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    packages = ("tfmling", "beam_pipelines", "export")
    suffixes = {".py", ".j2", ".json", ".yaml"}
    needed = {
        str(path.relative_to(project_root))
        for package in packages
        for path in (project_root / package).rglob("*")
        if path.suffix in suffixes or path.name == "py.typed"
    }
    assert needed <= held
    assert any(name.endswith(".j2") for name in needed)
    extra = {name.partition("/")[0] for name in held if "/" in name}
    assert extra <= {*packages, "tfmling.egg-info"}


@pytest.mark.slow
def test_a_worker_needs_the_sdist_and_beam_only(clean_python, tmp_path):
    python = clean_python
    (tmp_path / "pairs.tsv").write_text(PAIRS, encoding="utf-8")
    (tmp_path / "build.yaml").write_text(CONFIG, encoding="utf-8")
    command = [python, "-m", "tfmling", "build_bitext", "--config", "build.yaml"]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    counts = json.loads((tmp_path / "out" / "counts.json").read_text(encoding="utf-8"))
    assert counts["en-sw"]["kept"]["pairs"] == 2
    heavy = subprocess.run([python, "-c", "import tensorflow"], capture_output=True)
    assert heavy.returncode != 0  # so the pipeline has not needed it
