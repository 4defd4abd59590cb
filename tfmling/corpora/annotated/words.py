"""Checked lines to labelled sentences, for the formats that have a word and its label a line."""

from collections.abc import Iterator, Sequence

from tfmling.corpora.annotated.columns import Token
from tfmling.corpora.annotated.problem import Problem
from tfmling.corpora.annotated.tagged_sentence import TaggedSentence
from tfmling.corpora.annotated.tags import Tags
from tfmling.text.normalize import normalize


def word_and_label(
    token: Token, word_column: int, label_column: int, tags: Tags
) -> tuple[str, str] | Problem:
    """The word and the label of a line, or what is wrong with them."""
    if token.problem:
        return token.problem
    word, label = token.cells[word_column].strip(), token.cells[label_column].strip()
    if not normalize(word):  # a no-break or zero-width space alone is no word
        expected = f"a word in column {word_column}"
        return Problem(token.location, "missing_word", expected, "\t".join(token.cells))
    if not label:
        expected = f"a label in column {label_column}"
        return Problem(token.location, "missing_label", expected, "\t".join(token.cells))
    found = tags.problem(label)
    return Problem(token.location, *found, label) if found else (word, label)


def tagged_sentence(
    checked: Sequence[tuple[str, str] | Problem],
    locations: Sequence[str],
    tags: Tags,
    sent_id: str = "",
) -> Iterator[TaggedSentence | Problem]:
    """Yields the sentence, or all that is wrong with it.

    Args:
        checked: words with their labels, at least one.
        locations: the line of each.
        tags: which labels there are.
        sent_id: the sentence's name, if it has one.
    """
    problems = [item for item in checked if isinstance(item, Problem)]
    if problems:
        yield from problems
        return
    words, labels = zip(*(item for item in checked if isinstance(item, tuple)), strict=True)
    given, problems = tags.finish(list(labels), list(locations))
    yield from problems
    if all(problem.harmless for problem in problems):
        yield TaggedSentence(words, tuple(given), locations[0], sent_id)
