"""How much memory a training takes at most, also where its batch is too large to measure."""

import resource
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class StepMemory:
    """Bytes of this process after steps, by the activations that were in memory at a time.

    The peak grows with the activations along a line: what else is in memory (weights, optimizer
    slots, gradients, TensorFlow itself, buffers of the inputs) stays the same.

    Attributes:
        needed: activations of a whole step, estimated.
        activations: of the measured step, estimated in the same way.
        peak: of the process after it.
        smaller_activations: of a step with about half of it; None where it was measured whole.
        smaller_peak: of the process after that, which was measured first.
    """

    needed: int
    activations: int
    peak: int
    smaller_activations: int | None = None
    smaller_peak: int | None = None

    @property
    def expected_peak(self) -> int:
        """Of a process that takes whole steps; at least what was measured of a part."""
        if self.smaller_activations is None or self.smaller_peak is None:
            return self.peak
        if self.activations == self.smaller_activations:
            return self.peak
        slope = (self.peak - self.smaller_peak) / (self.activations - self.smaller_activations)
        return round(self.peak + slope * (self.needed - self.activations))


def peak_of_process() -> int:
    """The most memory that this process has held, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # the other number may be that of the process that started this one
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    kilo = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilo
