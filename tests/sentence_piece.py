"""A small SentencePiece model of made-up lines, for tests of what reads XLM-R."""

import functools
import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import sentencepiece

from tfmling.tokenizers.sentence_piece_proto import CONTROL, UNKNOWN, SentencePieceModel

LINES = [
    "habari za asubuhi, rafiki yangu!",
    "the river was wide and the bridge was old.",
    "der Fluss war breit, die Brücke war alt.",
    "река была широкой, а мост старым.",
    "नदी चौड़ी थी और पुल पुराना था।",
    "川は広く、橋は古かった。",
    "ወንዙ ሰፊ ነበር፣ ድልድዩም አሮጌ ነበር።",
]
ODD = [
    "",
    " ",
    "two  spaces \t and\nmore ",
    "a\0b",
    "😀 smile 👍🏽",
    "ﬁne №５ ①",
    "e\u0301te\u0301 été",
    "zero\u200bwidth \ufeffmark",
    "unknown Ж⛄字 Ⴀ",
    "x" * 300,
]


@functools.cache
def trained_model(
    size: int = 160, normalization: str = "nmt_nfkc", lines: Sequence[str] = (*LINES, *LINES)
) -> bytes:
    """A unigram model with XLM-R's specials."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=model,
        vocab_size=size,
        model_type="unigram",
        normalization_rule_name=normalization,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    return model.getvalue()


def made_model(scores: dict[str, float]) -> bytes:
    """A model of these pieces, whose ids of XLM-R are 4, 5, ... in their order."""
    model = SentencePieceModel()
    for piece, kind in (("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", CONTROL)):
        model.pieces.add(piece=piece, score=0.0, type=kind)
    for piece, score in scores.items():
        model.pieces.add(piece=piece, score=score)
    return model.SerializeToString()


def real_lines(shared_data: Path, languages: Sequence[str], count: int = 100) -> list[str]:
    """Lines of NTREX-128, the first of each language."""
    lines: list[str] = []
    for language in languages:
        path = shared_data / "ntrex" / f"newstest2019-ref.{language}.txt.gz"
        lines += gzip.decompress(path.read_bytes()).decode().split("\n")[:count]
    return lines
