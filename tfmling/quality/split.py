"""Split examples into training and test by page: a page's sentences are never in both."""

import dataclasses
from collections.abc import Iterable, Sequence

from tfmling.corpora.corpus import CorpusError
from tfmling.quality.examples import Example
from tfmling.quality.settings import TrainQuality
from tfmling.text.fingerprints import fingerprint

_PARTS = 1_000_000


@dataclasses.dataclass(frozen=True)
class Split:
    """Training and test sentences; in each, a sentence occurs once per class.

    Attributes:
        train: contains a sentence twice if it is good on one page and bad on another.
        test: sentences of the held-out pages.
        seen: whether each of `test` also occurs on a training page, as navigation does.

    Example:
        >>> train = [Example("Habari ya leo.", "sw", True, "a.html", 0)]
        >>> test = [Example("Nyumbani", "sw", False, "b.html", 0)]
        >>> Split(train, test, seen=[False]).test[0].text
        'Nyumbani'
    """

    train: list[Example]
    test: list[Example]
    seen: list[bool]


def split_examples(examples: Iterable[Example], settings: TrainQuality) -> Split:
    """Assign pages to training or test.

    Raises:
        CorpusError: a class is missing in training or test.

    Example:
        >>> site = {"kind": "pages", "path": folder, "language": "sw", "main": {"kind": "element"}}
        >>> sources = [site | {"name": use, "use": use} for use in ("train", "test")]
        >>> settings = TrainQuality(output="out", sources=sources)
        >>> texts = {"Habari.": True, "Nyumbani": False}
        >>> examples = [Example(text, "sw", texts[text], "a", n) for text in texts for n in (0, 1)]
        >>> split_examples(examples, settings).seen
        [True, True]
    """
    train: list[Example] = []
    test: list[Example] = []
    for example in examples:
        (test if _is_held_out(example, settings) else train).append(example)
    train, test = _unique(train), _unique(test)
    _require_both(train, "training")
    _require_both(test, "the held-out pages")
    known = {example.text for example in train}
    return Split(train, test, [example.text in known for example in test])


def _is_held_out(example: Example, settings: TrainQuality) -> bool:
    use = settings.sources[example.source].use
    if use != "split":
        return use == "test"
    digest = fingerprint(f"{settings.seed} {example.page}")
    return int.from_bytes(digest[:8], "big") % _PARTS < settings.test_share * _PARTS


def _unique(examples: Iterable[Example]) -> list[Example]:
    """Keep the first of each text, class and language: a menu on all pages is one example."""
    first: dict[tuple[str, bool, str], Example] = {}
    for example in examples:
        first.setdefault((example.text, example.good, example.language), example)
    return list(first.values())


def _require_both(examples: Sequence[Example], where: str) -> None:
    good = sum(example.good for example in examples)
    if not 0 < good < len(examples):
        raise CorpusError(
            f"{where}: expected good and bad sentences, got {good} good and "
            f"{len(examples) - good} bad; add sources, or see config key test_share"
        )
