"""Add a language to a multilingual encoder and turn it into a sentence encoder.

The Python API is loaded when it is first used: `import tfmling` imports no TensorFlow.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tfmling.api.cleaning import filter_pairs, filter_texts, mine
    from tfmling.api.evaluation import Retrieval, evaluate
    from tfmling.api.export import export_tfhub
    from tfmling.api.sentence_encoder import SentenceEncoder, load_encoder
    from tfmling.api.training import DualEncoder, MaskedLM, train
    from tfmling.api.vocabulary import extend_vocabulary, new_encoder

__version__ = "0.1.0"

__all__ = [
    "DualEncoder",
    "MaskedLM",
    "Retrieval",
    "SentenceEncoder",
    "evaluate",
    "export_tfhub",
    "extend_vocabulary",
    "filter_pairs",
    "filter_texts",
    "load_encoder",
    "mine",
    "new_encoder",
    "train",
]

_MODULES = {
    "cleaning": ("filter_pairs", "filter_texts", "mine"),
    "evaluation": ("Retrieval", "evaluate"),
    "export": ("export_tfhub",),
    "sentence_encoder": ("SentenceEncoder", "load_encoder"),
    "training": ("DualEncoder", "MaskedLM", "train"),
    "vocabulary": ("extend_vocabulary", "new_encoder"),
}


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(importlib.import_module(f"tfmling.api.{module}"), name)
    raise AttributeError(f"module 'tfmling' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
