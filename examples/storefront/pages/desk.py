"""A seller's desk: offers to answer, what to post and where to, returns, payouts, new pieces."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from fastapi import APIRouter, HTTPException, Response

from examples.storefront.demo import MADE, SIZES
from examples.storefront.host import Look
from examples.storefront.pages.shown import Lists, tiles, titles
from examples.storefront.pictures import COLOURS, GARMENTS, PATTERNS
from examples.storefront.security import new_name
from examples.storefront.visit import Form, Visit, Visiting
from vintage_rules import BuyerId, ParcelId, PieceId, Refused
from vintage_rules.marketplace import PieceEntered, PieceView
from vintage_rules.offers import SellerTerms
from vintage_rules.orders import Order
from vintage_rules.returns import CheckedPiece, Finding

router = APIRouter()
_DECADES = (1950, 1960, 1970, 1980, 1990)


@router.get("/desk")
def show_desk(visit: Visiting) -> Response:
    """Show what waits for the seller."""
    return _desk(visit)


def _desk(visit: Visit, problems: Sequence[str] = (), status: int = 200) -> Response:
    seller, desk, lists = visit.seller, visit.site.market.seller_desk, Lists(visit)
    offers = lists.rows("offers", partial(desk.offers, seller, seller.id))
    parcels = lists.rows("parcels", partial(desk.parcels, seller, seller.id))
    returns = lists.rows("returns", partial(desk.returns, seller, seller.id))
    payouts = lists.rows("payouts", partial(desk.payouts, seller, seller.id))
    pieces = [
        *(offer.piece for offer in offers),
        *(payout.piece for payout in payouts),
        *(piece for posting in parcels for piece in posting.parcel.pieces),
        *(piece for each in returns for piece in each.pieces),
    ]
    catalogue, shop_pieces = visit.site.market.catalogue, visit.site.market.pieces
    offered = list(dict.fromkeys(offer.piece for offer in offers))
    listed = lists.rows("listed", partial(catalogue.on_sale, seller, seller=seller.id))
    return visit.page(
        "desk.html",
        status=status,
        problems=problems,
        after=lists.after,
        offers=offers,
        postings=[
            (each.parcel, None if isinstance(each.address, Refused) else each.address)
            for each in parcels
        ],
        returns=returns,
        payouts=payouts,
        titles=titles(visit, pieces),
        buyers={offer.buyer: _name(visit, offer.buyer) for offer in offers},
        prices={view.piece: view.price for view in shop_pieces.views(seller, offered)},
        listed=tiles(visit, listed),
        findings=tuple(Finding),
        choices={
            "garment": tuple(GARMENTS),
            "colour": tuple(COLOURS),
            "pattern": PATTERNS,
            "material": sorted({each for materials, *_ in MADE.values() for each in materials}),
            "size": ("", *SIZES),
        },
        decades=_DECADES,
        number=new_name("8R"),
    )


def _name(visit: Visit, buyer: str) -> str:
    person = visit.site.host.person(buyer)
    return buyer if person is None else person.name


def _answered(visit: Visit, answer: object, done: str) -> Response:
    if not isinstance(answer, (PieceView, Order)):
        return _desk(visit, visit.words.sentences(answer), 409)
    visit.site.work()
    return visit.leave_for("/desk", visit.words.text(done))


@router.post("/desk/offers/{piece}/{buyer}")
def answer_offer(piece: str, buyer: str, visit: Visiting) -> Response:
    """Accept an offer, decline it or name another price. Clauses N4 to N8."""
    by, pieces, whose = visit.seller, visit.site.market.pieces, BuyerId(buyer)
    match visit.form.one("answer"):
        case "accept":
            answer = pieces.accept_offer(by, piece, whose)
        case "decline":
            answer = pieces.decline_offer(by, piece, whose)
        case "counter":
            answer = pieces.counter_offer(by, piece, whose, visit.form.money("price"))
        case _:
            raise HTTPException(422, "error.form")
    return _answered(visit, answer, "desk.answered")


@router.post("/desk/orders/{order}/parcels/{parcel}")
def hand_in(order: str, parcel: str, visit: Visiting) -> Response:
    """Say that a parcel was handed in, under its number. Clauses S1, S2."""
    number = visit.form.one("number")
    parcels = visit.site.market.parcels
    answer = parcels.hand_in(visit.seller, order, ParcelId(parcel), number)
    if isinstance(answer, Order):
        visit.site.host.hand_in(" ".join(number.split()), visit.site.clock.now())
    return _answered(visit, answer, "desk.posted")


@router.post("/desk/orders/{order}/cancel/{piece}")
def cancel(order: str, piece: str, visit: Visiting) -> Response:
    """Cancel a sale that cannot be posted."""
    answer = visit.site.market.orders.cancel(visit.seller, order, PieceId(piece))
    return _answered(visit, answer, "desk.cancelled")


@router.post("/desk/orders/{order}/returns/{case}")
def receive_return(order: str, case: str, visit: Visiting) -> Response:
    """Say that a return has arrived, and what each piece is like. Clause F1."""
    seller, returns = visit.seller, visit.site.market.returns
    answer: object = returns.receive_return(
        seller, order, case, visit.site.market.shop.day(visit.site.clock.now())
    )
    if isinstance(answer, Order) and visit.form.one("finding"):
        answer = returns.check_return(seller, order, case, findings_of(visit.form))
    return _answered(visit, answer, "desk.received")


def findings_of(form: Form) -> list[CheckedPiece]:
    """Return what a check has found, the same of every piece of a form."""
    finding = form.one("finding")
    if finding not in tuple(Finding):
        raise HTTPException(422, "error.form")
    return [CheckedPiece(piece=PieceId(p), finding=Finding(finding)) for p in form.many("piece")]


@router.post("/desk/prices/{piece}")
def change_price(piece: str, visit: Visiting) -> Response:
    """Change the initial price of a piece."""
    price = visit.form.money("price")
    answer = visit.site.market.pieces.change_price(visit.seller, piece, price)
    return _answered(visit, answer, "desk.price-changed")


@router.post("/desk/pieces")
def list_piece(visit: Visiting) -> Response:
    """List a piece: what it looks like, what it weighs, what it costs."""
    form, seller = visit.form, visit.seller
    chosen = {name: form.one(name) for name in ("garment", "colour", "material", "pattern")}
    known = (
        chosen["material"] in MADE.get(chosen["garment"], ((),))[0],
        chosen["colour"] in COLOURS,
        chosen["pattern"] in PATTERNS,
        form.one("decade") in map(str, _DECADES),
        form.one("size") in {"", *SIZES},
    )
    if not all(known):
        return _desk(visit, [visit.words.text("desk.not-made-of")], 422)
    piece = PieceId(new_name(f"{chosen['material']}-{chosen['garment']}"))
    weight = form.one("weight")[:9]
    entered = PieceEntered(
        at=visit.site.clock.now(),
        piece=piece,
        seller=seller.id,
        weight_g=int(weight) if weight.isascii() and weight.isdigit() else 0,  # 0 is refused
        description=piece,
    )
    terms = SellerTerms.only(open_to_offers=bool(form.one("offers")))
    look = Look(id=piece, decade=int(form.one("decade")), size=form.one("size"), **chosen)
    answer = visit.site.market.pieces.list_piece(seller, entered, form.money("price"), terms)
    visit.site.host.add_looks([look])
    return _answered(visit, answer, "desk.listed-done")
