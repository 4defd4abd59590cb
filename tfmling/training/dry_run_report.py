"""The report of a dry run."""

from collections.abc import Iterator
from dataclasses import dataclass

from tfmling.training.progress import format_seconds

STEPS = 10  # measured


@dataclass(frozen=True)
class InputStatistics:
    """Means over the measured batches of one task.

    Attributes:
        examples: records of a global batch.
        tokens: of a batch, without padding.
        positions: of a batch, with padding.
        examples_per_second: rate of the input pipeline alone.

    Example:
        >>> InputStatistics(64, tokens=1536, positions=2048, examples_per_second=500).padding_share
        0.25
    """

    examples: int
    tokens: float
    positions: float
    examples_per_second: float

    @property
    def padding_share(self) -> float:
        """Share of the positions that are padding."""
        return 1.0 - self.tokens / self.positions


@dataclass(frozen=True)
class StepTime:
    """Seconds of a step, by the share of its work that was measured.

    Attributes:
        share: measured, of the work of a whole step.
        seconds: mean of ten steps with that share.
        smaller_share: about half of it; None if the whole step was measured.
        smaller_seconds: mean of ten steps with the smaller share.

    Example:
        >>> StepTime(0.5, 3.0, 0.25, 2.0).whole_seconds
        5.0
    """

    share: float
    seconds: float
    smaller_share: float | None = None
    smaller_seconds: float | None = None

    @property
    def is_disturbed(self) -> bool:
        """Whether the smaller share took as long as the larger, so the machine was busy."""
        return self.smaller_seconds is not None and self.smaller_seconds >= self.seconds

    @property
    def fixed_seconds(self) -> float:
        """Time that does not grow with the batch (mainly the optimizer), extrapolated.

        Clipped to 0 and `seconds`, because on a busy machine the smaller share can take longer.
        """
        if self.smaller_share is None or self.smaller_seconds is None:
            return 0.0
        slope = (self.seconds - self.smaller_seconds) / (self.share - self.smaller_share)
        return min(max(self.seconds - slope * self.share, 0.0), self.seconds)

    @property
    def whole_seconds(self) -> float:
        """Seconds of a step with the whole batch, extrapolated."""
        return self.fixed_seconds + (self.seconds - self.fixed_seconds) / self.share


@dataclass(frozen=True)
class StepMemory:
    """Peak memory of this process in bytes, by the activations in memory at a time.

    The peak grows linearly with the activations: weights, optimizer slots, gradients, TensorFlow
    and input buffers stay the same.

    Attributes:
        needed: estimated activations of a whole step.
        activations: estimated activations of the measured step.
        peak: after the measured step.
        smaller_activations: of about half of it; None if the whole step was measured.
        smaller_peak: after the smaller step, which was measured first.

    Example:
        >>> StepMemory(400, 200, 1200, 100, 1100).expected_peak
        1400
    """

    needed: int
    activations: int
    peak: int
    smaller_activations: int | None = None
    smaller_peak: int | None = None

    @property
    def expected_peak(self) -> int:
        """Peak of a process that runs whole steps."""
        if self.smaller_activations is None or self.smaller_peak is None:
            return self.peak
        if self.activations == self.smaller_activations:
            return self.peak
        slope = (self.peak - self.smaller_peak) / (self.activations - self.smaller_activations)
        return round(self.peak + slope * (self.needed - self.activations))


@dataclass(frozen=True)
class DryRun:
    """Everything that a dry run counted and measured; sizes are in bytes.

    Attributes:
        parameters: of all weights, including a teacher's.
        trained: parameters that gradients update.
        weight_bytes: per replica.
        slot_bytes: of the optimizer, per replica.
        gradient_bytes: per replica.
        activation_bytes: estimate per replica, by task.
        memory: of this process, and of one that trains.
        inputs: statistics of whole batches, by task.
        measured: examples of the measured step, by task.
        step: its time.
        steps: of the whole run.

    Example:
        >>> memory, step = StepMemory(100, 100, peak=2**20), StepTime(share=1.0, seconds=0.5)
        >>> dry_run = DryRun(10, 8, 40, 64, 32, {}, memory, {}, {}, step, steps=120)
        >>> list(dry_run.lines())[-2]
        'expected: 120 steps in 1:00, and the time of checkpoints'
    """

    parameters: int
    trained: int
    weight_bytes: int
    slot_bytes: int
    gradient_bytes: int
    activation_bytes: dict[str, int]
    memory: StepMemory
    inputs: dict[str, InputStatistics]
    measured: dict[str, int]
    step: StepTime
    steps: int

    def lines(self) -> Iterator[str]:
        """The lines to print."""
        yield f"parameters: {self.parameters:,}, of which {self.trained:,} are trained"
        yield (
            f"memory of a replica: weights {_mebibytes(self.weight_bytes)}, optimizer "
            f"{_mebibytes(self.slot_bytes)}, gradients {_mebibytes(self.gradient_bytes)}, "
            f"activations about {_mebibytes(sum(self.activation_bytes.values()))}"
        )
        for name, own in self.inputs.items():
            yield (
                f"{name}: {own.examples:,} examples and {own.tokens:,.0f} tokens a step, "
                f"{own.padding_share:.1%} padding; the input gives "
                f"{own.examples_per_second:,.0f} examples/s; activations about "
                f"{_mebibytes(self.activation_bytes[name])}"
            )
        yield from self._step_lines()
        yield f"expected: {self.steps:,} steps in {self._duration()}, and the time of checkpoints"
        is_scaled = self.memory.smaller_peak is not None
        yield (
            f"expected: peak memory of about {_mebibytes(self.memory.expected_peak)} "
            f"({'extrapolated' if is_scaled else 'measured'}; this process: "
            f"{_mebibytes(self.memory.peak)})"
        )

    def _duration(self) -> str:
        return format_seconds(self.steps * self.step.whole_seconds)

    def _step_lines(self) -> Iterator[str]:
        step = self.step
        tokens = sum(own.tokens for own in self.inputs.values())
        per_second = tokens / step.whole_seconds
        if step.smaller_seconds is None:
            yield f"step: {step.seconds:.3f} s (mean of {STEPS}), {per_second:,.0f} tokens/s"
            return
        parts = (
            f"{self.measured[n]:,} of {own.examples:,} of {n}" for n, own in self.inputs.items()
        )
        yield (
            f"measured: a step with {', '.join(parts)}: {step.seconds:.3f} s (mean of {STEPS}), "
            f"with about half of them {step.smaller_seconds:.3f} s"
        )
        if step.is_disturbed:
            yield (
                "disturbed: half of the examples took as long as all of them, so the machine was "
                "busy and the extrapolation is only a guess; run it again on a quiet machine"
            )
        yield (
            f"extrapolated: a whole step takes {step.whole_seconds:,.0f} s on this device, of "
            f"which {step.fixed_seconds:.3f} s do not depend on the batch; "
            f"{per_second:,.0f} tokens/s"
        )


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:,.1f} MiB"
