"""Readers of corpora: each format yields documents or sentence pairs.

To add a format, write a settings class with `format`, `tasks` and `read`, and add it to a union
below, where YAML finds it.
"""

from typing import Annotated

import pydantic

from tfmling.corpora.jsonl import Jsonl
from tfmling.corpora.moses import Moses
from tfmling.corpora.parquet import Parquet, ParquetPairs
from tfmling.corpora.plain_text import PlainText
from tfmling.corpora.po import Po
from tfmling.corpora.tmx import Tmx
from tfmling.corpora.tsv import JoinedTsv, Tsv, TsvPairs
from tfmling.corpora.warc import Warc, Wet
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
