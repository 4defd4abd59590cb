"""From strings to sentence vectors: our exported model and other libraries.

    python -m benchmarks.sentence_encoder --sentences 20000

One network (6 layers x 384, multilingual BERT's vocabulary, random weights) embeds real sentences
of many scripts in batches of 64 sorted by length. Each contender runs in its own process, so that
start-up time and memory are its own; rounds alternate between them. All must give the same vectors.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict

from benchmarks.harness import (
    describe_machine,
    limit_threads,
    parser,
    peak_memory_mib,
    time_run,
)

CHECKED, SINGLE = 256, 200  # sentences
TOLERANCE = 2e-2  # of cosines, for bfloat16's rounding


def main() -> None:
    options = _options()
    if options.worker:
        work(options)
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(_command(options, folder, "export"), check=True, stdout=sys.stderr)
        from benchmarks.encoders import CONTENDERS

        workers = {name: Worker(options, folder, name) for name in CONTENDERS}
        check_vectors({name: worker.ask("check") for name, worker in workers.items()})
        for task in ("throughput", "latency"):  # warm-up
            for worker in workers.values():
                worker.ask(task)
        measured = [
            {name: worker.ask(task) | {"task": task} for name, worker in workers.items()}
            for task in ("throughput", "latency")
            for _ in range(options.rounds)
        ]
        starts = {name: worker.stop() for name, worker in workers.items()}
    print(describe_machine(options.threads))
    print(table(starts, measured, options.sentences))


class Worker:
    """A contender in its own process, which reads tasks line by line."""

    def __init__(self, options: argparse.Namespace, folder: str, name: str):
        print(f"starting {name}", file=sys.stderr)
        began = time.perf_counter()
        self._process = subprocess.Popen(
            _command(options, folder, name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._start = self._answer() | {"seconds": time.perf_counter() - began}

    def ask(self, task: str) -> dict[str, object]:
        """Run one task and return its answer."""
        print(task, file=self._process.stdin, flush=True)
        return self._answer()

    def stop(self) -> dict[str, object]:
        """End the process and return start-up seconds, and MiB after start-up and at the peak."""
        self._start |= self.ask("memory")
        self._process.communicate("", timeout=60)
        return self._start

    def _answer(self) -> dict[str, object]:
        for line in self._process.stdout:  # libraries may print lines of their own
            if line.startswith("{"):
                return json.loads(line)
        raise SystemExit("a contender exited without an answer; see above")


def _command(options: argparse.Namespace, folder: str, name: str) -> list[str]:
    return [
        sys.executable, "-m", "benchmarks.sentence_encoder", f"--worker={name}",
        f"--folder={folder}", f"--sentences={options.sentences}", f"--threads={options.threads}",
    ]  # fmt: skip


def work(options: argparse.Namespace) -> None:
    """Run one contender: load it, embed one sentence, then answer tasks from stdin."""
    limit_threads(options.threads)
    from benchmarks import texts
    from benchmarks.encoders import CONTENDERS, export_contenders

    sentences = texts.sentences(options.sentences)
    if options.worker == "export":
        export_contenders(options.folder, sentences)
        return
    encode = CONTENDERS[options.worker](options.folder, options.threads)
    encode(sentences[:1])
    _print_json({"started_mib": peak_memory_mib()})
    for task in sys.stdin:
        _print_json(answer(task.strip(), encode, sentences))


def answer(task: str, encode, sentences: list[str]) -> dict[str, object]:
    """Run one task and return its result."""
    if task == "memory":
        return {"peak_mib": peak_memory_mib()}
    if task == "check":
        return {"vectors": encode(sentences[:CHECKED]).tolist()}
    if task == "throughput":
        return asdict(time_run(lambda: encode(sentences)))
    times = [time_run(lambda text=text: encode([text])) for text in sentences[:SINGLE]]
    return {
        "wall": statistics.median(one.wall for one in times),
        "cpu": statistics.mean(one.cpu for one in times),
    }


def _print_json(values: dict[str, object]) -> None:
    print(json.dumps(values), flush=True)


def check_vectors(answers: dict[str, dict[str, object]]) -> None:
    """Exit unless all contenders give the vectors of the first."""
    import numpy as np

    first, *others = answers
    ours = np.array(answers[first]["vectors"])
    for name in others:
        cosine = float(np.einsum("nd,nd->n", ours, np.array(answers[name]["vectors"])).min())
        print(f"{name}: lowest cosine {cosine:.6f}", file=sys.stderr)
        if cosine < 1 - TOLERANCE:
            raise SystemExit(f"{name}: vectors differ from ours, lowest cosine {cosine:.4f}")


def table(
    starts: dict[str, dict[str, object]], measured: list[dict[str, dict[str, object]]], count: int
) -> str:
    """Format medians over rounds, and how many times better ours is."""
    lines = [
        f"{'':30} {'sentences/s':>12} {'per CPU s':>10} {'ours/this':>10} {'ms alone':>9} "
        f"{'CPU ms':>7} {'this/ours':>10} {'start s':>8} {'MiB':>6}"
    ]
    own = {name: _medians(measured, name) for name in starts}
    ours = next(iter(own.values()))
    for name, (wall, cpu, alone, alone_cpu) in own.items():
        start = starts[name]
        lines.append(
            f"{name:30} {count / wall:12,.0f} {count / cpu:10,.0f} {wall / ours[0]:9.2f}x "
            f"{alone * 1000:9.2f} {alone_cpu * 1000:7.2f} {alone / ours[2]:9.2f}x "
            f"{start['seconds']:8.1f} {start['peak_mib']:6,.0f}"
        )
    return "\n".join(lines)


def _medians(measured: list[dict[str, dict[str, object]]], name: str) -> tuple[float, ...]:
    of_task = {
        (task, key): statistics.median(r[name][key] for r in measured if r[name]["task"] == task)
        for task in ("throughput", "latency")
        for key in ("wall", "cpu")
    }
    return tuple(of_task.values())


def _options() -> argparse.Namespace:
    built = parser(__doc__, sentences=20_000, threads=2, rounds=3)
    built.add_argument("--worker", help=argparse.SUPPRESS)
    built.add_argument("--folder", help=argparse.SUPPRESS)
    return built.parse_args()


if __name__ == "__main__":
    main()
