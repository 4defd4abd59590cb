"""Pipelines import nothing that a Beam worker, which has the sdist and no extra, does not have."""

import subprocess
import sys

CODE = """
import importlib, sys

class Absent:
    NAMES = {
        "ai_edge_litert", "faiss", "gensim", "h5py", "keras", "keras_hub", "official", "onnx",
        "onnxruntime", "orbit", "safetensors", "scipy", "sentencepiece", "seqeval", "sklearn",
        "tensorflow", "tensorflow_hub", "tensorflow_text",
    }

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.NAMES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from tfmling.core.commands import COMMANDS
pipelines = [command for command in COMMANDS.values() if command.has_runner]
for module in {module for command in pipelines for module in command.modules}:
    importlib.import_module(module)
print(len(pipelines))
"""


def test_pipelines_are_imported_without_the_packages_of_training():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == "4"
