"""modules.json defines the vector: equal to numpy's after each round trip, or rejected by name."""

import json
import math
import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.bert_folder import SIZES
from tests.reference_bert import bert_states
from tests.tiny import tiny_encoder
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.conversion.layout_files import UnsupportedLayoutError
from tfmling.conversion.sentence_transformers import write as write_sentence_transformers

TYPES = "sentence_transformers.models"
TANH, IDENTITY = "torch.nn.modules.activation.Tanh", "torch.nn.modules.linear.Identity"


def write_modules(folder, *kinds: str, **configs):
    """modules.json with the Transformer first, and a config.json for each named module."""
    modules = [{"idx": 0, "name": "0", "path": "", "type": f"{TYPES}.Transformer"}]
    for number, kind in enumerate(kinds, start=1):
        path = f"{number}_{kind}"
        (folder / path).mkdir()
        if kind in configs:
            (folder / path / "config.json").write_text(json.dumps(configs[kind]))
        full = kind if "." in kind else f"{TYPES}.{kind}"
        modules.append({"idx": number, "name": str(number), "path": path, "type": full})
    (folder / "modules.json").write_text(json.dumps(modules))
    return folder


@pytest.fixture
def folder(hugging_face_folder, tmp_path):
    shutil.copytree(hugging_face_folder, tmp_path / "model")
    return tmp_path / "model"


def pooling(mode: str) -> dict:
    return {"word_embedding_dimension": SIZES.width, "pooling_mode": mode}


def dense(units: int, activation: str, **more) -> dict:
    config = {"in_features": SIZES.width, "out_features": units, "bias": True}
    return config | {"activation_function": activation} | more


def save_dense(path, units: int, seed: int = 4, bias: bool = True) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(seed)
    weights = {"linear.weight": draw.normal(size=(units, SIZES.width)).astype(np.float32)}
    if bias:
        weights["linear.bias"] = draw.normal(size=units).astype(np.float32)
    save_file(weights, path / "model.safetensors")
    return weights


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def mean_states(weights, inputs):
    states, _ = bert_states(weights, SIZES, inputs)
    mask = inputs["input_mask"][:, :, None]
    return (states[-1] * mask).sum(axis=1) / mask.sum(axis=1)


def assert_vectors(folder, inputs, expected, tmp_path) -> None:
    """As loaded, from our own folder, and from what is written for sentence-transformers."""
    encoder = load_encoder(str(folder))
    assert encoder.embedding_dim == expected.shape[1]
    np.testing.assert_allclose(encoder.embed(inputs), unit(expected), atol=1e-4)
    save_encoder(encoder, str(tmp_path / "ours"))
    again = load_encoder(str(tmp_path / "ours"))
    np.testing.assert_array_equal(again.embed(inputs), encoder.embed(inputs))
    write_sentence_transformers(again, str(tmp_path / "theirs"))
    once_more = load_encoder(str(tmp_path / "theirs"))
    np.testing.assert_array_equal(once_more.embed(inputs), encoder.embed(inputs))
    assert once_more.sentence_config == encoder.sentence_config


@pytest.mark.parametrize("activation", [TANH, IDENTITY])
@pytest.mark.parametrize("bias", [True, False])
def test_mean_and_dense(folder, bert_weights, token_inputs, tmp_path, activation, bias):
    config = dense(7, activation, bias=bias)
    write_modules(folder, "Pooling", "Dense", "Normalize", Pooling=pooling("mean"), Dense=config)
    own = save_dense(folder / "2_Dense", 7, bias=bias)
    expected = mean_states(bert_weights, token_inputs) @ own["linear.weight"].T
    expected = expected + own.get("linear.bias", 0)
    expected = np.tanh(expected) if activation == TANH else expected
    assert_vectors(folder, token_inputs, expected, tmp_path)


def test_a_residual_is_added(folder, bert_weights, token_inputs, tmp_path):
    config = dense(SIZES.width, "torch.nn.modules.activation.GELU", use_residual=True)
    write_modules(folder, "Pooling", "Dense", Pooling=pooling("mean"), Dense=config)
    own = save_dense(folder / "2_Dense", SIZES.width)
    pooled = mean_states(bert_weights, token_inputs)
    x = pooled @ own["linear.weight"].T + own["linear.bias"]
    expected = pooled + x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))
    assert_vectors(folder, token_inputs, expected, tmp_path)


def test_a_layer_norm(folder, bert_weights, token_inputs, tmp_path):
    write_modules(
        folder, "Pooling", "LayerNorm", Pooling=pooling("mean"), LayerNorm={"dimension": 12}
    )
    draw = np.random.default_rng(8)
    own = {f"norm.{name}": draw.normal(size=12).astype(np.float32) for name in ("weight", "bias")}
    save_file(own, folder / "2_LayerNorm" / "model.safetensors")
    pooled = mean_states(bert_weights, token_inputs)
    centred = pooled - pooled.mean(axis=1, keepdims=True)
    normed = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5)
    expected = normed * own["norm.weight"] + own["norm.bias"]
    assert_vectors(folder, token_inputs, expected, tmp_path)
    modules = json.loads((tmp_path / "theirs" / "modules.json").read_text())
    assert [module["type"].rpartition(".")[2] for module in modules] == [
        "Transformer", "Pooling", "LayerNorm",
    ]  # fmt: skip


