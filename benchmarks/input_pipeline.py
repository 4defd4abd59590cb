"""From text to masked batches: sentences per second of ours, KerasHub and Hugging Face.

    python -m benchmarks.input_pipeline

All tokenize the same sentences with the same vocabulary, pad to the same length and mask 15 %. Ours
and Hugging Face's mask whole words; KerasHub has no whole-word masking and masks pieces. TensorFlow
pipelines are measured while running; the time to build their graph is printed to stderr. The last
line compares our pipeline with what the MLM training step consumes.
"""

import argparse
import functools
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.harness import (
    Run,
    describe_machine,
    limit_threads,
    measure,
    parser,
    print_speeds,
)


def main() -> None:
    options = _options()
    limit_threads(options.threads)
    from benchmarks import masked_lm, texts

    sentences = texts.sentences(options.sentences)
    pipelines = Pipelines(sentences, texts.vocabulary(sentences), options)
    measured = measure(pipelines.contenders(), options.rounds)
    print(describe_machine(options.threads))
    print(
        f"{len(sentences)} sentences, {len(pipelines.vocabulary)} pieces, length "
        f"{options.max_length}, batches of {options.batch_size}; median of {options.rounds}"
    )
    print_speeds(measured, len(sentences), "sentences")
    needed = masked_lm.sentences_per_second(len(pipelines.vocabulary), options.max_length)
    from_files = len(sentences) / list(measured.values())[1].wall
    print(
        f"the MLM step (6 layers x 384) consumes {needed:.1f} sentences/s on the same threads; "
        f"the input pipeline gives {from_files / needed:,.0f} times that"
    )


class Pipelines:
    """The pipelines to measure. Each run reads all sentences once."""

    def __init__(self, sentences: list[str], vocabulary, options: argparse.Namespace):
        self.sentences = sentences
        self.vocabulary = vocabulary
        self.options = options

    def contenders(self) -> dict[str, Run]:
        """Return the contenders, ours first, Hugging Face's only if it is installed."""
        found = {
            "tfmling, from memory": self.tfmling(),
            "tfmling, TFRecords shuffled": self.tfmling_from_files(),
            "tfmling, the same, packed rows": self.tfmling_from_files(packed=True),
            "KerasHub BertMaskedLMPreprocessor": self.keras_hub(),
        }
        try:
            return found | {
                "Hugging Face, whole words": self.hugging_face(),
                "datasets, tokenizers, collator": self.datasets(),
            }
        except ImportError:
            return found

    def tfmling(self) -> Run:
        """Tokenize, pack and mask whole words."""
        import tensorflow as tf

        from tfmling.objectives.masked_lm_inputs import MaskedLMInputs

        reader = MaskedLMInputs(_settings(self.options.max_length, False), self.vocabulary)

        def features(number: tf.Tensor, texts_B: tf.Tensor) -> dict[str, tf.Tensor]:
            seed = tf.stack([tf.constant(1, tf.int64), number])
            return reader.prepare({"text": texts_B}, seed, self.options.max_length)

        return self._consumer(
            self._batches().enumerate().map(features, num_parallel_calls=self.options.threads)
        )

    def tfmling_from_files(self, packed: bool = False) -> Run:
        """Read as training does: shuffled records, parsed, tokenized, packed and masked."""
        from tfmling.core import config, manifest
        from tfmling.inputs.dataset import training_dataset
        from tfmling.inputs.settings import Inputs
        from tfmling.objectives.masked_lm_inputs import MaskedLMInputs
        from tfmling.records import tfrecord
        from tfmling.records.folder import shard_path
        from tfmling.records.schemas import sentence

        folder = tempfile.mkdtemp(prefix="tfmling-benchmark-")
        Path(folder, "sentences").mkdir()
        path = shard_path(folder, "sentences", "mul", 0, 1)
        tfrecord.write(path, (sentence.encode(text, "mul") for text in self.sentences))
        manifest.write_manifest(folder, command="build_monolingual")
        values = _inputs(self.options.max_length, self.options.batch_size, folder, packed)
        reader = MaskedLMInputs(_settings(self.options.max_length, packed), self.vocabulary)
        dataset = training_dataset(
            config.build(Inputs, values, "benchmark"),
            1,
            lengths=reader.lengths,
            prepare=reader.prepare,
            pack=reader.pack,
        )
        return self._consumer(dataset, sentences_of_packed if packed else None)

    def keras_hub(self) -> Run:
        """Run KerasHub's preprocessor on whole batches, which is fastest."""
        import keras_hub

        preprocessor = keras_hub.models.BertMaskedLMPreprocessor(
            keras_hub.models.BertTokenizer(list(self.vocabulary.pieces), lowercase=False),
            sequence_length=self.options.max_length,
            mask_selection_length=MAX_PREDICTIONS,
        )
        return self._consumer(
            self._batches().map(preprocessor, num_parallel_calls=self.options.threads)
        )

    def hugging_face(self) -> Run:
        """Run the Rust tokenizer on whole batches, then the collator's whole-word masking."""
        tokenizer, collate = _tokenizer_and_collator(self.vocabulary)
        size = self.options.batch_size

        def run() -> None:
            for start in range(0, len(self.sentences), size):
                texts = self.sentences[start : start + size]
                encoded = _encode(tokenizer, self.options.max_length, texts)
                rows = zip(*encoded.values(), strict=True)
                collate([dict(zip(encoded.keys(), row, strict=True)) for row in rows])

        return run

    def datasets(self) -> Run:
        """Map a data set with the Rust tokenizer, shuffle and collate it: an epoch from text."""
        import datasets

        datasets.disable_progress_bars()
        tokenizer, collate = _tokenizer_and_collator(self.vocabulary)
        encode = functools.partial(_encode, tokenizer, self.options.max_length)
        size = self.options.batch_size

        def run() -> None:
            texts = datasets.Dataset.from_dict({"text": self.sentences})
            rows = texts.map(
                lambda batch: encode(batch["text"]),
                batched=True,
                remove_columns=["text"],
                keep_in_memory=True,
                load_from_cache_file=False,
            ).shuffle(seed=1, keep_in_memory=True)
            for start in range(0, len(rows), size):
                batch = rows[start : start + size]
                columns = zip(*batch.values(), strict=True)
                collate([dict(zip(batch, row, strict=True)) for row in columns])

        return run

    def _batches(self):
        import tensorflow as tf

        sentences = tf.data.Dataset.from_tensor_slices(self.sentences).repeat()
        return sentences.batch(self.options.batch_size)

    def _consumer(self, dataset, count: Callable[[object], int] | None = None) -> Run:
        """Return a function that reads all sentences; `count` gives the sentences of a batch."""
        import tensorflow as tf

        own = tf.data.Options()
        own.threading.private_threadpool_size = self.options.threads
        own.deterministic = True
        started = time.process_time()
        batches = iter(dataset.with_options(own))
        next(batches)
        print(f"graph built in {time.process_time() - started:.2f} CPU s", file=sys.stderr)

        def run() -> None:
            taken = 0
            while taken < len(self.sentences):
                batch = next(batches)
                taken += self.options.batch_size if count is None else count(batch)

        return run


