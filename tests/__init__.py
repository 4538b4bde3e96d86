"""A package, because some on the index install one of the same name."""
