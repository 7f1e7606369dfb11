"""Every command and event of the six machines checks what it is made of, found by introspection.

What a field must be is read from its resolved type, and what is refused is made from that: a class
added tomorrow is tested tomorrow.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from types import NoneType
from typing import Any, NamedTuple, NewType, get_args, get_type_hints

import attrs
import pytest

from tests.returns.house import request_of
from tests.returns.stories import complaint
from vintage_rules.errors import DayError, IdentifierError, MoneyError
from vintage_rules.ids import PieceId
from vintage_rules.money import Money
from vintage_rules.offers.commands import Command
from vintage_rules.offers.events import Event
from vintage_rules.orders.commands import CommandClaim, CommandParcel, CommandReturn, OrderCommand
from vintage_rules.orders.events import OrderEvent
from vintage_rules.pricing.gift_card.commands import CardCommand
from vintage_rules.pricing.gift_card.events import CardEvent
from vintage_rules.returns.claim.commands import ClaimCommand
from vintage_rules.returns.claim.events import ClaimEvent
from vintage_rules.returns.claims import ClaimRequest
from vintage_rules.returns.eligibility import ReturnRequest
from vintage_rules.returns.request.commands import ReturnCommand
from vintage_rules.returns.request.events import ReturnEvent
from vintage_rules.shipping.parcel.commands import ParcelCommand
from vintage_rules.shipping.parcel.events import ParcelEvent

UNIONS = (
    *(Command, Event),
    *(ParcelCommand, ParcelEvent),
    *(ReturnCommand, ReturnEvent),
    *(ClaimCommand, ClaimEvent),
    *(OrderCommand, OrderEvent),
    *(CardCommand, CardEvent),
)
CLASSES: list[type] = [kind for union in UNIONS for kind in get_args(union)]

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
IN_INDIA = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
NAIVE = datetime(2026, 9, 20, 12)  # noqa: DTZ001 - naive on purpose

# Text that names nothing: words, numbers and codes of others.
FREE_TEXT = frozenset(
    {
        *("digest", "kind", "mode", "reason", "receipt", "reference", "status", "tender"),
        *("tracking_number", "words"),
    }
)
# Fields whose class looks into them when it is made.
SAMPLES: dict[object, object] = {
    ReturnRequest: request_of(NOON - timedelta(days=1)),
    ClaimRequest: complaint(claimed_at=NOON - timedelta(days=1)),
}


class Spot(NamedTuple):
    """A field of a class: whether it may be None, and what it is otherwise."""

    kind: type
    name: str
    optional: bool
    content: object

    def __str__(self) -> str:
        """Name it as a test's id."""
        return f"{self.kind.__module__.split('.', 1)[1]}.{self.kind.__name__}.{self.name}"


def spots() -> Iterator[Spot]:
    """Give every field of every class."""
    for kind in CLASSES:
        hints = get_type_hints(kind)
        for field in attrs.fields(kind):
            parts = get_args(hints[field.name])
            optional = NoneType in parts
            rest = [part for part in parts if part is not NoneType]
            content = rest[0] if optional and len(rest) == 1 else hints[field.name]
            yield Spot(kind, field.name, optional, content)


def is_name(spot: Spot) -> bool:
    """Whether it names a thing: by its type, or as text that is not free."""
    if isinstance(spot.content, NewType):
        return True
    return spot.content is str and spot.name not in FREE_TEXT


SPOTS = list(spots())
MOMENTS = [spot for spot in SPOTS if spot.content is datetime]
DAYS = [spot for spot in SPOTS if spot.content is date]
AMOUNTS = [spot for spot in SPOTS if spot.content is Money]
NAMES = [spot for spot in SPOTS if is_name(spot)]


def valid(spot: Spot) -> object:
    """Make what a field takes; where nothing looks at it, any object."""
    simple: dict[object, object] = {
        datetime: NOON,
        date: NOON.date(),
        Money: Money(2, "EUR"),
        str: "x1",
        int: 1,
        tuple[str, ...]: ("x1",),
        tuple[PieceId, ...]: ("coat",),
        **SAMPLES,
    }
    if is_name(spot):
        return "x1"
    if isinstance(spot.content, type) and issubclass(spot.content, StrEnum):
        return next(iter(spot.content))
    return simple.get(spot.content, None if spot.optional else ())


