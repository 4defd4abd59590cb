"""A pytest plugin: the names that the examples of docstrings use."""

import re

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _example_names(request, tmp_path, monkeypatch):
    """Defines `np`; `folder`, a new folder and the working directory; and `encoder`.

    `encoder` has the letters a to p as pieces, 2 layers of width 16 and 32 positions.
    """
    if not isinstance(request.node, pytest.DoctestItem):
        return
    monkeypatch.chdir(tmp_path)
    names = {"np": np, "folder": str(tmp_path)}
    sources = "".join(example.source for example in request.node.dtest.examples)
    if re.search(r"\bencoder\b(?! =)", sources) and "encoder = " not in sources:
        from tests.tiny import tiny_encoder

        names["encoder"] = tiny_encoder()
    request.getfixturevalue("doctest_namespace").update(names)
