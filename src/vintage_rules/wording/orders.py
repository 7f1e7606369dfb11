"""The words of an order's price and of what keeps it from being taken."""

from __future__ import annotations

from collections.abc import Iterable

from vintage_rules.money import total
from vintage_rules.orders.checkout import CheckoutAdmissible, CheckoutRefused
from vintage_rules.orders.quote import OrderNotQuoted, OrderQuote
from vintage_rules.orders.replay.history import OrderHistory
from vintage_rules.wording.accounts import account_of
from vintage_rules.wording.common import reasons
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
    estimate = [phrase("order.estimate"), phrase("advice.give-postal-code")]
    return account(
        decision,
        ordered,
        *(estimate if decision.estimate else []),
        *_of([decision.price, *decision.price.fees, decision.plan, *postage]),
    )


@account_of.register
def order_not_quoted(decision: OrderNotQuoted) -> Account:
    """L12: which parcels have no price, and why."""
    parcels = (refused for _, refused in decision.parcels)
    return account(decision, phrase("order.not-quoted"), *_of(parcels))


@account_of.register
def order_history(decision: OrderHistory) -> Account:
    """What came of an order: its money, what was refused and what a person must look at."""
    return account(decision, *_lived(decision))


def _lived(decision: OrderHistory) -> Iterable[Phrase]:
    yield counted("order-history.events", len(decision.events), total=decision.total)
    currency = decision.total.currency
    if decision.refunds:
        refunded = total((refund.total for refund in decision.refunds), currency.code)
        yield phrase("order-history.refunded", amount=refunded)
    if decision.payouts:
        paid_out = total((payout.amount for payout in decision.payouts), currency.code)
        yield phrase("order-history.paid-out", amount=paid_out)
    if decision.refusals:
        yield counted("order-history.refusals", len(decision.refusals))
        yield from reasons(sorted({code for each in decision.refusals for code in each.reasons}))
    if decision.cases:
        yield counted("order-history.cases", len(decision.cases))


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
