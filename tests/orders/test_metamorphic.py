"""What must come to the same, or to twice as much, when an order or a house is changed alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from tests.effort import sampled
from tests.orders.test_replayed_lives import house, placed_orders
from vintage_rules import Money, Piece, Place, load_policy, locate, quote_order
from vintage_rules.dates import Calendar
from vintage_rules.fields import Amount
from vintage_rules.findings import is_list, is_table
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.orders import (
    Balance,
    Do,
    OrderHistory,
    OrderPlaced,
    OrderQuote,
    ParcelScan,
    Step,
    StepFinding,
    replay_order,
)
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies import shipped_policies
from vintage_rules.policies.editions import completed
from vintage_rules.policies.house import document_shape, policies_of, read_document
from vintage_rules.policies.loading import policy_tables
from vintage_rules.policies.shapes import fields_in
from vintage_rules.testing import strategies

SOME = settings(
    max_examples=sampled(20, 4),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
WORKING = Calendar.without_holidays("none")
# No clock changes for a hundred days and a week, nor for the orders that are moved here.
NOVEMBER = datetime(2026, 11, 2, 8, tzinfo=UTC)
SPAN, WEEK = timedelta(days=100), timedelta(days=7)
HOUR = timedelta(hours=1)
NOTHING = Money("0.00", "EUR")
AS_DESCRIBED = StepFinding.AS_DESCRIBED
OTHER_NAMES: Mapping[str, str] = {"ada": "zed", "lou": "abe"}


def lived(placed: OrderPlaced, steps: tuple[Step, ...], policy: HousePolicy) -> OrderHistory:
    """Live for a hundred days without a holiday."""
    return replay_order(
        placed,
        [step for step in steps if step.at <= placed.at + SPAN],
        placed.at + SPAN,
        policy,
        calendar=WORKING,
        destination_calendar=WORKING,
    )


def drawn(data: DataObject) -> tuple[HousePolicy, OrderPlaced, tuple[Step, ...]]:
    """Draw an order of a shipped house, and what is done with it, from November on."""
    policy = house(data.draw(st.sampled_from(shipped_policies())))
    mode = data.draw(st.sampled_from(sorted(policy.shipping.modes)))
    placed = data.draw(placed_orders(policy, mode))
    steps = data.draw(strategies.order_steps(placed, policy))
    by = NOVEMBER - placed.at
    return policy, evolve(placed, at=NOVEMBER), moved(steps, by)


def moved(steps: tuple[Step, ...], by: timedelta) -> tuple[Step, ...]:
    """Do the same things so much later."""
    return tuple(evolve(step, at=step.at + by) for step in steps)


class TestAWeekLater:
    """A week without holidays moves all answers by a week."""

    @SOME
    @given(data=st.data())
    def test_all_comes_a_week_later(self, data: DataObject) -> None:
        """Refunds, payouts, refusals and events."""
        policy, placed, steps = drawn(data)
        now = lived(placed, steps, policy)
        later = lived(evolve(placed, at=placed.at + WEEK), moved(steps, WEEK), policy)
        back = [evolve(each, at=each.at - WEEK) for each in later.refunds]
        assert back == [*now.refunds]
        assert [evolve(each, at=each.at - WEEK) for each in later.payouts] == [*now.payouts]
        assert [evolve(each, at=each.at - WEEK) for each in later.refusals] == [*now.refusals]
        assert [(each.at - WEEK, each.event) for each in later.events] == [
            (each.at, each.event) for each in now.events
        ]
        assert later.balance == now.balance


def renamed(placed: OrderPlaced) -> OrderPlaced:
    """Give the sellers other names, in another alphabetical order."""
    return evolve(
        placed,
        lines=tuple(
            evolve(line, seller=SellerId(OTHER_NAMES[line.seller])) for line in placed.lines
        ),
        parcels=tuple(
            evolve(each, sender=OTHER_NAMES.get(each.sender, each.sender))
            for each in placed.parcels
        ),
        inbound=tuple(
            evolve(each, sender=SellerId(OTHER_NAMES[each.sender])) for each in placed.inbound
        ),
    )


def by_other_names(step: Step) -> Step:
    """Name a parcel by the other name of its sender."""
    if step.parcel is None:
        return step
    start, slash, name = step.parcel.rpartition("/")
    return evolve(step, parcel=f"{start}{slash}{OTHER_NAMES.get(name, name)}")


class TestOtherSellers:
    """What sellers are called decides nothing."""

    @SOME
    @given(data=st.data())
    def test_names_change_nothing(self, data: DataObject) -> None:
        """Refunds, payouts, refusals and balances."""
        policy, placed, steps = drawn(data)
        now = lived(placed, steps, policy)
        other = lived(renamed(placed), tuple(map(by_other_names, steps)), policy)
        assert [(each.at, each.total, each.by_tender) for each in other.refunds] == [
            (each.at, each.total, each.by_tender) for each in now.refunds
        ]
        assert other.refusals == now.refusals
        assert {(each.at, each.pieces, each.amount) for each in other.payouts} == {
            (each.at, each.pieces, each.amount) for each in now.payouts
        }
        assert other.balance.buyer == now.balance.buyer
        assert dict(other.balance.sellers) == {
            OTHER_NAMES[seller]: amount for seller, amount in now.balance.sellers.items()
        }


AMOUNTS = {
    path
    for path, _, field in fields_in(document_shape())
    if getattr(field.form, "kind", None) == Amount()
    or getattr(getattr(field.form, "item", None), "kind", None) == Amount()
}


def doubled(found: object, path: tuple[str, ...] = ()) -> object:
    """Double every amount that a document says."""
    if is_list(found):
        return [doubled(each, path) for each in found]
    if is_table(found):
        return {
            key: doubled(value, (*path, key) if known((*path, key)) else path)
            for key, value in found.items()
        }
    return found * 2 if path in AMOUNTS else found  # type: ignore[operator]  # it is a number


KEYS = {path for path, _, _ in fields_in(document_shape())}


def known(path: tuple[str, ...]) -> bool:
    """Whether a key is one of the document's, and not the name of a thing."""
    return path in KEYS


