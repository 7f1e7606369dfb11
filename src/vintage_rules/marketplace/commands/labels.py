"""Labels of parcels on their way out, for who posts where the house gives them. Clauses L8, S1.

A label is bought when it is wanted, by the mail of the sale or by who posts, under one key for each
journey of a parcel: it is the same however often it is wanted. It is printed with the buyer's
address, and so is kept by the carrier alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from vintage_rules.ids import ParcelId, PieceId
from vintage_rules.machine import Refused, refuse
from vintage_rules.marketplace.actors import WORKER
from vintage_rules.marketplace.commands.addresses import addressee, posting_address
from vintage_rules.marketplace.commands.reported_payments import lasting_key
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.streams import PIECES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.money import total
from vintage_rules.orders.refusals import AddressRefusal
from vintage_rules.orders.states import Order
from vintage_rules.ports.carrier import Label, Shipment, ShipmentRefused
from vintage_rules.shipping.parcels import gives_labels

LabelAnswer: TypeAlias = Label | ShipmentRefused | Refused[AddressRefusal]
"""The label of a parcel, or why there is none: the house's reason, or the carrier's."""


def outbound_label(shop: Shop, order: Order, parcel: ParcelId) -> LabelAnswer:
    """Return the label of a parcel that is to be posted, with the address it goes to.

    Raises what the carrier raises.
    """
    mode = shop.edition(order.placed.edition).shipping.mode(order.placed.mode)
    if shop.carrier is None or not gives_labels(mode):
        return refuse(AddressRefusal.NO_LABEL)
    to = posting_address(shop, order, parcel)
    if isinstance(to, Refused):
        return to
    (sender,) = (each.sender for each in order.placed.all_parcels if each.id == parcel)
    origin = addressee(shop, sender)
    if origin is None:
        return refuse(AddressRefusal.ADDRESS_UNKNOWN)
    pieces = tuple(piece for piece in order.pieces_in(parcel) if piece not in order.gone)
    shipment = Shipment(
        reference=parcel,
        sender=origin,
        recipient=to,
        weight_g=weight_of(shop, pieces),
        goods=total((order.line(piece).price for piece in pieces), order.currency),
        description=", ".join(pieces),
    )
    begun = order.parcels[parcel].announced_at.isoformat()
    return shop.carrier.label(lasting_key("label", order.placed.order, parcel, begun), shipment)


def weight_of(shop: Shop, pieces: Sequence[PieceId]) -> int:
    """Return what pieces weigh together, in grams, as they were listed."""

    def command(work: UnitOfWork) -> int:
        states = [work.load(PIECES, piece).state for piece in pieces]
        return sum(state.entered.weight_g for state in states if state is not None)

    return shop.do(WORKER, command)
