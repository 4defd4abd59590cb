"""Settings of build_monolingual, build_bitext and count_words."""

from typing import Literal

import pydantic

from tfmling.core import config, extras
from tfmling.core.languages import Language
from tfmling.corpora import AnyBitext, AnyMonolingual
from tfmling.filters import AnyPairFilter, AnySentenceFilter
from tfmling.text.near_duplicates import NearDuplicates
from tfmling.text.normalize import UnicodeForm, fix_mojibake, normalize


class SegmentPairs(config.Settings):
    """Pairs for next sentence prediction.

    Example:
        >>> SegmentPairs(max_characters=200).random_next_rate
        0.5
    """

    max_characters: int = pydantic.Field(400, gt=0)
    """A pair is filled with sentences up to this length."""
    random_next_rate: float = pydantic.Field(0.5, ge=0, le=1)
    """The share of pairs whose second segment is from another document."""
    seed: config.Seed = 1
    """Seed of all random choices."""


class Sampling(config.Settings):
    """How much of each language, or pair of languages, is kept.

    Of N > keep_whole sentences, keep_whole * (N / keep_whole) ** exponent are kept, and at most
    `cap`. So large languages are sampled in proportion to N ** exponent, as in training (LaBSE's
    vocabulary: 0.3), independent of each other.

    Example:
        >>> Sampling(exponent=0.5, keep_whole=100).target(10_000)
        1000
    """

    exponent: float = pydantic.Field(1.0, ge=0, le=1)
    """1 keeps all, 0 keeps `keep_whole` of each language."""
    keep_whole: int = pydantic.Field(100_000, gt=0)
    """Languages with fewer sentences or pairs are kept whole."""
    cap: int | None = pydantic.Field(None, gt=0)
    """Maximum for any language; null: none."""

    def target(self, number: int) -> int:
        """Return how many of `number` sentences or pairs are kept."""
        if number > self.keep_whole:
            number = round(self.keep_whole * (number / self.keep_whole) ** self.exponent)
        return number if self.cap is None else min(number, self.cap)


class BuildRecords(config.Settings):
    """Settings shared by build_monolingual and build_bitext.

    Example:
        >>> settings = BuildRecords(output="out", unicode_form="NFC")
        >>> len("e\\u0301"), len(settings.normalize("e\\u0301"))  # é as two characters, as one
        (2, 1)
    """

    output: config.OutputPath
    """The folder to write."""
    unicode_form: UnicodeForm = "NFC"
    """The Unicode normalization of all text."""
    fix_mojibake: bool = False
    """Whether to undo wrong decodings (`naÃ¯ve`); needs the extra `clean`."""
    num_shards: int = pydantic.Field(4, gt=0, lt=100_000)
    """Files per language; a worker holds one in memory, and the result depends on the number."""
    rejected_samples: int = pydantic.Field(20, ge=0)
    """Samples of rejected text per language and reason."""
    near_duplicates: NearDuplicates | None = None
    """How near-duplicates are found; null: only equal texts are dropped."""
    sampling: Sampling | None = None
    """How much of each language is kept; null: all."""
    checksums: bool = True
    """Whether the data card has the SHA-256 of each source file, for which the file is read once
    more.
    """

    def normalize(self, text: str) -> str:
        """Return the text in `unicode_form`, with its mojibake fixed first if `fix_mojibake`."""
        return normalize(fix_mojibake(text) if self.fix_mojibake else text, self.unicode_form)

    @pydantic.field_validator("fix_mojibake")
    @classmethod
    def _installed(cls, wanted: bool) -> bool:
        if wanted:
            try:
                extras.require("ftfy", "clean")
            except ImportError as error:
                raise ValueError(str(error)) from None
        return wanted


class BuildMonolingual(BuildRecords):
    """Turn documents into records of sentences and segment pairs.

        tfmling build_monolingual --config configs/build_monolingual.yaml

    Writes sentences/ and segment_pairs/ (TFRecords by language), counts.json (what was read,
    dropped and kept, by language and reason) and rejected.jsonl (some of each).

    Example:
        >>> corpus = {"format": "plain_text", "path": ".", "language": "sw"}
        >>> settings = BuildMonolingual(output="out", corpora=[corpus])
        >>> settings.num_shards, settings.segment_pairs.max_characters
        (4, 400)
    """

    corpora: list[AnyMonolingual] = pydantic.Field(min_length=1)
    """The corpora to read."""
    filters: list[AnySentenceFilter] = pydantic.Field([])
    """Filters for each sentence, applied in order; the first that rejects it is the reason."""
    segment_pairs: SegmentPairs | None = pydantic.Field(default_factory=lambda: SegmentPairs())
    """How segment pairs are made from documents; null: none are made."""
    exclude_records: list[config.InputPath] = pydantic.Field([])
    """Folders of records, such as bitext, whose sentences are dropped."""


class BuildBitext(BuildRecords):
    """Turn translations into records of sentence pairs.

        tfmling build_bitext --config configs/build_bitext.yaml

    Writes sentence_pairs/ (TFRecords by languages), counts.json (what was read, dropped and kept,
    by languages and reason) and rejected.jsonl (some of each).

    Example:
        >>> corpus = dict(format="tsv_pairs", path=".", source_language="sw", target_language="en")
        >>> BuildBitext(output="out", corpora=[corpus]).unique
        'pair'
    """

    corpora: list[AnyBitext] = pydantic.Field(min_length=1)
    """The corpora to read."""
    sentence_filters: list[AnySentenceFilter] = pydantic.Field([])
    """Filters for each side, applied in order, the source first."""
    pair_filters: list[AnyPairFilter] = pydantic.Field([])
    """Filters for the pairs whose sides both pass, applied in order."""
    unique: Literal["pair", "source", "target"] = "pair"
    """What may occur only once: each `pair`, each `source` or each `target`."""


class CountWords(config.Settings):
    """Count the words of records, from which a vocabulary is learned.

        tfmling count_words --config configs/count_words.yaml

    Writes <language>.tsv and held_out/<language>.tsv (word and count, the most frequent first) and
    counts.json.

    Example:
        >>> CountWords(records=["."], output="out").tokenizer
        'wordpiece'
    """

    records: list[config.InputPath] = pydantic.Field(min_length=1)
    """Folders of build_monolingual and build_bitext."""
    output: config.OutputPath
    """The folder to write."""
    tokenizer: Literal["wordpiece", "sentencepiece"] = "wordpiece"
    """The tokenizer of the vocabulary: `wordpiece` (BERT) splits at punctuation and CJK characters,
    `sentencepiece` (XLM-R) at white space only.
    """
    lowercase: bool = False
    """Whether the WordPiece vocabulary is lower-cased and without accents, as uncased BERT. A
    SentencePiece model normalizes by itself.
    """
    languages: list[Language] | None = None
    """Languages to count; null: all."""
    min_count: int = pydantic.Field(1, gt=0)
    """Rarer words are dropped."""
    held_out: float = pydantic.Field(0.05, ge=0, lt=1)
    """Share of the sentences whose words are counted in `held_out/`. A vocabulary is measured on
    them, since it is not learned from them.
    """

    @pydantic.model_validator(mode="after")
    def _sentence_piece_normalizes_by_itself(self) -> "CountWords":
        if self.tokenizer == "sentencepiece" and self.lowercase:
            raise ValueError(
                "lowercase: expected false with tokenizer: sentencepiece, whose model decides "
                "itself whether text is lower-cased; remove this key"
            )
        return self
