"""Three replicas train a tagger as one does; 16 rows in batches of 6, so that some are empty."""

import json
import subprocess
import sys

import numpy as np
import pytest

MODULE = "tests.tagging.replicas_check"


def trained(project_root, folder, replicas: int) -> dict:
    folder.mkdir()
    command = [sys.executable, "-m", MODULE, str(replicas), str(folder)]
    found = subprocess.run(command, cwd=project_root, capture_output=True, text=True, timeout=300)
    assert found.returncode == 0, found.stderr[-2000:]
    return json.loads(found.stdout.splitlines()[-1])


@pytest.mark.slow
def test_three_replicas_train_as_one(project_root, tmp_path):
    one = trained(project_root, tmp_path / "one", 1)
    three = trained(project_root, tmp_path / "three", 3)
    assert one["epoch"] == three["epoch"] == 2
    np.testing.assert_allclose(three["losses"], one["losses"], rtol=1e-4)
    np.testing.assert_allclose(three["weights"], one["weights"], rtol=1e-4, atol=1e-5)
