"""The command `tfmling`: one word for each main of this package."""

import argparse
import importlib
import sys
from collections.abc import Sequence

# imported only when called
MAINS = {
    "run": ("tfmling.run", "run a recipe: stages one after the other, then the report"),
    "study": ("tfmling.study", "ask one question with several trainings and seeds"),
    "extend_vocab": ("tfmling.extend_vocab", "learn pieces of new languages and append them"),
    "vocabulary_curve": ("tfmling.vocabulary_curve", "weigh sizes of a vocabulary"),
    "train": ("tfmling.train", "train an encoder"),
    "convert_encoder": ("tfmling.convert_encoder", "write an encoder in another layout"),
    "align_words": ("tfmling.align_words", "link the words of translations"),
    "train_tagger": ("tfmling.train_tagger", "train labels of words or pairs, and score them"),
    "evaluate": ("tfmling.evaluate", "score encoders"),
    "probe": ("tfmling.probe", "ask encoders what they know of languages"),
    "evaluate_mteb": ("tfmling.evaluate_mteb", "score a model by MTEB's own code"),
    "train_quality": ("tfmling.train_quality", "learn which sentences are main content"),
    "train_selection": ("tfmling.train_selection", "learn what looks like trusted translations"),
    "calibrate_threshold": ("tfmling.calibrate_threshold", "find a threshold from judged rows"),
    "construct_corpus": ("tfmling.construct_corpus", "write a corpus of two invented languages"),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Hands over to the main that the first word names."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    lines = [f"  {name:<18}{said}" for name, (_, said) in MAINS.items()]
    parser = argparse.ArgumentParser(
        prog="tfmling",
        usage="tfmling COMMAND ...  (tfmling COMMAND --help says more)",
        description="\n".join(["commands:", *lines]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=MAINS, metavar="COMMAND")
    options = parser.parse_args(arguments[:1])
    importlib.import_module(MAINS[options.command][0]).main(arguments[1:])


if __name__ == "__main__":
    main()
