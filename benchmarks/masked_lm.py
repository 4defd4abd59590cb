"""Our masked LM, and a batch for it."""

import numpy as np

from benchmarks.harness import measure
from benchmarks.networks import Batch, Ours, Shape


def sentences_per_second(vocabulary_size: int, length: int) -> float:
    """Measure how many sentences our training step consumes, 16 per batch."""
    shape = Shape(vocabulary_size, length)
    measured = measure({"MLM step": MaskedLM(shape).steps(random_batch(shape), 3)}, 3)
    return 3 * shape.batch_size / measured["MLM step"].wall


def random_batch(shape: Shape) -> Batch:
    """Return full rows of random pieces with random masked positions."""
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
    """Our objective in our training loop."""

    def _objective(self, encoder):
        from tfmling.core import config
        from tfmling.modeling.heads import PretrainingHeads
        from tfmling.objectives.masked_lm import MaskedLMObjective
        from tfmling.objectives.settings import MaskedLM as Settings

        values = {
            "name": "mlm",
            "kind": "masked_lm",
            "max_predictions": self.shape.predictions,
            "inputs": {"kind": "sentences", "records": ["unused"], "global_batch_size": 1},
        }
        settings = config.build(Settings, values, "benchmark", check_inputs=False)
        return MaskedLMObjective(settings, encoder, PretrainingHeads(encoder))

    def with_heads(self):
        """Return the encoder together with the weights of its head."""
        from tfmling.modeling.encoder import Encoder
        from tfmling.modeling.heads import read_weights

        encoder = self.objective.encoder
        head_weights = read_weights(self.objective.head)
        return Encoder(self.backbone, encoder.vocabulary, head_weights=head_weights)

    def head_weights(self) -> tuple[np.ndarray, ...]:
        """Return the head's bias, Dense and norm weights."""
        head = self.objective.head
        return np.array(head.bias), *head.dense.get_weights(), *head.norm.get_weights()

    def logits(self, batch: Batch) -> np.ndarray:
        """Return logits [B, P, V], without dropout."""
        states_BLD = self.objective.encoder(batch, training=False)["sequence_output"]
        hidden_BPD = np.take_along_axis(
            np.array(states_BLD), batch["masked_lm_positions"][:, :, None], axis=1
        )
        return np.array(self.objective.head(hidden_BPD, self.objective.encoder.embedding_table))
