"""Text to sentences, by the rules that `sentencex` has for about 300 languages."""

import sentencex


def split_sentences(text: str, language: str) -> list[str]:
    """Splits running text.

    Args:
        text: one paragraph, normalised.
        language: BCP-47 code; only its first subtag is looked at, and a language without rules
            gets those of a related one or of English.

    Returns:
        The sentences in order without surrounding white space; their words are those of the text.
    """
    primary = language.partition("-")[0]
    stripped = (sentence.strip() for sentence in sentencex.segment(primary, text))
    return [sentence for sentence in stripped if sentence]
