"""Score an encoder."""

from tfmling.api.data import LANGUAGES, Pairs, check_languages, in_memory, read_pairs
from tfmling.api.sentence_encoder import SentenceEncoder, check_encoder
from tfmling.evaluation.report import AllScores, as_json, as_markdown
from tfmling.evaluation.retrieval import retrieval_scores

MODEL = "encoder"


class Retrieval:
    """Translation retrieval in both directions, by cosine and by ratio margin.

    Args:
        pairs: (source, target) pairs, or a folder of `build_bitext`.
        name: of the set in the scores.
        languages: of source and target, two different ones, for the keys of the scores.
        prompt: text to put before each sentence, as in `SentenceEncoder.encode`.

    Example:
        >>> Retrieval([("Maji", "Water")], name="news").name
        'news'
    """

    kind = "retrieval"

    def __init__(
        self,
        pairs: Pairs,
        *,
        name: str = "retrieval",
        languages: tuple[str, str] = LANGUAGES,
        prompt: str | None = None,
    ):
        self.pairs = in_memory(pairs, "pairs")
        self.name = name
        self.languages = check_languages(languages)
        self.prompt = prompt

    def score(self, encoder: SentenceEncoder) -> dict[str, dict[str, float]]:
        """Return the scores of both directions, as `evaluation.retrieval.retrieval_scores`."""
        source, target = zip(*read_pairs(self.pairs), strict=True)
        source_ND = encoder.encode(source, prompt=self.prompt, show_progress=False)
        target_ND = encoder.encode(target, prompt=self.prompt, show_progress=False)
        forward, backward = retrieval_scores(source_ND, target_ND, source, target)
        first, second = self.languages
        return {f"{first}-{second}": forward, f"{second}-{first}": backward}


class Scores(dict[str, dict[str, dict[str, float | int | None]]]):
    """Scores by set, languages and metric; printed as a table.

    Example:
        >>> Scores({"news": {"sw-en": {"p_at_1": 0.5}}})["news"]["sw-en"]["p_at_1"]
        0.5
    """

    def __str__(self) -> str:
        scores: AllScores = {Retrieval.kind: {MODEL: dict(self)}}
        return as_markdown(scores)


def evaluate(encoder: SentenceEncoder, *sets: Retrieval) -> Scores:
    """Score an encoder on test sets, as `tfmling evaluate` does.

    Args:
        encoder: to score.
        sets: one or more, with different names.

    Returns:
        Set -> languages -> metric -> score: `p_at_1` (cosine) and `p_at_1_margin` with the ends of
        their 95 % Wilson intervals `_low` and `_high`, `count`, and others.

    Raises:
        DataError: pairs that cannot be used.
        TypeError: a set is no `Retrieval`.
        ValueError: there is no set, or two have the same name.

    Example:
        >>> pairs = [("a b", "a b"), ("c d", "c d")]
        >>> scores = evaluate(SentenceEncoder(encoder), Retrieval(pairs, name="letters"))
        >>> scores["letters"]["source-target"]["p_at_1"]
        1.0
    """
    check_encoder(encoder)
    for each in sets:
        if not isinstance(each, Retrieval):
            raise TypeError(f"sets: expected tfmling.Retrieval(...), got {type(each).__name__}")
    names = [each.name for each in sets]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"sets: expected one or more with different names, got {names}")
    return Scores(
        {each.name: {k: as_json(v) for k, v in each.score(encoder).items()} for each in sets}
    )
