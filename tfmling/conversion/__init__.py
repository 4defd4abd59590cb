"""Every layout of an encoder that tfmling reads or writes, one file per layout."""
