"""Read safetensors with precise errors; write them with the permissions of the umask."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import ml_dtypes  # noqa: F401  adds bfloat16 to numpy
import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from tfmling.conversion.layout_files import UnsupportedLayoutError, blame_file, note, read_object
from tfmling.core.errors import MissingFileError

SINGLE, INDEX = "model.safetensors", "model.safetensors.index.json"
_FLOATS = ("F64", "F32", "F16", "BF16")


def write_tensors(
    tensors: Mapping[str, np.ndarray], path: Path, metadata: dict[str, str] | None = None
) -> None:
    """Write a safetensors file; the library alone would make it readable by its owner only.

    Example:
        >>> write_tensors({"bias": np.zeros(2, np.float32)}, Path("a.safetensors"))
        >>> open_file(Path("a.safetensors")).shapes
        {'bias': (2,)}
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")  # its mode follows the umask
    mode = path.stat().st_mode
    # not np.ascontiguousarray, which makes a scalar an array of one number
    save_file(
        {name: np.asarray(value, order="C") for name, value in tensors.items()}, path, metadata
    )
    os.chmod(path, mode & 0o777)


class Tensors:
    """The tensors of one file or of several shards, read one at a time.

    Args:
        sources: tensor name -> file.

    Attributes:
        shapes: tensor name -> shape.
        dtypes: tensor name -> safetensors' name of its dtype (F32, BF16, I64).

    Example:
        >>> write_tensors({"bias": np.zeros(2, np.float16)}, Path("a.safetensors"))
        >>> tensors = Tensors({"bias": Path("a.safetensors")})
        >>> tensors.shapes, tensors.dtypes, tensors.read("bias").dtype
        ({'bias': (2,)}, {'bias': 'F16'}, dtype('float32'))
    """

    def __init__(self, sources: Mapping[str, Path]):
        self._sources = sources
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.dtypes: dict[str, str] = {}
        for path in dict.fromkeys(sources.values()):
            with _opened(path) as file:
                for name in [own for own, source in sources.items() if source == path]:
                    part = file.get_slice(name)
                    self.shapes[name] = tuple(part.get_shape())
                    self.dtypes[name] = part.get_dtype()

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def path(self, name: str) -> Path:
        """The file of a tensor."""
        return self._sources[name]

    def read(self, name: str) -> np.ndarray:
        """Read one tensor as float32.

        Raises:
            UnsupportedLayoutError: if it is not floating point, or some values are not finite.
        """
        if self.dtypes[name] not in _FLOATS:
            raise UnsupportedLayoutError(
                f"{self.path(name)}: {name}: expected {', '.join(_FLOATS)}, got "
                f"{self.dtypes[name]}; quantized weights are not supported"
            )
        with _opened(self.path(name)) as file:
            value = np.asarray(file.get_tensor(name)).astype(np.float32, copy=False)
        check_finite(value, name, self.path(name))
        return value


def check_finite(value: np.ndarray, name: str, path: Path) -> None:
    """Check that all values of a tensor are finite; one that is not spoils every output.

    Raises:
        UnsupportedLayoutError: names the file, the tensor, and the number of such values.

    Example:
        >>> bias = np.array([1.0, np.nan])
        >>> check_finite(bias, "bias", Path("a"))  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        UnsupportedLayoutError: a: bias: expected finite numbers, got 1 of 2
    """
    if np.isfinite(value).all():
        return
    count = int(np.count_nonzero(~np.isfinite(value)))
    raise UnsupportedLayoutError(
        f"{path}: {name}: expected finite numbers, got {count:,} of {value.size:,} that are nan or "
        "infinite; take a checkpoint from before the training diverged"
    )


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """Read all tensors of a safetensors file as float32.

    Raises:
        UnsupportedLayoutError: if the file is missing, damaged or quantized.

    Example:
        >>> from pathlib import Path
        >>> write_tensors({"weight": np.array([1.0, 2.0], np.float16)}, Path("a.safetensors"))
        >>> read_tensors(Path("a.safetensors"))
        {'weight': array([1., 2.], dtype=float32)}
    """
    if not path.exists():
        raise UnsupportedLayoutError(f"{path}: no such file; expected weights in safetensors")
    tensors = open_file(path)
    return {name: tensors.read(name) for name in tensors}


def open_file(path: Path) -> Tensors:
    """Open one file.

    Raises:
        UnsupportedLayoutError: if the file is damaged.

    Example:
        >>> write_tensors({"bias": np.zeros(2, np.float16)}, Path("a.safetensors"))
        >>> list(open_file(Path("a.safetensors")))
        ['bias']
    """
    with _opened(path) as file:
        return Tensors(dict.fromkeys(file.keys(), path))


def open_checkpoint(folder: Path) -> Tensors:
    """Open model.safetensors, or all shards of model.safetensors.index.json.

    Raises:
        UnsupportedLayoutError: if a file is missing or damaged, or the index does not match its
            shards.
        FileNotFoundError: if the folder has neither file.

    Example:
        >>> write_tensors({"bias": np.zeros(2, np.float32)}, Path("model.safetensors"))
        >>> list(open_checkpoint(Path(".")))
        ['bias']
    """
    single, index = folder / SINGLE, folder / INDEX
    if single.exists():
        if index.exists():
            note(f"{index} is ignored: {SINGLE} is read, as transformers does")
        return open_file(single)
    if not index.exists():
        raise MissingFileError(
            f"{folder}: expected {SINGLE} or {INDEX}, found neither{_other_weights(folder)}"
        )
    return _open_shards(index)


def _other_weights(folder: Path) -> str:
    """Name other weight files in the folder, and how to convert them, for the error."""
    kinds = (".safetensors", ".h5", ".msgpack", ".onnx", ".gguf", ".ckpt", ".pt", ".pth", ".bin")
    found = sorted(path.name for path in folder.glob("*") if path.suffix in kinds)
    if not found:
        return ""
    return (
        f", but {', '.join(found[:5])}; write the weights of the encoder as {SINGLE}: "
        "save_pretrained(folder) of transformers does"
    )


def _open_shards(index: Path) -> Tensors:
    listed = read_object(index).get("weight_map")
    is_map = isinstance(listed, dict) and all(isinstance(s, str) for s in listed.values())
    if not listed or not is_map:
        raise UnsupportedLayoutError(f"{index}: weight_map: expected tensor names with their files")
    sources: dict[str, Path] = {}
    for shard in sorted(set(listed.values())):
        path = index.parent / str(shard)
        if path.parent != index.parent or not path.exists():
            raise UnsupportedLayoutError(
                f"{index}: weight_map: expected files beside it, got {shard!r}, which is not "
                "there; copy all shards"
            )
        for name in open_file(path):
            if name in sources:
                raise UnsupportedLayoutError(
                    f"{path}: {name}: expected each tensor once, found it in {sources[name]} too"
                )
            sources[name] = path
    for name, shard in listed.items():
        if sources.get(name) != index.parent / str(shard):
            raise UnsupportedLayoutError(
                f"{index.parent / str(shard)}: expected the tensor {name}, listed in "
                f"{index.name}, found none; copy the shards again"
            )
    return Tensors(sources)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    hint = "copy or download the file again"
    with (
        blame_file(path, "a safetensors file", hint, (SafetensorError,)),
        safe_open(str(path), framework="numpy") as file,
    ):
        yield file
