"""Errors in settings name the file, the key, what was expected, and the closest known key."""

import json
import resource
import subprocess
import sys
import uuid
from typing import Annotated, Literal

import pydantic
import pytest

from tfmling.cli.main import main
from tfmling.cli.parser import load_settings, parse_options
from tfmling.core import config, files, storage
from tfmling.core.commands import COMMANDS, Command, load
from tfmling.core.config import ConfigError, InputPath, OutputPath, Settings


class Small(Settings):
    kind: Literal["small"]
    rate: float = 0.5


class Large(Settings):
    kind: Literal["large"]
    margin: float = 0.3
    corpus: InputPath | None = None


class Loop(Settings):
    steps: int = 10
    language: str = "sw"
    strategy: Literal["one_device", "mirrored"] = "one_device"


class Example(Settings):
    output: OutputPath
    tasks: list[Annotated[Small | Large, pydantic.Field(discriminator="kind")]] = []
    loop: Loop = Loop()
    maybe: Loop | None = None
    models: dict[str, InputPath] = {}
    loops: dict[str, Loop] = {}
    either: list[str] | Loop = []


def build(**values):
    return config.build(Example, {"output": "out"} | values, "f.yaml")


def problem_of(**values):
    with pytest.raises(ConfigError) as caught:
        build(**values)
    return str(caught.value)


@pytest.fixture
def yaml_file(tmp_path):
    def write(text):
        path = tmp_path / "settings.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.mark.parametrize(
    "command", ["train", "extend_vocab", "trim_vocab", "convert_encoder", "train_tagger"]
)
def test_what_libraries_write_is_local(command):
    with pytest.raises(ConfigError, match=r"output: expected a local folder .* got memory:"):
        config.build(load(COMMANDS[command].settings), {"output": "memory://b/out"}, "f.yaml")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"outptu": 1}, "f.yaml: outptu: unknown key; did you mean 'output'?"),
        ({"loop": {"step": 3}}, "f.yaml: loop.step: unknown key; did you mean 'steps'?"),
        ({"maybe": {"stps": 3}}, "f.yaml: maybe.stps: unknown key; did you mean 'steps'?"),
        ({"loops": {"a": {"stps": 3}}}, "f.yaml: loops.a.stps: unknown key; did you mean 'steps'?"),
        (
            {"tasks": [{"kind": "small"}, {"kind": "large", "margn": 1}]},
            "f.yaml: tasks.1.margn: unknown key; did you mean 'margin'?",
        ),
        (
            {"tasks": [{"kind": "small", "margin": 1}]},
            "f.yaml: tasks.0.margin: unknown key; known: kind, rate",
        ),
        (
            {"tasks": [{"kind": "medium"}]},
            "f.yaml: tasks.0.kind: unknown kind 'medium'; expected one of: large, small",
        ),
        (
            {"tasks": [{"rate": 1}]},
            "f.yaml: tasks.0.kind: this key is required and was not given; "
            "expected one of: large, small",
        ),
        ({"tasks": 3}, "f.yaml: tasks: expected a valid list; got 3"),
        ({"loop": "fast"}, "f.yaml: loop: expected a mapping of keys; got 'fast'"),
        (
            {"loop": {"steps": "many"}},
            "f.yaml: loop.steps: expected a valid integer, unable to parse string as an integer; "
            "got 'many'",
        ),
        (
            {"loop": {"strategy": "tpu"}},
            "f.yaml: loop.strategy: expected 'one_device' or 'mirrored'; got 'tpu'",
        ),
        (
            {"loop": {"language": False}},  # what YAML makes of Norwegian
            "f.yaml: loop.language: expected a valid string; got False "
            "(YAML reads no, yes, on and off as booleans: put it in quotes)",
        ),
    ],
)
def test_a_wrong_value_is_described(values, message):
    assert problem_of(**values) == message


def test_all_errors_are_reported_together():
    lines = problem_of(loop={"step": 1}, models={"base": "/no/such/folder"}).splitlines()
    assert lines == [
        "f.yaml: loop.step: unknown key; did you mean 'steps'?",
        "f.yaml: models.base: no such file or folder: '/no/such/folder'",
    ]


def test_required_key():
    with pytest.raises(ConfigError, match=r"^f.yaml: output: this key is required"):
        config.build(Example, {}, "f.yaml")


def test_settings_do_not_change():
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        build().output = "elsewhere"


def test_inputs_must_exist_unless_they_are_written_first(tmp_path):
    missing = f"{tmp_path}/records/en.tfrecord"
    assert "no such file or folder" in problem_of(models={"a": missing})
    values = {"output": "out", "models": {"a": missing}}
    config.build(Example, values, "f.yaml", check_inputs=False)
    config.build(Example, values, "f.yaml", made_before=[f"{tmp_path}/records"])
    with pytest.raises(ConfigError):  # records_2 is not below records
        config.build(
            Example,
            {"output": "out", "models": {"a": f"{tmp_path}/records_2/x"}},
            "f.yaml",
            made_before=[f"{tmp_path}/records"],
        )


