"""Tokenizer files: honoured, with the pieces of the library `tokenizers`, or rejected by key."""

import json

import pytest
import tensorflow as tf
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from tests.bert_folder import PIECES
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.conversion.hugging_face.write import write as write_hugging_face
from tfmling.conversion.layout_files import UnsupportedLayoutError
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.word_piece_vocabulary import VocabularyError

# 40 pieces with accents, capitals and CJK
WORDS = [
    *PIECES[:5],
    *"abcé",
    "B",
    "É",
    "山",
    "水",
    "山水",
    "##b",
    "##é",
    "##e",
    "e",
    "##水",
    "##山",
]
WORDS += [f"[unused{n}]" for n in range(40 - len(WORDS))]
TEXTS = ["abé É", "BÉ cé", "山水", "a山b水", "山水a", "É É", "e b"]


def fast_tokenizer(**options) -> dict:
    made = Tokenizer(
        models.WordPiece({piece: n for n, piece in enumerate(WORDS)}, unk_token="[UNK]")
    )
    made.normalizer = normalizers.BertNormalizer(**options)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return json.loads(made.to_str())


def vocabulary_text() -> str:
    return "".join(f"{piece}\n" for piece in WORDS)


@pytest.mark.parametrize("lowercase", [True, False])
@pytest.mark.parametrize("strip", [True, False, None])
@pytest.mark.parametrize("chinese", [True, False])
def test_pieces_are_those_of_tokenizers(changed, tmp_path, lowercase, strip, chinese):
    said = {
        "do_lower_case": lowercase,
        "strip_accents": strip,
        "tokenize_chinese_chars": chinese,
        "tokenizer_class": "BertTokenizer",
    }
    fast = fast_tokenizer(lowercase=lowercase, strip_accents=strip, handle_chinese_chars=chinese)
    theirs = Tokenizer.from_str(json.dumps(fast))
    expected = [theirs.encode(text, add_special_tokens=False).tokens for text in TEXTS]
    encoder = load_encoder(str(changed(tokenizer=said, vocab__txt=vocabulary_text())))
    _assert_cuts(encoder, expected)
    save_encoder(encoder, str(tmp_path / "ours"))
    again = load_encoder(str(tmp_path / "ours"))
    _assert_cuts(again, expected)
    write_hugging_face(again, str(tmp_path / "theirs"))
    _assert_cuts(load_encoder(str(tmp_path / "theirs")), expected)


def _assert_cuts(encoder, expected) -> None:
    vocabulary = encoder.vocabulary
    ids = build_tokenizer(vocabulary)(tf.constant(TEXTS)).to_list()
    assert [[vocabulary.pieces[i] for i in row] for row in ids] == expected
    assert [vocabulary.tokenize(text) for text in TEXTS] == expected


def test_tokenizer_json_alone_is_enough(changed):
    fast = fast_tokenizer(lowercase=False, strip_accents=False, handle_chinese_chars=False)
    fast["post_processor"] = {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}
    said = {"do_lower_case": None, "tokenizer_class": "PreTrainedTokenizerFast"}
    folder = changed(tokenizer=said, tokenizer__json=fast)
    (folder / "vocab.txt").unlink()
    vocabulary = load_encoder(str(folder)).vocabulary
    assert (list(vocabulary.pieces), vocabulary.split_options) == (WORDS, (False, False, False))


def test_without_a_tokenizer_config_text_is_lowercased_as_transformers_does(changed, capsys):
    folder = changed()
    (folder / "tokenizer_config.json").unlink()
    assert load_encoder(str(folder)).vocabulary.split_options == (True, True, True)
    assert "no do_lower_case: text is lower-cased" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "fast"),
    [
        ({"do_lower_case": True}, {"lowercase": False}),
        ({"do_lower_case": None}, {"lowercase": False}),
        ({"do_lower_case": True}, {"lowercase": True, "strip_accents": False}),
        ({"do_lower_case": False, "strip_accents": True}, {"lowercase": False}),
        ({"do_lower_case": True, "tokenize_chinese_chars": False}, {"lowercase": True}),
    ],
)
def test_files_that_disagree_are_rejected(changed, said, fast):
    options = {"strip_accents": None, "handle_chinese_chars": True} | fast
    folder = changed(
        tokenizer=said, tokenizer__json=fast_tokenizer(**options), vocab__txt=vocabulary_text()
    )
    with pytest.raises(UnsupportedLayoutError, match=r"expected what tokenizer\.json says"):
        load_encoder(str(folder))


