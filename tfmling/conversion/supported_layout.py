"""Which folders contain an encoder that can be loaded, checked without TensorFlow.

Supported are BERTs with a WordPiece or SentencePiece vocabulary, and XLM-Rs, whose network is
BERT's. docs/formats.md lists what is honoured and what is rejected.
"""

import os
from pathlib import Path

from tfmling.conversion.hugging_face.config import check_bert_config, network_name
from tfmling.conversion.layout_files import (
    UnsupportedLayoutError,
    blame_values,
    read_object,
    reject,
)
from tfmling.conversion.sentence_modules import find_transformer_folder, read_sentence_modules

_WEIGHTS = ("model.weights.h5", "model.safetensors", "model.safetensors.index.json")
_NETWORKS = ("bert", "xlmroberta")
_SENTENCE_PIECE = ("sentencepiece.bpe.model", "assets/tokenizer/vocabulary.spm")
_ADAPTER = "adapter_config.json"


def check_local(path: str) -> None:
    """Check that a path can be a local folder.

    Raises:
        UnsupportedLayoutError: if it is a file, or names a remote file system.

    Example:
        >>> check_local("gs://bucket/encoder")  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        UnsupportedLayoutError: gs://bucket/encoder: expected a local folder
    """
    if os.path.isfile(path):  # unlike Path.is_file, false for names that are too long
        reject(path, "the folder of an encoder", "a file", "give the folder that holds it")
    if "://" in path:
        raise UnsupportedLayoutError(
            f"{path}: expected a local folder, which is what the libraries that read weights can "
            "open; copy the encoder to this machine"
        )


def check_layout(folder: Path) -> None:
    """Reject folders that are not BERT or XLM-R; their readers report missing files.

    Raises:
        UnsupportedLayoutError: if the weights are a pickle or an adapter; if the network is not
            BERT's, by its name, activation or positions; or if sentence modules are not supported.

    Example:
        >>> _ = Path("config.json").write_text('{"model_type": "gpt2"}')
        >>> check_layout(Path("."))  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        UnsupportedLayoutError: .: expected a BERT or an XLM-R, got gpt2
    """
    _reject_adapters(folder)
    network_folder = find_transformer_folder(folder)
    config = network_folder / "config.json"
    with blame_values(config):
        _reject_other_networks(network_folder)
        check_bert_config(config, read_object(config))
    _reject_pickles(network_folder)
    if not is_keras_folder(folder):
        read_sentence_modules(folder)


def is_keras_folder(folder: Path) -> bool:
    """Whether config.json is a KerasHub preset's, as in our own folders.

    Example:
        >>> _ = Path("config.json").write_text('{"class_name": "BertBackbone"}')
        >>> is_keras_folder(Path("."))
        True
    """
    return "class_name" in read_object(folder / "config.json")


def network(folder: Path) -> str | None:
    """The network that config.json names, such as `bert` or `xlmroberta`; None if none.

    Example:
        >>> _ = Path("config.json").write_text('{"model_type": "xlm-roberta"}')
        >>> network(Path("."))
        'xlmroberta'
    """
    return network_name(read_object(folder / "config.json"))


def _reject_adapters(folder: Path) -> None:
    if (folder / _ADAPTER).exists():
        raise UnsupportedLayoutError(
            f"{folder / _ADAPTER}: expected a whole encoder, got an adapter over another one; "
            "merge them first: model.merge_and_unload().save_pretrained(new_folder)"
        )


def _reject_pickles(folder: Path) -> None:
    pickles = sorted(folder.glob("*.bin"))
    if pickles and not any((folder / name).exists() for name in _WEIGHTS):
        raise UnsupportedLayoutError(
            f"{pickles[0]}: expected model.safetensors. A pickle can run code when it is "
            "opened, so it is not read; if you trust it, convert the weights: "
            "AutoModelForPreTraining.from_pretrained(folder).save_pretrained(folder)"
        )


def _reject_other_networks(folder: Path) -> None:
    kind = network(folder)
    if kind in _NETWORKS:
        return
    if kind is None and not any((folder / name).exists() for name in _SENTENCE_PIECE):
        return
    raise UnsupportedLayoutError(
        f"{folder}: expected a BERT or an XLM-R, got {kind or 'SentencePiece without a config'}. "
        "Read are encoder folders of ours, BERTs and XLM-Rs of Hugging Face and KerasHub, BERT's "
        "first releases and encoders of TF Hub (docs/formats.md, Encoder layouts)"
    )
