"""One MLM training step: ours beside KerasHub's and TensorFlow Model Garden's own.

    python -m benchmarks.mlm_step
    python -m benchmarks.mlm_step --vocabulary-size 119547

The same network (6 layers x 384), the same start weights (checked: equal logits), the same batch,
AdamW with global clipping; forward, backward and update. Each library's own step, with and
without XLA.
"""

import argparse
import sys

import numpy as np

from benchmarks import threads
from benchmarks.compare import machine, measure, report
from benchmarks.networks import (
    CLIP_NORM,
    LEARNING_RATE,
    WEIGHT_DECAY,
    Batch,
    Ours,
    Run,
    Shape,
    in_original_order,
    model_garden_encoder,
    model_garden_steps,
)


def main() -> None:
    options = _options()
    threads.limit(options.threads)
    shape = Shape(options.vocabulary_size, options.length, options.batch_size)
    ours, batch = MaskedLM(shape), random_batch(shape)
    peers = [KerasHub(ours), ModelGarden(ours)]
    for peer in peers:
        check_logits(ours, peer, batch)
    contenders: dict[str, Run] = {}
    for contender in (ours, *peers):
        contenders[contender.name] = contender.steps(batch, options.steps, False)
        contenders[f"{contender.name}, XLA"] = contender.steps(batch, options.steps, True)
    # KerasHub's own head fails under bfloat16, so ours stands alone there
    contenders["tfmling, bfloat16"] = MaskedLM(shape, "bfloat16").steps(batch, options.steps)
    measured = measure(contenders, options.rounds)
    print(machine(options.threads))
    print(f"{shape}; {options.steps} steps a run; median of {options.rounds}")
    print(report(measured, options.steps * shape.batch_size * shape.length, "tokens"))


def sentences_a_second(vocabulary_size: int, length: int) -> float:
    """How many sentences our step takes in, of 16 a batch."""
    shape = Shape(vocabulary_size, length)
    measured = measure({"MLM step": MaskedLM(shape).steps(random_batch(shape), 3)}, 3)
    return 3 * shape.batch_size / measured["MLM step"].wall


def random_batch(shape: Shape) -> Batch:
    """Full rows of random pieces, of which some are to be predicted."""
    generator = np.random.default_rng(1)
    size, predictions = (shape.batch_size, shape.length), (shape.batch_size, shape.predictions)
    positions = [generator.permutation(shape.length)[: shape.predictions] for _ in range(size[0])]
    return {
        "input_word_ids": generator.integers(5, shape.vocabulary_size, size, np.int32),
        "input_mask": np.ones(size, np.int32),
        "input_type_ids": np.zeros(size, np.int32),
        "masked_lm_positions": np.sort(np.array(positions, np.int32), axis=1),
        "masked_lm_ids": generator.integers(5, shape.vocabulary_size, predictions, np.int32),
        "masked_lm_weights": np.ones(predictions, np.float32),
    }


class MaskedLM(Ours):
    """Our objective and our trainer."""

    def _objective(self, encoder):
        from tfmling import config
        from tfmling.objectives.masked_lm import MaskedLMObjective
        from tfmling.objectives.settings import MaskedLM as Settings

        values = {
            "name": "mlm",
            "kind": "masked_lm",
            "max_predictions": self.shape.predictions,
            "inputs": {"kind": "sentences", "records": ["unused"], "global_batch_size": 1},
        }
        settings = config.build(Settings, values, "benchmark", check_inputs=False)
        return MaskedLMObjective(settings, encoder)

    def head_weights(self) -> tuple[np.ndarray, ...]:
        """Bias, Dense, norm."""
        head = self.objective.head
        return np.array(head.bias), *head.dense.get_weights(), *head.norm.get_weights()

    def logits(self, batch: Batch) -> np.ndarray:
        """[B, P, V], without dropout."""
        states_BLD = self.objective.encoder(batch, training=False)["sequence_output"]
        hidden_BPD = np.take_along_axis(
            np.array(states_BLD), batch["masked_lm_positions"][:, :, None], axis=1
        )
        return np.array(self.objective.head(hidden_BPD, self.objective.encoder.embedding_table))


