"""The strategies that a host tests with draw what they promise: valid things, at each limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy

from vintage_rules import Money, Place, calendar, load_policy
from vintage_rules.errors import UnknownPolicyError
from vintage_rules.findings import is_list, is_table
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import Event
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import OrderEvent
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Territory
from vintage_rules.policies import shipped_policies
from vintage_rules.policies.house import document_shape
from vintage_rules.policies.pages import Page
from vintage_rules.policies.shapes import One, fields_in, shape_in
from vintage_rules.testing import strategies
from vintage_rules.testing.drawn_policies import drawn_fields, varied
from vintage_rules.world import every_territory, locate

T = TypeVar("T")
FEW = settings(max_examples=30, deadline=None)
THE_FIRST = settings(
    max_examples=500,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


@cache
def house() -> HousePolicy:
    """The policy that histories are drawn under."""
    return load_policy("imparfaite").on(date(2026, 9, 7))


def drawn_from(strategy: SearchStrategy[T], number: int) -> list[T]:
    """The same so many examples at every run."""
    found: list[T] = []

    @settings(
        max_examples=number,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[
            HealthCheck.too_slow
        ],  # a policy takes 50 ms, on a busy machine more
    )
    @given(strategy)
    def keep(example: T) -> None:
        found.append(example)

    keep()
    return found


def occurs(strategy: SearchStrategy[T], wanted: Callable[[T], bool]) -> bool:
    """Whether something wanted is drawn."""
    try:
        find(strategy, wanted, settings=THE_FIRST)
    except NoSuchExample:
        return False
    return True


class TestMoney:
    """Amounts of a currency, within bounds."""

    @FEW
    @given(strategies.money("EUR", least="1.00", most="1.50"))
    def test_stays_within_its_bounds(self, amount: Money) -> None:
        """Exact to the cent."""
        assert Decimal("1.00") <= amount.amount <= Decimal("1.50")
        assert amount.amount * 100 % 1 == 0

    @pytest.mark.parametrize(
        ("currency", "least", "most"), [("EUR", "1.00", "2.00"), ("JPY", "5", "9")]
    )
    def test_both_bounds_occur(self, currency: str, least: str, most: str) -> None:
        """In a currency with cents and in one without."""
        drawn = strategies.money(currency, least=least, most=most)
        for bound in (least, most):
            assert occurs(drawn, Money(bound, currency).__eq__)

    def test_both_sides_of_a_limit_occur(self) -> None:
        """One step below, at it, and one above; nothing else."""
        found = drawn_from(strategies.money_around(Money("20.00", "EUR")), 20)
        assert {str(amount.amount) for amount in found} == {"19.99", "20.00", "20.01"}

    def test_nothing_is_below_zero(self) -> None:
        """At zero there is no step below."""
        found = drawn_from(strategies.money_around(Money("0", "JPY")), 20)
        assert {str(amount.amount) for amount in found} == {"0", "1"}


def kind_of(territory: Territory) -> object:
    """What delivery, customs and VAT tell territories apart by."""
    return territory.area, territory.eu_customs, territory.eu_vat


class TestPlaces:
    """Addresses of every kind of territory."""

    def test_every_kind_of_territory_occurs(self) -> None:
        """As many as the world has, among them those that only a missing code leaves open."""
        found = {kind_of(locate(place).territory) for place in drawn_from(strategies.places(), 150)}
        assert found == {kind_of(territory) for territory in every_territory()}
        assert len(found) > 10

    @pytest.mark.parametrize(
        ("country", "postal_code"),
        [("FR", "75011"), ("RE", "97400"), ("IC", "35001"), ("CH", "8238"), ("PE", None)],
    )
    def test_single_places_occur(self, country: str, postal_code: str | None) -> None:
        """Those with few of their kind, and one country among two hundred."""
        place = Place(country=country, postal_code=postal_code)
        assert occurs(strategies.places(), place.__eq__)


class TestOrders:
    """What a policy quotes."""

    def test_is_quoted_in_the_currency_of_the_policy(self) -> None:
        """A house that counts in złoty sells in złoty."""
        policy = load_policy("vinted-pl").latest
        mode = next(iter(policy.shipping.modes))
        found = drawn_from(strategies.orders(policy, mode=mode), 10)
        assert {placed.payments[0].amount.currency.code for placed in found} == {"PLN"}

    def test_one_and_several_pieces_occur(self) -> None:
        """One, two and three."""
        found = drawn_from(strategies.orders(house(), mode="grouped"), 30)
        assert {len(placed.lines) for placed in found} == {1, 2, 3}


class TestListingHistories:
    """What can happen to a listing."""

    @FEW
    @given(strategies.listing_histories(house(), calendar("FR")))
    def test_each_is_a_history(self, events: tuple[Event, ...]) -> None:
        """The machine replays it, and nothing in it runs backwards."""
        moments = [event.at for event in events]
        assert moments == sorted(moments)
        assert LISTING.replay(events).at == moments[-1]

    def test_what_matters_occurs(self) -> None:
        """Offers, what time does to them, changes of the seller, and sales."""
        found = drawn_from(strategies.listing_histories(house(), calendar("FR")), 120)
        assert {event.name for events in found for event in events} >= {
            "piece-listed",
            "offer-made",
            "offer-accepted",
            "offer-declined",
            "offer-countered",
            "offer-lapsed",
            "price-restored",
            "price-changed",
            "piece-taken-down",
            "piece-relisted",
            "piece-sold",
        }

    def test_both_sides_of_a_day_occur(self) -> None:
        """After a listing: a microsecond before a day is over, when it is, and one after."""
        drawn = strategies.listing_histories(house(), calendar("FR"), longest=1)
        apart = {events[-1].at - events[0].at for events in drawn_from(drawn, 150)}
        step = timedelta(microseconds=1)
        day = timedelta(hours=24)
        assert {day - step, day, day + step} <= apart


class TestOrderHistories:
    """What can happen to an order."""

    @FEW
    @given(strategies.order_histories(house(), calendar("FR"), mode="grouped"))
    def test_each_is_a_history(self, events: tuple[OrderEvent, ...]) -> None:
        """The accounts of the order add up to nothing."""
        order = ORDER.replay(events)
        assert sum(account.amount for account in order.accounts.values()) == 0

    def test_what_matters_occurs(self) -> None:
        """Payment, cancellation, the workshop, delivery."""
        names = {
            event.name
            for mode in ("direct", "grouped")
            for events in drawn_from(
                strategies.order_histories(house(), calendar("FR"), mode=mode, longest=24), 60
            )
            for event in events
        }
        paid = {"order-paid", "order-cancelled", "pieces-cancelled"}
        assert names >= {*paid, "pieces-arrived", "window-opened"}


def written_in(page: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give the fields that say something else than what they say when they are left out."""
    if isinstance(page, Page):
        for field, value in page.fields():
            if value is not None and value != field.default:
                yield (*path, field.key)
                yield from written_in(value, (*path, field.key))
    elif is_table(page):
        for item in page.values():
            yield from written_in(item, path)
    elif is_list(page):
        for item in page:
            yield from written_in(item, path)


