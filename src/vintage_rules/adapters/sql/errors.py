"""The errors of databases in our words."""

from __future__ import annotations

from sqlalchemy.exc import (
    DisconnectionError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
    StatementError,
    TimeoutError,  # noqa: A004 - the name it has there
)

from vintage_rules.errors import OutsideError, OutsideRejectedError, OutsideUnavailableError

_UNAVAILABLE = (
    DisconnectionError,  # found broken before it was used
    InterfaceError,  # the driver's side: a connection that is closed
    InternalError,  # the server's side: read-only after a failover
    OperationalError,  # not reached, shut down, busy for too long, full
    TimeoutError,  # all connections are in use
)


def ours(error: SQLAlchemyError, port: str, act: str) -> OutsideError:
    """Return the error of ours that stands for one of the database's.

    Its message is the driver's alone, since a statement's values may be personal data.
    """
    driver = error.orig if isinstance(error, StatementError) else error
    message = str(driver).strip() or type(driver).__name__
    if isinstance(error, _UNAVAILABLE):
        return OutsideUnavailableError(port, act, message)
    return OutsideRejectedError(port, act, message)
