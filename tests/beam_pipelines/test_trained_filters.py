"""Filters with models of their own in the pipelines: workers load what a main has written."""

import numpy as np
import pytest

from tests.mining.selection.test_train_selection import make_pairs, shuffled
from tfmling.mining.selection.fit import fit_contrastive_model
from tfmling.mining.selection.model_folder import SelectionModel, save_model, words_of
from tfmling.mining.selection.settings import TranslationModel
from tfmling.quality.features import FeatureExtractor
from tfmling.quality.fit import fit_ngram_model
from tfmling.quality.models import ANY, save_models

GOOD = [f"Watoto {n} walikwenda shuleni asubuhi na mapema sana." for n in range(40)]
BAD = [f"Nyumbani | Ukurasa {n} >> ruka" for n in range(40)]


@pytest.fixture
def quality_model(tmp_path):
    good = [True] * len(GOOD) + [False] * len(BAD)
    model = fit_ngram_model(FeatureExtractor(4, 14), GOOD + BAD, good, strength=10, balanced=True)
    folder = tmp_path / "quality"
    folder.mkdir()
    save_models(str(folder), {ANY: model})
    return str(folder)


def test_quality(quality_model, run_monolingual, read_records, read_counts, write):
    path = write("a.txt", "Mwalimu aliwafundisha watoto mapema sana.\nUkurasa >> Nyumbani | ruka\n")
    output = run_monolingual(
        {
            "corpora": [
                {"format": "plain_text", "path": path, "language": "sw", "split_sentences": False}
            ],
            "filters": [{"kind": "quality", "model": quality_model, "min": 0.5}],
            "segment_pairs": None,
            "num_shards": 1,
        }
    )
    texts = [record["text"] for record in read_records(output, "sentences")["sw"]]
    assert texts == ["Mwalimu aliwafundisha watoto mapema sana."]
    assert read_counts(output)["sw"]["dropped"] == {"quality": 1}


def as_words(texts):
    return [words_of(source) for source, _ in texts], [words_of(target) for _, target in texts]


def test_selection(tmp_path, run_bitext, read_counts, write):
    raw = make_pairs(300, 1) + shuffled(make_pairs(150, 2), 3)
    forward = fit_contrastive_model(as_words(make_pairs(150, 4)), as_words(raw), TranslationModel())
    (tmp_path / "selection").mkdir()
    model = SelectionModel("en", "sw", forward, None)
    save_model(str(tmp_path / "selection"), model)
    texts = make_pairs(30, 7) + shuffled(make_pairs(30, 8), 9)
    path = write("a.tsv", "".join(f"{source}\t{target}\n" for source, target in texts))
    score_P = model.scores([source for source, _ in texts], [target for _, target in texts])
    limit = float(np.median(score_P))  # between two of the 60
    languages = {"source_language": "en", "target_language": "sw"}
    output = run_bitext(
        {
            "corpora": [{"format": "tsv_pairs", "path": path} | languages],
            "pair_filters": [
                {"kind": "selection", "model": str(tmp_path / "selection"), "min": limit}
            ],
            "num_shards": 1,
        }
    )
    counts = read_counts(output)["en-sw"]
    assert counts["read"]["pairs"] == 60
    assert counts["dropped"] == {"selection": 30}
    assert counts["kept"]["pairs"] == 30
