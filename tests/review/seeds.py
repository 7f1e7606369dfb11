"""Faults put into sound documents, each by editing the text: what `policy check` must find."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

import vintage_rules.policies

ROOT = Path(__file__).parents[2]
SOUND: Mapping[str, Path] = {
    "imparfaite": Path(vintage_rules.policies.__file__).with_name("imparfaite.toml"),
    "lune": ROOT / "docs" / "guide" / "lune.toml",
}


@frozen
class Seed:
    """A fault: its code, the document, what is replaced by what, and a text of the line told."""

    code: str
    document: str
    edits: tuple[tuple[str, str], ...]
    line: str

    @property
    def text(self) -> str:
        """The document with the fault in it; every edit must find what it replaces, once."""
        text = SOUND[self.document].read_text("utf-8")
        for old, new in self.edits:
            assert text.count(old) >= 1, old
            text = text.replace(old, new, 1)
        return text


def imparfaite(code: str, old: str, new: str, line: str, *more: tuple[str, str]) -> Seed:
    """Put a fault into the shipped house."""
    return Seed(code, "imparfaite", ((old, new), *more), line)


def lune(code: str, old: str, new: str, line: str, *more: tuple[str, str]) -> Seed:
    """Put a fault into the invented house of the guide."""
    return Seed(code, "lune", ((old, new), *more), line)


PROTECTION = """[[edition.pricing.fees.components]]
base = ["pieces"]
tiering = "whole"
tiers = [{ at_least = 0.00, rate = 0.05 }, { above = 500.00, rate = 0.02 }]"""
AUTHENTICATION = """[[edition.pricing.fees.components]]
when = { at_least = 100.00 }
base = ["pieces"]
rate = 0.03
minimum = 10.00
maximum = 60.00
rounding = "up"
source = "article 5"
"""
ANOTHER = """
[[edition.pricing.fees.components]]
when = { at_least = 3_000.00 }
base = ["pieces"]
rate = 0.01
rounding = "up"
source = "article 5"
"""
ONE_FEE = 'name = "authentication"'
BY_TWO = f'{ONE_FEE}\ncombine = "sum"'
GROUPED = 'when = { modes = ["grouped"] }'
COUNTER = 'by = ["seller", "buyer"]\nstands_for'
WITHDRAWAL = 'by = ["buyer"]\nfalls_back_to = "nothing"'
REGRET = 'reasons = ["withdrawal"], seller_kinds = ["professional"]'
POSTING = 'window = { anchor = "requested", length = "14 days", roll = "next-working-day" }'
DEFECT = 'name = "defect"\nwindow = { anchor = "received", length = "48 hours", roll = "none" }'
CONSUMED = 'consumed_by = ["declined", "lapsed"]'
CATALOGUE = "[edition.listing.catalogue]"
CHECKOUT = "[edition.checkout]"
CLAIMS = "[[edition.returns.claims]]"
COMMISSION = 'refundable = true\nsource = "article 6"'
PAYOUT = '[edition.returns.payouts]\nwindow = { anchor = "received"'
ZONES = '[[edition.shipping.delivery.zones]]\nname = "near"'
EUROPE = '[[edition.shipping.delivery.zones]]\nname = "europe"'
OTHER_EDITION = '\n[edition.shipping.tracking]\npatience = "3 ouvrables"\nsource = "article 8a"\n'


ONLY_AUTHENTICATION = f"""
[[edition.pricing.fees]]
name = "authentication"
payer = "buyer"
per = "piece"
optional = true
refundable = false
source = "article 5"

{AUTHENTICATION}"""


def question(**more: str) -> str:
    """Write a question, and what silence means, in other words than these."""
    words = {"asked": "seller", "anchor": "paid", "length": "5 ouvres", "silence": "refund"} | more
    return f"""[[edition.service.questions]]
name = "dispatch"
asked = "{words["asked"]}"
window = {{ anchor = "{words["anchor"]}", length = "{words["length"]}", roll = "none" }}
on_silence = "{words["silence"]}"
source = "article 18"

{CHECKOUT}"""


def elsewhere(*rows: str) -> str:
    """Write payouts for parts of the world, before the claims."""
    tables = (
        f"""[[edition.returns.payouts.elsewhere]]
{row}
window = {{ anchor = "received", length = "20 days", roll = "none" }}
source = "article 18"

