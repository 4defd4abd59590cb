"""One dual-encoder training step: ours, Model Garden's and sentence-transformers'.

    python -m benchmarks.dual_encoder_step
    python -m benchmarks.dual_encoder_step --batch-size 1024 --mini-batch-size 64 --steps 1

All share the network (6 layers x 384, pooler, L2), the start weights and the batch (checked: equal
losses), rank in both directions and use AdamW with global clipping; forward, backward and update.
Ours and Model Garden's have a margin of 0.3; sentence-transformers' MultipleNegativesRankingLoss
has none. `--mini-batch-size` turns on gradient caching, ours and theirs
(CachedMultipleNegativesRankingLoss).
"""

import argparse
import importlib.util
import sys
import tempfile

import numpy as np

from benchmarks.harness import (
    Run,
    describe_machine,
    limit_threads,
    measure,
    parser,
    print_speeds,
)
from benchmarks.input_pipeline import hugging_face_tokenizer
from benchmarks.networks import (
    Batch,
    Ours,
    Shape,
    model_garden_encoder,
    model_garden_steps,
    torch_steps,
    weights_in_bert_order,
)

MARGIN, SCALE = 0.3, 20.0
SIDES = ("source", "target")


def main() -> None:
    options = _options()
    limit_threads(options.threads)
    shape = Shape(options.vocabulary_size, options.length, options.batch_size)
    ours, batch = DualEncoder(shape, options.mini_batch_size), random_pairs(shape)
    peers = build_peers(ours)
    for peer in peers:
        check_loss(ours, peer, batch)
    contenders: dict[str, Run] = {}
    for contender in (ours, *peers):
        for compiled in (False, True):
            name = contender.name + (f", {contender.compiler}" if compiled else "")
            contenders[name] = contender.steps(batch, options.steps, compiled)
    measured = measure(contenders, options.rounds)
    print(describe_machine(options.threads))
    print(f"{shape}; {options.steps} steps per run; median of {options.rounds}")
    print_speeds(measured, options.steps * shape.batch_size, "pairs")


