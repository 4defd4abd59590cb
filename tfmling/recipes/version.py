"""Versions of stages: the settings, code and inputs that a result depends on."""

from dataclasses import dataclass
from typing import Any

from tfmling.core import config, manifest
from tfmling.core.code_version import code_version
from tfmling.core.commands import COMMANDS
from tfmling.recipes.plan import PlannedStage


@dataclass(frozen=True)
class Version:
    """Equal versions give equal results, if the stage is deterministic.

    Attributes:
        command: name of the command.
        flags: for the runner.
        config: the resolved settings.
        code: see `code_version`.
        inputs: path -> `manifest.fingerprint`.

    Example:
        >>> before = Version("train", [], {"steps": 5}, code="", inputs={})
        >>> Version("train", [], {"steps": 7}, code="", inputs={}).changes_since(before)
        ['config.steps changed']
    """

    command: str
    flags: list[str]
    config: dict[str, Any]
    code: str
    inputs: dict[str, str]

    def changes_since(self, earlier: "Version") -> list[str]:
        """Describe each difference from an earlier version."""
        changed = [
            f"{name} changed"
            for name in ("command", "flags", "code")
            if getattr(self, name) != getattr(earlier, name)
        ]
        keys = dict.fromkeys([*self.config, *earlier.config])
        changed += [
            f"config.{key} changed"
            for key in keys
            if self.config.get(key) != earlier.config.get(key)
        ]
        # a path that was added or removed is reported as a change of the settings
        both = self.inputs.keys() & earlier.inputs.keys()
        return changed + [
            f"{p} changed" for p in sorted(both) if self.inputs[p] != earlier.inputs[p]
        ]


def current_version(stage: PlannedStage) -> Version:
    """Return the version that a stage would run with now.

    Inputs that are outputs of tfmling are not read: their manifests are.

    Raises:
        DamagedError: an input is damaged.

    Example:
        >>> stage = PlannedStage("data", "construct_corpus", config.Settings(), (), "runs/data")
        >>> version = current_version(stage)
        >>> version.command, version.config, version.inputs
        ('construct_corpus', {}, {})
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
    """Return the version of the existing output.

    Raises:
        IncompleteError: there is none.
        DamagedError: it differs from its manifest.

    Example:
        >>> manifest.write_manifest("runs/mlm", command="train", settings={"steps": 5})
        >>> stage = PlannedStage("mlm", "train", config.Settings(), (), "runs/mlm")
        >>> written_version(stage).config
        {'steps': 5}
    """
    written = manifest.require_complete(stage.output)
    return Version(
        command=written.command,
        flags=written.flags,
        config=written.settings,
        code=written.code,
        inputs=written.inputs,
    )
