"""The machine of a claim."""