MAX_PREDICTIONS = 20


def _inputs(max_length: int, batch_size: int, folder: str, packed: bool) -> dict[str, object]:
    return {
        "kind": "sentences", "records": [folder], "max_length": max_length, "packed": packed,
        "global_batch_size": batch_size,
    }  # fmt: skip


def _settings(max_length: int, packed: bool):
    from tfmling.core import config
    from tfmling.objectives.settings import MaskedLM

    values = {
        "name": "mlm", "kind": "masked_lm", "max_predictions": MAX_PREDICTIONS,
        "inputs": _inputs(max_length, 1, "unused", packed),
    }  # fmt: skip
    return config.build(MaskedLM, values, "benchmark", check_inputs=False)


def sentences_of_packed(batch) -> int:
    """Count the sentences in the packed rows of a batch."""
    return int(batch["input_sentence_ids"].numpy().max(axis=1).sum())


def _tokenizer_and_collator(vocabulary):
    from transformers import DataCollatorForLanguageModeling

    tokenizer = hugging_face_tokenizer(vocabulary)
    return tokenizer, DataCollatorForLanguageModeling(
        tokenizer, whole_word_mask=True, mask_replace_prob=1.0, random_replace_prob=0.0,
        return_tensors="np",
    )  # fmt: skip


def _encode(tokenizer, max_length: int, texts: list[str]):
    return tokenizer(
        texts,
        truncation=True,
        max_length=max_length,
        padding="max_length",
        return_special_tokens_mask=True,
        return_offsets_mapping=True,
    )


def hugging_face_tokenizer(vocabulary):
    """Return BERT's Rust tokenizer with this vocabulary."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    ids = {piece: number for number, piece in enumerate(vocabulary.pieces)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(
        ("[SEP]", vocabulary.sep_id), ("[CLS]", vocabulary.cls_id)
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", mask_token="[MASK]",
    )  # fmt: skip


def _options() -> argparse.Namespace:
    return parser(
        __doc__, sentences=8192, batch_size=256, max_length=128, threads=1, rounds=5
    ).parse_args()


if __name__ == "__main__":
    main()
