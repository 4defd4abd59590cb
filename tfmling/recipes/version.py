"""What the result of a stage depends on."""

from dataclasses import asdict, dataclass
from typing import Any

from tfmling.core import config, manifest
from tfmling.core.code_version import code_version
from tfmling.core.commands import COMMANDS
from tfmling.recipes.plan import PlannedStage


@dataclass(frozen=True)
class Version:
    """Equal versions give equal results, as far as a stage is deterministic.

    Attributes:
        command: that runs.
        flags: for the runner.
        config: the resolved settings.
        code: see `code_version`.
        inputs: path to `manifest.fingerprint`.
    """

    command: str
    flags: list[str]
    config: dict[str, Any]
    code: str
    inputs: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    def changes_since(self, earlier: "Version") -> list[str]:
        """In words, what is different from an earlier version."""
        changed = [
            f"{name} changed"
            for name in ("command", "flags", "code")
            if getattr(self, name) != getattr(earlier, name)
        ]
        keys = _changed_keys(self.config, earlier.config)
        return changed + [f"config.{key} changed" for key in keys] + self._changed_inputs(earlier)

    def _changed_inputs(self, earlier: "Version") -> list[str]:
        # a path that is new or gone is a change of the settings already
        both = self.inputs.keys() & earlier.inputs.keys()
        return [f"{p} changed" for p in sorted(both) if self.inputs[p] != earlier.inputs[p]]


def _changed_keys(new: dict[str, Any], old: dict[str, Any]) -> list[str]:
    return [key for key in dict.fromkeys([*new, *old]) if new.get(key) != old.get(key)]


def current_version(stage: PlannedStage) -> Version:
    """The version that a stage has now; reads all inputs that are no outputs of tfmling.

    Raises:
        DamagedError: an input is damaged.
    """
    inputs = dict.fromkeys(config.paths(stage.settings, "input"))
    return Version(
        command=stage.command,
        flags=list(stage.flags),
        config=manifest.plain(stage.settings.model_dump(mode="json")),
        code=code_version(COMMANDS[stage.command].modules),
        inputs={path: manifest.fingerprint(path) for path in inputs},
    )


def written_version(stage: PlannedStage) -> Version:
    """The version of the output that is there.

    Raises:
        IncompleteError: there is none.
        DamagedError: it is not what its manifest says.
    """
    written = manifest.require_whole(stage.output)
    return Version(
        command=written.command,
        flags=written.flags,
        config=written.settings,
        code=written.code,
        inputs=written.inputs,
    )
