"""A `SellerPayouts` of one's own: payouts become lines of a book of bank transfers.

The book is a SQLite file that the accounting of the shop takes to its bank.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from vintage_rules import Money, SellerId
from vintage_rules.errors import OutsideRejectedError, OutsideUnavailableError
from vintage_rules.money import positive, total
from vintage_rules.ports import PaidOut, PayoutRefusal, PayoutRefused

_PORT = "transfers"
_PATIENCE = 30.0  # seconds that a worker waits for another that is writing
_TABLES = """
CREATE TABLE IF NOT EXISTS accounts (seller TEXT PRIMARY KEY, iban TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS transfers (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    seller TEXT NOT NULL,
    iban TEXT NOT NULL,
    amount TEXT NOT NULL,
    currency TEXT NOT NULL
);
"""


class TransferBook:
    """Pays sellers by writing transfers into a book. Any number of workers may use one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._opened("open") as book:
            book.executescript(_TABLES)

    def pay(self, key: str, seller: SellerId, amount: Money) -> PaidOut | PayoutRefused:
        """Enter a transfer, once for each key. See `SellerPayouts.pay`."""
        paid = positive(amount, "amount")  # zero and less are a MoneyError, before anything is done
        with self._opened("pay") as book:
            book.execute("BEGIN IMMEDIATE")  # from here on no other worker writes
            done = _transfer(book, key)
            if done is None:
                iban = _iban(book, seller)
                if iban is None:  # a refusal is an answer; nothing was written under the key
                    return PayoutRefused(reason=PayoutRefusal.NO_ACCOUNT, code="no-iban")
                done = _enter(book, key, seller, iban, paid)
        reference, *what = done
        if what != [seller, paid]:  # the caller has mixed up two payouts
            raise OutsideRejectedError(_PORT, "pay", f"the key paid something else: {key}")
        return PaidOut(reference=reference)

    def open_account(self, seller: SellerId, iban: str) -> None:
        """Let a seller be paid from now on."""
        with self._opened("open an account") as book:
            book.execute("INSERT OR REPLACE INTO accounts VALUES (?, ?)", (seller, iban))

    def paid(self, seller: SellerId) -> Money:
        """Give what a seller was paid in euros in all."""
        with self._opened("look up") as book:
            rows = book.execute(
                "SELECT amount FROM transfers WHERE seller = ? AND currency = 'EUR'", (seller,)
            ).fetchall()
        return total((Money(amount, "EUR") for (amount,) in rows), "EUR")

    @contextmanager
    def _opened(self, act: str) -> Generator[sqlite3.Connection]:
        """Open the book for one transaction, which is written as a whole or not at all."""
        try:
            with closing(sqlite3.connect(self._path, timeout=_PATIENCE)) as book, book:
                yield book
        except sqlite3.OperationalError as error:  # locked, full, gone: it may have happened
            raise OutsideUnavailableError(_PORT, act, str(error)) from error
        except sqlite3.DatabaseError as error:  # no such book: a retry will not help
            raise OutsideRejectedError(_PORT, act, str(error)) from error


def _transfer(book: sqlite3.Connection, key: str) -> tuple[str, str, Money] | None:
    found = book.execute(
        "SELECT number, seller, amount, currency FROM transfers WHERE key = ?", (key,)
    ).fetchone()
    if found is None:
        return None
    number, seller, amount, currency = found
    return f"transfer-{number}", seller, Money(amount, currency)


def _iban(book: sqlite3.Connection, seller: SellerId) -> str | None:
    found = book.execute("SELECT iban FROM accounts WHERE seller = ?", (seller,)).fetchone()
    return None if found is None else str(found[0])


def _enter(
    book: sqlite3.Connection, key: str, seller: SellerId, iban: str, amount: Money
) -> tuple[str, str, Money]:
    entered = book.execute(
        "INSERT INTO transfers (key, seller, iban, amount, currency) VALUES (?, ?, ?, ?, ?)",
        (key, seller, iban, str(amount.amount), amount.currency.code),
    )
    return f"transfer-{entered.lastrowid}", seller, amount
