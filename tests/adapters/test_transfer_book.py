"""The adapter of `docs/guide/adapters.md`, held to the contract of its port."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from examples.adapters.transfer_book import TransferBook
from vintage_rules import SellerId
from vintage_rules.errors import OutsideRejectedError, OutsideUnavailableError
from vintage_rules.money import Money
from vintage_rules.ports import PaidOut, PayoutRefused
from vintage_rules.testing.contracts.payouts import Paid, SellerPayoutsContract, UnreliablePayouts

ADA, LOU = SellerId("ada"), SellerId("lou")
IBAN = "FR7630006000011234567890189"
PRICE = Money("71.92", "EUR")


@pytest.fixture
def book(tmp_path: Path) -> TransferBook:
    """Make a book in which Ada has an account, and Lou has none."""
    book = TransferBook(tmp_path / "transfers.db")
    book.open_account(ADA, IBAN)
    return book


class TestTransferBook(SellerPayoutsContract):
    """What whoever pays sellers owes."""

    reports_failures = False  # a person reads the bank's letter

    @pytest.fixture
    def payouts(self, book: TransferBook) -> UnreliablePayouts:
        """Lead every request through the faults."""
        return UnreliablePayouts(book, "transfers")

    @pytest.fixture
    def faults(self, payouts: UnreliablePayouts) -> UnreliablePayouts:
        """Let the requests that it leads go wrong."""
        return payouts

    @pytest.fixture
    def seller(self) -> SellerId:
        """Give somebody with an account."""
        return ADA

    @pytest.fixture
    def seller_without_account(self) -> SellerId:
        """Give somebody without one."""
        return LOU

    @pytest.fixture
    def paid(self, book: TransferBook) -> Paid:
        """Read the book itself."""
        return book.paid


class TestTheBookItself:
    """What no contract can know of it."""

    def test_two_workers_enter_a_key_once(self, book: TransferBook) -> None:
        """However many ask at the same moment, there is one transfer."""
        with ThreadPoolExecutor(8) as workers:
            answers = set(workers.map(lambda _: book.pay("p1", ADA, PRICE), range(16)))
        assert answers == {PaidOut(reference="transfer-1")}
        assert book.paid(ADA) == PRICE

    def test_what_was_refused_is_paid_once_it_is_mended(self, book: TransferBook) -> None:
        """With the key it was refused under."""
        assert isinstance(book.pay("p1", LOU, PRICE), PayoutRefused)
        book.open_account(LOU, IBAN)
        assert isinstance(book.pay("p1", LOU, PRICE), PaidOut)

    def test_a_book_survives_its_process(self, book: TransferBook, tmp_path: Path) -> None:
        """A key that was paid before a restart is paid after it."""
        answer = book.pay("p1", ADA, PRICE)
        assert TransferBook(tmp_path / "transfers.db").pay("p1", ADA, PRICE) == answer

    def test_a_book_that_cannot_be_opened_may_be_there_later(self, tmp_path: Path) -> None:
        """Nobody knows, and it is asked again."""
        with pytest.raises(OutsideUnavailableError):
            TransferBook(tmp_path / "nowhere" / "transfers.db")

    def test_what_is_no_book_is_our_mistake(self, tmp_path: Path) -> None:
        """A person must look."""
        file = tmp_path / "letter.txt"
        file.write_text("Dear Ada, this is no database, whatever it is called. " * 9)
        with pytest.raises(OutsideRejectedError):
            TransferBook(file)

    def test_a_transfer_names_the_account(self, book: TransferBook, tmp_path: Path) -> None:
        """As the bank will want it."""
        book.pay("p1", ADA, PRICE)
        with sqlite3.connect(tmp_path / "transfers.db") as opened:
            rows = opened.execute("SELECT iban, amount, currency FROM transfers").fetchall()
        opened.close()
        assert rows == [(IBAN, "71.92", "EUR")]
