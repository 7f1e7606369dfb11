"""Actors, and what each may do. The host has authenticated them."""

from __future__ import annotations

from typing import TypeAlias

from attrs import field, frozen

from vintage_rules.errors import NotAllowedError
from vintage_rules.ids import BuyerId, SellerId, identifier


def _buyer(name: str) -> BuyerId:
    return BuyerId(identifier(name, "buyer"))


def _seller(name: str) -> SellerId:
    return SellerId(identifier(name, "seller"))


def _staff(name: str) -> str:
    return identifier(name, "staff")


def _carrier(name: str) -> str:
    return identifier(name, "carrier")


@frozen
class Buyer:
    """A buyer. `signed_in` and `has_account` are for clauses C4 and N2.

    >>> str(Buyer("zoe"))
    'buyer zoe'
    """

    id: BuyerId = field(converter=_buyer)
    signed_in: bool = field(default=True, kw_only=True)
    has_account: bool = field(default=True, kw_only=True)

    def __str__(self) -> str:
        return f"buyer {self.id}"


@frozen
class Seller:
    """A seller."""

    id: SellerId = field(converter=_seller)

    def __str__(self) -> str:
        return f"seller {self.id}"


@frozen
class House:
    """The house, in the person of one of its staff."""

    staff: str = field(default="staff", converter=_staff)

    def __str__(self) -> str:
        return f"house {self.staff}"


@frozen
class Courier:
    """A carrier of parcels, which may say where one is."""

    carrier: str = field(converter=_carrier)

    def __str__(self) -> str:
        return f"carrier {self.carrier}"


Actor: TypeAlias = Buyer | Seller | House | Courier

# Actors that are not people: time alone, and a worker that handles effects.
CLOCK = "time"
WORKER = "worker"


def require_house(by: Actor, act: str) -> None:
    """Require the house.

    Raises:
        NotAllowedError: If the actor may not do this.

    >>> require_house(Buyer("zoe"), "settle a claim")
    Traceback (most recent call last):
    vintage_rules.errors.NotAllowedError: actor: must be the house to settle a claim, got ...
    """
    if not isinstance(by, House):
        raise NotAllowedError(str(by), act, "the house")


def require_seller(by: Actor, seller: SellerId, act: str) -> None:
    """Require the seller concerned or the house.

    Raises:
        NotAllowedError: If the actor may not do this.
    """
    if isinstance(by, House) or (isinstance(by, Seller) and by.id == seller):
        return
    raise NotAllowedError(str(by), act, "the seller concerned or the house")


def require_buyer(by: Actor, buyer: BuyerId, act: str) -> None:
    """Require the buyer concerned or the house.

    Raises:
        NotAllowedError: If the actor may not do this.
    """
    if isinstance(by, House) or (isinstance(by, Buyer) and by.id == buyer):
        return
    raise NotAllowedError(str(by), act, "the buyer concerned or the house")


def require_handler(by: Actor, sender: str, act: str) -> None:
    """Require a carrier, the house, or the seller who sends.

    Raises:
        NotAllowedError: If the actor may not do this.
    """
    if isinstance(by, (House, Courier)) or (isinstance(by, Seller) and by.id == sender):
        return
    raise NotAllowedError(str(by), act, "the sender of the parcel, a carrier or the house")
