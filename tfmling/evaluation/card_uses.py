"""How to use each kind of exported folder, for its model card."""

from dataclasses import dataclass

_COMPOSE = (
    "\n\nThe model was trained on composed (NFC) text. Tokenizers other than tfmling's may not "
    'compose it: call `unicodedata.normalize("NFC", text)` first.'
)


@dataclass(frozen=True)
class Use:
    """One kind of exported folder.

    Attributes:
        summary: one or two sentences.
        code: a code block in Markdown.
        library: Hugging Face's name of the library that loads it, if any.
        tags: of the front matter.

    Example:
        >>> USES["hugging_face"].library
        'transformers'
    """

    summary: str
    code: str
    library: str | None = None
    tags: tuple[str, ...] = ()


USES = {
    "tfhub": Use(
        "Maps sentences to unit vectors whose dot product is their similarity. TensorFlow "
        "SavedModels: `sentence_encoder` (strings in), `preprocessor` and `encoder`.",
        "```python\nimport tensorflow as tf\n"
        "import tensorflow_text  # the tokenizer's operations\n\n"
        'embed = tf.saved_model.load("sentence_encoder")  # or hub.load\n'
        'vectors = embed(tf.constant(["a sentence", "another"]))\n```\n\n'
        "Lists are safe with `embed.encode([...])`; `embed([...])` is traced again for every list.",
        tags=("tensorflow", "saved-model"),
    ),
    "lite": Use(
        "Maps sentences to unit vectors, for LiteRT. `model.tflite` takes ids of one sentence, "
        "cut with the vocabulary beside it.",
        "```python\nfrom ai_edge_litert.interpreter import Interpreter\n\n"
        'embed = Interpreter("model.tflite").get_signature_runner()\n'
        "embed(input_word_ids=ids, input_mask=mask, input_type_ids=types)  # int32 [1, L]\n```"
        + _COMPOSE,
        tags=("tflite",),
    ),
    "onnx": Use(
        "Maps sentences to unit vectors, for ONNX Runtime. `model.onnx` takes ids, cut with "
        "the vocabulary beside it.",
        "```python\nimport onnxruntime\n\n"
        'session = onnxruntime.InferenceSession("model.onnx")\n'
        "# int32 [B, L]\n"
        'inputs = {"input_word_ids": ids, "input_mask": mask, "input_type_ids": types}\n'
        "(vectors,) = session.run(None, inputs)\n```" + _COMPOSE,
        tags=("onnx",),
    ),
    "sentence_transformers": Use(
        "Maps sentences to unit vectors, for sentence-transformers.",
        "```python\nfrom sentence_transformers import SentenceTransformer\n\n"
        'vectors = SentenceTransformer("FOLDER").encode(["a sentence", "another"])\n```' + _COMPOSE,
        library="sentence-transformers",
    ),
    "hugging_face": Use(
        "An encoder for `transformers`.",
        "```python\nfrom transformers import AutoModel, AutoTokenizer\n\n"
        'tokenizer = AutoTokenizer.from_pretrained("FOLDER")\n'
        'model = AutoModel.from_pretrained("FOLDER")\n```' + _COMPOSE,
        library="transformers",
    ),
    "keras_hub": Use(
        "An encoder as a KerasHub preset (BERT's network).",
        "```python\nimport keras_hub\n\n"
        'backbone = keras_hub.models.Backbone.from_preset("FOLDER")\n'
        'tokenizer = keras_hub.models.Tokenizer.from_preset("FOLDER")\n```' + _COMPOSE,
        library="keras-hub",
    ),
}