def test_a_normalize_before_a_dense(folder, bert_weights, token_inputs, tmp_path):
    config = dense(5, IDENTITY)
    write_modules(folder, "Pooling", "Normalize", "Dense", Pooling=pooling("mean"), Dense=config)
    own = save_dense(folder / "3_Dense", 5)
    expected = unit(mean_states(bert_weights, token_inputs)) @ own["linear.weight"].T
    assert_vectors(folder, token_inputs, expected + own["linear.bias"], tmp_path)


def test_max_pooling(folder, bert_weights, token_inputs, tmp_path):
    write_modules(folder, "Pooling", "Normalize", Pooling={"pooling_mode_max_tokens": True})
    states, _ = bert_states(bert_weights, SIZES, token_inputs)
    seen = token_inputs["input_mask"][:, :, None] > 0
    expected = np.where(seen, states[-1], -np.inf).max(axis=1)
    assert_vectors(folder, token_inputs, expected, tmp_path)


def test_a_dense_that_is_not_the_pooler_leaves_the_pooler(
    folder, bert_weights, token_inputs, tmp_path
):
    write_modules(folder, "Pooling", "Dense", Pooling=pooling("cls"), Dense=dense(12, TANH))
    own = save_dense(folder / "2_Dense", 12)
    states, pooled = bert_states(bert_weights, SIZES, token_inputs)
    expected = np.tanh(states[-1][:, 0] @ own["linear.weight"].T + own["linear.bias"])
    assert_vectors(folder, token_inputs, expected, tmp_path)
    outputs = load_encoder(str(tmp_path / "theirs"))(token_inputs)
    np.testing.assert_allclose(outputs["pooled_output"], pooled, atol=1e-4)


def test_the_network_may_be_in_a_subfolder(folder, bert_weights, token_inputs, tmp_path):
    inner = folder / "0_Transformer"
    inner.mkdir()
    for path in [path for path in folder.iterdir() if path.is_file()]:
        path.rename(inner / path.name)
    write_modules(folder, "Pooling", Pooling=pooling("mean"))
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["path"] = "0_Transformer"
    (folder / "modules.json").write_text(json.dumps(modules))
    assert_vectors(folder, token_inputs, mean_states(bert_weights, token_inputs), tmp_path)


