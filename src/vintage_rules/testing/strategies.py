"""Hypothesis strategies: amounts, places, pieces, orders, histories, policies to test a host with.

What is drawn is valid: a history is one that its machine decided, an order one that its policy
quotes, a policy one that loads. Limits are drawn on both sides, so that a test meets them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache, partial, reduce
from itertools import combinations, product

from attrs import evolve
from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from vintage_rules.dates import Calendar
from vintage_rules.ids import BuyerId, OrderId, PieceId, SellerId
from vintage_rules.money import Money, quantum_of
from vintage_rules.offers.commands import (
    AcceptOffer,
    ChangePrice,
    Command,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    Relist,
    SellPiece,
    TakeDown,
)
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import Event
from vintage_rules.offers.listing_commands import list_piece
from vintage_rules.offers.states import Listing
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders.commands import (
    CancelOrder,
    CancelPieces,
    CheckPiece,
    CommandParcel,
    OrderCommand,
    ReceiveParcel,
    RecordCapture,
    WorkshopFinding,
)
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import OrderEvent, OrderPlaced
from vintage_rules.orders.fees import fees_of
from vintage_rules.orders.placing import place_order
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderQuote, Piece, quote_order
from vintage_rules.orders.reductions import Reduction
from vintage_rules.orders.replay.commands import parcel_names
from vintage_rules.orders.replay.steps import FINDINGS, Do, ParcelScan, Step, StepFinding
from vintage_rules.orders.states import Order
from vintage_rules.places import Place
from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.loading import shipped_policies
from vintage_rules.pricing.fee_policy import Payer
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.returns.payments import Payment
from vintage_rules.shipping.parcel.commands import HandIn, RecordScan
from vintage_rules.shipping.parcels import TO_WORKSHOP
from vintage_rules.testing.drawn_policies import varied
from vintage_rules.testing.served import named_parts, serves
from vintage_rules.world.addresses import locate
from vintage_rules.world.tables import rows
from vintage_rules.world.territory_rows import countries

# Strategies close over the policy they are given: an argument of `composite` is shown with every
# example that fails, and a whole policy fills pages.

START = datetime(2026, 9, 7, 8, tzinfo=UTC)
"""The moment at which orders and histories begin."""

_BUYERS = (BuyerId("zoe"), BuyerId("max"))
_SELLERS = (SellerId("ada"), SellerId("lou"))

# Every second wait is short, so that things happen before their time is over; the others are about
# the limits that policies set: an hour, a day, two weeks.
_LIMITS = tuple(
    limit + step
    for limit in (timedelta(hours=1), timedelta(hours=24), timedelta(days=14))
    for step in (-timedelta(microseconds=1), timedelta(), timedelta(microseconds=1))
)
_WAITS = st.one_of(st.just(timedelta(minutes=1)), st.sampled_from(_LIMITS))
_HOME = Place(country="FR", postal_code="75011")


def money(
    currency: str = "EUR", *, least: str = "0.00", most: str = "10000.00"
) -> SearchStrategy[Money]:
    """Draw amounts of a currency, exact to its smallest unit, from `least` to `most` inclusive.

    >>> from hypothesis import find
    >>> find(money("EUR", least="1.00", most="2.00"), lambda amount: True)
    Money('1.00', 'EUR')
    >>> find(money("JPY", least="0", most="500"), lambda amount: amount.amount == 500)
    Money('500', 'JPY')
    """
    unit = quantum_of(Money("0", currency).currency)
    lowest, highest = (int(Decimal(bound) / unit) for bound in (least, most))
    return st.one_of(st.sampled_from([lowest, highest]), st.integers(lowest, highest)).map(
        lambda units: Money(units * unit, currency)
    )


def money_around(limit: Money) -> SearchStrategy[Money]:
    """Draw a limit, and the amounts next to it on both sides; none is below zero.

    >>> from hypothesis import find
    >>> find(money_around(Money("20.00", "EUR")), lambda amount: amount.amount > 20)
    Money('20.01', 'EUR')
    """
    unit = quantum_of(limit.currency)
    near = (limit.amount - unit, limit.amount, limit.amount + unit)
    return st.sampled_from([Money(amount, limit.currency.code) for amount in near if amount >= 0])


def places() -> SearchStrategy[Place]:
    """Draw addresses of every kind of territory, each kind as often.

    A kind is an area of delivery with the memberships in the Union's customs and VAT areas: at
    home, overseas, in both areas, in one of them, in neither, and unknown for want of a code.

    >>> from hypothesis import find
    >>> find(places(), lambda place: place.country == "RE").postal_code
    '97400'
    """
    return st.sampled_from(list(_places_by_kind().values())).flatmap(st.sampled_from)


@cache
def _places_by_kind() -> Mapping[object, tuple[Place, ...]]:
    """Return the address that the world's tables give of each territory, and bare countries."""
    found: dict[object, list[Place]] = {}
    for place in _sample_places():
        territory = locate(place).territory
        kind = (territory.area, territory.eu_customs, territory.eu_vat)
        found.setdefault(kind, []).append(place)
    return {kind: tuple(places) for kind, places in found.items()}


