"""build_monolingual, a plain loop, datatrove and `datasets`: same files, same filters.

    python -m benchmarks.corpora [--megabytes 50] [--rounds 3] [--memory]

The corpus is JSON lines of real text in many languages, repeated with numbers appended until it has
the requested size. Every contender reads, normalizes, filters, drops duplicates and writes, on one
core. datatrove and `datasets` apply the filters to one text at a time, as their own filters do.
--memory measures how peak memory grows with the corpus instead.
"""

import importlib.util
import itertools
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from benchmarks.harness import (
    describe_machine,
    limit_threads,
    measure,
    parser,
    print_speeds,
)
from benchmarks.texts import DATA, read_lines
from tfmling.core import config
from tfmling.filters.filter import SentenceFilter
from tfmling.text.fingerprints import fingerprint
from tfmling.text.normalize import normalize

_FILES = {
    "am": "ntrex/newstest2019-ref.amh.txt.gz",
    "de": "ntrex/newstest2019-ref.deu.txt.gz",
    "en": "lafand/en-swa/train.en.gz",
    "fr": "ntrex/newstest2019-ref.fra.txt.gz",
    "hi": "ntrex/newstest2019-ref.hin.txt.gz",
    "ja": "ntrex/newstest2019-ref.jpn.txt.gz",
    "kk": "ted/Kazakh.txt.gz",
    "so": "ted/Somali.txt.gz",
    "sw": "lafand/en-swa/train.swa.gz",
    "ta": "ted/Tamil.txt.gz",
    "tr": "ntrex/newstest2019-ref.tur.txt.gz",
    "ug": "ted/Uyghur.txt.gz",
}
_FILTERS = [
    {"kind": "characters", "min": 3, "max": 1000},
    {"kind": "letters", "min_share": 0.5},
    {"kind": "script", "min_share": 0.5},
    {"kind": "repetition", "max_share": 0.6},
]


def main() -> None:
    options = parser(__doc__, megabytes=50, rounds=3, memory=False).parse_args()
    with tempfile.TemporaryDirectory() as name:
        if options.memory:
            _memory(Path(name), options.megabytes)
        else:
            _speed(Path(name), options.megabytes, options.rounds)


def _speed(folder: Path, megabytes: int, rounds: int) -> None:
    limit_threads(1)
    paths = write_corpus(folder / "corpus", megabytes)
    runs = {
        "tfmling on Beam": run_beam,
        "plain loop, same functions": run_loop,
        "datatrove": run_datatrove,
        "datasets": run_datasets,
    }
    for peer in ("datatrove", "datasets"):
        if not importlib.util.find_spec(peer):
            print(f"{peer} is not installed: pip install -e '.[bench]'", file=sys.stderr)
            del runs[peer]
    kept: dict[str, int] = {}
    contenders = {
        name: lambda name=name, run=run: kept.update({name: run(paths, folder / run.__name__)})
        for name, run in runs.items()
    }
    print(describe_machine(1))
    measured = measure(contenders, rounds)
    size = sum(path.stat().st_size for path in paths.values()) / 1e6
    print_speeds(measured, size, "MB")
    print("sentences kept:", kept)


def _memory(folder: Path, megabytes: int) -> None:
    """Print the peak memory of build_monolingual for a corpus and one ten times as large."""
    for times in (1, 10):
        paths = write_corpus(folder / f"corpus{times}", megabytes * times)
        config_file = write_config(paths, folder / f"out{times}", num_shards=4 * times)
        command = [sys.executable, "-m", "tfmling", "build_monolingual", "--config"]
        subprocess.run([*command, str(config_file)], check=True, capture_output=True)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{megabytes * times:,} MB in {4 * times} shards a language: peak {peak:,.0f} MB")
        shutil.rmtree(folder / f"corpus{times}")


def write_corpus(folder: Path, megabytes: int) -> dict[str, Path]:
    """Write JSON lines of each language, `megabytes` together."""
    folder.mkdir(parents=True)
    limit = megabytes * 1_000_000 // len(_FILES)
    return {language: _write(folder, language, limit) for language in _FILES}


def _write(folder: Path, language: str, limit: int) -> Path:
    lines = [line for line in read_lines(DATA / _FILES[language]) if line]
    path = folder / f"{language}.jsonl"
    with path.open("wb") as out:
        for number in itertools.takewhile(lambda _: out.tell() < limit, itertools.count()):
            texts = (f"{line} {number}" if number else line for line in lines)
            rows = (json.dumps({"text": text}, ensure_ascii=False).encode() for text in texts)
            left = limit - out.tell()
            out.write(b"\n".join(_up_to(left, rows)) + b"\n")
    return path


