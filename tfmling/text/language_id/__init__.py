"""Language identification: the language of a text, and the plausibility of an expected one.

To add an identifier, write a settings class with `identify` and `compare`, and add it to the union
below, where YAML finds it.
"""

from typing import Annotated

import pydantic

from tfmling.text.language_id.any_of import AnyOf
from tfmling.text.language_id.cld2 import Cld2
from tfmling.text.language_id.fasttext import FastText
from tfmling.text.language_id.py3langid import Py3Langid

LanguageId = Annotated[Cld2 | Py3Langid | FastText | AnyOf, pydantic.Field(discriminator="kind")]
