"""Names that must differ, since figures are filed under them."""

from collections import Counter
from collections.abc import Iterable


def require_different(names: Iterable[str], what: str) -> None:
    """Refuses names that occur twice: the figures of one would replace those of the other.

    Args:
        names: in the order of the settings.
        what: is named so, in the error.

    Raises:
        ValueError: which names do.
    """
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise ValueError(f"expected {what} that differ, got several times: {', '.join(repeated)}")
