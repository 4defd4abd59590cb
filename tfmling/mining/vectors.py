"""A folder of vectors with their sentences, in numbered shards.

    vectors.json                          language, model, width, rows of each shard
    00000-of-00004.vectors.npy            int16 [rows, D], see `tfmling.mining.quantization`
    00000-of-00004.vectors.json           their SHA-256, so that a resumed run can reuse them
    00000-of-00004.text.npy, .ends.npy    the sentences (`tfmling.mining.sentences`)
    00000-of-00004.documents.json         [name, first row, rows] of each document, if any

Rows are numbered across all shards, in an order that does not depend on the number of shards.
"""

import functools
import hashlib
from dataclasses import asdict, dataclass

import numpy as np

from tfmling.core import files, manifest
from tfmling.core.errors import InputError, reading
from tfmling.core.json_values import read_json
from tfmling.mining.arrays import read_array, read_shape
from tfmling.mining.sentences import SentenceFiles

DESCRIPTION = "vectors.json"


class VectorsError(InputError, ValueError):
    """A folder of vectors cannot be used as requested.

    Example:
        >>> raise VectorsError("shard 0: expected 3 vectors, got 2")
        Traceback (most recent call last):
            ...
        tfmling.mining.vectors.VectorsError: shard 0: expected 3 vectors, got 2
    """


@dataclass(frozen=True)
class Description:
    """The content of `vectors.json`.

    Attributes:
        language: of all sentences, BCP 47.
        model: SHA-256 of the files of the model that made the vectors.
        by_document: whether sentences are grouped by document, for document-level mining.
        width: components of a vector.
        rows: sentences of each shard.

    Example:
        >>> description = Description("sw", "5f1c", by_document=False, width=768, rows=(3, 2))
        >>> sum(description.rows)
        5
    """

    language: str
    model: str
    by_document: bool
    width: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class DocumentRows:
    """The rows of a document's sentences, numbered across all shards.

    Example:
        >>> document = DocumentRows("https://a.org/news", first=10, count=3)
        >>> list(range(document.first, document.first + document.count))
        [10, 11, 12]
    """

    name: str
    first: int
    count: int


class VectorFolder:
    """A completed folder of vectors.

    Raises:
        manifest.IncompleteError: the folder is not complete.
        manifest.DamagedError: a file is missing or has another size.
        VectorsError: a shard has another number of rows or width than described.

    Example:
        >>> from tfmling.mining.arrays import write_array
        >>> for shard, rows in enumerate((3, 2)):
        ...     path = shard_path("sw", shard, num_shards=2)
        ...     write_array(f"{path}.vectors.npy", np.zeros((rows, 8), np.int16))
        >>> write_description("sw", Description("sw", "5f1c", False, width=8, rows=(3, 2)))
        >>> manifest.write_manifest("sw", command="mine_bitext")
        >>> VectorFolder("sw").place(4)  # the last row of the second shard
        (1, 1)
    """

    def __init__(self, path: str):
        manifest.require_complete(path)
        self.path = path
        manifest.verify_once(files.join(path, DESCRIPTION))
        self.description = read_description(path)
        for shard, rows in enumerate(self.description.rows):
            shape = read_shape(self._vectors_path(shard))
            if shape != (rows, self.description.width):
                raise VectorsError(
                    f"{path}: shard {shard}: expected {rows} vectors of width "
                    f"{self.description.width}, as in {DESCRIPTION}, got {list(shape)}; remove "
                    "this folder and run again"
                )

    @property
    def num_shards(self) -> int:
        """The number of shards."""
        return len(self.description.rows)

    @functools.cached_property
    def first_rows(self) -> np.ndarray:
        """int64 [shards + 1]: each shard's first row, then the total number of rows."""
        return np.concatenate([[0], np.cumsum(self.description.rows, dtype=np.int64)])

    def place(self, row: int) -> tuple[int, int]:
        """The shard of a row, and the row's number within it."""
        shard = int(np.searchsorted(self.first_rows, row, side="right")) - 1
        return shard, row - int(self.first_rows[shard])

    def vectors(self, shard: int) -> np.ndarray:
        """int16 [rows, D], memory-mapped; raises DamagedError if the checksum is wrong."""
        manifest.verify_once(self._vectors_path(shard))
        return read_array(self._vectors_path(shard))

    def sentences(self, shard: int) -> SentenceFiles:
        """The sentences of a shard by row; raises DamagedError if a checksum is wrong."""
        path = shard_path(self.path, shard, self.num_shards)
        for name in ("text", "ends"):
            manifest.verify_once(f"{path}.{name}.npy")
        return SentenceFiles(path)

    def documents(self) -> list[DocumentRows]:
        """All documents; raises VectorsError if sentences are not grouped by document."""
        if not self.description.by_document:
            raise VectorsError(
                f"{self.path}: its sentences are not grouped by document; set `documents`"
            )
        return [
            DocumentRows(name, int(self.first_rows[shard]) + first, count)
            for shard in range(self.num_shards)
            for name, first, count in self._documents(shard)
        ]

    def _vectors_path(self, shard: int) -> str:
        return f"{shard_path(self.path, shard, self.num_shards)}.vectors.npy"

    def _documents(self, shard: int) -> list[tuple[str, int, int]]:
        path = f"{shard_path(self.path, shard, self.num_shards)}.documents.json"
        manifest.verify_once(path)
        return read_json(path)