"""
        for row in rows
    )
    return "".join(tables) + CLAIMS


def answers(accept: str, decline: str) -> str:
    """Write answers that are given without asking the seller, by their operators."""
    said = "".join(
        f'[edition.listing.offers.auto_{answer}]\nbound = "{bound}"\nsource = "article 12"\n\n'
        for answer, bound in (("accept", accept), ("decline", decline))
    )
    return said + CATALOGUE


def protection(component: str) -> tuple[str, str]:
    """Write the part of the protection fee that has tiers in another way."""
    return PROTECTION, f"[[edition.pricing.fees.components]]\n{component}"


def authentication(old: str, new: str) -> tuple[str, str]:
    """Write the one part of the authentication fee in another way."""
    assert old in AUTHENTICATION
    return AUTHENTICATION, AUTHENTICATION.replace(old, new)


def tiers(*rows: str, tiering: str = "whole", when: str = "") -> tuple[str, str]:
    """Write the tiers of the protection fee."""
    asked = f"when = {{ {when} }}\n" if when else ""
    listed = ",\n    ".join(rows)
    table = f'{asked}base = ["pieces"]\ntiering = "{tiering}"\ntiers = [\n    {listed},\n]'
    return protection(table)


SEEDS = (
    # what keeps a document from being read
    imparfaite("not-a-document", 'name = "imparfaite"', "name = ", "name ="),
    imparfaite("invalid-value", "rate = 0.10", "rate = 10", "rate = 10"),
    imparfaite("unknown-key", 'payer = "buyer"', 'payeur = "buyer"', "payeur"),
    imparfaite("missing-value", 'payer = "buyer"\n', "", "[[edition.pricing.fees]]"),
    imparfaite("unknown-term", '["grouped"] }', '["gruped"] }', "gruped"),
    imparfaite("named-twice", '["card", "paypal"]', '["card", "paypal", "card"]', '"card"'),
    imparfaite("value-without-source", 'source = "S3"\n', "", "[edition.shipping.tracking]"),
    imparfaite("value-without-source", '"S3"', '"assumption:"', "assumption:"),
    lune("editions-overlap", "since = 2026-01-01", "since = 2025-03-01", "since = 2025-03-01"),
    lune("not-ascending", "up_to_g = 10_000, price = 9", "up_to_g = 900, price = 9", "900"),
    lune(
        "case-undecided",
        'when = { reasons = ["withdrawal"] }',
        'when = { reasons = ["withdrawal"], modes = ["post"] }',
        "[[edition.returns.returns.rules]]",
        ('name = "fault"\noutcome', 'name = "fault"\nwhen = { reasons = ["claim"] }\noutcome'),
    ),
    imparfaite(
        "rows-overlap",
        'reasons = ["claim"], zones = ["elsewhere"]',
        'reasons = ["claim"]',
        "[[edition.returns.returns.rules]]",
    ),
    lune(
        "row-never-decides", REGRET, 'reasons = ["withdrawal"]', "[[edition.returns.returns.rules"
    ),
    imparfaite(
        "place-undecided",
        'name = "elsewhere"\nareas = ["europe", "world"]',
        'name = "elsewhere"\nareas = ["europe"]',
        "[[edition.returns.returns.zones]]",
    ),
    imparfaite("hours-overlap", 'opens = "13:30"', 'opens = "12:00"', '"12:00"'),
    # fees
    lune(
        "tier-never-reached",
        *tiers(
            "{ at_least = 0.00, rate = 0.05 }",
            "{ above = 500.00, rate = 0.02 }",
            when="below = 500.00",
        ),
        "above = 500.00",
    ),
    lune(
        "tier-never-reached",
        *tiers(
            "{ at_least = 10.00, rate = 0.05 }",
            "{ at_least = 20.00, rate = 0.02 }",
            when="at_least = 20.00",
        ),
        "at_least = 10.00",
    ),
    lune(
        "tier-changes-nothing",
        *tiers("{ at_least = 0.00, rate = 0.05 }", "{ at_least = 50.00, rate = 0.05 }"),
        "at_least = 50.00",
    ),
    lune(
        "tier-changes-nothing",
        "{ at_least = 200.00, rate = 0.12 }",
        "{ at_least = 200.00, rate = 0.20 }",
        "at_least = 200.00",
    ),
    lune("amounts-without-tier", *tiers("{ at_least = 30.00, rate = 0.05 }"), "at_least = 30.00"),
    lune(
        "mixed-bounds",
        *tiers(
            "{ at_least = 30.00, rate = 0.05, fixed = 1.00 }",
            "{ above = 60.00, rate = 0.02 }",
            when="at_least = 30.00",
        ),
        "above = 60.00",
    ),
    lune(
        "maximum-never-reached",
        *authentication("{ at_least = 100.00 }", "{ at_least = 100.00, below = 900.00 }"),
        "maximum = 60.00",
    ),
    lune("minimum-never-matters", *authentication("100.00", "400.00"), "minimum = 10.00"),
    lune(
        "always-at-maximum", *authentication("minimum = 10.00", "fixed = 80.00"), "maximum = 60.00"
    ),
    lune(
        "always-at-minimum",
        *authentication("{ at_least = 100.00 }", "{ below = 200.00 }"),
        "minimum = 10.00",
    ),
    lune(
        "charges-nothing",
        *authentication("rate = 0.03\nminimum = 10.00\nmaximum = 60.00", "rate = 0.00"),
        "[[edition.pricing.fees.components]]",
    ),
    lune(
        "cell-always-true",
        *authentication("{ at_least = 100.00 }", '{ modes = ["together", "post"] }'),
        "modes =",
    ),
    lune(
        "cell-always-true",
        *authentication("{ at_least = 100.00 }", '{ zones = ["near", "europe"] }'),
        "zones =",
    ),
    lune(
        "cell-always-true",
        *authentication("at_least = 100.00", "at_least = 0.00"),
        "at_least = 0.00",
    ),
    lune(
        "cell-never-true", *authentication("{ at_least = 100.00 }", "{ modes = [] }"), "modes = []"
    ),
    lune(
        "part-not-given",
        *authentication('["pieces"]', '["pieces", "duties"]'),
        "[[edition.pricing.fees]]",
    ),
    lune(
        "amounts-between-components",
        *authentication("{ at_least = 100.00 }", "{ at_least = 100.00, below = 2_999.99 }"),
        "[[edition.pricing.fees.components]]",
        (ONE_FEE, BY_TWO),
        ("\n# Sellers pay", f"{ANOTHER}\n# Sellers pay"),
    ),
    lune(
        "components-overlap",
        *authentication("{ at_least = 100.00 }", "{ at_least = 100.00, below = 3_000.01 }"),
        "[[edition.pricing.fees.components]]",
        (ONE_FEE, BY_TWO),
        ("\n# Sellers pay", f"{ANOTHER}\n# Sellers pay"),
    ),
    # limits
    lune("limit-decides-nothing", "price = 9.90", "price = 5.90", "up_to_g = 2_000"),
    # parts of the world
    lune(
        "code-already-covered",
        'name = "europe"\nareas = ["metropolitan-france", "europe"]',
        'name = "europe"\nareas = ["metropolitan-france", "europe"]\ncodes = ["DE"]',
        '"DE"',
    ),
    lune(
        "code-already-covered",
        '["BE", "FR", "LU", "NL"]',
        '["BE", "FR", "FR-20R", "LU", "NL"]',
        '"FR-20R"',
    ),
    lune(
        "code-taken-before",
        ZONES,
        ZONES.replace("near", "first")
        + f'\ncodes = ["LU"]\ntransit = "1 to 2 ouvrables"\nsource = "article 9"\n\n{ZONES}',
        '"LU"',
    ),
    lune(
        "zone-never-reached",
        EUROPE,
        f"""{EUROPE.replace("europe", "again")}
