"""Probes of linked words on a made encoder: translations that are equal, turned, or unrelated."""

import numpy as np
import pytest

from tests.probes.made_encoder import MadeEncoder, random_vectors
from tfmling.core.config import build
from tfmling.core.config_errors import ConfigError
from tfmling.probes.linked_words import LinkedTreebanks, LinkedWords, linked_vectors
from tfmling.probes.rotation import Rotation, RotationData, procrustes
from tfmling.probes.word_retrieval import WordRetrieval

WORDS = [f"w{n}" for n in range(40)]
SOURCES = [tuple(WORDS[n : n + 4]) for n in range(0, 40, 4)]
# a translation is the word in capitals, the last two exchanged
TARGETS = [(a.upper(), b.upper(), d.upper(), c.upper()) for a, b, c, d in SOURCES]
LINKS = [frozenset({(0, 0), (1, 1), (2, 3), (3, 2)})] * 10
TAGS = [("NOUN", "VERB", "DET", "PUNCT")] * 10
LINKED = LinkedWords("qaa-en", SOURCES, TARGETS, LINKS, TAGS)
COMMON, OTHER = random_vectors(1), random_vectors(2)
TURN = np.linalg.qr(np.random.default_rng(3).normal(size=(8, 8)))[0]


def equal(word: str) -> np.ndarray:
    return COMMON(word.lower())


def turned(word: str) -> np.ndarray:
    return COMMON(word.lower()) @ (TURN if word.isupper() else np.eye(8))


BITEXT = {
    "format": "tsv_pairs",
    "path": "none",
    "source_language": "qaa",
    "target_language": "en",
}
BITEXT_WORDS = {"kind": "texts", "pairs": {"name": "none", "texts": [{"bitext": BITEXT}]}}


def settings(model, **values):
    return build(model, {"name": "asked", **values}, "test", check_inputs=False)


def retrieval(**values) -> WordRetrieval:
    return settings(WordRetrieval, kind="word_retrieval", words=[BITEXT_WORDS], **values)


def test_equal_translations_are_found_and_unrelated_ones_are_not():
    probe = retrieval(scores=["csls", "cosine"], neighbors=3)
    rows = probe.run(MadeEncoder(equal, OTHER), [LINKED])
    found = {(row["score"], row["direction"], row["words"], row["layer"]): row for row in rows}
    for score in ("csls", "cosine"):
        for direction in ("forward", "backward"):
            assert found[score, direction, "all", 1]["accuracy"] == 1.0
            assert found[score, direction, "all", 2]["accuracy"] < 0.2
    # of four words two are of open class, one of closed, one of neither
    counts = [found["csls", "forward", words, 1]["count"] for words in ("all", "open", "closed")]
    assert counts == [40, 20, 10]
    nested = probe.nested(rows)
    assert nested["qaa-en"]["csls"]["forward"]["open"]["layer-1"]["accuracy"] == 1.0
    last = nested["qaa-en"]["csls"]["forward"]["all"]["last"]
    assert last == nested["qaa-en"]["csls"]["forward"]["all"]["layer-2"]
    (table,) = probe.tables(rows)
    assert list(table.header) == [*probe.PLACE[:-1], "layer 1", "layer 2"]
    assert table.rows[0][:5] == ["qaa-en", "csls", "forward", "all", 1.0]
    assert len(probe.draw(rows).axes[0].lines) == 2


def test_each_pair_of_languages_occurs_once():
    treebank = {"format": "conllu", "path": "none"}
    both = {"source": treebank | {"language": "qaa"}, "target": treebank | {"language": "en"}}
    words = [BITEXT_WORDS, {"kind": "treebanks", **both}]
    with pytest.raises(ConfigError, match=r"pairs of languages that differ, got .*: qaa-en"):
        settings(WordRetrieval, kind="word_retrieval", words=words)
    with pytest.raises(ConfigError, match="scores that differ, got several times: csls"):
        retrieval(scores=["csls", "csls"])


def test_directions_differ_by_hand():
    # sources at 0 and 10 degrees, their translations at 1 and 30: from 10 the nearest is 1, but
    # from 1 and from 30 the nearest are 0 and 10
    angles = {"a": 0, "b": 10, "A": 1, "B": 30}
    encoder = MadeEncoder(lambda word: np.array([np.cos(np.deg2rad(angles[word])),
                                                 np.sin(np.deg2rad(angles[word]))]))  # fmt: skip
    data = LinkedWords("x-y", [("a", "b")], [("A", "B")], [frozenset({(0, 0), (1, 1)})])
    found = retrieval(scores=["cosine"]).run(encoder, [data])
    assert {row["direction"]: row["accuracy"] for row in found} == {"forward": 0.5, "backward": 1.0}


