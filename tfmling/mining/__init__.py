"""Finding translations: vectors, neighbours, margins, matching, thresholds; on plain arrays."""
