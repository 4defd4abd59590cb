"""A sentence encoder for ONNX Runtime (`model.onnx`) as an embedder of lists.

The model takes ids; the vocabulary lies beside it and text is cut here.

Shapes: N sentences, D width.
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tfmling.core import extras, files, manifest
from tfmling.embedding.by_length import embed_by_length
from tfmling.embedding.lite_model import Description
from tfmling.tokenizers.build_tokenizer import build_tokenizer

MODEL = "model.onnx"
DESCRIPTION = "onnx.json"


def is_onnx_model(folder: str) -> bool:
    """Whether `export_onnx` wrote the folder."""
    return files.exists(files.join(folder, DESCRIPTION))


class OnnxModel:
    """Embeds batches of sentences of about one length.

    Args:
        folder: local, as `export_onnx` writes it.
        batch_size: sentences of one call.
        threads: of ONNX Runtime; 0 lets it choose.

    Raises:
        MissingPackageError: ONNX Runtime is not installed (extra `onnx`).
    """

    def __init__(self, folder: str, batch_size: int = 64, threads: int = 0):
        onnxruntime = extras.load("onnxruntime", "onnx")

        manifest.verify_once(folder)
        description = Description.read(folder, DESCRIPTION)
        vocabulary = description.read_vocabulary(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._tokenizer = build_tokenizer(vocabulary)
        self._max_length = description.max_length
        self._batch_size = batch_size
        self._session = onnxruntime.InferenceSession(
            files.join(folder, MODEL), options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, texts: Sequence[str], progress: str | None = None) -> np.ndarray:
        """L2-normalized vectors float32 [N, D]; `progress` names the bar, None shows none."""
        width = int(self._session.get_outputs()[0].shape[-1])
        return embed_by_length(texts, self._embed, self._batch_size, width, progress)

    def is_truncated(self, texts: Sequence[str]) -> np.ndarray:
        """Which texts are longer than what is read of them, bool [N]."""
        texts_N = tf.constant(list(texts), tf.string)
        return self._tokenizer.is_truncated(texts_N, self._max_length).numpy()

    def _embed(self, texts: list[str]) -> np.ndarray:
        ids = self._tokenizer(tf.constant(texts))
        longest = int(tf.reduce_max(ids.row_lengths())) + 2
        # 3: rows without room for a piece are not packed, also where no text has one
        packed = self._tokenizer.pack(ids, min(max(longest, 3), self._max_length))
        return self._session.run(None, {name: t.numpy() for name, t in packed.items()})[0]
