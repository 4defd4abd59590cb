"""The weights of a Hugging Face BERT or XLM-R: each is used, ignored with a note, or rejected.

Shapes: D width, V vocabulary, P positions.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

import numpy as np

from tfmling.conversion.bert_weights import heads_from_released
from tfmling.conversion.hugging_face.config import BertConfig
from tfmling.conversion.layout_files import UnsupportedLayoutError, note
from tfmling.conversion.safetensors_files import Tensors, open_checkpoint
from tfmling.conversion.weight_names import (
    BIAS,
    BUFFERS,
    DECODER,
    DECODER_BIAS,
    HEADS,
    POOLER,
    TABLE,
    TRANSPOSED,
    current_hugging_face,
    keras_paths,
    to_hugging_face,
)
from tfmling.modeling.heads import DECODER as OWN_DECODER

_POSITIONS = "bert.embeddings.position_embeddings.weight"
_LAYER = re.compile(r"^bert\.encoder\.layer\.(\d+)\.")
_MASKED_LM = "the masked-LM head"


@dataclasses.dataclass(frozen=True)
class BertWeights:
    """The weights of one checkpoint.

    Attributes:
        released: of the backbone, by released names; see `weight_names`.
        heads: of the pretraining heads, by our names.
        has_pooler: whether the checkpoint has a pooler.

    Example:
        >>> bias = np.zeros(16, np.float32)
        >>> weights = BertWeights({"bert/pooler/dense/bias": bias}, heads={}, has_pooler=True)
        >>> list(weights.released)
        ['bert/pooler/dense/bias']
    """

    released: Mapping[str, np.ndarray]
    heads: Mapping[str, np.ndarray]
    has_pooler: bool


def read_bert_weights(folder: Path, config: BertConfig) -> BertWeights:
    """Read all weights of a folder.

    Raises:
        FileNotFoundError: if the folder has no safetensors file.
        UnsupportedLayoutError: if a tensor is missing, unknown or quantized, or has another shape
            than config.json requires.

    Example:
        >>> from tfmling.conversion.hugging_face.config import read_bert_config
        >>> from tfmling.conversion.hugging_face.write import write
        >>> write(encoder, folder)
        >>> weights = read_bert_weights(Path(folder), read_bert_config(Path(folder)))
        >>> weights.released["bert/embeddings/word_embeddings"].shape
        (37, 16)
    """
    found = _Checkpoint(open_checkpoint(folder), config)
    released = keras_paths(config.sizes["num_hidden_layers"])
    has_pooler = found.has_all(POOLER, "the pooler")
    names = [name for name in released if has_pooler or name not in POOLER]
    found.require(names)
    backbone = {name: found.take_released(name) for name in names}
    heads = found.take_heads()
    found.reject_the_rest()
    positions = "bert/embeddings/position_embeddings"
    backbone[positions] = backbone[positions][config.reserved_positions :]
    return BertWeights(backbone, heads, has_pooler)


class _Checkpoint:
    """Tensors by current names; a tensor that was taken is removed."""

    def __init__(self, tensors: Tensors, config: BertConfig):
        self._tensors = tensors
        self._config = config
        self._shapes = _shapes(config)
        self._left: dict[str, str] = {}
        for name in tensors:
            current = current_hugging_face(name)
            if (other := self._left.setdefault(current, name)) != name:
                raise UnsupportedLayoutError(
                    f"{tensors.path(name)}: expected each weight once, found it as {other} and "
                    f"{name}"
                )
        self._find_shared_table()

    def _find_shared_table(self) -> None:
        """Of tied tensors, safetensors may keep only the decoder's name."""
        if TABLE in self._left or DECODER not in self._left or not self._config.is_tied:
            return
        self._left[TABLE] = own = self._left.pop(DECODER)
        note(
            f"{self._path()}: {own} is read as the embedding table, which has no name of its own "
            f"there and is tied to it by {self._config.path.name}"
        )

    def has_all(self, released: Iterable[str], part: str) -> bool:
        """Whether all tensors of a part exist; False if none does, rejected if some do."""
        names = [to_hugging_face(name) for name in released]
        missing = [name for name in names if name not in self._left]
        if missing and len(missing) < len(names):
            self._reject_part(part, missing[0])
        return not missing

    def _reject_part(self, part: str, missing: str) -> NoReturn:
        raise UnsupportedLayoutError(
            f"{self._path()}: expected all weights of {part} or none, {missing} is missing"
        )

    def require(self, released: Iterable[str]) -> None:
        """Raise UnsupportedLayoutError if a tensor of the backbone is missing."""
        names = [to_hugging_face(name) for name in released]
        if missing := [name for name in names if name not in self._left]:
            raise UnsupportedLayoutError(
                f"{self._path()}: expected the {len(names)} weights of the BERT that "
                f"{self._config.path.name} describes, {len(missing)} are missing, such as "
                f"{missing[0]}"
            )

    def take(self, name: str) -> np.ndarray:
        """Take a tensor, which must have the shape that config.json requires."""
        own = self._left.pop(name)
        expected, got = self._shapes[name], self._tensors.shapes[own]
        if got != expected:
            raise UnsupportedLayoutError(
                f"{self._tensors.path(own)}: {own}: expected the shape {list(expected)} by "
                f"{self._config.path.name}, got {list(got)}; restore the file that was changed"
            )
        return self._tensors.read(own)

    def take_released(self, released: str) -> np.ndarray:
        """Take a tensor by its released name, in its released orientation."""
        value = self.take(to_hugging_face(released))
        is_matrix = released.endswith("kernel") and released != TRANSPOSED
        return np.ascontiguousarray(value.T) if is_matrix else value

    def take_heads(self) -> dict[str, np.ndarray]:
        """Take the pretraining heads by our names; a head must be complete."""
        bias = self._take_bias()
        masked_lm = [n for n in HEADS.values() if "/transform/" in n]
        next_sentence = [n for n in HEADS.values() if "/seq_relationship/" in n]
        if self.has_all(masked_lm, _MASKED_LM) != (bias is not None):
            missing = BIAS if bias is None else to_hugging_face(masked_lm[0])
            self._reject_part(_MASKED_LM, missing)
        released = {}
        if bias is not None:
            released = {name: self.take_released(name) for name in masked_lm}
            released[HEADS["masked_lm/bias"]] = bias
        decoder = self._take_decoder(bias is not None)
        if self.has_all(next_sentence, "the next-sentence head"):
            released |= {name: self.take_released(name) for name in next_sentence}
        return heads_from_released(released) | decoder

    def _take_bias(self) -> np.ndarray | None:
        """The decoder's bias, which releases save under either of two names, or both.

        If they differ, transformers uses the first if the decoder is tied to the embedding table,
        otherwise the second.
        """
        found = {name: self.take(name) for name in (BIAS, DECODER_BIAS) if name in self._left}
        if len(found) == 2 and not np.array_equal(found[BIAS], found[DECODER_BIAS]):
            is_tied = self._config.is_tied
            ignored = DECODER_BIAS if is_tied else BIAS
            del found[ignored]
            note(
                f"{self._path()}: {ignored} is ignored: with tie_word_embeddings: "
                f"{str(is_tied).lower()} transformers computes with {next(iter(found))}"
            )
        return next(iter(found.values()), None)

    def _take_decoder(self, has_head: bool) -> dict[str, np.ndarray]:
        """The masked LM's decoder [V, D] if it is not tied to the embedding table."""
        is_tied, key = self._config.is_tied, f"{self._config.path}: tie_word_embeddings"
        if DECODER not in self._left:
            if has_head and not is_tied:
                raise UnsupportedLayoutError(
                    f"{key}: expected true, or the tensor {DECODER} in {self._path()}"
                )
            return {}
        own = self._left[DECODER]
        table_VD = self._tensors.read(self._table_name)
        decoder_VD = self.take(DECODER)
        if not has_head:
            self._reject_part(_MASKED_LM, BIAS)
        if not is_tied:
            return {OWN_DECODER: decoder_VD}
        if not np.array_equal(decoder_VD, table_VD):
            note(
                f"{self._path()}: {own} is ignored: {key} ties the decoder to the embedding "
                "table, as transformers does"
            )
        return {}

    @property
    def _table_name(self) -> str:
        return next(name for name in self._tensors if current_hugging_face(name) == TABLE)

    def reject_the_rest(self) -> None:
        """Raise UnsupportedLayoutError if tensors are left that are not known to be redundant."""
        ignored = [self._left.pop(name) for name in BUFFERS if name in self._left]
        if ignored:
            note(f"{self._path()}: {', '.join(ignored)} ignored: indices, no weights")
        if not self._left:
            return
        first = next(iter(self._left))
        if layer := _LAYER.match(first):
            raise UnsupportedLayoutError(
                f"{self._config.path}: num_hidden_layers: expected the number of layers in "
                f"{self._path()}, got {self._config.sizes['num_hidden_layers']}, but the weights "
                f"hold layer {layer[1]}"
            )
        own = self._left[first]
        raise UnsupportedLayoutError(
            f"{self._tensors.path(own)}: {own}: expected the weights of a BERT with pretraining "
            f"heads, got {len(self._left)} tensors more; save the encoder alone: "
            "AutoModel.from_pretrained(folder).save_pretrained(new_folder)"
        )

    def _path(self) -> Path:
        paths = sorted({self._tensors.path(name) for name in self._tensors})
        return paths[0] if len(paths) == 1 else self._config.path.parent


