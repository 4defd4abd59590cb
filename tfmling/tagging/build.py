"""A tagger with a new head, from what it shall be."""

from tfmling.modeling.encoder import Encoder
from tfmling.tagging.crf import allowed_transitions
from tfmling.tagging.crf_tagger import CrfTagger
from tfmling.tagging.linear_tagger import LinearTagger
from tfmling.tagging.pair_classifier import PairClassifier
from tfmling.tagging.settings import BilstmCrfHead, TaggerConfig
from tfmling.tagging.tagger import Tagger


def build_tagger(description: TaggerConfig, encoder: Encoder) -> Tagger:
    """The tagger that is described.

    Args:
        description: head, labels, and whether words or pairs have them.
        encoder: what gives the states.

    Raises:
        ValueError: a CRF for pairs, which have one label each.
    """
    head, names = description.head, description.labels
    if isinstance(head, BilstmCrfHead):
        if description.unit == "pairs":
            raise ValueError("expected a linear head for pairs, got bilstm_crf")
        return CrfTagger(encoder, allowed_transitions(names, description.scheme), head)
    if description.unit == "pairs":
        return PairClassifier(encoder, len(names), head.dropout)
    return LinearTagger(encoder, len(names), head.dropout)
