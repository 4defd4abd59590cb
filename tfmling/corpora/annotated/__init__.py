"""Readers of annotated corpora: tagged sentences, labeled sentence pairs, gold word alignments.

Unusable lines are reported by file and line with what was expected. To add a format, write a
settings class with `format` and `read`, and add it to a union below, where YAML finds it.
"""

from typing import Annotated

import pydantic

from tfmling.corpora.annotated.alignments import Pharaoh, XlWa
from tfmling.corpora.annotated.conll import Conll
from tfmling.corpora.annotated.conllu import Conllu
from tfmling.corpora.annotated.panx import Panx
from tfmling.corpora.annotated.xnli import Xnli

# Sentences with a label for each word
AnyTagged = Annotated[Conll | Panx | Conllu, pydantic.Field(discriminator="format")]

# Sentence pairs with one label
AnyLabeledPairs = Xnli

# Sentence pairs with gold word links
AnyAligned = Annotated[Pharaoh | XlWa, pydantic.Field(discriminator="format")]
