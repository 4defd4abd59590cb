"""Read an encoder from a folder of `transformers` or sentence-transformers.

Shapes: D width.
"""

import dataclasses
from pathlib import Path

import keras_hub
import numpy as np

from tfmling.conversion.bert_weights import assign_backbone, build_backbone
from tfmling.conversion.hugging_face import vocabulary as hugging_face_vocabulary
from tfmling.conversion.hugging_face.config import CONFIG_FILE, read_bert_config
from tfmling.conversion.hugging_face.tokenization import Tokenization, read_tokenization
from tfmling.conversion.hugging_face.vocabulary import fit_to_table
from tfmling.conversion.hugging_face.weights import BertWeights, read_bert_weights
from tfmling.conversion.layout_files import UnsupportedLayoutError, note
from tfmling.conversion.safetensors_files import read_tensors
from tfmling.conversion.sentence_modules import (
    MODULES,
    TEXT_CONFIG,
    SentenceModules,
    find_transformer_folder,
    read_sentence_modules,
)
from tfmling.conversion.weight_names import POOLER
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.sentence_layers import SentenceLayer, build_sentence_layers
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary


def detect(folder: Path) -> bool:
    """Whether a folder has the configuration of `transformers` or sentence-transformers.

    Example:
        >>> detect(Path(folder))
        False
    """
    return (folder / CONFIG_FILE).exists() or (folder / MODULES).exists()


def read(folder: Path, policy: str, dropout: float | None = None) -> Encoder:
    """Read a BERT or XLM-R with its tokenizer, pooling, sentence layers and pretraining heads.

    Args:
        folder: of `transformers`, or of sentence-transformers with modules.json.
        policy: Keras dtype policy.
        dropout: probability during training; None keeps the folder's own.

    Raises:
        FileNotFoundError: if a file of the folder is missing.
        UnsupportedLayoutError: names the file and key that is not supported or does not fit.

    Example:
        >>> from tfmling.conversion.hugging_face.write import write
        >>> write(encoder, folder)
        >>> read(Path(folder), policy="float32").vocabulary == encoder.vocabulary
        True
    """
    modules = read_sentence_modules(folder)
    network = folder if modules is None else modules.transformer
    config = read_bert_config(network)
    tokenization = read_folder_tokenization(folder)
    vocabulary = hugging_face_vocabulary.read_vocabulary(network, tokenization)
    weights = read_bert_weights(network, config)
    backbone = build_backbone(config, policy, dropout)
    fitting = fit_to_table(vocabulary, backbone.vocabulary_size, config.path)
    assign_backbone(backbone, weights.released, has_pooler=weights.has_pooler)
    pooling, has_pooler = "cls" if modules is None else modules.pooling, weights.has_pooler
    layers = [] if modules is None else _sentence_layers(modules, backbone.hidden_dim)
    if modules is not None and _is_pooler(modules, layers, weights):
        pooler, *layers = layers
        backbone.pooled_dense.set_weights([pooler.kernel.numpy(), pooler.bias.numpy()])
        pooling, has_pooler = "pooler", True
    return Encoder(
        backbone,
        fitting,
        pooling=pooling,
        hidden_act=config.hidden_act,
        layer_norm_epsilon=config.layer_norm_eps,
        head_weights=weights.heads,
        sentence_layers=layers,
        has_pooler=has_pooler,
        max_text_length=_max_text_length(backbone, tokenization, modules),
        sentence_config=None if modules is None else modules.config,
    )


def read_folder_tokenization(folder: Path) -> Tokenization:
    """How a folder tokenizes text, lower-casing by sentence-transformers included.

    Raises:
        UnsupportedLayoutError: names the file and key that is not supported.

    Example:
        >>> from tfmling.conversion.hugging_face.write import write
        >>> write(encoder, folder)
        >>> tokenization = read_folder_tokenization(Path(folder))
        >>> tokenization.is_word_piece, tokenization.lowercase
        (True, False)
    """
    modules = read_sentence_modules(folder)
    tokenization = read_tokenization(find_transformer_folder(folder))
    if modules is None or not modules.lowercase or tokenization.lowercase:
        return tokenization
    if not tokenization.is_word_piece:
        raise UnsupportedLayoutError(
            f"{modules.transformer / TEXT_CONFIG}: do_lower_case: expected false with a "
            "SentencePiece vocabulary, got true; lower-casing before it is not supported"
        )
    return dataclasses.replace(tokenization, lowercase=True)


def read_vocabulary(folder: Path) -> SubwordVocabulary:
    """Read the vocabulary of a folder, without padding to the size of the embedding table.

    Example:
        >>> from tfmling.conversion.hugging_face.write import write
        >>> write(encoder, folder)
        >>> read_vocabulary(Path(folder)) == encoder.vocabulary
        True
    """
    tokenization = read_folder_tokenization(folder)
    return hugging_face_vocabulary.read_vocabulary(find_transformer_folder(folder), tokenization)


def _sentence_layers(modules: SentenceModules, width: int) -> list[SentenceLayer]:
    layers = build_sentence_layers([description for description, _ in modules.layers], width)
    for layer, (description, folder) in zip(layers, modules.layers, strict=True):
        variables = layer.named_weights()
        if not variables:
            continue
        path = folder / "model.safetensors"
        weights = read_tensors(path)
        expected = {name: tuple(variable.shape)[::-1] for name, variable in variables.items()}
        got = {name: value.shape for name, value in weights.items()}
        if got != expected:
            raise UnsupportedLayoutError(
                f"{path}: expected {_format_shapes(expected)} for a {description['kind']} after "
                f"the modules before it, got {_format_shapes(got)}"
            )
        for name, variable in variables.items():
            variable.assign(weights[name].T)
    return layers


def _format_shapes(shapes: dict[str, tuple[int, ...]]) -> str:
    return ", ".join(f"{name} {list(shape)}" for name, shape in sorted(shapes.items()))


def _is_pooler(modules: SentenceModules, layers: list[SentenceLayer], weights: BertWeights) -> bool:
    """Whether the first layer is BERT's pooler, as in published LaBSE folders.

    It is not if the weights include a different pooler: then both are kept.
    """
    if modules.pooling != "cls" or not layers:
        return False
    description, kernel = modules.layers[0][0], layers[0].named_weights().get("linear.weight")
    pooler_options = {
        "kind": "dense",
        "activation": "tanh",
        "use_bias": True,
        "use_residual": False,
    }
    if any(description.get(key) != value for key, value in pooler_options.items()):
        return False
    if kernel is None or kernel.shape[0] != kernel.shape[1]:
        return False
    own = [variable.numpy() for variable in layers[0].named_weights().values()]
    expected = [weights.released[name] for name in POOLER] if weights.has_pooler else own
    return all(np.array_equal(*pair) for pair in zip(own, expected, strict=True))


def _max_text_length(
    backbone: keras_hub.models.BertBackbone,
    tokenization: Tokenization,
    modules: SentenceModules | None,
) -> int | None:
    if modules is None or modules.max_text_length is None:
        return tokenization.max_length
    if modules.max_text_length > backbone.max_sequence_length:
        note(
            f"{modules.transformer / TEXT_CONFIG}: max_seq_length {modules.max_text_length} is "
            f"read as {backbone.max_sequence_length}, for which the network has positions"
        )
    return modules.max_text_length
