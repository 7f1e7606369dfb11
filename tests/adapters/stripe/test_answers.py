from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from moneyed import CURRENCIES

from vintage_rules.adapters.stripe.amounts import amount_of, minor_units
from vintage_rules.adapters.stripe.answers import (
    Intent,
    KeyedRefund,
    intent_of,
    payment_of,
    refund_of,
)
from vintage_rules.adapters.stripe.outcomes import authorisation_of, closed, not_held, refunded
from vintage_rules.errors import OutsideRejectedError, OutsideUnavailableError
from vintage_rules.money import Money, currency_of, decimals_of
from vintage_rules.ports.payments import (
    Authorised,
    ChallengeNeeded,
    Declined,
    PaymentRefusal,
    PaymentRefused,
    Refunded,
    Voided,
)

INTENT: dict[str, object] = {
    "id": "pi_1",
    "object": "payment_intent",
    "amount": 8990,
    "amount_received": 0,
    "currency": "eur",
    "latest_charge": "ch_1",
    "status": "requires_capture",
}


def intent(**fields: object) -> Intent:
    """Read an intent as Stripe's library makes it from an answer."""
    found = stripe.PaymentIntent.construct_from({**INTENT, **fields}, "sk_test")
    return intent_of(found, "ask")


def refund(**fields: object) -> KeyedRefund:
    """Read a refund as Stripe's library makes it from an answer."""
    values = {"id": "re_1", "object": "refund", "amount": 8990, "status": "succeeded", **fields}
    return refund_of(stripe.Refund.construct_from({"metadata": {}, **values}, "sk_test"), "ask")


class TestIntents:
    """What a payment intent tells, in the shapes of Stripe's reference that no peer gives."""

    def test_hold_until_a_moment(self) -> None:
        """It stands with the charge, where that is told whole."""
        charge = {
            "id": "ch_1",
            "object": "charge",
            "payment_method_details": {"card": {"capture_before": 1_795_600_000}},
        }
        until = datetime.fromtimestamp(1_795_600_000, UTC)
        assert authorisation_of(intent(latest_charge=charge), "ask") == Authorised(
            reference="pi_1", expires_at=until
        )
        assert authorisation_of(intent(), "ask") == Authorised(reference="pi_1", expires_at=None)

    def test_send_the_buyer_to_their_bank(self) -> None:
        """Where Stripe has an address for it."""
        action = {"type": "redirect_to_url", "redirect_to_url": {"url": "https://bank.example/3ds"}}
        needed = intent(status="requires_action", next_action=action, latest_charge=None)
        assert authorisation_of(needed, "ask") == ChallengeNeeded(
            reference="pi_1", url="https://bank.example/3ds"
        )

    def test_tell_why_they_were_declined(self) -> None:
        """The code of the bank before the one of Stripe."""
        for error, code in (
            ({"code": "card_declined", "decline_code": "insufficient_funds"}, "insufficient_funds"),
            ({"code": "expired_card"}, "expired_card"),
            (None, "requires_payment_method"),
        ):
            found = intent(status="requires_payment_method", last_payment_error=error)
            assert authorisation_of(found, "ask") == Declined(code=code)

    @pytest.mark.parametrize(
        ("because", "reason"),
        [
            ("expired", PaymentRefusal.EXPIRED),
            ("automatic", PaymentRefusal.EXPIRED),
            ("requested_by_customer", PaymentRefusal.VOIDED),
            (None, PaymentRefusal.VOIDED),
        ],
    )
    def test_lapse_or_are_voided(self, because: str | None, reason: PaymentRefusal) -> None:
        """Stripe says which, in an older word and a newer one."""
        found = intent(status="canceled", cancellation_reason=because)
        assert not_held(found, "ask").reason is reason
        assert authorisation_of(found, "ask") == Declined(code="canceled")
        assert closed(found, "ask") == Voided()

    @pytest.mark.parametrize("status", ["processing", "requires_reauthorization"])
    def test_that_are_under_way_or_unknown_tell_nothing(self, status: str) -> None:
        """Whoever asks may ask again."""
        found = intent(status=status)
        for answer in (authorisation_of, not_held, closed):
            with pytest.raises(OutsideUnavailableError, match=f"pi_1 is {status}$"):
                answer(found, "ask")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"status": None},
            {"status": ""},
            {"status": 7},
            {"id": None},
            {"amount": "8990"},
            {"amount": True},
            {"currency": None},
            {"latest_charge": {"object": "charge"}},
        ],
        ids=str,
    )
    def test_that_are_not_whole_tell_nothing(self, wrong: dict[str, object]) -> None:
        """A field that is missing or of another kind is no answer."""
        with pytest.raises(OutsideUnavailableError, match="an answer that cannot be understood"):
            intent(**wrong)

    def test_are_more_than_an_empty_answer(self) -> None:
        """An object without any field, and a list where an intent was asked for."""
        found: Any
        for found in (stripe.PaymentIntent.construct_from({}, "sk_test"), []):
            with pytest.raises(OutsideUnavailableError, match="cannot be understood"):
                intent_of(found, "ask")
            with pytest.raises(OutsideUnavailableError, match="cannot be understood"):
                payment_of(found, "ask")


