"""Backend for LiteRT: `model.tflite` takes ids, its vocabulary is in the same folder.

LiteRT has no tokenizer operations. Sentences are tokenized here, as an app would do it.
"""

import numpy as np

from tfmling.core import extras, files, manifest
from tfmling.embedding.model_files import LITERT_CONFIG, LITERT_MODEL, IdModelConfig
from tfmling.embedding.tokenizing_embedder import TokenizingEmbedder


class LiteRTEmbedder(TokenizingEmbedder):
    """Encodes sentences with a LiteRT model of fixed shape [1, L], one after another.

    Args:
        folder: a local folder that `export_lite` wrote.
        batch_size: sentences that are tokenized together.

    Raises:
        MissingPackageError: if LiteRT is not installed.
        DamagedError: if the folder does not match its manifest.
    """

    def __init__(self, folder: str, batch_size: int = 64):
        litert = extras.load("ai_edge_litert.interpreter", "train")
        manifest.verify_once(folder)
        config = IdModelConfig.read(folder, LITERT_CONFIG)
        self._interpreter = litert.Interpreter(files.join(folder, LITERT_MODEL))
        self._run = self._interpreter.get_signature_runner()
        width = int(self._interpreter.get_output_details()[0]["shape"][-1])
        super().__init__(config.read_vocabulary(folder), config.max_length, width, batch_size)

    def _encode_batch(self, sentences: list[str]) -> np.ndarray:
        ids, _ = self._tokenize(sentences)
        packed = self.tokenizer.pack(ids, self.max_length)
        inputs = {name: tensor_BL.numpy() for name, tensor_BL in packed.items()}
        rows = (
            {name: ids_BL[n : n + 1] for name, ids_BL in inputs.items()}
            for n in range(len(sentences))
        )
        return np.concatenate([self._run(**row)["default"] for row in rows])
