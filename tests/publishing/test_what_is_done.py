"""Sentences say what a running order does: what silence means, what is taken off, from when on."""

from __future__ import annotations

import pytest

from tests.publishing.houses import house_of
from tests.publishing.test_faq import answer

DISPATCH = 'length = "5 ouvres", roll = "none" }\non_silence = "refund"'
PROBLEM = 'length = "4 days", roll = "none" }\non_silence = "pay-seller"'
TENDERS = "[edition.pricing.tenders]"
REQUEST = """[[edition.service.questions]]
name = "return-request"
asked = "seller"
window = {{ anchor = "requested", length = "20 hours", roll = "none" }}
on_silence = "{silence}"
source = "article 3"

[[edition.service.questions]]
name = "dispatch"
"""
COMMISSION = """[[edition.pricing.fees]]
name = "commission"
payer = "seller"
per = "piece"
optional = false
refundable = true
source = "article 3"

[[edition.pricing.fees.components]]
base = ["pieces"]
{chosen}tiering = "whole"
tiers = [{{ at_least = 0.00, rate = 0.22 }}, {{ at_least = 100.00, rate = 0.18 }}]
rounding = "half-up"
source = "article 3"

[edition.pricing.tenders]
"""
REDUCTION = """[[edition.pricing.reductions]]
name = "voucher"
borne_by = "house"
applies_to = "{of}"
counts_as = "voucher"
least = 75.50
{flat}on_return = "{on_return}"
source = "article 3"

[edition.pricing.tenders]
"""


class TestSilence:
    """What follows a question, by what it is about: the sale, receipt, or a request."""

    @pytest.mark.parametrize(
        ("silence", "said"),
        [
            ("lapse", "The piece is cancelled and refunded."),
            ("refuse", "The piece is cancelled and refunded."),
            ("approve", "The order goes on."),
            ("escalate", "A person decides now."),
        ],
    )
    def test_of_the_seller_about_a_sale(self, silence: str, said: str) -> None:
        """What was not posted is cancelled, whatever word of no the document uses."""
        house = house_of("vinted", (DISPATCH, DISPATCH.replace("refund", silence)))
        assert f"from your payment. {said}" in answer("unanswered", house)

    @pytest.mark.parametrize(
        ("silence", "said"),
        [
            ("approve", "Receipt counts as confirmed."),
            ("lapse", "Nothing changes."),
            ("refuse", "Nothing changes."),
            ("refund", "The buyer is refunded."),
        ],
    )
    def test_of_the_buyer_about_receipt(self, silence: str, said: str) -> None:
        """Silence says that all is well, or nothing."""
        house = house_of("vinted", (PROBLEM, PROBLEM.replace("pay-seller", silence)))
        assert f"4 days from delivery of the parcel. {said}" in answer("unanswered", house)

    @pytest.mark.parametrize(
        ("silence", "said"),
        [
            ("approve", "The request counts as accepted."),
            ("refund", "The request counts as accepted."),
            ("lapse", "The request counts as declined."),
            ("refuse", "The request counts as declined."),
            ("pay-seller", "The request counts as declined, and the seller is paid."),
        ],
    )
    def test_about_a_request(self, silence: str, said: str) -> None:
        """A refund that silence grants is that of a return, which still has to come back."""
        asked = REQUEST.format(silence=silence)
        first = '[[edition.service.questions]]\nname = "dispatch"\n'
        house = house_of("vinted", (first, asked))
        assert f"20 hours from your request. {said}" in answer("unanswered", house)


class TestL12Reductions:
    """L12, C5: free postage from an amount on, vouchers, and what a return does to them."""

    @pytest.mark.parametrize(
        ("of", "flat", "said"),
        [
            ("shipping", "flat = 0.00\n", "Shipping is free."),
            ("shipping", "flat = 3.30\n", "Shipping comes to €3.30 in all."),
            ("shipping", "", "It is taken off the shipping."),
            ("pieces", "", "It is taken off the price of the pieces."),
            ("fees", "", "It is taken off the fees."),
            ("total", "", "It is taken off the total."),
        ],
    )
    def test_say_what_they_are_taken_off(self, of: str, flat: str, said: str) -> None:
        """And from which amount on."""
        written = REDUCTION.format(of=of, flat=flat, on_return="share")
        found = answer("reductions", house_of("vinted", (TENDERS, written)))
        assert f"{said} The pieces must come to €75.50 at least." in found

    @pytest.mark.parametrize(
        ("on_return", "said"),
        [
            ("share", "A piece that comes back takes its share of it with it."),
            ("kept", "After a return it stays with the pieces you keep."),
            ("withdrawn", "If the pieces you keep come to less, all of it is lost."),
        ],
    )
    def test_say_what_a_return_does_to_them(self, on_return: str, said: str) -> None:
        """A partial return may cost free postage."""
        written = REDUCTION.format(of="total", flat="", on_return=on_return)
        assert said in answer("reductions", house_of("vinted", (TENDERS, written)))


class TestOtherSums:
    """L4, R9: a tier that another amount chooses, and a time that opens later than its event."""

    def test_a_tier_says_which_amount_chooses_it(self) -> None:
        """At 90.00, a piece that was listed at 120.00 pays the rate from 100.00 on."""
        said = "Another amount chooses the step: the list price."
        for chosen, is_said in (("", False), ('chosen_by = ["list-price"]\n', True)):
            house = house_of("vinted", (TENDERS, COMMISSION.format(chosen=chosen)))
            assert (said in answer("fee-commission", house)) == is_said

    def test_a_claim_says_from_when_on_it_is_taken(self) -> None:
        """What comes before is too early."""
        window = 'anchor = "latest-estimate", '
        opens = f'{window}starts_after = "31 hours", '
        said = "The earliest you can do so is 31 hours after that."
        assert said in answer("claim-not-received", house_of("imparfaite", (window, opens)))