@pytest.mark.parametrize("path", ["package:no_such_package/model", "nosuchprotocol://bucket/x"])
def test_inputs_that_cannot_be_looked_up_are_named(path):
    assert problem_of(models={"base": path}).startswith("f.yaml: models.base: ")


def test_a_file_system_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(storage.SCHEMES, "gs", ("no_such_package", "-e '.[gcs]'"))
    assert problem_of(models={"a": "gs://b/c"}) == (
        "f.yaml: models.a: gs://b/c: gs:// needs the package no_such_package: "
        "pip install -e '.[gcs]'"
    )


def test_remote_inputs_are_looked_for_when_the_job_begins():
    folder = f"memory://{uuid.uuid4().hex}"
    settings = build(models={"a": f"{folder}/a.txt", "b": f"{folder}/b.txt"})
    files.write_text(f"{folder}/a.txt", "x")
    with pytest.raises(ConfigError, match=f"^{folder}/b.txt: no such file or folder$"):
        config.require_remote_inputs(settings)
    config.require_remote_inputs(settings, made_before=[folder])
    files.write_text(f"{folder}/b.txt", "x")
    config.require_remote_inputs(settings)


def test_a_command_ends_before_its_work_where_a_remote_input_is_missing(yaml_file, example):
    path = yaml_file("output: out\nmodels: {a: 'memory://nowhere/a.txt'}\n")
    with pytest.raises(ConfigError, match=r"^memory://nowhere/a\.txt: no such file or folder$"):
        load_settings(example, parse_options(example, ["--config", path]))


def test_patterns_are_inputs_too(tmp_path):
    (tmp_path / "a.txt").touch()
    assert build(models={"a": f"{tmp_path}/*.txt"}).models == {"a": f"{tmp_path}/*.txt"}
    assert "no such file" in problem_of(models={"a": f"{tmp_path}/*.tsv"})


def test_paths_by_role(tmp_path):
    settings = build(
        tasks=[{"kind": "small"}, {"kind": "large", "corpus": "/"}, {"kind": "large"}],
        models={"a": str(tmp_path), "b": "/"},
    )
    assert config.paths(settings, "output") == ["out"]
    assert config.paths(settings, "input") == ["/", str(tmp_path), "/"]


