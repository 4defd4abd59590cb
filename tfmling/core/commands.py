"""The registry of commands: the only names that become imported modules.

`tfmling NAME`, `python -m tfmling.core.config --schema NAME`, recipes and studies look commands up
here. Modules are named as strings, so that asking for one command imports one command.
"""

import importlib
from dataclasses import dataclass
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        module: has a function `main(arguments)`; recipes name a stage by it.
        settings: `module:Class` of its settings; empty for a command without a settings file.
        about: one line for `tfmling --help`.
        has_runner: whether it is a Beam pipeline, whose runner takes flags after `--`.
        resumes: whether it keeps an unfinished run, which `--restart` starts over.
    """

    module: str
    settings: str
    about: str
    has_runner: bool = False
    resumes: bool = False


COMMANDS = {
    "run": Command(
        "tfmling.run",
        "tfmling.recipes.settings:Recipe",
        "run a recipe: stages one after the other, then the report",
    ),
    "study": Command(
        "tfmling.study",
        "tfmling.studies:AnyStudy",
        "ask one question with several trainings and seeds",
    ),
    "verify": Command(
        "tfmling.verify",
        "",
        "check that outputs are what was written",
    ),
    "construct_corpus": Command(
        "tfmling.construct_corpus",
        "tfmling.corpora.constructed.corpus:ConstructCorpus",
        "write a corpus of two invented languages",
    ),
    "build_monolingual": Command(
        "beam_pipelines.build_monolingual",
        "beam_pipelines.settings:BuildMonolingual",
        "turn corpora of one language each into records",
        has_runner=True,
    ),
    "build_bitext": Command(
        "beam_pipelines.build_bitext",
        "beam_pipelines.settings:BuildBitext",
        "turn translations into records",
        has_runner=True,
    ),
    "mine_bitext": Command(
        "beam_pipelines.mine_bitext",
        "beam_pipelines.mining.settings:MineBitext",
        "find translations in two monolingual corpora",
        has_runner=True,
    ),
    "count_words": Command(
        "beam_pipelines.count_words",
        "beam_pipelines.settings:CountWords",
        "count the words of records",
        has_runner=True,
    ),
    "extend_vocab": Command(
        "tfmling.extend_vocab",
        "tfmling.vocab.settings:ExtendVocab",
        "learn pieces of new languages and append them",
    ),
    "trim_vocab": Command(
        "tfmling.trim_vocab",
        "tfmling.vocab.settings:TrimVocab",
        "remove pieces that some languages never use",
    ),
    "vocabulary_curve": Command(
        "tfmling.vocabulary_curve",
        "tfmling.vocab.curve_settings:VocabularyCurve",
        "weigh sizes of a vocabulary",
        resumes=True,
    ),
    "mine_negatives": Command(
        "tfmling.mine_negatives",
        "tfmling.training.negatives.settings:MineNegatives",
        "find hard negatives for the dual encoder",
    ),
    "train": Command(
        "tfmling.train",
        "tfmling.training.settings:Train",
        "train an encoder",
        resumes=True,
    ),
    "tpu_check": Command(
        "tfmling.tpu_check",
        "tfmling.tpu.settings:TpuCheck",
        "lower training steps for a TPU, without one",
    ),
    "convert_encoder": Command(
        "tfmling.convert_encoder",
        "tfmling.conversion.convert_settings:ConvertEncoder",
        "write an encoder in another layout",
    ),
    "align_words": Command(
        "tfmling.align_words",
        "tfmling.alignment.settings:AlignWords",
        "link the words of translations",
    ),
    "train_tagger": Command(
        "tfmling.train_tagger",
        "tfmling.tagging.settings:TrainTagger",
        "train labels of words or pairs, and score them",
        resumes=True,
    ),
    "evaluate": Command(
        "tfmling.evaluate",
        "tfmling.evaluation.settings:Evaluate",
        "score encoders",
    ),
    "probe": Command(
        "tfmling.probe",
        "tfmling.probes.settings:ProbeEncoder",
        "ask encoders what they know of languages",
    ),
    "evaluate_mteb": Command(
        "tfmling.evaluate_mteb",
        "tfmling.evaluation.mteb.settings:EvaluateMteb",
        "score a model by MTEB's own code",
    ),
    "export_tfhub": Command(
        "export.export_tfhub",
        "export.settings:ExportTfhub",
        "write SavedModels for TF Hub",
    ),
    "export_lite": Command(
        "export.export_lite",
        "export.settings:ExportLite",
        "write a LiteRT model",
    ),
    "export_onnx": Command(
        "export.export_onnx",
        "export.settings:ExportOnnx",
        "write an ONNX model",
    ),
    "nearest": Command(
        "export.nearest",
        "export.settings:Nearest",
        "find the nearest sentences with an exported model",
    ),
    "train_quality": Command(
        "tfmling.train_quality",
        "tfmling.quality.settings:TrainQuality",
        "learn which sentences are main content",
    ),
    "calibrate_threshold": Command(
        "tfmling.calibrate_threshold",
        "tfmling.mining.calibration.settings:CalibrateThreshold",
        "find a threshold from judged rows",
    ),
    "train_selection": Command(
        "tfmling.train_selection",
        "tfmling.mining.selection.settings:TrainSelection",
        "learn what looks like trusted translations",
    ),
}


def command_of_module(module: str) -> str | None:
    """The name of the command whose module this is; None for any other module."""
    return next((name for name, each in COMMANDS.items() if each.module == module), None)


def command_of_settings(model: type[Any]) -> str | None:
    """The name of the command whose settings this class is; None for any other class."""
    place = f"{model.__module__}:{model.__qualname__}"
    return next((name for name, each in COMMANDS.items() if each.settings == place), None)


def load_module(name: str) -> ModuleType:
    """Imports the module of a command; `name` is a key of COMMANDS."""
    return importlib.import_module(COMMANDS[name].module)


def load_settings_class(name: str) -> type[Any]:
    """Imports the settings class of a command; `name` is a key of COMMANDS."""
    module, _, class_name = COMMANDS[name].settings.partition(":")
    return getattr(importlib.import_module(module), class_name)
