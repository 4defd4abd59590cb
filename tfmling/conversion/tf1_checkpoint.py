"""BERT as first released: bert_config.json, vocab.txt and a TensorFlow 1 checkpoint.

Examples are `multi_cased_L-12_H-768_A-12` and others of github.com/google-research/bert.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfmling.conversion.bert_weights import (
    assign_backbone,
    build_backbone,
    heads_from_released,
)
from tfmling.conversion.hugging_face.config import BertConfig, read_bert_config
from tfmling.conversion.hugging_face.vocabulary import fit_to_table, read_word_pieces
from tfmling.conversion.layout_files import (
    UnsupportedLayoutError,
    blame_file,
    note,
    read_object,
    reject,
)
from tfmling.conversion.safetensors_files import check_finite
from tfmling.conversion.weight_names import HEADS, POOLER, keras_paths
from tfmling.core.errors import MissingFileError
from tfmling.core.plain_paths import plain_path
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import check_head_weights
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

CONFIG = "bert_config.json"
_RELEASED = "bert_model.ckpt"
_TABLE = "bert/embeddings/word_embeddings"
_SLOTS = ("/adam_m", "/adam_v", "/AdamWeightDecayOptimizer", "/AdamWeightDecayOptimizer_1",
          "/LAMB", "/LAMB_1", "/Adam", "/Adam_1")  # fmt: skip
# training state: the step, and the loss scale of mixed precision
_STEP = ("global_step", "beta1_power", "beta2_power", "loss_scale", "current_loss_scale",
         "good_steps")  # fmt: skip


def detect(folder: Path) -> bool:
    """Whether a folder has a checkpoint of google-research/bert, released or trained further.

    Example:
        >>> detect(Path(folder))
        False
    """
    return (folder / CONFIG).exists() and any(folder.glob("*.ckpt*.index"))


def read(folder: Path, policy: str = "float32", dropout: float | None = None) -> Encoder:
    """Read a released BERT with its pretraining heads.

    Args:
        folder: with bert_config.json, bert_model.ckpt.* and vocab.txt. Lower-casing is set in the
            configuration (`do_lower_case`) or, in older releases, by the folder's name
            (`uncased_L-12...`).
        policy: Keras dtype policy.
        dropout: None keeps the configuration's own.

    Raises:
        UnsupportedLayoutError: if a key or an activation is not supported; if weights are missing,
            unknown or of other sizes; if there are several checkpoints; or if neither
            configuration nor name determine lower-casing.

    Example:
        >>> from tfmling.conversion.bert_weights import read_backbone
        >>> from tfmling.conversion.hugging_face.write import write
        >>> write(encoder, "bert_cased")
        >>> _ = Path("bert_cased/config.json").rename("bert_cased/bert_config.json")
        >>> names, weights = zip(*read_backbone(encoder.backbone).items())
        >>> path, slices = "bert_cased/bert_model.ckpt", [""] * len(names)
        >>> tf.raw_ops.SaveV2(
        ...     prefix=path, tensor_names=names, shape_and_slices=slices, tensors=weights
        ... )
        >>> read(Path("bert_cased")).embedding_dim
        16
    """
    config = read_bert_config(folder, CONFIG)
    weights = _read_weights(folder)
    has_pooler = any(name in weights for name in POOLER)
    backbone = build_backbone(config, policy, dropout)
    heads = heads_from_released(weights)
    _check_all(folder, config, weights, has_pooler)
    with blame_file(find_checkpoint(folder)):
        check_head_weights(heads, config.sizes["vocab_size"], config.sizes["hidden_size"])
    assign_backbone(backbone, weights, has_pooler=has_pooler)
    return Encoder(
        backbone,
        fit_to_table(read_vocabulary(folder), backbone.vocabulary_size, config.path),
        pooling="cls",
        hidden_act=config.hidden_act,
        layer_norm_epsilon=config.layer_norm_eps,
        head_weights=heads,
        has_pooler=has_pooler,
    )


def read_vocabulary(folder: Path) -> WordPieceVocabulary:
    """Read the vocabulary, without padding to the size of the embedding table.

    Raises:
        FileNotFoundError: if the folder has no vocab.txt.
        UnsupportedLayoutError: if neither configuration nor name determine lower-casing.

    Example:
        >>> _ = Path("bert_config.json").write_text('{"do_lower_case": false}')
        >>> encoder.vocabulary.write("vocab.txt")
        >>> read_vocabulary(Path(".")) == encoder.vocabulary
        True
    """
    path = folder / WordPieceVocabulary.FILE
    if not path.exists():
        raise MissingFileError(f"{path}: no such file; expected BERT's vocabulary")
    lowercase = _lowercase(folder, read_object(folder / CONFIG))
    return read_word_pieces(path, lowercase, lowercase)


def find_checkpoint(folder: Path) -> Path:
    """The checkpoint of a folder, such as bert_model.ckpt or model.ckpt-1000000.

    Raises:
        UnsupportedLayoutError: if there are several and the file `checkpoint` names none of them.

    Example:
        >>> Path("bert_model.ckpt.index").touch()
        >>> find_checkpoint(Path("."))
        PosixPath('bert_model.ckpt')
    """
    found = sorted(path.with_suffix("") for path in folder.glob("*.ckpt*.index"))
    if len(found) == 1:
        return found[0]
    if (folder / _RELEASED) in found:
        note(f"{folder}: of {len(found)} checkpoints, {_RELEASED} is read")
        return folder / _RELEASED
    newest = tf.train.latest_checkpoint(plain_path(str(folder)))
    if newest and folder / Path(newest).name in found:
        note(f"{folder}: of {len(found)} checkpoints, {Path(newest).name} is read")
        return folder / Path(newest).name
    raise UnsupportedLayoutError(
        f"{folder}: expected one checkpoint, or a file `checkpoint` that names the newest, got "
        f"{', '.join(path.name for path in found)}; remove the others"
    )


def _read_weights(folder: Path) -> dict[str, np.ndarray]:
    prefix = find_checkpoint(folder)
    errors = (tf.errors.OpError, RuntimeError)
    with blame_file(prefix, "a checkpoint of TensorFlow 1", "copy all its files", errors):
        reader = tf.train.load_checkpoint(f"{plain_path(str(prefix.parent))}/{prefix.name}")
        # without the optimizer's slots
        names = [
            name
            for name in reader.get_variable_to_shape_map()
            if not name.endswith(_SLOTS) and name not in _STEP
        ]
        weights = {name: reader.get_tensor(name) for name in names}
    for name, value in weights.items():
        check_finite(value, name, prefix)
    return weights


def _check_all(
    folder: Path, config: BertConfig, weights: Mapping[str, np.ndarray], has_pooler: bool
) -> None:
    """Raise UnsupportedLayoutError if weights are missing, unknown or of other sizes."""
    released = keras_paths(config.sizes["num_hidden_layers"])
    wanted = {name for name in released if has_pooler or name not in POOLER}
    if missing := sorted(wanted - set(weights)):
        raise UnsupportedLayoutError(
            f"{folder / CONFIG}: the checkpoint lacks {len(missing)} weights of BERT, such as "
            f"{missing[0]}; expected the sizes of the weights"
        )
    if unknown := sorted(set(weights) - wanted - set(HEADS.values())):
        raise UnsupportedLayoutError(
            f"{find_checkpoint(folder)}: expected the weights that {CONFIG} describes, with "
            f"pretraining heads, got {len(unknown)} more, such as {unknown[0]}"
        )
    rows = config.sizes["vocab_size"]
    if len(weights[_TABLE]) != rows:
        reject(
            f"{folder / CONFIG}: vocab_size", f"{len(weights[_TABLE])}, the rows of {_TABLE}", rows
        )


def _lowercase(folder: Path, config: dict[str, Any]) -> bool:
    if "do_lower_case" in config:
        return bool(config["do_lower_case"])
    name = folder.resolve().name
    if "uncased" in name or "cased" in name:
        return "uncased" in name
    raise UnsupportedLayoutError(
        f"{folder / CONFIG}: is text lower-cased? Released folders have it in their names "
        '(uncased_..., multi_cased_...); keep the name, or add "do_lower_case": true or false'
    )
