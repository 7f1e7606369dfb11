"""The limits of a policy: the values that divide what is allowed from what is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from vintage_rules.fields import Amount
from vintage_rules.findings import is_mapping, is_tuple
from vintage_rules.offers.policy import OfferPolicy
from vintage_rules.policies.shapes import Shape, Value, shape_in, shape_of
from vintage_rules.pricing.policy import GiftCardPolicy


def amount_limits(policy: GiftCardPolicy | OfferPolicy) -> Iterator[Decimal]:
    """Give every amount in a policy that is marked as a limit, so that a new one is tried too.

    >>> from vintage_rules.policies import load_policy
    >>> card = load_policy("imparfaite").latest.pricing.gift_card
    >>> [str(limit) for limit in amount_limits(card)]
    ['25.00', '500.00']
    """
    kind = GiftCardPolicy if isinstance(policy, GiftCardPolicy) else OfferPolicy
    yield from _limits(policy, shape_of(kind))


def _limits(policy: object, shape: Shape) -> Iterator[Decimal]:
    for field in shape.fields:
        value: object = getattr(policy, field.name, None)
        is_amount = isinstance(field.form, Value) and isinstance(field.form.kind, Amount)
        below = shape_in(field.form)
        if field.limit and is_amount and isinstance(value, Decimal):
            yield value
        elif below is not None and not field.converted and value is not None:
            for item in _items(value):
                yield from _limits(item, below)


def _items(value: object) -> Iterable[object]:
    if is_mapping(value):
        return value.values()
    return value if is_tuple(value) else (value,)
