"""What an encoder's states say of languages, and what it carries from one to another.

To add a probe: a settings class with `kind`, `read`, `run` and `draw` in a file of its own, and one
line below, by which YAML finds it.
"""

from typing import Annotated

import pydantic

from tfmling.probes.entity_overlap import EntityOverlap
from tfmling.probes.isotropy import Isotropy
from tfmling.probes.language_probe import LanguageProbe
from tfmling.probes.other_text import OtherText
from tfmling.probes.representation_similarity import RepresentationSimilarity
from tfmling.probes.rotation import Rotation
from tfmling.probes.translation_vector import TranslationVector
from tfmling.probes.typology import Typology
from tfmling.probes.word_retrieval import WordRetrieval
from tfmling.probes.zero_shot import ZeroShotMatrix

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
