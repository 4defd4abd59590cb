"""The same masked LM with the same weights in KerasHub, Model Garden and transformers."""

import contextlib
import sys
import tempfile
from collections.abc import Iterator

import numpy as np

from benchmarks.harness import Run
from benchmarks.masked_lm import MaskedLM, random_batch
from benchmarks.networks import (
    CLIP_NORM,
    LEARNING_RATE,
    WEIGHT_DECAY,
    Batch,
    model_garden_encoder,
    model_garden_steps,
    torch_steps,
    weights_in_bert_order,
)


class KerasHub:
    """BertMaskedLM under `fit`, several steps per execution. Its head fails in bfloat16."""

    name, compiler, dtypes = "KerasHub", "XLA", ("float32",)

    def __init__(self, ours: MaskedLM, dtype: str):
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
        """Return logits [B, P, V], without dropout."""
        return np.array(self._model()(_keras_hub_inputs(batch), training=False))

    def steps(self, batch: Batch, count: int, compiled: bool) -> Run:
        """Return a function that trains `count` steps with `fit`."""
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
    """MaskedLMTask of tf-models-official, its steps in a loop on the device."""

    name, compiler, dtypes = "Model Garden", "XLA", ("float32", "bfloat16")

    def __init__(self, ours: MaskedLM, dtype: str):
        from official.nlp.configs import bert
        from official.nlp.data.pretrain_dataloader import BertPretrainDataConfig
        from official.nlp.tasks import masked_lm

        network = model_garden_encoder(ours.shape)
        self.ours = ours
        self.dtype = dtype
        self.task = masked_lm.MaskedLMTask(
            masked_lm.MaskedLMConfig(
                model=bert.PretrainerConfig(encoder=network, cls_heads=[]),
                train_data=BertPretrainDataConfig(use_next_sentence_label=False),
            )
        )

    def _model(self):
        with _policy(self.dtype):
            model = self.task.build_model()
            model(random_batch(self.ours.shape))  # creates the head's weights
        values = [*weights_in_bert_order(self.ours.backbone), *self.ours.head_weights()]
        for variable, value in zip(model.weights, values, strict=True):
            variable.assign(value)
        return model

    def logits(self, batch: Batch) -> np.ndarray:
        """Return logits [B, P, V], without dropout."""
        return np.array(self._model()(batch, training=False)["mlm_logits"], np.float32)

    def steps(self, batch: Batch, count: int, compiled: bool) -> Run:
        """Return a function that trains `count` steps of the task."""
        return model_garden_steps(self.task, self._model(), batch, count, compiled)


@contextlib.contextmanager
def _policy(dtype: str) -> Iterator[None]:
    import tf_keras

    tf_keras.mixed_precision.set_global_policy("mixed_bfloat16" if dtype == "bfloat16" else dtype)
    yield
    tf_keras.mixed_precision.set_global_policy("float32")


class Transformers:
    """BertForMaskedLM with its head at the masked positions only, and fused AdamW."""

    name, compiler, dtypes = "transformers", "torch.compile", ("float32", "bfloat16")

    def __init__(self, ours: MaskedLM, dtype: str):
        self.ours = ours
        self.dtype = dtype

    def _model(self):
        from transformers import BertForMaskedLM, logging

        from tfmling.conversion.hugging_face.write import write as write_hugging_face

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        with tempfile.TemporaryDirectory() as folder:
            write_hugging_face(self.ours.with_heads(), folder)
            return BertForMaskedLM.from_pretrained(folder)

    def logits(self, batch: Batch) -> np.ndarray:
        """Return logits [B, P, V], without dropout."""
        import torch

        forward = self._forward(self._model().eval(), batch)
        with torch.no_grad():
            return forward().float().numpy().reshape(*batch["masked_lm_ids"].shape, -1)

    def _forward(self, model, batch: Batch):
        """Return a function that computes the logits [B x P, V] of the masked positions."""
        import torch

        inputs = {
            "input_ids": batch["input_word_ids"],
            "attention_mask": batch["input_mask"],
            "token_type_ids": batch["input_type_ids"],
        }
        inputs = {name: torch.from_numpy(value).long() for name, value in inputs.items()}
        positions_BP = torch.from_numpy(batch["masked_lm_positions"]).long()
        rows_B1 = torch.arange(len(positions_BP))[:, None]

        def forward():
            with torch.autocast("cpu", torch.bfloat16, enabled=self.dtype == "bfloat16"):
                states_BLD = model.bert(**inputs)[0]
                return model.cls(states_BLD[rows_B1, positions_BP].flatten(0, 1))

        return forward

    def steps(self, batch: Batch, count: int, compiled: bool) -> Run:
        """Return a function that trains `count` steps."""
        import torch

        model = self._model().train()
        forward = self._forward(model, batch)
        forward = torch.compile(forward) if compiled else forward
        labels_N = torch.from_numpy(batch["masked_lm_ids"]).long().flatten()
        return torch_steps(
            model, lambda: torch.nn.functional.cross_entropy(forward().float(), labels_N), count
        )


PEERS = (KerasHub, ModelGarden, Transformers)


def check_logits(ours: MaskedLM, peer: KerasHub | ModelGarden | Transformers, batch: Batch) -> None:
    """Exit unless the logits are equal within 2e-2 (KerasHub's GELU is the tanh approximation)."""
    difference = np.abs(ours.logits(batch) - peer.logits(batch)).max()
    print(f"{peer.name}: logits within {difference:.1e} of ours", file=sys.stderr)
    if difference > 2e-2:
        raise SystemExit(f"{peer.name}: logits differ from ours by {difference}")


def _keras_hub_inputs(batch: Batch) -> Batch:
    return {
        "token_ids": batch["input_word_ids"],
        "padding_mask": batch["input_mask"],
        "segment_ids": batch["input_type_ids"],
        "mask_positions": batch["masked_lm_positions"],
    }
