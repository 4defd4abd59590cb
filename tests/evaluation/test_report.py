"""The table and the picture."""

import io
import math

from tfmling.evaluation.plot import draw_scores
from tfmling.evaluation.report import as_json, as_markdown, scored_places


def figures(share: float, **more) -> dict:
    names = {
        f"{name}{end}": share + shift
        for name in ("p_at_1", "p_at_1_margin")
        for end, shift in (("", 0), ("_low", -0.1), ("_high", 0.1))
    }
    return {"count": 390} | names | more


SCORES = {
    "retrieval": {
        "before": {"tatoeba": {"sw-en": figures(0.2, truncated=0.125)}},
        "after": {
            "tatoeba": {"sw-en": figures(0.6, truncated=None), "en-sw": figures(0.5)},
        },
    },
    "similarity": {},
}


def test_a_row_for_each_direction_and_a_gap_where_nothing_was_scored():
    lines = as_markdown(SCORES).splitlines()
    assert lines[2].startswith(
        "| set | languages | sentences | before, cosine | before, margin | before, truncated |"
    )
    assert lines[4] == (
        "| tatoeba | sw-en | 390 | 0.200 (0.100–0.300) | 0.200 (0.100–0.300) | 12.5 % "
        "| 0.600 (0.500–0.700) | 0.600 (0.500–0.700) | not known |"
    )
    assert lines[5].startswith("| tatoeba | en-sw | 390 |  |  |  | 0.500")
    assert len(lines) == 8  # a note below, no table of similarity


def test_what_is_not_finite_is_null_and_shown_as_not_defined():
    names = [f"{name}{end}" for name in ("spearman", "pearson") for end in ("", "_low", "_high")]
    known = as_json({"count": 2, "threshold": math.inf} | dict.fromkeys(names, math.nan))
    assert known == {"count": 2, "threshold": None} | dict.fromkeys(names)
    scores = {"correlation": {"m": {"sts": {"en-sw": known}}}}
    assert "| sts | en-sw | 2 | not defined | not defined |" in as_markdown(scores)
    (bar,) = draw_scores(scores).axes[0].patches
    assert math.isnan(bar.get_height())


def test_places_come_in_the_order_of_scoring():
    places = [place[:2] for place in scored_places(SCORES["retrieval"])]
    assert places == [("tatoeba", "sw-en"), ("tatoeba", "en-sw")]


def test_picture_is_a_png_also_with_many_bars_and_one_model():
    many = {"only": {"set": {f"x{n}-en": figures(0.5) for n in range(60)}}}
    for scores in (SCORES, {"retrieval": many, "similarity": {}}):
        file = io.BytesIO()
        draw_scores(scores).savefig(file, format="png")
        assert file.getvalue().startswith(b"\x89PNG")
        assert len(file.getvalue()) > 10_000
