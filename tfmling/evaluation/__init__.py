"""Evaluation: scores by language, one file per kind of test set.

To add a kind, write a subclass of `TestSet` in a file of its own and add it to `AnyTestSet`.
"""

from typing import Annotated, get_args

import pydantic

from tfmling.evaluation.all_pairs import AllPairsSet
from tfmling.evaluation.bucc import BuccSet
from tfmling.evaluation.correlation import CorrelationSet
from tfmling.evaluation.document_retrieval import DocumentRetrievalSet
from tfmling.evaluation.language_bias import LanguageBiasSet
from tfmling.evaluation.masked_lm import MaskedLMSet
from tfmling.evaluation.retrieval import RetrievalSet
from tfmling.evaluation.similarity import SimilaritySet
from tfmling.evaluation.tatoeba import TatoebaSet
from tfmling.evaluation.test_set import TestSet, kind_of

AnyTestSet = Annotated[
    RetrievalSet
    | TatoebaSet
    | DocumentRetrievalSet
    | AllPairsSet
    | LanguageBiasSet
    | BuccSet
    | CorrelationSet
    | MaskedLMSet
    | SimilaritySet,
    pydantic.Field(discriminator="kind"),
]

# by name, in the order of their tables
KINDS: dict[str, type[TestSet]] = {
    kind_of(test_set): test_set for test_set in get_args(get_args(AnyTestSet)[0])
}