def shard_path(folder: str, shard: int, num_shards: int) -> str:
    """The path prefix of a shard's files.

    Example:
        >>> shard_path("vectors", 0, 4)
        'vectors/00000-of-00004'
    """
    return files.join(folder, f"{shard:05d}-of-{num_shards:05d}")


def read_description(folder: str) -> Description:
    """Read `vectors.json`; raises UnreadableError if it has another format.

    Example:
        >>> write_description("sw", Description("sw", "5f1c", False, width=8, rows=(3, 2)))
        >>> read_description("sw").rows
        (3, 2)
    """
    path = files.join(folder, DESCRIPTION)
    with reading(path, "the description of vectors"):
        values = read_json(path)
        return Description(**(values | {"rows": tuple(values["rows"])}))


def write_description(folder: str, description: Description) -> None:
    """Write `vectors.json`.

    Example:
        >>> write_description("sw", Description("sw", "5f1c", False, width=8, rows=(3, 2)))
        >>> files.exists("sw/vectors.json")
        True
    """
    files.write_json(files.join(folder, DESCRIPTION), asdict(description))


def check_same_model(source: VectorFolder, target: VectorFolder) -> None:
    """Raise VectorsError unless the vectors of both sides are comparable.

    Example:
        >>> for name, model in (("en", "5f1c"), ("sw", "a07b")):
        ...     write_description(name, Description(name, model, False, width=8, rows=()))
        ...     manifest.write_manifest(name, command="mine_bitext")
        >>> check_same_model(VectorFolder("en"), VectorFolder("sw"))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
            ...
        tfmling.mining.vectors.VectorsError: en and sw cannot be mined together: model is '5f1c'...
    """
    for name in ("model", "width", "by_document"):
        ours, theirs = (getattr(side.description, name) for side in (source, target))
        if ours != theirs:
            raise VectorsError(
                f"{source.path} and {target.path} cannot be mined together: {name} is {ours!r} "
                f"and {theirs!r}; create both with the same model and mode"
            )


def model_version(folder: str) -> str:
    """SHA-256 of the names and contents of all files of a SavedModel.

    Example:
        >>> for name in ("model", "copy"):
        ...     files.write_text(f"{name}/saved_model.pb", "weights")
        >>> model_version("model") == model_version("copy")
        True
    """
    digest, root = hashlib.sha256(), folder.rstrip("/")
    for path in files.find(root):
        digest.update(f"{path.removeprefix(root)}\n{manifest.hash_file(path)}\n".encode())
    return digest.hexdigest()
