"""Our normalization and filters as datatrove steps, one document at a time."""

from pathlib import Path

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter

from tfmling.filters.filter import SentenceFilter
from tfmling.text.fingerprints import fingerprint
from tfmling.text.normalize import normalize


class Normalize(PipelineStep):
    """Every text normalized."""

    name = "normalize"

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        for document in data:
            with self.track_time():
                document.text = normalize(document.text)
            yield document


class Judge(BaseFilter):
    """Apply one of our filters; the file's name gives the language."""

    def __init__(self, judge: SentenceFilter):
        super().__init__()
        self.name = judge.kind
        self._judge = judge

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        language = Path(doc.metadata["file_path"]).stem
        score = self._judge.score(doc.text, language)
        return self._judge.accepts(score) or (False, self._judge.reason(score))


class DropEqual(BaseFilter):
    """Keep one of each text, with all fingerprints in memory."""

    name = "drop equal"

    def __init__(self):
        super().__init__()
        self._seen: set[tuple[str, bytes]] = set()

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        key = doc.metadata["file_path"], fingerprint(doc.text)
        if key in self._seen:
            return False, "duplicate"
        self._seen.add(key)
        return True
