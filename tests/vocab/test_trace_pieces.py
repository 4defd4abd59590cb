"""The languages that use a new piece, by hand, and the table of all languages."""

from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
from tfmling.vocab.extension import as_tsv, count_by_main_language, trace_pieces
from tfmling.vocab.fertility import EvaluationWords, as_markdown, compare_fertility

OLD = WordPieceVocabulary((*SPECIAL_PIECES, "d", "##a"), lowercase=False)
NEW = OLD.with_pieces(["da", "##ri", "ነው", "x"])
COUNTS = {"ha": {"da": 3, "dari": 1}, "sw": {"dari": 4}, "am": {"ነው": 2}}
# ha: da 3 + 1, ##ri 1; sw: da 4, ##ri 4; am: ነው 2; nobody has x
TRACED = {"da": {"ha": 4, "sw": 4}, "##ri": {"sw": 4, "ha": 1}, "ነው": {"am": 2}, "x": {}}


def test_uses_by_language_are_sorted() -> None:
    traced = trace_pieces(OLD, NEW, COUNTS)
    assert traced == TRACED
    assert [list(uses) for uses in traced.values()] == [["ha", "sw"], ["sw", "ha"], ["am"], []]


def test_a_piece_counts_for_its_main_language() -> None:
    assert count_by_main_language(TRACED) == {"ha": 1, "sw": 1, "am": 1}


def test_added_tsv() -> None:
    assert as_tsv(TRACED, 7) == "da\t7\tha:4 sw:4\n##ri\t8\tsw:4 ha:1\nነው\t9\tam:2\nx\t10\t\n"


def test_one_table_of_all_languages() -> None:
    measured_on = {
        language: EvaluationWords(words, "held out") for language, words in COUNTS.items()
    }
    fertility = compare_fertility(OLD, NEW, measured_on, shares={"ha": 0.5}, provenance=TRACED)
    # ha before: da is d ##a, dari unknown: (3 * 2 + 1) / 4; after: da 1, dari 2: (3 + 2) / 4
    assert fertility["languages"]["ha"] == {
        "words": 4,
        "measured_on": "held out",
        "budget_share": 0.5,
        "pieces_brought": 1,
        "before": {"pieces_per_word": 1.75, "unknown_rate": 0.25},
        "after": {"pieces_per_word": 1.25, "unknown_rate": 0.0},
    }
    header, _, *rows = as_markdown(fertility).splitlines()
    assert [row.count("|") for row in rows] == [header.count("|")] * 3
    assert rows[0] == "| ha | 4 | held out | 50.0 % | 1 | 1.750 | 1.250 | 25.00 % | 0.00 % |"
