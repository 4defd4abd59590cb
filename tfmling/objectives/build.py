"""An objective from the settings of a task."""

from tfmling.modeling.encoder import Encoder
from tfmling.modeling.encoder_folder import load_encoder
from tfmling.objectives.distillation import DistillationObjective
from tfmling.objectives.dual_encoder import DualEncoderObjective
from tfmling.objectives.masked_lm import MaskedLMObjective
from tfmling.objectives.objective import Objective
from tfmling.objectives.settings import Distillation, DualEncoder, MaskedLM


def build_objective(
    settings: MaskedLM | DualEncoder | Distillation, encoder: Encoder, dtype: str
) -> Objective:
    """The objective that a task's settings name, its variables made in the current scope."""
    if isinstance(settings, MaskedLM):
        return MaskedLMObjective(settings, encoder)
    if isinstance(settings, DualEncoder):
        return DualEncoderObjective(settings, encoder)
    teacher = load_encoder(settings.teacher, dtype=dtype, dropout=0.0)
    return DistillationObjective(settings, encoder, teacher)
