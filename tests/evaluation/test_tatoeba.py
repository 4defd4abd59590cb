"""A folder of Tatoeba sets: which are found, and means computed by hand."""

import gzip
import math

import numpy as np
import pytest

from tfmling.core.languages import normalize_language
from tfmling.corpora.corpus import CorpusError
from tfmling.evaluation.tatoeba import GROUPS, TatoebaSet, mean_scores
from tfmling.evaluation.test_set import EmbeddedSet


def tatoeba(folder, **settings) -> TatoebaSet:
    return TatoebaSet.model_validate(dict(kind="tatoeba", name="t", folder=str(folder)) | settings)


@pytest.fixture
def folder(tmp_path):
    for xxx in ("swh", "deu"):
        (tmp_path / f"tatoeba.{xxx}-eng.{xxx}").write_text(f"{xxx} 1\n{xxx} 2\n")
        (tmp_path / f"tatoeba.{xxx}-eng.eng").write_text("one\ntwo\n")
    return tmp_path


def test_all_sets_of_a_folder_and_their_groups(folder):
    found = tatoeba(folder, groups={"african": ["sw"], "part": ["sw", "am"]})
    texts = found.read()
    assert texts[0] == ["deu 1", "deu 2"]  # de comes before sw
    assert texts[2] == ["swh 1", "swh 2"]
    one, two = np.eye(2, dtype=np.float32)[None], np.eye(2, dtype=np.float32)[::-1][None]
    vectors = tuple(np.concatenate([one, one, one, two]))  # German right, Swahili exchanged
    figures = found.score(EmbeddedSet(texts, vectors, None, neighbors=1, folder=""))
    assert list(figures) == [
        *("de-en", "en-de", "sw-en", "en-sw"),
        *("african-en", "en-african", "all-en", "en-all"),
    ]
    assert figures["african-en"]["p_at_1"] == figures["sw-en"]["p_at_1"] == 0.0
    assert figures["african-en"]["languages"] == 1
    assert figures["all-en"]["p_at_1"] == 0.5
    assert figures["all-en"]["count"] == 4


def test_two_codes_of_one_language_are_two_sets(folder):
    for xxx in ("dtp", "kzj"):  # both are dtp to BCP 47, and both are among Tatoeba's 112
        (folder / f"tatoeba.{xxx}-eng.{xxx}").write_text(f"{xxx} 1\n{xxx} 2\n")
        (folder / f"tatoeba.{xxx}-eng.eng").write_text("one\ntwo\n")
    found = tatoeba(folder, groups={"asian": ["dtp"]})
    texts = found.read()
    assert [side[0] for side in texts[::2]] == ["deu 1", "dtp 1", "kzj 1", "swh 1"]
    right, exchanged = np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32)[::-1]
    vectors = (right, right, right, exchanged, right, right, right, right)  # dtp is wrong
    figures = found.score(EmbeddedSet(texts, vectors, None, neighbors=1, folder=""))
    assert figures["dtp-en"]["p_at_1"] == figures["asian-en"]["p_at_1"] == 0.0
    assert figures["kzj-en"]["p_at_1"] == 1.0
    assert (figures["all-en"]["p_at_1"], figures["all-en"]["languages"]) == (0.75, 4)
    assert tatoeba(folder, languages=["dtp"]).read()[::2] == (
        ["dtp 1", "dtp 2"],
        ["kzj 1", "kzj 2"],
    )


def test_two_files_of_one_code_are_rejected(folder):
    for side in ("swh", "eng"):
        (folder / f"tatoeba.swh-eng.{side}.gz").write_bytes(gzip.compress(b"one\ntwo\n"))
    with pytest.raises(CorpusError, match=r"one set of swh, found \S+\.eng and \S+\.eng\.gz"):
        tatoeba(folder).read()


def test_mean_and_its_interval():
    # variances .5 * .5 / 100 and .9 * .1 / 25: .0025 + .0036 = .0061, / 4 = .001525
    shares = [
        {"count": 100, "p_at_1": 0.5, "p_at_1_margin": 1.0},
        {"count": 25, "p_at_1": 0.9, "p_at_1_margin": 1.0},
    ]
    mean = mean_scores(shares)
    assert mean["p_at_1"] == pytest.approx(0.7)
    assert mean["p_at_1_low"] == pytest.approx(0.7 - 1.959964 * math.sqrt(0.001525))
    assert (mean["p_at_1_margin_low"], mean["p_at_1_margin_high"]) == (1.0, 1.0)
    assert mean["languages"] == 2


def test_groups_of_the_paper_are_of_their_sizes_and_codes():
    for name, languages in GROUPS.items():
        assert len(set(languages)) == int(name)
        assert [normalize_language(x) for x in languages] == languages


def test_what_is_not_there_is_said(folder, tmp_path):
    with pytest.raises(CorpusError, match=r"no tatoeba.XXX-eng.XXX for \['am'\]"):
        tatoeba(folder, languages=["am", "sw"]).read()
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="found none"):
        tatoeba(tmp_path / "empty").read()


def test_the_real_folder(shared_data):
    texts = tatoeba(shared_data / "tatoeba").read()
    counts = [len(side) for side in texts]
    assert counts[::2] == counts[1::2]
    assert sorted(counts[::2])[:4] == [104, 112, 117, 127]  # by wc -l
