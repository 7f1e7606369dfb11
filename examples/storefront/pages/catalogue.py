"""What anyone sees: pieces on sale, those just sold, and the page of a piece with its offers."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from attrs import frozen
from fastapi import APIRouter, HTTPException, Response

from examples.storefront.pages.shown import tiles
from examples.storefront.pictures import picture
from examples.storefront.security import new_name
from examples.storefront.site import COUNTRIES
from examples.storefront.visit import Visit, Visiting
from vintage_rules import Money, OrderId, PieceId, SellerId
from vintage_rules.marketplace import Cart, CartItem, CatalogueOrder, PieceView
from vintage_rules.orders.quote import OrderQuote

router = APIRouter()
_PAGE = 24


@router.get("/")
def on_sale(visit: Visiting) -> Response:
    """Show what is on sale: of all sellers or of one, the newest first or by price."""
    form = visit.form
    order = form.one("order", CatalogueOrder.NEWEST)
    if order not in tuple(CatalogueOrder):
        raise HTTPException(404, "error.not-found")
    seller = form.one("seller")
    page = visit.site.market.catalogue.on_sale(
        visit.buyer,
        seller=SellerId(seller) if seller else None,
        order=CatalogueOrder(order),
        limit=_PAGE,
        after=form.one("after") or None,
    )
    return visit.page(
        "catalogue.html",
        tiles=tiles(visit, page.rows),
        order=order,
        orders=tuple(CatalogueOrder),
        seller=seller,
        sellers=visit.site.host.names_of_sellers(),
        more=_more("/", {"order": order, "seller": seller}, page.after),
        sold=False,
    )


@router.get("/sold")
def sold(visit: Visiting) -> Response:
    """Show what was sold lately, which is still to be seen. Clause A4."""
    page = visit.site.market.catalogue.sold(
        visit.buyer, limit=_PAGE, after=visit.form.one("after") or None
    )
    return visit.page(
        "catalogue.html",
        tiles=tiles(visit, page.rows),
        order="",
        orders=(),
        seller="",
        sellers={},
        more=_more("/sold", {}, page.after),
        sold=True,
    )


def _more(path: str, query: dict[str, str], after: str | None) -> str | None:
    if after is None:
        return None
    return f"{path}?{urlencode({**{k: v for k, v in query.items() if v}, 'after': after})}"


@router.get("/pictures/{piece}.svg")
def show_picture(piece: str, visit: Visiting) -> Response:
    """Draw a piece."""
    look = visit.site.looks([piece]).get(piece)
    if look is None:
        raise HTTPException(404, "error.not-found")
    kept = {"Cache-Control": "public, max-age=86400"}
    return Response(picture(look), media_type="image/svg+xml", headers=kept)


@frozen(kw_only=True)
class Postage:
    """What one piece would cost in a country by one mode, or why it has no price."""

    mode: str
    quote: OrderQuote | None
    sentences: Sequence[str]


@router.get("/pieces/{piece}")
def show_piece(piece: str, visit: Visiting) -> Response:
    """Show a piece: its price and the history of it, offers, and postage by country."""
    return _piece_page(visit, piece)


def _piece_page(
    visit: Visit, piece: str, problems: Sequence[str] = (), status: int = 200
) -> Response:
    country = visit.form.one("country", visit.session.country)
    if country in COUNTRIES:
        visit.session.country = country
    page = visit.site.market.catalogue.piece(visit.buyer, piece)
    look = visit.site.looks([piece]).get(piece)
    own = next((each for each in page.piece.offers if each.buyer == visit.buyer.id), None)
    postage = _postage(visit, page.piece) if page.piece.available else ()
    return visit.page(
        "piece.html",
        status=status,
        piece=page.piece,
        prices=page.prices,
        look=look,
        title=visit.words.title(look, piece),
        seller_name=visit.site.host.names_of_sellers().get(page.piece.seller, page.piece.seller),
        own=own,
        postage=postage,
        customs=any(each.quote and _has_customs(each.quote) for each in postage),
        problems=problems,
        in_cart=piece in visit.session.cart,
    )


def _has_customs(quote: OrderQuote) -> bool:
    """Return whether customs look at what is sent there. Clause L13."""
    return not quote.destination.territory.is_inside_the_union


def _postage(visit: Visit, piece: PieceView) -> tuple[Postage, ...]:
    """Return what the piece costs in the country that is chosen, by each mode. Clause L12."""
    modes = visit.site.market.shop.policy(visit.site.clock.now()).shipping.modes
    return tuple(_quoted(visit, piece.piece, piece.price, mode) for mode in modes)


def _quoted(visit: Visit, piece: PieceId, price: Money, mode: str) -> Postage:
    where = {"country": visit.session.country}
    cart = Cart(
        order=OrderId(new_name("estimate")),
        items=(CartItem(piece=piece, price=price),),
        mode=mode,
        shipping_address=where,
        billing_address=where,
        means=None,
    )
    answer = visit.site.market.checkouts.quote(visit.buyer, cart)
    quote = answer if isinstance(answer, OrderQuote) else None
    return Postage(mode=mode, quote=quote, sentences=visit.words.sentences(answer))


@router.post("/pieces/{piece}/offers")
def make_offer(piece: str, visit: Visiting) -> Response:
    """Offer a price. Clauses N1 to N3, N8."""
    price = visit.form.money("price")
    answer = visit.site.market.pieces.make_offer(visit.buyer, piece, price)
    if not isinstance(answer, PieceView):
        return _piece_page(visit, piece, visit.words.sentences(answer), 409)
    visit.site.work()
    done = visit.words.text("offer.made", price=visit.words.money(price))
    return visit.leave_for(f"/pieces/{piece}", done)


@router.post("/pieces/{piece}/alert")
def set_alert(piece: str, visit: Visiting) -> Response:
    """Request a letter if a sold piece comes back. Clause A5."""
    if visit.person is None:
        return visit.leave_for("/sign-in", visit.words.reason("not-signed-in"))
    answer = visit.site.market.pieces.set_alert(visit.buyer, piece)
    if not isinstance(answer, PieceView):
        return _piece_page(visit, piece, visit.words.sentences(answer), 409)
    return visit.leave_for(f"/pieces/{piece}", visit.words.text("alert.set"))
