"""What stops an export and is told to a person in one sentence."""

from export.verify import VerificationError
from tfmling.config import ConfigError
from tfmling.modeling.supported_layout import UnsupportedLayoutError

TOLD = (ConfigError, FileNotFoundError, ImportError, UnsupportedLayoutError, VerificationError)
