"""From a study to cells that are ready to run: every setting of every cell validated."""

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tfmling.core import config, files
from tfmling.core.config_errors import ConfigError, nearest
from tfmling.core.output_paths import require_own_folder
from tfmling.recipes.plan import PlannedStage, plan_each
from tfmling.recipes.variables import read_with_overrides
from tfmling.studies import KINDS
from tfmling.studies.cell import Cell
from tfmling.studies.settings import Study


@dataclass(frozen=True)
class PlannedCell:
    """A cell whose stages are complete; `folder` holds them all."""

    cell: Cell
    stages: list[PlannedStage]
    folder: str


@dataclass(frozen=True)
class PlannedStudy:
    """Shared stages, then cells, in the order in which they run."""

    shared: list[PlannedStage]
    shared_folder: str
    cells: list[PlannedCell]


def load_study(path: str, overrides: Sequence[str] = (), *, check_inputs: bool = True) -> Study:
    """Reads a study of any kind; `--set` reaches all of it.

    Raises:
        ConfigError: the file, the key, what was expected and what came.
    """
    values = read_with_overrides(path, overrides)
    kind = values.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ConfigError(
            f"{path}: kind: unknown kind of study {kind!r:.80}; {nearest(kind, KINDS)}"
        )
    return config.build(KINDS[kind], values, path, check_inputs=check_inputs)


def plan_study(
    study: Study, origin: str, *, check_inputs: bool = True, overwrite: bool = False
) -> PlannedStudy:
    """All stages of all cells with complete and valid settings.

    Args:
        study: of any kind.
        origin: its file, named in errors.
        check_inputs: whether inputs that no earlier stage makes must exist.
        overwrite: whether a stage may replace the output of another command.

    Raises:
        ConfigError: file, arm, seed, stage, key path, what was expected and what came.
    """
    values = {**study.variables, "output": study.output}
    folder = files.join(study.output, "shared")
    require_own_folder(study.output)
    plan = functools.partial(plan_each, check_inputs=check_inputs, overwrite=overwrite)
    shared = plan(study.shared, values, folder, f"{origin}: shared")
    cells = [_plan(cell, study, shared, values, origin, plan) for cell in _cells(study, origin)]
    return PlannedStudy(shared, folder, cells)


def _cells(study: Study, origin: str) -> list[Cell]:
    try:
        cells = study.cells()
    except ConfigError as error:
        raise ConfigError(f"{origin}: {error}") from None
    _check_names(study, cells, origin)
    return cells


def _check_names(study: Study, cells: Sequence[Cell], origin: str) -> None:
    """Raises ConfigError where two stages of a cell, or two cells, would have one folder."""
    twice = [str(c) for c, n in Counter((c.arm, c.seed) for c in cells).items() if n > 1]
    for cell in cells:
        names = [stage.name for stage in [*study.shared, *cell.stages]]
        twice += [f"{cell}: {name}" for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ConfigError(f"{origin}: stages of a cell need different names; twice: {twice[0]}")


def _plan(
    cell: Cell,
    study: Study,
    shared: Sequence[PlannedStage],
    values: dict[str, Any],
    origin: str,
    plan: Callable[..., list[PlannedStage]],
) -> PlannedCell:
    folder = files.join(study.output, "cells", cell.arm, str(cell.seed))
    stages = plan(
        cell.stages,
        {**values, "seed": cell.seed},
        folder,
        f"{origin}: {cell}: stages",
        made_before=shared,
    )
    return PlannedCell(cell, stages, folder)
