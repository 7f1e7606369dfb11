"""Parcels at a border: what they carry, and duties that are a part of the price."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.orders.order_stories import (
    BAG,
    COAT,
    FIRST,
    MONDAY,
    Story,
    days,
    euros,
    quoted,
)
from vintage_rules import Place, locate, policies, quote_order
from vintage_rules.ids import BuyerId, OrderId
from vintage_rules.orders import OrderQuote
from vintage_rules.orders.borders import (
    Journeys,
    import_facts,
    inbound_import_facts,
    returned_import_facts,
    sent_import_facts,
)
from vintage_rules.orders.commands import RecordCapture
from vintage_rules.orders.events import OrderPlaced
from vintage_rules.orders.placing import place_order
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies import parse_policy
from vintage_rules.returns.payments import Payment
from vintage_rules.shipping.customs import ImportAssessment
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    AskBuyer,
    HandIn,
    ReceiveBack,
    RecordScan,
)
from vintage_rules.shipping.parcel.states import SentBackCause
from vintage_rules.world import assess_parcel, mainland

NEW_YORK = Place(country="US", postal_code="10001", city="New York")
DUTIES = """
[[edition.pricing.fees]]
name = "duties"
payer = "buyer"
per = "order"
optional = true
refundable = true
source = "article 1"

[[edition.pricing.fees.components]]
base = ["duties"]
rate = 1
rounding = "half-up"
source = "article 1"

[edition.pricing.tenders]"""
COLLECTING = 'registrations = []\ncollected_at_checkout = ["US"]'
SHIPPED = Path(str(policies.__file__)).parent / "imparfaite.toml"
UNPAID = '[edition.returns.undelivered]\nunpaid_customs = { outcome = "nothing", source = "L14" }'


def house() -> HousePolicy:
    """Take duties of the United States with the price, as an option; unpaid, they cost all."""
    text = SHIPPED.read_text("utf-8")
    for old, new in (
        ("[edition.pricing.tenders]", DUTIES),
        ("registrations = []", COLLECTING),
        ("[edition.returns.undelivered]", UNPAID),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return parse_policy(text.encode(), "imparfaite.toml").latest


POLICY = house()


def to_new_york(*, duties: bool) -> OrderQuote:
    """Quote a coat and a bag in one parcel, with 12.00 of duties or without."""
    pieces = quoted().pieces
    quote = quote_order(
        pieces,
        locate(NEW_YORK),
        "grouped",
        POLICY,
        options=["duties"] if duties else [],
        parts={"duties": euros("12.00")} if duties else {},
    )
    assert isinstance(quote, OrderQuote)
    return quote


def placed(*, duties: bool) -> OrderPlaced:
    """Place that order."""
    quote = to_new_york(duties=duties)
    card = Payment(tender="card", amount=quote.price.total)
    return place_order(
        quote, POLICY, order=OrderId("o1"), buyer=BuyerId("zoe"), payments=[card], at=MONDAY
    )


def from_france(*senders: str) -> Journeys:
    """Start each parcel in France on the day of the order."""
    return Journeys(
        origins=dict.fromkeys(senders, mainland("FR")),
        dispatched=dict.fromkeys(senders, date(2026, 9, 7)),
        rates={},
    )


class TestL13DutiesInThePrice:
    """L13: a buyer who pays duties with the price is asked for none at the border."""

    def assessed(self, *, duties: bool) -> ImportAssessment:
        """What customs ask of the parcel."""
        facts = import_facts(to_new_york(duties=duties), POLICY, from_france("workshop"))
        return assess_parcel(facts["workshop"], locate(NEW_YORK), POLICY.shipping.customs)

    @pytest.mark.parametrize(
        ("duties", "answer"), [(True, "NothingAtBorder"), (False, "UnknownImport")]
    )
    def test_is_asked_for_nothing_if_the_option_was_chosen(
        self, *, duties: bool, answer: str
    ) -> None:
        """The duties are an option: left out, the border asks as it does anywhere."""
        assert type(self.assessed(duties=duties)).__name__ == answer

    def test_pays_them_once(self) -> None:
        """They are 12.00 of the total."""
        with_them, without = (to_new_york(duties=each).price.total for each in (True, False))
        assert with_them - without == euros("12.00")

    @pytest.mark.parametrize(
        ("duties", "cause", "refunded"),
        [
            (True, SentBackCause.UNPAID_DUTIES, True),
            (False, SentBackCause.UNPAID_DUTIES, False),
            (False, SentBackCause.REFUSED, True),
        ],
    )
    def test_is_not_blamed_for_customs_that_were_paid(
        self, *, duties: bool, cause: SentBackCause, refunded: bool
    ) -> None:
        """L14: the house keeps all of a parcel whose buyer did not pay, and of no other."""
        captured = RecordCapture(at=days(0.01), tender="card")
        story = Story(policy=POLICY, first=placed(duties=duties)).tell(captured)
        story.parcel(FIRST, HandIn(at=days(1), tracking_number="8R1"))
        story.parcel(FIRST, RecordScan(at=days(5), status="going-back", cause=cause))
        story.parcel(FIRST, ReceiveBack(at=days(9))).parcel(FIRST, AskBuyer(at=days(10)))
        story.parcel(FIRST, AnswerRefund(at=days(11), agrees=True))
        assert list(story.order.owed) == ([FIRST] if refunded else [])


class TestL16WhatIsSent:
    """L16: customs see what a parcel carries, and its share of what is handling."""

    def test_is_less_once_a_piece_is_cancelled(self) -> None:
        """Of 145.00 with a fee of 14.50, a bag of 55.00 alone has a fee of 5.50."""
        order = placed(duties=False)
        both = sent_import_facts(order, {"workshop": (COAT, BAG)}, POLICY, from_france("workshop"))
        bag = sent_import_facts(order, {"workshop": (BAG,)}, POLICY, from_france("workshop"))
        assert [(seen.goods, seen.handling) for seen in (*both.values(), *bag.values())] == [
            (euros("145.00"), euros("14.50")),
            (euros("55.00"), euros("5.50")),
        ]

    def test_is_nothing_of_a_parcel_that_carries_nothing(self) -> None:
        """All was cancelled."""
        order = placed(duties=False)
        assert sent_import_facts(order, {"workshop": ()}, POLICY, from_france("workshop")) == {}


class TestL8ToTheWorkshop:
    """L8: what sellers post to the workshop is worth its pieces; it is no matter of the buyer's."""

    def test_of_each_seller_whose_parcel_carries_something(self) -> None:
        """A coat for 90.00 comes; the bag was cancelled."""
        order = placed(duties=True)
        sellers = [parcel.sender for parcel in order.inbound]
        carried = {
            each.sender: tuple(p for p in each.pieces if p == COAT) for each in order.inbound
        }
        found = inbound_import_facts(order, carried, from_france(*sellers))
        assert [(seen.goods, seen.shipping, seen.handling) for seen in found.values()] == [
            (euros("90.00"), euros("0.00"), euros("0.00"))
        ]
        assert not any(seen.duties_paid for seen in found.values())


class TestTheWayBack:
    """L13: a return starts at the buyer's, is worth what was paid for it, and comes home."""

    def test_starts_where_the_order_went(self) -> None:
        """A bag for 55.00 from New York."""
        day = date(2026, 9, 20)
        seen = returned_import_facts(placed(duties=True), (BAG,), dispatched=day, rates={})
        assert (seen.origin.code, seen.goods, seen.returned) == ("US", euros("55.00"), True)
        assert (seen.dispatched, seen.duties_paid) == (day, False)
