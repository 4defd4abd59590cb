"""How an expected language does against the language that a text looks most like otherwise."""

from collections.abc import Collection, Mapping
from typing import NamedTuple


class Comparison(NamedTuple):
    """Plausibility of an expected language, in [0, 1].

    Attributes:
        plausibility: its probability divided by the sum of its own and that of its strongest
            rival: above 0.5 it is the likelier of the two, and 0.1 says odds of 9 to 1 against it.
        rival: the most probable other language; `und` where there is none.
    """

    plausibility: float
    rival: str


def compare(probabilities: Mapping[str, float], expected: Collection[str]) -> Comparison:
    """Compares one language with the strongest of all others.

    Nothing speaks for or against a language where neither it nor another has any probability, as
    in a line of digits: that is 0.5.

    Args:
        probabilities: by language.
        expected: the names of the one language; their probabilities add up.
    """
    own, rival, best = 0.0, "und", 0.0
    for language, probability in probabilities.items():
        if language in expected:
            own += probability
        elif probability > best:
            rival, best = language, probability
    return Comparison(own / (own + best) if own + best else 0.5, rival)
