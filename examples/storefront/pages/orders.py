"""An order: where its parcels are, what happens next and why, and what its buyer may do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from attrs import frozen
from fastapi import APIRouter, HTTPException, Response

from examples.storefront.pages.shown import titles
from examples.storefront.visit import Visit, Visiting
from vintage_rules import ParcelId, PieceId, Refused
from vintage_rules.dates import zone
from vintage_rules.marketplace import Actor, TimelineEvent
from vintage_rules.money import total
from vintage_rules.orders import ORDER, CancelPieces, Order, OrderState
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.returns.deadline import ReturnDeadline, return_deadline
from vintage_rules.returns.request.states import OVER, ReturnState
from vintage_rules.shipping.parcel.states import ParcelState

router = APIRouter()
_WITHDRAWAL, _CLAIM = "withdrawal", "claim"
# After these, a return of the same pieces may be requested again.
_AGAIN = {ReturnState.DECLINED, ReturnState.LAPSED}


@frozen(kw_only=True)
class Sent:
    """A parcel to the buyer: what is in it, where it is, and when it arrives in words."""

    id: ParcelId
    state: ParcelState
    number: str | None
    pieces: tuple[PieceId, ...]
    promise: Sequence[str]
    from_workshop: bool


@frozen(kw_only=True)
class Happening:
    """A line of the timeline."""

    at: datetime
    text: str


def order_of(visit: Visit, order: str) -> tuple[Actor, Order]:
    """Return an order as its buyer or the house sees it, and who of both looks."""
    staff = visit.person is not None and visit.person.staff
    by: Actor = visit.house if staff else visit.buyer_of(order)
    known = visit.site.market.orders.view(by, order)
    if not isinstance(known, Order):
        raise HTTPException(403, "error.not-allowed")
    return by, known


@router.get("/orders/{order}")
def show_order(order: str, visit: Visiting) -> Response:
    """Show an order."""
    return order_page(visit, order)


def order_page(
    visit: Visit, order: str, problems: Sequence[str] = (), status: int = 200
) -> Response:
    """Show an order, and what kept something from being done."""
    by, known = order_of(visit, order)
    site, words = visit.site, visit.words
    policy = site.market.shop.edition(known.placed.edition)
    timeline = site.market.buyer_pages.timeline(by, order)
    remaining = [line.piece for line in known.placed.lines if line.piece not in known.gone]
    returning = {
        piece
        for each in known.returns.values()
        if each.state not in _AGAIN
        for piece in each.opened.pieces
    }
    returnable = [
        piece for piece in remaining if known.delivered_at(piece) and piece not in returning
    ]
    called = titles(visit, [line.piece for line in known.placed.lines])
    return visit.page(
        "order.html",
        status=status,
        problems=problems,
        order=known,
        titles=called,
        parcels=[_sent(visit, by, known, parcel.id) for parcel in known.placed.parcels],
        inbound=[(each, known.parcels[each.id].state) for each in known.placed.inbound],
        happened=list(_in_words(visit, timeline.happened))[::-1],
        coming=list(_in_words(visit, timeline.coming, to_come=True)),
        waits=_waits(known),
        state=_state(known),
        remaining=remaining,
        deadline=_deadline(visit, known, policy) if returnable else (),
        cancellable=_may_cancel(visit, known, policy),
        returnable=returnable,
        open_states={ReturnState.ACCEPTED, ReturnState.REQUESTED},
        letters=site.host.letters(known.placed.buyer, order),
        sellers=site.host.names_of_sellers(),
        fees=known.placed.fee + known.placed.kept_fees,
        shipping=total((each.shipping for each in known.placed.parcels), known.currency),
        why=[words.clause(source) for source in _sources(known)],
        today=site.market.shop.day(site.clock.now()),
    )


def _sent(visit: Visit, by: Actor, order: Order, parcel: ParcelId) -> Sent:
    known = order.parcels[parcel]
    promise = visit.site.market.orders.promise(by, order.placed.order, parcel)
    (planned,) = (each for each in order.placed.parcels if each.id == parcel)
    return Sent(
        id=parcel,
        state=known.state,
        number=known.tracking_number,
        pieces=order.pieces_in(parcel),
        promise=() if promise is None else visit.words.sentences(promise),
        from_workshop=planned.sender == "workshop",
    )


def _state(order: Order) -> OrderState:
    """Return the state as a buyer sees it: an order without any piece left is cancelled."""
    pieces = {line.piece for line in order.placed.lines}
    return OrderState.CANCELLED if pieces <= set(order.cancelled) else order.state


def _waits(order: Order) -> str:
    """Return the text of what an order waits for, where no date says so."""
    parcels = [order.parcels[each.id] for each in order.placed.parcels if order.pieces_in(each.id)]
    if any(each.state not in OVER for each in order.returns.values()):
        return "awaits-return"
    if order.state is not OrderState.PAID or not parcels:
        return "nothing-next"
    if any(each.state is ParcelState.ANNOUNCED for each in parcels):
        return "awaits-posting"
    travels = {ParcelState.HANDED_IN, ParcelState.UNDER_WAY, ParcelState.HELD_AT_CUSTOMS}
    return "awaits-arrival" if any(each.state in travels for each in parcels) else "nothing-next"


def _in_words(
    visit: Visit, events: Sequence[TimelineEvent], *, to_come: bool = False
) -> Iterator[Happening]:
    """Return the events that say something to a buyer, in words; what is to come by itself too."""
    for event in events:
        key = f"event.{event.what}"
        if to_come and visit.words.knows(f"coming.{event.what}"):
            key = f"coming.{event.what}"
        if visit.words.knows(key):
            yield Happening(at=event.at, text=visit.words.text(key))


def _sources(order: Order) -> tuple[str, ...]:
    """Return the clauses that what comes next rests on."""
    if order.received:
        return ("R1", "R2", "R6")
    return ("L3", "L5", "C3") if order.placed.inbound else ("L8", "S1", "C3")


def _deadline(visit: Visit, order: Order, policy: HousePolicy) -> Sequence[str]:
    """Return until when pieces may come back, in the library's words. Clause R1."""
    where, returns = zone(policy.zone), policy.returns.returns
    days = [order.day_received(piece, where) for piece in order.received]
    known = [day for day in days if day is not None]
    if not known:
        return ()
    territory = order.placed.destination.territory
    case = returns.case(territory, reason=_WITHDRAWAL, mode=order.placed.mode)
    shop = visit.site.market.shop
    answer = return_deadline(max(known), case, returns, shop.calendar)
    return visit.words.sentences(answer) if isinstance(answer, ReturnDeadline) else ()


