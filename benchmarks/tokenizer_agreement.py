"""Our tokenizers beside Hugging Face's `tokenizers`, on every line of NTREX-128.

    python -m benchmarks.tokenizer_agreement --vocabulary bert_multi_cased.txt.gz
    python -m benchmarks.tokenizer_agreement --vocabulary vocab.txt --lowercase
    python -m benchmarks.tokenizer_agreement --tokenizer tokenizer.json

`--tokenizer` is that of an XLM-R: ours is made of it, as `load_encoder` makes it. Prints a Markdown
row for each language with a line that differs, the classes of the differences, and exits with 1
where one has no class. Two minutes a tokenizer on one core.

Classes, each with the test that puts a line into it:

- decomposed: BERT's tokenizer in Rust leaves decomposed characters decomposed, ours composes them.
  It gives our ids for the composed line.
- by grapheme: Rust looks up whole grapheme clusters in XLM-R's table of characters where
  SentencePiece looks up the longest prefix. It gives our ids for the line as SentencePiece
  normalizes it.
- spaces: Rust gives a lone ▁ for a space at the end, SentencePiece nothing; a direction mark at the
  end is such a space too, once it is normalized. Rust gives our ids for its own normalized line
  with single spaces between words only.
- line break: U+0085 is white space to Rust only. It gives our ids for the line with a space there.
- equal likelihood: two cuts are as likely to within float32, and the two take different ones.
"""

import argparse
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import texts, threads

Ids = list[int]
Cut = Callable[[Sequence[str]], list[Ids]]
DECOMPOSED, BY_GRAPHEME, SPACES, LINE_BREAK, TIE, OTHER = (
    "decomposed", "by grapheme", "spaces", "line break", "equal likelihood", "unexplained"
)  # fmt: skip
_CHUNK = 2048
_NEXT_LINE = "\x85"
_TOLERANCE = 1e-3  # of log-probabilities of a line, which are in the hundreds


def main() -> None:
    options = _options()
    threads.limit(1)
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
    """How many lines differ, by class."""
    classes = Counter[str]()
    for start in range(0, len(lines), _CHUNK):
        chunk = lines[start : start + _CHUNK]
        for line, ours, theirs in zip(chunk, pair.ours(chunk), pair.theirs(chunk), strict=True):
            if ours != theirs:
                classes[pair.class_of(line, ours, theirs)] += 1
    return classes


class WordPieces:
    """BERT's tokenizer, ours and Rust's."""

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
        self.ours: Cut = lambda lines: own(tf.constant(list(lines))).to_list()
        self.theirs: Cut = lambda lines: [one.ids for one in rust.encode_batch(list(lines))]

    def class_of(self, line: str, ours: Ids, theirs: Ids) -> str:
        """Why a line is cut differently."""
        del theirs
        composed = unicodedata.normalize("NFC", line)
        return DECOMPOSED if self.theirs([composed]) == [ours] else OTHER


class SentencePieces:
    """XLM-R's tokenizer, ours and Rust's."""

    def __init__(self, path: Path):
        import sentencepiece
        import tensorflow as tf
        from tokenizers import Tokenizer

        from tfmling.conversion.hugging_face.fast_tokenizer import read_sentence_piece_model
        from tfmling.tokenizers.build_tokenizer import build_tokenizer
        from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary

        vocabulary = SentencePieceVocabulary(read_sentence_piece_model(path.parent))
        own, rust = build_tokenizer(vocabulary), Tokenizer.from_file(str(path))
        rust.no_truncation()
        rust.no_padding()
        self._model = sentencepiece.SentencePieceProcessor(model_proto=vocabulary.model)
        self._rust_normal: Callable[[str], str] = rust.normalizer.normalize_str
        self.ours: Cut = lambda lines: own(tf.constant(list(lines))).to_list()
        self.theirs: Cut = lambda lines: [
            one.ids for one in rust.encode_batch(list(lines), add_special_tokens=False)
        ]

    def class_of(self, line: str, ours: Ids, theirs: Ids) -> str:
        """Why a line is cut differently."""
        if _NEXT_LINE in line and self.theirs([line.replace(_NEXT_LINE, " ")]) == [ours]:
            return LINE_BREAK
        composed = unicodedata.normalize("NFC", line)
        if self.theirs([composed]) == [ours]:
            return DECOMPOSED
        if self.theirs([" ".join(self._rust_normal(composed).split())]) == [ours]:
            return SPACES
        normal = self._model.normalize(composed).replace("▁", " ").strip()
        (behind,) = self.theirs([normal])
        if behind == ours:
            return BY_GRAPHEME
        return TIE if self._as_likely(ours, behind) else OTHER

    def _as_likely(self, ours: Ids, theirs: Ids) -> bool:
        both = [sum(self._model.get_score(number - 1) for number in ids) for ids in (ours, theirs)]
        return abs(both[0] - both[1]) < _TOLERANCE


def script_of(lines: Sequence[str]) -> str:
    """ISO 15924 code of the script that most letters are of."""
    from tfmling.text.histograms import letters_by_script

    return letters_by_script(lines).most_common(1)[0][0]


def _language(path: Path) -> str:
    return path.name.removeprefix("newstest2019-").removeprefix("ref.").removesuffix(".txt.gz")


def _row(language: str, script: str, lines: int, classes: Counter[str]) -> str:
    named = ", ".join(f"{name} {number:,}" for name, number in classes.most_common())
    return f"| {language} | {script} | {lines:,} | {classes.total():,} | {named} |"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    which: Any = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--vocabulary", type=Path, help="a vocab.txt of BERT, gzip by its name")
    which.add_argument("--tokenizer", type=Path, help="a tokenizer.json of an XLM-R")
    parser.add_argument("--lowercase", action="store_true", help="the vocabulary is uncased")
    parser.add_argument("--lines", type=Path, default=texts.DATA / "ntrex", help="folder of .gz")
    return parser.parse_args()


if __name__ == "__main__":
    main()