codes = ["NL", "LU"]
transit = "1 to 2 ouvrables"
source = "article 9"

{EUROPE}""",
        "[[edition.shipping.delivery.zones]]",
    ),
    lune(
        "zone-never-reached",
        '[[edition.returns.returns.zones]]\nname = "everywhere"\n'
        'areas = ["metropolitan-france", "europe", "world"]',
        '[[edition.returns.returns.zones]]\nname = "everywhere"\n'
        'areas = ["metropolitan-france", "europe", "world"]\n'
        'source = "article 14"\n\n[[edition.returns.returns.zones]]\nname = "abroad"\n'
        'areas = ["world"]',
        "[[edition.returns.returns.zones]]",
    ),
    lune(
        "country-time-never-used", '{ DE = "2 to 4 ouvres" }', '{ JP = "9 to 12 ouvres" }', "JP ="
    ),
    lune(
        "place-without-price",
        'modes = ["post", "together"]\nbands = [{ up_to_g = 2_000, price = 5.90',
        'modes = ["post"]\nbands = [{ up_to_g = 2_000, price = 5.90',
        "[[edition.shipping.postage.tables]]",
        (
            (
                'name = "europe"\nareas = ["metropolitan-france", "europe"]\n'
                'modes = ["post", "together"]'
            ),
            'name = "europe"\nareas = ["metropolitan-france", "europe"]\nmodes = ["post"]',
        ),
    ),
    lune(
        "price-without-delivery-time",
        'areas = ["metropolitan-france", "europe"]\nmodes',
        'areas = ["metropolitan-france", "europe", "world"]\nmodes',
        "[[edition.shipping.delivery.zones]]",
    ),
    # postage
    lune("band-never-reached", "packaging_g = 150", "packaging_g = 2_000", "up_to_g = 2_000"),
    lune("band-price-falls", "price = 9.90", "price = 4.90", "price = 4.90"),
    # offers
    lune("no-offer-possible", "largest_cut = 0.50", "largest_cut = 0.00", "largest_cut = 0.00"),
    lune("floor-always-true", "largest_cut = 0.50", "largest_cut = 1.00", "largest_cut = 1.00"),
    lune("auto-answers-contradict", CATALOGUE, answers(">=", "<="), 'bound = "<="'),
    lune("auto-answers-leave-boundary", CATALOGUE, answers(">", "<"), 'bound = "<"'),
    lune("no-time", 'lowered_for = "24 hours"', 'lowered_for = "0 hours"', "lowered_for"),
    lune(
        "silence-never-comes",
        'stands_for = "48 hours"\non_silence = "lapse"\nacceptance',
        'stands_for = "never"\non_silence = "accept"\nacceptance',
        'on_silence = "accept"',
    ),
    lune("counter-never-made", COUNTER, 'by = ["buyer"]\nstands_for', 'by = ["buyer"]'),
    lune("rounds-never-reached", COUNTER, 'by = ["seller"]\nstands_for', "rounds = 3"),
    lune(
        "withdrawal-never-made",
        WITHDRAWAL,
        WITHDRAWAL.replace("buyer", "seller"),
        'by = ["seller"]',
        (COUNTER, 'by = ["buyer"]\nstands_for'),
    ),
    lune(
        "fallback-never-reached",
        WITHDRAWAL,
        WITHDRAWAL.replace("nothing", "previous"),
        "falls_back_to",
        (COUNTER, 'by = ["seller"]\nstands_for'),
    ),
    lune("quota-never-used-up", CONSUMED, 'consumed_by = ["countered", "open"]', "consumed_by"),
    lune("reset-never-matters", "per_piece = 3\n", "", "reset_by"),
    # what comes back
    lune("cell-always-true", REGRET, f'{REGRET}, modes = ["together", "post"]', "modes ="),
    lune(
        "cell-always-true",
        'when = { reasons = ["withdrawal"] }',
        'when = { reasons = ["withdrawal"], seller_kinds = ["private", "professional"] }',
        "seller_kinds =",
    ),
    lune(
        "terms-never-used",
        'lost = "never-arrived"',
        'lost = "change-of-mind-at-once"',
        "[[edition.returns.refund_terms]]",
        ('refund = "never-arrived"', 'refund = "change-of-mind-at-once"'),
        (
            '[[edition.returns.refund_terms]]\nname = "fault"',
            (
                '[[edition.returns.refund_terms]]\nname = "change-of-mind-at-once"\n'
                'parts = ["pieces"]\ntrigger = "none-needed"\nsource = "article 16"\n\n'
                '[[edition.returns.refund_terms]]\nname = "fault"'
            ),
        ),
    ),
    lune("refund-never-triggered", 'lost = "never-arrived"', 'lost = "fault"', "lost ="),
    lune(
        "refund-never-triggered",
        'return_needed = false\nrefund = "never-arrived"',
        'return_needed = false\nrefund = "fault"',
        'refund = "fault"',
    ),
    lune(
        "deduction-of-nothing",
        'parts = ["pieces", "shipping", "fee"]',
        'parts = ["shipping"]\ndeduction = { rate = 0.10, rounding = "up" }',
        "deduction =",
    ),
    lune(
        "rank-never-used",
        'tenders = [["card", "bancontact"]]',
        'tenders = [["card", "bancontact"], ["gift-card"]]',
        "tenders =",
        (
            "[edition.returns.payouts]",
            (
                '[edition.returns.refunds.statement.gift-card]\nearliest = "0 days"\n'
                'latest = "0 days"\nsource = "article 17"\n\n[edition.returns.payouts]'
            ),
        ),
    ),
    # times that cannot be met
    lune(
        "window-closes-before-delivery",
        'anchor = "latest-estimate", length = "2 months"',
        'anchor = "dispatched", length = "2 days"',
        'anchor = "dispatched"',
    ),
    lune(
        "window-may-close-before-delivery",
        'anchor = "latest-estimate", length = "2 months"',
        'anchor = "dispatched", length = "6 days"',
        'anchor = "dispatched"',
    ),
    lune(
        "window-never-opens",
        'anchor = "latest-estimate", length = "2 months"',
        'anchor = "received", length = "14 days"',
        'length = "14 days"',
    ),
    lune(
        "posting-closes-before-window",
        POSTING,
        POSTING.replace("requested", "received").replace("14", "10"),
        'length = "10 days"',
    ),
    lune(
        "posting-closes-before-window",
        POSTING,
        POSTING.replace("requested", "received").replace("next-working-day", "none"),
        'roll = "none"',
    ),
    lune(
        "no-day-to-post",
        POSTING,
        POSTING.replace("14 days", "1 day").replace("next-working-day", "none"),
        'length = "1 day"',
    ),
    lune("no-time", DEFECT, DEFECT.replace("48", "0"), 'length = "0 hours"'),
    lune("overdue-before-due", 'due = "2 ouvres"', 'due = "8 ouvres"', "overdue ="),
    lune(
        "paid-before-window-closes",
        "[edition.returns.payouts]\n"
        'window = { anchor = "received", length = "14 days", roll = "next-working-day" }',
        "[edition.returns.payouts]\n"
        'window = { anchor = "received", length = "14 days", roll = "none" }',
        'roll = "none"',
    ),
    imparfaite("card-expires-at-once", 'validity = "1 year"', 'validity = "0 days"', "validity"),
    # what can never happen, or never end
    lune("payout-never-due", PAYOUT, PAYOUT.replace("received", "returned"), '"returned"'),
    lune("payout-never-due", PAYOUT, PAYOUT.replace("received", "confirmed"), '"confirmed"'),
    lune(
        "payout-never-due",
        PAYOUT,
        PAYOUT.replace('"received"', '{ latest_of = ["received", "issue-reported"] }'),
        "issue-reported",
    ),
    lune("paid-before-dispatch", PAYOUT, PAYOUT.replace("received", "paid"), '"paid"'),
    lune(
        "paid-before-dispatch",
        CHECKOUT,
        question(asked="buyer", silence="pay-seller"),
        'anchor = "paid"',
    ),
    lune("paid-before-dispatch", CHECKOUT, question(silence="pay-seller"), 'anchor = "paid"'),
    lune(
        "window-after-request",
        DEFECT,
        DEFECT.replace('"received"', '"requested"'),
        'anchor = "requested"',
    ),
    lune(
        "window-after-request",
        'window = { anchor = "received", length = "48 hours", roll = "none" }\nrefund',
        'window = { anchor = "return-accepted", length = "48 hours", roll = "none" }\nrefund',
        'anchor = "return-accepted"',
    ),
    lune(
        "beyond-calendars",
        DEFECT,
        DEFECT.replace("48 hours", "24 years").replace("none", "next-working-day"),
        "24 years",
    ),
    lune(
        "window-opens-too-late",
        DEFECT,
        DEFECT.replace("length", 'starts_after = "3 days", length'),
        "starts_after",
    ),
    lune("question-never-opens", CHECKOUT, question(anchor="dispatched"), '"dispatched"'),
    lune(
        "question-never-opens",
        CHECKOUT,
        question(asked="house", anchor="received"),
        'anchor = "received"',
    ),
    lune(
        "question-never-opens",
        CHECKOUT,
        question(asked="buyer", anchor="returned"),
        'anchor = "returned"',
    ),
    lune("silence-never-comes", CHECKOUT, question(length="never"), 'on_silence = "refund"'),
    lune("no-time", CHECKOUT, question(length="0 days"), 'length = "0 days"'),
    lune(
        "covered-before",
        CHECKOUT,
        question().removesuffix(CHECKOUT) + question(length="9 days"),
        "[[edition.service.questions]]",
    ),
    lune(
        "covered-before",
        CLAIMS,
        elsewhere('areas = ["europe"]', 'codes = ["DE", "NL"]'),
        "[[edition.returns.payouts.elsewhere]]",
    ),
    lune(
        "return-may-never-end",
        """[edition.returns.returns.rules.terms.posting]
