"""Puts every probe to an encoder; publishes scores.json and a page."""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

from tfmling import config, files
from tfmling.pages import Figure, Table, write_page
from tfmling.probes.folder_encoder import FolderEncoder
from tfmling.probes.probe import Probe, Row
from tfmling.probes.settings import ProbeEncoder


def run_probes(settings: ProbeEncoder) -> None:
    """Reads all data, asks, publishes.

    Raises:
        CorpusError: what cannot be used of the data, before the encoder is loaded.
    """
    data = {probe.name: probe.read() for probe in settings.probes}
    encoder = FolderEncoder(settings.encoder, settings.max_length, settings.batch_size)
    found = {}
    for number, probe in enumerate(settings.probes, start=1):
        began = time.monotonic()
        found[probe.name] = probe.run(encoder, data.pop(probe.name))
        seconds = time.monotonic() - began
        print(f"[{number}/{len(settings.probes)}] {probe.name}: {seconds:.0f} s", file=sys.stderr)
    scores = {probe.name: probe.nested(found[probe.name]) for probe in settings.probes}
    with files.publish_folder(settings.output) as folder:
        files.write_text(files.join(folder, "scores.json"), json.dumps(scores, indent=2) + "\n")
        write_page(
            files.join(folder, "report.html"),
            title="Probes",
            subtitle=settings.encoder,
            sections=list(sections(settings.probes, found)),
        )
        files.write_text(files.join(folder, "config.yaml"), config.dump(settings))


def sections(
    probes: Sequence[Probe], found: Mapping[str, Sequence[Row]]
) -> Iterator[Figure | Table]:
    """A picture and tables for each probe.

    Args:
        probes: in the order of the page.
        found: the table of each.
    """
    for probe in probes:
        rows = found[probe.name]
        yield Figure(probe.name.replace("_", " "), probe.draw(rows))
        yield from probe.tables(rows)
