"""Every point at which the process can end, one after the other: crash there, start again, and the
final books are those of a run in which nothing happened.

A point is before or after a call of a port, the store's included; between two calls nothing is kept
that a crash could lose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import TypeAlias

import pytest

from tests.marketplace.town import ruled_otherwise
from tests.simulation.towns import BOOK, FRANCE
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.ids import BuyerId, OrderId, ParcelId, PieceId, SellerId
from vintage_rules.marketplace import Buyer, Cart, CartItem, Means, PieceEntered, Seller
from vintage_rules.money import Money
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders import WorkshopFinding
from vintage_rules.policies import PolicyBook
from vintage_rules.ports import Scan
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


def erase(town: Town) -> object:
    """What is kept of its buyer is erased."""
    return town.market.people.erase(HOUSE, str(ZOE.id))


SOLD: Story = (list_piece, buy_cards, check_out)
DELIVERED: Story = (*SOLD, receive, pass_check, hand_in, wait(days=2), deliver)
STORIES: dict[str, Story] = {
    "checkout": SOLD,
    "refund": (*DELIVERED, ask_back, wait(days=3), arrive, check),
    "payout": (*DELIVERED, go_back, wait(days=20)),
    "erasure": (*DELIVERED, wait(days=40), erase),
    "offer expiry": (list_piece, offer, wait(hours=25)),
    "sold by offer": (list_piece, offer, accept, wait(hours=25)),
}
# A house where an accepted offer sells, and the piece waits a day for its order.
SELLING = ruled_otherwise(('acceptance = "public"', 'payment = "held"\nacceptance = "charge"'))
BOOKS = {"sold by offer": SELLING}

# Stories that go on where another ends, whose points are tried there.
LATER: dict[str, tuple[str, Story]] = {
    "payout comes back": ("payout", (bounce, release)),
}

UNFINISHED = {"checkout": ["o1: coat is neither refunded nor paid for"]}


def lived(story: Story, plan: CrashAt, book: PolicyBook = BOOK) -> Town:
    """Let a story happen; whoever was cut off does the same again after a restart."""
    town = found(Random(1), plan, MemoryStore(), book=book, calendar=FRANCE, scale=Scale())
    for step in story:
        restarted(town, lambda step=step: step(town))  # type: ignore[misc]
        restarted(town, lambda: work_off(town))
    return town


def points(name: str) -> int:
    """Count the points at which a story can be cut off."""
    calm = CrashAt(0)
    lived(STORIES[name], calm, BOOKS.get(name, BOOK))
    return calm.passed


def restarted(town: Town, do: Callable[[], object]) -> None:
    """Do something, again after a crash; leases of the dead are over by then."""
    try:
        do()
    except Crash:
        town.clock.advance(timedelta(minutes=6))
        do()


def work_off(town: Town) -> None:
    """Do all that is due."""
    while not town.market.worker().round().idle:
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
    assert_survives((*STORIES[before], *story), points(before), BOOK, [])


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
    assert points(name) >= least
