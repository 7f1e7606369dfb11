"""Every point at which the process can end, one after the other: crash there, start again, and the
final books are those of a run in which nothing happened.

A point is before or after a call of a port, the store's included; between two calls nothing is kept
that a crash could lose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import TypeAlias, get_args

import pytest
from attrs import evolve

from tests.marketplace.town import ruled_otherwise
from tests.simulation.towns import BOOK, FRANCE
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.ids import BuyerId, OrderId, ParcelId, PieceId, SellerId
from vintage_rules.marketplace import (
    Buyer,
    Cart,
    CartItem,
    Means,
    PieceEntered,
    Seller,
    Shop,
    Worker,
)
from vintage_rules.marketplace.effects.effects import Effect
from vintage_rules.marketplace.effects.handlers import HANDLERS, Handler, handle
from vintage_rules.marketplace.effects.timers import record_failure
from vintage_rules.money import Money
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders import WorkshopFinding
from vintage_rules.orders.states import Order
from vintage_rules.policies import PolicyBook
from vintage_rules.ports import Charge, OutboxMessage, Outcome, Refunded, Scan, WebhookKind
from vintage_rules.returns.pieces import CheckedPiece, Finding
from vintage_rules.testing.simulation import (
    Books,
    Crash,
    CrashAt,
    Scale,
    Town,
    unfinished,
    violations,
)
from vintage_rules.testing.simulation.aftermath import capture_by_hand, settle_by_hand
from vintage_rules.testing.simulation.people import HOME
from vintage_rules.testing.simulation.town import HOUSE, POST, START, found, person

Step: TypeAlias = Callable[[Town], object]
Story: TypeAlias = Sequence[Step]

ZOE, ADA = Buyer(BuyerId(person(2))), Seller(SellerId(person(1)))
COAT, ORDER = PieceId("coat"), OrderId("o1")
CARD = Means(tender="card", source="approved", brand="visa")


def euros(amount: str) -> Money:
    """So many euros."""
    return Money(amount, "EUR")


def list_piece(town: Town) -> object:
    """A coat for 90 euros is put up for sale."""
    entered = PieceEntered(
        at=town.now, piece=COAT, seller=ADA.id, weight_g=900, description="a coat"
    )
    terms = SellerTerms.only(open_to_offers=True)
    return town.market.pieces.list_piece(ADA, entered, euros("90.00"), terms)


def buy_cards(town: Town) -> object:
    """Two gift cards are bought."""
    town.market.cards.buy(ZOE, "p1", euros("50.00"), "Bravo !", CARD)
    return town.market.cards.buy(ZOE, "p2", euros("25.00"), "Bravo !", CARD)


def check_out(town: Town) -> object:
    """The coat is bought, with both gift cards and a card."""
    codes = {str(m.facts["code"]) for m in town.outside.outbox.messages if "code" in m.facts}
    first, second = sorted(codes)
    cart = Cart(
        order=ORDER,
        items=(CartItem(piece=COAT, price=euros("90.00")),),
        mode="grouped",
        shipping_address={**HOME, "name": str(ZOE)},
        billing_address=HOME,
        means=CARD,
        gift_card_codes=(first, second),
    )
    return town.market.checkouts.check_out(ZOE, cart)


def offer(town: Town) -> object:
    """An offer is made on the coat."""
    return town.market.pieces.make_offer(ZOE, COAT, euros("80.00"), authorised=True)


def accept(town: Town) -> object:
    """Its seller accepts it."""
    return town.market.pieces.accept_offer(ADA, COAT, ZOE.id)


def receive(town: Town) -> object:
    """Its parcel reaches the workshop."""
    return town.market.parcels.receive_parcel(HOUSE, ORDER, ParcelId("o1-in-1"))


def pass_check(town: Town) -> object:
    """The workshop finds it as described."""
    return town.market.parcels.check_piece(HOUSE, ORDER, COAT, WorkshopFinding.AS_DESCRIBED)


def hand_in(town: Town) -> object:
    """Its parcel is handed in."""
    return town.market.parcels.hand_in(POST, ORDER, ParcelId("o1-1"), "8R1")


def deliver(town: Town) -> object:
    """It is delivered; the carrier tells the same moment however often it is asked."""
    scan = Scan(at=START + timedelta(hours=47), status="delivered", code="D", text="", place=None)
    return town.market.parcels.record_scan(POST, "8R1", scan)


def go_back(town: Town) -> object:
    """Its carrier reports that it goes back after all: a person must look."""
    at = START + timedelta(hours=48)
    scan = Scan(at=at, status="going-back", code="B", text="", place=None)
    return town.market.parcels.record_scan(POST, "8R1", scan)


def ask_back(town: Town) -> object:
    """It is asked back."""
    returns = town.market.returns
    return returns.request_return(ZOE, ORDER, "r1", [COAT], parcel_number="8R1")


def arrive(town: Town) -> object:
    """It comes back to its seller."""
    today = town.market.shop.day(town.now)
    return town.market.returns.receive_return(ADA, ORDER, "r1", today, today)


def check(town: Town) -> object:
    """It is found as it was sent."""
    findings = [CheckedPiece(piece=COAT, finding=Finding.AS_SENT)]
    return town.market.returns.check_return(ADA, ORDER, "r1", findings)


def wait(**time: float) -> Step:
    """Time passes."""
    return lambda town: town.clock.advance(timedelta(**time))


def bounce(town: Town) -> object:
    """What its seller was paid comes back, and is reported."""
    payouts = town.outside.payouts
    (paid,) = payouts
    if not paid.is_back:
        payouts.bounce(paid.reference)
    headers, body = payouts.report(paid.reference, START)
    return town.market.webhooks.payout("bank", payouts, headers, body)


def release(town: Town) -> object:
    """The house has it paid again."""
    return town.market.orders.release_payouts(HOUSE, ORDER)


CHALLENGED = Means(tender="card", source="challenged", brand="visa")
CART = Cart(
    order=ORDER,
    items=(CartItem(piece=COAT, price=euros("90.00")),),
    mode="grouped",
    shipping_address={**HOME, "name": str(ZOE)},
    billing_address=HOME,
    means=CHALLENGED,
)


def be_challenged(town: Town) -> object:
    """The coat is to be bought, and the bank wants to see the buyer."""
    return town.market.checkouts.check_out(ZOE, CART)


def close_page(town: Town) -> None:
    """The buyer shows themselves to the bank, and does not come back to the shop."""
    bank = town.outside.banks["card"]
    bank.answer_challenge("authorisation-1")


def report(town: Town) -> None:
    """Each bank reports all that it has ever had to say."""
    for tender, bank in town.outside.banks.items():
        for webhook in bank.webhooks:
            town.market.webhooks.payment(tender, *bank.sent(webhook))


def captured(town: Town, order: str) -> tuple[MemoryGateway, str]:
    """The bank that an order or gift card was paid through, and its name for the charge."""
    bank = town.outside.banks["card"]
    entry = next(
        each
        for each in bank.webhooks
        if each.kind is WebhookKind.CAPTURED and str(each.order).startswith(order)
    )
    assert entry.reference is not None
    return bank, entry.reference


def dispute(order: str) -> Step:
    """A payment is disputed, and that is reported."""

    def act(town: Town) -> None:
        bank, reference = captured(town, order)
        if reference not in bank.disputed:
            bank.dispute(reference)
        report(town)

    return act


def end_dispute(order: str, *, won: bool) -> Step:
    """The dispute ends, and that is reported."""

    def act(town: Town) -> None:
        bank, reference = captured(town, order)
        if reference in bank.disputed:
            bank.end_dispute(reference, won=won)
        report(town)

    return act


lose_card = end_dispute("gift-card-", won=False)


def refund_comes_back(town: Town) -> None:
    """What was refunded comes back from the buyer's bank, and is reported."""
    for bank in town.outside.banks.values():
        for refund in bank.pending:
            assert isinstance(refund.answer, Refunded)
            bank.bounce(refund.answer.reference)
    report(town)


