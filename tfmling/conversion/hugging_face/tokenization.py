"""How a Hugging Face folder tokenizes text: its tokenizer files, checked.

These are tokenizer_config.json, tokenizer.json, special_tokens_map.json, added_tokens.json and
config.json. Each setting that would change the pieces of a text is honoured or rejected.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tfmling.conversion.layout_files import (
    UnsupportedLayoutError,
    blame_values,
    note,
    read_object,
)
from tfmling.core.errors import MissingFileError
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

CONFIG, FAST = "tokenizer_config.json", "tokenizer.json"
SPECIAL_MAP, ADDED = "special_tokens_map.json", "added_tokens.json"

_WORD_PIECE, _UNIGRAM = "WordPiece", "Unigram"
_CLASSES = {
    _WORD_PIECE: ("BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer"),
    _UNIGRAM: ("XLMRobertaTokenizer",),
}
# generic classes: tokenizer.json has all settings
_GENERIC = ("PreTrainedTokenizer", "PreTrainedTokenizerFast", "TokenizersBackend")
# keys of tokenizer_config.json -> those of a BertNormalizer
_SPLITTING = {
    "do_lower_case": "lowercase",
    "strip_accents": "strip_accents",
    "tokenize_chinese_chars": "handle_chinese_chars",
}
_KEYS = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
# key -> the values that are supported, besides none; others would change the pieces
_ONLY = {
    "do_basic_tokenize": (True,),
    "never_split": ([],),
    "word_tokenizer_type": ("basic",),
    "subword_tokenizer_type": ("wordpiece",),
    "padding_side": ("right",),
    "truncation_side": ("right",),
    "add_prefix_space": (True,),
    "auto_map": (),
}
_MODEL: dict[str, dict[str, tuple[Any, ...]]] = {
    _WORD_PIECE: {
        "unk_token": ("[UNK]",),
        "continuing_subword_prefix": ("##",),
        "max_input_chars_per_word": (100,),
    },
    _UNIGRAM: {"unk_id": (3,), "byte_fallback": (False,)},
}
_PRE_TOKENIZERS = {
    _WORD_PIECE: ("BertPreTokenizer",),
    _UNIGRAM: ("WhitespaceSplit", "Metaspace"),
}


@dataclasses.dataclass(frozen=True)
class Tokenization:
    """The tokenizer settings of a folder.

    Attributes:
        is_word_piece: WordPiece after BERT's basic tokenization; otherwise XLM-R's unigram model.
        lowercase: of WordPiece; a unigram model contains its own normalizer.
        strip_accents: of WordPiece.
        split_chinese: of WordPiece.
        max_length: pieces per text, special ones included; None means no limit.
        special_ids: ids of special tokens in the files, to be compared with the vocabulary.
    """

    is_word_piece: bool
    lowercase: bool = False
    strip_accents: bool = False
    split_chinese: bool = True
    max_length: int | None = None
    special_ids: Mapping[str, int] = dataclasses.field(default_factory=dict)


def read_tokenization(folder: Path) -> Tokenization:
    """Read the tokenizer files of a folder.

    Raises:
        FileNotFoundError: if the folder has no tokenizer.
        UnsupportedLayoutError: if the tokenizer is not BERT's or XLM-R's, has added or renamed
            special tokens, or if two files disagree.
    """
    config, fast = read_object(folder / CONFIG), read_object(folder / FAST)
    with blame_values(folder / FAST):
        kind = _kind(folder, config, fast)
        if fast:
            _check_fast(folder / FAST, kind, fast)
    with blame_values(folder / CONFIG):
        _check_class(folder, kind, config, fast)
        _check_values(folder / CONFIG, config, _ONLY)
        return _tokenization(folder, kind, config, fast)


def _tokenization(
    folder: Path, kind: str, config: Mapping[str, Any], fast: Mapping[str, Any]
) -> Tokenization:
    _check_special_names(folder, kind, config)
    special_ids = _special_ids(folder, kind, config, fast)
    max_length = _max_length(folder / CONFIG, config)
    if kind == _UNIGRAM:
        return Tokenization(False, max_length=max_length, special_ids=special_ids)
    lowercase, strip_accents, split_chinese = _word_splitting(folder, config, fast)
    return Tokenization(
        is_word_piece=True,
        lowercase=lowercase,
        strip_accents=strip_accents,
        split_chinese=split_chinese,
        max_length=max_length,
        special_ids=special_ids,
    )


def _kind(folder: Path, config: Mapping[str, Any], fast: Mapping[str, Any]) -> str:
    """`WordPiece` or `Unigram`."""
    if fast:
        kind = (fast.get("model") or {}).get("type")
        if kind not in _CLASSES:
            raise UnsupportedLayoutError(
                f"{folder / FAST}: model.type: expected {' or '.join(_CLASSES)}, got {kind!r}; "
                "other tokenizers are not supported"
            )
        return kind
    has_words = (folder / WordPieceVocabulary.FILE).exists()
    has_model = (folder / SentencePieceVocabulary.FILE).exists()
    if has_words and has_model:
        return _UNIGRAM if "Roberta" in str(config.get("tokenizer_class")) else _WORD_PIECE
    if not has_words and not has_model:
        raise MissingFileError(
            f"{folder}: expected {WordPieceVocabulary.FILE} (BERT's WordPiece vocabulary), "
            f"{SentencePieceVocabulary.FILE} (XLM-R's) or {FAST}, found none of them"
        )
    return _WORD_PIECE if has_words else _UNIGRAM


def _check_class(
    folder: Path, kind: str, config: Mapping[str, Any], fast: Mapping[str, Any]
) -> None:
    of_model = read_object(folder / "config.json")
    for name, values in ((CONFIG, config), ("config.json", of_model)):
        found = values.get("tokenizer_class")
        if found is None:
            continue
        if str(found).removesuffix("Fast") in _CLASSES[kind]:
            return
        if found in _GENERIC and fast:
            if fast.get("post_processor") is None:
                raise UnsupportedLayoutError(
                    f"{folder / FAST}: post_processor: expected one that adds [CLS] and [SEP], "
                    f"got none, and {found} adds none either"
                )
            return
        raise UnsupportedLayoutError(
            f"{folder / name}: tokenizer_class: expected {' or '.join(_CLASSES[kind])} with a "
            f"{kind} vocabulary, got {found!r}; other tokenizers are not supported"
        )


def _check_values(
    path: Path, values: Mapping[str, Any], allowed: Mapping[str, tuple[Any, ...]]
) -> None:
    for key, known in allowed.items():
        value = values.get(key)
        if value is not None and value not in known:
            expected = " or ".join(map(repr, known)) or "none"
            raise UnsupportedLayoutError(
                f"{path}: {key}: expected {expected}, got {value!r:.80}; text would be cut in "
                "another way, which is not supported"
            )


def _check_fast(path: Path, kind: str, fast: Mapping[str, Any]) -> None:
    _check_values(path, fast.get("model") or {}, _MODEL[kind])
    steps = _steps(fast.get("pre_tokenizer"), "pretokenizers")
    for step in steps:
        if step.get("type") not in _PRE_TOKENIZERS[kind]:
            raise UnsupportedLayoutError(
                f"{path}: pre_tokenizer: expected {' and '.join(_PRE_TOKENIZERS[kind])}, got "
                f"{step.get('type')!r}"
            )
        if step.get("prepend_scheme", "always") != "always":
            raise UnsupportedLayoutError(
                f"{path}: pre_tokenizer.prepend_scheme: expected 'always', got "
                f"{step['prepend_scheme']!r}"
            )
    if not steps:
        raise UnsupportedLayoutError(
            f"{path}: pre_tokenizer: expected {' and '.join(_PRE_TOKENIZERS[kind])}, got none"
        )
    if kind == _WORD_PIECE:
        _check_bert_normalizer(path, fast.get("normalizer") or {})
    else:
        _check_unigram_normalizer(path, fast.get("normalizer"))
    _check_post_processor(path, kind, fast.get("post_processor"))


def _steps(value: Any, key: str) -> list[Mapping[str, Any]]:
    """The members of a Sequence, or the one step itself."""
    if not value:
        return []
    return list(value.get(key) or []) if value.get("type") == "Sequence" else [value]


def _check_bert_normalizer(path: Path, normalizer: Mapping[str, Any]) -> None:
    if normalizer.get("type") != "BertNormalizer":
        raise UnsupportedLayoutError(
            f"{path}: normalizer: expected BertNormalizer, got {normalizer.get('type')!r}; text "
            "would be cut in another way, which is not supported"
        )
    _check_values(path, normalizer, {"clean_text": (True,)})


def _check_unigram_normalizer(path: Path, normalizer: Any) -> None:
    """A character map, and collapsing spaces, which splitting at white space does anyway."""
    for step in _steps(normalizer, "normalizers"):
        pattern = step.get("pattern") or {}
        is_spaces = step.get("type") == "Replace" and pattern.get("Regex") == " {2,}"
        if step.get("type") not in ("Precompiled", "Strip") and not is_spaces:
            raise UnsupportedLayoutError(
                f"{path}: normalizer: expected Precompiled, as XLM-R's, got {step.get('type')!r}"
            )


def _check_post_processor(path: Path, kind: str, value: Any) -> None:
    """A text must start with [CLS] and end with [SEP]."""
    if value is None:
        return
    special = _specials(kind)
    if value.get("type") in ("BertProcessing", "RobertaProcessing"):
        found = [value["cls"][0], "A", value["sep"][0]]
    elif value.get("type") == "TemplateProcessing":
        parts = value.get("single") or []
        _check_segments(path, parts)
        found = [str(own["id"]) for part in parts for own in part.values()]
    else:
        found = [str(value.get("type"))]
    expected = [special["cls_token"], "A", special["sep_token"]]
    if found != expected:
        raise UnsupportedLayoutError(
            f"{path}: post_processor: expected {' '.join(expected)}, got {' '.join(found)}"
        )


def _check_segments(path: Path, parts: Any) -> None:
    """A single text must be in the first segment."""
    if other := {own.get("type_id") for part in parts for own in part.values()} - {None, 0}:
        raise UnsupportedLayoutError(
            f"{path}: post_processor.single: expected type_id 0, got {other.pop()!r}; other "
            "segments for one text are not supported"
        )


def _specials(kind: str) -> dict[str, str]:
    vocabulary = WordPieceVocabulary if kind == _WORD_PIECE else SentencePieceVocabulary
    return dict(zip(_KEYS, vocabulary.SPECIAL_PIECES, strict=True))


def _check_special_names(folder: Path, kind: str, config: Mapping[str, Any]) -> None:
    expected = _specials(kind)
    if kind == _UNIGRAM:
        expected |= {"bos_token": expected["cls_token"], "eos_token": expected["sep_token"]}
    for name, values in ((CONFIG, config), (SPECIAL_MAP, read_object(folder / SPECIAL_MAP))):
        for key, token in expected.items():
            found = _token_text(values.get(key))
            if found is not None and found != token:
                raise UnsupportedLayoutError(
                    f"{folder / name}: {key}: expected {token!r}, got {found!r}; special tokens "
                    "of other names are not supported"
                )


def _token_text(token: Any) -> str | None:
    return token.get("content") if isinstance(token, dict) else token


def _special_ids(
    folder: Path, kind: str, config: Mapping[str, Any], fast: Mapping[str, Any]
) -> dict[str, int]:
    """Ids of special tokens in the files.

    Raises:
        UnsupportedLayoutError: if other tokens were added to the vocabulary.
    """
    special = set(_specials(kind).values())
    found: dict[str, int] = {}
    for path, token, number in _added_tokens(folder, config, fast):
        if token not in special:
            others = {t: n for p, t, n in _added_tokens(folder, config, fast)
                      if p == path and t not in special}  # fmt: skip
            shown = ", ".join(f"{t!r}" + f" ({n})" * (n is not None) for t, n in others.items())
            raise UnsupportedLayoutError(
                f"{path}: added tokens: expected none besides {', '.join(sorted(special))}, got "
                f"{shown:.200}; tokens that cut a text before its words are not supported"
            )
        if number is not None and found.setdefault(token, number) != number:
            raise UnsupportedLayoutError(
                f"{path}: {token!r}: expected the id {found[token]} that another file gives it, "
                f"got {number}"
            )
    return found


def _added_tokens(
    folder: Path, config: Mapping[str, Any], fast: Mapping[str, Any]
) -> Iterator[tuple[Path, str, int | None]]:
    """Yield the file, the token, and its id if given."""
    with blame_values(folder / FAST):
        listed = [(str(own["content"]), int(own["id"])) for own in fast.get("added_tokens") or []]
    for content, identity in listed:
        yield folder / FAST, content, identity
    for number, token in (config.get("added_tokens_decoder") or {}).items():
        yield folder / CONFIG, str(_token_text(token)), int(number)
    with blame_values(folder / ADDED):
        listed = [(token, int(number)) for token, number in read_object(folder / ADDED).items()]
    for content, identity in listed:
        yield folder / ADDED, content, identity
    for name, values in ((CONFIG, config), (SPECIAL_MAP, read_object(folder / SPECIAL_MAP))):
        for key in ("additional_special_tokens", "extra_special_tokens"):
            more = values.get(key) or []
            for token in more.values() if isinstance(more, dict) else more:
                yield folder / name, str(_token_text(token)), None


def _max_length(path: Path, config: Mapping[str, Any]) -> int | None:
    value = config.get("model_max_length")
    if value is None:
        return None
    if not isinstance(value, (int, float)) or value < 3:
        raise UnsupportedLayoutError(
            f"{path}: model_max_length: expected a number of at least 3, got {value!r}"
        )
    return int(value)  # 1e30 means no limit


def _word_splitting(
    folder: Path, config: Mapping[str, Any], fast: Mapping[str, Any]
) -> tuple[bool, bool, bool]:
    """`lowercase`, `strip_accents`, `split_chinese` of BERT's basic tokenization.

    As in transformers, a BertTokenizer uses tokenizer_config.json and its defaults and ignores
    tokenizer.json; a generic class uses tokenizer.json.

    Raises:
        UnsupportedLayoutError: if the two files disagree.
    """
    normalizer = fast.get("normalizer") or {}
    if normalizer and config.get("tokenizer_class") in _GENERIC:
        config = {key: normalizer.get(theirs) for key, theirs in _SPLITTING.items()} | {
            key: value for key, value in config.items() if value is not None
        }
    elif not normalizer and config.get("do_lower_case") is None:
        note(
            f"{folder / CONFIG}: no do_lower_case: text is lower-cased, as transformers does; add "
            '"do_lower_case": false for a cased model'
        )
    own = _with_defaults(*(config.get(key) for key in _SPLITTING))
    if not normalizer:
        return own
    theirs = _with_defaults(*(normalizer.get(key) for key in _SPLITTING.values()))
    for (key, fast_key), ours, other in zip(_SPLITTING.items(), own, theirs, strict=True):
        if ours != other:
            raise UnsupportedLayoutError(
                f"{folder / CONFIG}: {key}: expected what {FAST} says (normalizer.{fast_key}: "
                f"{normalizer.get(fast_key)!r}), got {config.get(key, 'nothing')!r}, which "
                f"transformers takes for {ours}; make both files say the same"
            )
    return own


def _with_defaults(
    lowercase: bool | None, strip_accents: bool | None, split_chinese: bool | None
) -> tuple[bool, bool, bool]:
    """Replace None by BERT's defaults."""
    is_lower = True if lowercase is None else bool(lowercase)
    strips = is_lower if strip_accents is None else bool(strip_accents)
    return is_lower, strips, True if split_chinese is None else bool(split_chinese)
