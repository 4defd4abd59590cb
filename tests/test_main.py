"""The command `tfmling` hands over to mains, and imports none that is not called."""

import subprocess
import sys

import pytest

from tfmling.__main__ import main
from tfmling.commands import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_main_says_what_it_is_for_without_tensorflow(name):
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('tensorflow' in sys.modules))\n"
        f"from tfmling.__main__ import main; main([{name!r}, '--help'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--set KEY=VALUE" in done.stdout
    assert done.stdout.endswith("False\n")


@pytest.mark.parametrize("arguments", [[], ["trian"]])
def test_an_unknown_command_exits_with_2_and_names_the_known(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert "usage: tfmling COMMAND" in said
    if arguments:
        assert all(name in said for name in COMMANDS)


def test_what_follows_the_command_goes_to_its_main(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["train", "--config", str(tmp_path / "no.yaml")])
    assert caught.value.code == 2
    assert f"{tmp_path}/no.yaml: no such file" in capsys.readouterr().err
