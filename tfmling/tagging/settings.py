"""Settings of `tfmling train_tagger`: corpora, head, batches, training."""

from typing import Annotated, Literal

import pydantic

from tfmling.conversion.settings import EncoderSource
from tfmling.core.config import LocalOutputPath, Name, Seed, Settings
from tfmling.core.resumable import Resumable
from tfmling.corpora.annotated import AnyLabeledPairs, AnyTagged
from tfmling.corpora.annotated.schemes import Scheme
from tfmling.training.settings import Optimizer

SPECIALS = 2  # [CLS] and [SEP]


def _is_test_name(name: str) -> str:
    if name in ("train", "development"):
        raise ValueError(f"expected another name for a test set, {name!r} is taken")
    return name


# train, development and test sets share the keys of scores.json and counts.json
TestName = Annotated[Name, pydantic.AfterValidator(_is_test_name)]


class _WordCorpora(Settings):
    """Corpora with labeled words; the corpora of one part are concatenated."""

    train: list[AnyTagged] = pydantic.Field(min_length=1)
    """Corpora for training."""
    development: list[AnyTagged] = pydantic.Field(min_length=1)
    """Corpora that choose the best epoch."""
    test: dict[TestName, AnyTagged] = pydantic.Field({})
    """Scored once, at the end."""


class EntityCorpora(_WordCorpora):
    """Named entities, scored by F1.

    Example:
        >>> _ = open("sw.txt", "w").write("Nairobi B-LOC\\n")
        >>> corpus = dict(format="conll", path="sw.txt", language="sw")
        >>> EntityCorpora(kind="entities", train=[corpus], development=[corpus]).scheme
        'IOB2'
    """

    kind: Literal["entities"]
    scheme: Scheme = "IOB2"
    """Scheme of all labels, after the conversion of `tags.convert_to`."""


class WordCorpora(_WordCorpora):
    """One label per word, such as its part of speech, scored by accuracy.

    Example:
        >>> _ = open("sw.txt", "w").write("Nairobi PROPN\\n")
        >>> corpus = dict(format="conll", path="sw.txt", language="sw")
        >>> words = WordCorpora(kind="words", train=[corpus], development=[corpus])
        >>> words.train[0].language
        'sw'
    """

    kind: Literal["words"]


class PairCorpora(Settings):
    """One label per sentence pair, such as XNLI's, scored by accuracy.

    Example:
        >>> _ = open("sw.tsv", "w").write("premise\\thypothesis\\tlabel\\n")
        >>> corpus = dict(format="xnli", path="sw.tsv", language="sw")
        >>> pairs = PairCorpora(kind="pairs", train=[corpus], development=[corpus])
        >>> pairs.train[0].labels
        ('entailment', 'neutral', 'contradiction')
    """

    kind: Literal["pairs"]
    train: list[AnyLabeledPairs] = pydantic.Field(min_length=1)
    """Corpora for training."""
    development: list[AnyLabeledPairs] = pydantic.Field(min_length=1)
    """Corpora that choose the best epoch."""
    test: dict[TestName, AnyLabeledPairs] = pydantic.Field({})
    """Scored once, at the end."""


AnyTask = Annotated[EntityCorpora | WordCorpora | PairCorpora, pydantic.Field(discriminator="kind")]


class LinearHead(Settings):
    """A linear layer on the encoder's last hidden states; the encoder is fine-tuned.

    Example:
        >>> LinearHead(kind="linear").dropout
        0.1
    """

    kind: Literal["linear"]
    dropout: float = pydantic.Field(0.1, ge=0, lt=1)
    """Dropout probability of the hidden states."""


class BilstmCrfHead(Settings):
    """A scalar mix of the frozen encoder's layers, a BiLSTM and a CRF (EXTEND, 2004.13640).

    Example:
        >>> head = BilstmCrfHead(kind="bilstm_crf", width=100)
        >>> head.num_layers, head.width
        (2, 100)
    """

    kind: Literal["bilstm_crf"]
    num_layers: int = pydantic.Field(2, ge=1)
    """Layers of the LSTM."""
    width: int = pydantic.Field(200, ge=1)
    """Width of the LSTM in each direction."""
    dropout: float = pydantic.Field(0.5, ge=0, lt=1)
    """Before and after each layer."""


AnyHead = Annotated[LinearHead | BilstmCrfHead, pydantic.Field(discriminator="kind")]


def check_head(task: AnyTask, head: AnyHead) -> None:
    """Check that a head can learn a task.

    Raises:
        ValueError: the task has one label per pair, and the head predicts label sequences.

    Example:
        >>> _ = open("sw.tsv", "w").write("premise\\thypothesis\\tlabel\\n")
        >>> corpus = dict(format="xnli", path="sw.tsv", language="sw")
        >>> task = PairCorpora(kind="pairs", train=[corpus], development=[corpus])
        >>> check_head(task, BilstmCrfHead(kind="bilstm_crf"))
        Traceback (most recent call last):
            ...
        ValueError: task.kind pairs needs head.kind linear; got bilstm_crf
    """
    if task.kind == "pairs" and head.kind != "linear":
        raise ValueError(f"task.kind pairs needs head.kind linear; got {head.kind}")


