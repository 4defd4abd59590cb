"""A very small encoder and very small records, for tests of objectives and of training."""

import keras
import keras_hub
import tensorflow as tf

from tests.written import finish_output
from tfmling.conversion.encoder_folder import POLICIES
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import PretrainingHeads
from tfmling.objectives.build import build_objective
from tfmling.objectives.settings import Alignment, Distillation, DualEncoder, MaskedLM
from tfmling.records import tfrecord
from tfmling.records.folder import shard_path
from tfmling.records.schemas import aligned_pair, segment_pair, sentence, sentence_pair
from tfmling.records.schemas import hard_negatives as hard_negatives_record
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary
from tfmling.training.optimizer import build_optimizer
from tfmling.training.settings import Optimizer
from tfmling.training.trainer import Trainer

LETTERS = "abcdefghijklmnop"
VOCABULARY = WordPieceVocabulary(
    ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{c}" for c in LETTERS)), False
)


def tiny_encoder(
    seed: int = 1,
    *,
    pooling: str = "mean",
    dropout: float = 0.0,
    dtype="float32",
    vocabulary: WordPieceVocabulary = VOCABULARY,
    max_sequence_length: int = 32,
    num_layers: int = 2,
    hidden_dim: int = 16,
) -> Encoder:
    keras.utils.set_random_seed(seed)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(vocabulary),
        num_layers=num_layers,
        num_heads=2,
        hidden_dim=hidden_dim,
        intermediate_dim=32,
        max_sequence_length=max_sequence_length,
        dropout=dropout,
        dtype=POLICIES[dtype],
    )
    # larger than BERT's start, so that sentences differ and gradients are far from rounding
    for variable in backbone.trainable_variables:
        if "layer_norm" not in variable.path and "bias" not in variable.path:
            variable.assign(variable * 10)
    return Encoder(backbone, vocabulary, pooling=pooling)


def tiny_texts(count: int = 12) -> dict[str, tf.Tensor]:
    """Texts of every record kind under their fields, distinct, of different lengths."""
    sources = [" ".join(LETTERS[(n + k) % 8 : (n + k) % 8 + 3] for k in range(1 + n % 5 + n // 8))
               for n in range(count)]  # fmt: skip
    targets = [" ".join(LETTERS[8 + (3 * n + k) % 8] for k in range(2 + n % 4)) + LETTERS[n % 16]
               for n in range(count)]  # fmt: skip
    return {
        "text": tf.constant(sources),
        "source": tf.constant(sources),
        "target": tf.constant(targets),
        "first": tf.constant(sources),
        "second": tf.constant(targets),
        "negatives": tf.constant(
            [[targets[n - 1] + " p", "" if n % 3 else "o p n"] for n in range(count)]
        ),
        "links": tf.constant(["0-1" if len(s.split()) < 2 else "0-1 1-0" for s in sources]),
        "is_next": tf.constant([n % 3 > 0 for n in range(count)], tf.int64),
    }


def inputs(kind: str, records: str = "", **changes) -> dict:
    values = {"kind": kind, "records": [records], "max_length": 24, "global_batch_size": 12}
    return values | changes


def build(settings_class, encoder: Encoder, step: tf.Variable | None = None, **values):
    """An objective from settings, without looking for the files they name."""
    settings = settings_class.model_validate(values, context={"check_inputs": False})
    return build_objective(settings, encoder, PretrainingHeads(encoder), "float32", step)


def masked_lm(encoder: Encoder, kind: str = "segment_pairs", **changes):
    values = dict(name="mlm", kind="masked_lm", max_predictions=4, inputs=inputs(kind))
    return build(MaskedLM, encoder, **(values | changes))


def dual_encoder(encoder: Encoder, **changes):
    values = dict(name="dual", kind="dual_encoder", inputs=inputs("sentence_pairs"))
    return build(DualEncoder, encoder, **(values | changes))


def alignment(encoder: Encoder, **changes):
    values = dict(name="align", kind="alignment", max_links=4, inputs=inputs("aligned_pairs"))
    return build(Alignment, encoder, **(values | changes))


def hard_negatives(**changes) -> dict:
    """Inputs of pairs with two hard negatives, of which some are missing."""
    return inputs("hard_negatives", negatives=2, **changes)


def distillation(encoder: Encoder, teacher: str, **changes):
    values = dict(
        name="distil",
        kind="distillation",
        teacher=teacher,
        student_sides=["target"],
        ranking={"margin": 0.1, "scale": 10.0},
        inputs=inputs("sentence_pairs"),
    )
    return build(Distillation, encoder, **(values | changes))


def features(objective, texts: dict[str, tf.Tensor], number: int = 0) -> dict[str, tf.Tensor]:
    return objective.prepare(texts, tf.constant([1, number]), 24)


def bucketed_spec(features: dict[str, tf.Tensor]) -> dict[str, tf.TensorSpec]:
    """What is known of the features when a step is traced, where lengths go by buckets."""
    return {
        name: tf.TensorSpec([len(tensor), None] if "input_" in name else tensor.shape, tensor.dtype)
        for name, tensor in features.items()
    }


def write_records(folder) -> str:
    """Records of all kinds under `folder`, completed."""
    texts = {name: [item.decode() if isinstance(item, bytes) else item for item in tensor.numpy()]
             for name, tensor in tiny_texts(48).items()}  # fmt: skip
    pairs = list(zip(texts["source"], texts["target"], strict=True))
    encoded = {
        ("sentences", "qaa"): [sentence.encode(text, "qaa") for text in texts["text"]],
        ("sentence_pairs", "qaa-qab"): [sentence_pair.encode(s, t, "qaa", "qab") for s, t in pairs],
        ("aligned_pairs", "qaa-qab"): [
            aligned_pair.encode(s.split(), t.split(), "qaa", "qab", [(0, 1)]) for s, t in pairs
        ],
        ("hard_negatives", "qaa-qab"): [
            hard_negatives_record.encode(s, t, "qaa", "qab", [pairs[n - 1][1], "o p"][: n % 3])
            for n, (s, t) in enumerate(pairs)
        ],
        ("segment_pairs", "qaa"): [
            segment_pair.encode(a, b, bool(n), "qaa")
            for (a, b), n in zip(pairs, texts["is_next"], strict=True)
        ],
    }
    for (kind, key), records in encoded.items():
        (folder / kind).mkdir(parents=True)
        tfrecord.write(shard_path(str(folder), kind, key, 0, 1), records)
    finish_output(str(folder))
    return str(folder)


def trainer(objective, features, settings: Optimizer, jit_compile: bool = False) -> Trainer:
    """One task whose batch is the same in every step, on one device."""
    return Trainer(
        strategy=tf.distribute.get_strategy(),
        tasks={objective.name: (objective, 1.0)},
        datasets={objective.name: tf.data.Dataset.from_tensors(features).repeat()},
        variables=objective.trainable_variables,
        optimizer=build_optimizer(settings, 10, objective.trainable_variables),
        step=tf.Variable(0, dtype=tf.int64),
        clip_norm=settings.clip_norm,
        jit_compile=jit_compile,
    )