def test_words_without_a_piece_are_left_out_with_their_tags():
    class Deaf(MadeEncoder):
        def words(self, sentences):
            for layers in super().words(sentences):
                yield tuple(type(own)(own.vector[1:], own.word[1:]) for own in layers)

    source, target, has_both = linked_vectors(Deaf(equal), LINKED, 40)
    assert source.shape == target.shape == (1, 30, 8)
    assert has_both.tolist() == [False, True, True, True] * 10
    rows = retrieval(scores=["csls"]).run(Deaf(equal), [LINKED])
    counts = {row["words"]: row["count"] for row in rows if row["direction"] == "forward"}
    assert counts == {"all": 30, "open": 10, "closed": 10}


def test_only_the_first_links_are_taken():
    source, _, has_both = linked_vectors(MadeEncoder(equal), LINKED, 6)
    assert source.shape == (1, 6, 8)
    np.testing.assert_allclose(source[0, 5], equal("w5"), rtol=1e-6)
    assert has_both.all()
    assert LINKED.flat_tags(6) == ["NOUN", "VERB", "DET", "PUNCT", "NOUN", "VERB"]


def test_a_turned_language_is_found_after_the_rotation_alone():
    probe = settings(
        Rotation,
        kind="rotation",
        train=BITEXT,
        words=BITEXT_WORDS,
        sentences=BITEXT,
        neighbors=3,
    )
    learned = [" ".join(WORDS[n : n + 3]) for n in range(30)]
    tested = [" ".join(WORDS[n::7]) for n in range(7)]
    data = RotationData(
        (learned, [text.upper() for text in learned]),
        LINKED,
        (tested, [text.upper() for text in tested]),
    )
    rows = probe.run(MadeEncoder(turned, equal), data)
    found = probe.nested(rows)
    for of in ("words", "sentences"):
        for direction in ("forward", "backward"):
            assert found[of][direction]["no"]["layer-1"]["accuracy"] < 0.5
            assert found[of][direction]["yes"]["layer-1"]["accuracy"] == 1.0
            assert found[of][direction]["no"]["layer-2"]["accuracy"] == 1.0
    assert len(probe.draw(rows).axes[0].lines) == 4


def test_procrustes_finds_the_turn():
    source = np.random.default_rng(4).normal(size=(50, 8))
    np.testing.assert_allclose(procrustes(source, source @ TURN), TURN, atol=1e-10)


def conllu(sentences) -> str:
    blocks = []
    for name, words in sentences.items():
        lines = [f"{n}\t{w}\t_\t{t}" + "\t_" * 6 for n, (w, t) in enumerate(words, start=1)]
        blocks.append("\n".join([f"# sent_id = {name}", *lines]) + "\n")
    return "\n".join(blocks)


def test_treebanks_are_matched_by_name_and_aligned(tmp_path):
    draw = np.random.default_rng(5)
    tags = {word: "NOUN" if n % 2 else "VERB" for n, word in enumerate(WORDS)}
    texts = {f"n{k}": draw.choice(WORDS, 5, replace=False) for k in range(80)}
    source = {name: [(w, tags[w]) for w in words] for name, words in texts.items()}
    target = {name: [(w.upper(), "X") for w in words] for name, words in texts.items()}
    target = dict(reversed(target.items())) | {"alone": [("W1", "X")]}
    source["untranslated"] = [("w1", "X")]
    (tmp_path / "s.conllu").write_text(conllu(source))
    (tmp_path / "t.conllu").write_text(conllu(target))
    values = {
        "kind": "treebanks",
        "source": {"format": "conllu", "language": "qaa", "path": str(tmp_path / "s.conllu")},
        "target": {"format": "conllu", "language": "en", "path": str(tmp_path / "t.conllu")},
    }
    linked = build(LinkedTreebanks, values, "test").read()
    assert linked.languages == "qaa-en"
    assert len(linked.links) == 80
    assert linked.counts == {"items": 80, "without_partner": 1}
    right = total = 0
    for one, other, tagged, links in zip(
        linked.sources, linked.targets, linked.tags, linked.links, strict=True
    ):
        assert [word.upper() for word in one] == list(other)
        assert [tags[word] for word in one] == list(tagged)
        right += sum(i == j for i, j in links)
        total += len(links)
    assert right >= 0.95 * total
    assert total >= 0.9 * 400


def test_gold_links_are_taken_where_there_are_some(tmp_path):
    (tmp_path / "gold.tsv").write_text("a b c\tA B C\t0-0 1-1 1-2\n")
    gold = {"format": "xl_wa", "path": str(tmp_path / "gold.tsv"), "source_language": "en",
            "target_language": "es"}  # fmt: skip
    probe = retrieval()
    own = probe.words[0].model_copy(
        update={"pairs": build(type(probe.words[0].pairs), {"name": "g", "gold": gold}, "test")}
    )
    assert own.read().links == [frozenset({(0, 0)})]  # b has two links


@pytest.mark.parametrize("most", [1, 3])
def test_a_pair_without_links_costs_nothing(most):
    data = LinkedWords("x-y", [("a",), *SOURCES], [("b",), *TARGETS], [frozenset(), *LINKS])
    assert linked_vectors(MadeEncoder(equal), data, most)[0].shape == (1, most, 8)
