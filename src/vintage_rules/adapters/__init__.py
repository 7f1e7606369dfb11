"""Implementations of the protocols of `vintage_rules.ports`, each in one technology.

Each adapter needs its own extra, and no other module imports its library.
"""
