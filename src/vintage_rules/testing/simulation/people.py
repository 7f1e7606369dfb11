"""What the people of a town do: each deed is drawn from the seed, and is one command of a host.

Names collide on purpose: an order is called as a parcel of another, a purchase as an order, and the
returns and claims of every order are called the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from vintage_rules.ids import OrderId, ParcelId, PieceId
from vintage_rules.marketplace.actors import Buyer, Seller
from vintage_rules.marketplace.commands.carts import Cart, CartItem
from vintage_rules.marketplace.commands.payment_holds import Means
from vintage_rules.marketplace.commands.pieces import PieceView
from vintage_rules.marketplace.storage.piece_stream import PieceEntered
from vintage_rules.marketplace.storage.streams import CHECKOUTS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.money import Money
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders.commands import WorkshopFinding
from vintage_rules.orders.states import Order, OrderState, PieceStage
from vintage_rules.places import Place
from vintage_rules.ports.carrier import Scan
from vintage_rules.ports.payments import ChallengeNeeded
from vintage_rules.returns.claim.states import Claim, ClaimState
from vintage_rules.returns.pieces import CheckedPiece, Finding, SettledPiece
from vintage_rules.returns.request.states import ReturnState
from vintage_rules.shipping.parcel.states import Parcel, ParcelState, SentBackCause
from vintage_rules.testing.served import named_parts
from vintage_rules.testing.simulation.aftermath import (
    by_hand,
    capture_by_hand,
    close_account,
    dispute,
    settle_by_hand,
)
from vintage_rules.testing.simulation.intruders import intrude
from vintage_rules.testing.simulation.town import HOUSE, POST, Deed, Town

HOME = {
    "name": "Somebody",
    "line1": "1 rue du Marché",
    "line2": "au fond de la cour",
    "postal_code": "33000",
    "city": "Bordeaux",
    "country": "FR",
}
_FINDINGS = (*[Finding.AS_SENT] * 6, Finding.DAMAGED, Finding.MISSING, Finding.ANOTHER_PIECE)


def next_deed(town: Town) -> tuple[str, Deed] | None:
    """Draw what a person does next; None where there is nothing for anyone to do."""
    random = town.random
    if len(town.pieces) < town.scale.pieces and random.random() < _SHARE_OF_NEW_PIECES:
        return "list a piece", _list_piece(town)
    for _ in range(_TRIES):
        drawn = random.choices(_DRAWS, _WEIGHTS)[0](town)
        if drawn is not None:
            return drawn
    return None


_SHARE_OF_NEW_PIECES, _TRIES = 0.4, 5


def _list_piece(town: Town) -> Deed:
    random, seller = town.random, town.seller()
    piece = PieceId(town.name("piece"))
    town.pieces.append(piece)
    entered = PieceEntered(
        at=town.now,
        piece=piece,
        seller=seller.id,
        weight_g=random.randrange(200, 4000),
        description="something old",
    )
    price = town.customs.amount(random.randrange(1000, 60000))
    terms = SellerTerms.only(open_to_offers=random.random() < 0.8)
    return lambda: town.market.pieces.list_piece(seller, entered, price, terms)


def _seen(town: Town) -> PieceView | None:
    """Look at a piece as the house sees it."""
    if not town.pieces:
        return None
    return town.market.pieces.view(HOUSE, town.random.choice(town.pieces))


def _offer(town: Town) -> tuple[str, Deed] | None:
    view = _seen(town)
    if view is None or not view.available:
        return None
    buyer, share = town.buyer(), town.random.randrange(60, 105)
    price = Money(view.price.amount * share // 100 or 1, town.customs.currency)
    town.offered.append(view.piece)
    return "make an offer", lambda: town.market.pieces.make_offer(buyer, view.piece, price)


def _answer(town: Town) -> tuple[str, Deed] | None:
    if not town.offered:
        return None
    view = town.market.pieces.view(HOUSE, town.random.choice(town.offered[-4:]))
    waiting = [offer for offer in view.offers if offer.runs]
    if not waiting:
        return None
    random, pieces, seller = town.random, town.market.pieces, Seller(view.seller)
    offer = random.choice(waiting)
    match random.randrange(3):
        case 0:
            return "accept", lambda: pieces.accept_offer(seller, view.piece, offer.buyer)
        case 1:
            return "decline", lambda: pieces.decline_offer(seller, view.piece, offer.buyer)
        case _:
            share = random.randrange(70, 110)
            price = Money(view.initial_price.amount * share // 100 or 1, town.customs.currency)
            return "counter", lambda: pieces.counter_offer(seller, view.piece, offer.buyer, price)


def _upkeep(town: Town) -> tuple[str, Deed] | None:
    view = _seen(town)
    if view is None:
        return None
    pieces, seller, random = town.market.pieces, Seller(view.seller), town.random
    match random.randrange(5):
        case 0:
            price = town.customs.amount(random.randrange(1000, 60000))
            return "change a price", lambda: pieces.change_price(seller, view.piece, price)
        case 1:
            return "take down", lambda: pieces.take_down(seller, view.piece)
        case 2:
            return "relist", lambda: pieces.relist(seller, view.piece)
        case 3:
            buyer = town.buyer()
            return "set an alert", lambda: pieces.set_alert(buyer, view.piece)
        case _:
            stranger = town.seller()
            return None if stranger.id == view.seller else ("meddle", _meddle(town, view, stranger))


def _meddle(town: Town, view: PieceView, stranger: Seller) -> Deed:
    return lambda: town.market.pieces.take_down(stranger, view.piece)


def _buy(town: Town) -> tuple[str, Deed] | None:
    random = town.random
    wanted = random.sample(town.pieces, min(len(town.pieces), random.randrange(1, 4)))
    buyer = town.buyer()
    views = [town.market.pieces.view(buyer, piece) for piece in wanted]
    items = tuple(
        CartItem(piece=view.piece, price=view.price)
        for view in views
        if view.available or random.random() < 0.1
    )
    if not items:
        return None
    cart = Cart(
        order=town.order(),
        items=items,
        mode=random.choice(sorted(town.customs.policy.shipping.modes)),
        shipping_address=_home(buyer, random.choice(town.customs.places)),
        billing_address=_home(buyer, town.customs.places[0]),
        means=_means(town),
        gift_card_codes=_codes(town),
        parts=_parts(town),
    )
    return "check out", lambda: _validate(town, buyer, cart)


def _parts(town: Town) -> dict[str, Money]:
    """Return what the host alone knows and fees are computed on, such as duties."""
    policy = town.customs.policy
    random = town.random
    return {name: Money(random.choice([0, 1, 7]), policy.currency) for name in named_parts(policy)}


def _home(buyer: Buyer, place: Place) -> dict[str, str]:
    """Return an address of a buyer there: what the place leaves open is the sample's."""
    there = {"country": place.country, "postal_code": place.postal_code, "city": place.city}
    known = {name: text for name, text in there.items() if text is not None}
    return {**HOME, "name": str(buyer), **known}


