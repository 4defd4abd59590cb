"""Probes: what an encoder's states reveal about languages, and what it transfers between them.

To add a probe, write a subclass of `Probe` in a file of its own and add it to `AnyProbe`.
"""

from typing import Annotated

import pydantic

from tfmling.probes.entity_overlap import EntityOverlap
from tfmling.probes.isotropy import Isotropy
from tfmling.probes.language_probe import LanguageProbe
from tfmling.probes.other_text import OtherText
from tfmling.probes.representation_similarity import RepresentationSimilarity
from tfmling.probes.rotation import Rotation
from tfmling.probes.transfer import ZeroShotMatrix
from tfmling.probes.translation_vector import TranslationVector
from tfmling.probes.typology import Typology
from tfmling.probes.word_retrieval import WordRetrieval

AnyProbe = Annotated[
    WordRetrieval
    | Rotation
    | TranslationVector
    | RepresentationSimilarity
    | LanguageProbe
    | Isotropy
    | ZeroShotMatrix
    | EntityOverlap
    | Typology
    | OtherText,
    pydantic.Field(discriminator="kind"),
]
