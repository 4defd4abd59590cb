"""Our tokenizers and Hugging Face's `tokenizers` on every line of NTREX-128.

    python -m benchmarks.tokenizer_agreement --vocabulary bert_multi_cased.txt.gz
    python -m benchmarks.tokenizer_agreement --vocabulary vocab.txt --lowercase
    python -m benchmarks.tokenizer_agreement --tokenizer tokenizer.json

`--tokenizer` is that of an XLM-R; ours is built from it as `load_encoder` does. Prints a Markdown
row for each language with a line that differs, and the classes of the differences. Exits with 1 if
a difference has no class. Two minutes per tokenizer on one core.

Each class has a test that a line must pass:

- decomposed: BERT's Rust tokenizer keeps decomposed characters, ours composes them. Rust gives our
  ids for the composed line.
- by grapheme: Rust looks up whole grapheme clusters in XLM-R's table of characters, SentencePiece
  the longest prefix. Rust gives our ids for the line as SentencePiece normalizes it.
- spaces: for a space at the end Rust gives a lone ▁, SentencePiece nothing. A direction mark at the
  end is normalized to such a space. Rust gives our ids for its own normalized line with single
  spaces between words only.
- line break: U+0085 is white space to Rust only. Rust gives our ids for the line with a space.
- equal likelihood: two segmentations are equally likely within float32, and each takes another.
"""

import argparse
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import texts
from benchmarks.harness import limit_threads, parser

Ids = list[int]
Tokenize = Callable[[Sequence[str]], list[Ids]]
DECOMPOSED, BY_GRAPHEME, SPACES, LINE_BREAK, TIE, OTHER = (
    "decomposed", "by grapheme", "spaces", "line break", "equal likelihood", "unexplained"
)  # fmt: skip
_CHUNK = 2048
_NEXT_LINE = "\x85"
_TOLERANCE = 1e-3  # of log-probabilities of a line, which are in the hundreds


def main() -> None:
    options = _options()
    limit_threads(1)
    pair = SentencePieces(options.tokenizer) if options.tokenizer else WordPieces(options)
    total, lines_in_all = Counter[str](), 0
    print("| language | script | lines | lines that differ | classes |\n|---|---|---:|---:|---|")
    for path in sorted(options.lines.glob("*.gz")):
        lines = [line.removesuffix("\r") for line in texts.read_lines(path)]
        classes = compare(pair, lines)
        total += classes
        lines_in_all += len(lines)
        if classes:
            print(_row(_language(path), script_of(lines), len(lines), classes), flush=True)
    print(_row("all", "", lines_in_all, total))
    sys.exit(bool(total[OTHER]))


def compare(pair: "WordPieces | SentencePieces", lines: Sequence[str]) -> Counter[str]:
    """Count the lines that differ, by class."""
    classes = Counter[str]()
    for start in range(0, len(lines), _CHUNK):
        chunk = lines[start : start + _CHUNK]
        for line, ours, theirs in zip(chunk, pair.ours(chunk), pair.theirs(chunk), strict=True):
            if ours != theirs:
                classes[pair.class_of(line, ours, theirs)] += 1
    return classes


class WordPieces:
    """BERT's tokenizer: ours and Rust's."""

    def __init__(self, options: argparse.Namespace):
        import tensorflow as tf
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

        from tfmling.tokenizers.build_tokenizer import build_tokenizer
        from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

        vocabulary = WordPieceVocabulary.read(str(options.vocabulary), lowercase=options.lowercase)
        own = build_tokenizer(vocabulary)
        ids = {piece: number for number, piece in enumerate(vocabulary.pieces)}
        rust = Tokenizer(models.WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100))
        rust.normalizer = normalizers.BertNormalizer(lowercase=options.lowercase)
        rust.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        self.ours: Tokenize = lambda lines: own(tf.constant(list(lines))).to_list()
        self.theirs: Tokenize = lambda lines: [one.ids for one in rust.encode_batch(list(lines))]

    def class_of(self, line: str, ours: Ids, theirs: Ids) -> str:
        """Return the class of a line that differs."""
        del theirs
        composed = unicodedata.normalize("NFC", line)
        return DECOMPOSED if self.theirs([composed]) == [ours] else OTHER


class SentencePieces:
    """XLM-R's tokenizer: ours and Rust's."""

    def __init__(self, path: Path):
        import sentencepiece
        import tensorflow as tf
        from tokenizers import Tokenizer

        from tfmling.conversion.hugging_face.vocabulary import read_sentence_piece_model
        from tfmling.tokenizers.build_tokenizer import build_tokenizer
        from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary

        vocabulary = SentencePieceVocabulary(read_sentence_piece_model(path.parent))
        own, rust = build_tokenizer(vocabulary), Tokenizer.from_file(str(path))
        rust.no_truncation()
        rust.no_padding()
        self._model = sentencepiece.SentencePieceProcessor(model_proto=vocabulary.model)
        self._rust_normal: Callable[[str], str] = rust.normalizer.normalize_str
        self.ours: Tokenize = lambda lines: own(tf.constant(list(lines))).to_list()
        self.theirs: Tokenize = lambda lines: [
            one.ids for one in rust.encode_batch(list(lines), add_special_tokens=False)
        ]

    def class_of(self, line: str, ours: Ids, theirs: Ids) -> str:
        """Return the class of a line that differs."""
        if _NEXT_LINE in line and self.theirs([line.replace(_NEXT_LINE, " ")]) == [ours]:
            return LINE_BREAK
        composed = unicodedata.normalize("NFC", line)
        if self.theirs([composed]) == [ours]:
            return DECOMPOSED
        if self.theirs([" ".join(self._rust_normal(composed).split())]) == [ours]:
            return SPACES
        normal = self._model.normalize(composed).replace("▁", " ").strip()
        (normalized,) = self.theirs([normal])
        if normalized == ours:
            return BY_GRAPHEME
        return TIE if self._equally_likely(ours, normalized) else OTHER

    def _equally_likely(self, ours: Ids, theirs: Ids) -> bool:
        both = [sum(self._model.get_score(number - 1) for number in ids) for ids in (ours, theirs)]
        return abs(both[0] - both[1]) < _TOLERANCE


def script_of(lines: Sequence[str]) -> str:
    """Return the ISO 15924 code of the most frequent script."""
    from tfmling.text.histograms import letters_by_script

    return letters_by_script(lines).most_common(1)[0][0]


def _language(path: Path) -> str:
    return path.name.removeprefix("newstest2019-").removeprefix("ref.").removesuffix(".txt.gz")


def _row(language: str, script: str, lines: int, classes: Counter[str]) -> str:
    named = ", ".join(f"{name} {number:,}" for name, number in classes.most_common())
    return f"| {language} | {script} | {lines:,} | {classes.total():,} | {named} |"


def _options() -> argparse.Namespace:
    built = parser(__doc__)
    which: Any = built.add_mutually_exclusive_group(required=True)
    which.add_argument("--vocabulary", type=Path, help="a vocab.txt of BERT, may be .gz")
    which.add_argument("--tokenizer", type=Path, help="a tokenizer.json of an XLM-R")
    built.add_argument("--lowercase", action="store_true", help="the vocabulary is uncased")
    built.add_argument("--lines", type=Path, default=texts.DATA / "ntrex", help="folder of .gz")
    return built.parse_args()


if __name__ == "__main__":
    main()