def random_pairs(shape: Shape) -> Batch:
    """Return two sides of random pieces, each row between half and all of `shape.length` long."""
    generator = np.random.default_rng(1)
    size = (shape.batch_size, shape.length)
    features: Batch = {}
    for side in SIDES:
        lengths_B1 = generator.integers(shape.length // 2, shape.length + 1, (size[0], 1))
        mask_BL = (np.arange(shape.length)[None] < lengths_B1).astype(np.int32)
        ids_BL = generator.integers(5, shape.vocabulary_size, size, np.int32)
        features |= {
            f"{side}_input_word_ids": ids_BL * mask_BL,
            f"{side}_input_mask": mask_BL,
            f"{side}_input_type_ids": np.zeros(size, np.int32),
            f"{side}_key": np.arange(size[0], dtype=np.int32),
        }
    return features


class DualEncoder(Ours):
    """Our objective in our training loop.

    Args:
        shape: sizes.
        mini_batch_size: pairs embedded together with gradient caching; None turns it off.
    """

    def __init__(self, shape: Shape, mini_batch_size: int | None = None):
        self.mini_batch_size = mini_batch_size
        super().__init__(shape)

    def _objective(self, encoder):
        from tfmling.core import config
        from tfmling.objectives.dual_encoder import DualEncoderObjective
        from tfmling.objectives.settings import DualEncoder as Settings

        values = {
            "name": "translation",
            "kind": "dual_encoder",
            "margin": MARGIN,
            "scale": SCALE,
            "gradient_cache_batch_size": self.mini_batch_size,
            "inputs": {"kind": "sentence_pairs", "records": ["unused"], "global_batch_size": 2},
        }
        encoder.pooling = "pooler"
        return DualEncoderObjective(
            config.build(Settings, values, "benchmark", check_inputs=False), encoder
        )

    def loss(self, batch: Batch, margin: float) -> float:
        """Return the loss of a batch, without dropout."""
        ranking = self.objective.ranking.ranking
        ranking.margin = margin
        value = float(self.objective(batch, training=False)[0])
        ranking.margin = MARGIN
        return value


class ModelGarden:
    """DualEncoderTask of tf-models-official, its steps in a loop on the device."""

    name, compiler, margin = "Model Garden DualEncoderTask", "XLA", MARGIN

    def __init__(self, ours: DualEncoder):
        from official.nlp.tasks import dual_encoder

        self.ours = ours
        self.task = dual_encoder.DualEncoderTask(
            dual_encoder.DualEncoderConfig(
                model=dual_encoder.ModelConfig(
                    max_sequence_length=ours.shape.length,
                    logit_scale=SCALE,
                    logit_margin=MARGIN,
                    bidirectional=True,
                    eval_top_k=(1,),
                    encoder=model_garden_encoder(ours.shape),
                )
            )
        )

    def _model(self):
        model = self.task.build_model()
        values = weights_in_bert_order(self.ours.backbone)
        for variable, value in zip(model.weights, values, strict=True):
            variable.assign(value)
        return model

    def loss(self, batch: Batch) -> float:
        """Return the loss of a batch, without dropout."""
        outputs = self._model()(_left_right(batch), training=False)
        return float(self.task.build_losses(None, outputs))

    def steps(self, batch: Batch, count: int, compiled: bool) -> Run:
        """Return a function that trains `count` steps of the task."""
        return model_garden_steps(self.task, self._model(), _left_right(batch), count, compiled)


class SentenceTransformers:
    """MultipleNegativesRankingLoss in both directions, without the library's trainer."""

    name, compiler, margin = "sentence-transformers MNRL", "torch.compile", 0.0

    def __init__(self, ours: DualEncoder):
        self.ours = ours

    def _loss_and_model(self):
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer import losses

        model = SentenceTransformer(modules=_modules(self.ours), device="cpu")
        directions = ("query_to_doc", "doc_to_query")
        options = {"scale": SCALE, "directions": directions, "partition_mode": "per_direction"}
        if self.ours.mini_batch_size is None:
            return losses.MultipleNegativesRankingLoss(model, **options), model
        return losses.CachedMultipleNegativesRankingLoss(
            model, mini_batch_size=self.ours.mini_batch_size, **options
        ), model

    def loss(self, batch: Batch) -> float:
        """Return the loss without dropout, as a sum of both directions; theirs is the mean."""
        import torch

        loss, model = self._loss_and_model()
        model.eval()
        with torch.no_grad():
            return 2 * float(loss(_torch_features(batch), None))

    def steps(self, batch: Batch, count: int, compiled: bool) -> Run:
        """Return a function that trains `count` steps."""
        import torch

        loss, model = self._loss_and_model()
        model.train()
        if compiled:
            model[0].auto_model = torch.compile(model[0].auto_model)
        return torch_steps(model, lambda: loss(_torch_features(batch), None), count)


def build_peers(ours: DualEncoder) -> list[ModelGarden | SentenceTransformers]:
    """Return the peers that are installed. Model Garden has no gradient caching."""
    found: list[ModelGarden | SentenceTransformers] = []
    if not ours.mini_batch_size:
        found.append(ModelGarden(ours))
    if importlib.util.find_spec("sentence_transformers"):
        found.append(SentenceTransformers(ours))
    else:
        print("sentence-transformers is not installed: pip install -e '.[bench]'", file=sys.stderr)
    return found


def check_loss(ours: DualEncoder, peer: ModelGarden | SentenceTransformers, batch: Batch) -> None:
    """Exit unless both compute the same loss."""
    own, other = ours.loss(batch, peer.margin), peer.loss(batch)
    print(f"{peer.name}: loss {other:.5f}, ours {own:.5f}", file=sys.stderr)
    if abs(own - other) > 1e-3 * abs(own):
        raise SystemExit(f"{peer.name}: loss {other}, ours {own}")


def _left_right(batch: Batch) -> Batch:
    names = {"source": "left", "target": "right"}
    return {
        f"{names[side]}_{key}": batch[f"{side}_input_{key}"]
        for side in SIDES
        for key in ("word_ids", "mask", "type_ids")
    }


def _torch_features(batch: Batch) -> list[dict[str, object]]:
    import torch

    keys = {
        "input_ids": "input_word_ids", "attention_mask": "input_mask",
        "token_type_ids": "input_type_ids",
    }  # fmt: skip
    return [
        {own: torch.from_numpy(batch[f"{side}_{key}"]).long() for own, key in keys.items()}
        for side in SIDES
    ]


def _modules(ours: DualEncoder) -> list[object]:
    """Return BERT, [CLS] pooling, the pooler as Dense + tanh, and L2, with our weights."""
    import torch
    from sentence_transformers.sentence_transformer import modules
    from transformers import BertConfig, BertModel, logging

    from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    shape = ours.shape
    network = BertModel(
        BertConfig(
            vocab_size=shape.vocabulary_size,
            hidden_size=shape.hidden_dim,
            num_hidden_layers=shape.num_layers,
            num_attention_heads=shape.num_heads,
            intermediate_size=4 * shape.hidden_dim,
            hidden_dropout_prob=shape.dropout,
            attention_probs_dropout_prob=shape.dropout,
        ),
        add_pooling_layer=False,
    )
    *own, kernel, bias = weights_in_bert_order(ours.backbone)
    for (name, parameter), value in zip(network.named_parameters(), own, strict=True):
        is_table = name.startswith("embeddings.") and parameter.ndim == 2
        _assign(parameter, value if is_table else _as_kernel(value, parameter.shape))
    pooler = modules.Dense(shape.hidden_dim, shape.hidden_dim, activation_function=torch.nn.Tanh())
    _assign(pooler.linear.weight, kernel.T)
    _assign(pooler.linear.bias, bias)
    with tempfile.TemporaryDirectory() as folder:
        network.save_pretrained(folder)
        hugging_face_tokenizer(WordPieceVocabulary(SPECIAL_PIECES, False)).save_pretrained(folder)
        transformer = modules.Transformer(folder, model_kwargs={"add_pooling_layer": False})
    return [transformer, modules.Pooling(shape.hidden_dim, "cls"), pooler, modules.Normalize()]


def _as_kernel(value: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Transpose a kernel and merge its heads, as PyTorch stores it."""
    if len(shape) == 1:
        return value.reshape(shape)
    return value.reshape(shape[1], shape[0]).T


def _assign(parameter, value: np.ndarray) -> None:
    import torch

    parameter.data = torch.from_numpy(value.copy())


def _options() -> argparse.Namespace:
    built = parser(
        __doc__, steps=5, threads=2, rounds=5, vocabulary_size=30_522, length=32, batch_size=64
    )
    built.add_argument("--mini-batch-size", type=int, help="of gradient caching, off by default")
    return built.parse_args()


if __name__ == "__main__":
    main()