def settle(town: Town) -> None:
    """The house does by hand what waits for it."""
    order = town.market.orders.view(HOUSE, ORDER)
    assert isinstance(order, Order)
    for _, deed in settle_by_hand(town, order):
        deed()


def freeze(town: Town) -> object:
    """The house freezes what its seller is to be paid."""
    return town.market.orders.freeze_payouts(HOUSE, ORDER, "under review")


def check_out_and_capture(town: Town) -> None:
    """The coat is bought, and captured by hand before the worker comes to it."""
    order = town.market.checkouts.check_out(ZOE, evolve(CART, means=CARD))
    assert isinstance(order, Order)
    capture_by_hand(town, order)


def check_out_and_cancel(town: Town) -> object:
    """The coat is bought, and cancelled before it is captured."""
    town.market.checkouts.check_out(ZOE, evolve(CART, means=CARD))
    return town.market.orders.cancel(ZOE, ORDER)


def withdraw(town: Town) -> object:
    """Its seller does not sell it after all."""
    return town.market.orders.cancel(ADA, ORDER)


def buy_card_in_vain(town: Town) -> None:
    """A gift card is bought, and its hold is released before it is captured."""
    town.market.cards.buy(ZOE, "p1", euros("50.00"), "Bravo !", CARD)
    bank = town.outside.banks["card"]
    (held,) = (each for each in bank.webhooks if each.kind is WebhookKind.AUTHORISED)
    assert held.key is not None
    assert held.order is not None
    charge = Charge(key=held.key, order=held.order, amount=euros("50.00"), source="approved")
    bank.void(evolve(charge, reference=held.reference))


