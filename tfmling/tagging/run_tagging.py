"""Train a tagger from its settings; publish the tagger, its scores and a page."""

import dataclasses
import json
import sys

from tfmling.conversion.encoder_folder import build_encoder
from tfmling.core import files, outputs, unfinished
from tfmling.reports import write_page
from tfmling.tagging.report import sections
from tfmling.tagging.settings import TrainTagger
from tfmling.tagging.tagger_folder import save_tagger
from tfmling.tagging.tasks import TaggingTask, read_task
from tfmling.tagging.train_and_score import Outcome, train_and_score
from tfmling.training.checkpoint_folder import describe_progress
from tfmling.training.exit_process import exit_without_iterator_cleanup
from tfmling.training.settings import Runtime
from tfmling.training.strategy import build_strategy


def train_tagger(settings: TrainTagger) -> None:
    """Train in a process of its own, as `tfmling train_tagger`; see `run_tagging`."""
    with exit_without_iterator_cleanup(settings.strategy == "mirrored"):
        run_tagging(settings)


def run_tagging(settings: TrainTagger) -> None:
    """Read the data, train, score, publish, and print each score.

    An unfinished run is saved in `<output>.unfinished` and resumes with the same settings.

    Raises:
        ConfigError: the unfinished run has other settings or inputs.
        CorpusError: the data cannot be used; raised before the encoder is loaded.
        CacheSizeError: the hidden states of a frozen encoder need too much space.
    """
    unfinished.check(settings, describe_progress)
    task = read_task(settings.task)
    with unfinished.keep(settings, describe_progress) as state:
        with build_strategy(Runtime(strategy=settings.strategy)).scope():
            encoder = build_encoder(settings.encoder, dtype=settings.dtype)
            outcome = train_and_score(task, settings.head, encoder, settings.fit, state.folder)
        history = files.read_text(files.join(state.folder, "history.jsonl"))
        _publish(settings, task, outcome, history)
        state.remove()
    for name, scores in outcome.scores.items():
        value, low, high = (scores.overall[f"{task.METRIC}{end}"] for end in ("", "_low", "_high"))
        print(f"{name}  {task.METRIC} {value:.4f} ({low:.4f} to {high:.4f})", file=sys.stderr)


def _publish(settings: TrainTagger, task: TaggingTask, outcome: Outcome, history: str) -> None:
    scores = {name: dataclasses.asdict(own) for name, own in outcome.scores.items()}
    result = {"best_epoch": outcome.epoch, "metric": task.METRIC, "scores": scores}
    counts = {name: task.counts[name] | notes for name, notes in outcome.notes.items()}
    epochs = [json.loads(line) for line in history.splitlines()]
    varying = {"history.jsonl": "contains the time of each epoch"}
    with outputs.publish(settings, varying=varying) as folder:
        save_tagger(outcome.tagger, task.config(settings.head), folder)
        files.write_text(files.join(folder, "history.jsonl"), history)
        files.write_json(files.join(folder, "scores.json"), result)
        files.write_json(files.join(folder, "counts.json"), counts)
        write_page(
            files.join(folder, "report.html"),
            title=f"Tagging: {settings.task.kind}",
            subtitle=f"{settings.head.kind}, best of {len(epochs)} epochs: {outcome.epoch}",
            sections=sections(outcome.scores, task.METRIC, epochs, counts),
        )
