"""Linked words of translations, and their vectors.

Shapes: N links of all pairs, D width.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import numpy as np
import pydantic

from tfmling.alignment.contextual import WordVectors
from tfmling.alignment.links import Link, one_to_one
from tfmling.alignment.read_pairs import AlignmentPairs, read_pairs
from tfmling.alignment.settings import AlignmentSet, AlignmentText, FastAlignSettings
from tfmling.core.config import Settings
from tfmling.corpora.annotated import AnyTagged
from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.corpora.corpus import CorpusError
from tfmling.evaluation.word_aligners import PairLinks, WordAligners
from tfmling.probes.probe import ProbedEncoder

Words = tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class LinkedWords:
    """Sentence pairs whose words are linked one to one.

    Attributes:
        languages: `de-en`.
        sources: words.
        targets: words of the translations.
        links: of each pair.
        tags: the part of speech of each source word; None where nobody knows.
        counts: what was read, and what was left out and why.
    """

    languages: str
    sources: list[Words]
    targets: list[Words]
    links: list[frozenset[Link]]
    tags: list[Words] | None = None
    counts: Counter[str] = dataclasses.field(default_factory=Counter)

    def flat_tags(self, most: int) -> list[str] | None:
        """Of the first `most` links."""
        if self.tags is None:
            return None
        own = zip(self.tags, self.links, strict=True)
        return [tags[source] for tags, links in own for source, _ in sorted(links)][:most]


class LinkedTexts(Settings):
    """Pairs with gold links, of which the sure ones are taken; or texts that are aligned."""

    kind: Literal["texts"]
    pairs: AlignmentSet
    aligner: FastAlignSettings = FastAlignSettings(methods=("intersect",))

    @property
    def languages(self) -> str:
        """As `de-en`."""
        return "-".join(self.pairs.languages)

    def read(self) -> LinkedWords:
        """The pairs with their one-to-one links.

        Raises:
            CorpusError: what cannot be used.
        """
        pairs = read_pairs(self.pairs)
        if pairs.gold is not None:
            links: PairLinks = [pair.sure for pair in pairs.gold]
        else:
            links = _align(pairs, self.aligner, self.pairs.lowercase)
        kept = [one_to_one(own) for own in links]
        sides = list(pairs.sources), list(pairs.targets)
        return LinkedWords(self.languages, *sides, kept, counts=pairs.counts)


class LinkedTreebanks(Settings):
    """Two treebanks of the same sentences, matched by sent_id and aligned by fast_align's model.

    Attributes:
        source: with parts of speech.
        target: the same sentences in another language.
        texts: what the aligner learns from as well.
        aligner: its settings; the first of its methods is taken.
    """

    kind: Literal["treebanks"]
    source: AnyTagged
    target: AnyTagged
    texts: tuple[AlignmentText, ...] = ()
    aligner: FastAlignSettings = FastAlignSettings(methods=("intersect",))

    @property
    def languages(self) -> str:
        """As `de-en`."""
        return f"{self.source.language}-{self.target.language}"

    def read_sentences(self) -> tuple[list[TaggedSentence], LinkedWords]:
        """The source sentences with their labels, and the linked words of the same pairs.

        Raises:
            CorpusError: what cannot be used, or no sentence that both have.
        """
        sources, targets, counts = self._matched()
        words = [own.words for own in sources], [own.words for own in targets]
        more = self._more()
        pairs = AlignmentPairs(*words, None, more.sources, more.targets, Counter())
        links = _align(pairs, self.aligner, lowercase=True)
        linked = LinkedWords(
            self.languages,
            *words,
            [one_to_one(own) for own in links],
            [own.labels for own in sources],
            counts + more.counts,
        )
        return sources, linked

    def read(self) -> LinkedWords:
        """The linked words."""
        return self.read_sentences()[1]

    def _matched(self) -> tuple[list[TaggedSentence], list[TaggedSentence], Counter[str]]:
        """The sentences that both have, and what was not as expected in either file."""
        (sources, source_counts), (targets, target_counts) = (
            corpus.read_all() for corpus in (self.source, self.target)
        )
        for sentences in (sources, targets):
            _refuse_repeated_ids(sentences)
        by_id = {own.sent_id: own for own in targets if own.sent_id}
        matched = [own for own in sources if own.sent_id in by_id]
        if not matched:
            raise CorpusError(
                f"{self.source.path} and {self.target.path}: expected sentences with the same "
                "sent_id, found none"
            )
        counts = Counter(items=len(matched), without_partner=len(sources) - len(matched))
        counts += source_counts + target_counts
        return matched, [by_id[own.sent_id] for own in matched], counts

    def _more(self) -> AlignmentPairs:
        if not self.texts:
            return AlignmentPairs([], [], None, [], [], Counter())
        return read_pairs(AlignmentSet(name="more", texts=self.texts))


AnyLinkedWords = Annotated[LinkedTexts | LinkedTreebanks, pydantic.Field(discriminator="kind")]


def _align(pairs: AlignmentPairs, settings: FastAlignSettings, lowercase: bool) -> PairLinks:
    return next(iter(WordAligners()("words", "fast_align", settings, pairs, lowercase))).links


def linked_vectors(
    encoder: ProbedEncoder, data: LinkedWords, most: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The vectors of linked words, each that of its last piece, and which links have both.

    Args:
        encoder: gives the states.
        data: the pairs.
        most: links that are taken, the first ones.

    Returns:
        float32 [layers, N', D] of sources and of targets, and bool [N] (the first `most` links):
        whether both words have a piece that the encoder read.

    Raises:
        CorpusError: no link has both.
    """
    pairs = _first(data, most)
    sides = [encoder.words([words for words, _, _ in pairs]),
             encoder.words([words for _, words, _ in pairs])]  # fmt: skip
    found: list[tuple[np.ndarray, np.ndarray] | None] = []
    for source, target, (_, _, links) in zip(*sides, pairs, strict=True):
        found.extend(_vectors(source, target, links))
    kept = [pair for pair in found[:most] if pair is not None]
    if not kept:
        raise CorpusError(f"{data.languages}: expected linked words, found none")
    source_ND, target_ND = (np.stack(side, axis=1) for side in zip(*kept, strict=True))
    return source_ND, target_ND, np.array([pair is not None for pair in found[:most]])


