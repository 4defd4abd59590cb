"""Probes of sentences on a made encoder whose answers are known."""

import numpy as np
import pytest

from tests.probes.made_encoder import MadeEncoder, random_vectors
from tfmling.core.config import build
from tfmling.core.config_errors import ConfigError
from tfmling.probes.isotropy import Isotropy
from tfmling.probes.language_probe import LanguageProbe
from tfmling.probes.representation_similarity import RepresentationSimilarity
from tfmling.probes.translation_vector import TranslationVector

COMMON, OTHER = random_vectors(1), random_vectors(2)
STEP = 10 * random_vectors(3)("step")
SENTENCES = [f"w{n} w{n + 1} w{2 * n + 5}" for n in range(60)]
UPPER = [text.upper() for text in SENTENCES]


def moved(word: str) -> np.ndarray:
    return COMMON(word.lower()) + (STEP if word.isupper() else 0)


def equal(word: str) -> np.ndarray:
    return COMMON(word.lower())


def corpus(language: str) -> dict[str, str]:
    return {"format": "plain_text", "document_break": "line", "path": "none", "language": language}


def settings(model, kind, **values):
    values = {"name": "asked", "kind": kind, **values}
    return build(model, values, "test", check_inputs=False)


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (RepresentationSimilarity, "representation_similarity"),
        (LanguageProbe, "language_probe"),
        (Isotropy, "isotropy"),
    ],
)
def test_each_language_occurs_once(model, kind):
    with pytest.raises(ConfigError, match=r"for each corpus, each once, got \['en', 'sw', 'sw'\]"):
        settings(model, kind, sentences=[corpus("en"), corpus("sw"), corpus("swh")])


def bitext(source: str, target: str) -> dict[str, str]:
    languages = {"source_language": source, "target_language": target}
    return {"format": "tsv_pairs", "path": "none", **languages}


@pytest.mark.parametrize("other", [bitext("de", "en"), bitext("en", "de")])
def test_each_direction_has_one_translation_vector(other):
    pairs = [bitext("de", "en"), bitext("fr", "en"), other]
    with pytest.raises(ConfigError, match=r"in either direction, that differ, got .*: de-en$"):
        settings(TranslationVector, "translation_vector", pairs=pairs)


def test_two_rows_of_one_place_are_rejected():
    probe = settings(Isotropy, "isotropy", sentences=[corpus("en")])
    rows = [{"language": "en", "layer": n, "mean_cosine": 0.5} for n in (1, 2, 1)]
    assert set(probe.nested(rows[:2])["en"]) == {"layer-1", "layer-2", "last"}
    with pytest.raises(ValueError, match="asked: expected one row per place, got two of en, 1"):
        probe.nested(rows)


def test_a_language_that_is_the_other_one_moved():
    probe = settings(TranslationVector, "translation_vector", pairs=[bitext("qaa", "en")])
    rows = probe.run(MadeEncoder(moved, OTHER), {("qaa", "en"): (SENTENCES, UPPER)})
    found = probe.nested(rows)
    for languages in ("qaa-en", "en-qaa"):
        assert found[languages]["layer-1"]["accuracy"] == 1.0
        assert found[languages]["layer-2"]["accuracy"] < 0.2
        assert found[languages]["layer-1"]["count"] == 60
    assert len(probe.draw(rows).axes[0].lines) == 2


def test_a_language_that_is_the_other_one_scaled_has_the_same_shape():
    probe = settings(
        RepresentationSimilarity,
        "representation_similarity",
        sentences=[corpus("en"), corpus("qaa"), corpus("qab")],
    )
    data = {"en": UPPER, "qaa": SENTENCES, "qab": SENTENCES[::-1]}
    rows = probe.run(MadeEncoder(lambda w: (3 if w.isupper() else 1) * equal(w), OTHER), data)
    found = probe.nested(rows)
    assert found["en-qaa"]["layer-1"]["cka"] == pytest.approx(1.0, abs=1e-5)
    assert found["en-qaa"]["layer-2"]["cka"] < 0.6
    assert found["en-qab"]["layer-1"]["cka"] < 0.6
    assert len(probe.draw(rows).axes[0].lines) == 2


def test_equal_languages_cannot_be_told_and_moved_ones_can():
    sentences = [corpus("qaa"), corpus("en")]
    probe = settings(LanguageProbe, "language_probe", sentences=sentences, train_share=0.25)
    rows = probe.run(MadeEncoder(equal, moved), [SENTENCES, UPPER])
    # equal vectors get equal answers, of which one of two is right
    assert [row["accuracy"] for row in rows] == [0.5, 1.0]
    assert [row["count"] for row in rows] == [90, 90]
    assert rows[0]["chance"] == 0.5
    assert len(probe.draw(rows).axes[0].lines) == 2


def test_directions_by_hand():
    axes = {"a": [1, 0], "b": [0, 1], "c": [2, 0]}
    encoder = MadeEncoder(lambda word: np.array(axes[word]), lambda word: np.array([1.0, 1.0]))
    probe = settings(Isotropy, "isotropy", sentences=[corpus("en")])
    rows = probe.run(encoder, {"en": ["a b", "c"]})
    # of three pairs only a and c have a cosine of 1, the others 0
    assert rows[0]["mean_cosine"] == pytest.approx(1 / 3)
    assert rows[1]["mean_cosine"] == pytest.approx(1.0)
    assert rows[0]["count"] == 3
    assert probe.draw(rows).axes[0].get_ylabel() == "mean cosine of two pieces"


def test_texts_that_do_not_match_line_by_line_are_rejected(tmp_path):
    for language, text in (("en", "a\nb\n"), ("qaa", "a\n")):
        (tmp_path / language).write_text(text)
    sentences = [corpus(n) | {"path": str(tmp_path / n)} for n in ("en", "qaa")]
    probe = settings(LanguageProbe, "language_probe", sentences=sentences)
    with pytest.raises(ValueError, match="'asked': en has 2 sentences and qaa 1"):
        probe.read()
