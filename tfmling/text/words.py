"""Text to words exactly as our BERT tokenizers see them, before WordPiece; no TensorFlow.

Words are counted here, to learn a vocabulary, and cut again by `WordPieceTokenizer`, to train:
both must find the same words. The text is composed (Unicode form NFC), then BERT's basic
tokenization follows (Devlin et al. 2019, `tokenization.py`): clean, space out CJK, lower-case and
strip accents, split at punctuation.
"""

import functools
import unicodedata

from tokenizers import normalizers, pre_tokenizers


def split_words(
    text: str,
    lowercase: bool,
    strip_accents: bool | None = None,
    split_chinese: bool = True,
) -> list[str]:
    """Split a text at whitespace, punctuation and CJK characters.

    Example:
        >>> split_words("Habari, Dunia!", lowercase=True)
        ['habari', ',', 'dunia', '!']

    Args:
        text: any Unicode text.
        lowercase: whether to lower-case first, as uncased BERT does.
        strip_accents: whether to strip accents; None for the value of `lowercase`, as in BERT.
        split_chinese: whether each CJK character is a word of its own, as in BERT.

    Returns:
        The normalized words in order; each punctuation character is a word of its own.
    """
    composed = unicodedata.normalize("NFC", text)
    return basic_words(composed, lowercase, strip_accents, split_chinese)


def basic_words(
    text: str,
    lowercase: bool,
    strip_accents: bool | None = None,
    split_chinese: bool = True,
) -> list[str]:
    """Split like `split_words` but without NFC, as Hugging Face's BERT does.

    Example:
        >>> basic_words("Café, 你好", lowercase=True)
        ['cafe', ',', '你', '好']
        >>> decomposed = "cafe\\u0301"
        >>> basic_words(decomposed, lowercase=False) == split_words(decomposed, lowercase=False)
        False
    """
    strip_accents = lowercase if strip_accents is None else strip_accents
    normalized = _normalizer(lowercase, strip_accents, split_chinese).normalize_str(text)
    return [word for word, _ in _pre_tokenizer().pre_tokenize_str(normalized)]


def spaced_words(text: str) -> list[str]:
    """Split a text as SentencePiece does: at white space only, with punctuation attached.

    Example:
        >>> spaced_words("Habari, Dunia!")
        ['Habari,', 'Dunia!']

    Args:
        text: any Unicode text.

    Returns:
        The words in order, in NFC.
    """
    return unicodedata.normalize("NFC", text).split()


@functools.cache
def _normalizer(
    lowercase: bool, strip_accents: bool, split_chinese: bool
) -> normalizers.BertNormalizer:
    return normalizers.BertNormalizer(
        clean_text=True,
        handle_chinese_chars=split_chinese,
        strip_accents=strip_accents,
        lowercase=lowercase,
    )


@functools.cache
def _pre_tokenizer() -> pre_tokenizers.BertPreTokenizer:
    return pre_tokenizers.BertPreTokenizer()
