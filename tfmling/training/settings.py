"""Settings of `tfmling train`."""

import re
from typing import Annotated, Literal

import pydantic

from tfmling.conversion.settings import EncoderPath, EncoderSource, Pooling
from tfmling.core.config import InputPath, LocalOutputPath, Seed, Settings
from tfmling.core.resumable import Resumable
from tfmling.objectives.settings import AnyTask, has_dense_table_gradient

OptimizerKind = Literal["adamw", "lamb", "lazy_adamw"]


def _check_regular_expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"expected a regular expression, got {pattern!r}: {error}") from None
    return pattern


Pattern = Annotated[str, pydantic.AfterValidator(_check_regular_expression)]
Multiplier = Annotated[float, pydantic.Field(ge=0)]


class Optimizer(Settings):
    """The optimizer and its learning rate.

    Example:
        >>> Optimizer(learning_rate=3e-5, warmup_steps=100).schedule
        'linear'
    """

    kind: OptimizerKind = "adamw"
    """Optimizer: adamw; lamb, for batches of thousands; lazy_adamw, which updates only the
    embedding rows that a batch reads, so not for masked_lm.
    """
    learning_rate: float = pydantic.Field(1e-4, gt=0)
    """Peak of the learning rate, after the warm-up."""
    warmup_steps: int = pydantic.Field(0, ge=0)
    """Steps in which the learning rate rises linearly from 0."""
    schedule: Literal["linear", "constant"] = "linear"
    """After the warm-up: linear decay to 0 at the last step, or constant."""
    weight_decay: float = pydantic.Field(0.01, ge=0)
    """Decay of the weights per step, times the learning rate; not for biases and layer norms."""
    clip_norm: float = pydantic.Field(1.0, gt=0)
    """Global norm of the gradient."""
    beta_1: float = pydantic.Field(0.9, ge=0, lt=1)
    """Decay of the mean of the gradient."""
    beta_2: float = pydantic.Field(0.999, ge=0, lt=1)
    """Decay of the mean of its square."""
    epsilon: float = pydantic.Field(1e-6, gt=0)
    """Added to the denominator, against division by 0."""
    layerwise_lr_decay: float = pydantic.Field(1.0, gt=0, le=1)
    """Learning rate of each layer as a share of that of the layer above it."""
    learning_rate_multipliers: dict[Pattern, Multiplier] = pydantic.Field({})
    """Factor on the learning rate, by regular expression on a weight's path."""


class Runtime(Settings):
    """Devices, precision and compilation.

    Example:
        >>> Runtime(strategy="mirrored", dtype="bfloat16").steps_per_loop
        20
    """

    strategy: Literal["one_device", "mirrored", "multi_worker", "tpu"] = "one_device"
    """Devices: one; all of this machine (mirrored); several machines; a TPU."""
    tpu_address: Annotated[str | None, Resumable()] = None
    """Name or grpc:// address of the TPU; null: local."""
    dtype: Literal["float32", "bfloat16"] = "float32"
    """Precision of the arithmetic; weights stay in float32."""
    jit_compile: bool = False
    """Compile the step with XLA; TPUs always do."""
    steps_per_loop: Annotated[int, Resumable()] = pydantic.Field(20, ge=1)
    """Steps between reports."""

    @pydantic.model_validator(mode="after")
    def _address_needs_tpu(self) -> "Runtime":
        if self.tpu_address and self.strategy != "tpu":
            raise ValueError(f"tpu_address is set, but strategy is {self.strategy}; expected tpu")
        return self


class Monitor(Settings):
    """Held-out pairs whose embeddings are measured during training.

    Example:
        >>> Monitor(records=[folder], every=100).pairs
        500
    """

    records: list[InputPath] = pydantic.Field(min_length=1)
    """Folders of build_bitext, with other pairs than the training data."""
    languages: list[str] | None = None
    """Language pairs to read, as en-sw; null: all."""
    every: int = pydantic.Field(200, ge=1)
    """Steps between measurements; a multiple of runtime.steps_per_loop."""
    pairs: int = pydantic.Field(500, ge=2)
    """Number of sentence pairs per language, the first ones."""
    max_length: int | None = pydantic.Field(None, ge=3)
    """Pieces per sentence, [CLS] and [SEP] included; null: as many as the encoder reads."""
    batch_size: int = pydantic.Field(64, ge=1)
    """Sentences per batch."""


class Retention(Settings):
    """Guards against forgetting old languages; replay is one more task (docs/extension.md).

    Example:
        >>> Retention(freeze_old_rows=True)  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        ValidationError: freeze_old_rows: true needs base, whose pieces' rows are frozen
    """

    base: EncoderPath | None = None
    """Encoder before its vocabulary was extended, whose pieces are the old rows of the embedding
    table; null: all rows are old.
    """
    freeze_old_rows: bool = False
    """Freeze old rows of the embedding table, weight decay included."""
    anchor_strength: float = pydantic.Field(0.0, ge=0)
    """L2-SP: strength / 2 x |weights - initial weights|^2 is added to the loss, except for heads
    and new rows.
    """
    lora_rank: int | None = pydantic.Field(None, ge=1)
    """LoRA on query and value; freezes the layers, but not the embedding table."""

    @pydantic.model_validator(mode="after")
    def _frozen_rows_need_base(self) -> "Retention":
        if self.freeze_old_rows and self.base is None:
            raise ValueError("freeze_old_rows: true needs base, whose pieces' rows are frozen")
        return self