def fail_timer(town: Town) -> None:
    """The timer of the coat has failed: it is fired as an effect."""
    record_failure(town.market.shop, f"piece/{COAT}", "KeyError")


def come_back(town: Town) -> object:
    """The parcel could not be delivered, and is back."""
    at = START + timedelta(hours=48)
    scan = Scan(at=at, status="back-at-sender", code="B", text="", place=None)
    return town.market.parcels.record_scan(POST, "8R1", scan)


def erase(town: Town) -> object:
    """What is kept of its buyer is erased."""
    return town.market.people.erase(HOUSE, str(ZOE.id))


SOLD: Story = (list_piece, buy_cards, check_out)
DELIVERED: Story = (*SOLD, receive, pass_check, hand_in, wait(days=2), deliver)
STORIES: dict[str, Story] = {
    "checkout": SOLD,
    "refund": (*DELIVERED, ask_back, wait(days=3), arrive, check),
    "payout": (*DELIVERED, go_back, wait(days=20)),
    "page closed": (list_piece, be_challenged, close_page, report),
    "captured by hand": (list_piece, check_out_and_capture),
    "cancelled before it is paid": (list_piece, check_out_and_cancel),
    "card in vain": (list_piece, buy_card_in_vain),
    "timer that failed": (list_piece, offer, fail_timer, wait(hours=25)),
    "erasure": (*DELIVERED, wait(days=40), erase),
    "offer expiry": (list_piece, offer, wait(hours=25)),
    "sold by offer": (list_piece, offer, accept, wait(hours=25)),
}
# A house where an accepted offer sells, and the piece waits a day for its order.
SELLING = ruled_otherwise(('acceptance = "public"', 'payment = "held"\nacceptance = "charge"'))
BOOKS = {"sold by offer": SELLING}

# Stories that go on where others end, whose points are tried there.
LATER: dict[str, tuple[Story, Story]] = {
    "payout comes back": (STORIES["payout"], (bounce, release)),
    "refund comes back": (STORIES["refund"], (refund_comes_back, settle)),
    "dispute lost": (SOLD, (dispute(ORDER), end_dispute(ORDER, won=False))),
    "dispute won": (
        (*DELIVERED, freeze, dispute(ORDER), wait(days=20)),
        (end_dispute(ORDER, won=True), release),
    ),
    "card dispute lost": (
        (list_piece, buy_cards),
        (dispute("gift-card-"), wait(days=1), lose_card),
    ),
    "payouts frozen": (SOLD, (freeze,)),
    "seller withdraws": (SOLD, (withdraw,)),
    "parcel goes back": ((*SOLD, receive, pass_check, hand_in, wait(days=2)), (come_back,)),
}

