"""Asks an encoder what it knows of languages: word retrieval, zero-shot transfer, similarity …

    python -m tfmling.probe --config configs/probe.yaml
    python -m tfmling.probe --config configs/probe.yaml --set encoder=runs/swahili/masked_lm

Writes scores.json, counts.json, report.html and config.yaml.
"""

from collections.abc import Sequence

from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.probes.settings import ProbeEncoder


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, asks, publishes."""
    settings, _ = parse_command_line(ProbeEncoder, __doc__, arguments)
    from tfmling.probes.run_probes import run_probes  # TensorFlow only now

    run_probes(settings)


if __name__ == "__main__":
    main()
