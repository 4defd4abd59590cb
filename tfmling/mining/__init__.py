"""Finding translations: vectors, neighbors, margins, matching, thresholds; on plain arrays."""
