"""The lines that documents show for an exported model, run 1,000 times: they do not leak."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tfmling.evaluation.card_uses import USES

ROOT = Path(__file__).parents[2]
DOCUMENTS = {
    "docs/export.md": (ROOT / "docs/export.md").read_text(encoding="utf-8"),
    "README.md": (ROOT / "README.md").read_text(encoding="utf-8"),
    "model card": USES["tfhub"].code,
}
LIMIT_MB = 40  # one trace more would be some 10

RUN = """
import psutil, sys
{setup}
for number in range(20):
    {line}
process, counted = psutil.Process(), model.__call__.experimental_get_tracing_count()
before = process.memory_info().rss
for number in range(1000, 2000):
    {line}
print((process.memory_info().rss - before) / 1e6)
print(model.__call__.experimental_get_tracing_count() - counted)
"""


def documented(text):
    """The Python block of a document with an exported model: imports, its loading, its call.

    The texts of the call get a number, so that every call has texts of its own.
    """
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    block = next(block for block in blocks if "import tensorflow as tf" in block).splitlines()
    imports = [line for line in block if line.startswith("import ")]
    (load,) = [line for line in block if "load(" in line]
    (call,) = [line for line in block if line.startswith("vectors = ")]
    return imports, load, re.sub(r'"([^"]*)"', r'f"\1 {number}"', call)


def measured(imports, load, call, exported, tmp_path):
    """MB more and traces more after 1,000 calls in a clean process."""
    name = load.partition(" = ")[0]
    load = re.sub(r'"[^"]*sentence_encoder"', repr(f"{exported}/sentence_encoder"), load)
    setup = "\n".join([*imports, load, f"model = {name}"])
    done = subprocess.run(
        [sys.executable, "-P", "-c", RUN.format(setup=setup, line=call)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": "", "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    more, traces = done.stdout.split()
    return float(more), int(traces)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_documented_line_does_not_leak(document, exported, tmp_path):
    imports, load, call = documented(DOCUMENTS[document])
    assert "tf.constant([" in call
    more, traces = measured(imports, load, call, exported, tmp_path)
    assert traces == 0
    assert more < LIMIT_MB


def test_encode_takes_lists_of_any_length(exported, tmp_path):
    imports, load, _ = documented(DOCUMENTS["docs/export.md"])
    call = "embed.encode([str(number)] * (1 + number % 9))"
    more, traces = measured(imports, load, call, exported, tmp_path)
    assert traces == 0
    assert more < LIMIT_MB
