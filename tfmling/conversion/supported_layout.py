"""Which folders hold an encoder that can be a base here, judged before TensorFlow is loaded.

A base is a BERT with a WordPiece or SentencePiece vocabulary, or an XLM-R, whose network is BERT's.
docs/formats.md lists what is honoured and what is refused.
"""

from pathlib import Path

from tfmling.conversion.hugging_face.config import check_bert_config, network_of
from tfmling.conversion.json_file import read_object, values_of
from tfmling.conversion.sentence_modules import read_sentence_modules, transformer_folder
from tfmling.modeling.layout_error import UnsupportedLayoutError as UnsupportedLayoutError

_WEIGHTS = ("model.weights.h5", "model.safetensors", "model.safetensors.index.json")
_NETWORKS = ("bert", "xlmroberta")
_SENTENCE_PIECE = ("sentencepiece.bpe.model", "assets/tokenizer/vocabulary.spm")
_ADAPTER = "adapter_config.json"


def check_local(path: str) -> None:
    """Check that an encoder can be a folder of this machine.

    Raises:
        UnsupportedLayoutError: the path is a file, or names another file system.
    """
    if Path(path).is_file():
        raise UnsupportedLayoutError(
            f"{path}: expected the folder of an encoder, got a file; give the folder that holds it"
        )
    if "://" in path:
        raise UnsupportedLayoutError(
            f"{path}: expected a local folder, which is what the libraries that read weights can "
            "open; copy the encoder to this machine"
        )


def check_layout(folder: Path) -> None:
    """Lets pass what may be a folder of BERT or XLM-R; what is missing in it, its reader says.

    Raises:
        UnsupportedLayoutError: the weights are a pickle or an adapter, the network is another one
            or has another activation or other positions than BERT's, or sentence vectors are made
            by modules that are not supported.
    """
    _refuse_adapters(folder)
    network_folder = transformer_folder(folder)
    config = network_folder / "config.json"
    with values_of(config):
        _refuse_other_networks(network_folder)
        check_bert_config(config, read_object(config))
    _refuse_pickles(network_folder)
    if not is_keras_folder(folder):
        read_sentence_modules(folder)


def is_keras_folder(folder: Path) -> bool:
    """Whether config.json is that of a KerasHub preset, as our own folders are."""
    return "class_name" in read_object(folder / "config.json")


def network(folder: Path) -> str | None:
    """`bert`, `xlmroberta`, ...: what config.json names; None where it names none."""
    return network_of(read_object(folder / "config.json"))


def _refuse_adapters(folder: Path) -> None:
    if (folder / _ADAPTER).exists():
        raise UnsupportedLayoutError(
            f"{folder / _ADAPTER}: expected a whole encoder, got an adapter over another one; "
            "merge them first: model.merge_and_unload().save_pretrained(new_folder)"
        )


def _refuse_pickles(folder: Path) -> None:
    pickles = sorted(folder.glob("*.bin"))
    if pickles and not any((folder / name).exists() for name in _WEIGHTS):
        raise UnsupportedLayoutError(
            f"{pickles[0]}: expected model.safetensors. Opening a pickle runs what it holds, so it "
            "is not read; write the weights anew where you trust them: "
            "AutoModelForPreTraining.from_pretrained(folder).save_pretrained(folder)"
        )


def _refuse_other_networks(folder: Path) -> None:
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
