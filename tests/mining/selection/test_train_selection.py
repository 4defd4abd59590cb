"""train_selection and the filter on a language whose lexicon is known, with noise in raw pairs."""

import random

import pytest
import yaml

from tfmling import filters
from tfmling.cli.main import main
from tfmling.core import config
from tfmling.corpora.documents import SentencePair
from tfmling.filters.filter import judge_pairs
from tfmling.mining.selection.model_folder import SelectionModelError, load_model


class _Holder(config.Settings):
    filters: list[filters.AnyPairFilter]


WORDS = [a + b + c for a in "kmt" for b in "aeiou" for c in ("ba", "lo", "nu", "si")]


def make_pairs(count, seed):
    draw = random.Random(seed)
    sources = [draw.choices(WORDS, k=draw.randint(4, 9)) for _ in range(count)]
    return [(" ".join(words), " ".join(w[::-1] for w in words)) for words in sources]


def shuffled(pairs, seed):
    targets = [target for _, target in pairs]
    random.Random(seed).shuffle(targets)
    return [(source, target) for (source, _), target in zip(pairs, targets, strict=True)]


@pytest.fixture
def corpus(tmp_path):
    def corpus(name, pairs, source="en", target="sw"):
        path = tmp_path / name
        path.write_text("".join(f"{s}\t{t}\n" for s, t in pairs), encoding="utf-8")
        languages = {"source_language": source, "target_language": target}
        return {"format": "tsv_pairs", "path": str(path)} | languages

    return corpus


@pytest.fixture
def train(tmp_path, corpus):
    def train(**changes):
        raw = make_pairs(400, 1) + shuffled(make_pairs(200, 2), 3)
        values = {
            "output": str(tmp_path / "model"),
            "trusted": [corpus("trusted.tsv", make_pairs(150, 4))],
            "raw": [corpus("raw.tsv", raw)],
        } | changes
        path = tmp_path / "selection.yaml"
        path.write_text(yaml.safe_dump(values))
        main(["train_selection", "--config", str(path)])
        return str(tmp_path / "model")

    return train


def build(model, **values):
    only = {"kind": "selection", "model": model, "min": 0.0} | values
    return config.build(_Holder, {"filters": [only]}, "test").filters[0]


def as_pairs(texts, source="en", target="sw"):
    return [SentencePair("a", n, s, t, source, target) for n, (s, t) in enumerate(texts)]


@pytest.mark.parametrize("directions", ["forward", "both"])
def test_noise_scores_below_translations(train, directions):
    selection = build(train(directions=directions))
    good = selection.scores(as_pairs(make_pairs(100, 7)))
    bad = selection.scores(as_pairs(shuffled(make_pairs(100, 8), 9)))
    below = sum(b < g for b in bad for g in good) / 10_000
    assert below > 0.95


def test_scores_are_written_best_first_with_a_page(train, tmp_path):
    model = train()
    rows = [line.split("\t") for line in (tmp_path / "model/scores.tsv").read_text().splitlines()]
    scores = [float(score) for score, _, _ in rows]
    assert len(rows) == 600
    assert scores == sorted(scores, reverse=True)
    selection = build(model)
    again = selection.scores(as_pairs([(s, t) for _, s, t in rows[:50]]))
    assert again == pytest.approx(scores[:50], abs=1e-6)
    assert "Raw pairs with the lowest scores" in (tmp_path / "model/report.html").read_text()


def test_pairs_in_reverse_order_and_in_other_languages(train):
    selection = build(train(), min=0.0)
    texts = make_pairs(3, 7)
    turned = [(target, source) for source, target in texts]
    assert selection.scores(as_pairs(turned, "sw", "en")) == selection.scores(as_pairs(texts))
    other = as_pairs([(s, "zzz") for s, _ in texts], "en", "fr")
    assert judge_pairs([selection], other) == [None] * 3
    assert selection.passes_unjudged("fr") == "unknown_to_selection"
    assert selection.passes_unjudged("sw") is None


def test_one_pair_of_languages_only(train, corpus):
    with pytest.raises(SystemExit):
        train(trusted=[corpus("other.tsv", make_pairs(5, 1), target="fr")])


def test_a_folder_without_a_model_is_rejected(tmp_path):
    with pytest.raises(SelectionModelError, match="expected the folder that train_selection wrote"):
        load_model(str(tmp_path))
