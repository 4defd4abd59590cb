"""The script completes what the parsers know, in a real shell."""

import shutil
import subprocess

import pytest

from tfmling.cli.main import main


@pytest.fixture
def complete(tmp_path, capsys):
    """Returns what bash offers for the last of some words."""
    main(["completion", "bash"])
    script = capsys.readouterr().out
    bash = shutil.which("bash") or pytest.skip("no bash")

    def complete(*words):
        line = " ".join(f"'{word}'" for word in ("tfmling", *words))
        code = f'COMP_WORDS=({line}); COMP_CWORD={len(words)}; _tfmling; echo "${{COMPREPLY[@]}}"'
        done = subprocess.run(
            [bash, "-c", script + code], capture_output=True, text=True, cwd=tmp_path, check=True
        )
        return done.stdout.split()

    return complete


def test_commands_options_and_keys_are_completed(complete):
    assert complete("build_") == ["build_monolingual", "build_bitext"]
    assert complete("train", "--optimizer.beta") == ["--optimizer.beta_1", "--optimizer.beta_2"]
    assert complete("train", "a.yaml", "--dry") == ["--dry-run"]
    assert complete("schema", "--o") == ["--output"]
    assert complete("train", "conf") == []  # so the shell offers file names


def test_an_unknown_shell_is_explained():
    with pytest.raises(SystemExit, match=r"argument bash\|zsh: invalid choice: 'fish'"):
        main(["completion", "fish"])
