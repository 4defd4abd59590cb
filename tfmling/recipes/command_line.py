"""The command line of what runs stages: one YAML file, and overrides of its keys."""

import argparse


def build_parser(program: str, description: str | None, what: str) -> argparse.ArgumentParser:
    """Takes a file, named `what`, and any number of `--set KEY=VALUE`."""
    parser = argparse.ArgumentParser(
        prog=program,
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(what, help=f"a {what} in YAML")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override one key (variables.data=corpora), may be repeated",
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="let stages replace outputs that other commands of tfmling wrote",
    )
    return parser
