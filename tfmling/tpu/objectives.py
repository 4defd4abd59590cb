"""The tasks that are lowered: every objective with all that it can do."""

from typing import Any

import pydantic

from tfmling.objectives.settings import AnyTask
from tfmling.tpu.settings import EncoderShape

_TASK: pydantic.TypeAdapter[AnyTask] = pydantic.TypeAdapter(AnyTask)
CHUNKS = 4  # in which the cached dual encoder embeds its batch, and masked_lm_parts goes through it
VOCABULARY_CHUNKS = 15
NEGATIVES = 2

_MASKED: dict[str, Any] = {"kind": "masked_lm", "name": "task"}
_DUAL: dict[str, Any] = {"kind": "dual_encoder", "name": "task", "margin_warmup_steps": 100}


def build_task(name: str, shape: EncoderShape) -> AnyTask:
    """Settings of one of the objectives, at the sizes of a shape.

    Args:
        name: one of `ObjectiveName`.
        shape: its `batch_size` is the task's whole batch.
    """
    values, kind = _values(shape)[name]
    inputs = {
        "kind": kind,
        "records": ["none"],  # not read
        "max_length": shape.max_length,
        "global_batch_size": shape.batch_size,
        "negatives": NEGATIVES if kind == "hard_negatives" else 0,
    }
    return _TASK.validate_python({**values, "inputs": inputs}, context={"check_inputs": False})


def _values(shape: EncoderShape) -> dict[str, tuple[dict[str, Any], str]]:
    masked = {**_MASKED, "max_predictions": shape.max_predictions}
    cached = {
        "gradient_cache_batch_size": max(shape.batch_size // CHUNKS, 1),
        "matryoshka_dims": {shape.hidden_dim // 4: 0.5, shape.hidden_dim // 2: 1.0},
        "scale_bounds": [1.0, 100.0],
    }
    distillation = {
        "kind": "distillation",
        "name": "task",
        "teacher": "none",
        "student_sides": ["source", "target"],
        "ranking": {"margin": 0.1, "scale": 10.0},
    }
    parts = {
        "gradient_accumulation_steps": min(CHUNKS, shape.batch_size),
        "vocabulary_chunk": max(shape.vocabulary_size // VOCABULARY_CHUNKS, 1),
    }
    return {
        "masked_lm": (masked, "sentences"),
        "masked_lm_parts": ({**masked, **parts}, "sentences"),
        "translation_lm": (masked, "sentence_pairs"),
        "next_sentence": ({**masked, "next_sentence": True}, "segment_pairs"),
        "dual_encoder": (_DUAL, "sentence_pairs"),
        "dual_encoder_cached": ({**_DUAL, **cached}, "hard_negatives"),
        "distillation": (distillation, "sentence_pairs"),
        "alignment": ({"kind": "alignment", "name": "task"}, "aligned_pairs"),
    }
