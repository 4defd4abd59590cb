"""Optional packages, and the extras of tfmling that install them."""

import importlib
import importlib.util
import re
from importlib import metadata
from types import ModuleType

from tfmling.core.errors import UserError

# module -> its package, if the names differ
_PACKAGES = {
    "faiss": "faiss-cpu",
    "keras_hub": "keras-nlp",
    "official": "tf-models-official",
    "sklearn": "scikit-learn",
}
_REQUIREMENT = re.compile(r"([\w.-]+).*extra == ['\"]([\w-]+)['\"]")


class MissingPackageError(UserError, ImportError):
    """An optional package is not installed; the message says how to install it.

    Example:
        >>> try:
        ...     load("no_such_package", "gcs")
        ... except ImportError as error:
        ...     print(type(error).__name__)
        MissingPackageError
    """


def require(module: str, extra: str) -> None:
    """Raise MissingPackageError if the package of a module is not installed.

    Example:
        >>> require("no_such_package", "gcs")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.extras.MissingPackageError: the package no_such_package is not installed; ...
    """
    package = module.partition(".")[0]
    if importlib.util.find_spec(package) is None:
        raise MissingPackageError(
            f"the package {package} is not installed; install the extra {extra!r}: "
            f"pip install -e '.[{extra}]'"
        )


def load(module: str, extra: str) -> ModuleType:
    """Import a module of an extra; raise MissingPackageError if it is not installed.

    Example:
        >>> load("json", "gcs").loads("[1, 2]")
        [1, 2]
    """
    require(module, extra)
    return importlib.import_module(module)


def extra_of(module: str) -> str | None:
    """Return the first extra of tfmling that installs a module, or None.

    Example:
        >>> print(extra_of("no_such_package"))
        None
    """
    package = _normalize(_PACKAGES.get(module, module))
    try:
        requirements = metadata.requires("tfmling") or []
    except metadata.PackageNotFoundError:
        return None
    found = (_REQUIREMENT.match(requirement) for requirement in requirements)
    return next((each[2] for each in found if each and _normalize(each[1]) == package), None)


def _normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
