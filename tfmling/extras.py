"""Packages that only some uses need, and how to get them."""

import importlib
import importlib.util
from types import ModuleType

from tfmling.errors import UserError


class MissingPackageError(UserError, ImportError):
    """A package that this use needs is not installed; the message says how to get it."""


def require(module: str, extra: str) -> None:
    """Raises MissingPackageError where a module's package is not installed."""
    package = module.partition(".")[0]
    if importlib.util.find_spec(package) is None:
        raise MissingPackageError(
            f"the package {package} is not installed; it comes with the extra {extra!r}: "
            f"pip install 'tfmling[{extra}]'"
        )


def load(module: str, extra: str) -> ModuleType:
    """Imports a module of an extra; raises MissingPackageError if it is missing."""
    require(module, extra)
    return importlib.import_module(module)
