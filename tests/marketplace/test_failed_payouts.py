"""A payout that the payer took on and that comes back days later (S10)."""

from __future__ import annotations

import pytest
from attrs import evolve

from tests.marketplace.town import ADA, BAG, COAT, HOUSE, LOU, Town, euros
from vintage_rules.errors import ForgedWebhookError, OutsideRejectedError
from vintage_rules.marketplace import CaseReason, Marketplace
from vintage_rules.orders.states import Order, PayoutState
from vintage_rules.ports import PaidOut, PayoutRefused, PayoutWebhookKind, SellerPayouts


def paid() -> Town:
    """Zoe bought a coat and a bag, kept both, and their sellers were paid."""
    town = Town.built().stock()
    town.buy(COAT, BAG)
    town.work()
    town.deliver().wait(days=30)
    assert town.payouts.paid("EUR") == euros("145.00")
    return town


def reference_of(town: Town, seller: str, number: int = -1) -> str:
    """Name a payout of a seller, the last unless another is meant."""
    return [each.reference for each in town.payouts if each.seller == seller][number]


def come_back(town: Town) -> None:
    """Let ada's payout come back five days later, and its report arrive twice."""
    town.wait(days=5)
    reference = reference_of(town, "ada")
    town.payouts.bounce(reference)
    for _ in range(2):
        report(town, reference)
    town.work()


def report(town: Town, reference: str, name: str | None = None) -> None:
    """Let the payer say what has become of a payout."""
    headers, body = town.payouts.report(reference, town.clock.now(), name)
    town.market.webhooks.payout("bank", town.payouts, headers, body)


def reasons(town: Town) -> list[tuple[CaseReason, str | None, str | None]]:
    """What a person has to look at: why, of which order and which piece."""
    cases = [case.opened for case in town.market.house_desk.cases(HOUSE).rows]
    return [(each.reason, each.order, each.subject) for each in cases]


class TestS10APayoutComesBack:
    """S10: it is owed again, its seller and a person know, and it is never paid twice."""

    def test_owed_again(self) -> None:
        """The books say what the payer says; nothing is paid before a person has looked."""
        town = paid()
        come_back(town)
        order = town.order()
        assert order.payouts == {COAT: PayoutState.WAITING, BAG: PayoutState.SENT}
        assert order.accounts["seller ada"] == euros("90.00")
        assert town.mails().count("payout-failed ada") == 1
        assert reasons(town) == [(CaseReason.PAYOUT_FAILED, "o1", COAT)]
        town.wait(days=60)
        assert town.payouts.paid("EUR", ADA.id) == euros("0.00")
        assert town.payouts.paid("EUR", LOU.id) == euros("55.00")
        (row,) = town.market.seller_desk.payouts(ADA, ADA.id).rows
        assert (row.held, row.state) == (True, PayoutState.WAITING)

    def test_released_it_is_paid_once(self) -> None:
        """Under another key, since the payer does not pay the first again."""
        town = paid()
        come_back(town)
        town.market.orders.release_payouts(HOUSE, "o1", COAT)
        town.work()
        assert town.payouts.paid("EUR", ADA.id) == euros("90.00")
        assert len({each.key for each in town.payouts}) == 3
        assert town.mails().count("payout-sent ada") == 2
        report(town, reference_of(town, "ada", 0), "said again")  # of the first
        town.work()
        assert town.order().payouts[COAT] is PayoutState.SENT
        assert town.payouts.paid("EUR", ADA.id) == euros("90.00")

    def test_the_second_comes_back_as_well(self) -> None:
        """It is owed a third time."""
        town = paid()
        come_back(town)
        town.market.orders.release_payouts(HOUSE, "o1")
        come_back(town)
        assert town.order().returned_payouts == {COAT: 2}
        town.market.orders.release_payouts(HOUSE, "o1")
        town.work()
        assert town.payouts.paid("EUR", ADA.id) == euros("90.00")

    def test_settled_by_other_means(self) -> None:
        """The house pays it, and records that: our payer does not."""
        town = paid()
        come_back(town)
        settled = town.market.orders.record_payout(HOUSE, "o1", COAT)
        assert isinstance(settled, Order)
        assert (settled.payouts[COAT], settled.frozen) == (PayoutState.SENT, frozenset())
        town.wait(days=10)
        assert town.payouts.paid("EUR", ADA.id) == euros("0.00")

    def test_recorded_by_hand(self) -> None:
        """A payer that reports nothing: the house says which payout it was."""
        town = paid()
        town.payouts.bounce(reference_of(town, "ada"))
        town.market.orders.record_payout_failed(HOUSE, "o1", COAT)
        town.market.orders.release_payouts(HOUSE, "o1")
        town.work()
        assert town.payouts.paid("EUR", ADA.id) == euros("90.00")

    def test_a_seller_who_left(self) -> None:
        """The payer does not know them any more: a person looks, and pays by other means."""
        town = paid()
        come_back(town)
        town.payouts.close_account(ADA.id)
        town.market.orders.release_payouts(HOUSE, "o1")
        town.work()
        (letter,) = town.market.dead_letters.list(HOUSE)
        assert letter.message.stream == "order/o1"
        town.market.orders.record_payout(HOUSE, "o1", COAT)
        town.market.dead_letters.retry(HOUSE, letter.message.key)
        town.work()
        assert town.market.dead_letters.list(HOUSE) == ()
        assert town.payouts.paid("EUR", ADA.id) == euros("0.00")

    def test_reported_paid(self) -> None:
        """It only confirms."""
        town = paid()
        report(town, reference_of(town, "ada"))
        assert reasons(town) == []
        assert town.order().payouts[COAT] is PayoutState.SENT

    @pytest.mark.parametrize("named", ["reference", "nothing"])
    def test_by_the_payers_name_alone(self, named: str) -> None:
        """A payer that does not repeat our key; of what nobody knows, a person looks."""
        town = paid()
        reference = reference_of(town, "ada") if named == "reference" else None
        reader = town.payouts
        headers, body = reader.report(reference_of(town, "ada"), town.clock.now())
        webhook = evolve(
            reader.read_webhook(headers, body),
            key=None,
            reference=reference,
            kind=PayoutWebhookKind.FAILED,
        )

        class Reader:
            """It reads that."""

            def read_webhook(self, *_: object) -> object:
                return webhook

        town.market.webhooks.payout("bank", Reader(), {}, b"")  # type: ignore[arg-type]
        known = named == "reference"
        assert town.order().returned_payouts == ({COAT: 1} if known else {})
        expected = ("o1", COAT) if known else (None, None)
        assert reasons(town) == [(CaseReason.PAYOUT_FAILED, *expected)]


