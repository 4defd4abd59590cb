"""Network sizes, our training loop, and our weights in the order of other BERTs."""

import abc
from dataclasses import dataclass

import numpy as np

from benchmarks.harness import Run

Batch = dict[str, np.ndarray]
LEARNING_RATE, WEIGHT_DECAY, CLIP_NORM = 1e-4, 0.01, 1.0


@dataclass(frozen=True)
class Shape:
    """Sizes of the network and the batch."""

    vocabulary_size: int = 30_522
    length: int = 128
    batch_size: int = 16
    predictions: int = 20
    num_layers: int = 6
    hidden_dim: int = 384
    num_heads: int = 12
    dropout: float = 0.1

    def backbone_arguments(self) -> dict[str, object]:
        """Return the arguments of KerasHub's BertBackbone."""
        return {
            "vocabulary_size": self.vocabulary_size,
            "num_layers": self.num_layers,
            "num_heads": self.num_heads,
            "hidden_dim": self.hidden_dim,
            "intermediate_dim": 4 * self.hidden_dim,
            "dropout": self.dropout,
            "max_sequence_length": 512,
        }


class Ours(abc.ABC):
    """One of our objectives in our training loop."""

    name, compiler = "tfmling", "XLA"

    def __init__(self, shape: Shape, dtype: str = "float32"):
        import keras
        import keras_hub

        from tfmling.conversion.encoder_folder import POLICIES
        from tfmling.modeling.encoder import Encoder
        from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        from tfmling.training.settings import Runtime
        from tfmling.training.strategy import build_strategy

        keras.utils.set_random_seed(1)
        self.shape = shape
        self.strategy = build_strategy(Runtime())
        names = (f"piece{n}" for n in range(shape.vocabulary_size - len(SPECIAL_PIECES)))
        vocabulary = WordPieceVocabulary((*SPECIAL_PIECES, *names), lowercase=False)
        with self.strategy.scope():
            self.backbone = keras_hub.models.BertBackbone(
                **shape.backbone_arguments(), dtype=POLICIES[dtype]
            )
            self.objective = self._objective(Encoder(self.backbone, vocabulary))

    @abc.abstractmethod
    def _objective(self, encoder):
        """Return the objective to train."""

    def steps(self, batch: Batch, count: int, compiled: bool = False) -> Run:
        """Return a function that trains `count` steps on one batch."""
        import tensorflow as tf

        from tfmling.training.optimizer import build_optimizer
        from tfmling.training.settings import Optimizer
        from tfmling.training.trainer import Trainer

        settings = Optimizer(
            learning_rate=LEARNING_RATE, weight_decay=WEIGHT_DECAY, schedule="constant"
        )
        dataset = self.strategy.experimental_distribute_dataset(repeat_batch(batch))
        with self.strategy.scope():
            variables = self.objective.trainable_variables
            trainer = Trainer(
                strategy=self.strategy,
                tasks={"task": (self.objective, 1.0)},
                datasets={"task": dataset},
                variables=variables,
                optimizer=build_optimizer(settings, 10**6, variables),
                step=tf.Variable(0, dtype=tf.int64),
                clip_norm=CLIP_NORM,
                jit_compile=compiled,
            )
        return lambda: trainer.train(tf.constant(count))


def repeat_batch(features):
    """Return an endless dataset of one batch."""
    import tensorflow as tf

    return tf.data.Dataset.from_tensors(features).repeat()


def weights_in_bert_order(backbone) -> list[np.ndarray]:
    """Return KerasHub's weights in BERT's order, which puts a layer's last norm last."""
    weights, embeddings, layer, pooler = backbone.get_weights(), 5, 16, 2
    ordered = weights[:embeddings]
    for first in range(embeddings, len(weights) - pooler, layer):
        own = weights[first : first + layer]
        ordered += own[:10] + own[12:] + own[10:12]
    return ordered + weights[-pooler:]


def model_garden_encoder(shape: Shape):
    """Return Model Garden's configuration of the same network."""
    from official.nlp.configs import encoders

    return encoders.EncoderConfig(
        type="bert",
        bert=encoders.BertEncoderConfig(
            vocab_size=shape.vocabulary_size,
            hidden_size=shape.hidden_dim,
            num_layers=shape.num_layers,
            num_attention_heads=shape.num_heads,
            intermediate_size=4 * shape.hidden_dim,
            dropout_rate=shape.dropout,
            attention_dropout_rate=shape.dropout,
        ),
    )


def model_garden_steps(task, model, features, count: int, compiled: bool) -> Run:
    """Return a function that trains `count` steps of a Model Garden task on the device."""
    import tensorflow as tf
    from official.modeling import optimization

    values = {
        "optimizer": {
            "type": "adamw_experimental",
            "adamw_experimental": {"weight_decay": WEIGHT_DECAY, "global_clipnorm": CLIP_NORM},
        },
        "learning_rate": {"type": "constant", "constant": {"learning_rate": LEARNING_RATE}},
    }
    factory = optimization.OptimizerFactory(optimization.OptimizationConfig(values))
    optimizer = factory.build_optimizer(factory.build_learning_rate())
    optimizer.build(model.trainable_variables)
    metrics, iterator = task.build_metrics(training=True), iter(repeat_batch(features))

    @tf.function(jit_compile=compiled)
    def step(batch):
        return task.train_step(batch, model, optimizer, metrics)["loss"]

    @tf.function
    def loop():
        for _ in tf.range(count):
            step(next(iterator))

    return loop


def torch_steps(model, loss, count: int) -> Run:
    """Return a function that trains `count` steps of a PyTorch model with fused AdamW.

    Args:
        model: the module to train.
        loss: a function that computes the loss of the batch.
        count: steps per run.
    """
    import torch

    optimizer = torch.optim.AdamW(
        model.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True
    )

    def run() -> None:
        for _ in range(count):
            loss().backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP_NORM)
            optimizer.step()
            optimizer.zero_grad()

    return run
