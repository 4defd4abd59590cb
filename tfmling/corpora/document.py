"""A document of one language, as the monolingual formats give it."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """Paragraphs that belong together, in order.

    Attributes:
        uri: file and first line, `corpus.txt.gz:17`.
        language: BCP-47 code.
        paragraphs: running text, no sentence crosses from one to the next.
        split_sentences: whether paragraphs are to be split; otherwise each is one sentence.
    """

    uri: str
    language: str
    paragraphs: tuple[str, ...]
    split_sentences: bool = True