def _validate(town: Town, buyer: Buyer, cart: Cart) -> object:
    """Check out; a buyer whom the bank wants to see shows themselves, or fails to.

    Some come back to the shop; the others close the page, and the bank reports what it holds.
    """
    answer = town.market.checkouts.check_out(buyer, cart)
    closes_the_page = town.random.random() < _SHARE_WHO_CLOSE_THE_PAGE
    if isinstance(answer, ChallengeNeeded) and cart.means is not None and closes_the_page:
        town.outside.banks[cart.means.tender].answer_challenge(answer.reference)
        _report_all(town, cart.means.tender, cart.order)
    elif isinstance(answer, ChallengeNeeded) and cart.means is not None:
        bank, passed = town.outside.banks[cart.means.tender], town.random.random() < 0.8
        wait = timedelta(minutes=town.random.randrange(1, 90))
        town.later(wait, lambda: bank.answer_challenge(answer.reference, passed=passed))
        again = wait + timedelta(seconds=30)
        town.later(again, lambda: town.market.checkouts.check_out(buyer, cart))
    elif isinstance(answer, Order) and town.random.random() < _SHARE_CAPTURED_BY_HAND:
        capture_by_hand(town, answer)
    return answer


_SHARE_WHO_CLOSE_THE_PAGE, _SHARE_CAPTURED_BY_HAND = 0.7, 0.05


def _report_all(town: Town, tender: str, order: OrderId) -> None:
    """Have the bank send all it has to say of an order."""
    bank = town.outside.banks[tender]
    for webhook in [each for each in bank.webhooks if each.order == order]:
        town.market.webhooks.payment(tender, *bank.sent(webhook))


