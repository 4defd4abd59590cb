"""Saved texts of a broken step are those that the step read."""

import itertools
import json
from pathlib import Path

import numpy as np

from tests import tiny
from tests.inputs.test_dataset import write_sentences
from tfmling.training.not_finite import save_batches
from tfmling.training.settings import Train
from tfmling.training.training_run import task_datasets


def test_packed_rows_are_those_of_the_step(tmp_path):
    texts = [" ".join(tiny.LETTERS[(n + k) % 16] for k in range(1 + n % 9)) for n in range(200)]
    records = write_sentences(tmp_path, {"qaa": texts})
    inputs = tiny.inputs("sentences", records, packed=True, global_batch_size=4)
    task = dict(name="mlm", kind="masked_lm", max_predictions=8, inputs=inputs)
    settings = Train.model_validate(
        dict(
            encoder={"kind": "directory", "path": str(tmp_path)},
            output=str(tmp_path / "out"),
            seed=5,
            steps=9,
            tasks=[task],
        ),
        context={"check_inputs": False},
    )
    objectives = {"mlm": tiny.masked_lm(tiny.tiny_encoder(), inputs=inputs, max_predictions=8)}
    folder = save_batches(settings, objectives, 3, str(tmp_path / "running"))
    rows = [json.loads(line) for line in Path(folder, "mlm.jsonl").read_text().splitlines()]

    batches = task_datasets(settings, objectives)["mlm"].as_numpy_iterator()
    trained = next(itertools.islice(batches, 3, None))
    ids = np.array(trained["input_word_ids"])
    hidden = trained["masked_lm_weights"] > 0
    row, _ = np.nonzero(hidden)
    ids[row, trained["masked_lm_positions"][hidden]] = trained["masked_lm_ids"][hidden]
    assert [row["input_word_ids"] for row in rows] == ids.tolist()
    pieces = [tiny.VOCABULARY.pieces[i] for i in ids[0] if i != tiny.VOCABULARY.pad_id]
    assert rows[0]["pieces"].split() == pieces