def _up_to(length: int, rows: Iterator[bytes]) -> Iterator[bytes]:
    for row in rows:
        if length <= 0:
            return
        length -= len(row) + 1
        yield row


def write_config(paths: dict[str, Path], output: Path, num_shards: int = 4) -> Path:
    """Write the settings of build_monolingual for these files."""
    corpora = [
        {"format": "jsonl", "path": str(path), "language": language, "split_sentences": False}
        for language, path in paths.items()
    ]
    values = {"output": str(output), "corpora": corpora, "filters": _FILTERS}
    file = output.parent / f"{output.name}.yaml"
    file.write_text(yaml.safe_dump(values | {"segment_pairs": None, "num_shards": num_shards}))
    return file


def run_beam(paths: dict[str, Path], output: Path) -> int:
    """Run build_monolingual with its page and data card; return the sentences kept."""
    from beam_pipelines.settings import BuildMonolingual
    from beam_pipelines.transforms.build_records import add_monolingual_steps, finish_monolingual
    from beam_pipelines import runner  # isort: skip

    settings = config.load(BuildMonolingual, str(write_config(paths, output)))
    counts = runner.run(settings, [], add_monolingual_steps, finish_monolingual)
    return sum(sections["kept"]["sentences"] for sections in counts.values())


def run_loop(paths: dict[str, Path], output: Path) -> int:
    """Run the same functions in a loop in memory, with counts and without a page."""
    from beam_pipelines.settings import BuildMonolingual
    from beam_pipelines.transforms.clean import clean_documents
    from beam_pipelines.transforms.items import by_shard, deduplicate
    from beam_pipelines.transforms.read_corpora import batches, numbered_tasks
    from beam_pipelines.transforms.stats import Stats
    from tfmling.records import tfrecord
    from tfmling.records.schemas import sentence

    settings = config.load(BuildMonolingual, str(write_config(paths, output)))
    kept = []
    for _, _, index, task in numbered_tasks(settings.corpora):
        for batch in batches(settings.corpora[index].read(*task)):
            stats = Stats()
            kept += clean_documents(batch, settings, stats)
            list(stats.outputs(settings.rejected_samples))
    number = 0
    for (languages, shard), items in by_shard(kept, settings.num_shards).items():
        unique, _ = deduplicate(items)
        path = f"{output}/{languages[0]}-{shard}.tfrecord"
        number += tfrecord.write(path, (sentence.encode(*i.texts, *languages) for i in unique))
    return number


def _filters() -> list[SentenceFilter]:
    import pydantic

    from tfmling.filters import AnySentenceFilter

    adapter = pydantic.TypeAdapter(list[AnySentenceFilter])
    return adapter.validate_python(_FILTERS)


def run_datatrove(paths: dict[str, Path], output: Path) -> int:
    """Run datatrove: a step per filter, one task in this process, JSON lines out."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter
    from datatrove.utils.logging import logger

    from benchmarks.datatrove_steps import DropEqual, Judge, Normalize

    logger.remove()
    shutil.rmtree(output, ignore_errors=True)
    corpus = next(iter(paths.values())).parent
    steps = [
        JsonlReader(str(corpus)),
        Normalize(),
        *(Judge(each) for each in _filters()),
        DropEqual(),
        JsonlWriter(str(output / "kept"), compression=None),
    ]
    LocalPipelineExecutor(steps, tasks=1, workers=1, logging_dir=str(output / "logs")).run()
    return sum(path.read_bytes().count(b"\n") for path in (output / "kept").glob("*.jsonl"))


def run_datasets(paths: dict[str, Path], output: Path) -> int:
    """Run `datasets`: a map or filter per step, one process, Arrow out."""
    import datasets

    datasets.disable_progress_bars()
    shutil.rmtree(output, ignore_errors=True)
    return sum(_one_dataset(language, path, output) for language, path in paths.items())


def _one_dataset(language: str, path: Path, output: Path) -> int:
    import datasets

    cache = str(output / "cache")
    rows = datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=cache)
    rows = rows.map(lambda row: {"text": normalize(row["text"])})
    for each in _filters():
        rows = rows.filter(_accepts(each, language))
    seen: set[bytes] = set()
    rows = rows.filter(lambda row: _is_new(fingerprint(row["text"]), seen))
    rows.save_to_disk(str(output / language))
    return len(rows)


def _accepts(each: SentenceFilter, language: str):
    return lambda row: each.accepts(each.score(row["text"], language))


def _is_new(digest: bytes, seen: set[bytes]) -> bool:
    if digest in seen:
        return False
    seen.add(digest)
    return True


if __name__ == "__main__":
    main()
