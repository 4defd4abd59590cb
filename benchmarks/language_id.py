"""Language identification on real text: accuracy, the filter's decisions, and speed.

    python -m benchmarks.language_id
    python -m benchmarks.language_id --fasttext lid.176.bin      # also this model

Reads ../shared/data (or $TFMLING_DATA). A text counts as right for its own language, and as wrong
for every other language written in the same script.
"""

import itertools
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness import describe_machine, markdown_table, parser, time_run
from benchmarks.texts import DATA
from tfmling.core import config
from tfmling.core.languages import language_scripts, normalize_language
from tfmling.corpora.lines import read_lines
from tfmling.filters.filter import Sentence
from tfmling.filters.language import LanguageFilter
from tfmling.text.language_id.identifier import LanguageIdentifier
from tfmling.text.normalize import normalize

LENGTHS = (0, 12, 25, 50, 100, 1 << 30)  # characters
ByLanguage = dict[str, list[str]]


def main() -> None:
    built = parser(__doc__, sentences=1000)
    built.add_argument("--fasttext", metavar="FILE", help="a fastText model to measure too")
    options = built.parse_args()
    texts = real_texts(options.sentences)
    print(describe_machine(1))
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


def build(identifier: dict) -> LanguageFilter:
    return config.build(LanguageFilter, {"kind": "language", "identifier": identifier}, "benchmark")


def accuracy_table(identifiers: Sequence[LanguageIdentifier], texts: ByLanguage) -> str:
    """Return the share of sentences whose language is identified."""
    rows = [["language", "sentences", *(each.kind for each in identifiers)]]
    for language, own in texts.items():
        shares = [_accuracy(each, language, own) for each in identifiers]
        rows.append([language, str(len(own)), *shares])
    return _section("Which language? Share of correct answers", rows)


def _accuracy(identifier: LanguageIdentifier, language: str, own: Sequence[str]) -> str:
    name = identifier.resolve(language)
    if name is None:
        return "unknown"
    correct = sum(found == name for found, _ in identifier.identify(own))
    return f"{correct / len(own):.3f}"


def expected_table(expected: LanguageFilter, texts: ByLanguage) -> str:
    """Return the share of right and wrong text that the filter keeps, by length."""
    buckets = list(itertools.pairwise(LENGTHS))
    names = [f"{low}-{high - 1}" if high < 1 << 30 else f"{low}-" for low, high in buckets]
    rows = [
        ["language", *(f"right {name}" for name in names), *(f"wrong {name}" for name in names)]
    ]
    total: list[list[bool]] = [[] for _ in range(2 * len(buckets))]
    for language, own in texts.items():
        if expected.identifier.resolve(language) is None:
            continue
        kept = _kept(expected, language, own, buckets)
        kept += _kept(expected, language, _wrong(language, texts), buckets)
        rows.append([language, *map(_share, kept)])
        for bucket, part in zip(total, kept, strict=True):
            bucket.extend(part)
    rows.append(["**all**", *map(_share, total)])
    return _section(f"Is it that language? {expected.identifier.kind}, share kept", rows)


def _wrong(language: str, texts: ByLanguage) -> list[str]:
    scripts = language_scripts(language)
    others = [each for each in texts if each != language and language_scripts(each) == scripts]
    return [text for each in others for text in texts[each]]


def _kept(
    expected: LanguageFilter,
    language: str,
    texts: Sequence[str],
    buckets: Sequence[tuple[int, int]],
) -> list[list[bool]]:
    scores = expected.scores([Sentence(text, language) for text in texts])
    kept = [(len(text), expected.accepts(score)) for text, score in zip(texts, scores, strict=True)]
    return [[yes for length, yes in kept if low <= length < high] for low, high in buckets]


def _share(kept: Sequence[bool]) -> str:
    return f"{sum(kept) / len(kept):.3f}" if len(kept) >= 20 else ""


def speed_table(filters: Sequence[LanguageFilter], texts: ByLanguage) -> str:
    """Return sentences per CPU second, without and with an expected language."""
    rows = [["identifier", "which language?", "is it that language?"]]
    for each in filters:
        known = {code: own for code, own in texts.items() if each.identifier.resolve(code)}
        number = sum(map(len, known.values()))
        which = time_run(lambda known=known, each=each: _identify(each, known)).cpu
        whether = time_run(lambda known=known, each=each: _expect(each, known)).cpu
        rows.append([each.identifier.kind, f"{number / which:,.0f}", f"{number / whether:,.0f}"])
    return _section("Sentences per second of one core", rows)


def _identify(expected: LanguageFilter, texts: ByLanguage) -> None:
    for own in texts.values():
        expected.identifier.identify(own)


def _expect(expected: LanguageFilter, texts: ByLanguage) -> None:
    for language, own in texts.items():
        expected.scores([Sentence(text, language) for text in own])


def real_texts(most: int) -> ByLanguage:
    """Return up to `most` sentences per language and data set, by language."""
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
        *((path.name[3:-7], _lines(path, column=2)) for path in DATA.glob("tico19/*.tsv.gz")),
        *((path.name[4:6], _lines(path, column=1)[1:]) for path in DATA.glob("xnli/dev-*.gz")),
        ("wol", _lines(DATA / "bible/Wolof-NT.tsv.gz", column=1)),
        ("yor", _sentences(DATA / "masakhaner/yor/train.txt")),
        *((code, _sentences(DATA / f"pos/udpos/dev-{code}.tsv.gz")) for code in ("eu", "ur")),
    ]


def _lines(path: Path, column: int | None = None) -> list[str]:
    lines = [line.text for line in read_lines(str(path), 1 << 20)]
    return lines if column is None else [line.split("\t")[column] for line in lines]


def _sentences(path: Path) -> list[str]:
    """Read a file with one token per line and empty lines between sentences."""
    sentences: list[list[str]] = [[]]
    for line in _lines(path):
        if line.strip():
            sentences[-1].append(line.split()[0])
        else:
            sentences.append([])
    return [" ".join(tokens) for tokens in sentences]


def _section(title: str, rows: Sequence[Sequence[str]]) -> str:
    return f"### {title}\n\n{markdown_table(rows)}\n"


if __name__ == "__main__":
    main()
