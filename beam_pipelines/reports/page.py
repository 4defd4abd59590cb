"""`report.html`: what was read, dropped and kept, with samples of everything that was rejected."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from beam_pipelines.reports import figures, funnel
from beam_pipelines.reports.funnel import Counts
from tfmling.core import files
from tfmling.core.json_values import read_json
from tfmling.reports import Plot, Samples, Table, Text, write_page

_RARE = "Scripts of less than 0.1 % of all letters are left out here and stand in the data card."

Section = Text | Table | Plot | Samples


def write_report(folder: str, title: str) -> None:
    """Writes the page of a folder that has `counts.json` and `rejected.jsonl`."""
    counts = read_json(files.join(folder, "counts.json"))
    with files.open_text(files.join(folder, "rejected.jsonl")) as lines:
        rejected = [json.loads(line) for line in lines]
    unit = funnel.unit_of(counts)
    kept = sum(funnel.number(counts, language, "kept", unit) for language in counts)
    read = sum(funnel.number(counts, language, "read", unit) for language in counts)
    write_page(
        files.join(folder, "report.html"),
        title=title,
        subtitle=f"kept: {kept:,} of {read:,} {unit}; languages: {len(counts):,}",
        sections=[*_counted(counts), *_samples(rejected)],
    )


def _counted(counts: Counts) -> Iterator[Section]:
    if not counts:
        yield Text("Nothing was read", ["The corpora hold no document and no pair."])
        return
    more = f"The {figures.LANGUAGES} largest languages." if len(counts) > figures.LANGUAGES else ""
    yield Plot("From read to kept", figures.funnel(counts), more)
    yield funnel.language_table(counts)
    yield funnel.funnel_table(counts)
    for section, title, note in (
        ("unusable", "Could not be read", "Lines, rows and pages that give no text, by reason."),
        ("not_judged", "Not judged", "What passed a filter that knows nothing of its language."),
        ("licenses", "Licenses", "Documents or pairs, by the license stated for them."),
    ):
        if any(own.get(section) for own in counts.values()):
            yield funnel.other_table(counts, section, title, note)
    if any(own.get("kept_lengths") for own in counts.values()):
        note = "Of pairs, both sides are counted."
        yield Plot("Lengths of what was kept", figures.lengths(counts), note)
    if any(own.get("kept_scripts") for own in counts.values()):
        yield Plot("Scripts of what was kept", figures.scripts(counts), _RARE)


def _samples(rejected: Iterable[Mapping[str, Any]]) -> Iterator[Samples]:
    """A section a reason, all its languages together."""
    by_reason: dict[str, list[Mapping[str, Any]]] = {}
    for sample in rejected:
        by_reason.setdefault(sample["reason"], []).append(sample)
    for reason, samples in sorted(by_reason.items()):
        texts = [_shown(sample) for sample in samples]
        yield Samples(f"Rejected: {reason}", texts, "Drawn at random by language.")


def _shown(sample: Mapping[str, Any]) -> str:
    score = "" if sample["score"] is None else f" ({sample['score']:.3g})"
    return f"{sample['excerpt']}    — {sample['language']}{score}"
