"""`tfmling new` writes files that commands read once they are filled in."""

import re

import pytest
import yaml

from tfmling.cli.main import main
from tfmling.core.commands import COMMANDS, load
from tfmling.recipes.plan import load_recipe, plan_stages

TEMPLATES = [name for name, each in COMMANDS.items() if each.settings and not each.runs_stages]


def fails(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("name", TEMPLATES)
def test_required_keys_are_empty_and_others_commented_out(name, tmp_path):
    path = tmp_path / "a.yaml"
    main(["new", name, "--output", str(path)])
    fields = load(COMMANDS[name].settings).model_fields
    found = yaml.safe_load(path.read_text())
    assert set(found) == {key for key, field in fields.items() if field.is_required()}
    text = re.sub(r"^#(?! )", "", path.read_text(), flags=re.MULTILINE)
    everything = yaml.safe_load(re.sub(r"^#  ", "  ", text, flags=re.MULTILINE))
    assert list(everything) == list(fields)
    for key, field in fields.items():
        if isinstance(field.default, int | str | list):
            assert everything[key] == field.default


def test_a_mapping_has_its_keys_in_each_place(tmp_path):
    path = tmp_path / "a.yaml"
    main(["new", "mine_bitext", "--output", str(path)])
    found = yaml.safe_load(path.read_text())
    assert found["source"] == found["target"] == {"language": None}


def test_an_existing_file_is_kept(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.yaml").write_text("mine")
    assert fails(["new", "train"], capsys).startswith("train.yaml: exists; expected the name of")
    assert (tmp_path / "train.yaml").read_text() == "mine"


def test_an_unknown_template_names_the_nearest(capsys):
    assert "unknown template 'trian'; did you mean 'train'?" in fails(["new", "trian"], capsys)


def test_a_recipe_says_which_variables_to_fill_in(tmp_path, capsys):
    path = str(tmp_path / "a.yaml")
    main(["new", "add_a_language", "--output", path])
    said = fails(["run", path], capsys)
    assert "variables without a value: language, text, translations, test; fill them in" in said


@pytest.mark.slow
def test_add_a_language_needs_four_variables(tmp_path, monkeypatch):
    """Two constructed languages; the base knows the first of them a little."""
    monkeypatch.chdir(tmp_path)
    assignments = ["sentences_a=300", "sentences_b=600", "train_pairs=600", "test_pairs=60"]
    main(["construct_corpus", "--output", "corpus", *(f"--{a}" for a in assignments)])
    for part in ("train", "test"):
        sides = [(tmp_path / f"corpus/{part}.{side}").read_text().splitlines() for side in "ba"]
        (tmp_path / f"{part}.tsv").write_text(
            "".join(f"{b}\t{a}\n" for b, a in zip(*sides, strict=True))
        )
    write_base(tmp_path)
    main(["new", "add_a_language", "--output", "mine.yaml"])
    text = (tmp_path / "mine.yaml").read_text()
    values = {"language": "qab", "text": "corpus/b.txt", "translations": "train.tsv"}
    for name, value in {**values, "test": "test.tsv"}.items():
        text, found = re.subn(rf"^  {name}:  #", f"  {name}: {value}  #", text, flags=re.MULTILINE)
        assert found == 1
    (tmp_path / "mine.yaml").write_text(text)
    ours = ["variables.known=qaa", "variables.base=base", "report.title=B"]
    short = [f"stages.{stage}.config.steps=40" for stage in ("masked_lm", "sentence_encoder")]
    main(["run", "mine.yaml", *(x for each in ours + short for x in ("--set", each))])
    assert (tmp_path / "runs/my_language/report.html").exists()
    assert (tmp_path / "runs/my_language/export/sentence_encoder").is_dir()
    [stage] = [
        stage
        for stage in plan_stages(load_recipe("mine.yaml", ours), "mine.yaml")
        if stage.name == "masked_lm"
    ]
    assert stage.settings.steps == 160  # which the test has shortened


def write_base(folder):
    """A small encoder of language A, as the folder `base`."""
    (folder / "a.yaml").write_text(
        """
output: base_recipe
stages:
  - name: text
    command: build_monolingual
    config:
      corpora: [{format: plain_text, language: qaa, path: corpus/a.txt}]
      segment_pairs: null
  - {name: words, command: count_words, config: {records: ["${stages.text}"], lowercase: true}}
  - name: vocabulary
    command: extend_vocab
    config:
      base: {kind: empty, lowercase: true}
      word_counts: ["${stages.words}"]
      learner: {kind: bpe, vocabulary_size: 300}
  - name: encoder
    command: train
    config:
      output: base
      encoder: {kind: new, vocabulary: "${stages.vocabulary}", lowercase: true, num_layers: 1,
                hidden_dim: 32, num_heads: 2, intermediate_dim: 64, max_sequence_length: 64}
      tasks:
        - {name: mlm, kind: masked_lm, inputs: {kind: sentences, records: ["${stages.text}"],
           max_length: 24, global_batch_size: 32}}
      steps: 20
      checkpoint_every: 20
"""
    )
    main(["run", "a.yaml"])
