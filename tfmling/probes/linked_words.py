"""Words linked to their translations, and their vectors.

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


@dataclasses.dataclass(frozen=True)
class LinkedWords:
    """Sentence pairs whose words are linked one to one.

    Attributes:
        languages: such as `de-en`.
        sources: words of each source sentence.
        targets: words of each translation.
        links: of each pair.
        tags: part of speech of each source word, if known.
        counts: what was read and left out, by reason.

    Example:
        >>> links = [frozenset({(0, 1), (1, 0)})]
        >>> sides = [("paka", "mweusi")], [("black", "cat")]
        >>> LinkedWords("sw-en", *sides, links, [("NOUN", "ADJ")]).flat_tags(max_links=1)
        ['NOUN']
    """

    languages: str
    sources: list[tuple[str, ...]]
    targets: list[tuple[str, ...]]
    links: list[frozenset[Link]]
    tags: list[tuple[str, ...]] | None = None
    counts: Counter[str] = dataclasses.field(default_factory=Counter)

    def flat_tags(self, max_links: int) -> list[str] | None:
        """Return the tags of the source words of the first links."""
        if self.tags is None:
            return None
        own = zip(self.tags, self.links, strict=True)
        return [tags[source] for tags, links in own for source, _ in sorted(links)][:max_links]


class LinkedTexts(Settings):
    """Pairs with gold links, of which the sure ones are used, or texts to align.

    Example:
        >>> _ = open("en", "w").write("cat\\n")
        >>> _ = open("sw", "w").write("paka\\n")
        >>> languages = dict(source_language="sw", target_language="en")
        >>> bitext = dict(format="moses", source="sw", target="en", **languages)
        >>> texts = LinkedTexts(kind="texts", pairs=dict(name="news", texts=[dict(bitext=bitext)]))
        >>> texts.read().links
        [frozenset({(0, 0)})]
    """

    kind: Literal["texts"]
    pairs: AlignmentSet
    """Sentence pairs whose words are linked."""
    aligner: FastAlignSettings = FastAlignSettings(methods=("intersect",))
    """How words are linked."""

    @property
    def languages(self) -> str:
        """Such as `de-en`."""
        return "-".join(self.pairs.languages)

    def read(self) -> LinkedWords:
        """Read the pairs with their one-to-one links.

        Raises:
            CorpusError: the data cannot be used.
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

    Example:
        >>> for name, word in {"en": "cat", "sw": "paka"}.items():
        ...     cells = ["1", word, word, "NOUN", *"______"]
        ...     _ = open(name, "w").write("# sent_id = 1\\n" + "\\t".join(cells) + "\\n\\n")
        >>> source, target = (dict(format="conllu", path=x, language=x) for x in ("sw", "en"))
        >>> linked = LinkedTreebanks(kind="treebanks", source=source, target=target).read()
        >>> linked.sources, linked.targets, linked.links
        ([('paka',)], [('cat',)], [frozenset({(0, 0)})])
    """

    kind: Literal["treebanks"]
    source: AnyTagged
    """Treebank with parts of speech."""
    target: AnyTagged
    """Treebank with the same sentences in another language."""
    texts: tuple[AlignmentText, ...] = ()
    """Further training data of the aligner."""
    aligner: FastAlignSettings = FastAlignSettings(methods=("intersect",))
    """How words are linked; its first method is used."""

    @property
    def languages(self) -> str:
        """Such as `de-en`."""
        return f"{self.source.language}-{self.target.language}"

    def read_sentences(self) -> tuple[list[TaggedSentence], LinkedWords]:
        """Read the source sentences with their labels, and the linked words of the same pairs.

        Raises:
            CorpusError: the data cannot be used, or the treebanks share no sentence.
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
        """Read the linked words."""
        return self.read_sentences()[1]

    def _matched(self) -> tuple[list[TaggedSentence], list[TaggedSentence], Counter[str]]:
        """Read the sentences of both treebanks, and the counts of problems."""
        (sources, source_counts), (targets, target_counts) = (
            corpus.read_all() for corpus in (self.source, self.target)
        )
        for sentences in (sources, targets):
            reject_repeated_ids(sentences)
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
    encoder: ProbedEncoder, data: LinkedWords, max_links: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compute the vectors of linked words, each that of its last piece.

    Args:
        encoder: computes the states.
        data: the pairs.
        max_links: the first links are used.

    Returns:
        float32 [layers, N', D] of sources and of targets, and bool [N] of the first links: whether
        both words have a piece that the encoder read.

    Raises:
        CorpusError: there is no such link.

    Example:
        >>> from tfmling.conversion.encoder_folder import save_encoder
        >>> from tfmling.probes.folder_encoder import FolderEncoder
        >>> save_encoder(encoder, folder)
        >>> linked = LinkedWords("de-en", [("a", "b")], [("c", "d")], [frozenset({(0, 1), (1, 0)})])
        >>> sources, targets, has_both = linked_vectors(FolderEncoder(folder), linked, max_links=10)
        >>> sources.shape, has_both.tolist()  # 2 layers, 2 links, width 16
        ((2, 2, 16), [True, True])
    """
    pairs = _first(data, max_links)
    sides = [encoder.words([words for words, _, _ in pairs]),
             encoder.words([words for _, words, _ in pairs])]  # fmt: skip
    found: list[tuple[np.ndarray, np.ndarray] | None] = []
    for source, target, (_, _, links) in zip(*sides, pairs, strict=True):
        found.extend(_vectors(source, target, links))
    kept = [pair for pair in found[:max_links] if pair is not None]
    if not kept:
        raise CorpusError(f"{data.languages}: expected linked words, found none")
    source_ND, target_ND = (np.stack(side, axis=1) for side in zip(*kept, strict=True))
    return source_ND, target_ND, np.array([pair is not None for pair in found[:max_links]])


def _first(
    data: LinkedWords, max_links: int
) -> list[tuple[tuple[str, ...], tuple[str, ...], list[Link]]]:
    """Return the pairs of the first links."""
    pairs, count = [], 0
    for source, target, links in zip(data.sources, data.targets, data.links, strict=True):
        if count >= max_links:
            break
        count += len(links)
        pairs.append((source, target, sorted(links)))
    return pairs


def _vectors(
    source: Sequence[WordVectors], target: Sequence[WordVectors], links: Sequence[Link]
) -> Iterator[tuple[np.ndarray, np.ndarray] | None]:
    """Yield [layers, D] of both words of each link, or None if one has no piece."""
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


def reject_repeated_ids(sentences: Sequence[TaggedSentence]) -> None:
    """Check that sentence ids are unique.

    Raises:
        CorpusError: an id occurs twice.

    Example:
        >>> sentence = TaggedSentence(("paka",), ("NOUN",), "sw.conllu:1", sent_id="7")
        >>> reject_repeated_ids([sentence, sentence])  # doctest: +ELLIPSIS
        Traceback (most recent call last):
            ...
        tfmling...CorpusError: sw.conllu:1: the sent_id '7' occurs twice, first at sw.conllu:1; ...
    """
    first: dict[str, str] = {}
    for own in sentences:
        if own.sent_id and own.sent_id in first:
            raise CorpusError(
                f"{own.location}: the sent_id {own.sent_id!r} occurs twice, first at "
                f"{first[own.sent_id]}; expected each once, since sentences are matched by it"
            )
        first[own.sent_id] = own.location