def test_two_vocabularies_that_disagree_are_rejected(changed):
    folder = changed(tokenizer__json=fast_tokenizer(lowercase=True, strip_accents=None))
    with pytest.raises(UnsupportedLayoutError, match=r"vocab\.txt: expected the pieces .* piece 8"):
        load_encoder(str(folder))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tokenizer_class", "BertJapaneseTokenizer"),
        ("tokenizer_class", "PreTrainedTokenizerFast"),
        ("tokenizer_class", "RobertaTokenizer"),
        ("word_tokenizer_type", "mecab"),
        ("subword_tokenizer_type", "character"),
        ("never_split", ["ab"]),
        ("do_basic_tokenize", False),
        ("padding_side", "left"),
        ("truncation_side", "left"),
        ("cls_token", "[BOS]"),
        ("pad_token", {"content": "<pad>", "lstrip": False}),
        ("model_max_length", "long"),
        ("auto_map", {"AutoTokenizer": ["x.Y", None]}),
    ],
)
def test_settings_that_change_pieces_are_rejected_by_key(changed, key, value):
    with pytest.raises(UnsupportedLayoutError, match=rf"tokenizer_config\.json: {key}: expected"):
        load_encoder(str(changed(tokenizer={key: value})))


def test_a_tokenizer_class_of_config_json_is_rejected(changed):
    folder = changed({"tokenizer_class": "BertJapaneseTokenizer"}, {"tokenizer_class": None})
    with pytest.raises(UnsupportedLayoutError, match=r"/config\.json: tokenizer_class: expected"):
        load_encoder(str(folder))


def test_special_tokens_of_other_names_are_rejected(changed):
    folder = changed(special_tokens_map__json={"sep_token": "</s>"})
    with pytest.raises(UnsupportedLayoutError, match=r"special_tokens_map\.json: sep_token"):
        load_encoder(str(folder))


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("added_tokens.json", {"mpya": 40}),
        ("special_tokens_map.json", {"additional_special_tokens": ["mpya"]}),
        ("tokenizer_config.json", {"added_tokens_decoder": {"40": {"content": "mpya"}}}),
    ],
)
def test_added_tokens_are_rejected_by_name(changed, file, content):
    folder = changed(**{file.replace(".", "__"): content})
    with pytest.raises(UnsupportedLayoutError, match=rf"{file}: added tokens: .*'mpya'"):
        load_encoder(str(folder))


def test_added_tokens_that_are_the_special_ones_pass(changed):
    folder = changed(added_tokens__json={"[MASK]": 4, "[PAD]": 0})
    assert load_encoder(str(folder)).vocabulary.mask_id == 4