class Train(Settings):
    """Train an encoder on tasks whose weighted losses are summed in each step.

    Tasks are masked and translation language modeling, next sentence prediction, dual encoder,
    distillation and alignment.

        tfmling train --config configs/train_masked_lm.yaml --set steps=1000
        tfmling train --config configs/train_dual_encoder.yaml --set runtime.strategy=tpu
        tfmling train --config configs/train_masked_lm.yaml --dry-run

    An unfinished run keeps its state in `<output>.unfinished`; the same command resumes it, and
    `--restart` starts over.

    Example:
        >>> inputs = {"kind": "sentences", "records": [folder], "global_batch_size": 64}
        >>> task = {"name": "mlm", "kind": "masked_lm", "inputs": inputs}
        >>> values = {"output": "out", "encoder": {"kind": "new", "vocabulary": folder}, "steps": 9}
        >>> Train(tasks=[task], **values).optimizer.learning_rate
        0.0001
    """

    output: Annotated[LocalOutputPath, Resumable()]
    """The folder to write."""
    seed: Seed = 1
    """Seed of all random numbers; equal seeds give equal weights."""
    encoder: EncoderSource
    """The encoder to start from."""
    pooling: Pooling | None = None
    """How token states become a sentence vector; null: the encoder's own."""
    tasks: list[AnyTask] = pydantic.Field(min_length=1)
    """What it is trained on; the losses are summed."""
    optimizer: Optimizer = Optimizer()
    """How weights are updated."""
    runtime: Runtime = Runtime()
    """Where and how steps run."""
    steps: Annotated[int, Resumable("raised")] = pydantic.Field(ge=1)
    """Updates of the weights."""
    ema_decay: float | None = pydantic.Field(None, gt=0, lt=1)
    """Decay of an exponential moving average of the weights, such as 0.999. The average is
    published instead of the last weights; null: no average.
    """
    monitor: Annotated[Monitor | None, Resumable()] = None
    """Held-out pairs to measure during training."""
    checkpoint_every: Annotated[int, Resumable()] = pydantic.Field(200, ge=1)
    """Steps between checkpoints."""
    keep_checkpoints: Annotated[int, Resumable()] = pydantic.Field(2, ge=1)
    """Number of checkpoints to keep, the newest ones."""
    freeze: list[Pattern] = pydantic.Field([])
    """Regular expressions; weights whose path matches one are frozen."""

    continue_from: Annotated[InputPath | None, Resumable("unset")] = None
    """Unfinished run (`<output>.unfinished`) with a smaller vocabulary to start from. Its step,
    weights and optimizer slots are restored; it is read only when this run starts.
    """
    retention: Retention = Retention()
    """Guards against forgetting, for an extended encoder."""

    def batch_seed(self, number: int) -> int:
        """The seed of task `number`: a different one, so that tasks do not read records in step."""
        return self.seed + 1000 * number

    @pydantic.model_validator(mode="after")
    def _options_match(self) -> "Train":
        names = [task.name for task in self.tasks]
        if len(set(names)) != len(names):
            raise ValueError(f"tasks need different names; got {names}")
        if self.checkpoint_every % self.runtime.steps_per_loop:
            raise ValueError(
                "checkpoint_every must be a multiple of runtime.steps_per_loop; got "
                f"{self.checkpoint_every} and {self.runtime.steps_per_loop}"
            )
        if self.monitor and self.monitor.every % self.runtime.steps_per_loop:
            raise ValueError(
                "monitor.every must be a multiple of runtime.steps_per_loop; got "
                f"{self.monitor.every} and {self.runtime.steps_per_loop}"
            )
        bucketed = [task.name for task in self.tasks if task.inputs.length_buckets]
        if bucketed and self.runtime.strategy == "tpu":
            raise ValueError(
                f"a TPU needs batches of one shape: remove length_buckets from {bucketed}"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _lazy_adamw_needs_sparse_gradients(self) -> "Train":
        if self.optimizer.kind != "lazy_adamw":
            return self
        dense = [task.name for task in self.tasks if has_dense_table_gradient(task)]
        if dense:
            raise ValueError(
                "optimizer.kind lazy_adamw: expected tasks whose gradient reaches only the rows "
                f"that a batch reads; {dense} reach every row (a softmax over the vocabulary, "
                "gradient_cache_batch_size)"
            )
        if self.retention.freeze_old_rows or self.retention.anchor_strength:
            raise ValueError(
                "optimizer.kind lazy_adamw excludes retention.freeze_old_rows and "
                "retention.anchor_strength, which need every row"
            )
        return self