def _sample_places() -> Iterator[Place]:
    written = tuple(rows("addresses"))
    for row in written:
        if row["written"] == "code":
            yield Place(country=row["country"], postal_code=row["example"])
        elif row["written"] == "no-code":
            yield Place(country=row["country"])
    known = {row["country"] for row in written}
    for territory in countries():
        if territory.country not in known:
            yield Place(country=territory.country)


@st.composite
def pieces(draw: DrawFn, number: int = 1, *, currency: str = "EUR") -> Piece:
    """Draw a piece of a cart, from 1 to 2,000 in a currency and from 1 g to 30 kg.

    >>> from hypothesis import find
    >>> find(pieces(3), lambda piece: piece.weight_g == 30_000).id
    'piece-3'
    """
    price = draw(money(currency, least="1", most="2000"))
    return Piece(
        id=PieceId(f"piece-{number}"),
        seller=draw(st.sampled_from(_SELLERS)),
        price=price,
        weight_g=draw(st.sampled_from([1, 900, 30_000])),
        list_price=price,
    )


def orders(
    policy: HousePolicy, *, mode: str, place: Place | None = None
) -> SearchStrategy[OrderPlaced]:
    """Draw the event that places an order, in one of a policy's modes and perhaps to one place.

    It has one to three pieces, is quoted by the policy, with optional fees, reductions and what its
    fees depend on beside the order, and paid by card. Without `place`, it goes
    to one of the places that the policy serves in that mode, whatever their kind. An order too
    heavy for its place is rejected.

    >>> from datetime import date
    >>> from hypothesis import find
    >>> from vintage_rules import load_policy
    >>> policy = load_policy("imparfaite").on(date(2026, 9, 7))
    >>> placed = find(orders(policy, mode="grouped"), lambda order: True)
    >>> placed.order, placed.payments[0].tender
    ('o1', 'card')
    """
    served = _served_places(policy, mode) if place is None else [place]

    def placed(draw: DrawFn) -> OrderPlaced:
        numbers = range(1, draw(st.integers(1, 3)) + 1)
        cart = [draw(pieces(number, currency=policy.currency)) for number in numbers]
        quote = quote_order(
            cart,
            locate(draw(st.sampled_from(served))),
            mode,
            policy,
            options=draw(_options(policy)),
            parts=draw(_parts_given(policy)),
            reductions=draw(_reductions(policy)),
        )
        if not isinstance(quote, OrderQuote):
            reject()
        payment = Payment(tender="card", amount=quote.price.to_pay, reference="authorisation-1")
        return place_order(
            quote,
            policy,
            order=OrderId("o1"),
            buyer=draw(st.sampled_from(_BUYERS)),
            payments=(payment,),
            at=START,
        )

    return st.composite(placed)()


def _served_places(policy: HousePolicy, mode: str) -> Sequence[Place]:
    """Return the sample addresses to which the policy sends a light piece; no bare countries."""
    everywhere = [place for some in _places_by_kind().values() for place in some]
    return [
        place for place in everywhere if not place.is_country_alone and serves(policy, place, mode)
    ]


