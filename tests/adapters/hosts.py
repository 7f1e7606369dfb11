"""Hosts that hold a connection of their own, each as its own framework would."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeAlias

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.orm import Session

Write: TypeAlias = Callable[[str], object]
# Within it a transaction is open: what to lend, and what writes an invoice of the host in it.
Host: TypeAlias = Callable[[str], AbstractContextManager[tuple[object, Write]]]

TABLE = "CREATE TABLE IF NOT EXISTS invoices (name text)"
ROW = "INSERT INTO invoices VALUES ('{}')"


@contextmanager
def sqlalchemy_connection(url: str) -> Iterator[tuple[object, Write]]:
    """Begin a transaction of SQLAlchemy."""
    engine = create_engine(_driven(url))
    try:
        with engine.begin() as connection:
            yield connection, lambda name: connection.execute(text(ROW.format(name)))
    finally:
        engine.dispose()


@contextmanager
def sqlalchemy_session(url: str) -> Iterator[tuple[object, Write]]:
    """Begin a transaction of a session."""
    engine = create_engine(_driven(url))
    try:
        with Session(engine) as session, session.begin():
            yield session, lambda name: session.execute(text(ROW.format(name)))
    finally:
        engine.dispose()


@contextmanager
def driver(url: str) -> Iterator[tuple[object, Write]]:
    """Begin a transaction of the driver, whose rows are not tuples."""
    connection: Any
    if url.startswith("sqlite"):
        connection = sqlite3.connect(str(make_url(url).database))
        connection.row_factory = sqlite3.Row
    else:
        connection = psycopg.connect(url, row_factory=dict_row)
    try:
        with connection:
            yield connection, lambda name: connection.execute(ROW.format(name))
    finally:
        connection.close()


@contextmanager
def django_atomic(url: str) -> Iterator[tuple[object, Write]]:
    """Begin a transaction of Django, which reads and writes moments by rules of its own."""
    with django_connection(url) as connection:
        from django.db import transaction

        with transaction.atomic(using="shop"):
            yield connection, lambda name: _execute(connection, ROW.format(name))


@contextmanager
def django_connection(url: str, *, use_tz: bool = True) -> Generator[Any]:
    """Configure Django for one database, and connect to it."""
    # Django is set up once in a process, so with what the tests of the shop in Django need too.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examples.shops.django_shop.settings")
    import django
    from django.db import connections
    from django.test.utils import override_settings

    django.setup()
    where, before = make_url(url), connections.settings
    with override_settings(USE_TZ=use_tz, TIME_ZONE="Asia/Tokyo"):
        connections.settings = connections.configure_settings({"default": {}, "shop": _of(where)})
        try:
            yield connections["shop"]
        finally:
            connections["shop"].close()
            del connections["shop"]
            connections.settings = before


def _of(url: URL) -> dict[str, object]:
    if url.get_backend_name() == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.database}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.database,
        "USER": url.username,
        "HOST": url.query["host"],
    }


def _execute(connection: Any, statement: str) -> None:  # noqa: ANN401 - Django's
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _driven(url: str) -> URL:
    where = make_url(url)
    driver = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
    return where.set(drivername=driver[where.get_backend_name()])


HOSTS: tuple[Host, ...] = (sqlalchemy_connection, sqlalchemy_session, driver, django_atomic)
