"""Encoders on the Hugging Face Hub: `hf://owner/name`, `hf://owner/name@revision`."""

import re

from tfmling.core.errors import InputError

SCHEME = "hf://"
# weights without code: neither pickles (*.bin, *.pt) nor scripts
_FILES = ("*.json", "*.safetensors", "model.weights.h5", "*.txt", "*.model", "*.spm", "*.yaml")
_NEVER = ("*.bin", "*.pt", "*.py", "onnx/*", "openvino/*")
_NAME = re.compile(r"(?P<repo_id>[\w.-]+/[\w.-]+)(@(?P<revision>[\w./-]+))?")


class HubError(InputError, OSError):
    """An encoder cannot be downloaded.

    Example:
        >>> download_if_remote("hf://name")
        Traceback (most recent call last):
            ...
        tfmling.conversion.hugging_face_hub.HubError: hf://name: expected hf://owner/name
    """


def download_if_remote(path: str) -> str:
    """Download an encoder of the Hugging Face Hub; return other paths as they are.

    Files are kept in the cache of huggingface_hub, and downloaded again only if they changed.

    Returns:
        The local folder.

    Raises:
        HubError: the path is malformed, the hub cannot be reached, or it has no such encoder.

    Example:
        >>> download_if_remote("runs/sw")
        'runs/sw'
    """
    if not path.startswith(SCHEME):
        return path
    named = _NAME.fullmatch(path.removeprefix(SCHEME))
    if named is None:
        raise HubError(f"{path}: expected hf://owner/name")
    import huggingface_hub

    try:
        return huggingface_hub.snapshot_download(
            named["repo_id"],
            revision=named["revision"],
            allow_patterns=[*_FILES],
            ignore_patterns=[*_NEVER],
        )
    except Exception as error:  # its own errors, those of its HTTP library, OSError
        reason = str(error).strip().splitlines()[0] if str(error).strip() else ""
        raise HubError(f"{path}: cannot be downloaded: {type(error).__name__}: {reason}") from error