def _codes(town: Town) -> tuple[str, ...]:
    """Draw codes of cards that were mailed, one or two, the same twice at times; or of no card."""
    codes = [
        str(mail.facts["code"]) for mail in town.outside.outbox.messages if "code" in mail.facts
    ]
    if town.random.random() < 0.6:
        return ()
    known = (*codes[-9:], "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GG")
    return tuple(town.random.choice(known) for _ in range(town.random.choice((1, 1, 2))))


def _means(town: Town) -> Means:
    random = town.random
    source = random.choice(("approved",) * 8 + ("declined:no-funds", "challenged"))
    tender = random.choice(town.customs.tenders)
    brands = sorted(town.customs.policy.pricing.tenders.brands.get(tender, ()))
    brand = random.choice((*brands, _NO_BRAND)) if brands else None
    return Means(tender=tender, source=source, brand=brand)


_NO_BRAND = "diners-of-another-town"


def _card(town: Town) -> tuple[str, Deed] | None:
    cards = town.customs.policy.pricing.gift_card
    if cards is None:
        return None
    random, buyer = town.random, town.buyer()
    least, most = cards.minimum, cards.maximum
    amount = town.customs.around(
        *random.choice(((least, "0.8"), (least, "1"), (least, "2"), (most, "0.25"), (most, "1")))
    )
    purchase, means = town.purchase(), _means(town)
    return "buy a card", lambda: town.market.cards.buy(buyer, purchase, amount, "Bravo !", means)


def _parcel(town: Town) -> tuple[str, Deed] | None:
    """Move a parcel that waits for a person."""
    order = _placed(town)
    if order is None or order.state is not OrderState.PAID:
        return None
    parcel = town.random.choice(list(order.parcels.values()))
    name, parcels, random = order.placed.order, town.market.parcels, town.random.random
    agrees = random() < 0.7
    if order.is_inbound(parcel.id):
        return None if _is_never_posted(order) else _inbound(town, order, parcel)
    match parcel.state:
        case ParcelState.ANNOUNCED if _is_never_posted(order):
            return None
        case ParcelState.ANNOUNCED:
            leaves = _is_ready(order, parcel.id) or random() < _SHARE_TOO_EARLY
            return ("hand in", _hand_in(town, name, parcel.id)) if leaves else _check(town, order)
        case ParcelState.BUYER_ASKED | ParcelState.REFUND_DECLINED:
            buyer = Buyer(order.placed.buyer)
            return (
                "answer about a refund",
                lambda: parcels.answer_refund(buyer, name, parcel.id, agrees=agrees),
            )
        case ParcelState.OVERDUE:
            return "give a search up", lambda: parcels.give_up_search(HOUSE, name, parcel.id)
        case ParcelState.LOST:
            return "find a parcel", lambda: parcels.report_parcel_found(HOUSE, name, parcel.id)
        case _:
            return None


def _is_never_posted(order: Order) -> bool:
    """Return whether the sellers of an order never post: those of every sixth do not."""
    return sum(map(ord, order.placed.order)) % 6 == 0


def _is_ready(order: Order, parcel: ParcelId) -> bool:
    pieces = order.pieces_in(parcel)
    return bool(pieces) and not any(map(order.awaits_check, pieces))


def _inbound(town: Town, order: Order, parcel: Parcel) -> tuple[str, Deed] | None:
    """Post to the workshop, or receive what came, with or without all of its pieces."""
    name, parcels, random = order.placed.order, town.market.parcels, town.random
    if parcel.state is ParcelState.ANNOUNCED and random.random() < _SHARE_WHO_POST:
        return "post to the workshop", _hand_in(town, name, parcel.id)
    there = [p for p in order.pieces_in(parcel.id) if order.stages[p] is PieceStage.ORDERED]
    if parcel.state is not ParcelState.DELIVERED or not there:
        return None
    some = random.sample(there, random.randrange(1, len(there) + 1))
    return "receive", lambda: parcels.receive_parcel(HOUSE, name, parcel.id, *some)


def _check(town: Town, order: Order) -> tuple[str, Deed] | None:
    """Check a piece that the workshop has received; None where there is none."""
    waiting = [piece for piece, stage in order.stages.items() if stage is PieceStage.RECEIVED]
    if not waiting:
        return None
    name, piece = order.placed.order, town.random.choice(waiting)
    failed = town.random.random() < _SHARE_WHICH_FAILS
    finding = WorkshopFinding.FAILS if failed else WorkshopFinding.AS_DESCRIBED
    return "check", lambda: town.market.parcels.check_piece(HOUSE, name, piece, finding)


