"""A house that says everything the format can say."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from tests.policies.corner_shop import HOUSES
from vintage_rules.dates import NEVER, DayCount, Duration
from vintage_rules.money import Money, Rounding
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies import load_policy
from vintage_rules.policies.house import edition_tables, holds_tables
from vintage_rules.policies.pages import Page
from vintage_rules.pricing.fee_policy import (
    Base,
    Combine,
    Condition,
    FeePolicy,
    Payer,
    Per,
    Tier,
    Tiering,
)
from vintage_rules.pricing.fees import FeeCharged, quote_fee
from vintage_rules.shipping.customs import ImportPart
from vintage_rules.shipping.policy import Grouping, Sender, Transit

BAZAAR = load_policy(HOUSES / "grand-bazaar.toml")
FIRST, SECOND, THIRD = BAZAAR.editions
DOCUMENT = BAZAAR.document.editions[0]


def fee_of(policy: HousePolicy, name: str) -> FeePolicy:
    """Give a fee that the house is known to have."""
    fee = policy.pricing.fee(name)
    assert fee is not None
    return fee


def charged(policy: HousePolicy, name: str, mode: str = "apart", **parts: str) -> str:
    """Give what a fee comes to, or `nothing`."""
    money = {part.replace("_", "-"): Money(amount, "CHF") for part, amount in parts.items()}
    quote = quote_fee(fee_of(policy, name), money, mode=mode, zone="swiss")
    return str(quote.fee.amount) if isinstance(quote, FeeCharged) else "nothing"


class TestFees:
    """Fees with several components, tiers, bounds and conditions."""

    def test_take_payer_unit_and_combination_over(self) -> None:
        """Who bears a fee, what for, and what becomes of its components is as written."""
        said = [(f.name, f.payer, f.per, f.combine, f.optional) for f in FIRST.pricing.fees]
        assert said == [
            ("verification", Payer.BUYER, Per.PIECE, Combine.GREATEST, True),
            ("protection", Payer.BUYER, Per.ORDER, Combine.SUM, False),
            ("commission", Payer.SELLER, Per.SELLER, Combine.SUM, False),
        ]
        assert {fee.currency for fee in FIRST.pricing.fees} == {"CHF"}

    def test_take_conditions_bounds_and_rounding_over(self) -> None:
        """A component keeps when it applies, its least and most, and its direction."""
        fixed, share = fee_of(FIRST, "verification").components
        assert fixed.when == Condition(
            modes=frozenset({"together"}),
            zones=frozenset({"swiss"}),
            categories=None,
            seller_kinds=None,
            sale_kinds=None,
            at_least=Decimal(100),
            below=None,
        )
        assert (share.minimum, share.maximum) == (Decimal(4), Decimal(90))
        assert (fixed.rounding, share.rounding) == (Rounding.HALF_UP, Rounding.HALF_EVEN)
        assert share.sources == ("B1", "assumption: banks round so")
        assert share.when.below == Decimal(5000)

    def test_take_bases_over_as_sums(self) -> None:
        """A part with a minus is taken off; the base chooses where nothing else is named."""
        share = fee_of(FIRST, "verification").components[1]
        assert share.base == Base(plus=("pieces", "shipping"), minus=("voucher",))
        assert share.chosen_by == share.base
        whole = fee_of(FIRST, "protection").components[0]
        assert whole.chosen_by == Base(plus=("list-price",), minus=())

    def test_take_tiers_over_with_their_operator(self) -> None:
        """At least and above are two beginnings, and are told apart."""
        whole = fee_of(FIRST, "protection").components[0]
        slices = fee_of(FIRST, "commission").components[0]
        assert (whole.tiering, slices.tiering) == (Tiering.WHOLE, Tiering.MARGINAL)
        assert whole.tiers[0] == Tier(
            at_least=Decimal(0), above=None, fixed=Decimal("0.70"), rate=Decimal("0.05")
        )
        assert [tier.inclusive for tier in slices.tiers] == [False, False, False]
        assert [tier.start for tier in slices.tiers] == [0, 1000, 5000]

    @pytest.mark.parametrize(
        ("pieces", "expected"),
        [("99.99", "nothing"), ("100.00", "10.00"), ("400.00", "12.00"), ("3000.00", "90.00")],
    )
    def test_charge_the_greatest_of_fixed_and_share(self, pieces: str, expected: str) -> None:
        """From 100.00 on, ten francs or three per cent, whichever is more, at most 90.00."""
        parts = {"pieces": pieces, "shipping": "0.00", "voucher": "0.00"}
        assert charged(FIRST, "verification", "together", **parts) == expected

    @pytest.mark.parametrize(
        ("listed", "expected"), [("499.99", "20.95"), ("500.00", "8.25"), ("0.00", "20.95")]
    )
    def test_charge_a_cliff_by_the_list_price(self, listed: str, expected: str) -> None:
        """On 400.00: 0.70 + 5 % below a list price of 500.00, 2 % from it on, and 0.25 always."""
        assert charged(FIRST, "protection", pieces="400.00", list_price=listed) == expected

    @pytest.mark.parametrize(
        ("pieces", "expected"),
        [("1.00", "1.00"), ("1000.00", "200.00"), ("1000.50", "200.06"), ("6000.00", "730.00")],
    )
    def test_charge_a_commission_slice_by_slice(self, pieces: str, expected: str) -> None:
        """20 % up to 1000, 12 % up to 5000, 5 % above, at least 1.00."""
        assert charged(FIRST, "commission", pieces=pieces) == expected


class TestTheRest:
    """The other tables."""

    def test_gift_cards_may_never_end(self) -> None:
        """A card without an end, from five centimes, that may buy a card."""
        card = FIRST.pricing.gift_card
        assert card is not None
        assert (card.minimum, card.maximum) == (Decimal("0.05"), Decimal("1000.00"))
        assert card.validity == NEVER
        assert card.may_buy_gift_card
        assert card.zone == "Europe/Zurich"

    def test_tenders_have_brands_or_none(self) -> None:
        """A kind without brands is taken as it is."""
        tenders = FIRST.pricing.tenders
        assert tenders.kinds == ("card", "twint")
        assert tenders.brands == {"card": frozenset({"visa", "maestro"})}

    def test_modes_have_handling_times(self) -> None:
        """How long sellers take, how long it is to the workshop, and how long the check takes."""
        apart, together = FIRST.shipping.mode("apart"), FIRST.shipping.mode("together")
        assert apart.handling == Duration.of(5, "ouvres")
        assert (apart.grouping, apart.sender) == (Grouping.PER_SELLER, Sender.SELLER)
        assert (apart.inbound, apart.check) == (None, None)
        assert together.handling == Duration.of(1, "days")
        assert together.inbound == Transit(
            minimum=1, maximum=3, count=DayCount.OUVRABLES, sources=("B7",)
        )
        assert together.check == Duration.of(2, "ouvres")

    def test_zones_may_be_codes_and_their_time_have_its_own_source(self) -> None:
        """A zone of countries; a time of one number; a source for the time alone."""
        swiss, elsewhere = FIRST.shipping.delivery.zones
        assert swiss.codes == {"CH", "LI"}
        assert swiss.transit == Transit(
            minimum=1, maximum=2, count=DayCount.CALENDAR, sources=("B9",)
        )
        assert (elsewhere.transit.minimum, elsewhere.transit.maximum) == (7, 7)
        assert elsewhere.transit.sources == ("B8",)

    def test_prices_have_all_their_decimals(self) -> None:
        """A whole number is a price too, and is held with the currency's decimals."""
        bands = [band for table in FIRST.shipping.postage.tables for band in table.bands]
        assert [str(band.price) for band in bands] == ["0.00", "99.95", "7.00"]
        assert [band.up_to_g for band in bands] == [1, 1_000_000, 2_000]

    def test_customs_may_be_read_otherwise(self) -> None:
        """Parts, schemes and rounding are the house's own."""
        customs = FIRST.shipping.customs
        assert customs.compared_on == (ImportPart.GOODS, ImportPart.SHIPPING)
        assert customs.tax_base == (ImportPart.GOODS,)
        assert customs.registrations == {"gb-vat", "no-voec"}
        assert customs.rounding is Rounding.DOWN

    def test_opening_hours_come_in_order(self) -> None:
        """Whatever their order in the document, hours are kept by the clock."""
        contact = FIRST.service.contact
        assert [(h.opens, h.closes) for h in contact.hours] == [
            (time(0, 0), time(14, 0)),
            (time(14, 0), time(23, 59)),
        ]
        assert [sorted(h.weekdays) for h in contact.hours] == [[6], [5, 6]]

    def test_messages_may_carry_more(self) -> None:
        """What passes to a seller is a list for each kind."""
        service = FIRST.service
        assert service.messages.passes == {"offer": ("price", "note"), "question": ("text",)}
        assert service.requests == {}


