"""How long the rows of a batch are: few lengths, since every new shape is traced and compiled."""

STEP = 16


def padded_length(longest: int, limit: int) -> int:
    """The next multiple of 16 tokens that holds the longest row, at most `limit`."""
    return min(-(-longest // STEP) * STEP, limit)