def _cancel(town: Town) -> tuple[str, Deed] | None:
    """Cancel a piece, or all that has not left, by a buyer, a seller or the house."""
    order = _placed(town)
    if order is None:
        return None
    random, orders, name = town.random, town.market.orders, order.placed.order
    line = random.choice(order.placed.lines)
    by = random.choice((Buyer(order.placed.buyer), Seller(line.seller), HOUSE))
    pieces = () if random.random() < 0.5 else (line.piece,)
    return "cancel", lambda: orders.cancel(by, name, *pieces)


_SHARE_WHO_POST, _SHARE_WHICH_FAILS, _SHARE_TOO_EARLY = 0.9, 0.1, 0.05


def _placed(town: Town) -> Order | None:
    """Look at an order as the house sees it; None where the checkout came to nothing."""
    if not town.orders:
        return None
    name = town.random.choice(town.orders[-40:])
    if not _exists(town, name):
        return None
    shown = town.market.orders.view(HOUSE, name)
    return shown if isinstance(shown, Order) else None


def _hand_in(town: Town, order: OrderId, parcel: ParcelId) -> Deed:
    number = town.name("8R")
    _travel(town, number)
    return lambda: town.market.parcels.hand_in(POST, order, parcel, number)


def _travel(town: Town, number: str) -> None:
    """Draw a parcel's journey: what its carrier will report, when, and when we hear of it."""
    random = town.random
    for days, status in random.choice(_JOURNEYS):
        wait = timedelta(days=days, minutes=random.randrange(600))
        scan = Scan(
            at=town.now + wait,
            status=status,
            code=status.upper(),
            text=status,
            place=None,
            cause=random.choice(tuple(SentBackCause)),
        )
        town.later(wait, _reported(town, number, scan))
        heard = wait + timedelta(hours=random.choice((0, 0, 2, 60)))
        if random.random() < 0.6:
            town.later(heard, _pushed(town, number, scan))


_JOURNEYS: Sequence[Sequence[tuple[float, str]]] = (
    *[((0.5, "in-transit"), (1.5, "unknown:CUST"), (3, "delivered"))] * 5,
    ((1, "in-transit"), (2, "held-at-customs"), (6, "delivered")),
    ((1, "in-transit"), (2, "held-at-customs"), (7, "going-back"), (11, "back-at-sender")),
    ((1, "in-transit"),),
)


def _reported(town: Town, number: str, scan: Scan) -> Deed:
    return lambda: town.outside.carrier.put(number, scan)


def _pushed(town: Town, number: str, scan: Scan) -> Deed:
    return lambda: town.market.parcels.record_scan(POST, number, scan)


def _return(town: Town) -> tuple[str, Deed] | None:
    """Request a return, or help one on."""
    order = _placed(town)
    if order is None or not order.received:
        return None
    if awaited := order.awaited_pieces():
        return "send a claimed piece back", _sent_back(town, order, awaited)
    open_ones = [(name, case) for name, case in order.returns.items() if case.is_open]
    if open_ones and town.random.random() < 0.8:
        name, _ = town.random.choice(open_ones)
        return "help a return on", _help_on(town, order, name)
    if town.random.random() < 0.5:
        return None
    pieces = town.random.sample(
        list(order.received), town.random.randrange(1, len(order.received) + 1)
    )
    request = _next_return(order)
    buyer = Buyer(order.placed.buyer)
    reason = town.random.choice(town.customs.policy.returns.returns.domain.reason)
    return (
        "request a return",
        lambda: town.market.returns.request_return(
            buyer, order.placed.order, request, pieces, parcel_number="8R", reason=reason, photos=9
        ),
    )


def _next_return(order: Order) -> str:
    """Name the next return of an order, as that of any other."""
    return f"return-{len(order.returns) + 1}"


