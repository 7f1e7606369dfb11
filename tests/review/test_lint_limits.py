"""Both sides of every limit of `policy check`: what is just found, and what just is not."""

from __future__ import annotations

from datetime import date

import pytest

from tests.publishing.test_other_currencies import text_in
from tests.review.seeds import (
    ANOTHER,
    AUTHENTICATION,
    BY_TWO,
    CATALOGUE,
    CHECKOUT,
    CLAIMS,
    COUNTER,
    DEFECT,
    ONE_FEE,
    POSTING,
    PROTECTION,
    ROOT,
    SOUND,
    answers,
    authentication,
    elsewhere,
    question,
    tiers,
)
from vintage_rules.review import CheckFinding, check_document, check_policy

Edit = tuple[str, str]

GRAND_BAZAAR = (ROOT / "tests" / "policies" / "houses" / "grand-bazaar.toml").read_text("utf-8")

PAYOUT = '[edition.returns.payouts]\nwindow = { anchor = "received", length = "14 days"'
DISPATCHED = 'anchor = "latest-estimate", length = "2 months"'
CONFIRMED = PAYOUT.replace("received", "confirmed")
NOT_ROLLED = (
    'roll = "next-working-day" }\nsource = "article 18"',
    'roll = "none" }\nsource = "article 18"',
)
BY_RECEIPT = POSTING.replace("requested", "received")


