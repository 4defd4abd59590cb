"""The command line that the step benchmarks share."""

import argparse


def step_parser(description: str | None, steps: int) -> argparse.ArgumentParser:
    """Steps a run, rounds and threads; a benchmark adds its sizes."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    return parser