def is_drawn(path: tuple[str, ...]) -> bool:
    """Whether a field says something of its own in a policy like those of three houses."""
    houses = st.sampled_from(["vinted-pl", "vinted", "imparfaite"])
    drawn = houses.flatmap(lambda house: varied(house, path))
    return occurs(drawn, lambda book: path in written_in(book.document.page))


class TestPolicies:
    """Policies like those of shipped houses."""

    def test_each_loads_and_most_are_changed(self) -> None:
        """What is drawn can be read for its latest edition, and says what no shipped house says."""
        shipped = [load_policy(name).document.page for name in shipped_policies()]
        found = drawn_from(strategies.policies(), 20)
        assert all(book.on(book.latest.edition.since) is book.latest for book in found)
        assert sum(book.document.page not in shipped for book in found) > 10

    def test_every_field_of_a_document_is_drawn(self) -> None:
        """But for a table that an edition must hold whole: its fields are."""
        needed_tables = {
            path
            for path, _, field in fields_in(document_shape())
            if field.needed
            and shape_in(field.form) is not None
            and not (isinstance(field.form, One) and field.form.short)
        }
        every = {path for path, _, _ in fields_in(document_shape())}
        assert {*drawn_fields()} == every - needed_tables

    def test_each_field_is_drawn_with_another_value_than_its_default(self) -> None:
        """What no shipped house says too."""
        shipped = [load_policy(name) for name in shipped_policies()]
        said = {path for book in shipped for path in written_in(book.document.page)}
        unsaid = [path for path in drawn_fields() if path not in said]
        assert unsaid
        assert [path for path in unsaid if not is_drawn(path)] == []

    def test_a_house_that_takes_no_offers_is_drawn_on(self) -> None:
        """Whatever else is drawn of its offers, it may take them again."""
        offers = ("edition", "listing", "offers")
        drawn = varied("vinted", (*offers, "taken"), (*offers, "sign_in_required"))
        found = {book.latest.listing.offers.taken for book in drawn_from(drawn, 30)}
        assert found == {True, False}

    def test_an_unknown_house_is_refused(self) -> None:
        """As when it is loaded."""
        with pytest.raises(UnknownPolicyError):
            find(strategies.policies("no-such-house"), lambda book: bool(book.name))

    def test_a_failure_shows_a_book_by_its_editions(self) -> None:
        """Its values, shown by their fields, would fill thousands of pages."""
        from hypothesis.vendor.pretty import pretty

        book = load_policy("imparfaite")
        assert pretty(book) == repr(book)