class TestRefunds:
    """What a refund tells. Clause F2."""

    @pytest.mark.parametrize(
        ("status", "pending"), [("succeeded", False), ("pending", True), ("requires_action", True)]
    )
    def test_are_pending_until_they_were_passed_on(self, status: str, *, pending: bool) -> None:
        """Stripe tells so itself."""
        found = refund(status=status)
        assert refunded(found, 8990, "ask") == Refunded(reference="re_1", pending=pending)

    @pytest.mark.parametrize("status", ["failed", "canceled"])
    def test_that_failed_are_refused(self, status: str) -> None:
        """With the reason where there is one; another key may try again."""
        refused = PaymentRefused(reason=PaymentRefusal.REFUSED, code="lost_or_stolen_card")
        found = refund(status=status, failure_reason="lost_or_stolen_card")
        assert refunded(found, 8990, "ask") == refused
        assert refunded(refund(status=status), 8990, "ask") == PaymentRefused(
            reason=PaymentRefusal.REFUSED, code=status
        )

    def test_carry_our_key(self) -> None:
        """In their metadata; those that somebody made by hand have none."""
        assert refund(metadata={"vintage_rules_key": "back-1"}).key == "back-1"
        assert refund(metadata={"key": "of somebody else"}).key is None
        assert refund(metadata=None).key is None


class TestAmounts:
    """Amounts as Stripe writes them."""

    @pytest.mark.parametrize(
        ("amount", "units"),
        [
            (Money("0.01", "EUR"), 1),
            (Money("999999.99", "EUR"), 99_999_999),
            (Money("1", "JPY"), 1),
            (Money("1.230", "BHD"), 1230),
            (Money("7", "ISK"), 700),
            (Money("7", "UGX"), 700),
            (Money("7.00", "MGA"), 7),
        ],
        ids=str,
    )
    def test_are_whole_numbers(self, amount: Money, units: int) -> None:
        """Of hundredths, of nothing, of thousandths, and where Stripe is alone with its way."""
        assert minor_units(amount, "ask") == units
        assert amount_of(units, amount.currency.code, "find") == amount

    @pytest.mark.parametrize(("units", "code"), [(101, "ISK"), (100, "XXQ"), (10**18, "EUR")])
    def test_that_no_currency_holds_are_no_answer(self, units: int, code: str) -> None:
        """What Stripe would never write was not understood; the caller may try again."""
        with pytest.raises(OutsideUnavailableError, match="an amount that cannot be read"):
            amount_of(units, code, "find")

    @pytest.mark.parametrize(
        ("amount", "allowed"),
        [
            (Money("12.345", "KWD"), "0.010 KWD, got 12.345 KWD"),
            (Money("0.001", "TND"), "0.010 TND, got 0.001 TND"),
            (Money("7.20", "MGA"), "1 MGA, got 7.20 MGA"),
        ],
        ids=str,
    )
    def test_that_stripe_cannot_take_are_our_mistake(self, amount: Money, allowed: str) -> None:
        """Nothing is rounded."""
        with pytest.raises(OutsideRejectedError, match=rf"must be a multiple of {allowed}$"):
            minor_units(amount, "ask")

    @given(st.sampled_from(sorted(CURRENCIES)), st.integers(1, 99_999_999))
    def test_are_never_rounded(self, code: str, cents: int) -> None:
        """In every currency: what is written is what is meant, or refused."""
        decimals = decimals_of(currency_of(code))
        amount = Money(Decimal(cents).scaleb(-decimals), code)
        try:
            units = minor_units(amount, "ask")
        except OutsideRejectedError:
            assert code == "MGA" or (decimals > 2 and cents % 10)
        else:
            written = {"ISK": 2, "MGA": 0, "UGX": 2}.get(code, decimals)
            assert Decimal(units).scaleb(-written) == amount.amount
            assert amount_of(units, code, "find") == amount