window = { anchor = "return-accepted", length = "14 days", roll = "next-working-day" }
allowance = "10 ouvrables"
source = "article 15"
""",
        "",
        "[edition.returns.returns.rules.terms]",
    ),
    lune(
        "waits-without-end",
        '[edition.service.review]\nafter = "720 hours"\nsource = "article 13"\n',
        "",
        "[edition.service.messages]",
    ),
    lune(
        "return-not-awaited",
        'return_needed = true\nrefund = "fault"',
        'return_needed = true\nrefund = "never-arrived"',
        "return_needed",
    ),
    lune(
        "sum-chooses-nothing",
        *authentication(
            '{ at_least = 100.00 }\nbase = ["pieces"]',
            '{ modes = ["post"] }\nbase = ["pieces"]\nchosen_by = ["list-price"]',
        ),
        "chosen_by",
    ),
    lune(
        "part-always-nothing",
        *protection('base = ["pieces", "fees"]\nrate = 0.05'),
        "base =",
    ),
    imparfaite("address-field-unknown", '"city", "country"]', '"city", "contry"]', '"contry"'),
    # sources, and facts outside the document
    imparfaite("clause-unknown", 'source = "S3"', 'source = "S4"', '"S4"'),
    lune(
        "source-says-nothing",
        '"assumption: what the carrier asks people to wait"',
        '"assumption: TODO"',
        "TODO",
    ),
    lune("source-says-nothing", 'source = "article 13"', 'source = "?"', '"?"'),
    lune("registration-unknown", '["no-voec"]', '["no-voecs"]', "no-voecs"),
    lune(
        "handling-fee-of-seller",
        'handling_fees = ["authentication"]',
        'handling_fees = ["commission"]',
        "handling_fees",
    ),
    lune("channel-twice", 'always = ["mail"]', 'always = ["mail", "chat"]', '"chat"]'),
    lune(
        "fee-left-to-host",
        COMMISSION,
        COMMISSION.replace("true", 'false\non = "not-paid"'),
        'on = "not-paid"',
    ),
    lune(
        "listing-fee-left-to-host",
        'per = "piece"\noptional = false\nrefundable = true',
        'per = "listing"\noptional = false\nrefundable = false',
        'per = "listing"',
    ),
    lune(
        "duties-asked-twice",
        *authentication('["pieces"]', '["pieces", "duties"]'),
        "[[edition.pricing.fees]]",
        ('["BE", "FR", "LU", "NL"]', '["BE", "CH", "FR", "LU", "NL"]'),
        ('["BE", "FR", "LU", "NL"]', '["BE", "CH", "FR", "LU", "NL"]'),
    ),
    lune(
        "collected-without-fee",
        *authentication("at_least = 100.00", 'at_least = 100.00, zones = ["near"]'),
        "collected_at_checkout",
        ('["pieces"]\nrate = 0.03', '["duties"]\nrate = 0.03'),
        ("registrations", 'collected_at_checkout = ["GB"]\nregistrations'),
    ),
    lune("event-of-no-order", PAYOUT, PAYOUT.replace("received", "accepted"), '"accepted"'),
    lune(
        "charge-left-to-host",
        'acceptance = "private"',
        'payment = "held"\nacceptance = "charge"',
        'acceptance = "charge"',
    ),
    lune(
        "label-without-language",
        'protection = { en = "Buyer protection", fr = "Protection acheteur" }',
        'protection = { en = "Buyer protection" }',
        "protection = {",
    ),
    lune(
        "label-never-shown",
        'protection = { en = "Buyer protection"',
        'protection = { pt = "Proteção", en = "Buyer protection"',
        "protection = {",
    ),
    lune(
        "label-missing",
        'protection = { en = "Buyer protection", fr = "Protection acheteur" }\n',
        "",
        "[[edition.pricing.fees]]",
    ),
    lune("label-of-nothing", "bancontact = {", "bancontakt = {", "bancontakt = {"),
    lune(
        "fee-gone",
        OTHER_EDITION,
        OTHER_EDITION + ONLY_AUTHENTICATION,
        "[[edition.pricing.fees]]",
    ),
    lune(
        "edition-changes-nothing",
        OTHER_EDITION,
        "",
        "[[edition]]",
        (
            'source = "terms of sale, version of January 2026"',
            'source = "terms of sale, version of March 2025"',
        ),
    ),
)