def made(spot: Spot, value: object) -> Any:  # noqa: ANN401 - an object of any of the classes
    """Make an object of a field's class with that value in it and valid ones elsewhere."""
    fields = {each.name: valid(each) for each in SPOTS if each.kind is spot.kind}
    return spot.kind(**{**fields, spot.name: value})


def test_what_is_found() -> None:
    """Everything has its moment, but what carries the command of a part; each kind is there."""
    without = {CommandParcel, CommandReturn, CommandClaim}
    assert {spot.kind for spot in MOMENTS if spot.name == "at"} == {*CLASSES} - without
    assert {str(spot) for spot in NAMES} >= {
        "orders.commands.CommandReturn.case",
        "orders.events.RefundOwed.cause",
        "pricing.gift_card.events.CardOrdered.card",
        "offers.commands.SetAlert.subscriber",
        "shipping.parcel.events.ParcelAnnounced.parcel",
    }
    assert {spot.name for spot in DAYS} >= {"received", "postmark", "last_day"}
    assert {spot.name for spot in AMOUNTS} >= {"price", "amount", "fee"}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_keyword_only_and_frozen(kind: type) -> None:
    """No value is given by its place, and none changes."""
    parameters = inspect.signature(kind).parameters.values()
    assert {each.kind for each in parameters} == {inspect.Parameter.KEYWORD_ONLY}
    (spot, *_) = (each for each in SPOTS if each.kind is kind)
    instance = made(spot, valid(spot))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(instance, spot.name, valid(spot))


@pytest.mark.parametrize("spot", MOMENTS, ids=str)
def test_moments(spot: Spot) -> None:
    """A naive one is refused by name, as is a day; one with another offset is held in UTC."""
    for wrong in (NAIVE, NOON.date(), "2026-09-20T12:00:00+00:00"):
        with pytest.raises(DayError, match=f"^{spot.name}: must be a moment with an offset"):
            made(spot, wrong)
    held = getattr(made(spot, IN_INDIA), spot.name)
    assert (held, held.tzinfo) == (NOON, UTC)


@pytest.mark.parametrize("spot", DAYS, ids=str)
def test_days(spot: Spot) -> None:
    """A moment is no day."""
    for wrong in (NOON, "2026-09-20"):
        with pytest.raises(DayError, match=f"^{spot.name}: must be a date"):
            made(spot, wrong)
    assert getattr(made(spot, NOON.date()), spot.name) == NOON.date()


@pytest.mark.parametrize("spot", AMOUNTS, ids=str)
def test_amounts(spot: Spot) -> None:
    """A number is no money."""
    for wrong in (2, "2.00 EUR"):
        with pytest.raises(MoneyError, match=f"^{spot.name}: must be"):
            made(spot, wrong)
    assert getattr(made(spot, Money(2, "EUR")), spot.name) == Money(2, "EUR")


@pytest.mark.parametrize("spot", NAMES, ids=str)
def test_names(spot: Spot) -> None:
    """Empty, with a space before it, with a line break, or no text."""
    for wrong in ("", " x1", "x\n1", 7):
        with pytest.raises(IdentifierError, match=f"^{spot.name}: must be"):
            made(spot, wrong)
    assert getattr(made(spot, "x1"), spot.name) == "x1"


@pytest.mark.parametrize(
    "spot", [each for each in (*MOMENTS, *DAYS, *AMOUNTS, *NAMES) if not each.optional], ids=str
)
def test_not_optional(spot: Spot) -> None:
    """None is refused by name."""
    with pytest.raises((DayError, MoneyError, IdentifierError), match=f"^{spot.name}: must be"):
        made(spot, None)


@pytest.mark.parametrize(
    "spot", [each for each in (*MOMENTS, *DAYS, *AMOUNTS, *NAMES) if each.optional], ids=str
)
def test_optional(spot: Spot) -> None:
    """None is what is not known."""
    assert getattr(made(spot, None), spot.name) is None
