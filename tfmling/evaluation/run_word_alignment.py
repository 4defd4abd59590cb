"""Aligns every set with every aligner; publishes links, counts, scores, records and a page."""

import dataclasses
from collections.abc import Sequence

from tfmling.alignment.error_rate import alignment_scores
from tfmling.alignment.links import as_text
from tfmling.alignment.settings import AlignWords
from tfmling.alignment.texts import AlignmentPairs, read_set
from tfmling.core import files, outputs
from tfmling.corpora.annotated.examples import AlignedPair
from tfmling.evaluation.aligned_records import write_aligned_records
from tfmling.evaluation.word_aligners import Aligned, WordAligners
from tfmling.evaluation.word_alignment_page import sections
from tfmling.reports import write_page


def run_word_alignment(settings: AlignWords) -> None:
    """Aligns, scores and publishes; prints a line for each score.

    Raises:
        CorpusError: a gold alignment cannot be read whole; found before anything is aligned.
    """
    read = {own.name: read_set(own) for own in settings.sets}
    align = WordAligners()
    found = [
        _scored(aligned, read[own.name].gold)
        for own in settings.sets
        for name, aligner in settings.aligners.items()
        for aligned in align(own.name, name, aligner, read[own.name], own.lowercase)
    ]
    rows = [_row(aligned) for aligned in found]
    counts = {name: dict(pairs.counts) for name, pairs in read.items()}
    with outputs.publish(settings) as folder:
        if settings.records is not None:
            counts["records"] = dict(write_aligned_records(settings, read, found, folder))
        for name, pairs in read.items():
            files.write_text(files.join(folder, name, "words.txt"), _words(pairs))
        for aligned in found:
            path = files.join(folder, aligned.name, f"{aligned.aligner}.{aligned.variant}.txt")
            files.write_text(path, "".join(f"{as_text(links)}\n" for links in aligned.links))
        files.write_json(files.join(folder, "counts.json"), counts)
        files.write_json(files.join(folder, "scores.json"), rows)
        write_page(
            files.join(folder, "report.html"),
            title="Word alignment",
            subtitle=", ".join(read),
            sections=sections(rows, counts),
        )
    _print(rows)


def _scored(aligned: Aligned, gold: Sequence[AlignedPair] | None) -> Aligned:
    if gold is None:
        return aligned
    sure, possible = [pair.sure for pair in gold], [pair.possible for pair in gold]
    return dataclasses.replace(aligned, scores=alignment_scores(aligned.links, sure, possible))


def _row(aligned: Aligned) -> dict[str, str | int | float]:
    common: dict[str, str | int | float] = {
        "set": aligned.name,
        "aligner": aligned.aligner,
        "variant": aligned.variant,
        "learned_from": aligned.learned_from,
        "seconds": round(aligned.seconds, 1),
    }
    if aligned.scores is not None:
        return common | dataclasses.asdict(aligned.scores)
    links = sum(map(len, aligned.links))
    return common | {"pairs": len(aligned.links), "links": links}


def _words(pairs: AlignmentPairs) -> str:
    both = zip(pairs.sources, pairs.targets, strict=True)
    return "".join(f"{' '.join(source)} ||| {' '.join(target)}\n" for source, target in both)


def _print(rows: Sequence[dict[str, str | int | float]]) -> None:
    for row in rows:
        shown = "  ".join(
            f"{name} {row[name]:.3f}" for name in ("aer", "precision", "recall") if name in row
        )
        print(f"{row['set']:10} {row['aligner']:16} {row['variant']:20} {shown}")
