"""A whole training of a labeller: from settings to a folder with labeller, scores and a page."""

import dataclasses
import json
import sys
import tempfile
from pathlib import Path

from tfmling import config, files
from tfmling.evaluation.labelling.page import sections
from tfmling.evaluation.labelling.train_and_score import Outcome, read_task, train_and_score
from tfmling.modeling.build import build_encoder
from tfmling.modeling.labelling.labeller_folder import save_labeller
from tfmling.pages import write_page
from tfmling.training.labelling.settings import TrainTagger


def run_labelling(settings: TrainTagger) -> None:
    """Reads, trains, scores, publishes; prints a line for each score.

    Raises:
        CorpusError: what cannot be used of the data, before the encoder is loaded.
    """
    task = read_task(settings.task)
    encoder = build_encoder(settings.encoder, dtype=settings.dtype)
    with tempfile.TemporaryDirectory() as scratch:
        history_path = f"{scratch}/history.jsonl"
        outcome = train_and_score(task, settings.head, encoder, settings.fit, history_path)
        history = Path(history_path).read_text(encoding="utf-8")
    scores = {name: dataclasses.asdict(own) for name, own in outcome.scores.items()}
    result = {"best_epoch": outcome.epoch, "measure": task.MEASURE, "scores": scores}
    counts = {name: task.counts[name] | notes for name, notes in outcome.notes.items()}
    with files.publish_folder(settings.output) as folder:
        save_labeller(outcome.labeller, task.description(settings.head), folder)
        files.write_text(files.join(folder, "history.jsonl"), history)
        files.write_text(files.join(folder, "scores.json"), json.dumps(result, indent=2) + "\n")
        files.write_text(files.join(folder, "counts.json"), json.dumps(counts, indent=2) + "\n")
        epochs = [json.loads(line) for line in history.splitlines()]
        write_page(
            files.join(folder, "report.html"),
            title=f"Labels: {settings.task.kind}",
            subtitle=f"{settings.head.kind}, best of {len(epochs)} epochs: {outcome.epoch}",
            sections=sections(outcome.scores, task.MEASURE, epochs, counts),
        )
        files.write_text(files.join(folder, "config.yaml"), config.dump(settings))
    _print(outcome, task.MEASURE)


def _print(outcome: Outcome, measure: str) -> None:
    for name, scores in outcome.scores.items():
        value, low, high = (scores.figures[f"{measure}{end}"] for end in ("", "_low", "_high"))
        print(f"{name}  {measure} {value:.4f} ({low:.4f} to {high:.4f})", file=sys.stderr)
