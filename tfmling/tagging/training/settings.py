"""Settings of `python -m tfmling.train_tagger`."""

from typing import Annotated, Literal

import pydantic

from tfmling.conversion.encoder_settings import EncoderSource
from tfmling.core.config import LocalOutputPath, Seed, Settings
from tfmling.core.resumable import Resumable
from tfmling.corpora.annotated import AnyLabelledPairs, AnyTagged
from tfmling.corpora.annotated.schemes import Scheme
from tfmling.tagging.inputs.settings import LabelledInputs
from tfmling.tagging.modeling.settings import AnyHead
from tfmling.training.settings import Optimizer


def _is_no_part(name: str) -> str:
    if name in ("train", "development"):
        raise ValueError(f"expected another name for a test set, {name!r} is a part of its own")
    return name


# names become keys of scores.json and counts.json, where the training data stands as well
Name = Annotated[str, pydantic.Field(pattern=r"^[\w-]+$"), pydantic.AfterValidator(_is_no_part)]


class LabelledWords(Settings):
    """Where words with labels are; several files of one part are read one after the other."""

    train: list[AnyTagged] = pydantic.Field(min_length=1)
    development: list[AnyTagged] = pydantic.Field(
        min_length=1, description="of which the best epoch is chosen"
    )
    test: dict[Name, AnyTagged] = pydantic.Field({}, description="scored once, at the end")


class Entities(LabelledWords):
    """Named entities, scored by F1."""

    kind: Literal["entities"]
    scheme: Scheme = pydantic.Field(
        "IOB2", description="of all labels, as the corpora give them out (tags.convert_to)"
    )


class Words(LabelledWords):
    """A label a word, such as its part of speech, scored by accuracy."""

    kind: Literal["words"]


class Pairs(Settings):
    """A label a sentence pair, such as XNLI's, scored by accuracy."""

    kind: Literal["pairs"]
    train: list[AnyLabelledPairs] = pydantic.Field(min_length=1)
    development: list[AnyLabelledPairs] = pydantic.Field(min_length=1)
    test: dict[Name, AnyLabelledPairs] = pydantic.Field({}, description="scored once, at the end")


AnyLabelTask = Annotated[Entities | Words | Pairs, pydantic.Field(discriminator="kind")]


def check_head(task: AnyLabelTask, head: AnyHead) -> None:
    """Whether a head can learn a task.

    Raises:
        ValueError: pairs, which have one label, with a head that gives a sequence of labels.
    """
    if task.kind == "pairs" and head.kind != "linear":
        raise ValueError(f"task.kind pairs needs head.kind linear; got {head.kind}")


class StateCache(Settings):
    """Where the states of a frozen encoder are kept while its head is trained."""

    where: Annotated[Literal["memory", "disk"], Resumable()] = pydantic.Field(
        "disk", description="disk: a file under TMPDIR, mapped, removed at the end"
    )
    max_gib: Annotated[float, Resumable()] = pydantic.Field(
        8.0, gt=0, description="more is an error, before it is written"
    )


class Fit(Settings):
    """How a labeller is trained; the same for every data set of a study.

    The defaults are those of the XLM-R study of PAN-X.
    """

    seed: Seed = 1
    epochs: Annotated[int, Resumable("raised")] = pydantic.Field(3, ge=1)
    patience: Annotated[int | None, Resumable()] = pydantic.Field(
        None, ge=1, description="stop after so many epochs without a better one; null: never"
    )
    inputs: LabelledInputs = LabelledInputs()
    optimizer: Optimizer = Optimizer(learning_rate=5e-5, weight_decay=0.05)
    jit_compile: bool = pydantic.Field(
        False, description="compile the step with XLA, once for each shape of a batch"
    )
    cache: StateCache | None = pydantic.Field(
        StateCache(),
        description="of a frozen encoder (bilstm_crf): each sentence is encoded once; null: in "
        "each epoch",
    )


class TrainTagger(Settings):
    """An encoder, a head, labelled data, and how long."""

    output: Annotated[LocalOutputPath, Resumable()]
    encoder: EncoderSource
    head: AnyHead
    task: AnyLabelTask
    fit: Fit = Fit()
    dtype: Literal["float32", "bfloat16"] = pydantic.Field(
        "float32", description="in which the encoder computes"
    )
    strategy: Literal["one_device", "mirrored"] = pydantic.Field(
        "one_device", description="mirrored: each batch is divided among all GPUs (or logical CPUs)"
    )

    @pydantic.model_validator(mode="after")
    def _head_can_learn(self) -> "TrainTagger":
        check_head(self.task, self.head)
        return self
