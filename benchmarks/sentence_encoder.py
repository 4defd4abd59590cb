"""Strings to sentence vectors: the exported model beside the libraries that do the same.

    python -m benchmarks.sentence_encoder --sentences 20000

One network (6 layers x 384, multilingual BERT's vocabulary, random weights), real sentences of many
scripts, batches of 64 sorted by length. Each contender lives in a process of its own, so that its
start-up time and memory are its own; the rounds go through them in turn. First all must give the
same vectors.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks import threads
from benchmarks.compare import machine

CHECKED, SINGLE, SLACK = 256, 200, 2e-2  # sentences; cosines may differ by bfloat16's rounding


def main() -> None:
    options = _options()
    if options.worker:
        work(options)
        return
    with tempfile.TemporaryDirectory() as folder:
        _in_process(options, folder, "export")
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
    print(machine(options.threads))
    print(table(starts, measured, options.sentences))


class Worker:
    """A contender in a process of its own, that does what it is asked line by line."""

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
        """What the contender answers to one task."""
        print(task, file=self._process.stdin, flush=True)
        return self._answer()

    def stop(self) -> dict[str, object]:
        """Ends the process; start-up seconds, and memory in MiB after start and at most."""
        self._start |= self.ask("memory")
        self._process.communicate("", timeout=60)
        return self._start

    def _answer(self) -> dict[str, object]:
        for line in self._process.stdout:  # libraries may print lines of their own
            if line.startswith("{"):
                return json.loads(line)
        raise SystemExit("a contender ended before its answer; see above")


def _command(options: argparse.Namespace, folder: str, name: str) -> list[str]:
    return [
        sys.executable, "-m", "benchmarks.sentence_encoder", f"--worker={name}",
        f"--folder={folder}", f"--sentences={options.sentences}", f"--threads={options.threads}",
    ]  # fmt: skip


def _in_process(options: argparse.Namespace, folder: str, name: str) -> None:
    subprocess.run(_command(options, folder, name), check=True, stdout=sys.stderr)


def work(options: argparse.Namespace) -> None:
    """One contender: loads, embeds one sentence, says so, then answers what is asked."""
    threads.limit(options.threads)
    from benchmarks import texts
    from benchmarks.encoders import CONTENDERS, export_contenders

    sentences = texts.sentences(options.sentences)
    if options.worker == "export":
        export_contenders(options.folder, sentences)
        return
    encode = CONTENDERS[options.worker](options.folder, options.threads)
    encode(sentences[:1])
    _say({"started_mib": _memory()})
    for task in sys.stdin:
        _say(answer(task.strip(), encode, sentences))


def answer(task: str, encode, sentences: list[str]) -> dict[str, object]:
    """Does one task."""
    if task == "memory":
        return {"most_mib": _memory()}
    if task == "check":
        return {"vectors": encode(sentences[:CHECKED]).tolist()}
    wall, cpu = time.perf_counter(), time.process_time()
    if task == "throughput":
        encode(sentences)
        return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    times = [_seconds(encode, text) for text in sentences[:SINGLE]]
    return {"wall": statistics.median(times), "cpu": (time.process_time() - cpu) / SINGLE}


def _seconds(encode, text: str) -> float:
    began = time.perf_counter()
    encode([text])
    return time.perf_counter() - began


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(values: dict[str, object]) -> None:
    print(json.dumps(values), flush=True)


def check_vectors(answers: dict[str, dict[str, object]]) -> None:
    """Stops unless all contenders give the vectors of the first."""
    import numpy as np

    first, *others = answers
    ours = np.array(answers[first]["vectors"])
    for name in others:
        cosine = float(np.einsum("nd,nd->n", ours, np.array(answers[name]["vectors"])).min())
        print(f"{name}: lowest cosine {cosine:.6f}", file=sys.stderr)
        if cosine < 1 - SLACK:
            raise SystemExit(f"{name} gives other vectors: lowest cosine {cosine:.4f}")


def table(
    starts: dict[str, dict[str, object]], measured: list[dict[str, dict[str, object]]], count: int
) -> str:
    """Medians over rounds; ratios are what ours is better by."""
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
            f"{start['seconds']:8.1f} {start['most_mib']:6,.0f}"
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
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sentences", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