class TestS10NotPaidTwice:
    """S10: an answer that comes late does not say of the second what is true of the first."""

    def test_a_report_before_the_answer(self) -> None:
        """The payout is reported as failed while a worker still waits for its answer."""
        town = Town.built().stock()
        town.buy(COAT)
        town.work()
        held = evolve(town.market.shop, payouts=Meanwhile(town))
        other = evolve(town, market=Marketplace(held))
        other.deliver().wait(days=30)
        assert town.order().payouts[COAT] is PayoutState.WAITING
        assert town.order().frozen == {COAT}
        town.market.orders.release_payouts(HOUSE, "o1")
        town.work()
        assert town.payouts.paid("EUR", ADA.id) == euros("90.00")
        assert town.mails().count("payout-sent ada") == 1


class Meanwhile(SellerPayouts):
    """Pays, and lets the payout come back and be reported before it answers."""

    def __init__(self, town: Town) -> None:
        self.town = town

    def pay(self, key: str, seller: str, amount: object) -> PaidOut | PayoutRefused:
        """Pay."""
        answer = self.town.payouts.pay(key, seller, amount)  # type: ignore[arg-type]
        assert isinstance(answer, PaidOut)
        self.town.payouts.bounce(answer.reference)
        report(self.town, answer.reference)
        return answer


class TestThePayer:
    """`MemoryPayouts`: what it says of itself."""

    def test_a_forged_report(self) -> None:
        """Nothing that it has not signed."""
        town = paid()
        headers, body = town.payouts.report("payout-1", town.clock.now())
        for sent, text in ((headers, body + b" "), ({}, body), ({"x": "1"}, body)):
            with pytest.raises(ForgedWebhookError):
                town.payouts.read_webhook(sent, text)

    def test_what_it_does_not_know(self) -> None:
        """A payout of nobody, or one that is back, does not come back."""
        town = paid()
        town.payouts.bounce("payout-1")
        for reference in ("payout-1", "payout-9"):
            with pytest.raises(OutsideRejectedError):
                town.payouts.bounce(reference)

    def test_what_came_back_is_not_paid_again(self) -> None:
        """Under its key; under another one it is."""
        town = paid()
        first = next(iter(town.payouts))
        town.payouts.bounce(first.reference)
        answer = town.payouts.pay(first.key, first.seller, first.amount)
        assert answer == PaidOut(reference=first.reference)
        assert town.payouts.paid("EUR", first.seller) == euros("0.00")
