"""What a report was made with: versions and machine."""

import os
import platform
from collections.abc import Iterable
from importlib import metadata
from typing import Any

# what figures may depend on
PACKAGES = (
    "tfmling",
    "tensorflow",
    "tensorflow-text",
    "keras",
    "keras-hub",
    "tf-models-official",
    "apache-beam",
    "tokenizers",
    "sentencepiece",
    "numpy",
)


def describe_environment(packages: Iterable[str] = PACKAGES) -> dict[str, Any]:
    """`python`, `system`, `processors` and `packages`, name -> version of those installed."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "packages": {name: version for name in packages if (version := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