_WAITS = ["o1: coat is neither refunded nor paid for"]
UNFINISHED = dict.fromkeys(
    (
        "checkout",
        "page closed",
        "captured by hand",
        "dispute lost",
        "parcel goes back",
        "payouts frozen",
    ),
    _WAITS,
)


def lived(
    story: Story,
    plan: CrashAt,
    book: PolicyBook = BOOK,
    handlers: Mapping[type[object], Handler] = HANDLERS,
) -> Town:
    """Let a story happen; whoever was cut off does the same again after a restart."""
    town = found(Random(1), plan, MemoryStore(), book=book, calendar=FRANCE, scale=Scale())
    for step in story:
        restarted(town, lambda step=step: step(town))  # type: ignore[misc]
        restarted(town, lambda: work_off(town, handlers))
    return town


def points(story: Story, book: PolicyBook = BOOK) -> int:
    """Count the points at which a story can be cut off."""
    calm = CrashAt(0)
    lived(story, calm, book)
    return calm.passed


def restarted(town: Town, do: Callable[[], object]) -> None:
    """Do something, again after a crash; leases of the dead are over by then."""
    try:
        do()
    except Crash:
        town.clock.advance(timedelta(minutes=6))
        do()


def work_off(town: Town, handlers: Mapping[type[object], Handler] = HANDLERS) -> None:
    """Do all that is due."""
    while not Worker(town.market.shop, handlers=handlers).round().idle:
        pass


def books(town: Town) -> object:
    """What is left of a story: what happened in each stream, where the money is, who was told."""
    store, outside = town.outside.store, town.outside
    return (
        {name: [each.name for each in store.read(name).records] for name in store.streams("")},
        {(each.stream, each.name) for each in store.personal_of(ZOE.id)},
        [
            str(bank.ledger.balance(account, "EUR"))
            for bank in outside.banks.values()
            for account in Account
        ],
        str(outside.payouts.paid("EUR")),
        sorted({(each.kind, each.to.id) for each in outside.outbox.messages}),
        [str(view.price) for view in [town.market.pieces.view(HOUSE, COAT)]],
    )


@pytest.mark.parametrize("name", STORIES)
def test_a_crash_at_any_point_changes_nothing(name: str) -> None:
    """All points of the story, none left out."""
    assert_survives(STORIES[name], 0, BOOKS.get(name, BOOK), UNFINISHED.get(name, []))


@pytest.mark.parametrize("name", LATER)
def test_a_crash_later_on_changes_nothing(name: str) -> None:
    """All points of what follows a story; those before are tried there."""
    before, story = LATER[name]
    assert_survives((*before, *story), points(before), BOOK, UNFINISHED.get(name, []))


def test_no_effect_is_left_out() -> None:
    """Each is handled in one of the stories: a new one needs a story there, which is cut off."""
    handled: set[type[object]] = set()

    def note(shop: Shop, effect: Effect, message: OutboxMessage) -> Outcome:
        handled.add(type(effect))
        return handle(shop, message)

    stories = {name: ((), story) for name, story in STORIES.items()} | LATER
    for name, (before, story) in stories.items():
        noting = dict.fromkeys(HANDLERS, note)
        lived((*before, *story), CrashAt(0), BOOKS.get(name, BOOK), noting)
    assert set(get_args(Effect)) - handled == set()


def assert_survives(story: Story, after: int, book: PolicyBook, waiting: list[str]) -> None:
    """Cut a story off at each of its points after some, and expect it to end as if it were calm."""
    calm = CrashAt(0)
    town = lived(story, calm, book)
    last = calm.passed  # before the books are read
    expected = books(town)
    assert last > after
    for point in range(after + 1, last + 1):
        plan = CrashAt(point)
        town = lived(story, plan, book)
        assert plan.crashed
        assert (point, books(town)) == (point, expected)
        audited = Books.of(town)
        assert violations(town, audited) == []
        assert unfinished(audited) == waiting


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("checkout", 100),
        ("refund", 240),
        ("payout", 200),
        ("offer expiry", 40),
        ("sold by offer", 50),
    ],
)
def test_the_points_are_many(name: str, least: int) -> None:
    """Enumerated, not sampled: as many as there are calls, twice."""
    assert points(STORIES[name], BOOKS.get(name, BOOK)) >= least
