"""A house that meets every law of the table, and what is said of it where it falls short of one.

`python -m tests.review.lawful` writes what is said, in the file somebody has read; read what
`git diff` shows before it is committed: a test compares, only an eye can judge.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from tests.review.seeds import SOUND
from vintage_rules.policies import parse_policy
from vintage_rules.policies.book import PolicyBook
from vintage_rules.review import LegalFinding, hold_against_law

FILE = Path(__file__).with_suffix(".txt")
TODAY = date(2026, 11, 22)
INFORMATION = """[edition.service.information]
given = ["conformity", "return-cost", "seller-kind", "withdrawal"]
withdrawal_function = true
source = "article 20"

[edition.service.contact]"""
REGRET = 'window = { anchor = "received", length = "14 days", roll = "next-working-day" }\nrefund'
POSTING = 'window = { anchor = "requested", length = "14 days", roll = "next-working-day" }'
REFUND = 'law = { anchor = "informed", length = "14 days", roll = "none" }'
PARTS = 'parts = ["pieces", "shipping", "fee"]\ntrigger = "posted"'
LAWFUL_EDITS = (
    ('several_parcels = "each"', 'several_parcels = "last-of-order"'),
    ('parts = ["pieces", "shipping", "fee"]\ntrigger = "received"', PARTS),
    ("optional = true\nrefundable = false", "optional = true\nrefundable = true"),
    ("[edition.service.contact]", INFORMATION),
)


def edited(text: str, *edits: tuple[str, str]) -> str:
    """Change a text; every edit must find what it replaces."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


LAWFUL = edited(SOUND["lune"].read_text("utf-8"), *LAWFUL_EDITS)


@cache
def lawful(*edits: tuple[str, str]) -> PolicyBook:
    """The house of the guide, made lawful, and then changed."""
    return parse_policy(edited(LAWFUL, *edits).encode(), "lune.toml")


@cache
def findings_of(*edits: tuple[str, str]) -> tuple[LegalFinding, ...]:
    """Hold the lawful house, changed so, against the law of today, once for all tests."""
    return hold_against_law(lawful(*edits), TODAY)


BELOW = [
    ("withdrawal-length", "FR", REGRET, REGRET.replace("14 days", "13 days")),
    ("withdrawal-length", "GB", REGRET, REGRET.replace("14 days", "13 days")),
    ("withdrawal-length", "FR", REGRET, REGRET.replace("received", "dispatched")),
    ("withdrawal-length", "FR", REGRET, REGRET.replace("received", "latest-estimate")),
    ("withdrawal-roll", "FR", REGRET, REGRET.replace("next-working-day", "none")),
    ("withdrawal-start", "FR", '"last-of-order"', '"each"'),
    ("withdrawal-start", "GB", '"last-of-order"', '"each"'),
    ("withdrawal-request", "FR", "parcel_number = false", "parcel_number = true"),
    ("withdrawal-request", "GB", "photos = 0\nin_writing", "photos = 1\nin_writing"),
    ("withdrawal-function", "FR", "withdrawal_function = true", "withdrawal_function = false"),
    ("withdrawal-information", "FR", ', "withdrawal"]', "]"),
    ("withdrawal-information", "GB", ', "withdrawal"]', "]"),
    ("posting-time", "FR", POSTING, POSTING.replace("14 days", "13 days")),
    ("posting-time", "GB", POSTING, POSTING.replace("requested", "received")),
    (
        "posting-time",
        "FR",
        POSTING,
        POSTING.replace('"requested"', '{ earliest_of = ["requested", "received"] }'),
    ),
    (
        "withdrawal-length",
        "FR",
        REGRET,
        REGRET.replace('"received"', '{ earliest_of = ["dispatched", "received"] }'),
    ),
    ("return-cost", "FR", '"return-cost", ', ""),
    ("return-cost", "GB", '"return-cost", ', ""),
    ("refund-time", "FR", REFUND, REFUND.replace("14 days", "15 days")),
    ("refund-time", "FR", REFUND, REFUND.replace("informed", "recovered")),
    ("refund-time", "FR", f"{REFUND}\n", ""),
    ("refund-time", "GB", REFUND, REFUND.replace("14 days", "15 days")),
    ("refund-withholding", "FR", PARTS, PARTS.replace("posted", "received")),
    ("refund-withholding", "FR", PARTS, PARTS.replace("posted", "checked")),
    ("refund-contents", "FR", PARTS, PARTS.replace('"shipping", ', "")),
    ("refund-contents", "GB", PARTS, PARTS.replace(', "fee"', "")),
    ("refund-contents", "FR", PARTS, f'deduction = {{ fixed = 1.00, rounding = "up" }}\n{PARTS}'),
    ("refund-contents", "FR", "refundable = true", "refundable = false"),
    ("conformity", "FR", '"conformity", ', ""),
    ("seller-kind", "FR", '"seller-kind", ', ""),
    ("price-reduction", "FR", 'look_back = "30 days"', 'look_back = "29 days"'),
    ("delivery-time", "FR", 'handling = "3 ouvres"', 'handling = "25 ouvres"'),
    ("delivery-time", "GB", 'handling = "3 ouvres"', 'handling = "25 ouvres"'),
]


def said_of(check: str, country: str, old: str, new: str) -> str:
    """Say what is found by one check where the lawful house is changed so."""
    found = next(
        each
        for each in findings_of((old, new))
        if (each.check, each.statute.jurisdiction) == (check, country)
    )
    sources = "; ".join(found.sources)
    return (
        f"{check} {country} {found.verdict} {found.severity}\n"
        f"    {found.path}: {found.says_in('en-GB')} ({sources})\n"
        f"    the law: {found.asked('en-GB')}\n"
    )


if __name__ == "__main__":
    FILE.write_text("\n".join(said_of(*each) for each in BELOW), encoding="utf-8")
