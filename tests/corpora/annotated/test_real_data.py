"""Every labelled file of the real data, against counts that its README states or `grep` gives."""

import gzip
from collections import Counter

import pytest

NER = {"scheme": "IOB2", "names": ["PER", "ORG", "LOC", "DATE"], "repair": True}
# in these a blank line cuts one entity in two, whose second half begins with I-
CUT = {"hau/train.txt": 1, "hau/test.txt": 1, "yor/train.txt": 1, "yor/test.txt": 1}
CUT["lug/train.txt"] = 3  # counted by awk: I- after O or after another type
PUD = {"en": "English", "fr": "French", "de": "German", "hi": "Hindi", "ja": "Japanese"}
# the README of UD: sentences of each file
UYGHUR = {"train": 1656, "dev": 900, "test": 900}


def blocks(path):
    """Runs of lines that are not blank, counted without any of the readers."""
    data = path.read_bytes()
    lines = (gzip.decompress(data) if path.suffix == ".gz" else data).split(b"\n")
    before = [b"", *lines[:-1]]
    starts = (own.strip() and not last.strip() for last, own in zip(before, lines, strict=True))
    return sum(map(bool, starts))


def check(corpus, paths):
    """Reads all files; nothing is amiss, and there are as many sentences as runs of lines."""
    for path in paths:
        sentences, counts = corpus(path).read_all()
        repaired = CUT.get(f"{path.parent.name}/{path.name}", 0)
        assert counts == Counter({"repaired_label": repaired} if repaired else {}), path
        assert len(sentences) == blocks(path), path
        assert all(len(s.words) == len(s.labels) > 0 for s in sentences)


def test_masakhaner(shared_data, tagged):
    paths = sorted((shared_data / "masakhaner").glob("*/*.txt"))
    assert len(paths) == 21
    common = {"format": "conll", "tags": NER}
    check(lambda path: tagged(path=str(path), language=path.parent.name, **common), paths)


def test_panx(shared_data, tagged):
    pools = sorted((shared_data / "panx").glob("*.tsv.gz"))
    assert len(pools) == 7
    check(
        lambda path: tagged(format="panx", path=str(path), language=path.name.split(".")[1]), pools
    )
    for name in ("train", "dev", "test"):
        path = str(shared_data / "panx" / "swa" / f"{name}.txt")
        sentences, _ = tagged(format="panx", path=path, language="sw").read_all()
        assert len(sentences) == 1000


def test_parts_of_speech(shared_data, tagged):
    paths = sorted((shared_data / "pos" / "masakhapos").glob("*/*.txt.gz"))
    paths += sorted((shared_data / "pos" / "udpos").glob("*.tsv.gz"))
    assert len(paths) == 9 + 14
    small = [path for path in paths if path.stat().st_size < 300_000]
    check(
        lambda path: tagged(format="conll", path=str(path), language="und", tags={"names": "upos"}),
        small,
    )


def test_pud_is_parallel(shared_data, tagged):
    names = {}
    for language, name in PUD.items():
        pattern = str(shared_data / "pos" / "pud" / f"UD_{name}-PUD" / "*.conllu.gz")
        sentences, counts = tagged(format="conllu", path=pattern, language=language).read_all()
        assert not counts
        names[language] = [sentence.sent_id for sentence in sentences]
    assert len(names["en"]) == len(set(names["en"])) == 1000
    assert all(own == names["en"] for own in names.values())


def test_treebanks_of_uyghur_and_amharic(shared_data, tagged):
    folder = shared_data / "pos" / "ud"
    for name, count in UYGHUR.items():
        path = str(folder / "UD_Uyghur-UDT" / f"ug_udt-ud-{name}.conllu.gz")
        assert len(tagged(format="conllu", path=path, language="ug").read_all()[0]) == count
    path = str(folder / "UD_Amharic-ATT" / "am_att-ud-test.conllu.gz")
    assert len(tagged(format="conllu", path=path, language="am").read_all()[0]) == 1074


@pytest.mark.parametrize(("name", "count"), [("dev", 2490), ("test", 5010)])
def test_xnli(shared_data, labeled_pairs, name, count):
    for language in ("en", "de", "el", "bg", "sw"):
        path = str(shared_data / "xnli" / f"{name}-{language}.tsv.gz")
        pairs, _ = labeled_pairs(format="xnli", path=path, language=language).read_all()
        assert len(pairs) == count
        labels = [pair.label for pair in pairs]
        assert {labels.count(label) for label in set(labels)} == {count // 3}


def test_word_alignments(shared_data, aligned):
    folder = shared_data / "word_alignment"
    for name, count in (("enfr", 447), ("roen", 248)):
        paths = {
            "sentences": f"{folder}/{name}.src-tgt",
            "links": f"{folder}/{name}.gold",
        }
        pairs, _ = aligned(format="pharaoh", **paths, first_index=1).read_all()
        assert len(pairs) == count
    for language in ("bg", "es"):
        for name, count in (("dev", 105), ("test", 245), ("train", 1002)):
            path = str(folder / language / f"{name}.tsv")
            assert len(aligned(format="xl_wa", path=path).read_all()[0]) == count