def _sent_back(town: Town, order: Order, pieces: frozenset[PieceId]) -> Deed:
    """Request the return that an upheld claim needs, or have the house wait no longer.

    The house waits no longer where it came back and was not what was sent, for example.
    """
    name, placed, buyer = _next_return(order), order.placed.order, Buyer(order.placed.buyer)
    tried = any(not pieces.isdisjoint(case.opened.pieces) for case in order.returns.values())
    if tried or town.random.random() < 0.2:
        claim = next(name for name, claim in order.claims.items() if claim.awaits_return)
        return lambda: town.market.claims.reject_claim(HOUSE, placed, claim, "never sent back")
    reasons = town.customs.policy.returns.returns.domain.reason
    reason = "claim" if "claim" in reasons else town.random.choice(reasons)
    return lambda: town.market.returns.request_return(
        buyer, placed, name, sorted(pieces), parcel_number="8R", reason=reason, photos=9
    )


def _help_on(town: Town, order: Order, name: str) -> Deed:
    case, returns, placed = order.returns[name], town.market.returns, order.placed.order
    pieces = case.opened.pieces
    today = town.market.shop.day(town.now)
    findings = tuple(
        CheckedPiece(piece=piece, finding=town.random.choice(_FINDINGS)) for piece in pieces
    )
    settled = tuple(SettledPiece(piece=piece) for piece in pieces)
    match case.state:
        case ReturnState.REQUESTED:
            return lambda: returns.accept_return(HOUSE, placed, name)
        case ReturnState.ACCEPTED:
            return lambda: returns.post_return(POST, placed, name, today)
        case ReturnState.POSTED if town.random.random() < 0.1:  # lost on its way
            return lambda: returns.settle_review(HOUSE, placed, name, settled)
        case ReturnState.POSTED:
            return lambda: returns.receive_return(HOUSE, placed, name, today)
        case ReturnState.RECEIVED:
            return lambda: returns.check_return(HOUSE, placed, name, findings)
        case ReturnState.NEEDS_REVIEW if town.random.random() < 0.5:
            return lambda: returns.decline_return(HOUSE, placed, name, "not as it was sent")
        case _:
            return lambda: returns.settle_review(HOUSE, placed, name, settled)


def _claim(town: Town) -> tuple[str, Deed] | None:
    """Open a claim, or end one."""
    order = _placed(town)
    if order is None or order.state is not OrderState.PAID:
        return None
    claims, name, random = town.market.claims, order.placed.order, town.random
    pieces = tuple(line.piece for line in order.placed.lines)
    for claim, case in order.claims.items():
        if case.is_open:
            return "end a claim", _end(town, name, claim, case.opened.pieces)
    kinds = sorted(town.customs.policy.returns.claims.kinds)
    if not kinds or random.random() < 0.8:
        return None
    kind = random.choice(kinds)
    claim, buyer = f"claim-{len(order.claims) + 1}", Buyer(order.placed.buyer)
    return (
        "open a claim",
        lambda: claims.open_claim(
            buyer, name, claim, kind, pieces, photos=random.randrange(2), parcel_number="8R"
        ),
    )


def _end(town: Town, order: OrderId, claim: str, pieces: Sequence[PieceId]) -> Deed:
    claims, settled = town.market.claims, [SettledPiece(piece=piece) for piece in pieces]
    match town.random.randrange(5):
        case 0:
            return lambda: claims.report_found(HOUSE, order, claim)
        case 1:
            return lambda: claims.report_lost(HOUSE, order, claim)
        case 2:
            return lambda: claims.uphold_claim(HOUSE, order, claim, settled)
        case 3:
            return lambda: claims.look_again(HOUSE, order, claim)
        case _:
            return lambda: claims.reject_claim(HOUSE, order, claim, "nothing to see")


def tidy_up(town: Town) -> Iterator[tuple[str, Deed]]:
    """Finish what was begun on every order.

    A lost parcel is found or closed, a return helped on, a claim ended.
    """
    for name in town.orders:
        shown = town.market.orders.view(HOUSE, name) if _exists(town, name) else None
        if isinstance(shown, Order):
            yield from settle_by_hand(town, shown)
        if isinstance(shown, Order) and shown.state is OrderState.PAID:
            if _is_never_posted(shown):
                yield "cancel", _cancelled(town, name)
            yield from _finished(town, shown)


def _cancelled(town: Town, order: OrderId) -> Deed:
    return lambda: town.market.orders.cancel(HOUSE, order)


