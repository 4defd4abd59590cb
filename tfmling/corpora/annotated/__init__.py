"""Corpora with labels: words with tags, sentence pairs with a relation, word alignments.

What cannot be used is named by file and line with what was expected. To add a format: a class in a
file of its own, and one line in a union below, by which YAML finds it.
"""

from typing import Annotated

import pydantic

from tfmling.corpora.annotated.alignments import Pharaoh, XlWa
from tfmling.corpora.annotated.conll import Conll
from tfmling.corpora.annotated.conllu import Conllu
from tfmling.corpora.annotated.panx import Panx
from tfmling.corpora.annotated.xnli import Xnli

# Sentences whose words have labels
AnyTagged = Annotated[Conll | Panx | Conllu, pydantic.Field(discriminator="format")]

# Sentence pairs with one label
AnyLabeledPairs = Xnli

# Sentence pairs with word links drawn by people
AnyAligned = Annotated[Pharaoh | XlWa, pydantic.Field(discriminator="format")]
