"""The host's own tables, step by step."""
