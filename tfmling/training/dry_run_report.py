"""What a dry run counted and measured, in lines for a person."""

from collections.abc import Iterator
from dataclasses import dataclass

from tfmling.training.input_figures import InputFigures
from tfmling.training.progress import format_seconds
from tfmling.training.step_memory import StepMemory
from tfmling.training.step_time import STEPS, StepTime


@dataclass(frozen=True)
class DryRun:
    """Sizes are in bytes.

    Attributes:
        parameters: numbers in all weights, a teacher's too.
        trained: those that the gradient changes.
        weight_bytes, slot_bytes, gradient_bytes: on each replica.
        activation_bytes: an estimate, of what a replica goes through at a time, for each task.
        memory: of this process, and what is expected of one that trains.
        inputs: by task, of the whole batches.
        measured: examples of a measured step, by task.
        step: how long it took.
        steps: of the whole training.
    """

    parameters: int
    trained: int
    weight_bytes: int
    slot_bytes: int
    gradient_bytes: int
    activation_bytes: dict[str, int]
    memory: StepMemory
    inputs: dict[str, InputFigures]
    measured: dict[str, int]
    step: StepTime
    steps: int

    def lines(self) -> Iterator[str]:
        """For a person."""
        yield f"parameters: {self.parameters:,}, of which {self.trained:,} are trained"
        yield (
            f"memory of a replica: weights {_mega(self.weight_bytes)}, optimizer "
            f"{_mega(self.slot_bytes)}, gradients {_mega(self.gradient_bytes)}, activations "
            f"about {_mega(sum(self.activation_bytes.values()))}"
        )
        for name, own in self.inputs.items():
            yield (
                f"{name}: {own.examples:,} examples and {own.tokens:,.0f} tokens a step, "
                f"{own.padding_share:.1%} padding; the input gives "
                f"{own.examples_per_second:,.0f} examples/s; activations about "
                f"{_mega(self.activation_bytes[name])}"
            )
        yield from self._step_lines()
        scaled = "scaled, not " if self.memory.smaller_peak is not None else ""
        yield (
            f"expected: a process that trains holds about {_mega(self.memory.expected_peak)} at "
            f"most ({scaled}measured; this one held {_mega(self.memory.peak)})"
        )

    def _step_lines(self) -> Iterator[str]:
        seconds = self.step.whole_seconds
        tokens = sum(own.tokens for own in self.inputs.values())
        if self.step.smaller_seconds is not None:
            yield from self._part_lines()
        else:
            yield f"step: {seconds:.3f} s (mean of {STEPS}), {tokens / seconds:,.0f} tokens/s"
        whole = format_seconds(self.steps * seconds)
        yield f"expected: {self.steps:,} steps in {whole}, and the time of checkpoints"

    def _part_lines(self) -> Iterator[str]:
        step = self.step
        parts = (
            f"{self.measured[n]:,} of {own.examples:,} of {n}" for n, own in self.inputs.items()
        )
        yield (
            f"measured: a step with {', '.join(parts)}: {step.seconds:.3f} s (mean of {STEPS}), "
            f"with half of them, or nearly, {step.smaller_seconds:.3f} s"
        )
        if step.is_disturbed:
            yield (
                "disturbed: half of the examples took as long as all of them, so other work was on "
                "this machine, and what follows is no more than a guess; run it again when it is "
                "quiet"
            )
        tokens = sum(own.tokens for own in self.inputs.values())
        yield (
            f"scaled, not measured: a whole step {step.whole_seconds:,.0f} s on this device, of "
            f"which {step.fixed_seconds:.3f} s whatever the batch; "
            f"{tokens / step.whole_seconds:,.0f} tokens/s"
        )


def _mega(size: int) -> str:
    return f"{size / 2**20:,.1f} MiB"
