"""Filters: measure and judge a sentence or a pair, one filter a file.

To add a filter: a settings class with `kind`, `score` and `accepts` in a file of its own, and one
line in a union below, by which YAML finds it.
"""

from typing import Annotated

import pydantic

from tfmling.filters.addresses import Addresses
from tfmling.filters.boilerplate import Boilerplate
from tfmling.filters.characters import Characters
from tfmling.filters.copied import Copied
from tfmling.filters.cosine import Cosine
from tfmling.filters.digits import Digits
from tfmling.filters.held_out import HeldOut
from tfmling.filters.held_out_ngrams import HeldOutNgrams
from tfmling.filters.language import ExpectedLanguage
from tfmling.filters.length_ratio import LengthRatio
from tfmling.filters.letters import Letters
from tfmling.filters.listed_words import ListedWords
from tfmling.filters.numbers import Numbers
from tfmling.filters.quality import Quality
from tfmling.filters.repeated_ngrams import RepeatedNgrams
from tfmling.filters.repetition import Repetition
from tfmling.filters.script import Script
from tfmling.filters.selection import Selection
from tfmling.filters.symbols import Symbols
from tfmling.filters.untranslated import Untranslated
from tfmling.filters.words import Words

# Filters of a sentence
AnySentenceFilter = Annotated[
    Characters
    | Words
    | Letters
    | Symbols
    | Digits
    | Script
    | ExpectedLanguage
    | Repetition
    | RepeatedNgrams
    | Boilerplate
    | ListedWords
    | HeldOut
    | HeldOutNgrams
    | Quality,
    pydantic.Field(discriminator="kind"),
]

# Filters of a pair
AnyPairFilter = Annotated[
    LengthRatio | Copied | Untranslated | Numbers | Addresses | Selection | Cosine,
    pydantic.Field(discriminator="kind"),
]
