"""All aligners of a run: sentence pairs in, links of each pair out."""

import dataclasses
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tfmling.alignment.contextual import ContextualAligner
from tfmling.alignment.error_rate import AlignmentScores
from tfmling.alignment.fast_align import FastAlign
from tfmling.alignment.links import Link
from tfmling.alignment.read_pairs import AlignmentPairs, lowercase_words
from tfmling.alignment.settings import AnyAligner, ContextualSettings, FastAlignSettings
from tfmling.alignment.symmetrize import symmetrize

if TYPE_CHECKING:
    from tfmling.evaluation.word_states import WordStates

PairLinks = Sequence[frozenset[Link]]


@dataclasses.dataclass(frozen=True)
class Alignment:
    """The links of one set by one variant of an aligner.

    Example:
        >>> links = [frozenset({(0, 0), (1, 2)}), frozenset()]
        >>> alignment = Alignment("news", "fast_align", "intersect", links, 2, seconds=0.1)
        >>> sum(map(len, alignment.links))
        2
    """

    name: str
    """Of the set."""
    aligner: str
    """Its name in the settings."""
    variant: str
    """Such as `grow-diag` or `layer-6`."""
    links: PairLinks
    """Of each pair."""
    learned_from: int
    """The number of pairs that the aligner was trained on."""
    seconds: float
    """Of training and alignment, all variants together."""
    scores: AlignmentScores | None = None
    """Against gold links, if there are any."""


class WordAligners:
    """Aligns sets. An encoder that several aligners or sets use is loaded once.

    Example:
        >>> pairs = AlignmentPairs([("paka",)], [("cat",)], None, [], [], {})
        >>> settings = FastAlignSettings(methods=("intersect",))
        >>> [found] = WordAligners()("news", "fast_align", settings, pairs, lowercase=True)
        >>> found.links
        [frozenset({(0, 0)})]
    """

    def __init__(self) -> None:
        self._states: dict[tuple[object, ...], WordStates] = {}

    def __call__(
        self, name: str, aligner: str, settings: AnyAligner, pairs: AlignmentPairs, lowercase: bool
    ) -> Iterator[Alignment]:
        """Yield one alignment per variant.

        Args:
            name: of the set.
            aligner: its name.
            settings: of the aligner.
            pairs: to align, and to learn from.
            lowercase: whether statistical aligners lower-case the words.
        """
        started = time.perf_counter()
        progress = f"{name}, {aligner}"
        if isinstance(settings, FastAlignSettings):
            links = dict(_statistical(settings, pairs, lowercase, progress))
            learned_from = len(pairs.sources) + len(pairs.more_sources)
        else:
            links, learned_from = self._contextual(settings, pairs, progress), 0
        seconds = time.perf_counter() - started
        for variant, own in links.items():
            yield Alignment(name, aligner, variant, own, learned_from, seconds)

    def _contextual(
        self, settings: ContextualSettings, pairs: AlignmentPairs, progress: str
    ) -> dict[str, PairLinks]:
        states = self._states_of(settings)
        align = ContextualAligner(settings)
        names = [f"layer-{layer}" for layer in states.layers]
        links: dict[str, list[frozenset[Link]]] = {name: [] for name in names}
        sides = zip(states(pairs.sources, progress), states(pairs.targets), strict=True)
        for source_layers, target_layers in sides:
            for name, source, target in zip(names, source_layers, target_layers, strict=True):
                links[name].append(align(source, target))
        return dict(links)

    def _states_of(self, settings: ContextualSettings) -> "WordStates":
        # imported late: TensorFlow
        from tfmling.conversion.encoder_folder import load_encoder
        from tfmling.evaluation.word_states import WordStates

        options = settings.layers, settings.max_length, settings.batch_size
        key = settings.encoder, *options
        if key not in self._states:
            self._states[key] = WordStates(load_encoder(settings.encoder), *options)
        return self._states[key]


def _statistical(
    settings: FastAlignSettings, pairs: AlignmentPairs, lowercase: bool, progress: str
) -> Iterator[tuple[str, PairLinks]]:
    sides = pairs.sources, pairs.targets, pairs.more_sources, pairs.more_targets
    own_sides = [lowercase_words(side) for side in sides] if lowercase else sides
    sources, targets, more_sources, more_targets = own_sides
    all_sources, all_targets = [*sources, *more_sources], [*targets, *more_targets]
    forward = FastAlign(all_sources, all_targets, settings, f"{progress}, forward")
    backward = FastAlign(all_targets, all_sources, settings, f"{progress}, backward")
    both = forward.align(sources, targets), backward.align(targets, sources).swapped()
    for method in settings.methods:
        yield method, symmetrize(*both, method).sets()