def _finished(town: Town, order: Order) -> Iterator[tuple[str, Deed]]:
    name = order.placed.order
    yield from _at_the_workshop(town, order)
    for parcel in (order.parcels[each.id] for each in order.placed.parcels):
        if parcel.state is ParcelState.ANNOUNCED and _is_ready(order, parcel.id):
            yield "hand in", _hand_in(town, name, parcel.id)
        elif parcel.state in _LOST_FROM_SIGHT:
            yield "give a search up", _given_up(town, name, parcel.id)
        elif parcel.state in {ParcelState.BUYER_ASKED, ParcelState.REFUND_DECLINED}:
            yield "agree to a refund", _agreed(town, order, parcel.id)
    for case, returned in order.returns.items():
        if returned.is_open:
            yield "help a return on", _help_on(town, order, case)
    if awaited := order.awaited_pieces():
        yield "send a claimed piece back", _sent_back(town, order, awaited)
    for claim, opened in order.claims.items():
        if opened.state in {ClaimState.OPENED, ClaimState.INVESTIGATING}:
            yield "end a claim", _decided(town, name, claim, opened)


def _decided(town: Town, order: OrderId, name: str, claim: Claim) -> Deed:
    """End a claim as its state allows."""
    claims, settled = town.market.claims, [SettledPiece(piece=p) for p in claim.opened.pieces]
    yes = town.random.random() < 0.5
    if claim.state is ClaimState.INVESTIGATING:
        report = claims.report_found if yes else claims.report_lost
        return lambda: report(HOUSE, order, name)
    if yes:
        return lambda: claims.uphold_claim(HOUSE, order, name, settled)
    return lambda: claims.reject_claim(HOUSE, order, name, "nothing to see")


def _at_the_workshop(town: Town, order: Order) -> Iterator[tuple[str, Deed]]:
    for inbound in order.placed.inbound:
        if order.still_to_come(order.pieces_in(inbound.id)):
            yield "receive", _received(town, order.placed.order, inbound.id)
    if checked := _check(town, order):
        yield checked


def _received(town: Town, order: OrderId, parcel: ParcelId) -> Deed:
    return lambda: town.market.parcels.receive_parcel(HOUSE, order, parcel)


_LOST_FROM_SIGHT = frozenset({ParcelState.OVERDUE, ParcelState.FOUND})


def _given_up(town: Town, order: OrderId, parcel: ParcelId) -> Deed:
    return lambda: town.market.parcels.give_up_search(HOUSE, order, parcel)


def _agreed(town: Town, order: Order, parcel: ParcelId) -> Deed:
    buyer = Buyer(order.placed.buyer)
    return lambda: town.market.parcels.answer_refund(buyer, order.placed.order, parcel, agrees=True)


def _exists(town: Town, order: OrderId) -> bool:
    return bool(town.outside.store.read(f"order/{order}").records)


def _notice(town: Town) -> tuple[str, Deed] | None:
    """Have a bank send one of its messages, perhaps for the second time."""
    tender = town.random.choice(sorted(town.outside.banks))
    bank = town.outside.banks[tender]
    if not bank.webhooks:
        return None
    webhook = town.random.choice(bank.webhooks[-12:])
    headers, body = bank.sent(webhook)
    return "send a webhook", lambda: town.market.webhooks.payment(tender, headers, body)


def _withdrawn(town: Town) -> tuple[str, Deed] | None:
    """Have the buyer's own bank release what it holds, before it is taken."""
    order = _placed(town)
    if order is None or order.state is not OrderState.PLACED:
        return None
    file = (
        UnitOfWork(town.outside.store, town.now, "bank").load(CHECKOUTS, order.placed.order).state
    )
    if file is None:
        return None
    bank = town.outside.banks[file.begun.tender]
    return "withdraw a hold", lambda: bank.void(file.begun.charge)


def _dispute(town: Town) -> tuple[str, Deed] | None:
    return dispute(town, _placed(town))


def _by_hand(town: Town) -> tuple[str, Deed] | None:
    return by_hand(town, _placed(town))


def _intrude(town: Town) -> tuple[str, Deed] | None:
    return intrude(town, _placed(town), HOME)


_DRAWS: tuple[Callable[[Town], tuple[str, Deed] | None], ...] = (
    _offer,
    _answer,
    _upkeep,
    _buy,
    _card,
    _parcel,
    _return,
    _claim,
    _notice,
    _withdrawn,
    _cancel,
    _dispute,
    close_account,
    _by_hand,
    _intrude,
)
_WEIGHTS = (5, 6, 1, 5, 1, 12, 6, 2, 1, 1, 1, 1, 0.5, 0.5, 0.5)
