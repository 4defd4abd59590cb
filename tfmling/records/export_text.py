"""`tfmling export_text`: records as JSONL or Parquet."""

import json
from collections.abc import Iterator
from itertools import groupby, islice
from typing import Literal

from tfmling.core import config, extras, files, outputs
from tfmling.records.read_records import Record, kinds_of, read_records

_ROWS = 10_000  # of a Parquet row group


class ExportText(config.Settings):
    """Write records as files that other programs read.

        tfmling export_text --records runs/sw/bitext --output runs/sw/text
        tfmling export_text --records runs/sw/bitext --output runs/sw/text --format parquet

    Writes <kind>/<language>.jsonl or .parquet, a record per line or row, with the names of the
    record's features: `text` and `language`, or `source`, `target`, `source_language` and
    `target_language`; and counts.json. The corpora `jsonl`, `parquet` and `parquet_pairs` read them
    back.

    Example:
        >>> ExportText(records=folder, output="out").format
        'jsonl'
    """

    records: config.InputPath
    """Folder of build_monolingual, build_bitext, mine_bitext, mine_negatives or align_words."""
    output: config.OutputPath
    """The folder to write."""
    format: Literal["jsonl", "parquet"] = "jsonl"
    """Format of the files; parquet needs the extra `web`."""
    keys: list[str] | None = None
    """Languages, or pairs such as en-sw; null: all."""


def export_text(settings: ExportText) -> None:
    """Write the records of a folder as text.

    Raises:
        IncompleteError, DamagedError: the folder is not complete, or it was changed.
        RecordsError: it holds no records, or none with a key.
    """
    write = _write_jsonl if settings.format == "jsonl" else _write_parquet
    counts: dict[str, dict[str, int]] = {}
    with outputs.publish(settings) as folder:
        for kind in kinds_of(settings.records):
            records = read_records(settings.records, kind, settings.keys)
            for key, own in groupby(records, key=lambda each: each[0]):
                path = files.join(folder, kind, f"{key}.{settings.format}")
                count = write(path, (record for _, record in own))
                counts.setdefault(kind, {})[key] = count
                print(f"{kind}/{key}.{settings.format}: {count:,} records")
        files.write_json(files.join(folder, "counts.json"), counts)


def _write_jsonl(path: str, records: Iterator[Record]) -> int:
    count = 0
    with files.open_binary(path, "wb") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def _write_parquet(path: str, records: Iterator[Record]) -> int:
    pyarrow = extras.load("pyarrow", "web")
    parquet = extras.load("pyarrow.parquet", "web")
    count = 0
    writer = None
    with files.open_binary(path, "wb") as file:
        while rows := list(islice(records, _ROWS)):
            table = pyarrow.Table.from_pylist(rows)
            writer = writer or parquet.ParquetWriter(file, table.schema)
            writer.write_table(table)
            count += len(rows)
        if writer is not None:
            writer.close()
    return count
