"""The outside in one technology each: what answers the protocols of `vintage_rules.ports`.

Each adapter asks for its own extra, and nobody else imports its library.
"""
