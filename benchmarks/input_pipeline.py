"""Text to masked batches: sentences a second, ours beside KerasHub and Hugging Face.

    python -m benchmarks.input_pipeline

All cut the same sentences with the same vocabulary, pad to the same length and mask 15 %. Ours and
Hugging Face's mask whole words; KerasHub masks pieces, it has no whole words. One thread each,
unless `--threads` says more. TensorFlow's pipelines run on as in a training: building their graph,
once a training, is not in the figures but is printed. Last, how many times as fast as the MLM train
step needs it ours is.
"""

import argparse
import functools
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import threads
from benchmarks.compare import machine, measure, report
from benchmarks.networks import Run


def main() -> None:
    options = _options()
    threads.limit(options.threads)
    from benchmarks import masked_lm, texts

    sentences = texts.sentences(options.sentences)
    pipelines = Pipelines(sentences, texts.vocabulary(sentences), options)
    measured = measure(pipelines.contenders(), options.rounds)
    print(machine(options.threads))
    print(
        f"{len(sentences)} sentences, {len(pipelines.vocabulary)} pieces, length "
        f"{options.max_length}, batches of {options.batch_size}; median of {options.rounds}"
    )
    print(report(measured, len(sentences), "sentences"))
    needed = masked_lm.sentences_a_second(len(pipelines.vocabulary), options.max_length)
    from_files = len(sentences) / list(measured.values())[1].wall
    print(
        f"the MLM step (6 layers x 384) takes {needed:.1f} sentences/s on the same threads: "
        f"the input pipeline gives {from_files / needed:,.0f} times that"
    )


class Pipelines:
    """What is measured: each run reads all sentences once."""

    def __init__(self, sentences: list[str], vocabulary, options: argparse.Namespace):
        self.sentences = sentences
        self.vocabulary = vocabulary
        self.options = options

    def contenders(self) -> dict[str, Run]:
        """Ours first; Hugging Face's only if it is installed."""
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
        """Tokenise, pack and mask whole words."""
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
        """What training does: shuffled records, parsed, tokenised, packed and masked."""
        from tfmling.core import config, manifest
        from tfmling.inputs.dataset import training_dataset
        from tfmling.inputs.settings import Inputs
        from tfmling.objectives.masked_lm_inputs import MaskedLMInputs
        from tfmling.records import sentence, tfrecord
        from tfmling.records.folder import shard_path

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
        """KerasHub's preprocessor on whole batches, its fastest way."""
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
        """The Rust tokenizer on whole batches, then the collator's whole-word masking in numpy."""
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
        """A data set mapped by the Rust tokenizer, shuffled, then collated: an epoch from text."""
        import datasets

        datasets.disable_progress_bars()
        tokenizer, collate = _tokenizer_and_collator(self.vocabulary)
        cut = functools.partial(_encode, tokenizer, self.options.max_length)
        size = self.options.batch_size

        def run() -> None:
            texts = datasets.Dataset.from_dict({"text": self.sentences})
            rows = texts.map(
                lambda batch: cut(batch["text"]),
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
        """Takes as many sentences as there are; `count` tells those of a batch, else all are."""
        import tensorflow as tf

        own = tf.data.Options()
        own.threading.private_threadpool_size = self.options.threads
        own.deterministic = True
        started = time.process_time()
        batches = iter(dataset.with_options(own))
        next(batches)
        print(f"built in {time.process_time() - started:.2f} CPU s", file=sys.stderr)

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
    """How many sentences the rows of a batch hold."""
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
    """BERT's tokenizer in Rust with this vocabulary."""
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
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sentences", type=int, default=8192)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--max-length", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
