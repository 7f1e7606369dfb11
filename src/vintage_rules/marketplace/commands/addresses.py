"""Where a parcel goes: for the person who must post it, while they must. Clauses L8, R5."""

from __future__ import annotations

from typing import TypeAlias

from vintage_rules.ids import ParcelId
from vintage_rules.machine import Refused, refuse
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.personal import (
    SHIPPING_ADDRESS,
    fields_kept,
    postal_address,
)
from vintage_rules.marketplace.storage.streams import ORDERS
from vintage_rules.orders.refusals import AddressRefusal
from vintage_rules.orders.states import Order, OrderState
from vintage_rules.ports.directory import PostalAddress, Recipient, Role
from vintage_rules.returns.request.states import Return, ReturnState
from vintage_rules.returns.routing import WORKSHOP
from vintage_rules.shipping.parcel.states import ParcelState
from vintage_rules.shipping.policy import Sender

AddressAnswer: TypeAlias = PostalAddress | Refused[AddressRefusal]
"""The address to post to, or why it is not given."""


def shipping_address(shop: Shop, order: Order) -> PostalAddress | None:
    """Return where an order goes to its buyer.

    Where that was erased, or an earlier version kept none, it is where the directory says the buyer
    lives.
    """
    stream = ORDERS.stream_name(order.placed.order)
    fields = fields_kept(shop.store, stream, SHIPPING_ADDRESS)
    if fields is not None:
        return postal_address(fields, order.placed.destination.place)
    return _address_of(shop, Role.BUYER, order.placed.buyer)


def posting_address(shop: Shop, order: Order, parcel: ParcelId) -> AddressAnswer:
    """Return where a parcel of an order goes, while its sender has it to post."""
    if not _is_to_post(shop, order, parcel):
        return refuse(AddressRefusal.NOTHING_TO_POST)
    if order.is_inbound(parcel):
        return shop.directory.workshop()
    return shipping_address(shop, order) or refuse(AddressRefusal.ADDRESS_UNKNOWN)


def _is_to_post(shop: Shop, order: Order, parcel: ParcelId) -> bool:
    """Return whether a parcel is paid, not yet handed in, and not collected by its buyer."""
    mode = shop.edition(order.placed.edition).shipping.mode(order.placed.mode)
    return (
        order.state is OrderState.PAID
        and order.parcels[parcel].state is ParcelState.ANNOUNCED
        and any(piece not in order.gone for piece in order.pieces_in(parcel))
        and mode.sender is not Sender.BUYER
    )


def return_address(shop: Shop, returned: Return) -> AddressAnswer:
    """Return where a return goes, while its buyer has it to post."""
    parcel = returned.opened.parcel
    if parcel is None or returned.state is not ReturnState.ACCEPTED:
        return refuse(AddressRefusal.NOTHING_TO_POST)
    return addressee(shop, parcel.to) or refuse(AddressRefusal.ADDRESS_UNKNOWN)


def addressee(shop: Shop, to: str) -> PostalAddress | None:
    """Return the address of the workshop or of a seller; None for one the directory has not."""
    return shop.directory.workshop() if to == WORKSHOP else _address_of(shop, Role.SELLER, to)


def _address_of(shop: Shop, role: Role, person: str) -> PostalAddress | None:
    contact = shop.directory.contact(Recipient(role=role, id=person))
    return None if contact is None else contact.address


def written_out(to: PostalAddress) -> str:
    """Return an address line by line, as it is written on a parcel.

    >>> from vintage_rules.places import Place
    >>> paris = Place(country="FR", postal_code="75011", city="Paris")
    >>> print(
    ...     written_out(
    ...         PostalAddress(name="Atelier", lines=("1 rue du Lin",), place=paris)
    ...     )
    ... )
    Atelier
    1 rue du Lin
    75011 Paris
    FR
    """
    place = to.place
    town = " ".join(part for part in (place.postal_code, place.city) if part)
    return "\n".join(line for line in (to.name, *to.lines, town, place.country) if line)
