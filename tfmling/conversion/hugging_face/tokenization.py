"""How a Hugging Face folder tokenizes text: its tokenizer files, checked.

These are tokenizer_config.json, tokenizer.json, special_tokens_map.json, added_tokens.json and
config.json. Each setting that would change the pieces of a text is honoured or rejected.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tfmling.conversion.layout_files import (
    blame_values,
    check_values,
    note,
    read_object,
    reject,
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
_OTHER = "other tokenizers are not supported"
_OTHER_PIECES = "this would tokenize text differently, which is not supported"
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

    Example:
        >>> Tokenization(is_word_piece=True, lowercase=True).split_chinese
        True
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

    Example:
        >>> from tfmling.conversion.hugging_face.write import write
        >>> write(encoder, folder)
        >>> read_tokenization(Path(folder)).max_length
        32
    """
    config, fast = read_object(folder / CONFIG), read_object(folder / FAST)
    with blame_values(folder / FAST):
        kind = _kind(folder, config, fast)
        if fast:
            _check_fast(folder / FAST, kind, fast)
    with blame_values(folder / CONFIG):
        _check_class(folder, kind, config, fast)
        check_values(folder / CONFIG, config, _ONLY, _OTHER_PIECES)
        _check_special_names(folder, kind, config)
        special_ids = _special_ids(folder, kind, config, fast)
        max_length = _max_length(folder / CONFIG, config)
        if kind == _UNIGRAM:
            return Tokenization(False, max_length=max_length, special_ids=special_ids)
        options = _split_options(folder, config, fast)
        return Tokenization(True, *options, max_length=max_length, special_ids=special_ids)


def _kind(folder: Path, config: Mapping[str, Any], fast: Mapping[str, Any]) -> str:
    """`WordPiece` or `Unigram`."""
    if fast:
        kind = (fast.get("model") or {}).get("type")
        if kind not in _CLASSES:
            reject(f"{folder / FAST}: model.type", " or ".join(_CLASSES), repr(kind), _OTHER)
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
    for name, values in ((CONFIG, config), ("config.json", read_object(folder / "config.json"))):
        found = values.get("tokenizer_class")
        if found is None:
            continue
        if found in _GENERIC and fast:
            if fast.get("post_processor") is None:
                reject(
                    f"{folder / FAST}: post_processor",
                    "one that adds [CLS] and [SEP]",
                    f"none, and {found} adds none either",
                )
        elif str(found).removesuffix("Fast") not in _CLASSES[kind]:
            expected = f"{' or '.join(_CLASSES[kind])} with a {kind} vocabulary"
            reject(f"{folder / name}: tokenizer_class", expected, repr(found), _OTHER)
        return


def _check_fast(path: Path, kind: str, fast: Mapping[str, Any]) -> None:
    check_values(path, fast.get("model") or {}, _MODEL[kind], _OTHER_PIECES)
    expected = " and ".join(_PRE_TOKENIZERS[kind])
    steps = _steps(fast.get("pre_tokenizer"), "pretokenizers")
    for step in steps:
        if step.get("type") not in _PRE_TOKENIZERS[kind]:
            reject(f"{path}: pre_tokenizer", expected, repr(step.get("type")))
        if (scheme := step.get("prepend_scheme", "always")) != "always":
            reject(f"{path}: pre_tokenizer.prepend_scheme", "'always'", repr(scheme))
    if not steps:
        reject(f"{path}: pre_tokenizer", expected, "none")
    if kind == _WORD_PIECE:
        normalizer = fast.get("normalizer") or {}
        if (found := normalizer.get("type")) != "BertNormalizer":
            reject(f"{path}: normalizer", "BertNormalizer", repr(found), _OTHER_PIECES)
        check_values(path, normalizer, {"clean_text": (True,)}, _OTHER_PIECES)
    else:
        _check_unigram_normalizer(path, fast.get("normalizer"))
    _check_post_processor(path, kind, fast.get("post_processor"))


def _steps(value: Any, key: str) -> list[Mapping[str, Any]]:
    """The members of a Sequence, or the one step itself."""
    if not value:
        return []
    return list(value.get(key) or []) if value.get("type") == "Sequence" else [value]


def _check_unigram_normalizer(path: Path, normalizer: Any) -> None:
    """A character map, and collapsing spaces, which splitting at white space does anyway."""
    for step in _steps(normalizer, "normalizers"):
        pattern = step.get("pattern") or {}
        is_spaces = step.get("type") == "Replace" and pattern.get("Regex") == " {2,}"
        if step.get("type") not in ("Precompiled", "Strip") and not is_spaces:
            reject(f"{path}: normalizer", "Precompiled, as XLM-R's", repr(step.get("type")))


