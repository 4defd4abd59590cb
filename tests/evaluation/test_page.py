"""The page of scores: its sections, and the numbers behind its plots."""

import numpy as np
import pytest

from tfmling.evaluation import KINDS
from tfmling.evaluation.page import sections
from tfmling.evaluation.plot import draw_projection, principal_plane
from tfmling.evaluation.run_evaluation import score_all
from tfmling.evaluation.settings import Evaluate
from tfmling.evaluation.test_set import Embeddings
from tfmling.reports.heat_map import as_array, draw_heat_map


def test_matrix_is_source_by_target():
    matrix = as_array({("en", "sw"): 0.25, ("sw", "en"): 0.5}, ["en", "sw"])
    assert np.isnan(matrix[0, 0])
    assert (matrix[0, 1], matrix[1, 0]) == (0.25, 0.5)


def test_heat_map_has_a_panel_a_model_on_one_scale():
    figure = draw_heat_map({m: {("en", "sw"): 0.2, ("sw", "en"): 0.4} for m in "ab"}, "error")
    images = [image for axes in figure.axes for image in axes.images]
    assert [image.get_clim() for image in images] == [(0, 1), (0, 1)]


def test_the_plane_holds_the_directions_of_most_variance():
    # spread 10 along the second axis, 1 along the third, none along the first
    points = np.array([[5, -10, 0], [5, 10, 0], [5, 0, -1], [5, 0, 1]], np.float32)
    flat = np.abs(principal_plane(points))
    assert flat == pytest.approx(np.array([[10, 0], [10, 0], [0, 1], [0, 1]]), abs=1e-5)


def test_projection_joins_translations():
    vectors = [np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32) * 0.9]
    axes = draw_projection({"m": vectors}, ["en", "sw"]).axes[0]
    assert len(axes.lines) == 3
    assert [c.get_label() for c in axes.collections] == ["en", "sw"]


@pytest.fixture
def settings(tmp_path) -> Evaluate:
    sides = {}
    for language, lines in {"en": "a\nbb\nccc\n", "am": "x\nyy\nzzz\n"}.items():
        path = tmp_path / language
        path.write_text(lines)
        sides[language] = dict(
            format="plain_text", language=language, path=str(path), document_break="line"
        )
    pairs = {"format": "moses", "source_language": "am", "target_language": "en"}
    pairs |= {"source": f"{tmp_path}/am", "target": f"{tmp_path}/en"}
    sentences = list(sides.values())
    return Evaluate.model_validate(
        {
            "output": f"{tmp_path}/out",
            "models": {"m": f"{tmp_path}"},
            "sets": [
                {"kind": "retrieval", "name": "r", "pairs": pairs},
                {"kind": "all_pairs", "name": "p", "sentences": sentences},
                {"kind": "language_bias", "name": "b", "sentences": sentences},
            ],
        }
    )


def test_sections_of_a_page(settings):
    texts = [test_set.read() for test_set in settings.sets]
    # sentence 3 of Amharic is where sentence 1 of English is
    english, amharic = np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32)[[0, 1, 0]]
    no, yes = np.zeros(3, bool), np.array([False, True, True])
    pairs = Embeddings((amharic, english), (no, yes))
    pool = Embeddings((english, amharic), (yes, no))
    embedded = {"m": [pairs, pool, pool]}
    scores = score_all(settings, texts, embedded)
    page = list(sections(settings, scores, embedded))
    titled = {section.title: section for section in page}
    # retrieval's scores are of both sides, 2 of 6; so are those of two languages; one of a pool of
    # its own language
    assert titled[KINDS["retrieval"].TITLE].header[-1] == "m, truncated"
    assert [row[-1] for row in titled[KINDS["retrieval"].TITLE].rows] == ["33.3 %", "33.3 %"]
    assert scores["all_pairs"]["m"]["p"]["en-am"]["truncated"] == pytest.approx(1 / 3)
    pool = titled[KINDS["language_bias"].TITLE].rows
    assert [(row[1], row[-1]) for row in pool] == [("en", "66.7 %"), ("am", "0.0 %")]
    lengths = titled["Retrieval by length"]
    # of Amharic's three queries the longest, zzz, is wrong
    assert lengths.rows[0] == ["r", "am-en", 1.0, 1.0, 0.0]
    scripts = titled["Retrieval by script"]
    assert [row[0] for row in scripts.rows] == ["Ethi"]
    assert scripts.rows[0][2] == pytest.approx(2 / 3)
    assert "p: xsim error" in titled
    assert "xsim error" not in titled  # no bars of it
    assert {"r: am, en", "p: en, am", "b: en, am"} <= titled.keys()


def test_a_script_in_a_code_is_that_of_the_language(settings):
    own = settings.sets[0]
    pairs = own.pairs.model_copy(update={"source_language": "sr-Latn"})
    only = settings.model_copy(update={"sets": [own.model_copy(update={"pairs": pairs})]})
    embedded = {"m": [Embeddings((np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32)))]}
    scores = score_all(only, [only.sets[0].read()], embedded)
    assert scores["retrieval"]["m"]["r"]["sr-Latn-en"]["truncated"] is None
    titled = {section.title: section for section in sections(only, scores, embedded)}
    assert titled["Retrieval by script"].rows == [["Latn", 2, 1.0]]  # sr-Latn-en and en-sr-Latn
