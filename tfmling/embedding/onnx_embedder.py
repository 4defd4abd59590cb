"""Backend for ONNX Runtime: `model.onnx` takes ids, its vocabulary is in the same folder."""

import numpy as np

from tfmling.core import extras, files, manifest
from tfmling.embedding.model_files import ONNX_CONFIG, ONNX_MODEL, IdModelConfig
from tfmling.embedding.tokenizing_embedder import TokenizingEmbedder


class OnnxEmbedder(TokenizingEmbedder):
    """Encodes sentences with an ONNX model.

    Args:
        folder: a local folder that `export_onnx` wrote.
        batch_size: sentences per call.
        threads: of ONNX Runtime; 0 lets it choose.

    Raises:
        MissingPackageError: if ONNX Runtime is not installed (extra `onnx`).
        DamagedError: if the folder does not match its manifest.
    """

    def __init__(self, folder: str, batch_size: int = 64, threads: int = 0):
        onnxruntime = extras.load("onnxruntime", "onnx")
        manifest.verify_once(folder)
        config = IdModelConfig.read(folder, ONNX_CONFIG)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(
            files.join(folder, ONNX_MODEL), options, providers=["CPUExecutionProvider"]
        )
        width = int(self._session.get_outputs()[0].shape[-1])
        super().__init__(config.read_vocabulary(folder), config.max_length, width, batch_size)

    def _encode_batch(self, sentences: list[str]) -> np.ndarray:
        ids, longest = self._tokenize(sentences)
        # at least 3: `pack` needs room for one piece even if no sentence has any
        packed = self.tokenizer.pack(ids, min(max(longest, 3), self.max_length))
        return self._session.run(None, {name: t.numpy() for name, t in packed.items()})[0]
