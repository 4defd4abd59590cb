"""Evaluate a model with MTEB's own code (Muennighoff et al. 2023, 2210.07316).

Shapes: N sentences, D width.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import langcodes
import mteb
import numpy as np
from datasets import Dataset, DatasetDict
from mteb.abstasks.task_metadata import TaskMetadata
from mteb.abstasks.text.bitext_mining import AbsTaskBitextMining
from mteb.models import ModelMeta
from mteb.models.abs_encoder import AbsEncoder
from mteb.models.model_meta import ScoringFunction

from tfmling.core import files, outputs
from tfmling.core.languages import language_scripts
from tfmling.embedding.embedder import Embedder
from tfmling.embedding.load_embedder import load_embedder
from tfmling.evaluation.read_texts import read_pairs
from tfmling.evaluation.settings import EvaluateMteb, LocalBitext


def run_mteb(settings: EvaluateMteb) -> None:
    """Write one JSON file per task, in MTEB's format, and print the main scores.

    `truncated.json` has the share of each task's texts that are longer than the model's maximum,
    null if the model does not say.

    Raises:
        CorpusError: a bitext is not readable as a whole.
        ModelError: the model does not fit its settings.
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
            files.write_text(files.join(folder, f"{result.task_name}.json"), _as_json(result))
        files.write_json(files.join(folder, "truncated.json"), truncated)
    for result in results:
        share = truncated[result.task_name]
        said = "truncated share not known" if share is None else f"{100 * share:.1f} % truncated"
        print(f"{result.task_name}: {result.get_score():.4f} ({said})")


def _as_json(result: Any) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        result.to_disk(path)
        return path.read_text(encoding="utf-8") + "\n"


class MtebModel(AbsEncoder):
    """An embedder as a model of MTEB; prompts are not used.

    Args:
        embedder: encodes sentences.
        name: organization/name, under which MTEB stores results.
    """

    def __init__(self, embedder: Embedder, name: str):
        self.model = embedder
        self._texts = 0
        self._truncated: int | None = 0
        self.mteb_model_meta = ModelMeta.create_empty(
            {"name": name, "revision": "local", "similarity_fn_name": ScoringFunction.COSINE}
        )

    def encode(self, inputs: Iterable[dict[str, Any]], **_options: Any) -> np.ndarray:
        """Embed batches of MTEB's data loaders, float32 [N, D]."""
        texts = [text for batch in inputs for text in batch["text"]]
        cut = self.model.is_truncated(texts)
        if cut is None:
            self._truncated = None
        elif self._truncated is not None:
            self._truncated += int(cut.sum())
        self._texts += len(texts)
        return self.model.encode(texts)

    def take_truncated_share(self) -> float | None:
        """Return the truncated share of the texts since the last call.

        None if the model does not say, or got no text.
        """
        texts, truncated = self._texts, self._truncated
        self._texts, self._truncated = 0, 0
        return None if truncated is None or not texts else truncated / texts


def bitext_task(bitext: LocalBitext) -> AbsTaskBitextMining:
    """Build an MTEB task from local sentence pairs.

    Raises:
        CorpusError: the pairs are not readable as a whole.
    """
    source, target = read_pairs(bitext.pairs)
    languages = [bitext.pairs.source_language, bitext.pairs.target_language]

    class LocalBitextMining(AbsTaskBitextMining):
        metadata = TaskMetadata(
            name=bitext.name,
            description="Sentence pairs of a local file.",
            dataset={"path": "local", "revision": "local"},
            type="BitextMining",
            eval_langs=list(map(_mteb_language, languages)),
            main_score="f1",
        )

        def load_data(self, *_arguments: Any, **_options: Any) -> None:
            """Use the sentences in memory instead of a download."""
            pairs = Dataset.from_dict({"sentence1": source, "sentence2": target})
            self.dataset = DatasetDict({"test": pairs})
            self.data_loaded = True

    return LocalBitextMining()


def _mteb_language(language: str) -> str:
    """Convert a code to MTEB's form: `sw` to `swa-Latn`."""
    scripts = language_scripts(language) or ("Latn",)
    return f"{langcodes.Language.get(language).to_alpha3()}-{scripts[0]}"
