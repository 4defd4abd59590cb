"""Memory and time predicted by `train --dry-run`, and what the training really takes.

    python -m benchmarks.dry_run [NAME ...]

Encoders are new, with random weights; records contain invented words.
"""

import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tests.written import finish_output
from tfmling.records import tfrecord
from tfmling.records.folder import shard_path
from tfmling.records.schemas import sentence, sentence_pair

STEPS = 24
PER_LOOP = 4
WORDS = [a + b + c for a in "bdfgkl" for b in "aeiou" for c in "mnprst"]
SMALL = {"num_layers": 4, "hidden_dim": 256, "num_heads": 4, "intermediate_dim": 1024}
MINI = {"num_layers": 6, "hidden_dim": 384, "num_heads": 12, "intermediate_dim": 1536}


def _task(kind: str, records: str, size: int, length: int, **changes: Any) -> dict[str, Any]:
    inputs = {
        "kind": "sentences" if kind == "masked_lm" else "sentence_pairs",
        "records": [records],
        "max_length": length,
        "global_batch_size": size,
    }
    return {"name": "task", "kind": kind, "inputs": inputs} | changes


def _configs(folder: str) -> dict[str, dict[str, Any]]:
    """Return settings by name, without those that all share."""
    mini = MINI | {"pad_vocabulary_to": 30_000}
    small = SMALL | {"pad_vocabulary_to": 8_000}
    return {
        "small masked LM": {
            "encoder": small,
            "tasks": [_task("masked_lm", folder, 32, 64)],
        },
        "MiniLM dual encoder": {
            "encoder": mini,
            "tasks": [_task("dual_encoder", folder, 64, 32)],
        },
        "gradient cache": {
            "encoder": small,
            "tasks": [_task("dual_encoder", folder, 128, 32, gradient_cache_batch_size=16)],
        },
        "bfloat16": {
            "encoder": mini,
            "tasks": [_task("dual_encoder", folder, 16, 32)],
            "runtime": {"dtype": "bfloat16"},
        },
        "large vocabulary": {
            "encoder": SMALL | {"pad_vocabulary_to": 200_000},
            "tasks": [_task("masked_lm", folder, 32, 64)],
        },
        "large batch": {
            "encoder": mini,
            "tasks": [_task("dual_encoder", folder, 256, 64)],
        },
    }


def main() -> None:
    """Print a Markdown table."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _write_data(folder)
        configs = _configs(str(folder / "records"))
        print("| training | peak: predicted | measured | step: predicted | measured |")
        print("|---|---|---|---|---|", flush=True)
        for name in sys.argv[1:] or configs:
            print(_row(name, configs[name], folder), flush=True)


def _row(name: str, config: dict[str, Any], folder: Path) -> str:
    shared = {
        "output": str(folder / name.replace(" ", "_")),
        "steps": STEPS,
        "checkpoint_every": 2 * PER_LOOP,
    }
    encoder = {"kind": "new", "vocabulary": str(folder / "vocab.txt")} | config["encoder"]
    runtime = {"steps_per_loop": PER_LOOP} | config.get("runtime", {})
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(config | shared | {"encoder": encoder, "runtime": runtime}))
    printed, _ = _run(path, "--dry-run")
    peak = float(re.search(r"peak memory of about ([\d,.]+) MiB", printed)[1].replace(",", ""))
    seconds = re.search(r"(?:step:|a whole step takes) ([\d,.]+) s", printed)[1]
    _, used = _run(path)
    taken = _seconds_per_step(Path(shared["output"], "history.jsonl"))
    return (
        f"| {name} | {peak:,.0f} MiB | {used:,.0f} MiB ({peak / used - 1:+.0%}) "
        f"| {float(seconds):.3f} s | {taken:.3f} s ({float(seconds) / taken - 1:+.0%}) |"
    )


def _run(config: Path, *options: str) -> tuple[str, float]:
    """Run a training; return what it printed, and its peak memory in MiB."""
    command = [sys.executable, "-m", "tfmling", "train", "--config", str(config), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{config}: exited with status {process.returncode}")
    return printed, usage.ru_maxrss / 1024


def _seconds_per_step(history: Path) -> float:
    """Return the median over all loops but the first, which traces; some write checkpoints."""
    seconds = [json.loads(line)["seconds"] for line in history.read_text().splitlines()]
    loops = sorted(b - a for a, b in itertools.pairwise(seconds))
    return loops[(len(loops) - 1) // 2] / PER_LOOP


def _write_data(folder: Path) -> None:
    draw = Random(1)

    def text() -> str:
        return " ".join(draw.choices(WORDS, k=draw.randint(8, 40)))

    records = str(folder / "records")
    texts = [sentence.encode(text(), "qaa") for _ in range(4000)]
    pairs = [sentence_pair.encode(text(), text(), "qaa", "qab") for _ in range(4000)]
    for kind, key, own in ("sentences", "qaa", texts), ("sentence_pairs", "qaa-qab", pairs):
        (folder / "records" / kind).mkdir(parents=True)
        tfrecord.write(shard_path(records, kind, key, 0, 1), own)
    finish_output(records)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n")


if __name__ == "__main__":
    main()