class KerasHub:
    """BertMaskedLM under `fit`, several steps an execution."""

    name = "KerasHub BertMaskedLM"

    def __init__(self, ours: MaskedLM):
        self.ours = ours

    def _model(self):
        import keras_hub

        model = keras_hub.models.BertMaskedLM(
            keras_hub.models.BertBackbone(**self.ours.shape.backbone_arguments()),
            preprocessor=None,
        )
        model.backbone.set_weights(self.ours.backbone.get_weights())
        head = model.get_layer("mlm_head")
        own = [weight for weight in head.weights if "embedding" not in weight.path]
        for variable, value in zip(own, self.ours.head_weights(), strict=True):
            variable.assign(value)
        return model

    def logits(self, batch: Batch) -> np.ndarray:
        """[B, P, V], without dropout."""
        return np.array(self._model()(_keras_hub_inputs(batch), training=False))

    def steps(self, batch: Batch, count: int, compiled: bool) -> Run:
        """Runs `count` steps of `fit`."""
        import keras
        import tensorflow as tf

        model = self._model()
        model.compile(
            optimizer=keras.optimizers.AdamW(
                LEARNING_RATE, weight_decay=WEIGHT_DECAY, global_clipnorm=CLIP_NORM
            ),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            weighted_metrics=[keras.metrics.SparseCategoricalAccuracy()],
            steps_per_execution=count,
            jit_compile=compiled,
        )
        dataset = tf.data.Dataset.from_tensors(
            (_keras_hub_inputs(batch), batch["masked_lm_ids"], batch["masked_lm_weights"])
        )
        return lambda: model.fit(dataset.repeat(), steps_per_epoch=count, verbose=0, shuffle=False)


class ModelGarden:
    """MaskedLMTask of tf-models-official, its step in a loop on the device."""

    name = "Model Garden MaskedLMTask"

    def __init__(self, ours: MaskedLM):
        from official.nlp.configs import bert
        from official.nlp.data.pretrain_dataloader import BertPretrainDataConfig
        from official.nlp.tasks import masked_lm

        network = model_garden_encoder(ours.shape)
        self.ours = ours
        self.task = masked_lm.MaskedLMTask(
            masked_lm.MaskedLMConfig(
                model=bert.PretrainerConfig(encoder=network, cls_heads=[]),
                train_data=BertPretrainDataConfig(use_next_sentence_label=False),
            )
        )

    def _model(self):
        model = self.task.build_model()
        model(random_batch(self.ours.shape))  # makes the head's weights
        values = [*in_original_order(self.ours.backbone), *self.ours.head_weights()]
        for variable, value in zip(model.weights, values, strict=True):
            variable.assign(value)
        return model

    def logits(self, batch: Batch) -> np.ndarray:
        """[B, P, V], without dropout."""
        return self._model()(batch, training=False)["mlm_logits"].numpy()

    def steps(self, batch: Batch, count: int, compiled: bool) -> Run:
        """Runs `count` steps of the task."""
        return model_garden_steps(self.task, self._model(), batch, count, compiled)


def check_logits(ours: MaskedLM, peer: KerasHub | ModelGarden, batch: Batch) -> None:
    """Stops unless both compute the same; KerasHub's GELU is the tanh approximation."""
    difference = np.abs(ours.logits(batch) - peer.logits(batch)).max()
    print(f"{peer.name}: logits within {difference:.1e} of ours", file=sys.stderr)
    if difference > 2e-2:
        raise SystemExit(f"{peer.name} computes something else: logits differ by {difference}")


def _keras_hub_inputs(batch: Batch) -> Batch:
    return {
        "token_ids": batch["input_word_ids"],
        "padding_mask": batch["input_mask"],
        "segment_ids": batch["input_type_ids"],
        "mask_positions": batch["masked_lm_positions"],
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vocabulary-size", type=int, default=30_522)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
