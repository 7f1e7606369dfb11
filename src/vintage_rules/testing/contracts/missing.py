"""What a contract says when its subclass has not given a fixture that it needs."""

from __future__ import annotations


def missing(contract: object, fixture: str, flag: str = "") -> NotImplementedError:
    """Return the error for a missing fixture, naming the flag that says there is no such outside.

    >>> class TestOurLetters:
    ...     pass
    >>> print(missing(TestOurLetters(), "silent", "can_be_silent"))
    TestOurLetters must have a fixture `silent`, or say can_be_silent = False
    """
    unless = f", or say {flag} = False" if flag else ""
    return NotImplementedError(f"{type(contract).__name__} must have a fixture `{fixture}`{unless}")
