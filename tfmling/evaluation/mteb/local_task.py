"""Sentence pairs of one's own as a task of MTEB's: its code, our files, no download."""

from typing import Any

import langcodes
from datasets import Dataset, DatasetDict
from mteb.abstasks.task_metadata import TaskMetadata
from mteb.abstasks.text.bitext_mining import AbsTaskBitextMining

from tfmling.core.languages import language_scripts
from tfmling.evaluation.mteb.settings import LocalBitext
from tfmling.evaluation.test_sets import read_pairs


def bitext_task(bitext: LocalBitext) -> AbsTaskBitextMining:
    """The task that asks for the translation of each source sentence.

    Raises:
        CorpusError: the pairs cannot be read whole.
    """
    source, target = read_pairs(bitext.pairs)
    languages = [bitext.pairs.source_language, bitext.pairs.target_language]

    class LocalBitextMining(AbsTaskBitextMining):
        metadata = TaskMetadata(
            name=bitext.name,
            description="Sentence pairs of a local file.",
            dataset={"path": "local", "revision": "local"},
            type="BitextMining",
            eval_langs=[mteb_language(language) for language in languages],
            main_score="f1",
        )

        def load_data(self, *_arguments: Any, **_options: Any) -> None:
            """Nothing is downloaded."""
            pairs = Dataset.from_dict({"sentence1": source, "sentence2": target})
            self.dataset = DatasetDict({"test": pairs})
            self.data_loaded = True

    return LocalBitextMining()


def mteb_language(language: str) -> str:
    """`sw` as MTEB writes it: swa-Latn."""
    scripts = language_scripts(language) or ("Latn",)
    return f"{langcodes.Language.get(language).to_alpha3()}-{scripts[0]}"
