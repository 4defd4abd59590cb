"""Language identification on real text: accuracy, what expected-language mode keeps, speed.

    python -m benchmarks.language_id
    python -m benchmarks.language_id --fasttext lid.176.bin      # beside a model of one's own

Reads ../shared/data (or $TFMLING_DATA). Text is called good for its own language, and wrong for
every other language that is written in the same script.
"""

import argparse
import itertools
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.compare import machine
from benchmarks.texts import DATA
from tfmling.core import config
from tfmling.core.languages import language_scripts, normalize_language
from tfmling.corpora.lines import read_lines
from tfmling.filters.language import ExpectedLanguage
from tfmling.filters.sentence import Sentence
from tfmling.text.language_id.identifier import LanguageIdentifier
from tfmling.text.normalize import normalize

LENGTHS = (0, 12, 25, 50, 100, 1 << 30)  # characters
ByLanguage = dict[str, list[str]]


def main() -> None:
    options = _options()
    texts = real_texts(options.sentences)
    print(machine(1))
    print(f"{sum(map(len, texts.values())):,} sentences in {len(texts)} languages\n")
    identifiers: list[dict] = [{"kind": "cld2"}, {"kind": "py3langid"}]
    identifiers.append({"kind": "any_of", "identifiers": identifiers[:2]})
    if options.fasttext:
        identifiers.append({"kind": "fasttext", "path": options.fasttext})
    filters = [build(identifier) for identifier in identifiers]
    single = [each.identifier for each in filters if each.identifier.kind != "any_of"]
    print(accuracy_table(single, texts))
    for each in filters:
        print(expected_table(each, texts))
    print(speed_table(filters, texts))


def build(identifier: dict) -> ExpectedLanguage:
    return config.build(
        ExpectedLanguage, {"kind": "language", "identifier": identifier}, "benchmark"
    )


def accuracy_table(identifiers: Sequence[LanguageIdentifier], texts: ByLanguage) -> str:
    """The share of sentences whose language is found when it is not told."""
    rows = [["language", "sentences", *(each.kind for each in identifiers)]]
    for language, own in texts.items():
        shares = [_accuracy(each, language, own) for each in identifiers]
        rows.append([language, str(len(own)), *shares])
    return _markdown("Which language? Share of right answers", rows)


def _accuracy(identifier: LanguageIdentifier, language: str, own: Sequence[str]) -> str:
    name = identifier.resolve(language)
    if name is None:
        return "unknown"
    right = sum(found == name for found, _ in identifier.scores(own))
    return f"{right / len(own):.3f}"


def expected_table(expected: ExpectedLanguage, texts: ByLanguage) -> str:
    """The shares that the filter keeps of good and of wrong text, by length."""
    buckets = list(itertools.pairwise(LENGTHS))
    names = [f"{low}-{high - 1}" if high < 1 << 30 else f"{low}-" for low, high in buckets]
    rows = [["language", *(f"good {name}" for name in names), *(f"wrong {name}" for name in names)]]
    total: list[list[bool]] = [[] for _ in range(2 * len(buckets))]
    for language, own in texts.items():
        if expected.identifier.resolve(language) is None:
            continue
        kept = _kept(expected, language, own, buckets)
        kept += _kept(expected, language, _wrong(language, texts), buckets)
        rows.append([language, *map(_share, kept)])
        for all_of_it, part in zip(total, kept, strict=True):
            all_of_it.extend(part)
    rows.append(["**all**", *map(_share, total)])
    return _markdown(f"Is it that language? {expected.identifier.kind}, share kept", rows)


def _wrong(language: str, texts: ByLanguage) -> list[str]:
    scripts = language_scripts(language)
    others = [each for each in texts if each != language and language_scripts(each) == scripts]
    return [text for each in others for text in texts[each]]


def _kept(
    expected: ExpectedLanguage,
    language: str,
    texts: Sequence[str],
    buckets: Sequence[tuple[int, int]],
) -> list[list[bool]]:
    scores = expected.scores([Sentence(text, language) for text in texts])
    kept = [(len(text), expected.accepts(score)) for text, score in zip(texts, scores, strict=True)]
    return [[yes for length, yes in kept if low <= length < high] for low, high in buckets]


def _share(kept: Sequence[bool]) -> str:
    return f"{sum(kept) / len(kept):.3f}" if len(kept) >= 20 else ""


def speed_table(filters: Sequence[ExpectedLanguage], texts: ByLanguage) -> str:
    """Sentences per second of CPU time, without and with an expected language."""
    rows = [["identifier", "which language?", "is it that language?"]]
    for each in filters:
        known = {code: own for code, own in texts.items() if each.identifier.resolve(code)}
        number = sum(map(len, known.values()))
        which = _seconds(lambda known=known, each=each: _ask(each.identifier.scores, known))
        whether = _seconds(lambda known=known, each=each: _expect(each, known))
        rows.append([each.identifier.kind, f"{number / which:,.0f}", f"{number / whether:,.0f}"])
    return _markdown("Sentences per second of one core", rows)


def _ask(scores: Callable[[Sequence[str]], object], texts: ByLanguage) -> None:
    for own in texts.values():
        scores(own)


def _expect(expected: ExpectedLanguage, texts: ByLanguage) -> None:
    for language, own in texts.items():
        expected.scores([Sentence(text, language) for text in own])


def _seconds(run: Callable[[], None]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started


def real_texts(most: int) -> ByLanguage:
    """Up to `most` sentences of each language from each set, by language."""
    rng = random.Random(1)
    found: ByLanguage = defaultdict(list)
    for language, texts in _sets():
        unique = list(dict.fromkeys(filter(None, map(normalize, texts))))
        found[normalize_language(language)] += rng.sample(unique, min(most, len(unique)))
    return dict(sorted(found.items()))


def _sets() -> list[tuple[str, list[str]]]:
    return [
        *((path.name.split(".")[-3], _lines(path)) for path in DATA.glob("ntrex/*.gz")),
        *((path.name.split(".")[-2], _lines(path)) for path in DATA.glob("tatoeba/*.gz")),
        *((path.name[3:5], _lines(path, column=2)) for path in DATA.glob("tico19/*.gz")),
        *((path.name[4:6], _lines(path, column=1)[1:]) for path in DATA.glob("xnli/dev-*.gz")),
        ("wol", _lines(DATA / "bible/Wolof-NT.tsv.gz", column=1)),
        ("yor", _sentences(DATA / "masakhaner/yor/train.txt")),
        *((code, _sentences(DATA / f"pos/udpos/dev-{code}.tsv.gz")) for code in ("eu", "ur")),
    ]


def _lines(path: Path, column: int | None = None) -> list[str]:
    lines = [line.text for line in read_lines(str(path), 1 << 20)]
    return lines if column is None else [line.split("\t")[column] for line in lines]


def _sentences(path: Path) -> list[str]:
    """Of a file with a token a line and empty lines between sentences."""
    sentences: list[list[str]] = [[]]
    for line in _lines(path):
        if line.strip():
            sentences[-1].append(line.split()[0])
        else:
            sentences.append([])
    return [" ".join(tokens) for tokens in sentences]


def _markdown(title: str, rows: Sequence[Sequence[str]]) -> str:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    rule = f"|{'---|' * len(rows[0])}"
    return "\n".join([f"### {title}", "", head, rule, *body, ""])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sentences", type=int, default=1000, help="of each set")
    parser.add_argument("--fasttext", metavar="FILE", help="a model to measure too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
