"""Questions on both sides of every limit of a policy."""
