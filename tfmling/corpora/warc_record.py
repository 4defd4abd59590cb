"""A record of a web archive, and what can be wrong with it."""

import base64
import dataclasses
import hashlib
import math

from tfmling.corpora.documents import Rejected

# problems of what may be no record at all, or not the one that its header names
UNREADABLE = frozenset({
    "broken_record", "wrong_length", "truncated_record", "arc_file", "archive_too_long",
    *(f"{how}_{what}" for how in ("truncated", "corrupt") for what in ("bzip2", "xz")),
})  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class WarcRecord:
    """A record with its block, or a `problem`.

    Attributes:
        offset: the byte of the file at which it begins, where it is compressed its member, as in an
            index of the archive.
        kind: `response`, `conversion`, `warcinfo` ...; "" where it is not known.
        uri: WARC-Target-URI; None where the record has none.
        headers: the WARC headers; their names are in lower case.
        block: what follows the headers.
        problem: `broken_record`, `wrong_length`, `bad_digest`, `truncated_record`,
            `record_too_long`, `arc_file`, or how the compressed file is broken.
    """

    offset: int
    kind: str = ""
    uri: str | None = None
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    block: bytes = b""
    problem: str | None = None

    def rejected(self, path: str, language: str, reason: str | None = None) -> Rejected:
        """The record as something that gives no document."""
        shown = f"{self.kind} {self.uri or ''}".strip() or self.block[:1000].decode(
            errors="backslashreplace"
        )
        return Rejected(f"{path}:{self.offset}", language, reason or self.problem or "", shown)


def digest_matches(declared: str, block: bytes) -> bool | None:
    """Whether a block has the digest of its header (`sha1:...`); None where that cannot be said."""
    algorithm, _, value = declared.partition(":")
    name = algorithm.strip().lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha512"):
        return None
    digest = hashlib.new(name, block, usedforsecurity=False).digest()
    value = value.strip()
    if len(value) == 2 * len(digest):
        return value.lower() == digest.hex()
    if len(value) == 4 * math.ceil(len(digest) / 3):
        return value == base64.b64encode(digest).decode()
    return value.upper().rstrip("=") == base64.b32encode(digest).decode().rstrip("=")
