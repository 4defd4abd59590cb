"""Run all probes on an encoder; publish scores.json, counts.json and a page."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence

from tfmling.core import files, outputs
from tfmling.probes.folder_encoder import FolderEncoder
from tfmling.probes.probe import Probe, Row
from tfmling.probes.settings import ProbeEncoder
from tfmling.probes.trained_probe import TrainedProbe
from tfmling.reports import Plot, Table, write_page
from tfmling.reports.sections import Cell


def run_probes(settings: ProbeEncoder) -> None:
    """Read all data, run the probes, publish.

    `lengths.json` has the numbers of sentences and of truncated sentences by probe.

    Raises:
        CorpusError: data cannot be used; raised before the encoder is loaded, except for sentences
            without a piece.
        ConfigError: rows of a training are longer than the encoder's maximum; raised before the
            first probe.
        CacheSizeError: the hidden states of a frozen encoder need too much space.
    """
    data = {probe.name: probe.read() for probe in settings.probes}
    encoder = FolderEncoder(settings.encoder, settings.max_length, settings.batch_size)
    for probe in settings.probes:
        if isinstance(probe, TrainedProbe):
            probe.check(encoder.max_sequence_length)
    found, counts, lengths = {}, {}, {}
    for number, probe in enumerate(settings.probes, start=1):
        began = time.monotonic()
        own = data.pop(probe.name)
        before = encoder.lengths
        found[probe.name], counts[probe.name] = probe.run(encoder, own), probe.counts(own)
        read = {name: number - before[name] for name, number in encoder.lengths.items()}
        if read["read"]:  # probes that train, or whose sentences are cached, embed none
            lengths[probe.name] = read
        seconds = time.monotonic() - began
        print(f"[{number}/{len(settings.probes)}] {probe.name}: {seconds:.0f} s", file=sys.stderr)
    scores = {probe.name: probe.nested(found[probe.name]) for probe in settings.probes}
    with outputs.publish(settings) as folder:
        files.write_json(files.join(folder, "scores.json"), scores)
        files.write_json(files.join(folder, "counts.json"), counts)
        files.write_json(files.join(folder, "lengths.json"), lengths)
        write_page(
            files.join(folder, "report.html"),
            title="Probes",
            subtitle=settings.encoder,
            sections=[*sections(settings.probes, found), _lengths(lengths)],
        )


def _lengths(lengths: Mapping[str, Mapping[str, int]]) -> Table:
    """Tabulate the truncated sentences of each probe."""
    rows: list[list[Cell]] = [
        [name, own["read"], own["truncated"], f"{100 * own['truncated'] / own['read']:.1f} %"]
        for name, own in lengths.items()
    ]
    header = ["probe", "sentences", "truncated", "share"]
    note = "Sentences that an earlier probe embedded are not counted again."
    return Table("Truncated sentences", header, rows, note)


def sections(probes: Sequence[Probe], found: Mapping[str, Sequence[Row]]) -> Iterator[Plot | Table]:
    """Yield a plot and tables for each probe.

    Args:
        probes: in the order of the page.
        found: the rows of each.

    Example:
        >>> from tfmling.probes.isotropy import Isotropy
        >>> _ = open("sw", "w").write("Habari.\\n")
        >>> sentences = [dict(format="plain_text", path="sw", language="sw")]
        >>> probe = Isotropy(kind="isotropy", name="isotropy", sentences=sentences)
        >>> rows = [{"language": "sw", "layer": 1, "mean_cosine": 0.5, "count": 3}]
        >>> plot, table = sections([probe], {"isotropy": rows})
        >>> table.header, table.rows
        (['language', 'layer 1'], [['sw', 0.5]])
    """
    for probe in probes:
        rows = found[probe.name]
        yield Plot(probe.name.replace("_", " "), probe.draw(rows))
        yield from probe.tables(rows)
