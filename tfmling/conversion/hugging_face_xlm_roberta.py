"""An encoder with a SentencePiece vocabulary as a Hugging Face XLM-R folder.

The layout of `transformers`: two rows before the positions of tokens, the head under `lm_head`, the
tokenizer as SentencePiece's model and as tokenizer.json.
"""

from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers as pre
from tokenizers.processors import TemplateProcessing

from tfmling.modeling.encoder import Encoder
from tfmling.modeling.layout_error import note
from tfmling.tokenizers.sentence_piece_proto import SentencePieceModel
from tfmling.tokenizers.sentence_piece_vocabulary import WORD_START, SentencePieceVocabulary

RESERVED_POSITIONS = 2  # the id of <pad>, and one more: no token has them
_RENAMED = (
    ("bert.", "roberta."),
    ("cls.predictions.transform.LayerNorm.", "lm_head.layer_norm."),
    ("cls.predictions.transform.", "lm_head."),
    ("cls.predictions.", "lm_head."),
)
_POSITIONS = "roberta.embeddings.position_embeddings.weight"


def as_xlm_roberta(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights of a BERT under the names and in the shapes of an XLM-R.

    There is no head for the next sentence; it is left out, with a note.
    """
    if any(name.startswith("cls.seq_relationship") for name in weights):
        note("the next-sentence head is not written: XLM-R has none")
    found = {
        _renamed(name): value
        for name, value in weights.items()
        if not name.startswith("cls.seq_relationship")
    }
    found[_POSITIONS] = np.pad(found[_POSITIONS], ((RESERVED_POSITIONS, 0), (0, 0)))
    return found


def _renamed(name: str) -> str:
    for old, new in _RENAMED:
        if name.startswith(old):
            return new + name.removeprefix(old)
    return name


def xlm_roberta_config(
    bert_config: dict[str, Any], vocabulary: SentencePieceVocabulary, has_masked_lm: bool
) -> dict[str, Any]:
    """config.json of the XLM-R that a BERT is."""
    return bert_config | {
        "architectures": ["XLMRobertaForMaskedLM" if has_masked_lm else "XLMRobertaModel"],
        "model_type": "xlm-roberta",
        "max_position_embeddings": bert_config["max_position_embeddings"] + RESERVED_POSITIONS,
        "bos_token_id": vocabulary.cls_id,
        "eos_token_id": vocabulary.sep_id,
    }


def write_fast_tokenizer(vocabulary: SentencePieceVocabulary, folder: Path) -> None:
    """Writes tokenizer.json, which `transformers` cuts text with."""
    tokenizer = Tokenizer(models.Unigram(_scored(vocabulary), unk_id=vocabulary.unk_id))
    spec = SentencePieceModel.FromString(vocabulary.model).normalizer_spec
    if spec.precompiled_charsmap:
        tokenizer.normalizer = normalizers.Precompiled(spec.precompiled_charsmap)
    tokenizer.pre_tokenizer = pre.Sequence(
        [pre.WhitespaceSplit(), pre.Metaspace(WORD_START, prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(WORD_START, prepend_scheme="always")
    _, _, cls, sep, mask = vocabulary.SPECIAL_PIECES
    tokenizer.post_processor = TemplateProcessing(
        single=[cls, "$A", sep],
        pair=[cls, "$A", sep, sep, "$B", sep],
        special_tokens=[(cls, vocabulary.cls_id), (sep, vocabulary.sep_id)],
    )
    tokenizer.add_special_tokens(list(vocabulary.SPECIAL_PIECES[:-1]))
    tokenizer.add_special_tokens([AddedToken(mask, lstrip=True, special=True)])
    tokenizer.save(str(folder / "tokenizer.json"))


def _scored(vocabulary: SentencePieceVocabulary) -> list[tuple[str, float]]:
    pieces = SentencePieceModel.FromString(vocabulary.model).pieces
    scores = {piece.piece: piece.score for piece in pieces}
    return [(piece, scores.get(piece, 0.0)) for piece in vocabulary.pieces]


def xlm_roberta_tokenizer_config(encoder: Encoder) -> dict[str, Any]:
    """tokenizer_config.json."""
    pad, unk, cls, sep, mask = encoder.vocabulary.SPECIAL_PIECES
    return {
        "tokenizer_class": "XLMRobertaTokenizer",
        "model_max_length": encoder.max_text_length,
        "bos_token": cls,
        "eos_token": sep,
        "unk_token": unk,
        "cls_token": cls,
        "sep_token": sep,
        "pad_token": pad,
        "mask_token": mask,
    }
