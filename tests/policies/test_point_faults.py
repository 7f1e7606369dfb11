"""What is said of a document that says one of the ten points in a way that makes no sense."""

from __future__ import annotations

import pytest

from tests.policies.corner_shop import changed, faults_of

FEE = "refundable = false"
QUOTA = "[edition.listing.offers.quota]"
BOUNDS = "[edition.listing.offers.seller_bounds]\nlowest = {}\nhighest = {}\nsource = 'N'\n\n"
WINDOW = 'window = { anchor = "received", length = "48 hours", roll = "none" }'
NOWHERE = """[[edition.returns.payouts.elsewhere]]
window = { anchor = "received", length = "3 days", roll = "none" }
source = "C"
"""
CONTACT = "[edition.service.contact]"
LOST = 'lost = "loss"'
ANCHOR = 'anchor = "dispatched"'


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        (
            'calendar = "FR"',
            'calendar = "France"',
            "calendar",
            "a country, perhaps with a region, such as FR or FR-57, got 'France'",
        ),
        (
            'calendar = "FR"',
            'calendar = "ZZ"',
            "calendar",
            "a country or region whose public holidays are known, got 'ZZ'",
        ),
        (
            'calendar = "FR"',
            'calendar = "US-XX"',
            "calendar",
            "whose public holidays are known, most likely US, got 'US-XX'",
        ),
        *[
            (
                'areas = ["metropolitan-france"]',
                f'areas = ["metropolitan-france"]\ncodes = ["{code}"]',
                "zones[0].codes[0]",
                f"a country or a territory, such as FR or GB-NIR{nearest}, got '{code}'",
            )
            for code, nearest in (
                ("UK", ", most likely GB"),
                ("JPN", ", most likely JP"),
                ("fr", ", most likely FR"),
                ("Germany", ", most likely DE"),
                ("GB-NIX", ", most likely GB-NIR"),
                ("ZZ", ""),
            )
        ],
        (
            FEE,
            f'{FEE}\nrefunded_with = ["loss"]',
            "fees[0].refunded_with",
            "left out of a fee that is not refundable",
        ),
        (
            FEE,
            'refundable = true\nrefunded_with = ["lost"]',
            "fees[0].refunded_with[0]",
            "one of the refund terms of this edition (regret, loss), most likely loss, got 'lost'",
        ),
        (
            'per = "order"',
            'per = "listing"',
            "fees[0].payer",
            "seller for a fee on a listing, got 'buyer'",
        ),
        (
            'per = "order"\noptional = true\nrefundable = false',
            'per = "listing"\noptional = true\nrefundable = true',
            "fees[0].refundable",
            "false for a fee on a listing, got true",
        ),
        (
            'kinds = ["card", "paypal"]',
            'kinds = ["card", "gift-card", "paypal"]',
            "tenders.kinds[1]",
            "kinds beside gift cards, which [edition.pricing.gift_card] sells, got 'gift-card'",
        ),
        (
            'base = ["pieces"]',
            'base = ["pieces"]\nwhen = { categories = ["any"] }',
            "components[0].when.categories",
            "left out of a fee per order",
        ),
        (
            'base = ["pieces"]',
            'base = ["pieces"]\nwhen = { seller_kinds = ["private"] }',
            "components[0].when.seller_kinds[0]",
            "one of the seller kinds of this edition (any), got 'private'",
        ),
        (
            'base = ["pieces"]',
            'base = ["piece"]',
            "components[0].base[0]",
            "one of duties, fees, handling, list-price, pieces, reduction",
        ),
        (
            'acceptance = "public"',
            'acceptance = "charge"',
            "offers.payment",
            "held where an offer is charged, got nothing",
        ),
        (
            'acceptance = "public"\nlowered_for = "24 hours"',
            'acceptance = "order"\nlowered_for = "never"',
            "offers.lowered_for",
            "a time that ends, where an offer sells, got 'never'",
        ),
        (
            QUOTA,
            BOUNDS.format("0.90", "0.50") + QUOTA,
            "seller_bounds.highest",
            "at least the lowest, 0.90, got 0.50",
        ),
        (
            CONTACT,
            f"{NOWHERE}\n{CONTACT}",
            "returns.payouts.elsewhere[0]",
            "for at least one area, code or kind of sale, got none",
        ),
        (
            LOST,
            f'{LOST}\nunpaid_customs = {{ outcome = "refund", source = "C" }}',
            "unpaid_customs.refund",
            "the name of refund terms, where the outcome is refund, got nothing",
        ),
        (
            LOST,
            f'{LOST}\nunpaid_customs = {{ outcome = "nothing", refund = "loss", source = "C" }}',
            "unpaid_customs.refund",
            "left out where the outcome is nothing, got 'loss'",
        ),
        (
            'to = "by-count", to_seller_up_to = 2,',
            'to = "warehouse",',
            "rules[0].terms.routing.to",
            "another place than a warehouse, or one given in home",
        ),
        (
            WINDOW,
            f'{WINDOW}\nseller_up_to = "47 hours"',
            "terms.seller_up_to",
            "at least 48 hours, in its unit, got '47 hours'",
        ),
        (
            WINDOW,
            f'{WINDOW}\nseller_up_to = "9 days"',
            "terms.seller_up_to",
            "at least 48 hours, in its unit, got '9 days'",
        ),
        (ANCHOR, 'anchor = "dispatch"', "window.anchor", "one of offer-sent, reviewed, accepted"),
        (
            ANCHOR,
            'anchor = { latest_of = ["received"] }',
            "window.anchor",
            "or of several { latest_of =",
        ),
        (
            ANCHOR,
            'anchor = { last_of = ["received", "paid"] }',
            "window.anchor",
            "or of several { latest_of =",
        ),
        (ANCHOR, 'anchor = { latest_of = ["received", 3] }', "window.anchor", "got a table"),
        (
            "registrations = []",
            'registrations = []\nbound = "="',
            "customs.bound",
            "one of >, >=, got '='",
        ),
        (
            "registrations = []",
            'registrations = []\ncollected_at_checkout = ["US"]',
            "customs.collected_at_checkout",
            "left out where no fee has duties in its base, got US",
        ),
        (
            "handling_fees",
            'after_an_offer = "as-agreed"\nhandling_fees',
            "checkout.after_an_offer",
            "one of as-placed, as-offered, got 'as-agreed'",
        ),
    ],
)
def test_one_mistake_is_told_with_its_place(old: str, new: str, place: str, said: str) -> None:
    """Where it is, what would be allowed and what was found."""
    told = faults_of(changed((old, new)))
    assert [fault for fault in told if f"{place}: must be " in fault and said in fault], told
