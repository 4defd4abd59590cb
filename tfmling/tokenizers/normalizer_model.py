"""Serialize a character table for `tensorflow_text.FastBertNormalizer`.

The format is tensorflow_text's `fast_bert_normalizer_model.fbs`: a pool of replacements, and a trie
over the characters' UTF-8 bytes as a Darts-clone double array. In it, the unit at index i leads by
byte b to the unit at i ^ offset ^ b if that unit carries the label b.
"""

from collections.abc import Mapping

import flatbuffers
import numpy as np

_BLOCK = 256  # each node has a block of its own, with one unit per byte
_OFFSET_SHIFT = 10
_HAS_VALUE = 1 << 8
_IS_VALUE = 1 << 31
_MAX_UNITS = 1 << (32 - _OFFSET_SHIFT)

# a value: a flag for a replacement, its offset in the pool, its length in bytes
_IS_REPLACED = 1 << 30
_LENGTH_BITS = 6

_Node = dict[int, "_Node | int"]  # byte -> node, or the value of the character that ends here


def build_normalizer_model(table: Mapping[str, str]) -> np.ndarray:
    """Serialize a table.

    Args:
        table: character to replacement of at most 63 bytes.

    Returns:
        uint8 [N], the `model_buffer` of a FastBertNormalizer.

    Example:
        >>> import tensorflow_text as tf_text
        >>> model = build_normalizer_model({"a": "b", "!": ""})
        >>> tf_text.FastBertNormalizer(model_buffer=model).normalize(["aha!"]).numpy()
        array([b'bhb'], dtype=object)
    """
    pool, values = _pool(table)
    zero = values.pop("\0", 0)  # the trie cannot contain it
    units = _DoubleArray(_trie(values)).units()
    builder = flatbuffers.Builder(units.nbytes + len(pool))
    units_at, pool_at = builder.CreateNumpyVector(units), builder.CreateByteVector(pool)
    builder.StartObject(4)  # field 0, lower-casing, is not read
    builder.PrependUOffsetTRelativeSlot(1, units_at, 0)
    builder.PrependInt32Slot(2, zero, 0)
    builder.PrependUOffsetTRelativeSlot(3, pool_at, 0)
    builder.Finish(builder.EndObject())
    return np.frombuffer(bytes(builder.Output()), np.uint8)


def _pool(table: Mapping[str, str]) -> tuple[bytes, dict[str, int]]:
    """The concatenated replacements, and the value of each character."""
    pool = bytearray()
    places: dict[bytes, int] = {}
    values = {}
    for character, replacement in table.items():
        text = replacement.encode()
        if len(text) >= 1 << _LENGTH_BITS:
            raise ValueError(f"{character!r}: replacement of {len(text)} bytes; at most 63 fit")
        if text not in places:
            places[text] = len(pool)
            pool += text
        values[character] = _IS_REPLACED | places[text] << _LENGTH_BITS | len(text)
    return bytes(pool), values


def _trie(values: Mapping[str, int]) -> _Node:
    root: _Node = {}
    for character, value in values.items():
        node = root
        *path, last = character.encode()
        for byte in path:
            node = node.setdefault(byte, {})  # type: ignore[assignment]
        node[last] = value  # UTF-8 is prefix-free: no longer path continues here
    return root


class _DoubleArray:
    """Double array of a trie; equal subtrees and equal values are stored once."""

    def __init__(self, root: _Node):
        self._root = root
        values = np.array(sorted(_values(root)), np.uint32)
        self._value_at = {int(value): _BLOCK + at for at, value in enumerate(values)}
        self._blocks = [np.zeros(_BLOCK, np.uint32), _pad_to_blocks(values | np.uint32(_IS_VALUE))]
        self._size = sum(map(len, self._blocks))
        self._known: dict[tuple, int] = {}

    def units(self) -> np.ndarray:
        """The array, uint32; the root is unit 0."""
        children = self._add_block(self._root)
        self._blocks[0][0] = children << _OFFSET_SHIFT
        if self._size > _MAX_UNITS:
            raise ValueError(f"{self._size} units; offsets reach {_MAX_UNITS} only")
        return np.concatenate(self._blocks)

    def _add_block(self, node: _Node) -> int:
        """Store the children of a node and return the start of their block."""
        links = tuple(
            (byte, self._add_block(child), 0)
            if isinstance(child, dict)
            else (byte, self._value_at[child], _HAS_VALUE)
            for byte, child in sorted(node.items())
        )
        if links not in self._known:
            self._known[links] = start = self._size
            block = np.zeros(_BLOCK, np.uint32)
            for byte, target, mark in links:
                block[byte] = byte | mark | ((start + byte) ^ target) << _OFFSET_SHIFT
            self._blocks.append(block)
            self._size += _BLOCK
        return self._known[links]


def _values(node: _Node) -> set[int]:
    values: set[int] = set()
    for child in node.values():
        values |= _values(child) if isinstance(child, dict) else {child}
    return values


def _pad_to_blocks(units: np.ndarray) -> np.ndarray:
    return np.pad(units, (0, -len(units) % _BLOCK))
