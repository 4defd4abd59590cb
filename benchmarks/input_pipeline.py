"""Text to masked batches: sentences a second, ours beside KerasHub and Hugging Face.

    python -m benchmarks.input_pipeline

All cut the same sentences with the same vocabulary, pad to the same length and mask 15 %. Ours and
Hugging Face's mask whole words; KerasHub masks pieces, it has no whole words. One thread each,
unless `--threads` says more. Last, how many times as fast as the MLM train step needs it ours is.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks import threads
from benchmarks.compare import machine, measure, report
from benchmarks.networks import Run


def main() -> None:
    options = _options()
    threads.limit(options.threads)
    from benchmarks import mlm_step, texts

    sentences = texts.sentences(options.sentences)
    pipelines = Pipelines(sentences, texts.vocabulary(sentences), options)
    measured = measure(pipelines.contenders(), options.rounds)
    print(machine(options.threads))
    print(
        f"{len(sentences)} sentences, {len(pipelines.vocabulary)} pieces, length "
        f"{options.max_length}, batches of {options.batch_size}; median of {options.rounds}"
    )
    print(report(measured, len(sentences), "sentences"))
    needed = mlm_step.sentences_a_second(len(pipelines.vocabulary), options.max_length)
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
        self.objective = _objective(vocabulary, options.max_length)

    def contenders(self) -> dict[str, Run]:
        """Ours first; Hugging Face's only if it is installed."""
        found = {
            "tfmling, from memory": self.tfmling(),
            "tfmling, TFRecords shuffled": self.tfmling_from_files(),
            "KerasHub BertMaskedLMPreprocessor": self.keras_hub(),
        }
        try:
            return found | {"Hugging Face, whole words": self.hugging_face()}
        except ImportError:
            return found

    def tfmling(self) -> Run:
        """Tokenise, pack and mask whole words."""
        import tensorflow as tf

        def features(number: tf.Tensor, texts_B: tf.Tensor) -> dict[str, tf.Tensor]:
            seed = tf.stack([tf.constant(1, tf.int64), number])
            return self.objective.prepare({"text": texts_B}, seed, self.options.max_length)

        return self._consumer(
            self._batches().enumerate().map(features, num_parallel_calls=self.options.threads)
        )

    def tfmling_from_files(self) -> Run:
        """What training does: shuffled records, parsed, tokenised, packed and masked."""
        from tfmling import config, files
        from tfmling.inputs.dataset import training_dataset
        from tfmling.inputs.settings import Inputs
        from tfmling.records import sentence, tfrecord
        from tfmling.records.folder import shard_path

        folder = tempfile.mkdtemp(prefix="tfmling-benchmark-")
        Path(folder, "sentences").mkdir()
        path = shard_path(folder, "sentences", "mul", 0, 1)
        tfrecord.write(path, (sentence.encode(text, "mul") for text in self.sentences))
        files.mark_completed(folder)
        values = _inputs(self.options.max_length, self.options.batch_size, folder)
        dataset = training_dataset(
            config.build(Inputs, values, "benchmark"),
            1,
            lengths=self.objective.lengths,
            prepare=self.objective.prepare,
        )
        return self._consumer(dataset.take(len(self.sentences) // self.options.batch_size))

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
        from transformers import DataCollatorForLanguageModeling

        tokenizer = hugging_face_tokenizer(self.vocabulary)
        collate = DataCollatorForLanguageModeling(
            tokenizer, whole_word_mask=True, mask_replace_prob=1.0, random_replace_prob=0.0,
            return_tensors="np",
        )  # fmt: skip
        size = self.options.batch_size

        def run() -> None:
            for start in range(0, len(self.sentences), size):
                encoded = tokenizer(
                    self.sentences[start : start + size],
                    truncation=True,
                    max_length=self.options.max_length,
                    padding="max_length",
                    return_special_tokens_mask=True,
                    return_offsets_mapping=True,
                )
                rows = zip(*encoded.values(), strict=True)
                collate([dict(zip(encoded.keys(), row, strict=True)) for row in rows])

        return run

    def _batches(self):
        import tensorflow as tf

        return tf.data.Dataset.from_tensor_slices(self.sentences).batch(self.options.batch_size)

    def _consumer(self, dataset) -> Run:
        import tensorflow as tf

        own = tf.data.Options()
        own.threading.private_threadpool_size = self.options.threads
        own.deterministic = True
        dataset = dataset.with_options(own)

        def run() -> None:
            for _ in dataset:
                pass

        return run


MAX_PREDICTIONS = 20


def _inputs(max_length: int, batch_size: int, folder: str) -> dict[str, object]:
    return {
        "kind": "sentences", "records": [folder], "max_length": max_length,
        "global_batch_size": batch_size,
    }  # fmt: skip


def _objective(vocabulary, max_length: int):
    """The MLM objective whose `prepare` is measured; its network is as small as can be."""
    import keras_hub

    from tfmling import config
    from tfmling.modeling.encoder import Encoder
    from tfmling.objectives.masked_lm import MaskedLMObjective
    from tfmling.objectives.settings import MaskedLM

    backbone = keras_hub.models.BertBackbone(len(vocabulary), 1, 1, 4, 4)
    values = {
        "name": "mlm", "kind": "masked_lm", "max_predictions": MAX_PREDICTIONS,
        "inputs": _inputs(max_length, 1, "unused"),
    }  # fmt: skip
    settings = config.build(MaskedLM, values, "benchmark", check_inputs=False)
    return MaskedLMObjective(settings, Encoder(backbone, vocabulary))


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
