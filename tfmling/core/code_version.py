"""The version of a command's code: its modules and all of our modules that they import.

Imports are found statically. So training does not run again after a change to a report, and a
changed comment changes no version. Imports inside functions count; imports by a computed name, and
those for type checkers, do not.
"""

import ast
import functools
import hashlib
import importlib.util
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

PACKAGES = ("tfmling", "beam_pipelines", "export")


def code_version(modules: Iterable[str]) -> str:
    """Return the SHA-256 of the parsed code of modules and of all our modules that they import.

    Args:
        modules: of one command, see `Command.modules`.

    Raises:
        ModuleNotFoundError: there is no such module.

    Example:
        >>> version = code_version(["tfmling.core.intervals"])
        >>> len(version), version == code_version(["tfmling.core.errors"])
        (64, False)
    """
    found: dict[str, Path] = {}
    for module in modules:
        found |= import_closure(module, (*PACKAGES, module.partition(".")[0]))
    digest = hashlib.sha256()
    for name, path in sorted(found.items()):
        digest.update(f"{name}\n{ast.dump(_parse(path))}\n".encode())
    return digest.hexdigest()


def import_closure(module: str, packages: Sequence[str] = PACKAGES) -> dict[str, Path]:
    """Return name -> file of a module, its parents, and all modules in `packages` it imports.

    Example:
        >>> sorted(import_closure("tfmling.core.errors"))
        ['tfmling', 'tfmling.core', 'tfmling.core.errors']
    """
    if _find(module, packages) is None:
        raise ModuleNotFoundError(f"{module}: no such module in {', '.join(packages)}")
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _find(name, packages)
        if path is not None and name not in found:
            found[name] = path
            waiting += [*_parents(name), *_imports(name, path)]
    return found


def _find(module: str, packages: Sequence[str]) -> Path | None:
    package, *inside = module.split(".")
    specification = importlib.util.find_spec(package) if package in packages else None
    if specification is None or not specification.submodule_search_locations:
        return None
    base = Path(specification.submodule_search_locations[0], *inside)
    candidates = [base / "__init__.py", base.with_suffix(".py") if inside else base]
    return next((path for path in candidates if path.is_file()), None)


def _parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


def _imports(module: str, path: Path) -> Iterator[str]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(_parse(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            relative = "." * node.level + (node.module or "")
            base = importlib.util.resolve_name(relative, package)
            yield base
            # a name may be a submodule; if it is not, no file is found
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _parse(path: Path) -> ast.Module:
    return _parse_version(path, path.stat().st_mtime_ns)


@functools.cache
def _parse_version(path: Path, modified: int) -> ast.Module:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return _WithoutTypeChecking().visit(tree)


class _WithoutTypeChecking(ast.NodeTransformer):
    """Removes `if TYPE_CHECKING:`, which never runs."""

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return node.orelse
        return self.generic_visit(node)
