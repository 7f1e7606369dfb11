"""Double-entry books: every amount leaves one account and enters another.

They can be added to and read, never changed, so that a test can check where each cent is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from vintage_rules.ids import OrderId
from vintage_rules.money import EXACT, Money, currency_of


class Account(StrEnum):
    """Where money is. Those of a bank's customers are below zero by what they have paid."""

    BUYER = "buyer"
    HELD = "held"
    HOUSE = "house"
    ON_ITS_WAY = "on-its-way"


@frozen(kw_only=True)
class Entry:
    """One movement: its moment, reason, key, order, debtor and creditor."""

    at: datetime
    act: str
    key: str
    order: OrderId
    source: Account
    target: Account
    amount: Money


class Ledger:
    """Every movement in the order in which it was written, and what each account holds.

    >>> from datetime import UTC
    >>> ledger = Ledger()
    >>> ledger.write(
    ...     Entry(
    ...         at=datetime(2026, 11, 25, tzinfo=UTC),
    ...         act="authorise",
    ...         key="a1",
    ...         order=OrderId("o1"),
    ...         source=Account.BUYER,
    ...         target=Account.HELD,
    ...         amount=Money("89.90", "EUR"),
    ...     )
    ... )
    >>> ledger.balance(Account.HELD, "EUR"), ledger.balance(Account.BUYER, "EUR")
    (Money('89.90', 'EUR'), Money('-89.90', 'EUR'))
    >>> ledger.balance(Account.HELD, "EUR", OrderId("o2"))
    Money('0.00', 'EUR')
    """

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._balances: defaultdict[tuple[OrderId | None, Account, str], Decimal] = defaultdict(
            Decimal
        )

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def write(self, entry: Entry) -> None:
        """Add a movement; an amount of zero is left out."""
        if not entry.amount:
            return
        self._entries.append(entry)
        amount = entry.amount.amount
        code = entry.amount.currency.code
        for order in (None, entry.order):
            self._add(order, entry.source, code, EXACT.minus(amount))
            self._add(order, entry.target, code, amount)

    def _add(self, order: OrderId | None, account: Account, code: str, amount: Decimal) -> None:
        held = self._balances[order, account, code]
        self._balances[order, account, code] = EXACT.add(held, amount)

    def balance(self, account: Account, currency: str, order: OrderId | None = None) -> Money:
        """Return what an account holds in a currency, of all orders or of one."""
        found = self._balances.get((order, account, currency), Decimal())
        return Money(found, currency_of(currency))

    def currencies(self) -> frozenset[str]:
        """Return the currencies that have moved."""
        return frozenset(code for _, _, code in self._balances)
