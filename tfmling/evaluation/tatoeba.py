"""All Tatoeba sets of a folder: P@1 of every language with English, and means over groups.

Artetxe and Schwenk (2019), "Massively Multilingual Sentence Embeddings", made the sets. The groups
are those of the LaBSE paper (Feng et al. 2022, table 4): the 14 languages of m-USE and the 36 of
XTREME are below, its 82 can be set; `all` is the group of all sets of the folder.
"""

import fnmatch
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import ClassVar, Literal

import pydantic

from tfmling.core import files
from tfmling.core.config import InputPath, Name
from tfmling.core.intervals import NORMAL_975, Scores
from tfmling.core.languages import Language, normalize_language
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.moses import Moses
from tfmling.evaluation.read_texts import Texts, read_pairs
from tfmling.evaluation.retrieval import retrieval_scores
from tfmling.evaluation.test_set import EmbeddedSet, TestSet

ENGLISH = "en"
_M_USE = "ar zh fr de it ja ko nl pl pt ru es th tr"
# fil is Tagalog, tgl in the file names
_XTREME = """ar he vi id jv fil eu ml ta te af nl de el bn hi mr ur fa fr it pt es bg ru ja ka ko th
sw zh kk tr et fi hu"""
GROUPS: dict[str, list[str]] = {"14": _M_USE.split(), "36": _XTREME.split()}
ALL = "all"


class TatoebaSet(TestSet):
    """Files `tatoeba.XXX-eng.XXX` and `tatoeba.XXX-eng.eng`, gzip or plain, of one folder.

    Example:
        >>> for language, text in {"swh": "Habari.\\n", "eng": "Hello.\\n"}.items():
        ...     _ = open(f"tatoeba.swh-eng.{language}", "w").write(text)
        >>> tatoeba = TatoebaSet(kind="tatoeba", name="tatoeba", folder=folder)
        >>> tatoeba.read(), tatoeba.sides()["sw-en"]
        ((['Habari.'], ['Hello.']), [0, 1])
    """

    TITLE: ClassVar = "Tatoeba: P@1 (95 % interval); groups are means over their languages"
    METRICS: ClassVar = {"p_at_1": "cosine", "p_at_1_margin": "margin"}
    AXIS: ClassVar = "P@1 by cosine"

    kind: Literal["tatoeba"]
    folder: InputPath
    """Folder of LASER's Tatoeba test files."""
    languages: list[Language] | None = None
    """Languages to score; null: all in the folder."""
    groups: dict[Name, list[Language]] = pydantic.Field(default_factory=lambda: dict(GROUPS))
    """Groups of languages whose mean is reported, by name."""

    @property
    def keys(self) -> list[str]:
        """The mean over all languages; single languages are known when the folder is read."""
        return [f"{ALL}-{ENGLISH}", f"{ENGLISH}-{ALL}"]

    def read(self) -> Texts:
        """Read both sides of each language, one language after the other."""
        return tuple(side for pairs in self._sets().values() for side in read_pairs(pairs))

    def sides(self) -> Mapping[str, Sequence[int]]:
        """Both sides of the language, or of all languages of the group."""
        languages = list(self._sets())
        members = {language: [language] for language in languages} | self._groups(languages)
        return {
            key: [2 * languages.index(x) + side for x in own for side in (0, 1)]
            for name, own in members.items()
            for key in (f"{name}-{ENGLISH}", f"{ENGLISH}-{name}")
        }

    def score(self, embedded: EmbeddedSet) -> dict[str, Scores]:
        """Score each language, then the mean of each group whose languages are all there.

        Returns:
            By `sw-en`, `en-sw` …, `36-en`, `en-36` …; see `retrieval_scores` and `mean_scores`.
        """
        scores: dict[str, Scores] = {}
        sets = list(self._sets())
        for number, language in enumerate(sets):
            sides = slice(2 * number, 2 * number + 2)
            source_ND, target_ND = embedded.vectors[sides]
            source, target = embedded.texts[sides]
            forward, backward = retrieval_scores(
                source_ND, target_ND, source, target, embedded.neighbors
            )
            scores |= {f"{language}-{ENGLISH}": forward, f"{ENGLISH}-{language}": backward}
        for name, languages in self._groups(sets).items():
            forward = mean_scores([scores[f"{x}-{ENGLISH}"] for x in languages])
            backward = mean_scores([scores[f"{ENGLISH}-{x}"] for x in languages])
            scores |= {f"{name}-{ENGLISH}": forward, f"{ENGLISH}-{name}": backward}
        return scores

    def _sets(self) -> dict[str, Moses]:
        """The pairs of each language, by code."""
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
        """The complete groups: the mean over a part of a group is not comparable."""
        whole = {n: group for n, group in self.groups.items() if set(group) <= set(languages)}
        return whole | {ALL: languages}


def _find(folder: str) -> dict[str, Moses]:
    """Find the sets of a folder by BCP 47 code.

    Where two sets have the same BCP 47 code, as Tatoeba's dtp and kzj, the codes of the file names
    are used.
    """
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


def mean_scores(by_language: list[Scores]) -> Scores:
    """Average P@1 over languages, each with equal weight.

    The languages' sentences are independent samples, so the variances p(1 - p)/n add up; the 95 %
    interval is a normal approximation.

    Args:
        by_language: as `retrieval_scores` returns them, at least one.

    Returns:
        `count` of sentences, `languages`, `p_at_1` and `p_at_1_margin` with `_low` and `_high`.

    Example:
        >>> languages = [{"count": 10, "p_at_1": p, "p_at_1_margin": p} for p in (0.25, 0.75)]
        >>> mean_scores(languages)["p_at_1"]
        0.5
    """
    number = len(by_language)
    mean: Scores = {"count": sum(int(s["count"]) for s in by_language), "languages": number}
    for name in ("p_at_1", "p_at_1_margin"):
        value = sum(s[name] for s in by_language) / number
        variance = sum(s[name] * (1 - s[name]) / s["count"] for s in by_language) / number**2
        half_width = NORMAL_975 * variance**0.5
        mean |= {name: value, f"{name}_low": max(0.0, value - half_width)}
        mean |= {f"{name}_high": min(1.0, value + half_width)}
    return mean
