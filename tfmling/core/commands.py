"""The registry of commands: the only names that become imported code.

`tfmling NAME`, recipes and studies look commands up here. Functions and classes are named as
`module:name`, so that one command imports only its own code.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Switch(NamedTuple):
    """An option without a value that runs another function than the command's own.

    Attributes:
        function: `module:name`, called as the command's function is.
        about: one line for `--help`.

    Example:
        >>> COMMANDS["train"].switches["--dry-run"].function
        'tfmling.training.dry_run:print_dry_run'
    """

    function: str
    about: str


@dataclass(frozen=True)
class Command:
    """A command of `tfmling`.

    Attributes:
        function: `module:name` of the function to run, called with the settings; with the flags for
            the runner too if `has_runner`.
        settings: `module:name` of the settings class, whose docstring `--help` prints; empty for a
            command that takes words, such as paths: its function's parameters are its command line
            (see `tfmling.cli.words`), and `--help` prints the function's docstring.
        about: at most 28 characters for `tfmling --help`.
        has_runner: whether it is a Beam pipeline, whose runner takes flags after `--`.
        resumes: whether it keeps an unfinished run, which `--restart` starts over.
        runs_stages: whether its settings are stages; its function reads the file itself.
        switches: further options by their name, such as `--dry-run`.

    Example:
        >>> Command("export.onnx:export_onnx", "export.settings:ExportOnnx", "write ONNX").modules
        ['export.onnx', 'export.settings']
    """

    function: str
    settings: str
    about: str
    has_runner: bool = False
    resumes: bool = False
    runs_stages: bool = False
    switches: Mapping[str, Switch] = field(default_factory=dict)

    @property
    def modules(self) -> list[str]:
        """The modules of its function and settings, whose imports are all the code it runs."""
        return [place.partition(":")[0] for place in (self.function, self.settings) if place]


COMMANDS = {
    "run": Command(
        "tfmling.recipes.run_recipe:run_recipe",
        "tfmling.recipes.settings:Recipe",
        "run the stages of a recipe",
        runs_stages=True,
    ),
    "study": Command(
        "tfmling.studies.run_study:run_study",
        "tfmling.studies:AnyStudy",
        "compare variants and seeds",
        runs_stages=True,
    ),
    "verify": Command(
        "tfmling.recipes.verify:verify_outputs",
        "",
        "check files of outputs",
    ),
    "show": Command("tfmling.records.show:show_records", "", "print records"),
    "report": Command("tfmling.reports.open_page:open_page", "", "open the page of an output"),
    "export_text": Command(
        "tfmling.records.export_text:export_text",
        "tfmling.records.export_text:ExportText",
        "write records as JSONL",
    ),
    "schema": Command(
        "tfmling.cli.schema:print_schemas",
        "",
        "write JSON Schemas of keys",
    ),
    "new": Command(
        "tfmling.cli.new:write_template",
        "",
        "write a file to start from",
    ),
    "completion": Command(
        "tfmling.cli.completion:print_completion",
        "",
        "print shell completion",
    ),
    "construct_corpus": Command(
        "tfmling.corpora.constructed.corpus:write_corpus",
        "tfmling.corpora.constructed.corpus:ConstructCorpus",
        "generate two toy languages",
    ),
    "build_monolingual": Command(
        "beam_pipelines.transforms.build_records:build_monolingual",
        "beam_pipelines.settings:BuildMonolingual",
        "clean text into records",
        has_runner=True,
    ),
    "build_bitext": Command(
        "beam_pipelines.transforms.build_records:build_bitext",
        "beam_pipelines.settings:BuildBitext",
        "clean translations",
        has_runner=True,
    ),
    "mine_bitext": Command(
        "beam_pipelines.mining.pipeline:mine_bitext",
        "beam_pipelines.mining.settings:MineBitext",
        "find translations in text",
        has_runner=True,
    ),
    "count_words": Command(
        "beam_pipelines.transforms.word_counts:write_word_counts",
        "beam_pipelines.settings:CountWords",
        "count the words of records",
        has_runner=True,
    ),
    "extend_vocab": Command(
        "tfmling.vocab.run_extension:run_extension",
        "tfmling.vocab.settings:ExtendVocab",
        "add pieces for a language",
    ),
    "trim_vocab": Command(
        "tfmling.vocab.trimming:run_trimming",
        "tfmling.vocab.settings:TrimVocab",
        "remove unused pieces",
    ),
    "vocabulary_curve": Command(
        "tfmling.vocab.run_curve:run_curve",
        "tfmling.vocab.curve_settings:VocabularyCurve",
        "recommend a size",
        resumes=True,
    ),
    "mine_negatives": Command(
        "tfmling.training.negatives.mine:mine_negatives",
        "tfmling.training.negatives.settings:MineNegatives",
        "find hard negatives",
    ),
    "train": Command(
        "tfmling.training.run_training:train",
        "tfmling.training.settings:Train",
        "train an encoder",
        resumes=True,
        switches={
            "--dry-run": Switch(
                "tfmling.training.dry_run:print_dry_run",
                "run ten steps and print memory, padding and expected time; write nothing",
            )
        },
    ),
    "tpu_check": Command(
        "tfmling.tpu.run_check:run_check",
        "tfmling.tpu.settings:TpuCheck",
        "compile steps for TPUs",
    ),
    "convert_encoder": Command(
        "tfmling.evaluation.convert_encoder:convert_encoder",
        "tfmling.conversion.settings:ConvertEncoder",
        "convert to another layout",
    ),
    "align_words": Command(
        "tfmling.evaluation.run_word_alignment:run_word_alignment",
        "tfmling.alignment.settings:AlignWords",
        "align words of translations",
    ),
    "train_tagger": Command(
        "tfmling.tagging.run_tagging:train_tagger",
        "tfmling.tagging.settings:TrainTagger",
        "train and score a tagger",
        resumes=True,
    ),
    "evaluate": Command(
        "tfmling.evaluation.run_evaluation:run_evaluation",
        "tfmling.evaluation.settings:Evaluate",
        "score encoders",
    ),
    "probe": Command(
        "tfmling.probes.run_probes:run_probes",
        "tfmling.probes.settings:ProbeEncoder",
        "test what an encoder knows",
    ),
    "evaluate_mteb": Command(
        "tfmling.evaluation.evaluate_mteb:evaluate_mteb",
        "tfmling.evaluation.settings:EvaluateMteb",
        "score a model with MTEB",
    ),
    "export_tfhub": Command(
        "export.tfhub:export_tfhub",
        "export.settings:ExportTfhub",
        "write SavedModels for TF Hub",
    ),
    "export_lite": Command(
        "export.lite:export_lite",
        "export.settings:ExportLite",
        "write a LiteRT model",
    ),
    "export_onnx": Command(
        "export.onnx:export_onnx",
        "export.settings:ExportOnnx",
        "write an ONNX model",
    ),
    "nearest": Command(
        "export.nearest:print_nearest",
        "export.settings:Nearest",
        "find nearest sentences",
    ),
    "train_quality": Command(
        "tfmling.quality.train_quality:train_quality",
        "tfmling.quality.settings:TrainQuality",
        "learn to filter pages",
    ),
    "calibrate_threshold": Command(
        "tfmling.mining.calibration.calibrate_threshold:calibrate_threshold",
        "tfmling.mining.calibration.settings:CalibrateThreshold",
        "find a score threshold",
        switches={
            "--write-sample": Switch(
                "tfmling.mining.calibration.sample:write_sample",
                "write a sample for people to judge, instead of reading judgements",
            )
        },
    ),
    "train_selection": Command(
        "tfmling.mining.selection.train_selection:train_selection",
        "tfmling.mining.selection.settings:TrainSelection",
        "learn to filter pairs",
    ),
}


# How `tfmling --help` groups the commands.
GROUPS = {
    "from start to finish": ("new", "run", "study"),
    "corpora": (
        "build_monolingual",
        "build_bitext",
        "mine_bitext",
        "count_words",
        "construct_corpus",
    ),
    "models that clean and mine": ("train_quality", "train_selection", "calibrate_threshold"),
    "vocabulary": ("extend_vocab", "trim_vocab", "vocabulary_curve"),
    "training": ("train", "mine_negatives", "train_tagger", "tpu_check"),
    "evaluation": ("evaluate", "evaluate_mteb", "probe", "align_words"),
    "export": ("export_tfhub", "export_lite", "export_onnx", "convert_encoder", "nearest"),
    "files": ("show", "report", "export_text", "verify", "schema", "completion"),
}


def command_of_settings(model: type[Any]) -> str | None:
    """Return the name of the command with this settings class; None for any other class.

    Example:
        >>> command_of_settings(load("tfmling.recipes.settings:Recipe"))
        'run'
    """
    place = f"{model.__module__}:{model.__qualname__}"
    return next((name for name, each in COMMANDS.items() if each.settings == place), None)


def load(place: str) -> Any:
    """Import a function or class of a command.

    Args:
        place: `module:name`, from `COMMANDS`.

    Example:
        >>> load("tfmling.core.files:join")("runs", "a.txt")
        'runs/a.txt'
    """
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
