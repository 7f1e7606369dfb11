"""The edges of an order: what is rare, refused, or changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from attrs import evolve

from tests.orders.order_stories import (
    ADA,
    BAG,
    BORDEAUX,
    COAT,
    FRANCE,
    HOUSE,
    LOU,
    MONDAY,
    Story,
    days,
    euros,
    placed,
    quoted,
)
from tests.orders.test_questions import dispatch, house
from vintage_rules import Place, locate
from vintage_rules.dates import DayCount
from vintage_rules.errors import InvalidValueError, UnknownTermError
from vintage_rules.ids import BuyerId, OrderId
from vintage_rules.orders import HousePolicy
from vintage_rules.orders.borders import Journeys, import_facts
from vintage_rules.orders.commands import CancelPieces, RecordDispute, RecordDisputeLost
from vintage_rules.orders.consequences import reactions
from vintage_rules.orders.events import OrderPlaced, PiecesCancelled, QuestionExpired
from vintage_rules.orders.evolve import consequences
from vintage_rules.orders.overdue import overdue_at
from vintage_rules.orders.placing import place_order
from vintage_rules.orders.states import Order, OrderState
from vintage_rules.returns import DisputeBearer
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.returns.payments import Payment
from vintage_rules.service.policy import SilenceMeans
from vintage_rules.shipping.policy import Transit
from vintage_rules.world.addresses import locate_mainland

LEAVES = date(2026, 9, 9)


class TestTheWayToTheWorkshop:
    """A parcel that is handed in is overdue when the longest way there is over."""

    def travelling(self, way: Transit | None) -> HousePolicy:
        """Give the house where pieces travel so long to the workshop."""
        modes = HOUSE.shipping.modes
        grouped = evolve(modes["grouped"], inbound=way)
        shipping = evolve(HOUSE.shipping, modes={**modes, "grouped": grouped})
        return evolve(HOUSE, shipping=shipping)

    def overdue(self, order: Order, policy: HousePolicy) -> datetime | None:
        """Give when the first parcel to the workshop is overdue, handed in on the 11th."""
        (inbound, *_) = order.placed.inbound
        return overdue_at(
            order, inbound.id, days(4), policy, calendar=FRANCE, destination_calendar=FRANCE
        )

    def test_ends_with_its_last_day(self) -> None:
        """Handed in on Friday the 11th, three working days end with Wednesday the 16th in Paris."""
        way = Transit(minimum=2, maximum=3, count=DayCount.OUVRES, sources=("by hand",))
        policy = self.travelling(way)
        order = Story("grouped", policy=policy).pay().order
        assert self.overdue(order, policy) == datetime(2026, 9, 16, 22, tzinfo=UTC)

    def test_has_no_end_where_nothing_is_said_of_it(self) -> None:
        """Nobody can say that it is late."""
        policy = self.travelling(None)
        order = Story("grouped", policy=policy).pay().order
        assert self.overdue(order, policy) is None


class TestParcelsAtCustoms:
    """Each parcel has its own goods and postage, and its share of what is handling."""

    def test_grouped_all_is_in_one(self) -> None:
        """Goods for 145.00, postage of 11.19, and the whole fee of 14.50 as handling."""
        quote = quoted("grouped")
        (sender,) = [parcel.plan.sender for parcel in quote.parcels]
        origin = locate(BORDEAUX).territory
        facts = import_facts(
            quote,
            HOUSE,
            Journeys(origins={sender: origin}, dispatched={sender: LEAVES}, rates={}),
        )
        seen = facts[sender]
        assert (seen.goods, seen.shipping, seen.handling) == (
            euros("145.00"),
            euros("11.19"),
            euros("14.50"),
        )
        assert (seen.origin, seen.dispatched) == (origin, LEAVES)

    def test_direct_each_has_its_own(self) -> None:
        """Two senders, two days; there is no fee to share."""
        origin = locate(BORDEAUX).territory
        left: dict[str, date] = {ADA: LEAVES, LOU: date(2026, 9, 10)}
        facts = import_facts(
            quoted(),
            HOUSE,
            Journeys(origins=dict.fromkeys(left, origin), dispatched=left, rates={}),
        )
        assert {sender: (seen.goods, seen.handling) for sender, seen in facts.items()} == {
            ADA: (euros("90.00"), euros("0.00")),
            LOU: (euros("55.00"), euros("0.00")),
        }
        assert {sender: seen.dispatched for sender, seen in facts.items()} == left


class TestSilenceOnWhatIsGone:
    """What is cancelled already is not cancelled again because nobody answered."""

    def brought(self, story: Story) -> list[tuple[str, ...]]:
        """The pieces of each cancellation that silence on both brings."""
        silence = QuestionExpired(
            at=days(4), question="dispatch", pieces=(COAT, BAG), means=SilenceMeans.REFUND
        )
        found = reactions(story.order, silence, story.policy, FRANCE)
        return [event.pieces for event in found if isinstance(event, PiecesCancelled)]

    def test_only_what_is_left_is_cancelled(self) -> None:
        """The coat is gone: the bag alone."""
        story = Story(policy=house(dispatch())).pay()
        story.tell(CancelPieces(at=days(1), by=Canceller.BUYER, pieces=(COAT,)))
        assert self.brought(story) == [(BAG,)]

    def test_nothing_where_nothing_is_left(self) -> None:
        """Both are gone."""
        story = Story(policy=house(dispatch())).pay()
        story.tell(CancelPieces(at=days(1), by=Canceller.BUYER, pieces=(COAT, BAG)))
        assert self.brought(story) == []


class TestDisputes:
    """A bank disputes what it was charged, to the cent."""

    def test_of_what_did_not_pay_is_no_dispute(self) -> None:
        """Nothing was paid by transfer; the message says what was."""
        story = Story().pay()
        with pytest.raises(UnknownTermError, match="card") as raised:
            story.tell(RecordDispute(at=days(1), tender="transfer"))
        assert "transfer" in str(raised.value)
        assert story.order.disputed == frozenset()

    def test_a_cent_is_borne_by_one_seller(self) -> None:
        """The card paid 0.01: it cannot be parted, and whose share is nothing has none."""
        payouts = evolve(HOUSE.returns.payouts, lost_disputes=DisputeBearer.SELLER)
        policy = evolve(HOUSE, returns=evolve(HOUSE.returns, payouts=payouts))
        first = placed(policy=policy)
        assert isinstance(first, OrderPlaced)
        payments = (
            Payment(tender="gift-card", amount=euros("165.47")),
            Payment(tender="card", amount=euros("0.01")),
        )
        story = Story(policy=policy, first=evolve(first, payments=payments)).pay()
        story.tell(
            RecordDispute(at=days(5), tender="card"),
            RecordDisputeLost(at=days(6), tender="card"),
        )
        (lost,) = story.order.charged_back
        assert [(share.seller, share.amount) for share in lost.shares] == [(ADA, euros("0.01"))]


class TestPlacing:
    """An order is placed once, for an address."""

    def test_placed_again_changes_nothing(self) -> None:
        """The event made the order; it brings nothing else about."""
        order = Story().order
        assert consequences(order, order.placed, OrderState.PLACED) == order

    def test_an_estimate_is_not_placed(self) -> None:
        """The price for a country alone is no price to pay."""
        quote = evolve(quoted(), destination=locate_mainland(Place(country="FR")))
        assert quote.estimate
        payments = [
            Payment(tender="gift-card", amount=quote.price.gift_card),
            Payment(tender="card", amount=quote.price.to_pay),
        ]
        with pytest.raises(InvalidValueError, match="a country alone gives an estimate"):
            place_order(
                quote,
                HOUSE,
                order=OrderId("o1"),
                buyer=BuyerId("zoe"),
                payments=payments,
                at=MONDAY,
            )