def findings(*edits: Edit, house: str = "lune") -> dict[str, CheckFinding]:
    """Check a sound document after some edits, and give what is found by its code."""
    text = SOUND[house].read_text("utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return {finding.code: finding for finding in check_document(text.encode(), "x.toml")}


def bounded(when: str) -> Edit:
    """Charge the authentication fee of 3 %, from 10.00 to 60.00, on these amounts."""
    return authentication("{ at_least = 100.00 }", f"{{ {when} }}")


def charged(more: str) -> Edit:
    """Charge the authentication fee another minimum."""
    return authentication("minimum = 10.00", more)


def opens_after(wait: str) -> Edit:
    """Take claims of a defect only after a while, of the 48 hours from receipt."""
    return DEFECT, DEFECT.replace("length", f'starts_after = "{wait}", length')


def rolled(length: str) -> str:
    """Take claims of a defect for so long, until a working day."""
    return DEFECT.replace("48 hours", length).replace("none", "next-working-day")


def asked_of_the_buyer(silence: str) -> str:
    """Write a question to the buyer whether all is well."""
    return question(asked="buyer", anchor="delivered", silence=silence)


def two_parts(when: str) -> tuple[Edit, ...]:
    """Charge it in two parts, the second from 3,000.00 on."""
    return (
        authentication("{ at_least = 100.00 }", f"{{ {when} }}"),
        (ONE_FEE, BY_TWO),
        ("\n# Sellers pay", f"{ANOTHER}\n# Sellers pay"),
    )


def from_dispatch(days: int, anchor: str = "dispatched") -> Edit:
    """Let a claim about what never arrived be made so many days from its dispatch, or sooner."""
    return DISPATCHED, f'anchor = "{anchor}", length = "{days} days"'


def tier_from_3500(*more: str) -> tuple[Edit, ...]:
    """Charge a second part from 3,000.00 on whose only tier begins at 3,500.00."""
    written = "\n".join(
        (*more, 'tiering = "whole"', "tiers = [{ at_least = 3_500.00, rate = 0.01 }]")
    )
    second = ANOTHER.replace("rate = 0.01", written)
    return (*two_parts("at_least = 100.00, below = 3_000.00"), (ANOTHER, second))


FIRST_FEE = '[[edition.pricing.fees]]\nname = "protection"'
OF_FEES = (PROTECTION, PROTECTION.replace('["pieces"]', '["pieces", "fees"]'))


def before_protection(payer: str) -> Edit:
    """Put a fee that somebody pays before the protection fee."""
    fee = f"""[[edition.pricing.fees]]
name = "packing"
payer = "{payer}"
per = "order"
optional = false
refundable = true
source = "article 5"

[[edition.pricing.fees.components]]
base = ["pieces"]
fixed = 1.00
rounding = "up"
source = "article 5"

"""
    return FIRST_FEE, fee + FIRST_FEE


FIVE, TWO = "{ at_least = 0.00, rate = 0.05 }", "{ above = 500.00, rate = 0.02 }"

LIMITS: list[tuple[str, tuple[Edit, ...], tuple[Edit, ...]]] = [
    # 3 % of 333.34 are 10.0002, of 333.33 are 9.9999
    ("minimum-never-matters", (bounded("at_least = 333.34"),), (bounded("at_least = 333.33"),)),
    ("minimum-never-matters", (authentication("when = { at_least = 100.00 }", "fixed = 10.00"),),
     (authentication("when = { at_least = 100.00 }", "fixed = 9.99"),)),
    ("always-at-minimum", (bounded("below = 333.34"),), (bounded("below = 333.35"),)),
    # 3 % of 2,000.00 are 60.00; the last amount below is a cent less than the limit
    (
        "maximum-never-reached",
        (bounded("at_least = 400.00, below = 2_000.01"), ("minimum = 10.00\nmaximum", "maximum")),
        (bounded("at_least = 400.00, below = 2_000.02"), ("minimum = 10.00\nmaximum", "maximum")),
    ),
    # with 3.00 on the first 100.00
    ("always-at-maximum", (charged("fixed = 57.00"),), (charged("fixed = 56.99"),)),
    ("always-at-maximum", (charged("minimum = 60.00"),), (charged("minimum = 59.99"),)),
    ("tier-never-reached", (tiers(FIVE, TWO, when="below = 500.01"),),
     (tiers(FIVE, TWO, when="below = 500.02"),)),
    ("tier-never-reached",
     (tiers(FIVE, TWO.replace("above", "at_least"), when="below = 500.00"),),
     (tiers(FIVE, TWO.replace("above", "at_least"), when="below = 500.01"),)),
    ("tier-never-reached",
     (tiers("{ at_least = 10.00, rate = 0.05 }", "{ at_least = 20.00, rate = 0.02 }",
            when="at_least = 20.00"),),
     (tiers("{ at_least = 10.00, rate = 0.05 }", "{ at_least = 20.00, rate = 0.02 }",
            when="at_least = 19.99"),)),
    ("tier-never-reached",
     (tiers("{ at_least = 10.00, rate = 0.05 }", "{ above = 20.00, rate = 0.02 }",
            when="at_least = 20.01"),),
     (tiers("{ at_least = 10.00, rate = 0.05 }", "{ above = 20.00, rate = 0.02 }",
            when="at_least = 20.00"),)),
    ("amounts-without-tier",
     (tiers("{ at_least = 30.00, rate = 0.05 }", when="at_least = 29.99"),),
     (tiers("{ at_least = 30.00, rate = 0.05 }", when="at_least = 30.00"),)),
    ("tier-changes-nothing",
     (tiers(FIVE, "{ at_least = 50.00, rate = 0.05 }"),),
     (tiers(FIVE, "{ at_least = 50.00, rate = 0.05, fixed = 0.01 }"),)),
    ("amounts-between-components", two_parts("at_least = 100.00, below = 2_999.99"),
     two_parts("at_least = 100.00, below = 3_000.00")),
    # from 3,000.00 to 3,500.00 a second part charges its minimum or what is fixed, or nothing
    ("amounts-between-components", tier_from_3500(), tier_from_3500("minimum = 1.00")),
    ("amounts-between-components", tier_from_3500(), tier_from_3500("fixed = 1.00")),
    ("components-overlap", two_parts("at_least = 100.00, below = 3_000.01"),
     two_parts("at_least = 100.00, below = 3_000.00")),
    ("cell-always-true", (bounded("at_least = 0.00"),), (bounded("at_least = 0.01"),)),
    ("charges-nothing",
     (authentication("rate = 0.03\nminimum = 10.00\nmaximum = 60.00", "fixed = 0.00"),),
     (authentication("rate = 0.03\nminimum = 10.00\nmaximum = 60.00", "fixed = 0.01"),)),
    # the first band holds parcels up to 2,000 g, of which the packaging is a part
    ("band-never-reached", (("packaging_g = 150", "packaging_g = 2_000"),),
     (("packaging_g = 150", "packaging_g = 1_999"),)),
    ("band-price-falls", (("price = 9.90", "price = 5.89"),),
     (("price = 9.90", "price = 5.90"),)),
    ("limit-decides-nothing", (("price = 9.90", "price = 5.90"),),
     (("price = 9.90", "price = 5.91"),)),
    ("floor-always-true", (("largest_cut = 0.50", "largest_cut = 1.00"),),
     (("largest_cut = 0.50", "largest_cut = 0.99"),)),
    # a cent off 10,000.00 is a millionth
    ("no-offer-possible", (("largest_cut = 0.50", "largest_cut = 0.000_000_9"),),
     (("largest_cut = 0.50", "largest_cut = 0.000_001"),)),
    ("auto-answers-contradict", ((CATALOGUE, answers(">=", "<=")),),
     ((CATALOGUE, answers(">", "<=")),)),
    ("auto-answers-contradict", ((CATALOGUE, answers(">=", "<=")),),
     ((CATALOGUE, answers(">=", "<")),)),
    ("auto-answers-leave-boundary", ((CATALOGUE, answers(">", "<")),),
     ((CATALOGUE, answers(">=", "<")),)),
    ("no-time", (('lowered_for = "24 hours"', 'lowered_for = "0 hours"'),),
     (('lowered_for = "24 hours"', 'lowered_for = "1 minute"'),)),
    ("no-time", ((DEFECT, DEFECT.replace("48", "0")),), ((DEFECT, DEFECT.replace("48", "1")),)),
    ("rounds-never-reached", ((COUNTER, 'by = ["seller"]\nstands_for'),),
     ((COUNTER, 'by = ["seller"]\nstands_for'), ("rounds = 3", "rounds = 1"))),
    ("overdue-before-due", (('due = "2 ouvres"', 'due = "8 ouvres"'),),
     (('due = "2 ouvres"', 'due = "7 ouvres"'),)),
    ("paid-before-window-closes", ((PAYOUT, PAYOUT.replace("14", "13")),),
     ((PAYOUT, PAYOUT.replace("14", "15")),)),
    # fourteen days may be rolled on to the sixteenth; hours from a day count from its end
    ("paid-before-window-closes",
     ((PAYOUT, PAYOUT.replace("14 days", "360 hours")), NOT_ROLLED),
     ((PAYOUT, PAYOUT.replace("14 days", "361 hours")), NOT_ROLLED)),
    # the calendars end with 2050, which a time of 24 years of 2026 may leave
    ("beyond-calendars", ((DEFECT, rolled("24 years")),), ((DEFECT, rolled("23 years")),)),
    ("beyond-calendars", ((DEFECT, DEFECT.replace("48 hours", "7974 years")),),
     ((DEFECT, DEFECT.replace("48 hours", "7972 years")),)),
    ("posting-closes-before-window", ((POSTING, BY_RECEIPT.replace("14", "13")),),
     ((POSTING, BY_RECEIPT),)),
    # asked for on a Saturday, the next day is a Sunday
    ("no-day-to-post",
     ((POSTING, POSTING.replace("14 days", "1 day").replace("next-working-day", "none")),),
     ((POSTING, POSTING.replace("14 days", "2 days").replace("next-working-day", "none")),)),
    # 48 hours from a day are 48 hours from its end: two days after it, they open when it is over
    ("window-opens-too-late", (opens_after("48 hours"),), (opens_after("47 hours"),)),
    ("window-opens-too-late", (opens_after("3 days"),), (opens_after("2 days"),)),
    ("payout-never-due",
     ((PAYOUT, PAYOUT.replace('"received"', '{ latest_of = ["received", "posted"] }')),),
     ((PAYOUT, PAYOUT.replace('"received"', '{ earliest_of = ["received", "posted"] }')),)),
    # a silent buyer pays the seller, or has received
    ("payout-never-due",
     ((PAYOUT, CONFIRMED), (CHECKOUT, asked_of_the_buyer("lapse"))),
     ((PAYOUT, CONFIRMED), (CHECKOUT, asked_of_the_buyer("approve")))),
    ("payout-never-due",
     ((PAYOUT, CONFIRMED), (CHECKOUT, asked_of_the_buyer("refuse"))),
     ((PAYOUT, CONFIRMED), (CHECKOUT, asked_of_the_buyer("pay-seller")))),
    # what confirms receipt posts no return
    ("payout-never-due",
     ((PAYOUT, PAYOUT.replace("received", "posted")), (CHECKOUT, asked_of_the_buyer("approve"))),
     ((PAYOUT, PAYOUT.replace("received", "posted")), (CHECKOUT, asked_of_the_buyer("escalate")))),
    ("paid-before-dispatch",
     ((PAYOUT, PAYOUT.replace('"received"', '{ earliest_of = ["received", "paid"] }')),),
     ((PAYOUT, PAYOUT.replace('"received"', '{ latest_of = ["received", "paid"] }')),)),
    ("paid-before-dispatch",
     ((CHECKOUT, question(asked="buyer", silence="pay-seller")),),
     ((CHECKOUT, question(asked="buyer", anchor="delivered", silence="pay-seller")),)),
    ("window-after-request",
     ((DEFECT, DEFECT.replace('"received"', '{ latest_of = ["received", "requested"] }')),),
     ((DEFECT, DEFECT.replace('"received"', '{ earliest_of = ["received", "requested"] }')),)),
    ("question-never-opens", ((CHECKOUT, question(anchor="latest-estimate")),),
     ((CHECKOUT, question(asked="buyer", anchor="latest-estimate")),)),
    ("question-never-opens", ((CHECKOUT, question(asked="buyer", anchor="confirmed")),),
     ((CHECKOUT, question(asked="buyer", anchor="received")),)),
    ("silence-never-comes", ((CHECKOUT, question(length="never")),),
     ((CHECKOUT, question(length="9 years")),)),
    ("no-time", ((CHECKOUT, question(length="0 days")),),
     ((CHECKOUT, question(length="1 day")),)),
    ("covered-before", ((CLAIMS, elsewhere('areas = ["europe"]', 'codes = ["DE", "NL"]')),),
     ((CLAIMS, elsewhere('areas = ["europe"]', 'codes = ["DE", "US"]')),)),
    ("sum-chooses-nothing",
     (authentication('{ at_least = 100.00 }\nbase = ["pieces"]',
                     '{ modes = ["post"] }\nbase = ["pieces"]\nchosen_by = ["list-price"]'),),
     (authentication('base = ["pieces"]', 'base = ["pieces"]\nchosen_by = ["list-price"]'),)),
    # what sellers pay is no part of what a buyer's fee is computed on
    ("part-always-nothing", (before_protection("seller"), OF_FEES),
     (before_protection("buyer"), OF_FEES)),
    ("address-field-unknown", (('"city", "country"]', '"city", "contry"]'),),
     (('"city", "country"]', '"city", "line2"]'),)),
    ("window-closes-before-delivery", (from_dispatch(2),), (from_dispatch(3),)),
    *(("window-closes-before-delivery", (from_dispatch(2, anchor),), (from_dispatch(3, anchor),))
      for anchor in ("accepted", "ordered", "paid")),
    ("window-may-close-before-delivery", (from_dispatch(8),), (from_dispatch(9),)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "found", "not_found"), LIMITS)
class TestLimits:
    """A document on either side of a limit."""

    def test_on_one_side_it_is_found(
        self, code: str, found: tuple[Edit, ...], not_found: tuple[Edit, ...]
    ) -> None:
        """And said with an example."""
        assert found != not_found
        finding = findings(*found)[code]
        assert finding.example is not None

    def test_on_the_other_it_is_not(
        self, code: str, found: tuple[Edit, ...], not_found: tuple[Edit, ...]
    ) -> None:
        """Though it differs in one value alone."""
        assert found != not_found
        assert code not in findings(*not_found)


class TestCells:
    """What a fee is charged on, by every column of its condition."""

    KEYS = ("categories", "modes", "sale_kinds", "seller_kinds", "zones")

    @staticmethod
    def paths(when: str, code: str) -> list[str]:
        """Name the columns that a finding of a code is about, under such a condition."""
        condition = '{ modes = ["together"], zones = ["swiss"], at_least = 100.00 }'
        text = GRAND_BAZAAR.replace(condition, f"{{ {when} }}", 1)
        found = check_document(text.encode(), "x.toml")
        return sorted(each.path.rpartition("when.")[2] for each in found if each.code == code)

    def test_that_hold_nothing_are_found(self) -> None:
        """An empty list is met by no order."""
        when = ", ".join(f"{key} = []" for key in self.KEYS)
        assert self.paths(when, "cell-never-true") == [*self.KEYS]

    def test_that_hold_all_there_is_are_found(self) -> None:
        """A list of every term asks nothing; one that leaves a term out does."""
        when = (
            'categories = ["clothes", "furniture", "jewels"], modes = ["together", "apart"], '
            'sale_kinds = ["auction", "sale"], seller_kinds = ["private", "professional"], '
            'zones = ["elsewhere", "swiss"]'
        )
        assert self.paths(when, "cell-always-true") == [*self.KEYS]
        some = when.replace('"clothes", ', "").replace(', "apart"', "").replace('"auction", ', "")
        some = some.replace('"private", ', "").replace('"elsewhere", ', "")
        assert self.paths(some, "cell-always-true") == []


class TestPhotos:
    """How many photos are needed decides, whatever a time starts at."""

    RECEIVED = 'window = { anchor = "received", length = "48 hours", roll = "none" }'

    @pytest.mark.parametrize(
        "anchor",
        [
            '{ latest_of = ["received", "delivery-scan"] }',
            '{ earliest_of = ["dispatched", "confirmed"] }',
            '"latest-estimate"',
            '"day-after-received"',
        ],
    )
    def test_decide_where_a_time_starts_at_several_events(self, anchor: str) -> None:
        """Of a return and of a claim: a request with one photo fewer is refused."""
        window = self.RECEIVED.replace('"received"', anchor, 1)
        found = findings((self.RECEIVED, window), (DEFECT, DEFECT.replace(self.RECEIVED, window)))
        assert "limit-decides-nothing" not in found


class TestExamples:
    """The input that shows a finding is the one just at the limit."""

    @pytest.mark.parametrize(
        ("code", "edits", "said"),
        [
            ("amounts-without-tier", (tiers("{ at_least = 30.00, rate = 0.05 }"),), "€29.99"),
            ("band-never-reached", (("packaging_g = 150", "packaging_g = 2_000"),), "2.001 kg"),
            ("band-price-falls", (("price = 9.90", "price = 5.89"),), "a parcel of 10 kg"),
            ("always-at-maximum", (charged("fixed = 57.00"),), "€60.00"),
            (
                "minimum-never-matters",
                (authentication("when = { at_least = 100.00 }", "fixed = 10.00"),),
                "€10.00, computed on €0.00",
            ),
            (
                "maximum-never-reached",
                (
                    bounded("at_least = 400.00, below = 1_000.01"),
                    ("minimum = 10.00\nmaximum", "maximum"),
                ),
                "€30.00",
            ),
            ("floor-always-true", (("largest_cut = 0.50", "largest_cut = 1.00"),), "€0.01"),
            (
                "no-offer-possible",
                (("largest_cut = 0.50", "largest_cut = 0.00"),),
                "€9,999.99",
            ),
        ],
    )
    def test_is_named(self, code: str, edits: tuple[Edit, ...], said: str) -> None:
        """In the currency and the smallest amount of the house."""
        example = findings(*edits)[code].shown("en-GB")
        assert example is not None
        assert said in example


class TestOtherCurrencies:
    """The amount below a limit is a yen less, or a thousandth of a dinar."""

    GROUPED = 'when = { modes = ["grouped"] }'

    @pytest.mark.parametrize(
        ("currency", "below", "found"),
        [
            # 10 % of 15,000 yen are the 1,500 of the maximum
            ("JPY", "15_001", True),
            ("JPY", "15_002", False),
            # of 150.050 dinars they are the 15.005
            ("KWD", "150.051", True),
            ("KWD", "150.052", False),
            # of 150.00 dollars the 15.00
            ("USD", "150.01", True),
            ("USD", "150.02", False),
        ],
    )
    def test_count_in_their_smallest_amount(
        self, currency: str, below: str, *, found: bool
    ) -> None:
        """The maximum is reached by the last amount below the limit, or it is not."""
        text = text_in(currency)
        assert self.GROUPED in text
        limited = f'when = {{ modes = ["grouped"], below = {below} }}'
        document = text.replace(self.GROUPED, limited, 1).encode()
        codes = {finding.code for finding in check_document(document, "x.toml")}
        assert ("maximum-never-reached" in codes) == found


class TestSince:
    """The first day that the host needs an answer for."""

    @pytest.mark.parametrize(
        ("since", "codes"),
        [(date(2022, 12, 31), ["days-uncovered"]), (date(2023, 1, 1), []), (None, [])],
    )
    def test_is_covered_or_not(self, since: date | None, codes: list[str]) -> None:
        """The shipped house decides from 1 January 2023 on."""
        assert [finding.code for finding in check_policy("imparfaite", since=since)] == codes


def test_the_fee_is_the_one_of_the_guide() -> None:
    """3 % from 100.00 on, at least 10.00 and at most 60.00: what the limits above rest on."""
    for line in ("at_least = 100.00", "rate = 0.03", "minimum = 10.00", "maximum = 60.00"):
        assert line in AUTHENTICATION
