"""All pairs and one pool, by angles in the plane where the nearest is known."""

import numpy as np
import pydantic
import pytest

from tfmling.core import config
from tfmling.corpora.corpus import CorpusError
from tfmling.evaluation.all_pairs import AllPairsSet
from tfmling.evaluation.language_bias import LanguageBiasSet, describe_nearest, nearest_in_pool
from tfmling.evaluation.test_set import EmbeddedSet


def at_degrees(*degrees: float) -> np.ndarray:
    radians = np.deg2rad(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def aligned(tmp_path, kind, **sides: list[str]):
    for language, lines in sides.items():
        (tmp_path / language).write_text("".join(f"{x}\n" for x in lines), encoding="utf-8")
    return config.build(
        kind,
        {
            "kind": kind.model_fields["kind"].annotation.__args__[0],
            "name": "n",
            "sentences": [
                {
                    "format": "plain_text",
                    "language": language,
                    "document_break": "line",
                    "path": f"{tmp_path}/{language}",
                }
                for language in sides
            ],
        },
        "test",
    )


def scored(test_set, *vectors: np.ndarray) -> EmbeddedSet:
    return EmbeddedSet(test_set.read(), vectors, None, neighbors=1, folder="")


def test_search_errors_of_all_pairs(tmp_path):
    three = aligned(tmp_path, AllPairsSet, en=["a", "b"], sw=["c", "d"], de=["e", "f"])
    english, swahili, german = at_degrees(0, 90), at_degrees(5, 85), at_degrees(80, 10)
    figures = three.score(scored(three, english, swahili, german))
    assert list(figures) == ["en-sw", "en-de", "sw-en", "sw-de", "de-en", "de-sw"]
    assert figures["en-sw"]["xsim_error"] == figures["sw-en"]["xsim_error"] == 0.0
    assert figures["en-de"]["xsim_error"] == 1.0  # German has its two sentences exchanged
    assert figures["de-sw"]["p_at_1"] == 0.0
    assert figures["en-sw"]["count"] == 2


def test_nearest_in_one_pool():
    # English at 0 and 20 degrees are nearer to each other than to Swahili at 40 and 50:
    # 0 -> 20 (own), 20 -> 0 or 40: 20 away both; make it 41 so that own wins
    nearest = nearest_in_pool([at_degrees(0, 20), at_degrees(41, 65)])
    assert nearest.tolist() == [[1, 0], [1, 2]]
    english, swahili = describe_nearest(nearest[0], 0), describe_nearest(nearest[1], 1)
    assert (english["p_at_1_pool"], english["own_language"]) == (0.0, 1.0)
    # Swahili 0 (41) finds English 1 (20): wrong, of another language; Swahili 1 finds Swahili 0
    assert (swahili["p_at_1_pool"], swahili["own_language"]) == (0.0, 0.5)


def test_a_model_without_bias_finds_translations(tmp_path):
    pool = aligned(tmp_path, LanguageBiasSet, en=["a", "b"], sw=["c", "d"])
    figures = pool.score(scored(pool, at_degrees(0, 90), at_degrees(1, 89)))
    assert figures["en"]["p_at_1_pool"] == figures["sw"]["p_at_1_pool"] == 1.0
    assert figures["en"]["own_language"] == 0.0


def test_blocks_change_nothing(monkeypatch):
    generator = np.random.default_rng(1)
    sides = [generator.normal(size=(7, 4)).astype(np.float32) for _ in range(3)]
    whole = nearest_in_pool(sides)
    monkeypatch.setattr("tfmling.evaluation.language_bias._BLOCK", 4)
    assert nearest_in_pool(sides).tolist() == whole.tolist()


def test_sides_of_other_lengths_are_rejected(tmp_path):
    with pytest.raises(CorpusError, match="en has 2 sentences and sw 1"):
        aligned(tmp_path, AllPairsSet, en=["a", "b"], sw=["c"]).read()


def test_blank_lines_at_other_places_are_rejected(tmp_path):
    shifted = aligned(
        tmp_path, AllPairsSet, en=["one", "", "three", "four"], sw=["moja", "mbili", "", "nne"]
    )
    with pytest.raises(CorpusError, match=r"sw:2 would be compared with \S+en:3; expected"):
        shifted.read()


def test_blank_lines_at_the_same_places_shift_nothing(tmp_path):
    sides = {"en": ["", "one", "", "three"], "sw": ["", "moja", "", "tatu"]}
    assert aligned(tmp_path, AllPairsSet, **sides).read() == (["one", "three"], ["moja", "tatu"])


def test_a_header_and_joined_lines_are_no_other_lines(tmp_path):
    texts = {"en": "one\n\nthree\n", "sw": "sw\nmoja\n\ntatu\n", "de": "ei\nns\n\ndrei\n"}
    for language, text in texts.items():
        (tmp_path / language).write_text(text)
    own = ({"format": "plain_text"}, {"format": "tsv", "column": "sw", "header": True})
    own += ({"format": "plain_text", "join_lines": True},)
    sides = [
        {"language": language, "path": f"{tmp_path}/{language}"} | settings
        for language, settings in zip(texts, own, strict=True)
    ]
    found = AllPairsSet.model_validate({"kind": "all_pairs", "name": "n", "sentences": sides})
    assert found.read() == (["one", "three"], ["moja", "tatu"], ["ei ns", "drei"])


def test_a_language_occurs_once(tmp_path):
    (tmp_path / "en").write_text("a\n")
    side = dict(format="plain_text", language="en", path=f"{tmp_path}/en")
    with pytest.raises(pydantic.ValidationError, match="each once"):
        AllPairsSet.model_validate(dict(kind="all_pairs", name="n", sentences=[side, side]))
