"""Settings of `evaluate`: invalid settings and their error messages."""

import pytest

from tfmling.core import config
from tfmling.evaluation.settings import Evaluate

PAIRS = {"format": "moses", "source_language": "swh", "target_language": "eng"}
RETRIEVAL = {
    "kind": "retrieval",
    "name": "tatoeba",
    "pairs": PAIRS | {"source": "s", "target": "t"},
}
ENGLISH = {"format": "plain_text", "language": "en", "path": "english.txt"}
SIMILARITY = {"kind": "similarity", "name": "english", "sentences": ENGLISH, "reference": "before"}


def build(**changes) -> Evaluate:
    values = {"output": "o", "models": {"before": "b", "after": "a"}, "sets": [RETRIEVAL]}
    return config.build(Evaluate, values | changes, "evaluate.yaml", check_inputs=False)


def test_keys_are_normalized_languages():
    settings = build(sets=[RETRIEVAL, SIMILARITY])
    assert [test_set.keys for test_set in settings.sets] == [["sw-en", "en-sw"], ["en"]]


def test_inputs_are_the_models_and_the_files():
    assert config.paths(build(), "input") == ["b", "a", "s", "t"]


def test_a_model_is_a_path_or_says_more():
    models = {"before": "b", "after": {"path": "a", "pooling": "pooler", "truncate_dim": 128}}
    after = build(models=models).models["after"]
    assert (build(models=models).models["before"].path, after.pooling) == ("b", "pooler")
    assert str(after) == "a, pooling pooler, first 128 dimensions"
    with pytest.raises(config.ConfigError, match=r"models.after.dimension: unknown key"):
        build(models={"after": {"path": "a", "dimension": 128}})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sets": [RETRIEVAL, RETRIEVAL]}, "once; repeated: retrieval tatoeba sw-en"),
        ({"sets": [SIMILARITY | {"reference": "base"}]}, r"\(before, after\), got 'base'"),
        ({"models": {}}, "models: .*at least 1"),
        ({"models": {"a.b": "c"}}, "models.a.b"),
        (
            {"sets": [RETRIEVAL | {"kind": "retreival"}]},
            r"sets.0.kind: unknown kind 'retreival'; .*retrieval, similarity",
        ),
        ({"sets": [RETRIEVAL | {"pair": 1}]}, "did you mean 'pairs'"),
    ],
)
def test_invalid_settings(changes, message):
    with pytest.raises(config.ConfigError, match=message):
        build(**changes)


def test_reversed_languages_of_one_set_are_the_same_scores():
    turned = PAIRS | {
        "source_language": "en",
        "target_language": "sw",
        "source": "t",
        "target": "s",
    }
    with pytest.raises(config.ConfigError, match="repeated: retrieval tatoeba"):
        build(sets=[RETRIEVAL, RETRIEVAL | {"pairs": turned}])
