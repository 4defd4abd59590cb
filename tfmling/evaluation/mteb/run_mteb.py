"""Runs MTEB's evaluation on a model and publishes what it gives."""

import tempfile
from pathlib import Path
from typing import Any

import mteb

from tfmling.core import files, outputs
from tfmling.embedding.load_embedder import load_embedder
from tfmling.evaluation.mteb.local_task import bitext_task
from tfmling.evaluation.mteb.model import MtebModel
from tfmling.evaluation.mteb.settings import EvaluateMteb


def run_mteb(settings: EvaluateMteb) -> None:
    """Writes one JSON file a task, as MTEB has it, and prints the main scores.

    `truncated.json` says by task which share of its texts is longer than what the model reads; null
    where the model does not say it.

    Raises:
        CorpusError: bitext cannot be read whole.
        ModelError: the model is not as the settings say.
    """
    tasks: list[Any] = [bitext_task(bitext) for bitext in settings.bitext]
    if settings.tasks:
        tasks += list(mteb.get_tasks(tasks=settings.tasks))
    source = settings.model
    embedder = load_embedder(
        source.path,
        settings.max_length,
        settings.batch_size,
        pooling=source.pooling,
        truncate_dim=source.truncate_dim,
    )
    model: Any = MtebModel(embedder, settings.name)  # MTEB's protocol names loaders' arguments too
    options: Any = {"batch_size": settings.batch_size}
    results: list[Any] = []
    truncated: dict[str, float | None] = {}
    for task in tasks:
        found = mteb.evaluate(
            model, [task], cache=None, show_progress_bar=False, encode_kwargs=options
        ).task_results
        results += found
        truncated |= dict.fromkeys([one.task_name for one in found], model.take_truncated_share())
    with outputs.publish(settings) as folder:
        for result in results:
            files.write_text(files.join(folder, f"{result.task_name}.json"), as_json(result))
        files.write_json(files.join(folder, "truncated.json"), truncated)
    for result in results:
        share = truncated[result.task_name]
        said = "truncated share not known" if share is None else f"{100 * share:.1f} % truncated"
        print(f"{result.task_name}: {result.get_score():.4f} ({said})")


def as_json(task: Any) -> str:
    """A result as MTEB writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        task.to_disk(path)
        return path.read_text(encoding="utf-8") + "\n"