def delivered(placed: OrderPlaced) -> list[Step]:
    """Have every parcel of an order arrive on the third day, some by way of the workshop."""
    steps: list[Step] = []
    for inbound in placed.inbound:
        name = f"to-workshop/{inbound.sender}"
        steps += [
            Step(at=placed.at + HOUR, do=Do.HAND_IN, parcel=name),
            Step(at=placed.at + 2 * HOUR, do=Do.RECEIVE, parcel=name),
            *(
                Step(at=placed.at + 3 * HOUR, do=Do.CHECK, piece=piece, finding=AS_DESCRIBED)
                for piece in inbound.pieces
            ),
        ]
    for parcel in placed.parcels:
        at, name = placed.at + 72 * HOUR, parcel.sender
        steps += [
            Step(at=placed.at + 4 * HOUR, do=Do.HAND_IN, parcel=name),
            Step(at=at, do=Do.SCAN, parcel=name, status=ParcelScan.DELIVERED),
        ]
    return steps


def returned(placed: OrderPlaced, pieces: tuple[PieceId, ...], number: int) -> list[Step]:
    """Return pieces of one seller in a parcel, that many hours after the one before."""
    at, name = placed.at + (96 + 4 * number) * HOUR, f"r{number}"
    return [
        Step(
            at=at,
            do=Do.REQUEST_RETURN,
            return_=name,
            pieces=pieces,
            reason="withdrawal",
            parcel_number="8R",
        ),
        Step(at=at + HOUR, do=Do.POST_RETURN, return_=name),
        Step(at=at + 2 * HOUR, do=Do.RECEIVE_RETURN, return_=name),
        Step(at=at + 3 * HOUR, do=Do.CHECK_RETURN, return_=name, finding=StepFinding.AS_SENT),
    ]


class TestSplitReturns:
    """F1: what comes back in several returns, in any order, is refunded as if it came at once."""

    @SOME
    @given(data=st.data())
    def test_any_order_refunds_the_same(self, data: DataObject) -> None:
        """Piece by piece in two orders: the buyer, the sellers and the house end alike."""
        policy = house("imparfaite")
        placed = data.draw(placed_orders(policy, data.draw(st.sampled_from(["direct", "grouped"]))))
        placed = evolve(placed, at=NOVEMBER)
        pieces = [line.piece for line in placed.lines]
        back = data.draw(st.lists(st.sampled_from(pieces), unique=True, min_size=1))
        ends: list[tuple[Balance, Money]] = []
        for order in (back, data.draw(st.permutations(back))):
            steps = delivered(placed)
            for number, piece in enumerate(order):
                steps += returned(placed, (piece,), number)
            steps.sort(key=lambda step: step.at)
            history = lived(placed, tuple(steps), policy)
            assert sorted(each for one in history.refunds for each in one.pieces) == sorted(back)
            ends.append((history.balance, sum((each.total for each in history.refunds), NOTHING)))
        assert ends[0] == ends[1]


class TestTwiceAsMuch:
    """L4: a house whose amounts are doubled charges twice as much for pieces of twice the price."""

    @SOME
    @given(
        name=st.sampled_from(shipped_policies()),
        hundreds=st.lists(st.integers(1, 9), min_size=1, max_size=3),
        data=st.data(),
    )
    def test_fees_double(self, name: str, hundreds: list[int], data: DataObject) -> None:
        """Prices are whole hundreds, so that no rounding comes between."""
        document, _ = read_document(
            {
                key: doubled(value, (key,)) if known((key,)) else value
                for key, value in completed(policy_tables(name))[0].items()
            }
        )
        assert document is not None
        policy, twice = load_policy(name).latest, policies_of(document)[-1]
        mode = data.draw(st.sampled_from(sorted(policy.shipping.modes)))
        country = "PL" if policy.currency == "PLN" else "FR"
        place = Place(country=country, postal_code="00-001" if country == "PL" else "33000")
        once, double = (
            quote_order(
                [
                    Piece(
                        id=PieceId(f"p{number}"),
                        seller=SellerId("ada"),
                        price=Money(100 * each * times, policy.currency),
                        weight_g=100,
                        list_price=Money(100 * each * times, policy.currency),
                    )
                    for number, each in enumerate(hundreds)
                ],
                locate(place),
                mode,
                house,
            )
            for house, times in ((policy, 1), (twice, 2))
        )
        assume(isinstance(once, OrderQuote))
        assert isinstance(once, OrderQuote)
        assert isinstance(double, OrderQuote)
        assert [fee.fee for fee in double.price.fees] == [fee.fee * 2 for fee in once.price.fees]
        assert [f.fee for f in double.seller_fees] == [f.fee * 2 for f in once.seller_fees]
        assert double.price.total == once.price.total * 2