def _options(policy: HousePolicy) -> SearchStrategy[tuple[str, ...]]:
    """Draw which optional fees are chosen."""
    fees = (fee for payer in Payer for fee in fees_of(policy, payer))
    names = [fee.name for fee in fees if fee.optional]
    chosen = st.lists(st.sampled_from(names), unique=True) if names else st.just(list[str]())
    return chosen.map(tuple)


def _parts_given(policy: HousePolicy) -> SearchStrategy[dict[str, Money]]:
    amount = money(policy.currency, most="50")
    return st.fixed_dictionaries(dict.fromkeys(named_parts(policy), amount))


def _reductions(policy: HousePolicy) -> SearchStrategy[tuple[Reduction, ...]]:
    """Draw reductions that the buyer of any order may have."""
    names = [
        each.name for each in policy.pricing.reductions if each.flat is None and not each.least
    ]
    amounts = money(policy.currency, least="1", most="50")
    granted = dict.fromkeys(names, amounts)
    return st.fixed_dictionaries({}, optional=granted).map(
        lambda drawn: tuple(Reduction(name=name, amount=drawn[name]) for name in drawn)
    )


def listing_histories(
    policy: HousePolicy, calendar: Calendar, *, longest: int = 12
) -> SearchStrategy[tuple[Event, ...]]:
    """Draw the history of a listing under a policy, as its machine decides it.

    Offers, answers, changes of price, sales, and what time does between them. `longest` is the most
    commands; the waits before them are on both sides of an hour, a day and two weeks.

    >>> from datetime import date
    >>> from hypothesis import given, settings
    >>> from vintage_rules import calendar, load_policy
    >>> policy = load_policy("imparfaite").on(date(2026, 9, 7))
    >>> @settings(max_examples=5, deadline=None)
    ... @given(listing_histories(policy, calendar("FR")))
    ... def begins_with_its_listing(events):
    ...     assert events[0].name == "piece-listed"
    >>> begins_with_its_listing()
    """

    def history(draw: DrawFn) -> tuple[Event, ...]:
        price = draw(money(policy.currency, least="100", most="200"))
        terms = SellerTerms.only(open_to_offers=True)
        listing_policy = policy.listing
        events: list[Event] = [list_piece(START, price, terms, listing_policy.offers, calendar)]
        now = START
        for _ in range(draw(st.integers(0, longest))):
            now += draw(_WAITS)
            listing = LISTING.replay(events)
            command = draw(_offer_commands(now, price, listing))
            decided = LISTING.decide(listing, command, listing_policy, calendar)
            if isinstance(decided, tuple):
                events.extend(decided)
        return tuple(events)

    return st.composite(history)()


def _offer_commands(at: datetime, price: Money, listing: Listing) -> SearchStrategy[Command]:
    """Draw a command; an answer is to an offer that runs, where there is one."""
    buyers = st.sampled_from(_BUYERS)
    running = [offer.made.buyer for offer in listing.offers if offer.runs]
    answered = st.sampled_from(running or list(_BUYERS))
    unit = quantum_of(price.currency)
    prices = st.sampled_from(["0.70", "0.69", "0.71", "0.80"]).map(
        lambda share: Money((price.amount * Decimal(share)).quantize(unit), price.currency)
    )
    offers = st.builds(
        MakeOffer, at=st.just(at), buyer=buyers, price=prices, signed_in=st.just(value=True)
    )
    answers = st.one_of(
        st.builds(AcceptOffer, at=st.just(at), buyer=answered),
        st.builds(CounterOffer, at=st.just(at), buyer=answered, price=prices),
        st.builds(DeclineOffer, at=st.just(at), buyer=answered),
    )
    others = st.one_of(
        st.builds(ChangePrice, at=st.just(at), price=prices),
        st.builds(SellPiece, at=st.just(at), buyer=buyers, price=st.just(price)),
        st.builds(TakeDown, at=st.just(at)),
        st.builds(Relist, at=st.just(at)),
    )
    # Most of what could happen next is no answer, so answers are likelier while an offer runs.
    likely = answers if running else offers
    return st.sampled_from([likely, likely, others, answers, offers]).flatmap(lambda some: some)


