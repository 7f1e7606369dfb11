"""What is done with an order comes to the same in a shop as where it is replayed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from tests.effort import sampled
from tests.marketplace.lives import Goods, ShopLife
from vintage_rules import Place, calendar, load_policy
from vintage_rules.errors import CalendarRangeError, NoEditionError, VintageRulesError
from vintage_rules.ids import PieceId
from vintage_rules.orders import Do, Step, replay_order
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.replay.commands import parcel_names
from vintage_rules.orders.replay.history import ReplayedPayout
from vintage_rules.orders.replay.rows import balance_of, payout_rows, refund_rows
from vintage_rules.policies import PolicyBook, shipped_policies
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.testing import strategies
from vintage_rules.testing.served import serves
from vintage_rules.world import calendar_of

PLACES = (
    Place(country="FR", postal_code="33000", city="Bordeaux"),
    Place(country="PL", postal_code="00-001", city="Warszawa"),
    Place(country="BE", postal_code="4000", city="Liège"),
    Place(country="GB", postal_code="E8 3PN", city="London"),
)
FEW = settings(
    max_examples=sampled(20),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def served(policy: HousePolicy, mode: str) -> Place:
    """The first of the places above that a policy serves in a mode."""
    for place in PLACES:
        if serves(policy, place, mode):
            return place
    return reject()


def carts(policy: HousePolicy) -> st.SearchStrategy[list[Goods]]:
    """Draw one to three pieces of two sellers."""
    piece = st.builds(
        Goods,
        piece=st.just(PieceId("-")),
        seller=st.sampled_from(["ada", "lou"]),
        price=strategies.money(policy.currency, least="1", most="500"),
        weight_g=st.sampled_from([1, 900]),
    )
    numbered = st.lists(piece, min_size=1, max_size=3)
    return numbered.map(
        lambda goods: [
            Goods(PieceId(f"p{number}"), each.seller, each.price, each.weight_g)
            for number, each in enumerate(goods, 1)
        ]
    )


def is_said_alike(step: Step, life: ShopLife, before: Sequence[Step]) -> bool:
    """Whether both hear of it: a shop knows which seller cancels, and what was posted, by number.

    A bank reports a dispute that was lost without its beginning, and no other after that. A shop
    takes a name once.
    """
    order = life.order
    match step.do:
        case Do.DISPUTE | Do.DISPUTE_WON:
            return step.tender not in {lost.tender for lost in order.charged_back}
        case Do.DISPUTE_LOST:
            return step.tender in order.disputed
        case Do.REQUEST_RETURN:
            return step.return_ not in {each.return_ for each in before if each.do is step.do}
        case Do.OPEN_CLAIM:
            return step.claim not in {each.claim for each in before if each.do is step.do}
        case Do.SCAN:
            parcel = parcel_names(order.placed)[step.parcel or ""]
            return order.parcels[parcel].tracking_number is not None
        case _:
            sellers = {line.seller for line in order.placed.lines}
            return step.by is not Canceller.SELLER or len(sellers) == 1


def assert_lives_agree(book: PolicyBook, data: DataObject) -> None:
    """Live one drawn life twice."""
    try:
        policy = book.on(strategies.START.date())
    except NoEditionError:
        reject()
    mode = data.draw(st.sampled_from(sorted(policy.shipping.modes)))
    place, goods = served(policy, mode), data.draw(carts(policy))
    try:
        life = ShopLife.begun(book, goods, place, mode, strategies.START)
    except (VintageRulesError, OverflowError):
        reject()
    if life is None:
        reject()
    placed = life.order.placed
    drawn = data.draw(strategies.order_steps(placed, policy))
    steps: list[Step] = []
    refused: list[tuple[datetime, Do, tuple[str, ...]]] = []
    try:
        for step in drawn:
            life.pass_time(step.at)
            if is_said_alike(step, life, steps):
                steps.append(step)
                reasons = life.do(step)
                refused += [(step.at, step.do, reasons)] if reasons else []
    except CalendarRangeError:  # a life of decades outlives the calendars
        reject()
    end = (steps[-1].at if steps else placed.at) + timedelta(days=200)
    try:
        history = replay_order(
            placed,
            steps,
            end,
            policy,
            calendar=calendar(policy.calendar),
            destination_calendar=calendar_of(placed.destination),
        )
    except (CalendarRangeError, OverflowError):
        reject()
    life.pass_time(end)
    order, events = life.order, life.events
    names = {str(parcel): name for name, parcel in parcel_names(placed).items()}
    assert refused == [(no.at, no.do, no.reasons) for no in history.refusals]
    refunds = refund_rows(events, names, order.currency)
    assert sorted(refunds, key=repr) == sorted(history.refunds, key=repr)
    assert paid_out(payout_rows(events, order.currency)) == paid_out(history.payouts)
    balance = balance_of(events, order)
    assert (balance.buyer, balance.sellers) == (history.balance.buyer, history.balance.sellers)
    assert order.state == history.state


def paid_out(payouts: Iterable[ReplayedPayout]) -> Mapping[object, object]:
    """Give what was paid when, to whom, for which pieces; a worker pays in whatever order."""
    return {(each.at, each.seller): ({*each.pieces}, each.amount) for each in payouts}


class TestLives:
    """C7, F1, R6, R9, R10: refusals, refunds, payouts and balances."""

    @FEW
    @given(name=st.sampled_from(shipped_policies()), data=st.data())
    def test_of_shipped_houses(self, name: str, data: DataObject) -> None:
        """Each as its document says."""
        assert_lives_agree(load_policy(name), data)

    @settings(FEW, max_examples=sampled(10))
    @given(book=strategies.policies(), data=st.data())
    def test_of_drawn_houses(self, book: PolicyBook, data: DataObject) -> None:
        """Whatever a house decides that loads."""
        assert_lives_agree(book, data)
