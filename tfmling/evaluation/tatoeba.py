"""All Tatoeba sets of a folder: P@1 of every language with English, and means over groups of them.

Artetxe and Schwenk (2019), "Massively Multilingual Sentence Embeddings", made the sets; groups are
those of the LaBSE paper (Feng et al. 2022, table 4): the 14 languages of m-USE and the 36 of XTREME
stand below; its 82 are a setting of the user's, and all files of the folder are the group `all`.
"""

import fnmatch
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import ClassVar, Literal

import pydantic

from tfmling.core import files
from tfmling.core.config import InputPath, Name
from tfmling.core.intervals import NORMAL_975, Scores
from tfmling.core.languages import Language, normalize_language
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.moses import Moses
from tfmling.evaluation.retrieval import retrieval_scores
from tfmling.evaluation.test_set import Scored, TestSet, Texts
from tfmling.evaluation.test_sets import read_pairs

ENGLISH = "en"
_M_USE = "ar zh fr de it ja ko nl pl pt ru es th tr"
# fil: Tagalog, tgl among the files
_XTREME = """ar he vi id jv fil eu ml ta te af nl de el bn hi mr ur fa fr it pt es bg ru ja ka ko th
sw zh kk tr et fi hu"""
GROUPS: dict[str, list[str]] = {
    name: text.split() for name, text in (("14", _M_USE), ("36", _XTREME))
}
ALL = "all"


class TatoebaSet(TestSet):
    """Files `tatoeba.XXX-eng.XXX` and `tatoeba.XXX-eng.eng`, gzip or plain, of one folder."""

    TITLE: ClassVar = "Tatoeba: P@1 (95 % interval); groups are means over their languages"
    SHOWN: ClassVar = {"p_at_1": "cosine", "p_at_1_margin": "margin"}
    AXIS: ClassVar = "P@1 by cosine"

    kind: Literal["tatoeba"]
    folder: InputPath
    languages: list[Language] | None = pydantic.Field(None, description="null: all that are there")
    groups: dict[Name, list[Language]] = pydantic.Field(
        default_factory=lambda: dict(GROUPS), description="name: languages"
    )

    @property
    def keys(self) -> list[str]:
        """Of the mean over all languages; which ones there are is seen when the folder is read."""
        return [f"{ALL}-{ENGLISH}", f"{ENGLISH}-{ALL}"]

    def read(self) -> Texts:
        """The two sides of each language, one after the other."""
        return tuple(side for pairs in self._sets().values() for side in read_pairs(pairs))

    def sides(self) -> Mapping[str, Sequence[int]]:
        """Both sides of the language, or of all languages of the group."""
        languages = list(self._sets())
        members = {language: [language] for language in languages} | self._groups(languages)
        found = {
            name: [2 * languages.index(x) + side for x in own for side in (0, 1)]
            for name, own in members.items()
        }
        return {
            key: own
            for name, own in found.items()
            for key in (f"{name}-{ENGLISH}", f"{ENGLISH}-{name}")
        }

    def score(self, scored: Scored) -> dict[str, Scores]:
        """`sw-en`, `en-sw` …, then `36-en`, `en-36` … for each group that is there whole, `all-en`.

        Scores as `tfmling.evaluation.retrieval.describe`; of groups `languages` beside.
        """
        figures: dict[str, Scores] = {}
        sides = zip(
            scored.vectors[::2], scored.vectors[1::2], scored.texts[::2], scored.texts[1::2],
            strict=True,
        )  # fmt: skip
        sets = self._sets()
        for language, side in zip(sets, sides, strict=True):
            forward, backward = retrieval_scores(*side, k=scored.neighbours)
            figures[f"{language}-{ENGLISH}"] = forward
            figures[f"{ENGLISH}-{language}"] = backward
        return figures | dict(_means(figures, self._groups(list(sets))))

    def _sets(self) -> dict[str, Moses]:
        """One for each language, in the order of their codes."""
        found = {
            code: pairs
            for code, pairs in sorted(_find(self.folder).items())
            if self.languages is None or pairs.source_language in self.languages
        }
        if missing := set(self.languages or ()) - {s.source_language for s in found.values()}:
            raise CorpusError(f"{self.folder}: no tatoeba.XXX-eng.XXX for {sorted(missing)}")
        if not found:
            raise CorpusError(f"{self.folder}: expected files tatoeba.XXX-eng.XXX, found none")
        return found

    def _groups(self, languages: list[str]) -> dict[str, list[str]]:
        """Those that are here whole: a mean over a part of a group compares with no other."""
        whole = {n: group for n, group in self.groups.items() if set(group) <= set(languages)}
        return whole | {ALL: languages}


def _find(folder: str) -> dict[str, Moses]:
    """By language; by the files' own code where two are one to BCP 47, as Tatoeba's dtp and kzj."""
    found: dict[str, Moses] = {}
    for path in files.find(folder):
        name = PurePosixPath(path).name
        if not fnmatch.fnmatchcase(name, "tatoeba.*-eng.eng*"):
            continue
        xxx, ending = name.split(".")[1].removesuffix("-eng"), name.split(".eng", 1)[1]
        if xxx in found:
            twice = f"{found[xxx].target} and {path}"
            raise CorpusError(f"expected one set of {xxx}, found {twice}; keep one of them")
        found[xxx] = Moses(
            format="moses",
            source_language=normalize_language(xxx),
            target_language=ENGLISH,
            source=files.join(folder, f"tatoeba.{xxx}-eng.{xxx}{ending}"),
            target=path,
        )
    times = Counter(pairs.source_language for pairs in found.values())
    return {
        xxx if times[pairs.source_language] > 1 else pairs.source_language: pairs
        for xxx, pairs in found.items()
    }


def _means(
    figures: Mapping[str, Scores], groups: Mapping[str, list[str]]
) -> Iterator[tuple[str, Scores]]:
    for name, languages in groups.items():
        yield f"{name}-{ENGLISH}", mean_share([figures[f"{x}-{ENGLISH}"] for x in languages])
        yield f"{ENGLISH}-{name}", mean_share([figures[f"{ENGLISH}-{x}"] for x in languages])


def mean_share(shares: list[Scores]) -> Scores:
    """The mean over languages, each counting as much, with its 95 % interval.

    The languages' sentences are independent samples, so the variances p(1 - p)/n add up; normal
    approximation.

    Returns:
        `count` of sentences, `languages`, and `p_at_1`, `p_at_1_margin` with `_low` and `_high`.
    """
    mean: Scores = {"count": sum(int(s["count"]) for s in shares), "languages": len(shares)}
    for name in ("p_at_1", "p_at_1_margin"):
        value = sum(s[name] for s in shares) / len(shares)
        variance = sum(s[name] * (1 - s[name]) / s["count"] for s in shares) / len(shares) ** 2
        half_width = NORMAL_975 * variance**0.5
        mean |= {name: value, f"{name}_low": max(0.0, value - half_width)}
        mean |= {f"{name}_high": min(1.0, value + half_width)}
    return mean