def order_histories(
    policy: HousePolicy, calendar: Calendar, *, mode: str, longest: int = 12
) -> SearchStrategy[tuple[OrderEvent, ...]]:
    """Draw the history of an order to France under a policy, as its machine decides it.

    It is captured or cancelled, whole or by piece; its parcels are received by the workshop, handed
    in and scanned, and time does what it does.
    `longest` and the waits are as in `listing_histories`.

    >>> from datetime import date
    >>> from hypothesis import given, settings
    >>> from vintage_rules import calendar, load_policy
    >>> policy = load_policy("imparfaite").on(date(2026, 9, 7))
    >>> @settings(max_examples=5, deadline=None)
    ... @given(order_histories(policy, calendar("FR"), mode="grouped"))
    ... def is_paid_once_at_most(events):
    ...     assert sum(event.name == "order-paid" for event in events) <= 1
    >>> is_paid_once_at_most()
    """

    def history(draw: DrawFn) -> tuple[OrderEvent, ...]:
        placed = draw(orders(policy, mode=mode, place=_HOME))
        events: list[OrderEvent] = [placed]
        order, now = ORDER.evolve(None, placed), START
        for _ in range(draw(st.integers(0, longest))):
            now += draw(_WAITS)
            *others, cancelling = (kind for kind in _order_commands(order, now) if kind)
            # What keeps an order going is drawn more often than what ends it.
            kind = draw(st.sampled_from((*others, *others, *others, cancelling)))
            command = draw(st.sampled_from(kind))
            decided = ORDER.decide(order, command, policy, calendar)
            if isinstance(decided, tuple):
                events.extend(decided)
                order = reduce(ORDER.evolve, decided, order)
        return tuple(events)

    return st.composite(history)()


def _order_commands(order: Order, at: datetime) -> Iterator[Sequence[OrderCommand]]:
    """Return what may be said to an order, kind by kind; what cancels it comes last."""
    placed = order.placed
    yield [
        RecordCapture(at=at, tender=each.tender, reference=each.reference, receipt="receipt-1")
        for each in placed.payments
    ]
    arriving = [(parcel.id, piece) for parcel in placed.inbound for piece in parcel.pieces]
    yield [ReceiveParcel(at=at, parcel=parcel, pieces=(piece,)) for parcel, piece in arriving]
    yield [
        CheckPiece(at=at, piece=piece, finding=finding)
        for (_, piece), finding in product(arriving, WorkshopFinding)
    ]
    yield [
        CommandParcel(parcel=each.id, command=HandIn(at=at, tracking_number=f"8R{each.id}"))
        for each in placed.parcels
    ]
    yield [
        CommandParcel(parcel=each.id, command=RecordScan(at=at, status=status))
        for each, status in product(placed.parcels, ("in-transit", "delivered", "lost"))
    ]
    yield [
        CancelOrder(at=at, reason="refused"),
        *(
            CancelPieces(at=at, by=by, pieces=(piece,))
            for by, piece in product(Canceller, order.stages)
        ),
    ]


def order_steps(
    placed: OrderPlaced, policy: HousePolicy, *, longest: int = 16
) -> SearchStrategy[tuple[Step, ...]]:
    """Draw what is done with a placed order, in order of time, for `replay_order`.

    Parcels are handed in, scanned, received, checked and sent back; pieces are cancelled; returns
    and claims are begun, and go on; payments are disputed. Some of it is not possible: the replay
    refuses it. `longest` and the waits are as in `listing_histories`.

    >>> from datetime import date
    >>> from hypothesis import find
    >>> from vintage_rules import load_policy
    >>> policy = load_policy("imparfaite").on(date(2026, 9, 7))
    >>> placed = find(orders(policy, mode="direct"), lambda order: True)
    >>> steps = find(order_steps(placed, policy), lambda steps: len(steps) == 1)
    >>> str(steps[0].do)
    'hand-in'
    """
    # Each step is drawn from lists that are made once: a strategy a step costs more than a replay.
    kinds = [st.sampled_from(facts) for facts in _steps(placed, policy) if facts]
    step = st.one_of(*kinds)

    def drawn(draw: DrawFn) -> tuple[Step, ...]:
        steps: list[Step] = []
        now = placed.at
        for _ in range(draw(st.integers(0, longest))):
            now += draw(_WAITS)
            steps.append(evolve(draw(step), at=now))
        return tuple(steps)

    return st.composite(drawn)()


