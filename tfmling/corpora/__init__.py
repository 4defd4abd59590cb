"""Corpora: the bytes of one format to documents or sentence pairs, one file a format.

To add a format: a settings class with `format`, `tasks` and `read` in a file of its own, and one
line in a union below, by which YAML finds it.
"""

from typing import Annotated

import pydantic

from tfmling.corpora.joined_tsv import JoinedTsv
from tfmling.corpora.jsonl import Jsonl
from tfmling.corpora.moses import Moses
from tfmling.corpora.parquet import Parquet
from tfmling.corpora.parquet_pairs import ParquetPairs
from tfmling.corpora.plain_text import PlainText
from tfmling.corpora.po import Po
from tfmling.corpora.tmx import Tmx
from tfmling.corpora.tsv import Tsv
from tfmling.corpora.tsv_pairs import TsvPairs
from tfmling.corpora.warc import Warc
from tfmling.corpora.wet import Wet
from tfmling.corpora.wikipedia import Wikipedia

# Formats of documents in one language
AnyMonolingual = Annotated[
    PlainText | Jsonl | Tsv | Parquet | Warc | Wet | Wikipedia,
    pydantic.Field(discriminator="format"),
]

# Formats of sentence pairs
AnyBitext = Annotated[
    Moses | TsvPairs | JoinedTsv | Tmx | Po | ParquetPairs,
    pydantic.Field(discriminator="format"),
]
