"""A pytest plugin: the names that the examples of docstrings use."""

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _example_names(request, tmp_path, monkeypatch):
    """Gives an example `np`, and `folder`: a new folder, which is the working directory too."""
    if isinstance(request.node, pytest.DoctestItem):
        monkeypatch.chdir(tmp_path)
        request.getfixturevalue("doctest_namespace").update(np=np, folder=str(tmp_path))
