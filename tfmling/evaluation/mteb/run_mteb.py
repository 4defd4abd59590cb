"""Runs MTEB's evaluation on a model and publishes what it gives."""

import json

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
    tasks = [bitext_task(bitext) for bitext in settings.bitext]
    if settings.tasks:
        tasks += list(mteb.get_tasks(tasks=settings.tasks))
    embed = open_model(settings.model, settings.max_length, settings.batch_size)
    results = mteb.evaluate(
        MtebModel(embed, settings.name), tasks, cache=None, show_progress_bar=False,
        encode_kwargs={"batch_size": settings.batch_size},
    )  # fmt: skip
    with files.publish_folder(settings.output) as folder:
        for task in results.task_results:
            text = json.dumps(task.to_dict(), indent=2) + "\n"
            files.write_text(files.join(folder, f"{task.task_name}.json"), text)
        files.write_text(files.join(folder, "config.yaml"), config.dump(settings))
    for task in results.task_results:
        print(f"{task.task_name}: {task.get_score():.4f}")
