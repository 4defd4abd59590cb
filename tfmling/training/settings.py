"""Settings of `tfmling train`."""

import re
from typing import Annotated, Literal

import pydantic

from tfmling.conversion.encoder_settings import EncoderSource, Pooling
from tfmling.core.config import InputPath, LocalOutputPath, Seed, Settings
from tfmling.core.resumable import Resumable
from tfmling.objectives.settings import AnyTask, reaches_every_row
from tfmling.training.monitor_settings import Monitor
from tfmling.training.retention_settings import Retention

OptimizerKind = Literal["adamw", "lamb", "lazy_adamw"]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"expected a regular expression, got {pattern!r}: {error}") from None
    return pattern


Pattern = Annotated[str, pydantic.AfterValidator(_compiles)]
Share = Annotated[float, pydantic.Field(ge=0)]


class Optimizer(Settings):
    """AdamW or LAMB, with warm-up."""

    kind: OptimizerKind = pydantic.Field(
        "adamw",
        description="lamb scales each weight's step to its size: batches of thousands; lazy_adamw "
        "leaves rows of the table alone that a batch has not read: not for masked_lm",
    )
    learning_rate: float = pydantic.Field(1e-4, gt=0, description="at the end of the warm-up")
    warmup_steps: int = pydantic.Field(0, ge=0)
    decay: Literal["linear", "constant"] = pydantic.Field("linear", description="after warm-up")
    weight_decay: float = pydantic.Field(0.01, ge=0, description="not of biases and norms")
    clip_norm: float = pydantic.Field(1.0, gt=0, description="of all gradients together")
    beta_1: float = pydantic.Field(0.9, ge=0, lt=1)
    beta_2: float = pydantic.Field(0.999, ge=0, lt=1)
    epsilon: float = pydantic.Field(1e-6, gt=0)
    layerwise_lr_decay: float = pydantic.Field(
        1.0, gt=0, le=1, description="the rate of a layer is this share of that of the one above"
    )
    learning_rate_multipliers: dict[Pattern, Share] = pydantic.Field(
        {}, description="share of the rate by regular expression on the path of a weight"
    )


class Runtime(Settings):
    """Where and how the steps run."""

    strategy: Literal["one_device", "mirrored", "multi_worker", "tpu"] = "one_device"
    tpu_address: Annotated[str | None, Resumable()] = pydantic.Field(
        None, description="name or grpc:// address; null: local"
    )
    dtype: Literal["float32", "bfloat16"] = "float32"
    jit_compile: bool = pydantic.Field(
        False, description="compile the step with XLA; TPUs always do"
    )
    steps_per_loop: Annotated[int, Resumable()] = pydantic.Field(
        20, ge=1, description="steps between two reports"
    )

    @pydantic.model_validator(mode="after")
    def _address_needs_tpu(self) -> "Runtime":
        if self.tpu_address and self.strategy != "tpu":
            raise ValueError(f"tpu_address is set, but strategy is {self.strategy}; expected tpu")
        return self


class Train(Settings):
    """An encoder, the tasks whose weighted losses are summed in each step, and how long.

    Tasks are masked and translation language modeling, next sentence prediction, dual encoder,
    distillation and alignment.

        tfmling train --config configs/train_masked_lm.yaml --set steps=1000
        tfmling train --config configs/train_dual_encoder.yaml --set runtime.strategy=tpu
        tfmling train --config configs/train_masked_lm.yaml --dry-run

    An unfinished run keeps its state in `<output>.unfinished`; the same command resumes it, and
    `--restart` starts over.
    """

    output: Annotated[LocalOutputPath, Resumable()]
    seed: Seed = 1
    encoder: EncoderSource
    pooling: Pooling | None = pydantic.Field(None, description="null: as the encoder has it")
    tasks: list[AnyTask] = pydantic.Field(min_length=1)
    optimizer: Optimizer = Optimizer()
    runtime: Runtime = Runtime()
    steps: Annotated[int, Resumable("raised")] = pydantic.Field(ge=1)
    ema_decay: float | None = pydantic.Field(
        None,
        gt=0,
        lt=1,
        description="means of the weights are kept beside them, of which a step keeps this share "
        "(0.999); they are what is published; null: none",
    )
    monitor: Annotated[Monitor | None, Resumable()] = pydantic.Field(
        None, description="held-out pairs whose vectors are measured in the course of the training"
    )
    checkpoint_every: Annotated[int, Resumable()] = pydantic.Field(200, ge=1)
    keep_checkpoints: Annotated[int, Resumable()] = pydantic.Field(2, ge=1)
    freeze: list[Pattern] = pydantic.Field(
        [], description="regular expressions; a weight whose path one of them finds stays as it is"
    )

    continue_from: Annotated[InputPath | None, Resumable("unset")] = pydantic.Field(
        None,
        description="`<output>.unfinished` of a training whose encoder was extended into this one: "
        "its step, weights and optimizer slots are restored; read once, at the start",
    )
    retention: Retention = pydantic.Field(
        Retention(), description="guards against forgetting, of an encoder that was extended"
    )

    @pydantic.model_validator(mode="after")
    def _names_differ(self) -> "Train":
        names = [task.name for task in self.tasks]
        if len(set(names)) != len(names):
            raise ValueError(f"tasks need different names; got {names}")
        return self

    @pydantic.model_validator(mode="after")
    def _rows_are_read_by_themselves(self) -> "Train":
        if self.optimizer.kind != "lazy_adamw":
            return self
        whole = [task.name for task in self.tasks if reaches_every_row(task)]
        if whole:
            raise ValueError(
                "optimizer.kind lazy_adamw: expected tasks whose gradient reaches only the rows "
                f"that they read; {whole} reach every row (a softmax over the vocabulary, "
                "gradient_cache_batch_size)"
            )
        if self.retention.freeze_old_rows or self.retention.anchor_strength:
            raise ValueError(
                "optimizer.kind lazy_adamw goes with neither retention.freeze_old_rows nor "
                "retention.anchor_strength, which look at all rows"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _checkpoints_at_loop_ends(self) -> "Train":
        if self.checkpoint_every % self.runtime.steps_per_loop:
            raise ValueError(
                "checkpoint_every must be a multiple of runtime.steps_per_loop; got "
                f"{self.checkpoint_every} and {self.runtime.steps_per_loop}"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _monitor_at_loop_ends(self) -> "Train":
        if self.monitor and self.monitor.every % self.runtime.steps_per_loop:
            raise ValueError(
                "monitor.every must be a multiple of runtime.steps_per_loop; got "
                f"{self.monitor.every} and {self.runtime.steps_per_loop}"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _equal_shapes_for_xla(self) -> "Train":
        bucketed = [task.name for task in self.tasks if task.inputs.length_buckets]
        if bucketed and self.runtime.strategy == "tpu":
            raise ValueError(
                f"a TPU needs batches of one shape: remove length_buckets from {bucketed}"
            )
        return self
