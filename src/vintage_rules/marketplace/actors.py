"""The kinds of actor, and the guards that commands use. The host has authenticated them."""

from __future__ import annotations

from typing import TypeAlias

from attrs import field, frozen

from vintage_rules.errors import NotAllowedError, shortened_text
from vintage_rules.ids import BuyerId, SellerId, identifier
from vintage_rules.shipping.parcels import seller_id


def _buyer(name: str) -> BuyerId:
    return BuyerId(identifier(name, "buyer"))


def _seller(name: str) -> SellerId:
    return seller_id(SellerId(name))


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
    """A seller. A buyer of the same name is the same person.

    Raises:
        IdentifierError: For a name that is reserved, such as that of the workshop.
    """

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


@frozen
class Visitor:
    """A person without a name, such as a guest who looks around: they see what is public.

    >>> str(Visitor())
    'visitor'
    """

    def __str__(self) -> str:
        return "visitor"


Actor: TypeAlias = Buyer | Seller | House | Courier | Visitor
"""The actor of a command or a view, which decides what it may do and see."""

# Actors that are not people: time alone, and a worker that handles effects.
CLOCK = "time"
WORKER = "worker"


def require_actor(by: Actor, act: str) -> None:
    """Require an actor of any kind.

    Raises:
        NotAllowedError: For anything else, such as the bare name of a buyer.

    >>> require_actor("zoe", "see a piece")
    Traceback (most recent call last):
    vintage_rules.errors.NotAllowedError: actor: must be an actor to see a piece, got zoe
    """
    if not isinstance(by, Buyer | Seller | House | Courier | Visitor):
        raise NotAllowedError(shortened_text(str(by)), act, "an actor")


def require_any_buyer(by: Buyer, act: str) -> None:
    """Require a buyer, whichever it is.

    Raises:
        NotAllowedError: For any other actor, and for what is none.
    """
    if not isinstance(by, Buyer):
        raise NotAllowedError(shortened_text(str(by)), act, "a buyer")


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


def require_sender(by: Actor, sender: str, act: str) -> None:
    """Require the seller who sends, or the house.

    Raises:
        NotAllowedError: If the actor may not do this.
    """
    if not isinstance(by, House) and not (isinstance(by, Seller) and by.id == sender):
        raise NotAllowedError(str(by), act, "the sender of the parcel or the house")


def require_handler(by: Actor, sender: str, act: str) -> None:
    """Require a carrier, the house, or the seller who sends.

    Raises:
        NotAllowedError: If the actor may not do this.
    """
    if isinstance(by, (House, Courier)) or (isinstance(by, Seller) and by.id == sender):
        return
    raise NotAllowedError(str(by), act, "the sender of the parcel, a carrier or the house")
