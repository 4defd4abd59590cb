"""Settings of build_monolingual, build_bitext and count_words."""

from typing import Literal

import pydantic

from tfmling import config, extras
from tfmling.corpora import AnyBitext, AnyMonolingual
from tfmling.filters import AnyPairFilter, AnySentenceFilter
from tfmling.languages import Language
from tfmling.text.normalise import UnicodeForm


class SegmentPairs(config.Settings):
    """Pairs for next sentence prediction.

    Attributes:
        max_characters: a pair is filled with sentences until it has as many.
        random_next_rate: share of pairs whose second segment comes from another document.
        seed: decides all that is random.
    """

    max_characters: int = pydantic.Field(400, gt=0)
    random_next_rate: float = pydantic.Field(0.5, ge=0, le=1)
    seed: int = 1


class _BuildRecords(config.Settings):
    """What building records of sentences and of pairs have in common.

    Attributes:
        output: the folder that is written.
        unicode_form: the Unicode normalisation of all text.
        mend_encoding: whether wrong decodings are undone (`naÃ¯ve`), which needs the extra `clean`.
        num_shards: files for each language; a worker holds one of them in memory, and the result
            depends on the number.
        rejected_samples: how many of what was rejected are shown for each language and reason.
        checksums: whether the data card has the SHA-256 of every file that was read, for which
            its bytes are read once more.
    """

    output: config.OutputPath
    unicode_form: UnicodeForm = "NFC"
    mend_encoding: bool = False
    num_shards: int = pydantic.Field(4, gt=0, lt=100_000)
    rejected_samples: int = pydantic.Field(20, ge=0)
    checksums: bool = True

    @pydantic.field_validator("mend_encoding")
    @classmethod
    def _installed(cls, mend_encoding: bool) -> bool:
        if mend_encoding:
            try:
                extras.require("ftfy", "clean")
            except ImportError as error:
                raise ValueError(str(error)) from None
        return mend_encoding


class BuildMonolingual(_BuildRecords):
    """Documents to sentences and segment pairs.

    Attributes:
        corpora: what is read.
        filters: each sentence passes them in order; the first that rejects it is the reason.
        segment_pairs: null where none are wanted.
    """

    corpora: list[AnyMonolingual] = pydantic.Field(min_length=1)
    filters: list[AnySentenceFilter] = pydantic.Field([])
    segment_pairs: SegmentPairs | None = pydantic.Field(default_factory=lambda: SegmentPairs())


class BuildBitext(_BuildRecords):
    """Sentence pairs to cleaned sentence pairs.

    Attributes:
        corpora: what is read.
        sentence_filters: each side passes them in order, the source first.
        pair_filters: what both sides have passed goes through these.
        unique: what may occur once: a `pair`, or each `source`, or each `target`.
    """

    corpora: list[AnyBitext] = pydantic.Field(min_length=1)
    sentence_filters: list[AnySentenceFilter] = pydantic.Field([])
    pair_filters: list[AnyPairFilter] = pydantic.Field([])
    unique: Literal["pair", "source", "target"] = "pair"


class CountWords(config.Settings):
    """Records to words and their counts.

    Attributes:
        records: folders of build_monolingual, build_bitext or both.
        output: the folder that is written.
        lowercase: whether the vocabulary will be lower-cased and without accents, as uncased BERT.
        languages: which; null for all there are.
        min_count: rarer words are left out.
    """

    records: list[config.InputPath] = pydantic.Field(min_length=1)
    output: config.OutputPath
    lowercase: bool = False
    languages: list[Language] | None = None
    min_count: int = pydantic.Field(1, gt=0)
