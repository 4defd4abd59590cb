"""The tests that docs/guarantees.md and docs/security.md name exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("page", ["docs/guarantees.md", "docs/security.md"])
def test_each_named_test_exists(page):
    named = set(re.findall(r"tests/[\w/.]+\w", (ROOT / page).read_text(encoding="utf-8")))
    assert len(named) > 5
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