def test_a_special_token_of_another_id_is_rejected(changed):
    with pytest.raises(UnsupportedLayoutError, match=r"'\[MASK\]': expected the id 4"):
        load_encoder(str(changed(added_tokens__json={"[MASK]": 7})))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("model", "type"), "BPE", "model.type: expected WordPiece or Unigram, got 'BPE'"),
        (("model", "continuing_subword_prefix"), "@@", "continuing_subword_prefix: expected"),
        (("model", "max_input_chars_per_word"), 10, "max_input_chars_per_word: expected 100"),
        (("normalizer",), {"type": "Lowercase"}, "normalizer: expected BertNormalizer"),
        (("normalizer", "clean_text"), False, "clean_text: expected True"),
        (("pre_tokenizer",), {"type": "Whitespace"}, "pre_tokenizer: expected BertPreTokenizer"),
        (
            ("post_processor",),
            {
                "type": "TemplateProcessing",
                "single": [
                    {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 1}},
                    {"SpecialToken": {"id": "[SEP]", "type_id": 1}},
                ],
            },
            r"post_processor\.single: expected type_id 0, got 1",
        ),
        (
            ("post_processor",),
            {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[MASK]", 4]},
            r"post_processor: expected \[CLS\] A \[SEP\], got \[MASK\]",
        ),
    ],
)
def test_parts_of_tokenizer_json_that_change_pieces(changed, path, value, message):
    fast = fast_tokenizer(lowercase=True, strip_accents=None)
    place = fast
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    folder = changed(tokenizer__json=fast, vocab__txt=vocabulary_text())
    with pytest.raises(UnsupportedLayoutError, match=rf"tokenizer\.json: {message}"):
        load_encoder(str(folder))


@pytest.mark.parametrize("ending", ["\r\n", "\n\n\n", ""])
def test_line_ends_of_a_vocabulary(changed, ending):
    lines = "\r\n".join(PIECES) if ending == "\r\n" else "\n".join(PIECES)
    folder = changed()
    (folder / "vocab.txt").write_bytes(("﻿" + lines + ending).encode())
    assert list(load_encoder(str(folder)).vocabulary.pieces) == PIECES


def test_dead_lines_of_a_vocabulary_keep_their_ids(changed, capsys):
    lines = [*PIECES]
    lines[7], lines[9] = "", "a"  # "a" also is line 6, which transformers reads as the later one
    vocabulary = load_encoder(str(changed(vocab__txt="\n".join(lines)))).vocabulary
    assert vocabulary.piece_to_id("a") == 9
    assert (vocabulary.pieces[5], vocabulary.pieces[7]) == ("[unused1]", "[unused2]")
    assert "vocab.txt:6: 2 lines are empty or repeated" in capsys.readouterr().err


def test_a_missing_special_piece_is_named(changed):
    with pytest.raises(VocabularyError, match=r"vocab\.txt: no \[MASK\]"):
        load_encoder(str(changed(vocab__txt="\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a"]))))


def test_the_longest_text_of_the_tokenizer_is_kept(changed, tmp_path):
    encoder = load_encoder(str(changed(tokenizer={"model_max_length": 9})))
    assert (encoder.max_text_length, encoder.max_sequence_length) == (9, 16)
    save_encoder(encoder, str(tmp_path / "ours"))
    write_hugging_face(load_encoder(str(tmp_path / "ours")), str(tmp_path / "theirs"))
    assert load_encoder(str(tmp_path / "theirs")).max_text_length == 9
    unlimited = changed(tokenizer={"model_max_length": 1e30}, name="unlimited")
    assert load_encoder(str(unlimited)).max_text_length == 16


@pytest.mark.parametrize("value", [[], -1, "x", [1], [None], {"a": 1}])
@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("config.json", ("hidden_act",)),
        ("tokenizer_config.json", ("added_tokens_decoder",)),
        ("tokenizer.json", ("added_tokens",)),
        ("tokenizer.json", ("normalizer",)),
        ("tokenizer.json", ("pre_tokenizer",)),
        ("tokenizer.json", ("post_processor",)),
        ("tokenizer.json", ("model", "vocab")),
    ],
)
def test_values_of_other_types_are_named_with_their_file(changed, file, path, value):
    fast = fast_tokenizer(lowercase=True, strip_accents=None)
    folder = changed(tokenizer__json=fast, vocab__txt=vocabulary_text())
    values = json.loads((folder / file).read_text())
    place = values
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    (folder / file).write_text(json.dumps(values))
    if value == [] and path[-1] in ("added_tokens", "added_tokens_decoder", "post_processor"):
        return  # as good as none
    with pytest.raises(UnsupportedLayoutError, match=str(folder)):
        load_encoder(str(folder))