class TaggerConfig(Settings):
    """Head and labels of a tagger, as saved in tagger.json.

    Example:
        >>> config = TaggerConfig(
        ...     head={"kind": "linear"}, unit="words", labels=["O", "B-PER", "I-PER"], scheme="IOB2"
        ... )
        >>> config.head.dropout
        0.1
    """

    head: AnyHead
    unit: Literal["words", "pairs"]
    """Has one label each."""
    labels: list[str] = pydantic.Field(min_length=1)
    """By id."""
    scheme: Scheme | None = None
    """Of entity labels."""


class TaggingInputs(Settings):
    """How sentences become batches.

    Example:
        >>> inputs = TaggingInputs(batch_size=8)
        >>> inputs.max_length, inputs.overlap
        (128, 32)
    """

    max_length: int = pydantic.Field(128, ge=5)
    """Pieces, with [CLS] and [SEP]."""
    overlap: int = pydantic.Field(32, ge=0)
    """Pieces shared by neighboring windows of a long sentence."""
    batch_size: int = pydantic.Field(16, ge=1)
    """Texts or pairs per step, over all replicas."""
    length_step: int | None = pydantic.Field(16, ge=1)
    """Multiple to which the length of a batch's longest row is rounded up; null: pad to max_length,
    for static shapes.
    """

    @pydantic.model_validator(mode="after")
    def _windows_advance(self) -> "TaggingInputs":
        if self.overlap >= self.max_length - SPECIALS:
            raise ValueError(
                f"overlap must be less than max_length - {SPECIALS}; got {self.overlap} and "
                f"{self.max_length}"
            )
        return self


class StateCache(Settings):
    """Where the hidden states of a frozen encoder are cached while its head is trained.

    Example:
        >>> StateCache(where="memory").max_gib
        8.0
    """

    where: Annotated[Literal["memory", "disk"], Resumable()] = "disk"
    """disk: a memory-mapped file under TMPDIR, removed at the end."""
    max_gib: Annotated[float, Resumable()] = pydantic.Field(8.0, gt=0)
    """A larger cache is an error, raised before it is written."""


class Fit(Settings):
    """Training of a tagger. The defaults are those of the XLM-R study of PAN-X.

    Example:
        >>> fit = Fit(epochs=10, patience=2, optimizer=dict(learning_rate=2e-5))
        >>> fit.optimizer.learning_rate, fit.inputs.batch_size
        (2e-05, 16)
    """

    seed: Seed = 1
    """Seed of the head's weights, dropout and order of the data."""
    epochs: Annotated[int, Resumable("raised")] = pydantic.Field(3, ge=1)
    """Passes over the training data."""
    patience: Annotated[int | None, Resumable()] = pydantic.Field(None, ge=1)
    """Stop after this many epochs without improvement; null: never."""
    inputs: TaggingInputs = TaggingInputs()
    """How words become batches."""
    optimizer: Optimizer = Optimizer(learning_rate=5e-5, weight_decay=0.05)
    """How weights are updated."""
    jit_compile: bool = False
    """Compile the step with XLA, once per batch shape."""
    cache: StateCache | None = StateCache()
    """Whether each sentence is encoded once, for a frozen encoder (bilstm_crf); null: in every
    epoch.
    """


class TrainTagger(Settings):
    """Train a tagger of words or a classifier of sentence pairs on an encoder.

    Tasks are entities, parts of speech and inference.

        tfmling train_tagger --config configs/train_tagger.yaml
        tfmling train_tagger --config configs/train_tagger_crf.yaml --set fit.epochs=10

    Writes an encoder folder with tagger.json and tagger.safetensors, scores.json, counts.json,
    history.jsonl and report.html. An unfinished run resumes; `--restart` starts over.
    """

    output: Annotated[LocalOutputPath, Resumable()]
    """The folder to write."""
    encoder: EncoderSource
    """The encoder to start from."""
    head: AnyHead
    """The network on top of the encoder."""
    task: AnyTask
    """What is tagged, and the corpora."""
    fit: Fit = Fit()
    """Epochs, batches and optimizer."""
    dtype: Literal["float32", "bfloat16"] = "float32"
    """Precision of the encoder's arithmetic."""
    strategy: Literal["one_device", "mirrored"] = "one_device"
    """mirrored: split each batch over all GPUs (or logical CPUs)."""

    @pydantic.model_validator(mode="after")
    def _head_fits_task(self) -> "TrainTagger":
        check_head(self.task, self.head)
        return self
