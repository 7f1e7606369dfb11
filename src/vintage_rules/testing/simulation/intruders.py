"""People who use names and things of others, and are to be refused.

What they are answered all the same is kept among the wrongs of a town, which its audit names.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from vintage_rules.ids import PieceId
from vintage_rules.marketplace.actors import Buyer, Seller, Visitor
from vintage_rules.marketplace.commands.carts import Cart, CartItem
from vintage_rules.marketplace.commands.payment_holds import Means
from vintage_rules.orders.states import Order
from vintage_rules.testing.simulation.town import Deed, Town


def intrude(town: Town, order: Order | None, addresses: dict[str, str]) -> tuple[str, Deed] | None:
    """Draw what a person tries with the order of another."""
    if order is None:
        return None
    stranger = _stranger(town, order)
    if stranger is None:
        return None
    tried = town.random.choice((_check_out, _cancel, _request_return, _look, _cancel_as_seller))
    return "intrude", partial(tried, town, order, stranger, addresses)


def _stranger(town: Town, order: Order) -> Buyer | None:
    buyer = town.buyer()
    own: set[str] = {order.placed.buyer, *(line.seller for line in order.placed.lines)}
    return None if buyer.id in own else buyer


def _refused(town: Town, act: str, do: Callable[[], object]) -> None:
    """Do what is to be refused for who does it; anything but that is a wrong."""
    answer = do()  # an error is what is expected
    town.wrongs.append(f"{act}: allowed to a stranger, with {type(answer).__name__}")


def _check_out(town: Town, order: Order, stranger: Buyer, addresses: dict[str, str]) -> None:
    """Check out under the name of another's order: nothing of it is answered."""
    line = order.placed.lines[0]
    cart = Cart(
        order=order.placed.order,
        items=(CartItem(piece=PieceId(line.piece), price=line.price),),
        mode=order.placed.mode,
        shipping_address=addresses,
        billing_address=addresses,
        means=Means(tender=town.customs.tenders[0], source="approved", brand=None),
    )
    _refused(town, "check out", lambda: town.market.checkouts.check_out(stranger, cart))


def _cancel(town: Town, order: Order, stranger: Buyer, _: dict[str, str]) -> None:
    _refused(town, "cancel", lambda: town.market.orders.cancel(stranger, order.placed.order))


def _cancel_as_seller(town: Town, order: Order, stranger: Buyer, _: dict[str, str]) -> None:
    seller = Seller(stranger.id)
    _refused(town, "cancel", lambda: town.market.orders.cancel(seller, order.placed.order))


def _request_return(town: Town, order: Order, stranger: Buyer, _: dict[str, str]) -> None:
    piece, name = order.placed.lines[0].piece, order.placed.order
    _refused(
        town,
        "request a return",
        lambda: town.market.returns.request_return(
            stranger, name, "stolen", [piece], parcel_number="8R"
        ),
    )


def _look(town: Town, order: Order, stranger: Buyer, _: dict[str, str]) -> None:
    who = town.random.choice((stranger, Visitor()))
    _refused(town, "see an order", lambda: town.market.orders.view(who, order.placed.order))