class TestEditions:
    """Editions that say only what changes."""

    @pytest.mark.parametrize(
        ("day", "since"),
        [
            (date(2022, 3, 1), date(2022, 3, 1)),
            (date(2024, 6, 30), date(2022, 3, 1)),
            (date(2024, 7, 1), date(2024, 7, 1)),
            (date(2024, 12, 31), date(2024, 7, 1)),
            (date(2025, 1, 1), date(2025, 1, 1)),
            (date(9999, 12, 31), date(2025, 1, 1)),
        ],
    )
    def test_begin_on_their_day(self, day: date, since: date) -> None:
        """An edition applies from its first day until the day before the next begins."""
        assert BAZAAR.on(day).edition.since == since

    def test_replace_a_table_whole(self) -> None:
        """A list of fees that is written holds these fees and no others."""
        assert [fee.name for fee in SECOND.pricing.fees] == ["protection"]
        assert charged(FIRST, "protection", pieces="100.00", list_price="1.00") == "5.95"
        assert charged(SECOND, "protection", pieces="100.00") == "8.00"
        assert SECOND.checkout.guests_may_order

    def test_take_over_what_they_do_not_write(self) -> None:
        """Tables of the edition before stay, stamped with the new edition."""
        assert SECOND.pricing.tenders.brands == FIRST.pricing.tenders.brands
        assert str(SECOND.pricing.tenders.edition) == "grand-bazaar@2024-07-01"
        assert SECOND.shipping.tracking.patience == Duration.of(5, "ouvrables")

    def test_take_over_through_an_edition_that_took_over(self) -> None:
        """The third edition has the second's fees, the first's modes, and its own patience."""
        assert [fee.sources for fee in THIRD.pricing.fees] == [("B16",)]
        assert THIRD.shipping.modes == FIRST.shipping.modes
        assert THIRD.shipping.tracking.patience == Duration.of(10, "days")
        assert THIRD.checkout.handling_fees == ("protection",)

    def test_know_every_part_of_an_edition(self) -> None:
        """A part added to the format is taken over like the others."""
        parts = set(DOCUMENT.shape.keys) - {"since", "extends"}
        assert parts == {field.key for field in edition_tables()}
        pages = {part: DOCUMENT[part] for part in parts}
        several = {
            part
            for part, page in pages.items()
            if isinstance(page, Page) and page.shape.holds_tables
        }
        assert several == {field.key for field in edition_tables() if holds_tables(field)}
        assert parts - several == {"checkout", "labels"}
