"""The words of an order's price and of what keeps it from being taken."""

from __future__ import annotations

from collections.abc import Iterable

from vintage_rules.orders.checkout import CheckoutAdmissible, CheckoutRefused
from vintage_rules.orders.quote import OrderNotQuoted, OrderQuote
from vintage_rules.wording.common import reasons
from vintage_rules.wording.explaining import account_of
from vintage_rules.wording.phrases import (
    Account,
    Country,
    Phrase,
    Sourced,
    Term,
    account,
    counted,
    listed,
    phrase,
)


@account_of.register
def order_quote(decision: OrderQuote) -> Account:
    """L1, L2, L4, L12, C5: what an order costs, and what makes it up."""
    ordered = counted(
        "order.quote",
        len(decision.pieces),
        country=Country(decision.destination.territory.country),
        mode=Term("mode", decision.mode),
    )
    postage = (parcel.postage for parcel in decision.parcels)
    return account(
        decision,
        ordered,
        *_of([decision.price, *decision.price.fees, decision.plan, *postage]),
    )


@account_of.register
def order_not_quoted(decision: OrderNotQuoted) -> Account:
    """L12: which parcels have no price, and why."""
    parcels = (refused for _, refused in decision.parcels)
    return account(decision, phrase("order.not-quoted"), *_of(parcels))


def _of(decisions: Iterable[Sourced]) -> Iterable[Phrase]:
    return (each for decision in decisions for each in account_of(decision).phrases)


@account_of.register
def checkout_admissible(decision: CheckoutAdmissible) -> Account:
    """C1, C2, C4, C6: say that the order can be taken."""
    return account(decision, phrase("checkout.admissible"))


@account_of.register
def checkout_refused(decision: CheckoutRefused) -> Account:
    """C1, C2, C4, C6: why it is not taken, and what to put right."""
    return account(
        decision,
        phrase("checkout.refused"),
        *reasons(decision.reasons),
        *_to_put_right(decision),
    )


def _to_put_right(decision: CheckoutRefused) -> Iterable[Phrase]:
    if decision.gone:
        yield counted("checkout.gone", len(decision.gone), pieces=listed(decision.gone))
    for change in decision.changed:
        yield phrase("checkout.changed", piece=change.piece, seen=change.seen, now=change.now)
    if decision.missing:
        missing = listed(_missing(name) for name in decision.missing)
        yield phrase("checkout.missing", fields=missing)


def _missing(name: str) -> Phrase:
    address, _, field = name.partition(".")
    return phrase(f"address.{address}", field=Term("field", field))
