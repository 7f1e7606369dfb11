"""Whatever is carried out is carried out again: after a crash, an answer that was lost, or a worker
that died before it could say so. The outside has moved once all the same.

Each life is lived in good weather first; in bad weather the bank, the post, who pays sellers and
every reader have seen the same in the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import TypeAlias, TypeVar

import pytest
from attrs import define, evolve, field

from tests.marketplace.town import (
    ADA,
    BAG,
    CARD,
    COAT,
    HOUSE,
    MAX,
    POST,
    ZOE,
    Town,
    euros,
)
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.errors import OutsideUnavailableError
from vintage_rules.ids import ParcelId
from vintage_rules.marketplace import Marketplace, Means
from vintage_rules.ports import Leased, Outcome, PaymentWebhook, Scan, WebhookKind
from vintage_rules.returns.pieces import CheckedPiece, Finding, SettledPiece
from vintage_rules.testing.simulation.faults import Calm, Crash, Fault, Plan, Wire
from vintage_rules.testing.simulation.ports import (
    WiredCarrier,
    WiredGateway,
    WiredNotifier,
    WiredPayouts,
)

T = TypeVar("T")
Step: TypeAlias = Callable[[Town], object]

FIRST = ParcelId("o1-1")
LEASE = timedelta(minutes=6)


@define
class EveryOther:
    """The same goes wrong with every second call of each verb; the first one included."""

    what: Fault
    calls: Counter[str] = field(factory=Counter[str])

    def fault(self, port: str, act: str) -> Fault:
        """Say what happens to this call."""
        if port == "store":
            return Fault.NONE
        self.calls[act] += 1
        return self.what if self.calls[act] % 2 else Fault.NONE


class Forgetful(MemoryStore):
    """A store that is not reached after the first attempt at any message: its worker died."""

    def settle(self, leased: Leased, outcome: Outcome) -> None:
        """Settle what was tried before."""
        if leased.attempt > 1:
            super().settle(leased, outcome)


def founded(plan: Plan, store: MemoryStore) -> tuple[Town, Wire]:
    """Build a town with a wire in front of everything outside."""
    town, wire = Town.built(store), Wire(plan)
    carrier = WiredCarrier(town.carrier, wire)
    shop = evolve(
        town.market.shop,
        payments={
            "card": WiredGateway(town.bank, wire),
            "paypal": WiredGateway(town.paypal, wire),
        },
        payouts=WiredPayouts(town.payouts, wire),
        notifier=WiredNotifier(town.outbox, wire),
        carrier=carrier,
        tracker=carrier,
    )
    return evolve(town, market=Marketplace(shop)), wire


def insist(town: Town, do: Callable[[], T]) -> T:
    """Do something, again where no answer came or the process ended."""
    for _ in range(9):
        try:
            return do()
        except (OutsideUnavailableError, Crash):
            town.clock.advance(timedelta(seconds=1))
    return do()


def work_off(town: Town, wire: Wire) -> None:
    """Do all that is due, over the leases of the dead and what is tried again later."""
    for _ in range(6):
        insist(town, town.work)
        wire.arrive()
        town.clock.advance(LEASE)
    insist(town, town.work)


def lived(life: Sequence[Step], plan: Plan, store: MemoryStore) -> Town:
    """Let a life happen."""
    town, wire = founded(plan, store)
    for step in life:
        insist(town, lambda step=step: step(town))  # type: ignore[misc]
        work_off(town, wire)
    assert town.market.shop.store.dead_letters(9) == ()
    return town


def outside(town: Town) -> object:
    """What the outside has seen, without the names of anything that was asked."""
    return (
        [
            sorted((e.act, str(e.order), e.source, e.target, str(e.amount)) for e in bank.ledger)
            for bank in (town.bank, town.paypal)
        ],
        sorted((payout.seller, str(payout.amount)) for payout in town.payouts),
        sorted(label.document for label in town.carrier.labels.values()),
        sorted(
            {
                (each.kind, each.to.role, each.to.id, str(each.facts), str(each.attachments))
                for each in town.outbox.messages
            }
        ),
        {
            stream: sorted(record.name for record in town.market.shop.store.read(stream).records)
            for stream in town.market.shop.store.streams("")
        },
    )


def stock(town: Town) -> object:
    """A coat and a bag are listed."""
    return town.stock()


def buy(town: Town) -> object:
    """Zoe buys both."""
    return town.buy(COAT, BAG)


def buy_a_card(town: Town) -> object:
    """Zoe buys a gift card."""
    return town.market.cards.buy(ZOE, "p1", euros("50.00"), "Bravo !", CARD)


def buy_with_it(town: Town) -> object:
    """Zoe pays a part with her gift card."""
    (code,) = {str(m.facts["code"]) for m in town.outbox.messages if "code" in m.facts}
    return town.buy(COAT, BAG, code=code)


def hand_in(town: Town) -> object:
    """The parcel is handed in."""
    return town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")


def arrive(town: Town) -> None:
    """Its carrier has seen it delivered, and is polled."""
    town.carrier.put("8R1", scan(town.clock.now(), "delivered"))
    town.clock.advance(timedelta(hours=6))


def scan(at: datetime, status: str) -> Scan:
    """Where a parcel was seen."""
    return Scan(at=at, status=status, code=status, text="", place=None)


def request(town: Town) -> object:
    """The coat is to come back."""
    return town.market.returns.request_return(ZOE, "o1", "r", [COAT], parcel_number="8R1")


def come_back(town: Town) -> object:
    """It comes back to ada."""
    return town.market.returns.receive_return(ADA, "o1", "r", town.today, town.today)


def check(finding: Finding) -> Step:
    """It is checked."""
    found = [CheckedPiece(piece=COAT, finding=finding)]
    return lambda town: town.market.returns.check_return(ADA, "o1", "r", found)


def decline(town: Town) -> object:
    """It is another coat."""
    return town.market.returns.decline_return(HOUSE, "o1", "r", "another coat")


def wait(**time: float) -> Step:
    """Time passes."""
    return lambda town: town.clock.advance(timedelta(**time))


def receive_back(town: Town) -> object:
    """The parcel went back to the workshop."""
    return town.market.parcels.receive_back(HOUSE, "o1", FIRST)


def agree(town: Town) -> object:
    """Its buyer agrees to a refund."""
    return town.market.parcels.answer_refund(ZOE, "o1", FIRST, agrees=True)


def give_up(town: Town) -> object:
    """The search for the parcel is given up."""
    return town.market.parcels.give_up_search(HOUSE, "o1", FIRST)


def claim(town: Town) -> object:
    """A defect of the coat is claimed."""
    return town.market.claims.open_claim(
        ZOE, "o1", "c", "defect", [COAT], photos=1, parcel_number="8R1"
    )


def uphold(town: Town) -> object:
    """The claim is upheld."""
    return town.market.claims.uphold_claim(HOUSE, "o1", "c", [SettledPiece(piece=COAT)])


def voided(town: Town) -> object:
    """Before it was taken, the bank says that the hold is void."""
    town.buy(COAT)
    webhook = PaymentWebhook(
        id="n1",
        kind=WebhookKind.VOIDED,
        at=town.clock.now(),
        reference="authorisation-1",
        order=town.order().placed.order,
        code="voided",
    )
    return town.market.webhooks.payment("card", *town.bank.sent(webhook))


def challenged(town: Town) -> object:
    """Zoe is sent to her bank, and never comes back."""
    return town.buy(COAT, means=Means(tender="card", source="challenged", brand="visa"))


def other_means(town: Town) -> object:
    """Then she pays otherwise."""
    return town.buy(COAT, means=Means(tender="paypal", source="approved"))


def offer(town: Town) -> object:
    """Zoe and max offer on the coat."""
    town.market.pieces.make_offer(MAX, COAT, euros("75.00"))
    return town.market.pieces.make_offer(ZOE, COAT, euros("80.00"))


DELIVERED: Sequence[Step] = (stock, buy, hand_in, arrive)
LIVES: dict[str, Sequence[Step]] = {
    "paid with a gift card": (stock, buy_a_card, buy_with_it),
    "returned": (*DELIVERED, request, wait(days=2), come_back, check(Finding.AS_SENT)),
    "returned, paid with a gift card": (
        stock,
        buy_a_card,
        buy_with_it,
        hand_in,
        arrive,
        request,
        wait(days=2),
        come_back,
        check(Finding.AS_SENT),
    ),
    "declined": (
        *DELIVERED,
        request,
        wait(days=2),
        come_back,
        check(Finding.ANOTHER_PIECE),
        decline,
    ),
    "paid out": (*DELIVERED, wait(days=20), wait(days=1)),
    "sent back": (stock, buy, hand_in, wait(days=3), receive_back, agree),
    "lost": (stock, buy, hand_in, wait(days=9), give_up),
    "claimed": (*DELIVERED, claim, uphold),
    "void": (stock, voided),
    "challenged": (stock, challenged, wait(hours=2), other_means),
    "offered on": (stock, offer, wait(hours=25), buy),
}
WEATHER = (
    Fault.LOST_BEFORE,
    Fault.LOST_AFTER,
    Fault.LATE,
    Fault.REPEATED,
    Fault.CRASH_BEFORE,
    Fault.CRASH_AFTER,
)


@cache
def in_good_weather(name: str) -> object:
    """What a life comes to when nothing goes wrong."""
    return outside(lived(LIVES[name], Calm(), MemoryStore()))


@pytest.mark.parametrize("name", LIVES)
def test_every_worker_dies_before_it_says_so(name: str) -> None:
    """Each message is carried out to its end, and then once more."""
    town = lived(LIVES[name], Calm(), Forgetful())
    assert outside(town) == in_good_weather(name)
    assert len(town.outbox.messages) == 2 * len(town.outbox.by_key())


@pytest.mark.parametrize("fault", WEATHER)
@pytest.mark.parametrize("name", LIVES)
def test_every_other_call_goes_wrong(name: str, fault: Fault) -> None:
    """Each verb of each port, from the first call on."""
    plan = EveryOther(fault)
    assert outside(lived(LIVES[name], plan, MemoryStore())) == in_good_weather(name)
    assert plan.calls
