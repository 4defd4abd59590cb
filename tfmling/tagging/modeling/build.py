"""A labeller with a new head, from what it shall be."""

from tfmling.modeling.encoder import Encoder
from tfmling.tagging.modeling.crf import allowed_transitions
from tfmling.tagging.modeling.crf_tagger import CrfTagger
from tfmling.tagging.modeling.labeller import Labeller
from tfmling.tagging.modeling.linear_tagger import LinearTagger
from tfmling.tagging.modeling.pair_classifier import PairClassifier
from tfmling.tagging.modeling.settings import BilstmCrf, LabellerDescription


def build_labeller(description: LabellerDescription, encoder: Encoder) -> Labeller:
    """The labeller that is described.

    Args:
        description: head, labels, and whether words or pairs have them.
        encoder: what gives the states.

    Raises:
        ValueError: a CRF for pairs, which have one label each.
    """
    head, names = description.head, description.names
    if isinstance(head, BilstmCrf):
        if description.of == "pairs":
            raise ValueError("expected a linear head for pairs, got bilstm_crf")
        return CrfTagger(encoder, allowed_transitions(names, description.scheme), head)
    if description.of == "pairs":
        return PairClassifier(encoder, len(names), head.dropout)
    return LinearTagger(encoder, len(names), head.dropout)
