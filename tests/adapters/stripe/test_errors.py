from __future__ import annotations

from collections.abc import Iterator

import pytest
import stripe
import stripe.oauth_error  # so that its errors are in the tree

from tests.adapters.stripe.peers import Peers, client
from vintage_rules.adapters.stripe.answers import ERRORS, ours, stripe_errors
from vintage_rules.errors import (
    ForgedWebhookError,
    OutsideDeniedError,
    OutsideError,
    OutsideRejectedError,
    OutsideUnavailableError,
)

MAY_PASS = ["APIConnectionError", "APIError", "RateLimitError", "StripeError"]


def tree(root: type[stripe.StripeError]) -> Iterator[type[stripe.StripeError]]:
    """Give a class of errors and every class below it."""
    yield root
    for below in root.__subclasses__():
        if below.__module__.startswith("stripe."):
            yield from tree(below)


KNOWN = sorted({kind.__name__ for kind in tree(stripe.StripeError)})


class TestErrors:
    """The errors of Stripe's library, in ours."""

    def test_are_all_decided_on(self) -> None:
        """Each class of its tree by its own name, and no name that is not there."""
        assert sorted(ERRORS) == KNOWN

    def test_may_pass_when_nobody_knows(self) -> None:
        """These tell nothing of what was done; all others say that we asked wrongly."""
        by_kind = {
            kind: [name for name in KNOWN if ERRORS[name] is kind] for kind in ERRORS.values()
        }
        assert by_kind[OutsideUnavailableError] == MAY_PASS
        assert by_kind[ForgedWebhookError] == ["SignatureVerificationError"]
        assert by_kind[OutsideDeniedError] == ["AuthenticationError"]
        others = {*MAY_PASS, "AuthenticationError", "SignatureVerificationError"}
        assert by_kind[OutsideRejectedError] == [name for name in KNOWN if name not in others]

    def test_of_a_later_version_may_pass(self) -> None:
        """A class that is not known is taken for what it is a kind of."""

        class NewError(stripe.StripeError):
            pass

        class NewPermissionError(stripe.PermissionError):
            pass

        assert type(ours(NewError("new"), "pay")) is OutsideUnavailableError
        assert type(ours(NewPermissionError("new"), "pay")) is OutsideRejectedError

    def test_say_what_was_asked_and_what_was_said(self) -> None:
        """Port, act, and Stripe's own words."""
        error = ours(stripe.APIError("out of order"), "capture")
        assert str(error) == "stripe: capture failed: APIError: out of order"

    @pytest.mark.parametrize(
        ("source", "expected", "said"),
        [
            ("tok_429", OutsideUnavailableError, "RateLimitError: Too many requests"),
            ("tok_500", OutsideUnavailableError, "APIError: An unknown error occurred"),
            ("tok_chargeDeclined", OutsideRejectedError, "CardError: Your card was declined"),
        ],
    )
    def test_come_from_a_server(
        self, peers: Peers, source: str, expected: type[OutsideError], said: str
    ) -> None:
        """As stripe-stateful-mock answers them over HTTP."""
        charges = client(peers.mock).v1.charges
        with pytest.raises(expected, match=said), stripe_errors("charge"):
            charges.create({"amount": 8990, "currency": "eur", "source": source})
