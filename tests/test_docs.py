"""The documentation: links lead somewhere, and commands and files that it names exist."""

import re
from pathlib import Path

import pytest

from tfmling.core.commands import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
README, CHANGES = ROOT / "README.md", ROOT / "CHANGELOG.md"
COMMENTED = [*PAGES, *sorted((ROOT / "configs").rglob("*.yaml"))]


def anchors(page):
    """The anchors of headings as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if link.startswith("http"):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", COMMENTED, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_configs_exist(page):
    text = page.read_text(encoding="utf-8")
    for command in re.findall(r"\btfmling ([a-z]\w+)(?= (?:--|configs/|runs/)|`)", text):
        assert command in COMMANDS, command
    for config in re.findall(r"\bconfigs/[\w/]+\.yaml", text):
        assert (ROOT / config).exists(), config


def test_readme_and_docs_name_every_command_and_no_other():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES if page != CHANGES)
    for command in COMMANDS:
        assert re.search(rf"(`|tfmling ){command}\b", text), command
    table = README.read_text(encoding="utf-8").partition("| you want to |")[2]
    for row in re.findall(r"^\| (?!-).*$", table, re.MULTILINE):
        for command in re.findall(r"`(?:tfmling )?(\w+)", row.split(" | ")[1]):
            assert command in COMMANDS, command


def test_a_page_names_no_module_as_a_command():
    for page in COMMENTED:
        assert not re.search(r"python -m (tfmling|beam_pipelines|export)\.", page.read_text()), page