def _check_post_processor(path: Path, kind: str, value: Any) -> None:
    """A text must start with [CLS], end with [SEP], and be in the first segment."""
    if value is None:
        return
    found = [str(value.get("type"))]
    if found[0] in ("BertProcessing", "RobertaProcessing"):
        found = [value["cls"][0], "A", value["sep"][0]]
    elif found[0] == "TemplateProcessing":
        parts = [own for part in value.get("single") or [] for own in part.values()]
        if other := {own.get("type_id") for own in parts} - {None, 0}:
            hint = "other segments for one text are not supported"
            reject(f"{path}: post_processor.single", "type_id 0", repr(other.pop()), hint)
        found = [str(own["id"]) for own in parts]
    special = _specials(kind)
    expected = [special["cls_token"], "A", special["sep_token"]]
    if found != expected:
        reject(f"{path}: post_processor", " ".join(expected), " ".join(found))


def _specials(kind: str) -> dict[str, str]:
    vocabulary = WordPieceVocabulary if kind == _WORD_PIECE else SentencePieceVocabulary
    return dict(zip(_KEYS, vocabulary.SPECIAL_PIECES, strict=True))


def _check_special_names(folder: Path, kind: str, config: Mapping[str, Any]) -> None:
    expected = _specials(kind)
    if kind == _UNIGRAM:
        expected |= {"bos_token": expected["cls_token"], "eos_token": expected["sep_token"]}
    hint = "special tokens of other names are not supported"
    for name, values in ((CONFIG, config), (SPECIAL_MAP, read_object(folder / SPECIAL_MAP))):
        for key, token in expected.items():
            if (found := _token_text(values.get(key))) not in (None, token):
                reject(f"{folder / name}: {key}", repr(token), repr(found), hint)


def _token_text(token: Any) -> str | None:
    return token.get("content") if isinstance(token, dict) else token


def _special_ids(
    folder: Path, kind: str, config: Mapping[str, Any], fast: Mapping[str, Any]
) -> dict[str, int]:
    """Ids of special tokens in the files; other added tokens are rejected."""
    special = set(_specials(kind).values())
    ids: dict[str, int] = {}
    added = list(_added_tokens(folder, config, fast))
    for path, token, number in added:
        if token not in special:
            others = {t: n for p, t, n in added if p == path and t not in special}
            found = ", ".join(f"{t!r}" + f" ({n})" * (n is not None) for t, n in others.items())
            reject(
                f"{path}: added tokens",
                f"none besides {', '.join(sorted(special))}",
                f"{found:.200}",
                "tokens that split text before words are not supported",
            )
        if number is not None and ids.setdefault(token, number) != number:
            expected = f"the id {ids[token]} that another file gives it"
            reject(f"{path}: {token!r}", expected, number)
    return ids


def _added_tokens(
    folder: Path, config: Mapping[str, Any], fast: Mapping[str, Any]
) -> Iterator[tuple[Path, str, int | None]]:
    """Yield the file, the token, and its id if given."""
    with blame_values(folder / FAST):
        for own in fast.get("added_tokens") or []:
            yield folder / FAST, str(own["content"]), int(own["id"])
    for number, token in (config.get("added_tokens_decoder") or {}).items():
        yield folder / CONFIG, str(_token_text(token)), int(number)
    with blame_values(folder / ADDED):
        for token, number in read_object(folder / ADDED).items():
            yield folder / ADDED, token, int(number)
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
        reject(f"{path}: model_max_length", "a number of at least 3", repr(value))
    return int(value)  # 1e30 means no limit


def _split_options(
    folder: Path, config: Mapping[str, Any], fast: Mapping[str, Any]
) -> tuple[bool, bool, bool]:
    """`lowercase`, `strip_accents`, `split_chinese` of BERT's basic tokenization.

    As in transformers, a BertTokenizer uses tokenizer_config.json and its defaults and ignores
    tokenizer.json; a generic class uses tokenizer.json. Files that disagree are rejected.
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
            reject(
                f"{folder / CONFIG}: {key}",
                f"what {FAST} says (normalizer.{fast_key}: {normalizer.get(fast_key)!r})",
                f"{config.get(key, 'nothing')!r}, which transformers takes for {ours}",
                "make the files agree",
            )
    return own


def _with_defaults(
    lowercase: bool | None, strip_accents: bool | None, split_chinese: bool | None
) -> tuple[bool, bool, bool]:
    """Replace None by BERT's defaults."""
    is_lower = True if lowercase is None else bool(lowercase)
    strips = is_lower if strip_accents is None else bool(strip_accents)
    return is_lower, strips, True if split_chinese is None else bool(split_chinese)
