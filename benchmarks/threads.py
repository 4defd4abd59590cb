"""Gives every library the same number of threads; to be called before they start theirs."""

import importlib
import importlib.util
import os


def limit(threads: int) -> None:
    """Limits TensorFlow, PyTorch (if installed), BLAS and tokenizers to `threads` threads."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ["RAYON_NUM_THREADS"] = str(threads)
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if threads > 1 else "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # Triton and TensorFlow each bring an LLVM; loaded after TensorFlow, Triton's ends the process
    installed = [name for name in ("triton", "torch") if importlib.util.find_spec(name)]
    modules = {name: importlib.import_module(name) for name in installed}
    if "torch" in modules:
        modules["torch"].set_num_threads(threads)
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
