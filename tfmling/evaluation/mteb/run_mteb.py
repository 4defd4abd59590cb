"""Runs MTEB's evaluation on a model and publishes what it gives."""

import tempfile
from pathlib import Path
from typing import Any

import mteb

from tfmling import config, files
from tfmling.evaluation.embedder import open_model
from tfmling.evaluation.mteb.local_task import bitext_task
from tfmling.evaluation.mteb.model import MtebModel
from tfmling.evaluation.mteb.settings import EvaluateMteb


def run_mteb(settings: EvaluateMteb) -> None:
    """Writes one JSON file a task, as MTEB has it, and prints the main scores.

    Raises:
        CorpusError: bitext cannot be read whole.
        ModelError: the model is not as the settings say.
    """
    tasks: list[Any] = [bitext_task(bitext) for bitext in settings.bitext]
    if settings.tasks:
        tasks += list(mteb.get_tasks(tasks=settings.tasks))
    embed = open_model(settings.model, settings.max_length, settings.batch_size)
    model: Any = MtebModel(embed, settings.name)  # MTEB's protocol names loaders' arguments too
    options: Any = {"batch_size": settings.batch_size}
    results = mteb.evaluate(
        model, tasks, cache=None, show_progress_bar=False, encode_kwargs=options
    )
    with files.publish_folder(settings.output) as folder:
        for task in results.task_results:
            files.write_text(files.join(folder, f"{task.task_name}.json"), as_json(task))
        files.write_text(files.join(folder, "config.yaml"), config.dump(settings))
    for task in results.task_results:
        print(f"{task.task_name}: {task.get_score():.4f}")


def as_json(task: Any) -> str:
    """A result as MTEB writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        task.to_disk(path)
        return path.read_text(encoding="utf-8") + "\n"
