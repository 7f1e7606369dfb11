"""What the guide says of a deployment: backups of an open shop, and the rights of its role."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg
from attrs import evolve
from sqlalchemy import make_url

from tests import postgresql
from tests.marketplace.town import ADA, BAG, COAT, HOUSE, MAX, ZOE, Town, euros
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.ids import PieceId
from vintage_rules.marketplace import Marketplace
from vintage_rules.orders import Order
from vintage_rules.ports import EventStore
from vintage_rules.testing.simulation.run import digest

GRANTS = """
DO $$ DECLARE ours text; BEGIN
    FOR ours IN SELECT tablename FROM pg_tables WHERE tablename LIKE 'vintage\\_%' LOOP
        EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON ' || ours || ' TO shop';
    END LOOP;
    GRANT USAGE, SELECT ON SEQUENCE vintage_feed TO shop;
END $$
"""


def lived_in(store: EventStore) -> Town:
    """Sell a coat, and leave an offer on the bag and a mail in the outbox."""
    town = Town.built(store).stock()
    town.buy(COAT)
    town.work()
    town.market.pieces.make_offer(ZOE, BAG, euros("50.00"))
    return town


def assert_the_same(town: Town, restored: EventStore) -> None:
    """Require that all of a shop is in its backup, and that the shop goes on there."""
    kept = town.market.shop.store
    assert digest(restored) == digest(kept)
    last = kept.events(0, 1000)[-1].position
    assert restored.events(0, 1000) == kept.events(0, 1000)
    assert restored.next_moment() == kept.next_moment()
    back = evolve(town, market=Marketplace(evolve(town.market.shop, store=restored)))
    assert isinstance(back.market.orders.view(HOUSE, "o1"), Order)
    assert back.work().done == 1  # the mail that waited
    assert isinstance(back.buy(BAG, by=MAX, order="o2"), Order)
    assert all(event.position > last for event in restored.events(last, 1000))


class TestBackups:
    """A backup of one moment is a shop: it is whole, and it goes on."""

    def test_of_sqlite(self, tmp_path: Path) -> None:
        """`VACUUM INTO` writes a second file of one moment."""
        first, second = tmp_path / "shop.db", tmp_path / "backup.db"
        with SqlStore.open(f"sqlite:///{first}") as store:
            town = lived_in(store)
            with closing(sqlite3.connect(first)) as connection:
                connection.execute("VACUUM INTO ?", [str(second)])
            with SqlStore.open(f"sqlite:///{second}") as restored:
                assert_the_same(town, restored)

    def test_of_postgresql(self, postgresql_server: str, tmp_path: Path) -> None:
        """`pg_dump`, then `pg_restore` into an empty database."""
        dump = tmp_path / "shop.dump"
        with (
            postgresql.database(postgresql_server) as first,
            postgresql.database(postgresql_server, "restored") as second,
            SqlStore.open(first) as store,
        ):
            town = lived_in(store)
            run("pg_dump", "--format=custom", f"--file={dump}", first)
            run("pg_restore", f"--dbname={second}", "--exit-on-error", str(dump))
            with SqlStore.open(second) as restored:
                assert_the_same(town, restored)


class TestEncoding:
    """A database that was made without an encoding, as `LC_ALL=C initdb` makes them."""

    def test_keeps_every_character(self, postgresql_server: str) -> None:
        """As one of UTF-8 does."""
        options = "TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
        with (
            postgresql.database(postgresql_server, "ascii", options) as url,
            SqlStore.open(url) as store,
        ):
            town = Town.built(store)
            town.list_piece(ADA, PieceId("été-👗"), "5.00")
            assert [*store.streams("piece/")] == ["piece/été-👗"]
            assert '"a été-👗"' in store.read("piece/été-👗").records[0].data


class TestRole:
    """A role that may read and write rows, and create nothing."""

    def test_is_enough_for_a_shop(self, postgresql_server: str) -> None:
        """It sells, works, rebuilds its pages and purges."""
        with postgresql.database(postgresql_server) as url:
            SqlStore.open(url).close()
            limited = make_url(url).set(username="shop").render_as_string(hide_password=False)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE ROLE shop LOGIN")
                try:
                    connection.execute(GRANTS)
                    with SqlStore.open(limited) as store:
                        town = lived_in(store)
                        assert town.market.house_desk.rebuild(HOUSE) > 0
                        assert town.market.people.purge(HOUSE).erased == 0
                        assert isinstance(town.buy(BAG, by=MAX, order="o2"), Order)
                finally:
                    connection.execute("DROP OWNED BY shop")
                    connection.execute("DROP ROLE shop")


def run(program: str, *arguments: str) -> None:
    """Run a program that comes with PostgreSQL."""
    subprocess.run([postgresql.programs() / program, *arguments], check=True, capture_output=True)
