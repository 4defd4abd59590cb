"""Untrusted YAML: errors take one line, and nothing hangs or fills the memory."""

import time

import pytest

from tfmling.core.config_errors import ConfigError
from tfmling.core.yaml_values import MAX_VALUES, apply_overrides, parse_yaml, read_yaml


def problem_of(text):
    start = time.monotonic()
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "f.yaml")
    assert time.monotonic() - start < 30  # seconds; 2 alone, and hours without limits
    said = str(caught.value)
    assert said.startswith("f.yaml: not readable as YAML: line ")
    assert "\n" not in said
    return said.removeprefix("f.yaml: not readable as YAML: ")


def laughs(levels, width, pattern):
    """`levels` lines, each with `width` aliases of the line before."""
    lines = ["a0: &a0 {x: 1}"]
    for n in range(1, levels + 1):
        aliases = ", ".join(pattern.format(key=k, alias=f"*a{n - 1}") for k in range(width))
        lines.append(f"a{n}: &a{n} " + aliases.join("{}" if ":" in pattern else "[]"))
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        laughs(9, 9, "{alias}"),
        laughs(30, 2, "{alias}"),
        laughs(9, 9, "k{key}: {alias}"),
        "\n".join(
            ["a0: &a0 {x: 1}"]
            + [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 10)]
        ),
    ],
    ids=["lists", "doubled", "mappings", "merges"],
)
def test_aliases_do_not_multiply(text):
    said = problem_of(text)
    assert "expected at most 100,000 values after expansion of aliases" in said


def test_the_line_of_the_alias_that_is_too_many_is_named():
    # a5 holds 9**5 times {x: 1} (3 values) and the lists around: 191,5xx; a4 holds 21,3xx
    assert problem_of(laughs(9, 9, "{alias}")).startswith("line 6, column ")


def test_a_list_of_all_values_that_are_allowed_is_read():
    # the mapping, its key, the list, and so many numbers
    fitting = f"a: [{', '.join('1' * (MAX_VALUES - 3))}]"
    assert len(parse_yaml(fitting, "f.yaml")["a"]) == MAX_VALUES - 3
    assert "100,000" in problem_of(fitting.replace("[", "[1, "))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "a: " + "{a: " * 100_000,
        "- " * 5_000 + "a",
        "? " * 5_000 + "a",
        "".join(f"{' ' * n}a:\n" for n in range(60)),
    ],
)
def test_nesting_is_limited(text):
    assert "expected values nested at most 50 deep" in problem_of(text)


def test_fifty_levels_are_fine():
    value = parse_yaml("[" * 50 + "]" * 50, "f.yaml")
    for _ in range(49):
        (value,) = value
    assert value == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &a [1, *a]", "line 1, column 11: an alias refers to an anchor that contains it"),
        ("a: 1\nb: &b {c: *b}", "line 2, column 11: an alias refers to an anchor that contains it"),
        ("a: 1\nb: *c", "line 2, column 4: found undefined alias 'c'"),
        ("a: 2001-13-45", "line 1, column 4: not a value of type timestamp: month must be"),
        ("a: !!int ''", "not a value of type int"),
        ("a: !!bool perhaps", "not a value of type bool"),
        ("a: !!float x", "not a value of type float"),
        ("a: !!timestamp x", "not a value of type timestamp"),
        (f"a: {'9' * 5000}", "not a value of type int"),
        ("? [a]\n: 1", "line 1, column 3: expected a scalar as key, found a list or mapping"),
        ("? {a: 1}\n: 1", "expected a scalar as key"),
        ("a: 1\nb: \x1b[31m", "line 2: the character '\\x1b' is not allowed"),
        ("a: !!python/name:os.system", "could not determine a constructor"),
        ("a: !!python/object/new:os.system [ls]", "could not determine a constructor"),
        ("a: 1\n---\nb: 2", "expected a single document"),
        ("%YAML 9.9\n---\na: 1", "found incompatible YAML document"),
        ("a: 'x", "found unexpected end of stream"),
    ],
)
def test_errors_take_one_line(text, expected):
    assert expected in problem_of(text)


def test_anchors_may_be_used_again():
    text = "a: &x {b: [1, 2]}\nc: *x\nd: [*x, *x]\ne: {<<: *x, f: 3}\ng: *x\n"
    value = {"b": [1, 2]}
    assert parse_yaml(text, "f.yaml") == {
        "a": value, "c": value, "d": [value, value], "e": value | {"f": 3}, "g": value
    }  # fmt: skip


def test_overrides_have_the_same_limits():
    with pytest.raises(ConfigError, match=r"^--set a=\[\[.*nested at most 50 deep$"):
        apply_overrides({}, ["a=" + "[" * 60])
    with pytest.raises(ConfigError, match=r"^--set a=2001-13-45: .* month must be"):
        apply_overrides({}, ["a=2001-13-45"])


def test_a_file_that_is_too_long_is_not_read(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"# " + b"x" * (1 << 22))
    with pytest.raises(ConfigError, match=r"a.yaml: expected at most 4,194,304 bytes"):
        read_yaml(f"{tmp_path}/a.yaml")


def test_an_assigned_name_that_is_not_utf8_is_a_text():
    assert apply_overrides({}, ["output=runs/\udcff: [x"]) == {"output": "runs/\udcff: [x"}
