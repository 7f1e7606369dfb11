"""Every word by which PayPal refuses, and what we take it for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import pytest

from tests.adapters.paypal.bookkeeping import Account
from tests.adapters.paypal.descriptions import ORDERS, PAYMENTS, description, folder, needed
from tests.adapters.paypal.server import FakePayPal, Interruption
from tests.adapters.paypal.test_gateway import CHARGE, PRICE, approved, as_read, taken
from vintage_rules.adapters.paypal import PayPalGateway
from vintage_rules.adapters.paypal.words import (
    ASKED_WRONGLY,
    BUYER_NEEDED,
    NOT_YET,
    OUTCOMES,
    REFUSALS,
    RELEASED,
    WEBHOOKS,
)
from vintage_rules.errors import OutsideRejectedError, OutsideUnavailableError
from vintage_rules.ports.payments import (
    ChallengeNeeded,
    Declined,
    PaymentRefusal,
    PaymentRefused,
    WebhookKind,
)

Outcome: TypeAlias = PaymentRefusal | type[Exception]

# Payments v2 2.5: what each issue of a capture, a void and a refund comes to. By hand.
PAYMENT_ISSUES: dict[str, Outcome] = {
    "AUTHORIZATION_ALREADY_CAPTURED": PaymentRefusal.ALREADY_CAPTURED,
    "AUTHORIZATION_DENIED": PaymentRefusal.REFUSED,
    "AUTHORIZATION_EXPIRED": PaymentRefusal.EXPIRED,
    "AUTHORIZATION_VOIDED": PaymentRefusal.VOIDED,
    "AUTH_CAPTURE_CURRENCY_MISMATCH": OutsideRejectedError,
    "CANNOT_BE_NEGATIVE": OutsideRejectedError,
    "CANNOT_BE_VOIDED": PaymentRefusal.REFUSED,
    "CANNOT_BE_ZERO_OR_NEGATIVE": OutsideRejectedError,
    "CAPTURE_FULLY_REFUNDED": PaymentRefusal.ABOVE_CAPTURED,
    "CURRENCY_MISMATCH": OutsideRejectedError,
    "DECIMALS_NOT_SUPPORTED": OutsideRejectedError,
    "DECIMAL_PRECISION": OutsideRejectedError,
    "DUPLICATE_INVOICE_ID": PaymentRefusal.REFUSED,
    "INVALID_CURRENCY_CODE": OutsideRejectedError,
    "INVALID_RESOURCE_ID": PaymentRefusal.UNKNOWN_REFERENCE,
    "MAX_CAPTURE_AMOUNT_EXCEEDED": PaymentRefusal.REFUSED,
    "MAX_CAPTURE_COUNT_EXCEEDED": PaymentRefusal.ALREADY_CAPTURED,
    "MAX_NUMBER_OF_REFUNDS_EXCEEDED": PaymentRefusal.REFUSED,
    "PARTIAL_REFUND_NOT_ALLOWED": PaymentRefusal.REFUSED,
    "PAYEE_ACCOUNT_LOCKED_OR_CLOSED": PaymentRefusal.REFUSED,
    "PAYEE_ACCOUNT_RESTRICTED": PaymentRefusal.REFUSED,
    "PAYER_ACCOUNT_LOCKED_OR_CLOSED": PaymentRefusal.REFUSED,
    "PAYER_CANNOT_PAY": PaymentRefusal.REFUSED,
    "PENDING_CAPTURE": OutsideUnavailableError,
    "PLATFORM_FEE_EXCEEDED": PaymentRefusal.REFUSED,
    "PLATFORM_FEE_NOT_ENABLED": PaymentRefusal.REFUSED,
    "PREVIOUSLY_CAPTURED": PaymentRefusal.ALREADY_CAPTURED,
    "PREVIOUSLY_VOIDED": PaymentRefusal.VOIDED,
    "PREVIOUS_REQUEST_IN_PROGRESS": OutsideUnavailableError,
    "REFUND_AMOUNT_EXCEEDED": PaymentRefusal.ABOVE_CAPTURED,
    "REFUND_AMOUNT_TOO_LOW": PaymentRefusal.REFUSED,
    "REFUND_CAPTURE_CURRENCY_MISMATCH": OutsideRejectedError,
    "REFUND_FAILED_INSUFFICIENT_FUNDS": PaymentRefusal.REFUSED,
    "REFUND_IS_RESTRICTED": PaymentRefusal.REFUSED,
    "REFUND_NOT_ALLOWED": PaymentRefusal.REFUSED,
    "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK": PaymentRefusal.REFUSED,
    "REFUND_TIME_LIMIT_EXCEEDED": PaymentRefusal.TOO_LATE,
    "TRANSACTION_DISPUTED": PaymentRefusal.REFUSED,
    "TRANSACTION_REFUSED": PaymentRefusal.REFUSED,
}
# Issues of a reauthorisation, which is never asked for, and of credentials and malformed requests,
# which come with another status.
ELSEWHERE = {
    "AUTH_CURRENCY_MISMATCH",
    "INVALID_ACCOUNT_STATUS",
    "INVALID_PARAMETER_SYNTAX",
    "INVALID_PARAMETER_VALUE",
    "INVALID_STRING_LENGTH",
    "INVALID_STRING_MAX_LENGTH",
    "MISSING_REQUIRED_PARAMETER",
    "PERMISSION_DENIED",
    "REAUTHORIZATION_NOT_SUPPORTED",
}


def issues(part: object) -> Iterator[str]:
    """Find every issue that a description names."""
    match part:
        case {"properties": {"issue": {"enum": [str(name)]}}}:
            yield name
        case dict():
            for value in part.values():
                yield from issues(value)
        case list():
            for value in part:
                yield from issues(value)
        case _:
            pass


def refusing(issue: str, status: int = 422, name: str = "UNPROCESSABLE_ENTITY") -> Interruption:
    """Refuse as PayPal does."""
    body = f'{{"name": "{name}", "details": [{{"issue": "{issue}"}}]}}'
    return Interruption(status=status, body=body.encode())


class TestRefusals:
    """What PayPal will not do."""

    @pytest.mark.parametrize("issue", PAYMENT_ISSUES)
    def test_come_to_what_they_mean(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal, issue: str
    ) -> None:
        """A reason, with PayPal's own word; or an error where asking again may help, or where we
        asked wrongly.
        """
        _, captured = taken(shop, gateway)
        paypal.interruptions.append(refusing(issue))
        expected = PAYMENT_ISSUES[issue]
        if isinstance(expected, PaymentRefusal):
            answer = gateway.refund("k", captured.receipt, PRICE)
            assert answer == PaymentRefused(reason=expected, code=issue)
        else:
            with pytest.raises(expected, match=issue):
                gateway.refund("k", captured.receipt, PRICE)

    def test_by_a_word_of_next_year_is_kept_as_it_is(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal
    ) -> None:
        """What nobody knows is refused, and never taken for something known."""
        _, captured = taken(shop, gateway)
        paypal.interruptions.append(refusing("A_WORD_OF_NEXT_YEAR"))
        assert gateway.refund("k", captured.receipt, PRICE) == PaymentRefused(
            reason=PaymentRefusal.REFUSED, code="A_WORD_OF_NEXT_YEAR"
        )

    @needed
    def test_are_all_those_that_paypal_describes(self) -> None:
        """A new one of a new description is noticed here."""
        assert set(issues(description(PAYMENTS))) == set(PAYMENT_ISSUES) | ELSEWHERE

    @needed
    def test_are_known_by_words_that_paypal_has(self) -> None:
        """A misspelt word would never be met. The two about request ids are on pages of theirs."""
        described = {*issues(description(ORDERS)), *issues(description(PAYMENTS))}
        pages = {"DUPLICATE_REQUEST_ID", "PAYPAL_REQUEST_ID_PREVIOUSLY_USED", "RESOURCE_NOT_FOUND"}
        known = {*REFUSALS, *ASKED_WRONGLY, *NOT_YET, *BUYER_NEEDED, *RELEASED}
        assert known - described == pages


class TestDeclines:
    """What PayPal will not hold."""

    @pytest.mark.parametrize(
        "issue", sorted(set(issues(description(ORDERS)["components"])) if folder() else ["X"])
    )
    def test_are_told_with_paypals_own_word(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal, issue: str
    ) -> None:
        """Every issue of Orders v2: none breaks the gateway, and none holds anything."""
        charge = approved(shop)
        gateway.authorise(CHARGE)
        paypal.interruptions.append(as_read(paypal, shop.orders[charge.source]))
        paypal.interruptions.append(refusing(issue))
        if issue in ASKED_WRONGLY:
            with pytest.raises(OutsideRejectedError, match=issue):
                gateway.authorise(charge)
        elif issue in BUYER_NEEDED:
            assert isinstance(gateway.authorise(charge), ChallengeNeeded)
        elif issue == "ORDER_ALREADY_AUTHORIZED":  # which PayPal does not show yet
            with pytest.raises(OutsideUnavailableError, match="APPROVED"):
                gateway.authorise(charge)
        else:
            assert gateway.authorise(charge) == Declined(code=issue)
        assert shop.orders[charge.source].authorisation is None


class TestWebhooks:
    """What PayPal tells."""

    def test_know_every_kind_of_the_port(self) -> None:
        """Each has an event of PayPal's; unknown is what has none."""
        known = {*WEBHOOKS.values(), *OUTCOMES.values()}
        assert known == set(WebhookKind) - {WebhookKind.UNKNOWN}
