"""What stops an evaluation and is told to a person in one sentence."""

from tfmling.corpora.corpus import CorpusError
from tfmling.evaluation.test_set import ModelError
from tfmling.modeling.supported_layout import UnsupportedLayoutError

TOLD = (CorpusError, FileNotFoundError, ImportError, ModelError, UnsupportedLayoutError)
