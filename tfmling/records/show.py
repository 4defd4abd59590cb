"""`tfmling show`: the records of a folder as text."""

import itertools
from collections.abc import Iterable, Iterator

from tfmling.core.printed import one_line
from tfmling.records.read_records import Record, draw_records, kinds_of, read_records


def show_records(
    paths: Iterable[str],
    limit: int = 10,
    sample: bool = False,
    key: str | None = None,
    seed: int = 1,
) -> None:
    """Print records: their key, a tab, and their texts separated by tabs.

        tfmling show runs/sw/monolingual runs/sw/bitext
        tfmling show runs/sw/bitext --sample --limit 20 --key en-sw

    Args:
        paths: folders of build_monolingual, build_bitext, mine_bitext, mine_negatives or
            align_words.
        limit: records to print of each kind.
        sample: draw them at random instead of the first ones; all records are read.
        key: a language, or a pair such as en-sw; all without it.
        seed: of the sample.

    Raises:
        IncompleteError, DamagedError: a folder is not complete, or it was changed.
        RecordsError: it holds no records, or none with this key.

    Example:
        >>> from tfmling.core import manifest
        >>> from tfmling.records import schemas, tfrecord
        >>> record = schemas.sentence_pair.encode("Maji", "Water", "sw", "en")
        >>> _ = tfrecord.write("data/sentence_pairs/sw-en-00000-of-00001.tfrecord", [record])
        >>> manifest.write_manifest("data", command="build_bitext")
        >>> show_records(["data"])  # doctest: +NORMALIZE_WHITESPACE
        # data: sentence_pairs
        sw-en  Maji  Water
    """
    for path in paths:
        for kind in kinds_of(path):
            print(f"# {one_line(path)}: {kind}")
            records = read_records(path, kind, None if key is None else [key])
            for line in _lines(records, limit, seed if sample else None):
                print(line)


def _lines(records: Iterator[tuple[str, Record]], limit: int, seed: int | None) -> Iterator[str]:
    chosen: Iterable[tuple[str, Record]] = (
        itertools.islice(records, limit) if seed is None else draw_records(records, limit, seed)
    )
    for key, record in chosen:
        # the key already names the languages
        shown = [value for name, value in record.items() if not name.endswith("language")]
        texts = (
            text for value in shown for text in (value if isinstance(value, list) else [value])
        )
        yield "\t".join([key, *(one_line(str(text)) for text in texts)])
