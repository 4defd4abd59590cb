"""Libraries that turn strings into sentence vectors, each in its fastest way.

Every contender reads the folder that `export_contenders` wrote, sorts sentences by length and gives
L2-normalized float32 vectors.

Shapes: N sentences, B batch, L length, D width.
"""

from collections.abc import Callable

import numpy as np

from tfmling.embedding.embedder import encode_by_length

BATCH, MAX_LENGTH, WIDTH = 64, 64, 384
Encode = Callable[[list[str]], np.ndarray]


def exported(folder: str, threads: int, model: str = "hub") -> Encode:
    """Load our SavedModel, which takes strings."""
    from tfmling.embedding.saved_model_embedder import SavedModelEmbedder

    return SavedModelEmbedder(f"{folder}/{model}/sentence_encoder", BATCH).encode


def exported_bfloat16(folder: str, threads: int) -> Encode:
    """Load our SavedModel with bfloat16 weights."""
    return exported(folder, threads, "hub_bfloat16")


def onnx_runtime(folder: str, threads: int) -> Encode:
    """Load ONNX Runtime with Hugging Face's tokenizer."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(f"{folder}/onnx/model.onnx", options)
    tokenizer = _tokenizer(f"{folder}/sentence_transformers", "np")

    def encode(texts: list[str]) -> np.ndarray:
        ids = tokenizer(texts)
        inputs = {
            "input_word_ids": ids["input_ids"],
            "input_mask": ids["attention_mask"],
            "input_type_ids": np.zeros_like(ids["input_ids"]),
        }
        return session.run(None, {key: v.astype(np.int32) for key, v in inputs.items()})[0]

    return lambda texts: encode_by_length(texts, encode, BATCH, WIDTH)


def sentence_transformers(folder: str, threads: int) -> Encode:
    """Load sentence-transformers, which sorts by length itself."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(f"{folder}/sentence_transformers", device="cpu")
    model.max_seq_length = MAX_LENGTH
    return lambda texts: model.encode(texts, batch_size=BATCH)


def transformers(folder: str, threads: int) -> Encode:
    """Load BertModel with mean pooling."""
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(f"{folder}/sentence_transformers").eval()
    tokenizer = _tokenizer(f"{folder}/sentence_transformers", "pt")

    @torch.inference_mode()
    def encode(texts: list[str]) -> np.ndarray:
        ids = tokenizer(texts)
        states_BLD = model(**ids).last_hidden_state
        mask_BL1 = ids["attention_mask"][:, :, None].to(states_BLD.dtype)
        mean_BD = (states_BLD * mask_BL1).sum(1) / mask_BL1.sum(1)
        return torch.nn.functional.normalize(mean_BD, dim=-1).numpy()

    return lambda texts: encode_by_length(texts, encode, BATCH, WIDTH)


def _tokenizer(folder: str, tensors: str):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    return lambda texts: tokenizer(
        texts, padding=True, truncation=True, max_length=MAX_LENGTH, return_tensors=tensors
    )


CONTENDERS: dict[str, Callable[[str, int], Encode]] = {
    "tfmling, exported SavedModel": exported,
    "tfmling, weights in bfloat16": exported_bfloat16,
    "ONNX Runtime": onnx_runtime,
    "sentence-transformers": sentence_transformers,
    "transformers": transformers,
}


def export_contenders(folder: str, texts: list[str]) -> None:
    """Write an encoder of MiniLM's shape with random weights, in every contender's layout."""
    import keras
    import keras_hub

    from benchmarks import texts as benchmark_texts
    from export.onnx import export_onnx
    from export.settings import ExportOnnx, ExportTfhub
    from export.tfhub import export_tfhub
    from tfmling.conversion.encoder_folder import save_encoder
    from tfmling.conversion.sentence_transformers import write as write_sentence_transformers
    from tfmling.modeling.encoder import Encoder

    keras.utils.set_random_seed(1)
    vocabulary = benchmark_texts.vocabulary(texts)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(vocabulary.pieces), num_layers=6, num_heads=12, hidden_dim=WIDTH,
        intermediate_dim=4 * WIDTH, max_sequence_length=512,
    )  # fmt: skip
    encoder = Encoder(backbone, vocabulary, pooling="mean")
    save_encoder(encoder, f"{folder}/encoder")
    write_sentence_transformers(encoder, f"{folder}/sentence_transformers")
    both = {"encoder": f"{folder}/encoder", "max_length": MAX_LENGTH}
    export_tfhub(ExportTfhub(output=f"{folder}/hub", **both))
    export_tfhub(ExportTfhub(output=f"{folder}/hub_bfloat16", weights="bfloat16", **both))
    export_onnx(ExportOnnx(output=f"{folder}/onnx", **both))