def _first(data: LinkedWords, most: int) -> list[tuple[Words, Words, list[Link]]]:
    """The pairs that hold the first `most` links."""
    pairs, count = [], 0
    for source, target, links in zip(data.sources, data.targets, data.links, strict=True):
        if count >= most:
            break
        count += len(links)
        pairs.append((source, target, sorted(links)))
    return pairs


def _vectors(
    source: Sequence[WordVectors], target: Sequence[WordVectors], links: Sequence[Link]
) -> Iterator[tuple[np.ndarray, np.ndarray] | None]:
    """[layers, D] of both words of each link; None where one has no piece."""
    for one, other in links:
        at = _last_piece(source[0].word, one), _last_piece(target[0].word, other)
        if at[0] is None or at[1] is None:
            yield None
        else:
            yield (
                np.stack([layer.vector[at[0]] for layer in source]),
                np.stack([layer.vector[at[1]] for layer in target]),
            )


def _last_piece(word_X: np.ndarray, word: int) -> int | None:
    at = int(np.searchsorted(word_X, word, side="right")) - 1
    return at if at >= 0 and word_X[at] == word else None


def _refuse_repeated_ids(sentences: Sequence[TaggedSentence]) -> None:
    first: dict[str, str] = {}
    for own in sentences:
        if own.sent_id and own.sent_id in first:
            raise CorpusError(
                f"{own.location}: the sent_id {own.sent_id!r} occurs twice, first at "
                f"{first[own.sent_id]}; expected each once, since sentences are matched by it"
            )
        first[own.sent_id] = own.location
