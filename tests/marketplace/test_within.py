"""Commands within a transaction of the host: its rows and ours are committed together."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest
from attrs import evolve
from sqlalchemy import make_url

from tests.marketplace.town import (
    ADA,
    BAG,
    BORDEAUX,
    CARD,
    COAT,
    HOME,
    ZOE,
    Town,
    euros,
    home_in,
)
from tests.postgresql import emptied
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.errors import NotFoundError
from vintage_rules.ids import OrderId
from vintage_rules.marketplace import Cart, CartItem, Means
from vintage_rules.orders import CheckoutRefused, Order
from vintage_rules.ports import Declined

Begin: TypeAlias = Callable[[], AbstractContextManager[Town]]


class LostError(Exception):
    """What goes wrong in the host after the command."""


CART = Cart(
    order=OrderId("o1"),
    items=(CartItem(piece=COAT, price=euros("90.00")),),
    mode="grouped",
    shipping_address=home_in(BORDEAUX),
    billing_address=HOME,
    means=CARD,
)


def acts(town: Town) -> list[str]:
    """Give what the bank has moved, in its own words."""
    return [entry.act for entry in town.bank.ledger]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Name a database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shop.db'}?timeout=0.1"
    url: str = request.getfixturevalue("postgresql_server")
    return url


@pytest.fixture
def town(url: str) -> Iterator[Town]:
    """Build a town on it."""
    with SqlStore.open(url) as store:
        if url.startswith("postgresql"):
            emptied(url)
        yield Town.built(store).stock()


@pytest.fixture
def begin(town: Town, url: str) -> Begin:
    """Begin a transaction of the host, and give the town within it."""

    @contextmanager
    def begun() -> Iterator[Town]:
        store = town.market.shop.store
        assert isinstance(store, SqlStore)
        connection = (
            sqlite3.connect(str(make_url(url).database))
            if url.startswith("sqlite")
            else psycopg.connect(url)
        )
        try:
            with connection:
                yield evolve(town, market=town.market.within(store.joined(connection)))
        finally:
            connection.close()

    return begun


def test_a_command_is_carried_out_when_the_host_commits(town: Town, begin: Begin) -> None:
    """Within, it is seen at once; outside, after the commit."""
    with begin() as within:
        within.market.pieces.change_price(ADA, COAT, euros("80.00"))
        assert within.market.pieces.view(ZOE, COAT).price == euros("80.00")
        assert town.market.pieces.view(ZOE, COAT).price == euros("90.00")
    assert town.market.pieces.view(ZOE, COAT).price == euros("80.00")


def test_a_command_never_was_when_the_host_rolls_back(town: Town, begin: Begin) -> None:
    """No event, no effect."""
    with pytest.raises(LostError), begin() as within:  # noqa: PT012
        within.market.pieces.change_price(ADA, COAT, euros("80.00"))
        raise LostError
    assert town.market.pieces.view(ZOE, COAT).price == euros("90.00")


class TestCheckingOut:
    """C7: the money is held before the host's transaction, the sale is recorded within it."""

    def test_places_the_order_with_the_hosts_rows(self, town: Town, begin: Begin) -> None:
        """The worker captures after the commit."""
        assert town.market.checkouts.authorise(ZOE, CART) is None
        with begin() as within:
            assert isinstance(within.market.checkouts.check_out(ZOE, CART), Order)
            assert town.market.pieces.view(ZOE, COAT).available
        town.work()
        assert not town.market.pieces.view(ZOE, COAT).available
        assert town.order().placed.buyer == "zoe"
        assert acts(town) == ["authorise", "capture"]

    def test_lost_by_the_host_places_none_and_voids_what_was_held(
        self, town: Town, begin: Begin
    ) -> None:
        """An hour later the buyer has the money back."""
        assert town.market.checkouts.authorise(ZOE, CART) is None
        with pytest.raises(LostError), begin() as within:  # noqa: PT012
            within.market.checkouts.check_out(ZOE, CART)
            raise LostError
        assert town.market.pieces.view(ZOE, COAT).available
        with pytest.raises(NotFoundError):
            town.order()
        town.wait(hours=2)
        assert acts(town) == ["authorise", "voided"]

    def test_again_after_a_loss_uses_what_is_held(self, town: Town, begin: Begin) -> None:
        """The same cart is one charge."""
        for _ in range(2):
            assert town.market.checkouts.authorise(ZOE, CART) is None
            with pytest.raises(LostError), begin() as within:  # noqa: PT012
                within.market.checkouts.check_out(ZOE, CART)
                raise LostError
        with begin() as within:
            assert isinstance(within.market.checkouts.check_out(ZOE, CART), Order)
        assert acts(town) == ["authorise"]

    def test_of_a_declined_card_is_answered_before_any_transaction(self, town: Town) -> None:
        """The host need not begin one."""
        declined = Means(tender="card", source="declined:insufficient-funds", brand="visa")
        answer = town.market.checkouts.authorise(ZOE, evolve(CART, means=declined))
        assert isinstance(answer, Declined)

    def test_of_a_cart_that_is_refused_is_refused_before_any_transaction(self, town: Town) -> None:
        """And nothing is held."""
        dear = evolve(CART, items=(CartItem(piece=BAG, price=euros("1.00")),))
        assert isinstance(town.market.checkouts.authorise(ZOE, dear), CheckoutRefused)
        assert acts(town) == []

    def test_after_the_order_was_placed_is_the_order(self, town: Town, begin: Begin) -> None:
        """A second click is answered alike."""
        town.market.checkouts.authorise(ZOE, CART)
        with begin() as within:
            placed = within.market.checkouts.check_out(ZOE, CART)
        assert town.market.checkouts.authorise(ZOE, CART) == placed

    @pytest.mark.parametrize("url", ["postgresql"], indirect=True)
    def test_holds_the_money_for_good_whatever_the_host_does(
        self, town: Town, begin: Begin
    ) -> None:
        """Within a transaction of PostgreSQL: a crash after the provider answered loses nothing."""
        with pytest.raises(LostError), begin() as within:  # noqa: PT012
            assert isinstance(within.market.checkouts.check_out(ZOE, CART), Order)
            raise LostError
        assert acts(town) == ["authorise"]
        town.wait(hours=2)
        assert acts(town) == ["authorise", "voided"]
