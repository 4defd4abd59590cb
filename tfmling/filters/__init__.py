"""Filters: measure a sentence or a pair, and keep or reject it.

To add a filter, write a settings class with `kind`, `score` and `accepts`, and add it to one of the
unions below, which is where YAML finds it.
"""

from typing import Annotated

import pydantic

from tfmling.filters.agreement import AddressesFilter, NumbersFilter
from tfmling.filters.character_shares import (
    DigitShareFilter,
    LetterShareFilter,
    ScriptFilter,
    SymbolShareFilter,
)
from tfmling.filters.copies import CopiedFilter, UntranslatedFilter
from tfmling.filters.held_out import HeldOutFilter, HeldOutNgramsFilter
from tfmling.filters.language import LanguageFilter
from tfmling.filters.length import CharacterCountFilter, LengthRatioFilter, WordCountFilter
from tfmling.filters.phrases import BoilerplateFilter, ListedWordsFilter
from tfmling.filters.repetition import RepeatedNgramsFilter, RepetitionFilter
from tfmling.filters.trained import CosineFilter, QualityFilter, SelectionFilter

AnySentenceFilter = Annotated[
    CharacterCountFilter
    | WordCountFilter
    | LetterShareFilter
    | SymbolShareFilter
    | DigitShareFilter
    | ScriptFilter
    | LanguageFilter
    | RepetitionFilter
    | RepeatedNgramsFilter
    | BoilerplateFilter
    | ListedWordsFilter
    | HeldOutFilter
    | HeldOutNgramsFilter
    | QualityFilter,
    pydantic.Field(discriminator="kind"),
]

AnyPairFilter = Annotated[
    LengthRatioFilter
    | CopiedFilter
    | UntranslatedFilter
    | NumbersFilter
    | AddressesFilter
    | SelectionFilter
    | CosineFilter,
    pydantic.Field(discriminator="kind"),
]
