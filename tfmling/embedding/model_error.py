"""What is wrong with a model that is given as a path."""

from tfmling.core.errors import InputError


class ModelError(InputError, ValueError):
    """A model lacks something that it is used for."""