def test_overrides():
    settings = {
        "tasks": [{"name": "mlm", "rate": 1}, {"name": "translation"}],
        "maybe": None,
        "loop": {"steps": 5},
    }
    changed = config.apply_overrides(
        settings,
        [
            "loop.steps=7",
            "tasks.0.rate=0.5",
            "tasks.translation.rate=2",
            "maybe.steps=1",
            "new.a=[1]",
        ],
    )
    assert changed == {
        "tasks": [{"name": "mlm", "rate": 0.5}, {"name": "translation", "rate": 2}],
        "maybe": {"steps": 1},
        "loop": {"steps": 7},
        "new": {"a": [1]},
    }
    assert settings["loop"] == {"steps": 5}


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("loop.steps", "expected key.path=value"),
        ("=3", "expected key.path=value"),
        ("loop.steps=[", "not readable as YAML"),
        ("loop.steps.x=3", "loop.steps is 5 and has no keys"),
        (
            "tasks.2.rate=1",
            r"tasks is a list of 1; expected a position from 0 to 0 or a name \(mlm\)",
        ),
        ("tasks.1.rate=1", "expected a position"),
        ("tasks.-1.rate=1", "expected a position"),
    ],
)
def test_wrong_overrides(override, message):
    values = {"loop": {"steps": 5}, "tasks": [{"name": "mlm"}]}
    with pytest.raises(ConfigError, match=message) as caught:
        config.apply_overrides(values, [override])
    assert str(caught.value).startswith(f"--set {override}: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n- b\n", "expected a mapping of keys at the top, got list"),
        ("", "expected a mapping of keys at the top, got NoneType"),
        ("a: [1\nb: 2\n", "line 2"),
        ("a: 1\nb: 2\na: 3\n", "the key 'a' is repeated; it first occurs in line 1"),
        ("a: !!python/object/apply:os.getcwd []\n", "could not determine a constructor"),
    ],
)
def test_unreadable_yaml(yaml_file, text, message):
    path = yaml_file(text)
    with pytest.raises(ConfigError, match=message) as caught:
        config.read_yaml(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_unreadable_files(tmp_path):
    (tmp_path / "latin1.yaml").write_bytes("a: é".encode("latin-1"))
    for path in ("missing.yaml", ".", "latin1.yaml"):
        with pytest.raises(ConfigError, match=f"^{tmp_path}/{path}:"):
            config.read_yaml(f"{tmp_path}/{path}")


def test_settings_in_latin1_are_rejected_by_line(tmp_path):
    (tmp_path / "a.yaml").write_bytes("a: 1\nb: café\n".encode("latin-1"))
    with pytest.raises(ConfigError) as caught:
        config.read_yaml(f"{tmp_path}/a.yaml")
    assert str(caught.value) == (
        f"{tmp_path}/a.yaml:2: expected UTF-8, got b'a: 1\\nb: caf\\xe9\\n' (invalid continuation "
        "byte at byte 11); save the file in UTF-8"
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_settings_with_a_byte_order_mark(tmp_path, encoding):
    (tmp_path / "a.yaml").write_bytes("a: ጤና\n".encode(encoding))
    assert config.read_yaml(f"{tmp_path}/a.yaml") == {"a": "ጤና"}


@pytest.mark.parametrize("text", ["&top\na: 1\n", "--- &top\na: 1\n", "x-own: &b 1\na: *b\n"])
def test_anchors_at_the_top(yaml_file, text):
    assert config.read_yaml(yaml_file(text)) == {"a": 1}


def test_anchors_and_merges_are_fine(yaml_file):
    path = yaml_file("x: &x {a: 1, b: 2}\ny: {<<: *x, a: 3}\n")
    assert config.read_yaml(path)["y"] == {"a": 3, "b": 2}


def test_dump_and_load_are_inverse(yaml_file):
    settings = build(tasks=[{"kind": "small", "rate": 1e-5}], either=["ጤና", "no", "1"])
    assert config.load(Example, yaml_file(config.dump(settings))) == settings


@pytest.fixture
def example(monkeypatch):
    """The name of a command whose settings are `Example`."""
    command = Command("", f"{__name__}:Example", "", has_runner=True)
    monkeypatch.setitem(COMMANDS, "example", command)
    return "example"


def test_command_line(yaml_file, example):
    path = yaml_file("output: out\n")
    arguments = ["--config", path, "--set", "loop.steps=3", "--", "--runner=FnApiRunner", "--", "x"]
    options = parse_options(example, arguments)
    settings, flags, switch = load_settings(example, options), options.flags, options.switch
    assert settings.loop.steps == 3
    assert flags == ["--runner=FnApiRunner", "--", "x"]
    assert switch is None


@pytest.mark.parametrize("name", sorted(name for name in COMMANDS if COMMANDS[name].settings))
def test_every_command_has_a_schema(name, capsys):
    main(["schema", name])
    schema = json.loads(capsys.readouterr().out)
    kinds = [
        kind["$ref"].rpartition("/")[2] for kind in schema.get("oneOf", [schema]) if "$ref" in kind
    ]
    tops = [schema] if "properties" in schema else [schema["$defs"][kind] for kind in kinds]
    assert tops
    assert all(top["additionalProperties"] is False for top in tops)


@pytest.mark.parametrize("name", [n for n in COMMANDS if COMMANDS[n].settings and n != "study"])
def test_a_wrong_key_is_reported_without_heavy_imports(name, yaml_file, project_root):
    # the same as `tfmling NAME --config FILE`, and what was imported until then
    code = (
        "import sys; from tfmling.cli.main import main\n"
        "try:\n"
        f"    main([{name!r}, '--config', {yaml_file('outptu: x')!r}])\n"
        "finally:\n"
        "    heavy = {'tensorflow', 'keras', 'apache_beam', 'torch', 'matplotlib'}\n"
        "    print(*sorted(heavy.intersection(sys.modules)))\n"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project_root, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2, done.stderr
    assert "outptu: unknown key; did you mean 'output'?" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.strip() == ""
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime < 1.5  # of a processor; TensorFlow alone takes 4


class Numbers(Settings):
    seed: config.Seed = 1
    rate: float = 0.5
    sizes: list[int] = []
    either: bool | int = 1
    text: str | int = ""


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"seed": -1}, "f: seed: expected greater than or equal to 0; got -1"),
        ({"seed": 1 << 31}, "f: seed: expected less than 2147483648; got 2147483648"),
        ({"rate": float("nan")}, "f: rate: expected a finite number; got nan"),
        ({"rate": float("-inf")}, "f: rate: expected a finite number; got -inf"),
        ({"seed": True}, "f: seed: expected a number, got True (YAML reads no, yes, on and off as "
         "booleans)"),
        ({"sizes": [1, False]}, "f: sizes: expected a number, got False (YAML reads no, yes, on "
         "and off as booleans)"),
        ({"sizes": [10**30]}, "f: sizes: expected a number of at most 63 bits, got one of 100"),
        ({"text": -(10**30)}, "f: text: expected a number of at most 63 bits, got one of 100"),
    ],
)  # fmt: skip
def test_numbers_that_nothing_can_use(values, said):
    with pytest.raises(ConfigError) as caught:
        config.build(Numbers, values, "f")
    assert str(caught.value) == said


def test_booleans_where_they_belong():
    settings = config.build(Numbers, {"either": True}, "f")
    assert settings.either is True


def test_many_errors_are_ten_lines():
    with pytest.raises(ConfigError) as caught:
        config.build(Numbers, {"sizes": ["x"] * 50}, "f")
    lines = str(caught.value).splitlines()
    assert len(lines) == 10
    assert lines[-1] == "f: and 41 more errors"


@pytest.mark.parametrize("path", ["a\0b", "\ud800"])
def test_a_path_that_no_file_system_takes(path):
    with pytest.raises(ConfigError, match="expected a valid path, found characters"):
        config.build(Example, {"output": path}, "f")
