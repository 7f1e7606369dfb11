"""The house's desk: the workshop, returns, claims, disputes, cases, dead letters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from fastapi import APIRouter, HTTPException, Response

from examples.storefront.pages.desk import findings_of
from examples.storefront.pages.shown import ROWS, Lists, titles
from examples.storefront.security import new_name
from examples.storefront.visit import Visit, Visiting
from vintage_rules import OrderId, ParcelId, PieceId, Refused, SellerId, errors
from vintage_rules.marketplace import DisputeStatus
from vintage_rules.orders import Order, WorkshopFinding
from vintage_rules.returns import Finding, SettledPiece
from vintage_rules.shipping.parcels import WORKSHOP

router = APIRouter()


@router.get("/house")
def show_house(visit: Visiting) -> Response:
    """Show what waits for the house."""
    return _house(visit)


def _house(visit: Visit, problems: Sequence[str] = (), status: int = 200) -> Response:
    house, market = visit.house, visit.site.market
    desk, lists = market.house_desk, Lists(visit)
    reception = lists.rows("reception", partial(desk.reception, house))
    checks = lists.rows("checks", partial(desk.checks, house))
    returns = lists.rows("returns", partial(desk.returns, house))
    claims = lists.rows("claims", partial(desk.claims, house))
    to_post = lists.rows("parcels", partial(market.seller_desk.parcels, house, SellerId(WORKSHOP)))
    overdue = lists.rows("overdue", partial(desk.overdue, house))
    disputes = lists.rows("disputes", partial(desk.disputes, house))
    cases = lists.rows("cases", partial(desk.cases, house))
    pieces = [
        *(piece for parcel in reception for piece in parcel.pieces),
        *(piece for each in returns for piece in each.pieces),
        *(piece for claim in claims for piece in claim.pieces),
        *(each.piece for each in checks),
        *(piece for posting in to_post for piece in posting.parcel.pieces),
    ]
    return visit.page(
        "house.html",
        status=status,
        problems=problems,
        after=lists.after,
        reception=reception,
        checks=checks,
        postings=[
            (each.parcel, None if isinstance(each.address, Refused) else each.address)
            for each in to_post
        ],
        returns=returns,
        claims=claims,
        overdue=overdue,
        disputes=disputes,
        cases=cases,
        dead_letters=market.dead_letters.list(house, limit=ROWS),
        health=market.health(),
        titles=titles(visit, pieces),
        sellers=visit.site.host.names_of_sellers(),
        findings=tuple(Finding),
        workshop=WORKSHOP,
        number=new_name("8R"),
    )


def _answered(visit: Visit, answer: object) -> Response:
    if isinstance(answer, Refused):
        return _house(visit, visit.words.sentences(answer), 409)
    if not isinstance(answer, Order):
        return _house(visit, visit.words.sentences(answer), 409)
    return _done(visit)


def _done(visit: Visit) -> Response:
    visit.site.work()
    return visit.leave_for("/house", visit.words.text("house.done"))


@router.post("/house/orders/{order}/receive/{parcel}")
def receive(order: str, parcel: str, visit: Visiting) -> Response:
    """Say that the workshop has a parcel. Clause L5."""
    parcels = visit.site.market.parcels
    return _answered(visit, parcels.receive_parcel(visit.house, order, ParcelId(parcel)))


@router.post("/house/orders/{order}/check/{piece}")
def check(order: str, piece: str, visit: Visiting) -> Response:
    """Say what the workshop's check of a piece found. Clause L5."""
    fails = visit.form.one("finding") == WorkshopFinding.FAILS
    finding = WorkshopFinding.FAILS if fails else WorkshopFinding.AS_DESCRIBED
    parcels = visit.site.market.parcels
    return _answered(visit, parcels.check_piece(visit.house, order, PieceId(piece), finding))


@router.post("/house/orders/{order}/post/{parcel}")
def post(order: str, parcel: str, visit: Visiting) -> Response:
    """Say that the workshop has handed a parcel in. Clauses L3, S1."""
    number = visit.form.one("number")
    answer = visit.site.market.parcels.hand_in(visit.house, order, ParcelId(parcel), number)
    if isinstance(answer, Order):
        visit.site.host.hand_in(" ".join(number.split()), visit.site.clock.now())
    return _answered(visit, answer)


@router.post("/house/orders/{order}/returns/{case}")
def settle_return(order: str, case: str, visit: Visiting) -> Response:
    """Accept, decline, receive, check or settle a return. Clauses R1 to R5, F1."""
    house, returns, form = visit.house, visit.site.market.returns, visit.form
    today = visit.site.market.shop.day(visit.site.clock.now())
    pieces = [SettledPiece(piece=PieceId(piece)) for piece in form.many("piece")]
    answer: object
    match form.one("do"):
        case "accept":
            answer = returns.accept_return(house, order, case)
        case "decline":
            answer = returns.decline_return(house, order, case, form.one("why") or "–")
        case "receive":
            answer = returns.receive_return(house, order, case, today)
        case "check":
            answer = returns.check_return(house, order, case, findings_of(form))
        case "settle":
            answer = returns.settle_review(house, order, case, pieces)
        case _:
            raise HTTPException(422, "error.form")
    return _answered(visit, answer)


@router.post("/house/orders/{order}/claims/{case}")
def settle_claim(order: str, case: str, visit: Visiting) -> Response:
    """Uphold a claim or reject it, or say what a search has found. Clauses R9, R10."""
    house, claims, form = visit.house, visit.site.market.claims, visit.form
    pieces = [SettledPiece(piece=PieceId(piece)) for piece in form.many("piece")]
    answer: object
    match form.one("do"):
        case "uphold":
            answer = claims.uphold_claim(house, order, case, pieces)
        case "reject":
            answer = claims.reject_claim(house, order, case, form.one("why") or "–")
        case "found":
            answer = claims.report_found(house, order, case)
        case "lost":
            answer = claims.report_lost(house, order, case)
        case _:
            raise HTTPException(422, "error.form")
    return _answered(visit, answer)


@router.post("/house/disputes")
def record_dispute(visit: Visiting) -> Response:
    """Record a dispute that a bank reports, or how it ended."""
    form, orders = visit.form, visit.site.market.orders
    order, tender = OrderId(form.one("order")), form.one("tender")
    status = form.one("status")
    if status not in tuple(DisputeStatus):
        raise HTTPException(422, "error.form")
    try:
        answer = orders.record_dispute(visit.house, order, tender, DisputeStatus(status))
    except errors.NotFoundError:
        return _house(visit, [visit.words.text("house.unknown-order")], 404)
    return _answered(visit, answer)


@router.post("/house/cases")
def settle_case(visit: Visiting) -> Response:
    """Say that a person has seen to a case."""
    visit.site.market.cases.settle(visit.house, visit.form.one("case"), visit.form.one("note"))
    return _done(visit)


@router.post("/house/dead-letters")
def dead_letter(visit: Visiting) -> Response:
    """Have a dead letter handled again, or say that it was seen to otherwise."""
    letters, key = visit.site.market.dead_letters, visit.form.one("key")
    if visit.form.one("do") == "retry":
        letters.retry(visit.house, key)
    else:
        letters.settle(visit.house, key)
    return _done(visit)
