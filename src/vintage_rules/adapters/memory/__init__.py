"""Ports implemented in this process, for tests, simulations and trying things out."""
