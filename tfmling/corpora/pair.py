"""A sentence and its translation, as the bitext formats give it."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class SentencePair:
    """One line of a bitext; languages are BCP-47 codes, `uri` is file and line."""

    uri: str
    source: str
    target: str
    source_language: str
    target_language: str
