"""Checks of a policy document beyond its shape: what can be read, and can hardly be meant."""