def _shapes(config: BertConfig) -> dict[str, tuple[int, ...]]:
    """Current name -> shape, for every tensor that a BERT may have."""
    sizes = config.sizes
    width, rows = sizes["hidden_size"], sizes["vocab_size"]
    shapes: dict[str, tuple[int, ...]] = {
        TABLE: (rows, width),
        _POSITIONS: (sizes["max_position_embeddings"], width),
        "bert.embeddings.token_type_embeddings.weight": (sizes["type_vocab_size"], width),
        DECODER: (rows, width),
        DECODER_BIAS: (rows,),
        BIAS: (rows,),
        "cls.seq_relationship.weight": (2, width),
        "cls.seq_relationship.bias": (2,),
    }
    released = [*keras_paths(sizes["num_hidden_layers"]), *HEADS.values()]
    for name in map(to_hugging_face, released):
        if name not in shapes:
            shapes[name] = _layer_shape(name, width, sizes["intermediate_size"])
    return shapes


def _layer_shape(name: str, width: int, inner: int) -> tuple[int, ...]:
    is_vector = name.endswith(".bias") or "LayerNorm" in name
    if ".intermediate.dense." in name:
        return (inner,) if is_vector else (inner, width)
    if is_vector:
        return (width,)
    is_second = re.search(r"\.layer\.\d+\.output\.dense\.", name) is not None
    return (width, inner if is_second else width)
