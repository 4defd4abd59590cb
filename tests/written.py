"""Outputs that tests write by hand."""

from tfmling.core import manifest


def finish_output(folder: str, command: str = "build_monolingual") -> None:
    """Says that everything in a folder is there, as the command that writes such folders does."""
    manifest.write_manifest(folder, command=command)
