"""The schema of a database: made, brought up to date, or refused."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from vintage_rules.adapters.sql.connecting import POSTGRESQL, transaction
from vintage_rules.errors import OutsideRejectedError

if TYPE_CHECKING:
    from alembic.config import Config

VERSION_TABLE = "vintage_version"
NEWEST = "0008"

_ONE_AT_A_TIME = 0x76696E74616765  # a number of our own among a server's advisory locks


def bring_up_to_date(connection: Connection) -> None:
    """Make the tables in an empty database, or change them to what this version needs.

    Raises:
        OutsideRejectedError: For a schema that this version does not know.
    """
    if _version(connection) != NEWEST:
        with transaction(connection):
            _upgrade(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    query = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - the name is ours
    version: str | None = connection.scalar(query)
    return version


def alembic_config(connection: Connection) -> Config:
    """Show Alembic where the steps are, and over which connection to take them."""
    from alembic.config import Config

    # By default Alembic writes to what standard output was when it was imported.
    config = Config(attributes={"connection": connection}, stdout=sys.stdout)
    config.set_main_option("script_location", "vintage_rules.adapters.sql:migrations")
    return config


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    if connection.dialect.name == POSTGRESQL:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
    config = alembic_config(connection)
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if (found := _version(connection)) not in {None, *known}:
        message = f"its tables are of version {found}, and the newest known here is {NEWEST}"
        raise OutsideRejectedError(connection.dialect.name, "open", message)
    command.upgrade(config, "head")
