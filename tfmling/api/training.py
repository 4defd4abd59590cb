"""Train an encoder on tasks."""

import tempfile
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from tfmling.api.data import Pairs, Texts, in_memory, store_pairs, store_texts
from tfmling.api.sentence_encoder import SentenceEncoder, check_encoder, load_encoder
from tfmling.core import config, files
from tfmling.core.config_errors import ConfigError
from tfmling.records.folder import Kind
from tfmling.training.run_training import run_training
from tfmling.training.settings import Train


class Task:
    """Data, and the objective that an encoder is trained on with it.

    Args:
        data: a list in memory, or a folder of records.
        name: of the data in error messages.
        batch_size: texts or pairs per step.
        max_length: pieces per text, special pieces included; longer texts are truncated.
        settings: further keys of the task, as in the YAML of `tfmling train`.

    Example:
        >>> MaskedLM(["Habari ya asubuhi"], mask_rate=0.2)
        MaskedLM(batch_size=32, max_length=128, mask_rate=0.2)
    """

    kind: ClassVar[str]
    records: ClassVar[Kind]
    store: ClassVar[Callable[[Any, str], str]]

    def __init__(
        self, data: Any, name: str, *, batch_size: int = 32, max_length: int = 128, **settings: Any
    ):
        self.data = in_memory(data, name)
        self.batch_size = batch_size
        self.max_length = max_length
        self.settings = settings

    def __repr__(self) -> str:
        shown = {"batch_size": self.batch_size, "max_length": self.max_length} | self.settings
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in shown.items())})"

    def as_settings(self, name: str, folder: str, longest: int) -> dict[str, Any]:
        """Return the task as in a settings file, with its data in records.

        Args:
            name: of the task.
            folder: for the records of a list.
            longest: pieces that the encoder reads.
        """
        inputs = {
            "kind": self.records,
            "records": [type(self).store(self.data, folder)],
            "global_batch_size": self.batch_size,
            "max_length": min(self.max_length, longest),
        }
        given = dict(self.settings)
        return {
            "name": name,
            "kind": self.kind,
            "inputs": inputs | given.pop("inputs", {}),
        } | given


class MaskedLM(Task):
    """Masked language modeling on text (BERT, section 3.1).

    Args:
        texts: sentences, or a folder of `build_monolingual`.
        options: `batch_size` (32 sentences per step), `max_length` (128 pieces), and the keys of
            the task, such as `mask_rate` and `weight`.

    Example:
        >>> MaskedLM(["Habari ya asubuhi"]).kind
        'masked_lm'
    """

    kind = "masked_lm"
    records = "sentences"
    store = store_texts

    def __init__(self, texts: Texts, **options: Any):
        super().__init__(texts, "texts", **options)


class DualEncoder(Task):
    """Translation ranking with in-batch negatives in both directions (LaBSE, section 2.1).

    Args:
        pairs: (source, target) pairs, or a folder of `build_bitext` or `mine_bitext`.
        options: `batch_size` (32 pairs per step, 2 or more; each is ranked among those of its
            step), `max_length` (128 pieces), and the keys of the task, such as `margin`, `scale`
            and `weight`.

    Example:
        >>> DualEncoder([("Maji", "Water")], margin=0.2).settings
        {'margin': 0.2}
    """

    kind = "dual_encoder"
    records = "sentence_pairs"
    store = store_pairs

    def __init__(self, pairs: Pairs, **options: Any):
        super().__init__(pairs, "pairs", **options)


def train(
    encoder: SentenceEncoder, tasks: Sequence[Task], *, steps: int, seed: int = 1, **settings: Any
) -> SentenceEncoder:
    """Train a copy of an encoder on tasks whose losses are summed in each step.

    It runs as `tfmling train` does, in a temporary folder. For runs of hours use the command, which
    resumes after an interruption.

    Args:
        encoder: to start from; it does not change.
        tasks: one or more.
        steps: updates of the weights.
        seed: of all random numbers; equal seeds give equal weights.
        settings: further keys of `tfmling train`, such as `optimizer={"learning_rate": 5e-5}`.

    Returns:
        The trained encoder.

    Raises:
        DataError: texts or pairs that cannot be used.
        ConfigError: a key that is unknown or has a wrong value.
        TypeError: `tasks` is no list of tasks.
        NotFiniteError: the loss or a weight is not finite.

    Example:
        >>> trained = train(SentenceEncoder(encoder), [MaskedLM(["a b c d e"] * 4)], steps=2)
        >>> trained.vocabulary_size == len(encoder.vocabulary)
        True
    """
    check_encoder(encoder)
    if "output" in settings:
        raise ConfigError("tfmling.train: output: the encoder is returned; write it with .save")
    if isinstance(tasks, Task) or not all(isinstance(task, Task) for task in tasks):
        raise TypeError("tasks: expected a list, such as [tfmling.DualEncoder(pairs)]")
    with tempfile.TemporaryDirectory(prefix="tfmling-") as scratch:
        start, output = files.join(scratch, "encoder"), files.join(scratch, "trained")
        encoder.save(start)
        stored = [
            task.as_settings(
                f"{task.kind}_{number}",
                files.join(scratch, f"records_{number}"),
                encoder.max_length,
            )
            for number, task in enumerate(tasks)
        ]
        values = {
            "output": output,
            "encoder": start,
            "tasks": stored,
            "steps": steps,
            "seed": seed,
        }
        run_training(config.build(Train, values | settings, "tfmling.train"))
        return load_encoder(output)
