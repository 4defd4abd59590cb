"""Reading alignment sets."""

from tfmling.alignment.read_pairs import lowercase_words, read_pairs
from tfmling.alignment.settings import AlignmentSet
from tfmling.core import config


def bitext(path, **changes):
    own = {"format": "tsv_pairs", "source_language": "en", "target_language": "fr", "path": path}
    return {"bitext": own, **changes}


def test_texts_are_split_into_words_and_bad_ones_counted(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("It's me.\tC'est moi.\n \tRien\nno columns\na b c d e f\tx\n")
    settings = config.build(
        AlignmentSet, {"name": "a", "texts": [bitext(str(path))], "max_words": 5}, "test"
    )
    pairs = read_pairs(settings)
    assert pairs.sources == [("It", "'", "s", "me", ".")]
    assert pairs.targets == [("C", "'", "est", "moi", ".")]
    assert pairs.gold is None
    assert pairs.counts == {
        "pairs_of_texts": 1,
        "empty_sentence": 1,
        "missing_columns": 1,
        "too_many_words": 1,
    }


def test_gold_is_aligned_and_texts_are_for_training(tmp_path):
    (tmp_path / "gold.tsv").write_text("It's me .\tC'est moi .\t0-0 1-1\n")
    (tmp_path / "text.tsv").write_text("well-known facts\tfaits connus\n")
    gold = {"format": "xl_wa", "source_language": "en", "target_language": "fr"}
    settings = config.build(
        AlignmentSet,
        {
            "name": "a",
            "gold": gold | {"path": str(tmp_path / "gold.tsv")},
            "texts": [bitext(str(tmp_path / "text.tsv"), words_are_split=True)],
        },
        "test",
    )
    pairs = read_pairs(settings)
    assert pairs.sources == [("It's", "me", ".")]
    assert pairs.more_sources == [("well-known", "facts")]
    assert [pair.sure for pair in pairs.gold] == [{(0, 0), (1, 1)}]
    assert pairs.counts == {"pairs_of_texts": 1, "pairs_of_gold": 1}


def test_lowercase_words():
    assert lowercase_words([("ÉTÉ", "İs")]) == [("été", "i̇s")]
