"""Settings of `python -m tfmling.construct_corpus`."""

import pydantic

from tfmling.core.config import OutputPath, Seed, Settings


class ConstructCorpus(Settings):
    """How much text of the two constructed languages to write."""

    output: OutputPath
    seed: Seed = pydantic.Field(1, description="of words, affixes and all that is said")
    sentences_a: int = pydantic.Field(10_000, ge=1, description="monolingual, in documents")
    sentences_b: int = pydantic.Field(10_000, ge=1, description="the same of B; other meanings")
    train_pairs: int = pydantic.Field(8_000, ge=1)
    test_pairs: int = pydantic.Field(500, ge=1, description="meanings that nothing else says")
    contrasts: int = pydantic.Field(
        250, ge=1, description="couples of test pairs that differ in one thing"
    )
    queries: int = pydantic.Field(5, ge=1, description="B sentences of the test set to look up")

    @pydantic.model_validator(mode="after")
    def _queries_are_test_sentences(self) -> "ConstructCorpus":
        if self.queries > self.test_pairs:
            raise ValueError(
                f"queries are taken from the test pairs: expected at most {self.test_pairs}, got "
                f"{self.queries}"
            )
        return self
