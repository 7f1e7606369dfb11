"""Ports answered in this process, for tests, simulations and trying things out."""
