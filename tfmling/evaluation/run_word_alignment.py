"""Align every set with every aligner; publish links, counts, scores, records and a page.

Records train an encoder to align words as in Cao, Kitaev and Klein (2020), 2002.03518, section 3.2,
and their released code: links on which both directions of a statistical aligner agree, of these
the one-to-one links, and no sentence of more than 64 words.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tfmling.alignment.error_rate import alignment_scores
from tfmling.alignment.links import as_text, one_to_one
from tfmling.alignment.read_pairs import AlignmentPairs, read_pairs
from tfmling.alignment.settings import AlignmentSet, AlignWords
from tfmling.core import files, outputs
from tfmling.corpora.annotated.examples import AlignedPair
from tfmling.evaluation.word_aligners import Alignment, PairLinks, WordAligners
from tfmling.evaluation.word_alignment_page import Row, sections
from tfmling.records import tfrecord
from tfmling.records.folder import pair_key, shard_path
from tfmling.records.schemas import aligned_pair
from tfmling.reports import write_page


def run_word_alignment(settings: AlignWords) -> None:
    """Align, score and publish; print a line for each score.

    Raises:
        CorpusError: a gold alignment is not readable as a whole; raised before anything is
            aligned.

    Example:
        >>> _ = open("en", "w").write("cat\\n")
        >>> _ = open("sw", "w").write("paka\\n")
        >>> languages = dict(source_language="sw", target_language="en")
        >>> bitext = dict(format="moses", source="sw", target="en", **languages)
        >>> sets = [dict(name="news", texts=[dict(bitext=bitext)])]
        >>> aligners = {"fast_align": dict(kind="fast_align", methods=["intersect"])}
        >>> settings = AlignWords(output="out", sets=sets, aligners=aligners)
        >>> run_word_alignment(settings)  # doctest: +NORMALIZE_WHITESPACE
        news fast_align intersect
        >>> open("out/news/fast_align.intersect.txt").read()
        '0-0\\n'
    """
    pairs = {own.name: read_pairs(own) for own in settings.sets}
    align = WordAligners()
    alignments = [
        _scored(alignment, pairs[own.name].gold)
        for own in settings.sets
        for name, aligner in settings.aligners.items()
        for alignment in align(own.name, name, aligner, pairs[own.name], own.lowercase)
    ]
    rows = list(map(_row, alignments))
    counts = {name: dict(own.counts) for name, own in pairs.items()}
    with outputs.publish(settings) as folder:
        if settings.records is not None:
            counts["records"] = dict(_write_records(settings, pairs, alignments, folder))
        for name, own in pairs.items():
            files.write_text(files.join(folder, name, "words.txt"), _words(own))
        for alignment in alignments:
            name = f"{alignment.aligner}.{alignment.variant}.txt"
            lines = (f"{as_text(links)}\n" for links in alignment.links)
            files.write_text(files.join(folder, alignment.name, name), "".join(lines))
        files.write_json(files.join(folder, "counts.json"), counts)
        files.write_json(files.join(folder, "scores.json"), rows)
        write_page(
            files.join(folder, "report.html"),
            title="Word alignment",
            subtitle=", ".join(pairs),
            sections=sections(rows, counts),
        )
    for row in rows:
        shown = "  ".join(
            f"{name} {row[name]:.3f}" for name in ("aer", "precision", "recall") if name in row
        )
        print(f"{row['set']:10} {row['aligner']:16} {row['variant']:20} {shown}")


def _scored(alignment: Alignment, gold: Sequence[AlignedPair] | None) -> Alignment:
    if gold is None:
        return alignment
    sure, possible = [pair.sure for pair in gold], [pair.possible for pair in gold]
    scores = alignment_scores(alignment.links, sure, possible)
    return dataclasses.replace(alignment, scores=scores)


def _row(alignment: Alignment) -> Row:
    common: dict[str, str | int | float] = {
        "set": alignment.name,
        "aligner": alignment.aligner,
        "variant": alignment.variant,
        "learned_from": alignment.learned_from,
        "seconds": round(alignment.seconds, 1),
    }
    if alignment.scores is not None:
        return common | dataclasses.asdict(alignment.scores)
    links = sum(map(len, alignment.links))
    return common | {"pairs": len(alignment.links), "links": links}


def _words(pairs: AlignmentPairs) -> str:
    both = zip(pairs.sources, pairs.targets, strict=True)
    return "".join(f"{' '.join(source)} ||| {' '.join(target)}\n" for source, target in both)


def _write_records(
    settings: AlignWords,
    pairs: Mapping[str, AlignmentPairs],
    alignments: Iterable[Alignment],
    folder: str,
) -> Counter[str]:
    """Write the pairs of all sets without gold links; count what was written and left out."""
    assert settings.records is not None, "called only if records are configured"
    chosen = settings.records.aligner, settings.records.variant
    links = {own.name: own.links for own in alignments if (own.aligner, own.variant) == chosen}
    counts: Counter[str] = Counter()
    by_key: dict[str, list[bytes]] = {}
    for own in settings.recorded_sets:
        key = pair_key(*own.languages)
        records = _encode(own, pairs[own.name], links[own.name], settings.records.max_words, counts)
        by_key.setdefault(key, []).extend(records)
    for key, records in by_key.items():
        for index in range(settings.records.shards):
            path = shard_path(folder, "aligned_pairs", key, index, settings.records.shards)
            tfrecord.write(path, records[index :: settings.records.shards])
    return counts


def _encode(
    settings: AlignmentSet,
    pairs: AlignmentPairs,
    links: PairLinks,
    max_words: int,
    counts: Counter[str],
) -> list[bytes]:
    records = []
    for source, target, own in zip(pairs.sources, pairs.targets, links, strict=True):
        if max(len(source), len(target)) > max_words:
            counts["too_many_words_for_a_record"] += 1
            continue
        kept = one_to_one(own)
        counts["recorded_links"] += len(kept)
        records.append(aligned_pair.encode(source, target, *settings.languages, kept))
    counts["recorded_pairs"] += len(records)
    return records
