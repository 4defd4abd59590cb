"""The shipped study of the probes, with very small encoders and a few real sentences."""

import contextlib
import json
import string

import pytest

from tests.tiny import tiny_encoder
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

LETTERS = string.ascii_lowercase
VOCABULARY = WordPieceVocabulary(
    ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{c}" for c in LETTERS)), True
)
LAYERS = "stages.layers.config.probes"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_from_the_shipped_file_to_the_page(shared_data, tmp_path, project_root):
    for seed, name in enumerate(("english", "swahili")):
        encoder = tiny_encoder(seed, vocabulary=VOCABULARY, max_sequence_length=128, num_layers=3)
        save_encoder(encoder, str(tmp_path / name))
    changes = {
        "output": tmp_path / "out",
        "variables.data": shared_data,
        "variables.treebanks": f"{shared_data}/pos/pud",
        "variables.english": tmp_path / "english",
        "variables.swahili": tmp_path / "swahili",
        "variables.trained_on": 32,
        "variables.tested_on": 8,
        "variables.epochs": 1,
        "seeds": "[1]",
        f"{LAYERS}.words.max_links": 60,
        f"{LAYERS}.vector.max_pairs": 20,
        f"{LAYERS}.similarity.max_sentences": 20,
        f"{LAYERS}.language.max_sentences": 20,
        f"{LAYERS}.isotropy.max_sentences": 5,
    }
    arguments = [part for key, value in changes.items() for part in ("--set", f"{key}={value}")]
    with contextlib.suppress(SystemExit):  # ends with 1 where a figure is missing; which, see below
        main(["study", str(project_root / "configs/studies/how_multilingual.yaml"), *arguments])
    results = json.loads((tmp_path / "out/results.json").read_text())
    assert results["failures"] == []
    # where F1 is 0 in all languages it correlates with nothing
    missing = {each["metric"] for each in results["missing"]}
    assert missing <= {"overlap"}
    for name in results["metrics"].keys() - missing:
        figure = results["metrics"][name]
        assert all(variant["mean"] is not None for variant in figure["variants"].values()), name
    # as large as these encoders are, they tell no more than chance: a page of real figures
    nli = results["metrics"]["xnli_de"]["variants"]["english"]["mean"]
    assert 0.1 < nli < 0.6
    assert (tmp_path / "out/report.html").read_text().count("<img") > 3