def test_length_case_and_prompts_are_kept(folder, tmp_path):
    write_modules(folder, "Pooling", "Normalize", Pooling=pooling("mean"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": False}))
    settings = {"max_seq_length": 7, "do_lower_case": True}
    (folder / "sentence_bert_config.json").write_text(json.dumps(settings))
    said = {"prompts": {"query": "q: ", "document": ""}, "similarity_fn_name": "dot"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(said))
    encoder = load_encoder(str(folder))
    for _ in range(2):
        assert encoder.max_text_length == 7
        assert encoder.vocabulary.split_options == (True, False, True)
        assert encoder.sentence_config == {
            "prompts": {"query": "q: "}, "similarity_fn_name": "dot", "normalize": True
        }  # fmt: skip
        write_sentence_transformers(encoder, str(tmp_path / "theirs"))
        save_encoder(load_encoder(str(tmp_path / "theirs")), str(tmp_path / "ours"))
        encoder = load_encoder(str(tmp_path / "ours"))


def test_a_length_without_positions_is_named(folder, capsys):
    write_modules(folder, "Pooling", Pooling=pooling("mean"))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 512}))
    assert load_encoder(str(folder)).max_text_length == SIZES.positions
    assert "max_seq_length 512 is read as 16" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kinds", "configs", "message"),
    [
        (["Pooling", "CNN"], {}, r"modules\.json: type: expected .*CNN"),
        (["Pooling", "my_code.Dense"], {}, "type: expected .*'my_code.Dense'"),
        (["Dense"], {}, "expected a Pooling after the Transformer, got Dense"),
        ([], {}, "expected a Pooling after the Transformer, got none"),
        (["Pooling", "Pooling"], {}, "after the first Pooling, got Pooling"),
        (["Pooling"], {"Pooling": pooling("median")}, r"1_Pooling/config\.json: expected one"),
        (
            ["Pooling"],
            {"Pooling": {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": True}},
            r"expected one pooling mode .*\['cls', 'mean'\]",
        ),
        (
            ["Pooling", "Dense"],
            {"Dense": dense(4, "torch.nn.modules.activation.SELU")},
            r"2_Dense/config\.json: activation_function: expected .*SELU",
        ),
        (
            ["Pooling", "Dense"],
            {"Dense": dense(4, TANH, module_input_name="token_embeddings")},
            "module_input_name: expected 'sentence_embedding'",
        ),
        (["Pooling", "Dense"], {"Dense": dense(4, TANH)}, r"model\.safetensors: no such file"),
        (["Pooling", "Dense"], {}, r"2_Dense/config\.json: no such file"),
    ],
)
def test_unsupported_modules_are_rejected_by_name(folder, kinds, configs, message):
    write_modules(folder, *kinds, **({"Pooling": pooling("mean")} | configs))
    with pytest.raises(UnsupportedLayoutError, match=message):
        load_encoder(str(folder))


def test_a_dense_of_another_width_is_rejected(folder):
    write_modules(folder, "Pooling", "Dense", Pooling=pooling("mean"), Dense=dense(4, TANH))
    save_dense(folder / "2_Dense", 5)
    with pytest.raises(UnsupportedLayoutError, match=r"Dense/model\.safetensors: expected linear"):
        load_encoder(str(folder))


def test_lost_modules_are_named(folder):
    write_modules(folder, "Pooling", Pooling=pooling("mean"))
    (folder / "modules.json").unlink()
    with pytest.raises(UnsupportedLayoutError, match=r"modules\.json: no such file, though 1_Pool"):
        load_encoder(str(folder))


def test_a_dropout_is_named_as_ignored(folder, capsys):
    write_modules(folder, "Pooling", "Dropout", Pooling=pooling("mean"))
    load_encoder(str(folder))
    assert "Dropout is ignored" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "values", "message"),
    [
        (
            "config_sentence_transformers.json",
            {"prompts": {"q": "query: "}, "default_prompt_name": "q"},
            "default_prompt_name: expected none, got 'q'",
        ),
        ("config_sentence_transformers.json", {"model_type": "SparseEncoder"}, "model_type"),
        ("sentence_bert_config.json", {"max_seq_length": "many"}, "max_seq_length: expected"),
        ("sentence_bert_config.json", {"transformer_task": "fill-mask"}, "transformer_task"),
        (
            "sentence_bert_config.json",
            {"tokenizer_args": {"do_lower_case": False}},
            "tokenizer_args: expected none",
        ),
        (
            "sentence_bert_config.json",
            {"config_kwargs": {"hidden_act": "relu"}},
            "config_kwargs: expected none",
        ),
        (
            "sentence_bert_config.json",
            {"processing_kwargs": {"text": {"max_length": 5}}},
            "processing_kwargs: expected none",
        ),
        ("config_sentence_transformers.json", {"truncate_dim": 4}, "truncate_dim: expected none"),
    ],
)
def test_settings_that_change_the_vector_are_rejected_by_key(folder, file, values, message):
    write_modules(folder, "Pooling", Pooling=pooling("mean"))
    (folder / file).write_text(json.dumps(values))
    with pytest.raises(UnsupportedLayoutError, match=f"{file}: .*{message}|{file}: {message}"):
        load_encoder(str(folder))


def test_pooling_without_the_prompt_is_rejected_if_there_are_prompts(folder):
    config = pooling("mean") | {"include_prompt": False}
    write_modules(folder, "Pooling", Pooling=config)
    load_encoder(str(folder))
    said = {"prompts": {"q": "query: "}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(said))
    with pytest.raises(UnsupportedLayoutError, match="include_prompt: expected true"):
        load_encoder(str(folder))


def test_no_modules_are_lost_when_an_encoder_is_copied(folder, token_inputs):
    from tfmling.modeling.stack import stack_layers
    from tfmling.vocab.embedding_init import RandomInitializer
    from tfmling.vocab.resize import enlarge_encoder, trim_encoder

    write_modules(folder, "Pooling", "Dense", Pooling=pooling("max"), Dense=dense(4, TANH))
    save_dense(folder / "2_Dense", 4)
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 9}))
    encoder = load_encoder(str(folder))
    longer = encoder.vocabulary.with_pieces(["neno"])
    copies = [
        enlarge_encoder(encoder, longer, RandomInitializer(), 1),
        trim_encoder(encoder, encoder.vocabulary),
        encoder.frozen_copy(),
        stack_layers(encoder, 3),
    ]
    for copy in copies:
        np.testing.assert_array_equal(copy.embed(token_inputs), encoder.embed(token_inputs))
        assert (copy.pooling, copy.max_text_length, copy.embedding_dim) == ("max", 9, 4)


def test_layers_are_trained_and_saved(tmp_path):
    from tfmling.modeling.sentence_layers import SentenceDense

    encoder = tiny_encoder()
    layer = SentenceDense(16, 6, "tanh", use_bias=True)
    encoder.sentence_layers.append(layer)
    assert {id(layer.kernel), id(layer.bias)} <= {id(v) for v in encoder.trainable_variables}
    layer.kernel.assign(layer.kernel + 1.0)
    save_encoder(encoder, str(tmp_path))
    kept = load_file(tmp_path / "sentence_layers.safetensors")
    np.testing.assert_array_equal(kept["0/linear.weight"], layer.kernel)
