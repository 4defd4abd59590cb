"""Sphinx: README, guides, the Python API from docstrings, and the keys of every command.

`make docs` runs it on the root of the repository, so that links are the same as in the files.
"""

import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx

import tfmling
from tfmling.cli.keys import Section, sections
from tfmling.core.commands import COMMANDS, GROUPS, load

project = "tfmling"
version = release = tfmling.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "README"
include_patterns = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**"]
html_theme = "furo"
html_title = "tfmling"
default_role = "code"  # docstrings quote code with single backticks
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
napoleon_google_docstring = True
napoleon_use_rtype = False
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # README has no heading between the first and the second level

GUIDES = {
    "Start": ["add_a_language", "clean_and_mine", "study_encoders"],
    "Use": ["command_line", "api", "glossary"],
    "Corpora": ["cleaning", "mining", "formats", "dataflow"],
    "Encoders": ["extension", "tokenizers", "training", "tpu", "export"],
    "Questions": ["tagging", "probes", "studies", "recipes"],
    "Results": [
        "results",
        "results_corpora",
        "results_encoders",
        "benchmarks",
        "benchmarks_corpora",
    ],
    "Behind it": ["architecture", "outputs", "guarantees", "security"],
}


def write_reference(app: Sphinx) -> None:
    """Write the pages that are derived from code: the API, and the keys of each command."""
    folder = Path(app.srcdir, "docs", "reference")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    names = "\n".join(
        f".. autoclass:: tfmling.{name}\n   :members:\n"
        if name[0].isupper()
        else f".. autofunction:: tfmling.{name}\n"
        for name in tfmling.__all__
    )
    (folder / "api.md").write_text(f"# Python reference\n\n```{{eval-rst}}\n{names}```\n")
    for group in GROUPS.values():
        for name in group:
            if COMMANDS[name].settings:
                (folder / f"{name}.md").write_text(_page(name), encoding="utf-8")


def _page(name: str) -> str:
    """The keys of a command as Markdown."""
    listed = sections(load(COMMANDS[name].settings))
    lines = [f"# tfmling {name}", "", f"{COMMANDS[name].about.capitalize()}.", ""]
    return "\n".join([*lines, *(line for section in listed for line in _section(section))])


def _section(section: Section) -> list[str]:
    title = ", ".join(filter(None, (section.place, section.selected_by))) or "Keys"
    keys = [
        f"- **{key.name.rpartition('.')[2]}** ({_cell(key.type)}; "
        f"{'required' if key.default is None else f'default: {_cell(key.default)}'})  \n"
        f"  {_cell(key.about)}"
        for key in section.keys
    ]
    return [f"## {title}", "", section.about, "", *keys, ""]


def _cell(text: str) -> str:
    """Quote what Markdown or HTML would interpret, except in code."""
    parts = text.split("`")
    parts[::2] = (re.sub(r"([<*_$\[\]])", r"\\\1", part) for part in parts[::2])
    return "`".join(parts)


def add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    """Append the table of contents to README, which GitHub shows without it."""
    if page != root_doc:
        return
    pages = {group: [f"docs/{name}" for name in names] for group, names in GUIDES.items()}
    for group, commands in GROUPS.items():
        names = [f"docs/reference/{name}" for name in commands if COMMANDS[name].settings]
        if names:
            pages[f"Keys: {group}"] = names
    pages["Reference"] = ["docs/reference/api", "CONTRIBUTING", "CHANGELOG"]
    source[0] += "".join(
        f"\n\n```{{toctree}}\n:hidden:\n:caption: {group}\n\n" + "\n".join(names) + "\n```"
        for group, names in pages.items()
    )


def copy_first_page(app: Sphinx, error: Exception | None) -> None:
    """Make README the page that a browser opens first."""
    if error is None:
        shutil.copy(Path(app.outdir, f"{root_doc}.html"), Path(app.outdir, "index.html"))


def setup(app: Sphinx) -> None:
    """Connect the functions above."""
    app.connect("builder-inited", write_reference)
    app.connect("source-read", add_contents)
    app.connect("build-finished", copy_first_page)