def _steps(placed: OrderPlaced, policy: HousePolicy) -> Iterator[Sequence[Step]]:
    """Return what may be done with an order, kind by kind, each as likely as the others."""
    do, returns, claims = partial(Step, at=placed.at), ("r1", "r2"), ("c1", "c2")
    parcels = parcel_names(placed)
    inbound = [name for name in parcels if name.startswith(TO_WORKSHOP)]
    for parcel in parcels:
        scans = [ParcelScan.DELIVERED, *ParcelScan]
        yield [do(do=Do.HAND_IN, parcel=parcel)]
        yield [do(do=Do.SCAN, parcel=parcel, status=status) for status in scans]
        yield [do(do=Do.ANSWER_REFUND, parcel=parcel, agreed=yes) for yes in (True, False)]
    yield [do(do=Do.RECEIVE, parcel=parcel) for parcel in inbound]
    lines = [line.piece for line in placed.lines]
    # What passes is drawn twice as often, so that orders go on.
    findings = (StepFinding.AS_DESCRIBED, *sorted(FINDINGS[Do.CHECK]))
    yield [
        do(do=Do.CHECK, piece=piece, finding=finding)
        for piece, finding in product(lines if inbound else (), findings)
    ]
    cancelled = (None, *((piece,) for piece in lines))
    yield [do(do=Do.CANCEL, by=by, pieces=some) for by, some in product(Canceller, cancelled)]
    yield [do(do=Do.CONFIRM)]
    some = [pieces for size in range(1, len(lines) + 1) for pieces in combinations(lines, size)]
    yield [
        do(
            do=Do.REQUEST_RETURN,
            return_=name,
            pieces=pieces,
            reason=reason,
            photos=9,
            parcel_number=number,
        )
        for name, pieces, reason, number in product(
            returns, some, policy.returns.returns.domain.reason, (None, "8R1", "8R1")
        )
    ]
    yield [do(do=verb, return_=name) for verb, name in product(_OF_RETURNS, returns)]
    yield [
        do(do=Do.CHECK_RETURN, return_=name, finding=finding)
        for name, finding in product(
            returns, (StepFinding.AS_SENT, *sorted(FINDINGS[Do.CHECK_RETURN]))
        )
    ]
    yield [
        do(do=Do.OPEN_CLAIM, claim=name, kind=kind, pieces=pieces, photos=9)
        for name, kind, pieces in product(claims, sorted(policy.returns.claims.kinds), some)
    ]
    yield [do(do=verb, claim=name) for verb, name in product(_OF_CLAIMS, claims)]
    yield [
        do(do=verb, tender=payment.tender) for verb, payment in product(_DISPUTES, placed.payments)
    ]


_OF_RETURNS = (Do.ACCEPT_RETURN, Do.DECLINE_RETURN, Do.POST_RETURN, Do.RECEIVE_RETURN)
_OF_CLAIMS = (Do.UPHOLD_CLAIM, Do.REJECT_CLAIM, Do.REPORT_LOST, Do.REPORT_FOUND)
_DISPUTES = (Do.DISPUTE, Do.DISPUTE_WON, Do.DISPUTE_LOST)


def policies(*houses: str) -> SearchStrategy[PolicyBook]:
    """Draw policies like those of some houses: shipped ones by name, documents by their paths.

    Without a name, all that are shipped. In each, up to eight fields are written otherwise: values
    are drawn by their kind and within their bounds, what is optional is added and left out. Every
    policy that is drawn loads. Raises as `load_policy`.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, deadline=None)
    ... @given(policies())
    ... def has_a_currency(book):
    ...     assert book.latest.currency in {"EUR", "GBP", "PLN", "JPY"}
    >>> has_a_currency()
    """
    return st.sampled_from(houses or shipped_policies()).flatmap(varied)
