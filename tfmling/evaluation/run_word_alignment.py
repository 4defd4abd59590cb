"""Aligns sets with every aligner; publishes links, counts, scores and a page."""

import dataclasses
import json
import time
from collections.abc import Iterator, Sequence

from tfmling import config, files
from tfmling.alignment.contextual import ContextualAligner
from tfmling.alignment.error_rate import AlignmentScores, alignment_scores
from tfmling.alignment.fast_align import FastAlign
from tfmling.alignment.links import Link, as_text
from tfmling.alignment.settings import AlignWords, ContextualSettings, FastAlignSettings
from tfmling.alignment.symmetrise import symmetrise
from tfmling.alignment.texts import AlignmentPairs, lowered, read_set
from tfmling.corpora.labelled.aligned_pair import AlignedPair
from tfmling.evaluation.word_alignment_page import sections
from tfmling.pages import write_page

PairLinks = Sequence[frozenset[Link]]


@dataclasses.dataclass(frozen=True)
class Aligned:
    """What one aligner made of one set, in one of its ways.

    Attributes:
        name: of the set.
        aligner: its name in the settings.
        variant: `grow-diag`, `layer-6`.
        links: of each pair.
        learned_from: pairs that it was trained on.
        seconds: training and alignment together, of all variants.
        scores: against people's links, where there are some.
    """

    name: str
    aligner: str
    variant: str
    links: PairLinks
    learned_from: int
    seconds: float
    scores: AlignmentScores | None = None


def run_word_alignment(settings: AlignWords) -> None:
    """Aligns, scores and publishes; prints a line for each score.

    Raises:
        CorpusError: a gold alignment cannot be read whole; found before anything is aligned.
    """
    sets = {own.name: (own.lowercase, read_set(own)) for own in settings.sets}
    found = [
        _scored(aligned, pairs.gold)
        for name, (lowercase, pairs) in sets.items()
        for aligner in settings.aligners
        for aligned in _align(settings, name, aligner, pairs, lowercase)
    ]
    rows = [_row(aligned) for aligned in found]
    counts = {name: dict(pairs.counts) for name, (_, pairs) in sets.items()}
    with files.publish_folder(settings.output) as folder:
        for name, (_, pairs) in sets.items():
            files.write_text(files.join(folder, name, "words.txt"), _words(pairs))
        for aligned in found:
            path = files.join(folder, aligned.name, f"{aligned.aligner}.{aligned.variant}.txt")
            files.write_text(path, "".join(f"{as_text(links)}\n" for links in aligned.links))
        files.write_text(files.join(folder, "counts.json"), json.dumps(counts, indent=2) + "\n")
        files.write_text(files.join(folder, "scores.json"), json.dumps(rows, indent=2) + "\n")
        write_page(
            files.join(folder, "report.html"),
            title="Word alignment",
            subtitle=", ".join(sets),
            sections=sections(rows, counts),
        )
        files.write_text(files.join(folder, "config.yaml"), config.dump(settings))
    _print(rows)


def _align(
    settings: AlignWords, name: str, aligner: str, pairs: AlignmentPairs, lowercase: bool
) -> Iterator[Aligned]:
    own = settings.aligners[aligner]
    started = time.perf_counter()
    if isinstance(own, FastAlignSettings):
        links = dict(_statistical(own, pairs, lowercase, f"{name}, {aligner}"))
        learned_from = len(pairs.sources) + len(pairs.more_sources)
    else:
        links, learned_from = _contextual(own, pairs, f"{name}, {aligner}"), 0
    seconds = time.perf_counter() - started
    for variant, own_links in links.items():
        yield Aligned(name, aligner, variant, own_links, learned_from, seconds)


def _statistical(
    settings: FastAlignSettings, pairs: AlignmentPairs, lowercase: bool, progress: str
) -> Iterator[tuple[str, PairLinks]]:
    sides = pairs.sources, pairs.targets, pairs.more_sources, pairs.more_targets
    own_sides = [lowered(side) for side in sides] if lowercase else sides
    sources, targets, more_sources, more_targets = own_sides
    all_sources, all_targets = [*sources, *more_sources], [*targets, *more_targets]
    forward = FastAlign(all_sources, all_targets, settings, f"{progress}, forward")
    backward = FastAlign(all_targets, all_sources, settings, f"{progress}, backward")
    both = forward.align(sources, targets), backward.align(targets, sources).swapped()
    for method in settings.methods:
        yield method, symmetrise(*both, method).sets()


def _contextual(
    settings: ContextualSettings, pairs: AlignmentPairs, progress: str
) -> dict[str, PairLinks]:
    # TensorFlow only where an encoder is asked for
    from tfmling.evaluation.word_states import WordStates
    from tfmling.modeling.encoder_folder import load_encoder

    encoder = load_encoder(settings.encoder)
    states = WordStates(encoder, settings.layers, settings.max_length, settings.batch_size)
    align = ContextualAligner(settings)
    names = [f"layer-{layer}" for layer in states.layers]
    links: dict[str, list[frozenset[Link]]] = {name: [] for name in names}
    sides = zip(states(pairs.sources, progress), states(pairs.targets), strict=True)
    for source_layers, target_layers in sides:
        for name, source, target in zip(names, source_layers, target_layers, strict=True):
            links[name].append(align(source, target))
    return dict(links)


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
