"""`tfmling completion`: lets a shell complete commands, options and keys."""

import textwrap
from typing import Literal

from tfmling.cli import parser, words
from tfmling.core.commands import COMMANDS

_SCRIPT = """\
_tfmling() {{
  local words
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="{commands} --help --version"
  else
    case "${{COMP_WORDS[1]}}" in
{options}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _tfmling tfmling
"""
_ZSH = "autoload -U +X bashcompinit && bashcompinit\n"


def print_completion(shell: Literal["bash", "zsh"]) -> None:
    """Print the script that completes commands, options and keys in a shell.

        tfmling completion bash >> ~/.bashrc
        tfmling completion zsh >> ~/.zshrc

    Other words are completed as file names. Print it again after an update of tfmling.

    Args:
        shell: for which the script is.

    Example:
        >>> print_completion("zsh")  # doctest: +ELLIPSIS
        autoload -U +X bashcompinit && bashcompinit
        _tfmling() {
        ...
    """
    cases = [f'{name}) words="{" ".join(_options(name))}" ;;' for name in COMMANDS]
    script = _SCRIPT.format(
        commands=" ".join(COMMANDS), options=textwrap.indent("\n".join(cases), " " * 6)
    )
    print((_ZSH if shell == "zsh" else "") + script, end="")


def _options(name: str) -> list[str]:
    builder = parser.build_parser if COMMANDS[name].settings else words.build_parser
    return builder(name).options