def _may_cancel(visit: Visit, order: Order, policy: HousePolicy) -> bool:
    """Return whether the buyer may cancel something still, by the rule that decides it."""
    command = CancelPieces(at=visit.site.clock.now(), by="buyer")
    decided = ORDER.decide(order, command, policy, visit.site.market.shop.calendar)
    return not isinstance(decided, Refused)


def _answered(visit: Visit, order: str, answer: object, done: str) -> Response:
    """Answer a command on an order: done, or why not."""
    if not isinstance(answer, Order):
        return order_page(visit, order, visit.words.sentences(answer), 409)
    visit.site.work()
    return visit.leave_for(f"/orders/{order}", visit.words.text(done))


@router.post("/orders/{order}/cancel")
def cancel(order: str, visit: Visiting) -> Response:
    """Cancel what has not left yet: all of it, or the pieces that are chosen. Clause R2."""
    by, known = order_of(visit, order)
    pieces = [PieceId(piece) for piece in visit.form.many("piece")]
    if visit.form.one("all"):
        pieces = []
    elif not pieces and len(known.placed.lines) > 1:
        return order_page(visit, order, [visit.words.reason("no-pieces")], 422)
    answer = visit.site.market.orders.cancel(by, order, *pieces)
    return _answered(visit, order, answer, "order.cancelled")


@router.post("/orders/{order}/returns")
def request_return(order: str, visit: Visiting) -> Response:
    """Request a return; the same form again is the same request. Clauses R1 to R5."""
    by, known = order_of(visit, order)
    form, market = visit.form, visit.site.market
    pieces = [PieceId(piece) for piece in form.many("piece")]
    if not pieces:
        return order_page(visit, order, [visit.words.reason("no-pieces")], 422)
    number = known.parcel_of(pieces[0]).tracking_number
    answer = market.returns.request_return(
        by,
        order,
        form.one("request"),
        pieces,
        parcel_number=number,
        reason=_CLAIM if form.one("reason") == _CLAIM else _WITHDRAWAL,
        photos=1 if form.one("photo") else 0,
    )
    return _answered(visit, order, answer, "order.return-requested")


@router.post("/orders/{order}/returns/{case}/post")
def post_return(order: str, case: str, visit: Visiting) -> Response:
    """Say that a return was posted, with its label. Clause R1."""
    by, _ = order_of(visit, order)
    today = visit.site.market.shop.day(visit.site.clock.now())
    answer = visit.site.market.returns.post_return(by, order, case, today)
    return _answered(visit, order, answer, "order.return-posted")


@router.post("/orders/{order}/claims")
def open_claim(order: str, visit: Visiting) -> Response:
    """Claim a defect, or that a parcel never came. Clauses R9, R10."""
    by, _ = order_of(visit, order)
    form = visit.form
    kind = form.one("kind")
    if kind not in {"defect", "not-received"}:
        raise HTTPException(422, "error.form")
    pieces = [PieceId(piece) for piece in form.many("piece")]
    photos = 1 if form.one("photo") else 0
    answer = visit.site.market.claims.open_claim(
        by, order, form.one("request"), kind, pieces, photos=photos
    )
    return _answered(visit, order, answer, "order.claim-opened")


@router.post("/orders/{order}/parcels/{parcel}/refund")
def answer_refund(order: str, parcel: str, visit: Visiting) -> Response:
    """Agree to a refund of what went back, or rather have it again. Clause L14."""
    by, _ = order_of(visit, order)
    agrees = visit.form.one("agrees") == "yes"
    answer = visit.site.market.parcels.answer_refund(by, order, ParcelId(parcel), agrees=agrees)
    return _answered(visit, order, answer, "order.answered")


@router.get("/letters/label")
def show_label(visit: Visiting) -> Response:
    """Show the label that came with a letter of one's own, or about an order that was opened."""
    host, key = visit.site.host, visit.form.one("key")
    opened = visit.session.opened
    letter = host.letter(visit.buyer.id, key) or next(
        (
            found
            for order, guest in opened.items()
            if (found := host.letter(guest, key)) is not None and found.about == order
        ),
        None,
    )
    if letter is None or not letter.label:
        raise HTTPException(404, "error.not-found")
    return Response(letter.label, media_type="image/svg+xml")
