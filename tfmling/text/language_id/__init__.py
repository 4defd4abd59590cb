"""Language identification behind one door: which language is it, and can it be the expected one.

To add an identifier: a settings class with `scores` and `compare` in a file of its own, and one
line in the union below, by which YAML finds it.
"""

from typing import Annotated

import pydantic

from tfmling.text.language_id.any_of import AnyOf
from tfmling.text.language_id.cld2 import Cld2
from tfmling.text.language_id.fasttext import FastText
from tfmling.text.language_id.py3langid import Py3Langid

LanguageId = Annotated[Cld2 | Py3Langid | FastText | AnyOf, pydantic.Field(discriminator="kind")]
