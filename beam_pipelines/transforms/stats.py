"""Count what was read, dropped and kept, and sample what was rejected.

A step fills the Stats of its batch and emits them on two side outputs. These are combined like
other data, so that no runner counts a retried batch twice.
"""

import collections
import heapq
import json
from collections.abc import Iterator, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics

from tfmling.core import files
from tfmling.corpora.documents import Rejected
from tfmling.text.fingerprints import fingerprint

COUNTS = "counts"
REJECTED = "rejected"
NOT_STATED = "not stated"  # for a document or pair without a license

Counts = dict[str, dict[str, dict[str, int]]]  # language -> section -> name -> number


class Stats:
    """Counts and rejected items of one batch.

    The sections are `read` and `kept` (documents, sentences, pairs, characters), `unusable` (lines
    by reason), `dropped` (sentences or pairs by reason, so that read = dropped + kept), `licenses`
    (documents or pairs), `kept_lengths` (texts) and `kept_scripts` (letters).

    Example:
        >>> stats = Stats()
        >>> stats.count("sw", "read", "sentences", 2)
        >>> stats.dropped(Rejected("a.txt:1", "sw", "length", "Habari"))
        >>> [output.value for output in stats.outputs(samples=0)]
        [(('sw', 'read', 'sentences'), 2), (('sw', 'dropped', 'length'), 1)]
    """

    def __init__(self) -> None:
        self._counts: collections.Counter[tuple[str, str, str]] = collections.Counter()
        self._rejected: dict[tuple[str, str], list[Rejected]] = collections.defaultdict(list)

    def count(self, language: str, section: str, name: str, number: int = 1) -> None:
        """Add to one count."""
        self._counts[language, section, name] += number

    def unusable(self, rejected: Rejected) -> None:
        """Count a line without a document or pair."""
        self._reject("unusable", rejected)

    def dropped(self, rejected: Rejected) -> None:
        """Count a sentence or pair that is not kept."""
        self._reject("dropped", rejected)

    def _reject(self, section: str, rejected: Rejected) -> None:
        self.count(rejected.language, section, rejected.reason)
        self._rejected[rejected.language, rejected.reason].append(rejected)

    def outputs(self, samples: int) -> Iterator[Any]:
        """Yield the side outputs, with at most `samples` rejected items per language and reason.

        The counts, without languages, are also metrics, which a runner's console shows live.
        """
        for key, number in self._counts.items():
            Metrics.counter("tfmling", "/".join(key[1:])).inc(number)
            yield beam.pvalue.TaggedOutput(COUNTS, (key, number))
        for kind, rejected in self._rejected.items():
            for one in heapq.nsmallest(samples, rejected, key=_rank):
                yield beam.pvalue.TaggedOutput(REJECTED, (kind, (_rank(one), _line(one))))


def _rank(rejected: Rejected) -> bytes:
    """Return a key for an order that is as good as random and the same in every run."""
    return fingerprint(f"{rejected.location}\t{rejected.reason}\t{rejected.excerpt}")


def _line(rejected: Rejected) -> str:
    values = {
        "language": rejected.language,
        "reason": rejected.reason,
        "score": rejected.score,
        "location": rejected.location,
        "excerpt": rejected.excerpt,
    }
    return json.dumps(values, ensure_ascii=False)


def with_stats(do_fn: beam.DoFn) -> beam.PTransform:
    """Return a step whose output is `items` and whose stats are side outputs.

    Example:
        >>> class Read(beam.DoFn):
        ...     def process(self, element):
        ...         stats = Stats()
        ...         stats.count("sw", "read", "sentences")
        ...         yield element
        ...         yield from stats.outputs(samples=0)
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     step = pipeline | beam.Create(["Habari"]) | with_stats(Read())
        ...     _ = step.items | beam.Map(print)
        Habari
    """
    return beam.ParDo(do_fn).with_outputs(COUNTS, REJECTED, main="items")


def write_counts(steps: Sequence[beam.pvalue.DoOutputsTuple], folder: str) -> None:
    """Write `counts.json` of steps made by `with_stats`.

    Example:
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     counts = [(("sw", "read", "sentences"), 2), (("sw", "read", "sentences"), 3)]
        ...     write_counts([{COUNTS: pipeline | beam.Create(counts)}], folder)
        >>> json.loads(files.read_text("counts.json"))
        {'sw': {'read': {'sentences': 5}}}
    """
    (
        [step[COUNTS] for step in steps]
        | "FlattenCounts" >> beam.Flatten()
        | "AddCounts" >> beam.CombinePerKey(sum)
        | "GatherCounts" >> beam.combiners.ToList()
        | "WriteCounts" >> beam.Map(write_counts_file, folder)
    )


def write_rejected(steps: Sequence[beam.pvalue.DoOutputsTuple], folder: str, samples: int) -> None:
    """Write `rejected.jsonl` of steps made by `with_stats`.

    Example:
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     ranked = [(("sw", "length"), (rank, f'"{rank}"')) for rank in (3, 1, 2)]
        ...     write_rejected([{REJECTED: pipeline | beam.Create(ranked)}], folder, samples=2)
        >>> files.read_text("rejected.jsonl").split()
        ['"1"', '"2"']
    """
    (
        [step[REJECTED] for step in steps]
        | "FlattenRejected" >> beam.Flatten()
        | "SampleRejected" >> beam.combiners.Top.SmallestPerKey(max(samples, 1))
        | "GatherRejected" >> beam.combiners.ToList()
        | "WriteRejected" >> beam.Map(write_rejected_file, folder)
    )


def write_counts_file(counts: list[tuple[tuple[str, str, str], int]], folder: str) -> None:
    """Write `counts.json`: language -> section -> name -> number, all sorted.

    Example:
        >>> write_counts_file([(("sw", "read", "sentences"), 2)], ".")
        >>> json.loads(files.read_text("counts.json"))
        {'sw': {'read': {'sentences': 2}}}
    """
    nested: Counts = {}
    for (language, section, name), number in sorted(counts):
        nested.setdefault(language, {}).setdefault(section, {})[name] = number
    files.write_json(files.join(folder, "counts.json"), nested)


def write_rejected_file(samples: list[tuple[tuple[str, str], Any]], folder: str) -> None:
    """Write `rejected.jsonl`, sorted by language and reason.

    Example:
        >>> write_rejected_file([(("sw", "length"), [(b"1", '{"reason": "length"}')])], ".")
        >>> files.read_text("rejected.jsonl")
        '{"reason": "length"}\\n'
    """
    lines = [line for _, ranked in sorted(samples) for _, line in ranked]
    files.write_text(files.join(folder, "rejected.jsonl"), "".join(f"{line}\n" for line in lines))
