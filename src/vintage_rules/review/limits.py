"""The limits of a policy: the values that divide what is allowed from what is not.

A field that is marked `Limit` is one wherever a policy says it. Comparisons and checks read them
off the classes of policies, so that a new one needs no list of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeVar

from attrs import frozen

from vintage_rules.findings import Path, is_mapping, is_tuple
from vintage_rules.money import currency_of
from vintage_rules.offers.policy import (
    OfferPolicy,
)
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.shapes import ByName, Field, Form, Shape, shape_in, shape_of

T = TypeVar("T")


@frozen(kw_only=True, eq=False)
class PolicyLimit:
    """A limit that a policy sets: where, its value, and the tables it is in, the house first.

    `path` names what has a name, as comparisons do; `at` leads to it in an edition's document.
    """

    path: str
    at: Path
    field: Field
    value: object
    tables: tuple[object, ...]

    def within(self, kind: type[T]) -> T:
        """Return the innermost table of a class that the limit is in.

        Raises:
            TypeError: If it is in none.
        """
        for table in reversed(self.tables):
            if isinstance(table, kind):
                return table
        raise TypeError(f"{self.path} is in no {kind.__name__}")


def limits_of(house: HousePolicy) -> Iterator[PolicyLimit]:
    """Return every limit that a policy sets, in the order of its tables.

    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").latest
    >>> cards = [one for one in limits_of(house) if "gift_card" in one.path]
    >>> [(one.path, str(one.value)) for one in cards][:2]
    [('pricing.gift_card.minimum', '25.00'), ('pricing.gift_card.maximum', '500.00')]
    """
    yield from _limits(shape_of(HousePolicy), "", (), (house,))


def _limits(shape: Shape, path: str, at: Path, tables: tuple[object, ...]) -> Iterator[PolicyLimit]:
    for field in shape.fields:
        value: object = getattr(tables[-1], field.name, None)
        if field.holder is not None:
            value = getattr(value, field.holder.fields[0].name)
        here = f"{path}.{field.key}" if path else field.key
        below = shape_in(field.form)
        if value is None:
            continue
        if field.limit is not None:
            yield PolicyLimit(
                path=here, at=(*at, field.key), field=field, value=value, tables=tables
            )
        elif below is not None:
            for name, place, item in _items(value, field.form):
                if isinstance(item, OfferPolicy) and not item.taken:
                    continue  # its other values were not written, and decide nothing
                yield from _limits(below, here + name, (*at, field.key, *place), (*tables, item))


def _items(value: object, form: Form) -> Iterator[tuple[str, Path, object]]:
    """Return the tables below a field, each with how a path names it and where it is written."""
    if is_mapping(value):
        for i, (name, item) in enumerate(value.items()):
            yield f"[{name}]", (i if isinstance(form, ByName) else name,), item
    elif is_tuple(value):
        for i, item in enumerate(value):
            yield f"[{getattr(item, 'name', i)}]", (i,), item
    else:
        yield "", (), value


def smallest_of(currency: str) -> Decimal:
    """Return the smallest amount of a currency.

    >>> smallest_of("EUR"), smallest_of("JPY")
    (Decimal('0.01'), Decimal('1'))
    """
    return Decimal(1) / currency_of(currency).sub_unit
